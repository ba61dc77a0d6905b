#include "domain/live_ring.h"
#include "base/mem.h"
#include <stdlib.h>

#define FIRST_CAP	16

void
live_ring_init(struct live_ring *r, size_t max, size_t max_bytes,
    uint64_t floor)
{
	*r = (struct live_ring){ .max = max, .max_bytes = max_bytes,
	    .floor = floor };
}

static struct live_kept *
at(const struct live_ring *r, size_t i)
{
	return &r->v[(r->first + i) % r->cap];
}

static void
drop_oldest(struct live_ring *r)
{
	struct live_kept	*k = at(r, 0);

	r->floor = k->seq;
	r->bytes -= k->blob->len;
	blob_unref(k->blob);
	r->first = (r->first + 1) % r->cap;
	r->n--;
}

void
live_ring_reset(struct live_ring *r, uint64_t floor)
{
	while (r->n > 0)
		drop_oldest(r);
	r->floor = floor;
}

void
live_ring_release(struct live_ring *r)
{
	live_ring_reset(r, 0);
	free(r->v);
	r->v = NULL;
	r->cap = 0;
}

static void
grow(struct live_ring *r)
{
	size_t			 cap = r->cap > 0 ? r->cap * 2 : FIRST_CAP;
	struct live_kept	*v;

	if (cap > r->max)
		cap = r->max;
	v = mem_alloc(mem_product(cap, sizeof(*v)));
	for (size_t i = 0; i < r->n; i++)
		v[i] = *at(r, i);
	free(r->v);
	r->v = v;
	r->cap = cap;
	r->first = 0;
}

void
live_ring_push(struct live_ring *r, uint64_t seq, const struct live_event *ev,
    struct blob *b)
{
	while (r->n > 0 &&
	    (r->n == r->max || b->len > r->max_bytes - r->bytes))
		drop_oldest(r);
	if (r->max == 0 || b->len > r->max_bytes) {
		r->floor = seq;
		return;
	}
	if (r->n == r->cap)
		grow(r);
	r->bytes += b->len;
	*at(r, r->n) = (struct live_kept){ seq, *ev, blob_ref(b) };
	at(r, r->n)->ev.data = NULL;
	at(r, r->n)->ev.len = 0;
	r->n++;
}

bool
live_ring_covers(const struct live_ring *r, uint64_t seq)
{
	return seq >= r->floor;
}

const struct live_kept *
live_ring_after(const struct live_ring *r, uint64_t seq)
{
	for (size_t i = 0; i < r->n; i++)
		if (at(r, i)->seq > seq)
			return at(r, i);
	return NULL;
}
