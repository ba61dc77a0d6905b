/* What time alone does to units. A sweep takes every organization's, so these
 * tests run one after the other. */
#include "domain/sweep.h"
#include "fixture.h"
#include "base/clock.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/options.h>

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	criterion_options.jobs = 1;
}

static struct fixture	fx;
static struct db	*jobs;
static int64_t		now_ms;

static void
set_up(void)
{
	fixture_make(&fx);
	jobs = fixture_db("fg_jobs");
	now_ms = clock_now_ms();
}

static void
tear_down(void)
{
	db_free(jobs);
	fixture_free(&fx);
}

TestSuite(sweep, .init = set_up, .fini = tear_down);

static struct sweep
sweep_at(int64_t at_ms, bool dry_run)
{
	struct sweep	s = { .db = jobs, .now_ms = at_ms, .dry_run = dry_run };

	cr_assert_eq(sweep_run(&s), DB_OK);
	return s;
}

#define STATUS "SELECT status FROM unit_state WHERE unit_id = {unit}"
#define OPEN_ALERTS "SELECT string_agg(alert_type || ' ' || severity, ','" \
	" ORDER BY alert_type) FROM alerts"				\
	" WHERE organization_id = {org} AND status <> 'resolved'"
#define DUE "SELECT due_at IS NULL FROM unit_state WHERE unit_id = {unit}"

#define MINUTES(n)	((n) * 60000LL)

Test(sweep, a_unit_never_seen_is_overdue_and_somebody_is_told)
{
	struct sweep	s = sweep_at(now_ms + MINUTES(30), false);

	cr_expect_geq(s.units, 1);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "manual_required");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS),
	    "monitoring_interrupted critical,missed_manual_entry warning");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) > 0 FROM"
	    " notification_deliveries WHERE organization_id = {org}"), "t");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
}

Test(sweep, a_second_sweep_at_the_same_moment_finds_nothing_to_do)
{
	(void)sweep_at(now_ms + MINUTES(30), false);
	(void)sweep_at(now_ms + MINUTES(30), false);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM alerts"
	    " WHERE organization_id = {org}"), "2");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM unit_state"
	    " WHERE unit_id = {unit} AND due_at <= now()"), "0");
}

Test(sweep, a_dry_run_changes_nothing)
{
	struct sweep	s = sweep_at(now_ms + MINUTES(30), true);

	cr_expect_geq(s.units, 1);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "offline");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
}

Test(sweep, what_another_holds_is_left_for_the_next_run)
{
	fixture_sql(&fx, "BEGIN");
	fixture_sql(&fx, "SELECT 1 FROM unit_state WHERE unit_id = {unit}"
	    " FOR NO KEY UPDATE");
	(void)sweep_at(now_ms + MINUTES(30), false);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "offline");
	fixture_sql(&fx, "COMMIT");
	(void)sweep_at(now_ms + MINUTES(30), false);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "manual_required");
}

Test(sweep, a_unit_closed_down_is_not_watched)
{
	fixture_sql(&fx, "UPDATE units SET is_active = false"
	    " WHERE id = {unit}");
	(void)sweep_at(now_ms + MINUTES(30), false);
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
	cr_expect_str_eq(fixture_sql(&fx, DUE), "t");
}

Test(sweep, many_units_are_done_in_batches)
{
	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type) SELECT {org}, {area}, 'u' || n, 'freezer'"
	    " FROM generate_series(1, 450) n");
	(void)sweep_at(now_ms + MINUTES(30), false);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM unit_state"
	    " WHERE organization_id = {org} AND status = 'offline'"), "0");
}
