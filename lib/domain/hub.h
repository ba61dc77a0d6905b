/*
 * hub.h - which live event goes to which reader.
 *
 * Readers join with the rooms they asked for and hear each event once, however
 * many of their rooms it is in. Every event gets the next sequence number. An
 * organization that nobody has watched for a while is forgotten, so events
 * that nobody wants cost nothing; its readers, should they come back, reload.
 *
 * Knows no wire format: ops.render makes the bytes, once per event, and
 * ops.deliver hands them to a reader. Neither may join or leave.
 */
#ifndef FG_HUB_H
#define FG_HUB_H
#include "base/blob.h"
#include "domain/live.h"
#include <stdint.h>
#include <sys/queue.h>

#define HUB_ROOMS	16	/* most rooms of one reader */

struct hub;				/* opaque */

struct hub_org;
struct hub_reader {			/* part of the program's own struct */
	LIST_ENTRY(hub_reader)	 next;
	struct hub_org		*org;	/* NULL: has not joined */
	struct live_room	*rooms;	/* owned */
	size_t			 nrooms;
};

struct hub_limits {
	size_t	ring;		/* events kept per organization */
	size_t	ring_bytes;
	int64_t	keep_ms;	/* how long after its last reader left */
};

struct hub_ops {
	/* One reference goes to the hub. */
	struct blob *(*render)(void *ctx, const struct live_event *ev,
	    uint64_t seq);
	void	     (*deliver)(void *ctx, struct hub_reader *r,
	    struct blob *b);
};

struct hub	*hub_new(const struct hub_limits *limits,
		    const struct hub_ops *ops, void *ctx);
void		 hub_free(struct hub *h);	/* when all have left */
/* rooms are copied; at most HUB_ROOMS, all of this organization or a user. */
void		 hub_join(struct hub *h, struct hub_reader *r,
		    const struct uuid *org, const struct live_room *rooms,
		    size_t n);
void		 hub_leave(struct hub_reader *r);
/* Delivers what a reader that has joined missed after seq; false, and nothing
 * is delivered, when that cannot be told: it must reload. */
bool		 hub_resume(struct hub *h, struct hub_reader *r, uint64_t seq);
void		 hub_publish(struct hub *h, const struct live_event *ev);
uint64_t	 hub_seq(const struct hub *h);	/* of the newest event */
/* Now and then: forgets whom nobody watches. */
void		 hub_sweep(struct hub *h, int64_t now_ms);

#endif
