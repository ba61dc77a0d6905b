/*
 * live_send.h - a writer tells the streamer of its machine.
 *
 * Called after the commit. Never waits and never fails: what the streamer
 * cannot take now is dropped and counted (M_LIVE_DROPPED), and the next
 * datagram that goes through tells the organizations concerned to reload.
 */
#ifndef FG_LIVE_SEND_H
#define FG_LIVE_SEND_H
#include "domain/live.h"

struct live_sender;			/* opaque: owns a socket */

/* path is copied; an empty one means that there is no streamer. A path the
 * kernel cannot take ends the process. */
struct live_sender	*live_sender_new(const char *path);
void			 live_sender_free(struct live_sender *s); /* NULL ok */
/* The events leave in as few datagrams as hold them, in this order. */
void			 live_send(struct live_sender *s,
			    const struct live_event *ev, size_t n);

#endif
