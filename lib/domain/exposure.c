#include "domain/exposure.h"

void
exposure_begin(struct exposure *e, const struct exposure_rules *rules,
    struct period of)
{
	*e = (struct exposure){ .rules = *rules, .of = of };
}

/* Hundredths beyond a limit; 0 in range. */
static centi_t
beyond(const struct exposure_rules *r, centi_t t)
{
	if (r->high.has && t > r->high.t)
		return t - r->high.t;
	return r->low.has && t < r->low.t ? r->low.t - t : 0;
}

static int64_t
clip(const struct exposure *e, int64_t at_ms)
{
	if (at_ms < e->of.from_ms)
		return e->of.from_ms;
	return at_ms > e->of.to_ms ? e->of.to_ms : at_ms;
}

static void
end_excursion(struct exposure *e)
{
	const struct excursion	*x = &e->current, *best = &e->longest;

	if (e->outside && x->to_ms - x->from_ms > best->to_ms - best->from_ms)
		e->longest = *x;
	e->outside = false;
}

static void
lengthen_excursion(struct exposure *e, int64_t from_ms, int64_t to_ms)
{
	if (!e->outside)
		e->current = (struct excursion){ from_ms, to_ms, e->last };
	e->outside = true;
	e->current.to_ms = to_ms;
	if (beyond(&e->rules, e->last) > beyond(&e->rules, e->current.peak))
		e->current.peak = e->last;
}

/* The last reading has held until then. */
static void
hold(struct exposure *e, int64_t until_ms)
{
	int64_t	from = clip(e, e->last_at_ms), to = clip(e, until_ms);

	mkt_add(&e->mkt, e->last, to - from);
	e->observed_ms += to - from;
	if (beyond(&e->rules, e->last) == 0) {
		end_excursion(e);
		return;
	}
	if (e->rules.high.has && e->last > e->rules.high.t)
		e->above_ms += to - from;
	else
		e->below_ms += to - from;
	if (to > from)
		lengthen_excursion(e, from, to);
}

/* What is known of the time from the last reading to the next one. */
static void
pass(struct exposure *e, int64_t next_ms)
{
	if (!e->has_last)
		return;
	if (next_ms - e->last_at_ms <= e->rules.gap_ms) {
		hold(e, next_ms);
		return;
	}
	hold(e, e->last_at_ms + e->rules.interval_ms);
	end_excursion(e);
}

void
exposure_add(struct exposure *e, int64_t at_ms, centi_t t)
{
	pass(e, at_ms);
	e->has_last = true;
	e->last_at_ms = at_ms;
	e->last = t;
	if (at_ms < e->of.from_ms || at_ms >= e->of.to_ms)
		return;
	if (e->n == 0 || t < e->min)
		e->min = t;
	if (e->n == 0 || t > e->max)
		e->max = t;
	e->sum += t;
	e->n++;
}

void
exposure_end(struct exposure *e)
{
	if (e->has_last)
		hold(e, e->last_at_ms + e->rules.interval_ms);
	end_excursion(e);
	e->has_last = false;
}

centi_t
exposure_mean(const struct exposure *e)
{
	return (centi_t)((e->sum + (e->sum < 0 ? -e->n : e->n) / 2) / e->n);
}
