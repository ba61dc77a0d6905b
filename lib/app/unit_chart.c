#include "app/unit_chart.h"
#include "app/guard.h"
#include "base/json.h"
#include "base/when.h"
#include "domain/bucket.h"
#include "domain/excursion.h"
#include "domain/coverage.h"
#include "domain/summary.h"
#include "web/chart.h"
#include <inttypes.h>
#include <string.h>


static const struct period_choice {
	const char	*name;
	const char	*label;
	int64_t		 length_ms;
	int64_t		 bucket_ms;	/* 0: every reading */
} periods[] = {
	{ "24h", "24 hours", PERIOD_DAY_MS, 0 },
	{ "7d", "7 days", 7 * PERIOD_DAY_MS, PERIOD_HOUR_MS },
	{ "30d", "30 days", 30 * PERIOD_DAY_MS, PERIOD_HOUR_MS },
};
#define NPERIODS	(sizeof(periods) / sizeof(periods[0]))

const char *
unit_chart_period(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	(void)min;
	(void)max;
	for (size_t i = 0; i < NPERIODS; i++)
		if (strlen(periods[i].name) == len &&
		    memcmp(periods[i].name, s, len) == 0) {
			v->i = (int64_t)i;
			return NULL;
		}
	return "must be 24h, 7d or 30d";
}

/* What is fetched for a chart, all of it in the request's arena. */
struct curve {
	struct history_of	 of;
	int64_t			 bucket_ms;
	struct chart_point	*points;
	size_t			 npoints;
	struct exposure		 exposure;
	struct coverage		 coverage;
	struct history_span	*alerts, *found, *doors;
	size_t			 nalerts, nfound, ndoors;
};

static void
draw_readings(struct arena *arena, struct curve *c,
    const struct history_point *v, size_t n)
{
	c->points = arena_alloc(arena, n * sizeof(*c->points));
	c->npoints = n;
	for (size_t i = 0; i < n; i++)
		c->points[i] = (struct chart_point){ v[i].at_ms, v[i].t,
		    v[i].t, v[i].t };
}

static enum db_rc
draw_buckets(struct web_req *req, const struct unit *u, struct curve *c)
{
	struct bucket	*v;
	size_t		 n;
	enum db_rc	 rc;

	rc = bucket_list(req->db, &c->of, c->bucket_ms, u->timezone,
	    &req->arena, &v, &n);
	if (rc != DB_OK)
		return rc;
	c->points = arena_alloc(&req->arena, n * sizeof(*c->points));
	c->npoints = n;
	for (size_t i = 0; i < n; i++)
		c->points[i] = (struct chart_point){
		    v[i].from_ms + (v[i].to_ms - v[i].from_ms) / 2, v[i].low,
		    bucket_mean(&v[i]), v[i].high };
	return DB_OK;
}

static enum db_rc
draw(struct web_req *req, const struct unit *u, struct curve *c)
{
	struct history_point	*v;
	size_t			 n;
	enum db_rc		 rc;

	rc = summary_read(req->db, &c->of, u, &req->arena, &v, &n,
	    &c->exposure);
	if (rc != DB_OK)
		return rc;
	if (c->bucket_ms == 0 && n > CHART_POINTS)
		c->bucket_ms = BUCKET_MINUTE;
	if (c->bucket_ms != 0)
		return draw_buckets(req, u, c);
	draw_readings(&req->arena, c, v, n);
	return DB_OK;
}

static enum db_rc
fetch(struct web_req *req, const struct unit *u, const struct period_choice *p,
    struct curve *c)
{
	enum db_rc	rc;

	c->of.organization = guard_of(req)->organization;
	c->of.unit = u->id;
	c->of.from_ms = req->now_ms - p->length_ms;
	c->of.to_ms = req->now_ms;
	c->bucket_ms = p->bucket_ms;
	rc = draw(req, u, c);
	if (rc == DB_OK)
		rc = coverage_read(req->db, &c->of, u, req->now_ms,
		    &req->arena, &c->coverage);
	if (rc == DB_OK)
		rc = history_alerts(req->db, &c->of, &req->arena, &c->alerts,
		    &c->nalerts);
	if (rc == DB_OK)
		rc = excursion_spans(req->db, &c->of, &req->arena, &c->found,
		    &c->nfound);
	if (rc == DB_OK)
		rc = history_doors(req->db, &c->of, &req->arena, &c->doors,
		    &c->ndoors);
	return rc;
}

/* With buckets, one that nothing fell into. */
static int64_t
gap_of(const struct unit *u, int64_t bucket_ms)
{
	int64_t	gap = summary_gap_ms(u);

	return gap < bucket_ms * 3 / 2 ? bucket_ms * 3 / 2 : gap;
}

static const struct chart_span *
spans_of(struct arena *arena, const struct history_span *s, size_t n)
{
	struct chart_span	*v = arena_alloc(arena, n * sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct chart_span){ s[i].from_ms, s[i].to_ms };
	return v;
}

