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
