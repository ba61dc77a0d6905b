/* What a unit measured: curves, spans, and the table behind them. */
#include "base/buf.h"
#include "domain/history.h"
#include "fixture.h"
#include <criterion/criterion.h>

#define MINUTE	(60 * INT64_C(1000))
#define HOUR	(60 * MINUTE)
/* 2026-11-02 00:00 UTC; "T" in a query stands for it. */
#define START	INT64_C(1793577600000)
#define T	" to_timestamp(1793577600)"

static struct fixture		fx, other;
static struct db		*app;
static struct arena		arena;
static struct history_of	of;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	fixture_sql(&fx, "UPDATE units SET primary_device_id = {device}"
	    " WHERE id = {unit}");
	app = fixture_db("fg_app");
	db_begin(app, &fx.org, &fx.owner);
	of = (struct history_of){ fx.org, fx.unit, START, START + 24 * HOUR };
}

static void
tear_down(void)
{
	db_rollback(app);
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(history, .init = set_up, .fini = tear_down);

/* A reading every ten minutes of the day, 0.00, 0.10, 0.20 ... degrees. */
static void
add_day(struct fixture *f)
{
	fixture_sql(f, "INSERT INTO sensor_readings (organization_id, unit_id,"
	    " device_id, recorded_at, temperature, source) SELECT {org},"
	    " {unit}, {device}," T " + n * interval '10 min', n / 10.0, 't'"
	    " FROM generate_series(0, 143) n");
}

static struct history_point	*points;
static size_t			 npoints;

static void
fetch(int64_t bucket_ms, int32_t max)
{
	cr_assert_eq(history_points(app, &of, bucket_ms, max, &arena, &points,
	    &npoints), DB_OK);
}

Test(history, every_reading_of_the_period_in_time_order)
{
	add_day(&fx);
	of.from_ms = START + HOUR;
	of.to_ms = START + 2 * HOUR;
	fetch(0, 1000);
	cr_assert_eq(npoints, 6);
	for (size_t i = 0; i < npoints; i++) {
		cr_expect_eq(points[i].at_ms,
		    START + HOUR + (int64_t)i * 10 * MINUTE);
		cr_expect_eq(points[i].mean, (centi_t)(60 + 10 * i));
		cr_expect_eq(points[i].low, points[i].high);
		cr_expect_eq(points[i].n, 1);
	}
}

Test(history, of_too_many_readings_the_newest_remain)
{
	add_day(&fx);
	fetch(0, 2);
	cr_assert_eq(npoints, 2);
	cr_expect_eq(points[1].mean, 1430);
	cr_expect_eq(points[0].mean, 1420);
}

Test(history, a_bucket_has_the_extremes_the_mean_and_the_count)
{
	add_day(&fx);
	fetch(HOUR, 1000);
	cr_assert_eq(npoints, 24);
	cr_expect_eq(points[1].at_ms, START + HOUR + HOUR / 2);
	cr_expect_eq(points[1].low, 60);
	cr_expect_eq(points[1].mean, 85);
	cr_expect_eq(points[1].high, 110);
	cr_expect_eq(points[1].n, 6);
}

Test(history, a_bucket_at_an_edge_stays_within_the_period)
{
	add_day(&fx);
	of.from_ms = START + 50 * MINUTE;
	of.to_ms = START + 65 * MINUTE;
	fetch(HOUR, 1000);
	cr_assert_eq(npoints, 2);
	cr_expect_eq(points[0].at_ms, of.from_ms);
	cr_expect_eq(points[1].at_ms, of.to_ms);
}

Test(history, a_second_sensor_makes_no_zigzag_but_one_replaced_still_counts)
{
	add_day(&fx);
	fixture_sql(&fx, "INSERT INTO devices (organization_id, unit_id,"
	    " device_eui, kind) VALUES ({org}, {unit}, md5({unit} || 'x'),"
	    " 'temperature')");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, device_id, recorded_at, temperature) SELECT"
	    " organization_id, unit_id, id," T " + interval '5 min', 99"
	    " FROM devices WHERE unit_id = {unit} AND id <> {device}");
	fetch(0, 1000);
	cr_expect_eq(npoints, 144);
	fixture_sql(&fx, "UPDATE devices SET unit_id = NULL"
	    " WHERE unit_id = {unit} AND id <> {device}");
	fetch(0, 1000);
	cr_expect_eq(npoints, 145);
}

Test(history, another_organizations_readings_are_not_there)
{
	struct history_row	*rows;
	struct cursor		 first = cursor_first();

	add_day(&other);
	of.unit = other.unit;
	fetch(0, 1000);
	cr_expect_eq(npoints, 0);
	of.organization = other.org;
	fetch(0, 1000);
	cr_expect_eq(npoints, 0);
	cr_expect_eq(history_rows(app, &of, &first, 10, &arena, &rows,
	    &npoints), DB_OK);
	cr_expect_eq(npoints, 0);
}

