/* The ledger of gaps is what the readings say, whatever came when. A run takes
 * every organization's, so these tests run one after the other. */
#include "base/when.h"
#include "domain/coverage.h"
#include "domain/gap.h"
#include "domain/rollup.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/options.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MINUTE		INT64_C(60000)
/* 2026-11-02 00:00 UTC; T in a query stands for it. */
#define START		INT64_C(1793577600000)
#define T		" to_timestamp(1793577600)"
#define NOW		(START + 24 * PERIOD_HOUR_MS)

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	criterion_options.jobs = 1;
}

static struct fixture	fx;
static struct db	*jobs, *app;
static struct arena	arena;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_sql(&fx, "UPDATE units SET primary_device_id = {device},"
	    " created_at =" T " WHERE id = {unit}");
	fixture_sql(&fx, "UPDATE units SET checkin_interval_seconds = 600"
	    " WHERE id = {unit}");
	jobs = fixture_db("fg_jobs");
	app = fixture_db("fg_app");
}

static void
tear_down(void)
{
	db_free(jobs);
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
}

TestSuite(gap, .init = set_up, .fini = tear_down);

/* One reading at each of these minutes, as frames counted from first on; a
 * frame is left out where the minute is. */
static void
store(const char *minutes, int first)
{
	char	sql[2048];

	snprintf(sql, sizeof(sql), "INSERT INTO sensor_readings"
	    " (organization_id, unit_id, device_id, recorded_at, f_cnt,"
	    " temperature, source) SELECT {org}, {unit}, {device}," T
	    " + m * interval '1 min', %d + m / 10, 4, 't'"
	    " FROM unnest(string_to_array('%s', ',')::int[]) m", first, minutes);
	fixture_sql(&fx, sql);
}

static void
store_every_ten(int from, int to)
{
	char	minutes[1024] = "", one[16];

	for (int m = from; m <= to; m += 10) {
		snprintf(one, sizeof(one), "%s%d", m > from ? "," : "", m);
		memcpy(minutes + strlen(minutes), one, strlen(one) + 1);
	}
	store(minutes, 0);
}

static void
roll(int64_t now_ms)
{
	struct rollup	r = { .db = jobs, .now_ms = now_ms };

	cr_assert_eq(rollup_run(&r), DB_OK);
	cr_assert_eq(r.failed, 0);
}

/* As those do who store what is late. */
static void
mark(int from, int to)
{
	char	sql[512];

	snprintf(sql, sizeof(sql), "INSERT INTO reading_rollup_marks"
	    " (organization_id, unit_id, from_at, to_at) SELECT {org}, {unit},"
	    T " + %d * interval '1 min'," T " + %d * interval '1 min'", from,
	    to);
	fixture_sql(&fx, sql);
}

/* "from-to/frames status", in minutes. */
#define LEDGER "SELECT string_agg(concat("				\
	"round(extract(epoch FROM from_at -" T ") / 60), '-',"		\
	" round(extract(epoch FROM to_at -" T ") / 60), '/', frames, ' ',"	\
	" status), ', ' ORDER BY from_at) FROM reading_gaps"		\
	" WHERE unit_id = {unit}"

static void
expect_ledger(const char *want)
{
	cr_expect_str_eq(fixture_sql(&fx, LEDGER), want, "%s",
	    fixture_sql(&fx, LEDGER));
}

Test(gap, counters_tell_how_many_frames_are_missing)
{
	static const struct {
		const char	*name, *earlier, *later, *want;
	} c[] = {
		{ "the next one", "7", "8", "0" },
		{ "one missing", "7", "9", "1" },
		{ "the same again", "7", "7", "0" },
		{ "the first ever", "NULL", "7", "" },
		{ "of a source that does not count", "7", "NULL", "" },
		{ "a join: begun anew", "7", "0", "" },
		{ "a join, and frames lost after it", "400", "6", "" },
		{ "out of order", "9", "8", "" },
		{ "16 bits turn over", "65535", "0", "0" },
		{ "16 bits turn over with some missing", "65530", "3", "8" },
		{ "a counter that does not stop at 16 bits", "65535", "65536",
		  "0" },
		{ "a reset shortly before 16 bits are full", "65000", "1", "" },
		{ "more than 16 bits do not turn over there", "131071", "0",
		  "" },
		{ "32 bits turn over, of which the low 31 are kept",
		  "2147483647", "0", "0" },
		{ "... with some missing", "2147483646", "3", "4" },
		{ "the largest step there is", "0", "16384", "16383" },
		{ "a larger one", "0", "16385", "" },
	};
	char	sql[256];

	for (size_t i = 0; i < COUNT(c); i++) {
		snprintf(sql, sizeof(sql), "SELECT missed_frames(%s, %s)",
		    c[i].earlier, c[i].later);
		cr_expect_str_eq(fixture_sql(&fx, sql), c[i].want, "%s",
		    c[i].name);
	}
}

