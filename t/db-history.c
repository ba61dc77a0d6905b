/* What a unit measured: curves, spans, and the table behind them. */
#include "base/buf.h"
#include "domain/history.h"
#include "domain/plausible.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <string.h>

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
fetch(int32_t max)
{
	cr_assert_eq(history_points(app, &of, max, &arena, &points,
	    &npoints), DB_OK);
}

Test(history, every_reading_of_the_period_in_time_order)
{
	add_day(&fx);
	of.from_ms = START + HOUR;
	of.to_ms = START + 2 * HOUR;
	fetch(1000);
	cr_assert_eq(npoints, 6);
	for (size_t i = 0; i < npoints; i++) {
		cr_expect_eq(points[i].at_ms,
		    START + HOUR + (int64_t)i * 10 * MINUTE);
		cr_expect_eq(points[i].t, (centi_t)(60 + 10 * i));
	}
}

Test(history, of_too_many_readings_the_newest_remain)
{
	add_day(&fx);
	fetch(2);
	cr_assert_eq(npoints, 2);
	cr_expect_eq(points[1].t, 1430);
	cr_expect_eq(points[0].t, 1420);
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
	fetch(1000);
	cr_expect_eq(npoints, 144);
	fixture_sql(&fx, "UPDATE devices SET unit_id = NULL"
	    " WHERE unit_id = {unit} AND id <> {device}");
	fetch(1000);
	cr_expect_eq(npoints, 145);
}

Test(history, another_organizations_readings_are_not_there)
{
	struct history_row	*rows;
	struct history_page	 first = { .max = 10 };

	add_day(&other);
	of.unit = other.unit;
	fetch(1000);
	cr_expect_eq(npoints, 0);
	of.organization = other.org;
	fetch(1000);
	cr_expect_eq(npoints, 0);
	history_send_rows(app, &of, &first);
	cr_expect_eq(history_recv_rows(app, &arena, &rows, &npoints), DB_OK);
	cr_expect_eq(npoints, 0);
}

Test(history, the_table_comes_in_pages_newest_first_each_row_once)
{
	struct history_page	 page = { .max = 7, .detail = true };
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
		history_send_rows(app, &of, &page);
		cr_assert_eq(history_recv_rows(app, &arena, &v, &n), DB_OK);
		for (size_t i = 0; i < n; i++, total++) {
			cr_expect_leq(v[i].recorded_at_ms, last);
			cr_expect_eq(v[i].outside, uuid_is_nil(&v[i].device));
			last = v[i].recorded_at_ms;
		}
		if (n > 0)
			page.after = (struct cursor){ last, v[n - 1].device };
		page.has_after = true;
	} while (n == 7);
	cr_expect_eq(total, 288, "%zu", total);
}

Test(history, a_deleted_units_readings_are_not_there)
{
	struct history_page	 page = { .max = 7, .detail = true };
	struct history_row	*v;
	struct history_unit	 unit;
	int64_t			 count;
	size_t			 n;

	add_day(&fx);
	fixture_sql(&fx, "UPDATE units SET deleted_at = now()"
	    " WHERE id = {unit}");
	history_send_rows(app, &of, &page);
	cr_assert_eq(history_recv_rows(app, &arena, &v, &n), DB_OK);
	cr_expect_eq(n, 0);
	cr_expect_eq(history_count(app, &of, 1, &arena, &unit, &count),
	    DB_NONE);
}

Test(history, a_row_has_what_was_stored_and_details_where_asked_for)
{
	struct history_page	 page = { .max = 7, .detail = true };
	struct history_row	*v;
	size_t			 n;

	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, device_id, recorded_at, received_at, temperature,"
	    " humidity, battery, signal_strength, anomaly, source) VALUES"
	    " ({org}, {unit}, {device}," T ", " T " + interval '1.5 s',"
	    " -18.02, 100, 0, -101, true, 'b'), ({org}, {unit}, {device}, " T
	    " - interval '1 s' + interval '1 day', now(), 0, NULL, NULL, NULL,"
	    " false, NULL)");
	history_send_rows(app, &of, &page);
	cr_assert_eq(history_recv_rows(app, &arena, &v, &n), DB_OK);
	cr_assert_eq(n, 2);
	cr_expect_eq(v[1].recorded_at_ms, START);
	cr_expect_eq(v[1].received_at_ms, START + 1500);
	cr_expect(uuid_eq(&v[1].device, &fx.device));
	cr_expect_eq(v[1].temperature, -1802);
	cr_expect(v[1].humidity.has && v[1].humidity.t == 10000);
	cr_expect_eq(v[1].battery, 0);
	cr_expect_eq(v[1].signal, -101);
	cr_expect(v[1].outside);
	cr_expect_eq(v[1].source, 'b');
	cr_expect_eq(v[0].temperature, 0);
	cr_expect_not(v[0].humidity.has);
	cr_expect_eq(v[0].battery, -1);
	cr_expect_eq(v[0].signal, 0);
	page.detail = false;
	history_send_rows(app, &of, &page);
	cr_assert_eq(history_recv_rows(app, &arena, &v, &n), DB_OK);
	cr_expect_eq(v[1].received_at_ms, 0);
	cr_expect_eq(v[1].source, 0);
	cr_expect(uuid_eq(&v[1].device, &fx.device), "a cursor needs it");
}

