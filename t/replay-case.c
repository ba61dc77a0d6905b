#include "replay-case.h"
#include "engine-sample.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
by_order(const void *a, const void *b)
{
	const struct replay_item *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return memcmp(x->sensor.b, y->sensor.b, sizeof(x->sensor.b));
}

static int
by_begin(const void *a, const void *b)
{
	const struct replay_excursion *x = a, *y = b;

	return x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

/* The newest checkpoint that the change does not touch. */
static void
begin(const struct replay_case *c, int64_t from_ms, struct replay *r)
{
	const struct replay_checkpoint	*best = NULL;

	for (size_t i = 0; i < c->ncheckpoints; i++)
		if (c->checkpoints[i].at_ms <= from_ms && (best == NULL ||
		    c->checkpoints[i].at_ms > best->at_ms))
			best = &c->checkpoints[i];
	if (best == NULL)
		replay_init(r, c->items[0].at_ms);
	else if (!replay_parse(best->text, r))
		abort();
}

static void
keep_checkpoints(struct replay_case *c, const struct replay_work *w)
{
	size_t	k;

	for (size_t i = 0; i < w->nmade; i++) {
		for (k = 0; k < c->ncheckpoints &&
		    c->checkpoints[k].at_ms != w->made[i].at_ms; k++)
			continue;
		c->checkpoints[k] = w->made[i];
		c->ncheckpoints += k == c->ncheckpoints;
	}
}

/* What ended behind the start, and began before the end, is made anew. */
static void
keep_found(struct replay_case *c, const struct replay_work *w,
    int64_t start_ms, const struct replay *r, bool converged)
{
	const struct replay_excursion	*open = replay_open(r);
	const int64_t			 going_on_ms = converged &&
					    r->open.n > 0 ?
					    r->open.from_ms : 0;
	size_t				 n = 0;

	for (size_t i = 0; i < c->nfound; i++) {
		const struct replay_excursion *e = &c->found[i];

		if ((e->to_ms != 0 && e->to_ms < start_ms) ||
		    e->from_ms >= r->at_ms || e->from_ms == going_on_ms)
			c->found[n++] = *e;
	}
	for (size_t i = 0; i < w->found.n; i++)
		c->found[n++] = w->found.v[i];
	if (!converged && open != NULL)
		c->found[n++] = *open;
	c->nfound = n;
	qsort(c->found, n, sizeof(c->found[0]), by_begin);
}

void
replay_case_add(struct replay_case *c, const struct replay_item *v, size_t n,
    int64_t until_ms)
{
	int64_t			from_ms = INT64_MAX, start_ms;
	struct replay		r;
	struct replay_work	w = { .until_ms = until_ms,
				    .settled_ms = until_ms, .now_ms = until_ms,
				    .changed_ms = INT64_MIN,
				    .arena = &c->arena };
	bool			converged;

	for (size_t i = 0; i < n; i++) {
		c->items[c->nitems++] = v[i];
		if (v[i].at_ms < from_ms)
			from_ms = v[i].at_ms;
		if (v[i].at_ms > w.changed_ms)
			w.changed_ms = v[i].at_ms;
	}
	qsort(c->items, c->nitems, sizeof(c->items[0]), by_order);
	begin(c, from_ms, &r);
	start_ms = r.at_ms;
	w.feed = (struct replay_feed){ .items = c->items, .nitems = c->nitems,
	    .rules = c->rules, .nrules = c->nrules };
	w.old = c->checkpoints;
	w.nold = c->ncheckpoints;
	converged = replay_work(&r, &w);
	c->fed = w.feed.item;
	keep_found(c, &w, start_ms, &r, converged);
	keep_checkpoints(c, &w);
	if (!converged)
		c->end = r;
}

static int
celsius(char *s, size_t size, int64_t t)
{
	return snprintf(s, size, "%s%d.%02d", t < 0 ? "-" : "",
	    abs((int)t) / 100, abs((int)t) % 100);
}

const char *
replay_case_found(const struct replay_case *c)
{
	static char	text[8192];
	char		worst[16], mean[16], to[32];
	size_t		len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < c->nfound && len < sizeof(text); i++) {
		const struct replay_excursion *e = &c->found[i];

		celsius(worst, sizeof(worst), e->worst);
		celsius(mean, sizeof(mean), e->sum / e->n);
		snprintf(to, sizeof(to), "%+" PRId64 "m",
		    (e->to_ms - EPOCH) / 60000);
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%+" PRId64 "m..%s %s%s %s mean %s of %" PRId64,
		    i > 0 ? "\n" : "", (e->from_ms - EPOCH) / 60000,
		    e->to_ms != 0 ? to : "", e->confirmed ? "confirmed " : "",
		    e->high ? "high" : "low", worst, mean, e->n);
	}
	return text;
}

void
replay_case_release(struct replay_case *c)
{
	arena_release(&c->arena);
}
