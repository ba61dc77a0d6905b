/* Sums of readings are those of the readings, whatever came when. A run takes
 * every organization's, so these tests run one after the other. */
#include "base/buf.h"
#include "base/when.h"
#include "domain/bucket.h"
#include "domain/rollup.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/options.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MINUTE		BUCKET_MINUTE
#define HOUR		PERIOD_HOUR_MS
#define DAY		PERIOD_DAY_MS

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	criterion_options.jobs = 1;
}

static struct fixture	fx;
static struct db	*jobs, *ingest, *app;
static struct arena	arena;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_sql(&fx, "UPDATE units SET primary_device_id = {device}"
	    " WHERE id = {unit}");
	jobs = fixture_db("fg_jobs");
	ingest = fixture_db("fg_ingest");
	app = fixture_db("fg_app");
}

static void
tear_down(void)
{
	db_free(jobs);
	db_free(ingest);
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
}

TestSuite(rollup, .init = set_up, .fini = tear_down);

static int64_t
at(const char *text)
{
	int64_t	ms = -1;

	cr_assert(when_parse(text, strlen(text), &ms), "%s", text);
	return ms;
}

__attribute__((format(printf, 1, 2)))
static const char *
sql(const char *format, ...)
{
	static char	text[4096];
	va_list		ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return fixture_sql(&fx, text);
}

static struct rollup
roll(int64_t now_ms)
{
	struct rollup	r = { .db = jobs, .now_ms = now_ms };

	cr_assert_eq(rollup_run(&r), DB_OK);
	cr_assert_eq(r.failed, 0);
	return r;
}

static void
set_zone(const char *zone)
{
	sql("UPDATE sites SET timezone = '%s' WHERE id = {site}", zone);
}

static const struct db_stmt store_stmt = { "t_store", 5, -1,
	"INSERT INTO sensor_readings (organization_id, unit_id, recorded_at,"
	"	temperature, humidity, anomaly)"
	" VALUES ($1::uuid, $2::uuid, from_epoch_ms($3::int8),"
	"	$4::int8 / 100.0, nullif($5::int8, 0), $4::int8 > 800)"
	" ON CONFLICT DO NOTHING" };

/* As ingest does. */
static void
store(int64_t at_ms, int64_t now_ms, int centi, int humidity)
{
	db_begin(ingest, &fx.org, NULL);
	db_send(ingest, &store_stmt, db_arg_uuid(&fx.org),
	    db_arg_uuid(&fx.unit), db_arg_i64(at_ms), db_arg_i64(centi),
	    db_arg_i64(humidity));
	if (rollup_is_late(at_ms, now_ms))
		rollup_mark(ingest, &fx.org, &fx.unit, at_ms, at_ms);
	cr_assert_eq(db_commit(ingest), DB_OK);
}

/* How many rows differ from what the readings come to, computed at once by
 * the database's own calendar. */
static const char *
differences(void)
{
	return sql(
	    "WITH c AS (SELECT r.until, u.timezone z FROM reading_rollups r"
	    "	  JOIN unit_rules u USING (organization_id)"
	    "	 WHERE r.organization_id = {org} AND u.unit_id = {unit}),"
	    " g (name, part, zone, step) AS (SELECT v.* FROM c, LATERAL (VALUES"
	    "	('hourly', 'hour', 'UTC', interval '1 hour'),"
	    "	('daily', 'day', z, '1 day'), ('weekly', 'week', z, '1 week'),"
	    "	('monthly', 'month', z, '1 month')) v),"
	    " want AS (SELECT name, date_trunc(part, recorded_at AT TIME ZONE"
	    "	    zone) AT TIME ZONE zone AS a, (date_trunc(part,"
	    "	    recorded_at AT TIME ZONE zone) + step) AT TIME ZONE zone"
	    "	    AS b, min(temperature) lo, max(temperature) hi,"
	    "	    sum(temperature) total, min(humidity) hlo,"
	    "	    max(humidity) hhi, coalesce(sum(humidity), 0) htotal,"
	    "	    count(humidity)::int hn, count(*)::int n,"
	    "	    count(*) FILTER (WHERE anomaly)::int bad"
	    "	  FROM sensor_readings, g WHERE organization_id = {org}"
	    "	 GROUP BY 1, 2, 3),"
	    " due AS (SELECT want.* FROM want, c WHERE b <= until),"
	    " have AS (SELECT granularity, period_start, period_end, temp_min,"
	    "	    temp_max, temp_sum, humidity_min, humidity_max,"
	    "	    humidity_sum, humidity_count, reading_count, anomaly_count"
	    "	  FROM reading_metrics WHERE organization_id = {org})"
	    " SELECT (SELECT count(*) FROM (SELECT * FROM due EXCEPT"
	    "	SELECT * FROM have) x) + (SELECT count(*) FROM"
	    "	(SELECT * FROM have EXCEPT SELECT * FROM due) y)");
}

