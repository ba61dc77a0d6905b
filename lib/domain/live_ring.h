/*
 * live_ring.h - an organization's latest events, for readers that come back.
 *
 * Bounded in number and in bytes; the oldest goes first. Decides whether
 * everything after a given event is still here. Holds blobs, knows nothing of
 * what they contain.
 */
#ifndef FG_LIVE_RING_H
#define FG_LIVE_RING_H
#include "base/blob.h"
#include "domain/live.h"

struct live_kept {
	uint64_t		 seq;
	struct live_event	 ev;	/* without data: for the rooms */
	struct blob		*blob;	/* as it was delivered */
};

struct live_ring {
	struct live_kept	*v;	/* grows to max, then goes round */
	size_t			 cap, max;
	size_t			 first, n;
	size_t			 bytes, max_bytes;
	uint64_t		 floor;	/* the newest event not kept */
};

/* What happened up to seq floor was not kept. */
void	live_ring_init(struct live_ring *r, size_t max, size_t max_bytes,
	    uint64_t floor);
void	live_ring_release(struct live_ring *r);
/* seq grows from call to call; takes a reference of its own. */
void	live_ring_push(struct live_ring *r, uint64_t seq,
	    const struct live_event *ev, struct blob *b);
/* Forgets all of it: a reader of anything up to floor must reload. */
void	live_ring_reset(struct live_ring *r, uint64_t floor);
/* Whether nothing after seq is missing. */
bool	live_ring_covers(const struct live_ring *r, uint64_t seq);
/* The oldest event after seq, or NULL. Borrowed until the next change. */
const struct live_kept	*live_ring_after(const struct live_ring *r,
			    uint64_t seq);

#endif