Test(gap, an_unbroken_curve_has_none)
{
	store_every_ten(0, 24 * 60);
	roll(NOW);
	expect_ledger("");
}

Test(gap, lost_frames_and_silences_are_noted)
{
	/* Frames 3 and 4 are lost; then 20 to 39; then it is silent. */
	store("0,10,20,50,60,70,80,90,100,110,120,130,140,150,160,170,180,190,"
	    "400,410", 0);
	roll(NOW);
	expect_ledger("20-50/2 open, 190-400/20 open, 410-/ open");
}

Test(gap, a_sensor_that_sent_nothing_leaves_nothing_to_fetch)
{
	store("0,10", 0);
	store("60", -4);	/* 60 / 10 - 4 = 2: the next frame */
	roll(START + 65 * MINUTE + PERIOD_HOUR_MS);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(frames || status,"
	    " ',') FROM reading_gaps WHERE unit_id = {unit}"
	    " AND to_at IS NOT NULL"), "0unfillable");
}

Test(gap, a_late_reading_makes_it_smaller_and_a_whole_series_closes_it)
{
	store_every_ten(0, 180);
	store_every_ten(400, 24 * 60);
	roll(NOW);
	expect_ledger("180-400/21 open");
	fixture_sql(&fx, "UPDATE reading_gaps SET status = 'unfillable',"
	    " attempts = 3 WHERE unit_id = {unit}");
	store("300", 0);
	mark(300, 300);
	roll(NOW);
	expect_ledger("180-300/11 open, 300-400/9 open");
	store_every_ten(190, 290);
	store_every_ten(310, 390);
	mark(190, 390);
	roll(NOW);
	expect_ledger("");
}

Test(gap, one_that_has_not_changed_stays_what_it_was)
{
	store_every_ten(0, 180);
	store_every_ten(400, 24 * 60);
	roll(NOW);
	fixture_sql(&fx, "UPDATE reading_gaps SET status = 'unfillable'"
	    " WHERE unit_id = {unit}");
	mark(0, 1440);
	roll(NOW);
	expect_ledger("180-400/21 unfillable");
}

Test(gap, one_that_went_on_ends_with_the_next_reading)
{
	store_every_ten(0, 100);
	roll(START + 300 * MINUTE);
	expect_ledger("100-/ open");
	store_every_ten(500, 600);
	roll(START + 605 * MINUTE);
	expect_ledger("100-500/39 open");
}

Test(gap, windows_that_begin_within_one_change_nothing)
{
	store("0,10,20,200,210,220", 0);
	for (int hour = 1; hour < 6; hour++)
		roll(START + hour * PERIOD_HOUR_MS + 6 * MINUTE);
	expect_ledger("20-200/17 open, 220-/ open");
}

Test(gap, a_second_sensor_beside_the_first_fills_none)
{
	store_every_ten(0, 100);
	fixture_sql(&fx, "INSERT INTO devices (organization_id, unit_id, kind)"
	    " VALUES ({org}, {unit}, 'temperature')");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, device_id, recorded_at, temperature) SELECT {org},"
	    " {unit}, id," T " + interval '2 h', 4 FROM devices"
	    " WHERE unit_id = {unit} AND id <> {device}");
	roll(NOW);
	expect_ledger("100-/ open");
}

/* Of a sensor beside the first, or of the first itself: "from-to/frames". */
#define BESIDE "SELECT string_agg(concat("				\
	"round(extract(epoch FROM from_at -" T ") / 60), '-',"		\
	" round(extract(epoch FROM to_at -" T ") / 60), '/', frames, ' ',"	\
	" status), ', ' ORDER BY from_at) FROM reading_gaps"		\
	" WHERE unit_id = {unit} AND series_id <> unit_id"
#define CURVE "SELECT count(*) FROM reading_gaps"			\
	" WHERE unit_id = {unit} AND series_id = unit_id"

/* A second sensor, that the network knows, attached at START. */
static void
attach(const char *kind)
{
	char	sql[512];

	snprintf(sql, sizeof(sql), "INSERT INTO devices (organization_id,"
	    " unit_id, kind, ttn_device_id, attached_at) VALUES ({org},"
	    " {unit}, '%s', 'second'," T ")", kind);
	fixture_sql(&fx, sql);
	fx.their = fx.device;
	cr_assert(uuid_parse(fixture_sql(&fx, "SELECT id FROM devices"
	    " WHERE ttn_device_id = 'second' AND organization_id = {org}"), 36,
	    &fx.device));
}