static const char *
rows(const char *granularity)
{
	return sql("SELECT count(*) FROM reading_metrics"
	    " WHERE organization_id = {org} AND granularity = '%s'",
	    granularity);
}

/* Buckets are those of the readings, from whatever level they come. */
static void
expect_same_buckets(int64_t from_ms, int64_t to_ms, const char *zone)
{
	static const int64_t	 steps[] = { 15 * MINUTE, HOUR, DAY };
	const struct history_of	 of = { fx.org, fx.unit, from_ms, to_ms };
	struct bucket		*v, *raw;
	size_t			 n, nraw;

	for (size_t i = 0; i < COUNT(steps); i++) {
		db_begin(app, &fx.org, NULL);
		cr_assert_eq(bucket_list(app, &of, steps[i], zone, &arena, &v,
		    &n), DB_OK);
		db_rollback(app);
		sql("UPDATE reading_rollups SET until = until -"
		    " interval '100 years' WHERE organization_id = {org}");
		db_begin(app, &fx.org, NULL);
		cr_assert_eq(bucket_list(app, &of, steps[i], zone, &arena,
		    &raw, &nraw), DB_OK);
		db_rollback(app);
		sql("UPDATE reading_rollups SET until = until +"
		    " interval '100 years' WHERE organization_id = {org}");
		cr_assert_eq(n, nraw);
		cr_expect_arr_eq(v, raw, n * sizeof(*v), "%s", zone);
	}
}

static int
roll_dice(unsigned short seed[3], int sides)
{
	return (int)(nrand48(seed) % sides);
}

/* Three weeks around the day on which clocks are set, with readings every ten
 * minutes or so: most in order, some up to days late, some before everything
 * that has been; a run now and then. */
static void
live_through(const char *zone, unsigned short seed[3])
{
	int64_t	start = at("2026-10-12T00:00:00Z"), now = start;
	int64_t	until = start + 21 * DAY, recorded;

	for (; now < until; now += roll_dice(seed, 20) * MINUTE) {
		recorded = now - roll_dice(seed, 90) * 1000;
		if (roll_dice(seed, 12) == 0)
			recorded -= roll_dice(seed, 4 * 24) * HOUR;
		if (roll_dice(seed, 150) == 0)
			recorded -= roll_dice(seed, 30) * DAY;
		store(recorded, now, roll_dice(seed, 1200) - 200,
		    roll_dice(seed, 3) * 45);
		if (roll_dice(seed, 60) == 0)
			roll(now);
	}
	roll(now);
	cr_expect_str_eq(differences(), "0", "%s", zone);
	expect_same_buckets(start - DAY + 7 * MINUTE, now + HOUR, zone);
	store(start + 9 * DAY + 3 * HOUR, now, 5000, 0);
	expect_same_buckets(start, now, zone);
	roll(now);
	cr_expect_str_eq(differences(), "0", "%s", zone);
	expect_same_buckets(start, now, zone);
}

Test(rollup, gives_the_same_whatever_comes_when)
{
	static const char *const zones[] = {
		"Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe",
		"America/St_Johns",
	};
	unsigned short		 seed[3] = { 7, 7, 7 };

	for (size_t i = 0; i < COUNT(zones); i++) {
		sql("DELETE FROM sensor_readings WHERE organization_id = {org};"
		    "DELETE FROM reading_metrics WHERE organization_id = {org};"
		    "DELETE FROM reading_rollups WHERE organization_id = {org}");
		set_zone(zones[i]);
		live_through(zones[i], seed);
	}
}