Test(history, a_count_stops_where_it_is_enough)
{
	struct history_unit	unit;
	int64_t			n;

	add_day(&fx);
	cr_expect_eq(history_count(app, &of, 1000, &arena, &unit, &n), DB_OK);
	cr_expect_eq(n, 144);
	cr_expect_str_eq(unit.zone, "Europe/Berlin");
	cr_expect_eq(unit.interval_ms, 5 * MINUTE);
	cr_expect_eq(history_count(app, &of, 100, &arena, &unit, &n), DB_OK);
	cr_expect_eq(n, 100);
	of.unit = other.unit;
	cr_expect_eq(history_count(app, &of, 100, &arena, &unit, &n), DB_NONE);
}

static const struct history_row samples[] = {
	{ START, START + 1500, { { 0 } }, -1802, { true, 4550 }, 97, -101,
	    false, 't', 0, { false, 0 } },
	{ START + MINUTE, START + MINUTE, { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	    11, 12, 13, 14, 15, 16 } }, -5, { false, 0 }, -1, 0, true, '\0', 0,
	    { false, 0 } },
};

Test(history, is_json_without_what_was_not_reported)
{
	struct buf	out = BUF_INIT(4096);

	history_write_json(&out, samples, 0, false);
	cr_expect_str_eq(buf_str(&out), "[]");
	buf_clear(&out);
	history_write_json(&out, samples, 2, false);
	cr_expect_str_eq(buf_str(&out), "[{"
	    "\"recordedAt\":\"2026-11-02T00:00:00.000Z\","
	    "\"temperature\":-18.02,\"humidity\":45.50,"
	    "\"batteryPercent\":97,\"signalDbm\":-101,\"outside\":false},{"
	    "\"recordedAt\":\"2026-11-02T00:01:00.000Z\","
	    "\"temperature\":-0.05,\"humidity\":null,"
	    "\"batteryPercent\":null,\"signalDbm\":null,"
	    "\"outside\":true}]");
	buf_release(&out);
}

Test(history, is_json_in_detail_where_that_is_asked_for)
{
	struct buf	out = BUF_INIT(4096);

	history_write_json(&out, samples, 2, true);
	cr_expect_not_null(strstr(buf_str(&out), "\"outside\":false,"
	    "\"source\":\"ttn\",\"deviceId\":null,"
	    "\"receivedAt\":\"2026-11-02T00:00:01.500Z\"},{"));
	cr_expect_not_null(strstr(buf_str(&out), "\"outside\":true,"
	    "\"source\":\"unknown\",\"deviceId\":"
	    "\"01020304-0506-0708-090a-0b0c0d0e0f10\","
	    "\"receivedAt\":\"2026-11-02T00:01:00.000Z\"}]"));
	buf_release(&out);
}

Test(history, is_csv_with_a_heading_and_empty_fields)
{
	struct buf	out = BUF_INIT(4096);

	history_write_csv(&out, samples, 2);
	cr_expect_str_eq(buf_str(&out), "recorded_at,temperature_c,"
	    "humidity_percent,battery_percent,signal_dbm,outside_limits,"
	    "source,device_id,received_at,doubts,raw_temperature_c\r\n"
	    "2026-11-02T00:00:00.000Z,-18.02,45.50,97,-101,false,ttn,,"
	    "2026-11-02T00:00:01.500Z,,\r\n"
	    "2026-11-02T00:01:00.000Z,-0.05,,,,true,unknown,"
	    "01020304-0506-0708-090a-0b0c0d0e0f10,"
	    "2026-11-02T00:01:00.000Z,,\r\n");
	buf_release(&out);
}

Test(history, says_what_speaks_against_a_reading_and_what_it_was)
{
	const struct history_row r = { .temperature = 8530, .battery = -1,
	    .doubts = PLAUSIBLE_JUMP | PLAUSIBLE_CLOCK, .raw = { true, 8500 } };
	struct buf	out = BUF_INIT(4096);

	history_write_json(&out, &r, 1, false);
	cr_expect_not_null(strstr(buf_str(&out),
	    "\"outside\":false,\"doubts\":[\"jump\",\"clock\"]}]"));
	buf_clear(&out);
	history_write_json(&out, &r, 1, true);
	cr_expect_not_null(strstr(buf_str(&out), "\"rawTemperature\":85.00}]"));
	buf_clear(&out);
	history_write_csv(&out, &r, 1);
	cr_expect_not_null(strstr(buf_str(&out), ",jump clock,85.00\r\n"));
	buf_release(&out);
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