static void
see(int minute)
{
	char	sql[256];

	snprintf(sql, sizeof(sql), "UPDATE device_state SET last_seen_at =" T
	    " + %d * interval '1 min' WHERE device_id = {device}", minute);
	fixture_sql(&fx, sql);
}

Test(gap, each_sensor_that_the_network_knows_is_surveyed_by_its_own_frames)
{
	store_every_ten(0, 24 * 60);
	attach("temperature");
	store("5,15,45,55,300", 0);
	see(300);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE),
	    "15-45/2 open, 55-300/24 open, 300-/ open");
	cr_expect_str_eq(fixture_sql(&fx, CURVE), "0");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM reading_gaps"
	    " WHERE series_id = {device} AND device_id = {device}"), "3");
	store("25,35", 0);
	mark(25, 35);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE),
	    "55-300/24 open, 300-/ open");
	fixture_sql(&fx, "INSERT INTO sensor_configurations (organization_id,"
	    " device_id, uplink_interval_seconds) VALUES ({org}, {device},"
	    " 36000)");
	mark(0, 1440);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "",
	    "what it was told to do is no gap");
}

Test(gap, a_sensor_never_heard_is_one_gap_from_when_it_was_attached)
{
	store_every_ten(0, 24 * 60);
	attach("temperature");
	roll(START + 35 * MINUTE + PERIOD_HOUR_MS);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "0-/ open");
	fixture_sql(&fx, "UPDATE reading_gaps SET attempts = 4"
	    " WHERE series_id = {device}");
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT attempts FROM reading_gaps"
	    " WHERE series_id = {device}"), "4", "and stays it");
	store("125,135", 0);
	see(135);
	mark(125, 135);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "0-125/ open, 135-/ open");
	fixture_sql(&fx, "UPDATE devices SET ttn_device_id = NULL"
	    " WHERE id = {device}");
	mark(0, 1440);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "", "nobody to ask");
}

Test(gap, long_ago_a_sensor_beside_was_heard_and_still_is_that_gap)
{
	attach("temperature");
	store("5", 0);
	see(5);
	roll(START + 45 * 24 * PERIOD_HOUR_MS);
	roll(START + 46 * 24 * PERIOD_HOUR_MS);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "5-/ open");
}

Test(gap, a_unit_never_measured_is_one_gap_of_its_sensor)
{
	fixture_sql(&fx, "UPDATE devices SET attached_at =" T
	    " + interval '5 min', ttn_device_id = 'first'"
	    " WHERE id = {device}");
	roll(START + 2 * PERIOD_HOUR_MS);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "5-/ open");
	cr_expect_str_eq(fixture_sql(&fx, CURVE), "0");
	store_every_ten(100, 24 * 60);
	see(24 * 60);
	mark(100, 24 * 60);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "5-100/ open");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) VALUES ({org}, {unit}," T
	    " + interval '30 min', 4)");
	mark(30, 30);
	roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "",
	    "it is the curve's own, once that has begun");
	cr_expect_str_eq(fixture_sql(&fx, CURVE), "1");
}

#define DAY	(24 * 60)

Test(gap, a_door_is_a_gap_while_it_is_silent_and_that_is_remembered)
{
	store_every_ten(0, 24 * 60);
	attach("door");
	see(60);
	roll(START + 3 * DAY * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "");
	roll(START + (3 * DAY + 120) * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "60-/ open");
	see(4 * DAY);
	roll(START + (4 * DAY + 120) * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "60-5760/ open");
	fixture_sql(&fx, "UPDATE reading_gaps SET status = 'unfillable'"
	    " WHERE series_id = {device}");
	see(5 * DAY);
	mark(0, 4 * DAY);
	roll(START + (5 * DAY + 120) * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "60-5760/ unfillable");
}

Test(gap, many_units_are_surveyed_some_at_a_time)
{
	const char	*next;
	char		 sql[256] = "SELECT survey_some_gaps({org}, NULL, 2,"
			     T "," T " + interval '1 day'," T
			     " + interval '1 day')";
	int		 n = 0;

	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type) SELECT {org}, {area}, 'u' || n, 'fridge'"
	    "  FROM generate_series(1, 4) n");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) SELECT {org}, id," T ", 4"
	    "  FROM units WHERE organization_id = {org}");
	while (*(next = fixture_sql(&fx, sql)) != '\0' && n++ < 5)
		snprintf(sql, sizeof(sql), "SELECT survey_some_gaps({org},"
		    " '%s', 2," T "," T " + interval '1 day'," T
		    " + interval '1 day')", next);
	cr_expect_eq(n, 3, "two, two and one");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(DISTINCT unit_id)"
	    " FROM reading_gaps WHERE organization_id = {org}"), "5");
}

