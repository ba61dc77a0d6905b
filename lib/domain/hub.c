#include "domain/hub.h"
#include "base/mem.h"
#include "domain/live_ring.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS		1024	/* organizations watched, within reason */

struct hub_org {
	LIST_ENTRY(hub_org)	 next;
	LIST_HEAD(, hub_reader)	 readers;
	struct uuid		 id;
	struct live_ring	 ring;
	int64_t			 idle_at_ms;	/* 0: not idle when last seen */
};

LIST_HEAD(org_list, hub_org);

struct hub {
	struct org_list		 orgs[BUCKETS];
	struct hub_limits	 limits;
	const struct hub_ops	*ops;
	void			*ctx;
	uint64_t		 seq;
	uint64_t		 unkept;	/* newest event without a ring */
};

struct hub *
hub_new(const struct hub_limits *limits, const struct hub_ops *ops, void *ctx)
{
	struct hub	*h = mem_alloc(sizeof(*h));

	h->limits = *limits;
	h->ops = ops;
	h->ctx = ctx;
	return h;
}

/* The last bytes of an identifier are random in every version we make. */
static struct org_list *
bucket(struct hub *h, const struct uuid *id)
{
	return &h->orgs[(id->b[14] << 8 | id->b[15]) % BUCKETS];
}

static struct hub_org *
find(struct hub *h, const struct uuid *id)
{
	struct hub_org	*o;

	LIST_FOREACH(o, bucket(h, id), next)
		if (uuid_eq(&o->id, id))
			return o;
	return NULL;
}

static struct hub_org *
watch(struct hub *h, const struct uuid *id)
{
	struct hub_org	*o = mem_alloc(sizeof(*o));

	o->id = *id;
	LIST_INIT(&o->readers);
	live_ring_init(&o->ring, h->limits.ring, h->limits.ring_bytes,
	    h->unkept);
	LIST_INSERT_HEAD(bucket(h, id), o, next);
	return o;
}

static void
forget(struct hub *h, struct hub_org *o)
{
	h->unkept = h->seq;
	LIST_REMOVE(o, next);
	live_ring_release(&o->ring);
	free(o);
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (!LIST_EMPTY(&h->orgs[i]))
			forget(h, LIST_FIRST(&h->orgs[i]));
	free(h);
}

void
hub_join(struct hub *h, struct hub_reader *r, const struct uuid *org,
    const struct live_room *rooms, size_t n)
{
	r->org = find(h, org);
	if (r->org == NULL)
		r->org = watch(h, org);
	r->org->idle_at_ms = 0;
	r->rooms = mem_alloc(mem_product(n, sizeof(*rooms)));
	memcpy(r->rooms, rooms, n * sizeof(*rooms));
	r->nrooms = n;
	LIST_INSERT_HEAD(&r->org->readers, r, next);
}

void
hub_leave(struct hub_reader *r)
{
	if (r->org == NULL)
		return;
	LIST_REMOVE(r, next);
	free(r->rooms);
	*r = (struct hub_reader){ 0 };
}

static bool
hears(const struct hub_reader *r, const struct live_event *ev)
{
	if (ev->kind == LIVE_RESET)
		return true;
	for (size_t i = 0; i < r->nrooms; i++)
		if (live_room_hears(&r->rooms[i], ev))
			return true;
	return false;
}

bool
hub_resume(struct hub *h, struct hub_reader *r, uint64_t seq)
{
	const struct live_kept	*k;

	if (seq > h->seq || !live_ring_covers(&r->org->ring, seq))
		return false;
	while ((k = live_ring_after(&r->org->ring, seq)) != NULL) {
		if (hears(r, &k->ev))
			h->ops->deliver(h->ctx, r, k->blob);
		seq = k->seq;
	}
	return true;
}

/* Whoever was away may have missed what a reset stands for: nothing before it
 * is worth keeping, and it need not be kept itself. */
static void
publish_to(struct hub *h, struct hub_org *o, const struct live_event *ev,
    struct blob *b)
{
	struct hub_reader	*r;

	if (ev->kind == LIVE_RESET)
		live_ring_reset(&o->ring, h->seq);
	else
		live_ring_push(&o->ring, h->seq, ev, b);
	LIST_FOREACH(r, &o->readers, next)
		if (hears(r, ev))
			h->ops->deliver(h->ctx, r, b);
}

void
hub_publish(struct hub *h, const struct live_event *ev)
{
	bool		 everybody = uuid_is_nil(&ev->org);
	struct hub_org	*o = everybody ? NULL : find(h, &ev->org);
	struct blob	*b;

	h->seq++;
	if (o == NULL)
		h->unkept = h->seq;
	if (!everybody && o == NULL)
		return;
	b = h->ops->render(h->ctx, ev, h->seq);
	if (!everybody)
		publish_to(h, o, ev, b);
	for (size_t i = 0; i < BUCKETS && everybody; i++)
		LIST_FOREACH(o, &h->orgs[i], next)
			publish_to(h, o, ev, b);
	blob_unref(b);
}

uint64_t
hub_seq(const struct hub *h)
{
	return h->seq;
}

void
hub_sweep(struct hub *h, int64_t now_ms)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct hub_org	*o = LIST_FIRST(&h->orgs[i]), *next;

		for (; o != NULL; o = next) {
			next = LIST_NEXT(o, next);
			if (!LIST_EMPTY(&o->readers))
				continue;
			if (o->idle_at_ms == 0)
				o->idle_at_ms = now_ms;
			else if (now_ms - o->idle_at_ms >= h->limits.keep_ms)
				forget(h, o);
		}
	}
}