/* A reading each ten minutes, local midnight to local midnight. */
Test(rollup, days_on_which_clocks_are_set_have_23_and_25_hours)
{
	static const struct {
		const char	*day, *from, *to, *count;
	} c[] = {
		{ "2026-03-29", "2026-03-28 23:00Z", "2026-03-29 22:00Z",
		    "138" },
		{ "2026-10-25", "2026-10-24 22:00Z", "2026-10-25 23:00Z",
		    "150" },
		{ "2026-07-01", "2026-06-30 22:00Z", "2026-07-01 22:00Z",
		    "144" },
	};

	set_zone("Europe/Berlin");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) SELECT {org}, {unit}, t, 4"
	    " FROM generate_series('2026-03-20Z'::timestamptz,"
	    " '2026-11-01Z', interval '10 min') t");
	roll(at("2026-11-02T00:00:00Z"));
	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_str_eq(sql("SELECT reading_count FROM reading_metrics"
		    " WHERE organization_id = {org} AND granularity = 'daily'"
		    " AND period_start = '%s' AND period_end = '%s'",
		    c[i].from, c[i].to), c[i].count, "%s", c[i].day);
	cr_expect_str_eq(sql("SELECT string_agg(reading_count::text, ' '"
	    " ORDER BY period_start) FROM reading_metrics"
	    " WHERE organization_id = {org} AND granularity = 'monthly'"),
	    "1716 4320 4464 4320 4464 4464 4320 4470");
	cr_expect_str_eq(differences(), "0");
}

Test(rollup, done_twice_changes_nothing)
{
	int64_t		now = at("2026-11-02T12:07:00Z");
	struct rollup	r;

	store(at("2026-11-01T10:00:00Z"), at("2026-11-01T10:00:01Z"), 400, 0);
	roll(now);
	cr_expect_str_eq(rows("hourly"), "1");
	cr_expect_str_eq(rows("daily"), "1");
	cr_expect_str_eq(rows("weekly"), "1");
	cr_expect_str_eq(rows("monthly"), "0");
	r = roll(now);
	cr_expect_eq(r.rows, 0);
	store(at("2026-11-01T10:00:00Z"), now, 400, 0);
	r = roll(now);
	cr_expect_geq(r.rows, 3, "made anew");
	cr_expect_str_eq(differences(), "0");
}

Test(rollup, an_hour_that_may_still_change_is_left_alone)
{
	store(at("2026-11-01T10:00:00Z"), at("2026-11-01T10:00:01Z"), 400, 0);
	roll(at("2026-11-01T11:04:59Z"));
	cr_expect_str_eq(rows("hourly"), "0");
	roll(at("2026-11-01T11:05:00Z"));
	cr_expect_str_eq(rows("hourly"), "1");
}

Test(rollup, a_dry_run_changes_nothing)
{
	struct rollup	dry = { .db = jobs, .dry_run = true,
			    .now_ms = at("2026-11-03T00:07:00Z") };

	store(at("2026-11-01T10:00:00Z"), at("2026-11-02T10:00:01Z"), 400, 0);
	cr_assert_eq(rollup_run(&dry), DB_OK);
	cr_expect_geq(dry.rows, 2);
	cr_expect_str_eq(rows("hourly"), "0");
	cr_expect_str_eq(sql("SELECT count(*) FROM reading_rollup_marks"
	    " WHERE organization_id = {org} AND from_at > '2026-01-01'"), "1");
}

Test(rollup, another_sensor_or_another_zone_makes_everything_anew)
{
	int64_t	now = at("2026-11-10T00:07:00Z");

	set_zone("UTC");
	fixture_sql(&fx, "INSERT INTO devices (organization_id, unit_id,"
	    " device_eui, kind) VALUES ({org}, {unit}, md5({unit} || 'x'),"
	    " 'temperature')");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, device_id, recorded_at, temperature)"
	    " SELECT {org}, {unit}, d.id, t, 4 FROM devices d,"
	    " generate_series('2026-11-01Z'::timestamptz, '2026-11-02 23:59Z',"
	    " interval '1 hour') t WHERE d.unit_id = {unit}");
	roll(now);
	cr_expect_str_eq(sql("SELECT string_agg(reading_count::text, ' ')"
	    " FROM reading_metrics WHERE organization_id = {org}"
	    " AND granularity = 'daily'"), "24 24");
	sql("UPDATE devices SET unit_id = NULL"
	    " WHERE unit_id = {unit} AND id <> {device}");
	roll(now);
	cr_expect_str_eq(sql("SELECT string_agg(reading_count::text, ' ')"
	    " FROM reading_metrics WHERE organization_id = {org}"
	    " AND granularity = 'daily'"), "48 48");
	set_zone("America/New_York");
	roll(now);
	cr_expect_str_eq(sql("SELECT string_agg(reading_count::text, ' '"
	    " ORDER BY period_start) FROM reading_metrics"
	    " WHERE organization_id = {org} AND granularity = 'daily'"),
	    "8 50 38");
	cr_expect_str_eq(differences(), "0");
}

