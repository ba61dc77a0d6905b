/*
 * live_feed.h - the streamer's end of live_send.h: events from this machine.
 *
 * Owns the unix datagram socket at a path. Only who may write to it (its
 * owner and group) can send; what is no datagram of ours is dropped.
 */
#ifndef FG_LIVE_FEED_H
#define FG_LIVE_FEED_H
#include "domain/live.h"

struct event_base;
struct live_feed;			/* opaque: owns the socket */

/* Takes the place of an earlier streamer's socket; cannot: ends the process. */
struct live_feed	*live_feed_new(struct event_base *base,
			    const char *path, live_hear *hear, void *ctx);
/* Takes off the kernel's queue, which is short, what is heard later: for a
 * hearer that is busy for long. */
void			 live_feed_drain(struct live_feed *f);
void			 live_feed_free(struct live_feed *f);	/* NULL ok */

#endif
