#include "domain/viewer.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS		4096
#define RETRY_MS	2000	/* when it could not be found out */

LIST_HEAD(viewer_list, viewer);

struct viewers {
	struct viewer_list	 table[BUCKETS];
	const struct viewer_ops	*ops;
	void			*ctx;
	int64_t			 recheck_ms;
};

struct viewers *
viewers_new(int64_t recheck_ms, const struct viewer_ops *ops, void *ctx)
{
	struct viewers	*vs = mem_alloc(sizeof(*vs));

	vs->recheck_ms = recheck_ms;
	vs->ops = ops;
	vs->ctx = ctx;
	return vs;
}

void
viewers_free(struct viewers *vs)
{
	free(vs);
}

/* A hash is as good as random: its first digits choose the bucket. */
static struct viewer_list *
bucket(struct viewers *vs, const char *hash)
{
	char	digits[] = { hash[2], hash[3], hash[4], '\0' };

	return &vs->table[strtoul(digits, NULL, 16) % BUCKETS];
}

static struct viewer *
find_or_make(struct viewers *vs, const char *hash)
{
	struct viewer	*v;

	LIST_FOREACH(v, bucket(vs, hash), next)
		if (strcmp(v->hash, hash) == 0)
			return v;
	v = mem_alloc(sizeof(*v));
	v->owner = vs;
	LIST_INIT(&v->seats);
	memcpy(v->hash, hash, TOKEN_HASH);
	LIST_INSERT_HEAD(bucket(vs, hash), v, next);
	return v;
}

/* Nobody sits there, no answer is on its way, nobody is using it. */
static void
free_if_unused(struct viewer *v)
{
	if (v->nseats > 0 || v->asking || v->busy)
		return;
	LIST_REMOVE(v, next);
	free(v);
}

void
viewers_leave(struct viewer_seat *seat)
{
	struct viewer	*v = seat->viewer;

	if (v == NULL)
		return;
	LIST_REMOVE(seat, next);
	*seat = (struct viewer_seat){ .viewer = NULL };
	v->nseats--;
	free_if_unused(v);
}

/* What a waiting seat is told; a doubt does not count against who was known
 * to be good. */
static enum viewer_verdict
verdict_for(const struct viewer *v, enum viewer_verdict verdict,
    int64_t now_ms)
{
	if (verdict == VIEWER_UNSURE && v->known &&
	    v->facts.expires_at_ms > now_ms)
		verdict = VIEWER_MAY;
	if (verdict == VIEWER_MAY && !role_may(v->facts.role, MAY_VIEW))
		verdict = VIEWER_FORBIDDEN;
	return verdict;
}

/* Tells the seats what has been decided: those that wait, and those whose
 * place it costs. */
static void
tell_seats(struct viewer *v, enum viewer_verdict verdict)
{
	struct viewers		*vs = v->owner;
	struct viewer_seat	*seat, *next;

	v->busy = true;
	for (seat = LIST_FIRST(&v->seats); seat != NULL; seat = next) {
		next = LIST_NEXT(seat, next);
		if (!seat->admitted) {
			seat->admitted = verdict == VIEWER_MAY;
			vs->ops->admit(vs->ctx, seat, verdict);
		} else if (verdict == VIEWER_UNKNOWN ||
		    verdict == VIEWER_FORBIDDEN) {
			vs->ops->expel(vs->ctx, seat);
		}
	}
	v->busy = false;
	free_if_unused(v);
}

/* A session is one person's in one organization, for all its life. */
static bool
same(const struct viewer_facts *a, const struct viewer_facts *b)
{
	return uuid_eq(&a->org, &b->org) && uuid_eq(&a->user, &b->user);
}

void
viewers_told(struct viewer *v, enum viewer_verdict verdict,
    const struct viewer_facts *facts, int64_t now_ms)
{
	v->asking = false;
	v->due_ms = now_ms +
	    (verdict == VIEWER_UNSURE ? RETRY_MS : v->owner->recheck_ms);
	if (verdict == VIEWER_MAY && v->known && !same(&v->facts, facts))
		verdict = VIEWER_UNKNOWN;
	if (verdict == VIEWER_MAY) {
		v->facts = *facts;
		v->known = true;
	} else if (verdict != VIEWER_UNSURE) {
		v->known = false;
	}
	tell_seats(v, verdict_for(v, verdict, now_ms));
}

static void
ask(struct viewer *v, int64_t now_ms)
{
	if (v->asking)
		return;
	v->asking = true;
	if (!v->owner->ops->look_up(v->owner->ctx, v))
		viewers_told(v, VIEWER_UNSURE, NULL, now_ms);
}

void
viewers_take(struct viewers *vs, struct viewer_seat *seat,
    const char hash[TOKEN_HASH], int64_t now_ms)
{
	struct viewer	*v = find_or_make(vs, hash);

	*seat = (struct viewer_seat){ .viewer = v };
	LIST_INSERT_HEAD(&v->seats, seat, next);
	v->nseats++;
	ask(v, now_ms);
}

void
viewers_tick(struct viewers *vs, int64_t now_ms)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct viewer	*v = LIST_FIRST(&vs->table[i]), *next;

		for (; v != NULL; v = next) {
			next = LIST_NEXT(v, next);
			if (v->known && v->facts.expires_at_ms <= now_ms) {
				v->known = false;
				tell_seats(v, VIEWER_UNKNOWN);
			} else if (v->due_ms <= now_ms) {
				ask(v, now_ms);
			}
		}
	}
}