/* Its readings were dropped with their month; what is left of it is sums. */
Test(rollup, sums_outlive_their_readings)
{
	int64_t	now = at("2026-11-10T00:07:00Z");

	store(at("2026-08-01T10:00:00Z"), at("2026-08-01T10:00:01Z"), 400, 0);
	store(at("2026-10-01T10:00:00Z"), at("2026-10-01T10:00:01Z"), 500, 0);
	roll(now);
	sql("DELETE FROM sensor_readings WHERE organization_id = {org}"
	    " AND recorded_at < '2026-09-01'");
	sql("SELECT mark_rollups({org}, ARRAY[{unit}::uuid])");
	roll(now);
	cr_expect_str_eq(rows("monthly"), "2");
	sql("DELETE FROM sensor_readings WHERE organization_id = {org}");
	sql("SELECT mark_rollups({org}, ARRAY[{unit}::uuid])");
	roll(now);
	cr_expect_str_eq(rows("monthly"), "2");
	cr_expect_str_eq(sql("SELECT count(*) FROM reading_rollup_marks"
	    " WHERE organization_id = {org}"), "0");
}

/* ... but for those that somebody holds: they are not what it had. */
Test(rollup, sums_outlive_readings_of_which_some_are_held)
{
	int64_t	now = at("2026-11-10T00:07:00Z");

	sql("SELECT create_reading_partitions('2024-01-01', 2)");
	store(at("2024-01-05T10:00:00Z"), at("2024-01-05T10:00:01Z"), 400, 0);
	store(at("2024-01-25T10:00:00Z"), at("2024-01-25T10:00:01Z"), 400, 0);
	store(at("2024-02-05T10:00:00Z"), at("2024-02-05T10:00:01Z"), 500, 0);
	roll(now);
	sql("INSERT INTO retention_holds (organization_id, unit_id, until_at,"
	    " reason, placed_by) VALUES ({org}, {unit}, '2024-01-10', 'x',"
	    " 'Ann')");
	cr_expect_str_eq(sql("SELECT gone || ' ' || kept FROM"
	    " retire_reading_month('sensor_readings_y2024m01', now())"), "1 1");
	sql("SELECT mark_rollups({org}, ARRAY[{unit}::uuid])");
	roll(now);
	cr_expect_str_eq(sql("SELECT string_agg(reading_count::text, ' '"
	    " ORDER BY period_start) FROM reading_metrics"
	    " WHERE organization_id = {org} AND granularity = 'monthly'"),
	    "2 1");
	sql("DROP TABLE sensor_readings_y2024m01, sensor_readings_y2024m02");
}

/* Stored while a run was under way, seen by it or not: never lost. */
Test(rollup, a_mark_not_yet_committed_is_found_the_next_time)
{
	int64_t	now = at("2026-11-03T00:07:00Z");
	int64_t	late = at("2026-11-01T10:30:00Z");

	store(at("2026-11-01T10:00:00Z"), at("2026-11-01T10:00:01Z"), 400, 0);
	store(late - MINUTE, now, 450, 0);
	db_begin(ingest, &fx.org, NULL);
	db_send(ingest, &store_stmt, db_arg_uuid(&fx.org),
	    db_arg_uuid(&fx.unit), db_arg_i64(late), db_arg_i64(500),
	    db_arg_i64(0));
	rollup_mark(ingest, &fx.org, &fx.unit, late, late);
	cr_assert_eq(db_query(ingest, &rollup_mark_stmt, NULL,
	    db_arg_uuid(&fx.org), db_arg_uuid(&fx.unit), db_arg_i64(late),
	    db_arg_i64(late)), DB_OK);
	roll(now);
	cr_expect_str_eq(differences(), "0");
	cr_assert_eq(db_commit(ingest), DB_OK);
	cr_expect_str_neq(differences(), "0", "this test can fail");
	roll(now);
	cr_expect_str_eq(differences(), "0");
}

Test(rollup, an_organization_held_by_another_run_is_left_to_it)
{
	struct fixture	other = fx;

	store(at("2026-11-01T10:00:00Z"), at("2026-11-01T10:00:01Z"), 400, 0);
	roll(at("2026-11-01T12:07:00Z"));
	store(at("2026-11-01T12:20:00Z"), at("2026-11-01T12:20:01Z"), 400, 0);
	other.super = PQconnectdb("user=postgres"
	    " options='-c search_path=frostguard'");
	fixture_sql(&other, "BEGIN; SELECT 1 FROM reading_rollups"
	    " WHERE organization_id = {org} FOR UPDATE");
	roll(at("2026-11-01T13:07:00Z"));
	cr_expect_str_eq(rows("hourly"), "1");
	fixture_sql(&other, "ROLLBACK");
	PQfinish(other.super);
	roll(at("2026-11-01T13:07:00Z"));
	cr_expect_str_eq(rows("hourly"), "2");
}
