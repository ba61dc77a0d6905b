#include "domain/summary.h"
#include "base/json.h"

#define GAP_LEAST_MS	(30 * INT64_C(60000))	/* nobody is told of less */

static int64_t
interval_ms(const struct unit *u)
{
	return INT64_C(1000) * u->interval_s;
}

int64_t
summary_gap_ms(const struct unit *u)
{
	int64_t	gap = 3 * interval_ms(u);

	return gap < GAP_LEAST_MS ? GAP_LEAST_MS : gap;
}

enum db_rc
summary_read(struct db *db, const struct history_of *of, const struct unit *u,
    struct arena *arena, struct history_point **v, size_t *n,
    struct exposure *out)
{
	const struct exposure_rules	rules = { u->low, u->high,
					    interval_ms(u), summary_gap_ms(u) };
	struct history_of		wider = *of;
	enum db_rc			rc;

	/* What was measured last before the period holds into it. */
	wider.from_ms -= rules.gap_ms;
	rc = history_points(db, &wider, INT32_MAX, arena, v, n);
	if (rc != DB_OK)
		return rc;
	exposure_begin(out, &rules, (struct period){ of->from_ms, of->to_ms });
	for (size_t i = 0; i < *n; i++)
		exposure_add(out, (*v)[i].at_ms, (*v)[i].t);
	exposure_end(out);
	return DB_OK;
}

int32_t
summary_coverage(const struct exposure *e, int64_t now_ms)
{
	int64_t	until = e->of.to_ms < now_ms ? e->of.to_ms : now_ms;
	int64_t	length = until - e->of.from_ms;

	if (length <= 0 || e->observed_ms >= length)
		return e->observed_ms > 0 ? 10000 : 0;
	return (int32_t)(e->observed_ms * 10000 / length);
}

static void
put_opt(struct json_object *o, const char *key, bool has, centi_t t)
{
	json_put(o, key, NULL);
	if (has)
		json_put_centi(o, key, t);
}

static struct json_object *
excursion_to_json(const struct excursion *x)
{
	struct json_object	*o;

	if (x->to_ms == x->from_ms)
		return NULL;
	o = json_object_new_object();
	json_put_when(o, "from", x->from_ms);
	json_put_when(o, "to", x->to_ms);
	json_put_int(o, "seconds", (x->to_ms - x->from_ms) / 1000);
	json_put_centi(o, "peak", x->peak);
	return o;
}

struct json_object *
summary_to_json(const struct exposure *e, int64_t now_ms)
{
	struct json_object	*o = json_object_new_object();
	centi_t			 mkt = 0;
	bool			 has_mkt = mkt_value(&e->mkt, &mkt);

	json_put_when(o, "from", e->of.from_ms);
	json_put_when(o, "to", e->of.to_ms);
	put_opt(o, "limitLow", e->rules.low.has, e->rules.low.t);
	put_opt(o, "limitHigh", e->rules.high.has, e->rules.high.t);
	json_put_int(o, "count", e->n);
	put_opt(o, "min", e->n > 0, e->min);
	put_opt(o, "max", e->n > 0, e->max);
	put_opt(o, "avg", e->n > 0, e->n > 0 ? exposure_mean(e) : 0);
	put_opt(o, "meanKinetic", has_mkt, mkt);
	json_put_centi(o, "coveragePercent", summary_coverage(e, now_ms));
	json_put_int(o, "secondsObserved", e->observed_ms / 1000);
	json_put_int(o, "secondsAbove", e->above_ms / 1000);
	json_put_int(o, "secondsBelow", e->below_ms / 1000);
	json_put(o, "longestExcursion", excursion_to_json(&e->longest));
	return o;
}