/* What those who cannot see the chart are told instead. */
static const char *
summary_of(struct arena *arena, const struct unit *u, const struct exposure *e)
{
	struct opt_centi	low = { e->n > 0, e->min };
	struct opt_centi	high = { e->n > 0, e->max };
	char			lo[DISPLAY_TEXT], hi[DISPLAY_TEXT];
	char			limits[DISPLAY_TEXT];

	return arena_printf(arena, "%" PRId64 " readings from %s to %s; %s.",
	    e->n, display_temp(low, u->fahrenheit, lo),
	    display_temp(high, u->fahrenheit, hi),
	    display_limits(u->low, u->high, u->fahrenheit, limits));
}

static void
put_chart(struct web_req *req, const struct unit *u, const struct curve *c,
    struct json_object *model)
{
	struct buf	svg = BUF_INIT(CHART_BYTES);
	struct chart	chart = {
		.id = "temperature",
		.title = arena_printf(&req->arena, "Temperature of %s",
		    u->name),
		.summary = summary_of(&req->arena, u, &c->exposure),
		.zone = u->timezone,
		.from_ms = c->of.from_ms,
		.to_ms = c->of.to_ms,
		.fahrenheit = u->fahrenheit,
		.has_max = u->high.has, .max = u->high.t,
		.has_min = u->low.has, .min = u->low.t,
		.gap_ms = gap_of(u, c->bucket_ms),
		.points = c->points, .npoints = c->npoints,
		.alerts = spans_of(&req->arena, c->alerts, c->nalerts),
		.nalerts = c->nalerts,
		.found = spans_of(&req->arena, c->found, c->nfound),
		.nfound = c->nfound,
		.doors = spans_of(&req->arena, c->doors, c->ndoors),
		.ndoors = c->ndoors,
	};

	chart_svg(&svg, &chart);
	if (buf_failed(&svg))
		buf_clear(&svg);
	json_put_str(model, "chart", buf_str(&svg));
	buf_release(&svg);
}

static void
put_temp(struct json_object *o, const char *key, const struct unit *u, centi_t t)
{
	char	text[DISPLAY_TEXT];

	json_put_str(o, key, display_temp((struct opt_centi){ true, t },
	    u->fahrenheit, text));
}

/* Nothing for no time at all. */
static void
put_time(struct json_object *o, const char *key, int64_t ms)
{
	char	text[WHEN_TEXT];

	json_put_str(o, key, ms == 0 ? NULL : when_age(ms, text));
}

static void
put_stats(const struct unit *u, const struct exposure *e,
    struct json_object *model)
{
	struct json_object	*o;
	centi_t			 mkt;

	json_put_int(model, "readings", e->n);
	json_put(model, "stats", NULL);
	if (e->n == 0)
		return;
	o = json_object_new_object();
	put_temp(o, "lowText", u, e->min);
	put_temp(o, "meanText", u, exposure_mean(e));
	put_temp(o, "highText", u, e->max);
	if (mkt_value(&e->mkt, &mkt))
		put_temp(o, "kineticText", u, mkt);
	put_time(o, "aboveText", e->above_ms);
	put_time(o, "belowText", e->below_ms);
	put_time(o, "longestText", e->longest.to_ms - e->longest.from_ms);
	json_put(model, "stats", o);
}

/* Nothing for a unit that was not there in the period. */
static void
put_coverage(struct web_req *req, const struct unit *u,
    const struct coverage *c, struct json_object *model)
{
	struct json_object	*o;
	int32_t			 percent = coverage_percent(c);
	char			 at[DISPLAY_TEXT];

	json_put(model, "coverage", NULL);
	if (!c->by_hand && c->of.to_ms <= c->of.from_ms)
		return;
	o = json_object_new_object();
	json_put_bool(o, "byHand", c->by_hand);
	json_put_str(o, "percentText", arena_printf(&req->arena,
	    "%d.%d %%", percent / 100, percent / 10 % 10));
	put_time(o, "blindText", c->longest.to_ms - c->longest.from_ms);
	json_put_str(o, "blindSinceText", display_time(c->longest.from_ms,
	    u->timezone, at));
	json_put_str(o, "gapsText", c->gaps == 1 ? "the only one" :
	    arena_printf(&req->arena, "of %" PRId64, c->gaps));
	json_put(model, "coverage", o);
}

static void
put_periods(const struct period_choice *chosen, struct json_object *model)
{
	struct json_object	*v = json_object_new_array(), *o;

	for (size_t i = 0; i < NPERIODS; i++) {
		o = json_object_new_object();
		json_put_str(o, "name", periods[i].name);
		json_put_str(o, "label", periods[i].label);
		json_put_bool(o, "selected", &periods[i] == chosen);
		json_object_array_add(v, o);
	}
	json_put(model, "periods", v);
}

enum db_rc
unit_chart_put(struct web_req *req, const struct unit *u, int64_t period,
    struct json_object *model)
{
	const struct period_choice	*p = &periods[period];
	struct curve			 c = { .bucket_ms = 0 };
	enum db_rc			 rc;

	rc = fetch(req, u, p, &c);
	if (rc != DB_OK)
		return rc;
	put_periods(p, model);
	put_chart(req, u, &c, model);
	put_stats(u, &c.exposure, model);
	put_coverage(req, u, &c.coverage, model);
	json_put_str(model, "lineLabel", c.bucket_ms == 0 ? "readings" :
	    "mean, and lowest to highest");
	return DB_OK;
}