/* What the fixture's unit was observed of these minutes. */
static struct coverage
cover(int from, int to, int64_t now_ms)
{
	struct history_of	of = { fx.org, fx.unit, START + from * MINUTE,
				    START + to * MINUTE };
	const struct unit	u = { .interval_s = 600 };
	struct coverage		c;

	db_begin(app, &fx.org, &fx.owner);
	cr_assert_eq(coverage_read(app, &of, &u, now_ms, &arena, &c), DB_OK);
	cr_assert_eq(db_commit(app), DB_OK);
	return c;
}

/* Before the ledger is made, half of it, all of it, and while some of it is to
 * be made again. */
Test(gap, coverage_is_the_same_however_far_the_ledger_is)
{
	static const int64_t	until[] = { 0, 130, 430, 1440 };

	fixture_sql(&fx, "UPDATE units SET created_at =" T
	    " WHERE id = {unit}");
	store_every_ten(0, 60);
	store_every_ten(200, 380);
	store_every_ten(500, 700);
	for (size_t i = 0; i < COUNT(until); i++) {
		struct coverage	c;

		if (until[i] > 0)
			roll(START + (until[i] + 6) * MINUTE);
		c = cover(0, 1000, START + 1000 * MINUTE);
		cr_expect_eq(c.gaps, 3, "%zu: %d", i, (int)c.gaps);
		cr_expect_eq(c.observed_ms, (70 + 190 + 210) * MINUTE, "%zu",
		    i);
		cr_expect_eq(c.longest.from_ms, START + 710 * MINUTE);
		c = cover(100, 150, START + 1000 * MINUTE);
		cr_expect_eq(c.observed_ms, 0, "%zu", i);
		c = cover(210, 390, START + 1000 * MINUTE);
		cr_expect_eq(coverage_percent(&c), 10000, "%zu", i);
	}
	mark(200, 200);
	cr_expect_eq(cover(0, 1000, START + 1000 * MINUTE).gaps, 3);
	store_every_ten(70, 190);
	mark(70, 190);
	cr_expect_eq(cover(0, 1000, START + 1000 * MINUTE).gaps, 2,
	    "what came late counts at once");
}

Test(gap, before_its_first_reading_a_unit_is_blind_once)
{
	struct coverage	c;

	fixture_sql(&fx, "UPDATE devices SET attached_at =" T ","
	    " ttn_device_id = 'first' WHERE id = {device}");
	roll(START + 2 * PERIOD_HOUR_MS);
	roll(NOW);
	c = cover(0, 1000, NOW);
	cr_expect_eq(c.gaps, 1);
	cr_expect_eq(c.observed_ms, 0);
	cr_expect_eq(c.open, 0, "of the curve");
}

Test(gap, coverage_begins_where_the_unit_does)
{
	fixture_sql(&fx, "UPDATE units SET created_at =" T
	    " + interval '100 min' WHERE id = {unit}");
	store_every_ten(120, 300);
	cr_expect_eq(cover(0, 300, NOW).of.from_ms, START + 100 * MINUTE);
	store("50", 0);
	cr_expect_eq(cover(0, 300, NOW).of.from_ms, START + 50 * MINUTE,
	    "or its history");
}

Test(gap, each_unit_has_its_own)
{
	store_every_ten(0, 100);
	store_every_ten(300, 400);
	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type, checkin_interval_seconds) SELECT {org}, {area}, 'u' ||"
	    " n, 'fridge', 600 FROM generate_series(1, 3) n");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) SELECT {org}, id," T
	    " + m * interval '10 min', 4 FROM units, generate_series(0, 40) m"
	    " WHERE organization_id = {org} AND name = 'u1'"
	    "    OR organization_id = {org} AND name = 'u2' AND m <> 20"
	    "	AND m NOT BETWEEN 5 AND 10");
	roll(START + 405 * MINUTE);
	expect_ledger("100-300/19 open");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(u.name || ' ' ||"
	    " g.status, ',') FROM reading_gaps g JOIN units u ON u.id ="
	    " g.unit_id WHERE g.organization_id = {org} AND u.id <> {unit}"),
	    "u2 unfillable", "nobody knows of a program's frames");
}

Test(gap, a_unit_without_a_sensor_is_measured_by_hand)
{
	fixture_sql(&fx, "UPDATE units SET primary_device_id = NULL"
	    " WHERE id = {unit}");
	fixture_sql(&fx, "UPDATE devices SET unit_id = NULL"
	    " WHERE id = {device}");
	cr_expect(cover(0, 100, NOW).by_hand);
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) VALUES ({org}, {unit}," T
	    ", 4)");
	cr_expect_not(cover(0, 100, NOW).by_hand, "a program measures it");
}
