#include "app/unit_chart.h"
#include "app/guard.h"
#include "base/json.h"
#include "domain/history.h"
#include "web/chart.h"
#include <inttypes.h>
#include <string.h>

#define MINUTE	(60 * INT64_C(1000))
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)
#define GAP_LEAST	(30 * MINUTE)	/* nobody is told of less */
#define RAW_LEAST_S	30	/* what reports more often is too dense */

static const struct period {
	const char	*name;
	const char	*label;
	int64_t		 length_ms;
	int64_t		 bucket_ms;	/* 0: every reading */
} periods[] = {
	{ "24h", "24 hours", DAY, 0 },
	{ "7d", "7 days", 7 * DAY, 15 * MINUTE },
	{ "30d", "30 days", 30 * DAY, HOUR },
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
	struct history_point	*points;
	size_t			 npoints;
	struct history_span	*alerts, *doors;
	size_t			 nalerts, ndoors;
};

static enum db_rc
fetch(struct web_req *req, const struct unit *u, const struct period *p,
    struct curve *c)
{
	enum db_rc	rc;

	c->of.organization = guard_of(req)->organization;
	c->of.unit = u->id;
	c->of.from_ms = req->now_ms - p->length_ms;
	c->of.to_ms = req->now_ms;
	c->bucket_ms = p->bucket_ms;
	if (c->bucket_ms == 0 && u->interval_s < RAW_LEAST_S)
		c->bucket_ms = MINUTE;
	rc = history_points(req->db, &c->of, c->bucket_ms, CHART_POINTS,
	    &req->arena, &c->points, &c->npoints);
	if (rc == DB_OK)
		rc = history_alerts(req->db, &c->of, &req->arena, &c->alerts,
		    &c->nalerts);
	if (rc == DB_OK)
		rc = history_doors(req->db, &c->of, &req->arena, &c->doors,
		    &c->ndoors);
	return rc;
}

/* Three reports missed; with buckets, one that nothing fell into. */
static int64_t
gap_of(const struct unit *u, int64_t bucket_ms)
{
	int64_t	gap = 3 * INT64_C(1000) * u->interval_s;

	if (gap < GAP_LEAST)
		gap = GAP_LEAST;
	if (gap < bucket_ms * 3 / 2)
		gap = bucket_ms * 3 / 2;
	return gap;
}

static const struct chart_point *
points_of(struct arena *arena, const struct curve *c)
{
	struct chart_point	*v;

	v = arena_alloc(arena, c->npoints * sizeof(*v));
	for (size_t i = 0; i < c->npoints; i++)
		v[i] = (struct chart_point){ c->points[i].at_ms,
		    c->points[i].low, c->points[i].mean, c->points[i].high };
	return v;
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
summary_of(struct arena *arena, const struct unit *u,
    const struct history_stats *s)
{
	struct opt_centi	low = { s->n > 0, s->low };
	struct opt_centi	high = { s->n > 0, s->high };
	char			lo[DISPLAY_TEXT], hi[DISPLAY_TEXT];
	char			limits[DISPLAY_TEXT];

	return arena_printf(arena, "%" PRId64 " readings from %s to %s; %s.",
	    s->n, display_temp(low, u->fahrenheit, lo),
	    display_temp(high, u->fahrenheit, hi),
	    display_limits(u->low, u->high, u->fahrenheit, limits));
}

static void
put_chart(struct web_req *req, const struct unit *u, const struct curve *c,
    const struct history_stats *stats, struct json_object *model)
{
	struct buf	svg = BUF_INIT(CHART_BYTES);
	struct chart	chart = {
		.id = "temperature",
		.title = arena_printf(&req->arena, "Temperature of %s",
		    u->name),
		.summary = summary_of(&req->arena, u, stats),
		.zone = u->timezone,
		.from_ms = c->of.from_ms,
		.to_ms = c->of.to_ms,
		.fahrenheit = u->fahrenheit,
		.has_max = u->high.has, .max = u->high.t,
		.has_min = u->low.has, .min = u->low.t,
		.gap_ms = gap_of(u, c->bucket_ms),
		.points = points_of(&req->arena, c), .npoints = c->npoints,
		.alerts = spans_of(&req->arena, c->alerts, c->nalerts),
		.nalerts = c->nalerts,
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
put_stats(const struct unit *u, const struct history_stats *s,
    struct json_object *model)
{
	struct json_object	*o;
	char			 text[DISPLAY_TEXT];

	json_put_int(model, "readings", s->n);
	json_put(model, "stats", NULL);
	if (s->n == 0)
		return;
	o = json_object_new_object();
	json_put_str(o, "lowText", display_temp(
	    (struct opt_centi){ true, s->low }, u->fahrenheit, text));
	json_put_str(o, "meanText", display_temp(
	    (struct opt_centi){ true, s->mean }, u->fahrenheit, text));
	json_put_str(o, "highText", display_temp(
	    (struct opt_centi){ true, s->high }, u->fahrenheit, text));
	json_put(model, "stats", o);
}

static void
put_periods(const struct period *chosen, struct json_object *model)
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
	const struct period	*p = &periods[period];
	struct curve		 c = { 0 };
	struct history_stats	 stats;
	enum db_rc		 rc;

	rc = fetch(req, u, p, &c);
	if (rc != DB_OK)
		return rc;
	stats = history_stats(c.points, c.npoints);
	put_periods(p, model);
	put_chart(req, u, &c, &stats, model);
	put_stats(u, &stats, model);
	json_put_str(model, "lineLabel", c.bucket_ms == 0 ? "readings" :
	    "mean, and lowest to highest");
	return DB_OK;
}
