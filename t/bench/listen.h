/*
 * listen.h - readers of the event stream, as many as a load wants.
 *
 * Each is a connection of its own. What is heard is told by the instant of
 * the reading, which is what joins it with the message that was sent.
 */
#ifndef FG_LISTEN_H
#define FG_LISTEN_H
#include "base/buf.h"
#include <stdint.h>

struct listener {
	int		fd;
	struct buf	in;
};

/* Opens a stream at http://ADDRESS:PORT/PATH with the cookie; returns when it
 * has begun. Ends the program when it is refused. */
void	 listener_open(struct listener *l, const char *url,
	    const char *cookie);
void	 listener_close(struct listener *l);
/* Reads what is there. heard is called for each reading. */
typedef void listener_heard(void *ctx, int64_t recorded_at_ms);
void	 listener_read(struct listener *l, listener_heard *heard, void *ctx);

#endif