Test(history, the_table_comes_in_pages_newest_first_each_row_once)
{
	struct cursor		 after = cursor_first();
	struct history_row	*v;
	int64_t			 last = INT64_MAX;
	size_t			 n, total = 0;

	add_day(&fx);
	/* Two at the same instant, so that a page ends between them. */
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature, anomaly) SELECT {org},"
	    " {unit}, recorded_at, 50, true FROM sensor_readings"
	    " WHERE organization_id = {org} AND unit_id = {unit}");
	do {
		cr_assert_eq(history_rows(app, &of, &after, 7, &arena, &v,
		    &n), DB_OK);
		for (size_t i = 0; i < n; i++, total++) {
			cr_expect_leq(v[i].recorded_at_ms, last);
			cr_expect_eq(v[i].outside, uuid_is_nil(&v[i].device));
			last = v[i].recorded_at_ms;
		}
		if (n > 0)
			after = (struct cursor){ last, v[n - 1].device };
	} while (n == 7);
	cr_expect_eq(total, 288, "%zu", total);
}

/* "60-90 120-130 " in minutes of the day. */
static const char *
spans(enum db_rc (*find)(struct db *, const struct history_of *,
    struct arena *, struct history_span **, size_t *))
{
	static struct buf	 text = BUF_INIT(1024);
	struct history_span	*v;
	size_t			 n;

	cr_assert_eq(find(app, &of, &arena, &v, &n), DB_OK);
	buf_clear(&text);
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%d-%d ",
		    (int)((v[i].from_ms - START) / MINUTE),
		    (int)((v[i].to_ms - START) / MINUTE));
	return buf_str(&text);
}

static void
door(const char *state, int minute)
{
	struct buf	sql = BUF_INIT(512);

	buf_printf(&sql, "INSERT INTO door_events (organization_id, unit_id,"
	    " state, \"timestamp\") VALUES ({org}, {unit}, '%s'," T
	    " + %d * interval '1 min')", state, minute);
	fixture_sql(&fx, buf_str(&sql));
	buf_release(&sql);
}

Test(history, a_door_is_open_from_opening_to_closing)
{
	cr_expect_str_eq(spans(history_doors), "");
	door("closed", 30);
	door("open", 60);
	door("open", 70);
	door("closed", 90);
	door("closed", 95);
	door("open", 1430);
	cr_expect_str_eq(spans(history_doors), "60-90 1430-1440 ");
}

Test(history, a_door_that_was_open_before_the_period_still_is)
{
	door("closed", -500);
	door("open", -400);
	cr_expect_str_eq(spans(history_doors), "0-1440 ");
	door("closed", 20);
	cr_expect_str_eq(spans(history_doors), "0-20 ");
}

static void
alert(const char *type, int from, const char *to)
{
	struct buf	sql = BUF_INIT(1024);

	buf_printf(&sql, "INSERT INTO alerts (organization_id, unit_id,"
	    " site_id, area_id, alert_type, severity, triggered_at,"
	    " resolved_at, status, resolution_type) SELECT {org}, {unit},"
	    " {site}, {area}, '%s', 'warning'," T " + %d * interval '1 min',"
	    " r, CASE WHEN r IS NULL THEN 'active' ELSE 'resolved' END"
	    "::alert_status, CASE WHEN r IS NOT NULL THEN 'auto' END"
	    "::resolution_type FROM (SELECT" T " + %s * interval '1 min') x(r)",
	    type, from, to);
	fixture_sql(&fx, buf_str(&sql));
	buf_release(&sql);
}

Test(history, alerts_about_the_temperature_that_touch_are_one_span)
{
	cr_expect_str_eq(spans(history_alerts), "");
	alert("temp_excursion", -20, "-10");
	alert("temp_excursion", -5, "30");
	alert("temp_excursion", 100, "160");
	alert("alarm_active", 110, "150");
	alert("suspected_cooling_failure", 150, "200");
	alert("low_battery", 300, "400");
	alert("temp_excursion", 1400, "NULL");
	cr_expect_str_eq(spans(history_alerts), "0-30 100-200 1400-1440 ");
}

Test(history, the_mean_of_buckets_counts_their_readings)
{
	static const struct history_point v[] = {
		{ 0, -300, -200, -100, 3 }, { 1, 100, 200, 300, 1 },
	};
	struct history_stats	s = history_stats(v, 2);

	cr_expect_eq(s.n, 4);
	cr_expect_eq(s.low, -300);
	cr_expect_eq(s.high, 300);
	cr_expect_eq(s.mean, -100);
	cr_expect_eq(history_stats(v, 0).n, 0);
}
