#include "gap-case.h"
#include "domain/rollup.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/options.h>
#include <stdio.h>
#include <string.h>

/* A run takes every organization's: the tests follow one another. */
ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	criterion_options.jobs = 1;
}

struct fixture	 fx;
struct db	*jobs, *app;
struct arena	 arena;

void
case_set_up(void)
{
	fixture_make(&fx);
	fixture_sql(&fx, "UPDATE units SET primary_device_id = {device},"
	    " created_at =" T " WHERE id = {unit}");
	fixture_sql(&fx, "UPDATE units SET checkin_interval_seconds = 600"
	    " WHERE id = {unit}");
	jobs = fixture_db("fg_jobs");
	app = fixture_db("fg_app");
}

void
case_tear_down(void)
{
	db_free(jobs);
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
}

void
case_store(const char *minutes, int first)
{
	char	sql[2048];

	snprintf(sql, sizeof(sql), "INSERT INTO sensor_readings"
	    " (organization_id, unit_id, device_id, recorded_at, f_cnt,"
	    " temperature, source) SELECT {org}, {unit}, {device}," T
	    " + m * interval '1 min', %d + m / 10, 4, 't'"
	    " FROM unnest(string_to_array('%s', ',')::int[]) m", first, minutes);
	fixture_sql(&fx, sql);
}

void
case_store_every_ten(int from, int to)
{
	char	minutes[1024] = "", one[16];

	for (int m = from; m <= to; m += 10) {
		snprintf(one, sizeof(one), "%s%d", m > from ? "," : "", m);
		memcpy(minutes + strlen(minutes), one, strlen(one) + 1);
	}
	case_store(minutes, 0);
}

void
case_roll(int64_t now_ms)
{
	struct rollup	r = { .db = jobs, .now_ms = now_ms };

	cr_assert_eq(rollup_run(&r), DB_OK);
	cr_assert_eq(r.failed, 0);
}

void
case_mark(int from, int to)
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

void
case_expect_ledger(const char *want)
{
	cr_expect_str_eq(fixture_sql(&fx, LEDGER), want, "%s",
	    fixture_sql(&fx, LEDGER));
}
