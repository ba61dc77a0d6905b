/* A temperature that a person has measured. */
#include "domain/manual_log.h"
#include "domain/sweep.h"
#include "fixture.h"
#include "base/clock.h"
#include <criterion/criterion.h>
#include <string.h>

#define MINUTE	60000LL
#define DAY	(24 * 60 * MINUTE)

static struct fixture		fx;
static struct db		*app;
static struct arena		arena;
static struct live_list		live;
static struct manual_log	got;
static struct manual_log_fault	fault;
static struct manual_log_entry	e;

static void
set_up(void)
{
	int64_t	now_ms = clock_now_ms();

	fixture_make(&fx);
	app = fixture_db("fg_app");
	live.arena = &arena;
	e = (struct manual_log_entry){ .organization = fx.org,
	    .profile = fx.owner, .now_ms = now_ms,
	    .log = { .id = uuid_make(now_ms), .unit = fx.unit, .temp = 400,
	    .recorded_at_ms = now_ms } };
}

static void
tear_down(void)
{
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
}

TestSuite(manual_log, .init = set_up, .fini = tear_down);

static enum manual_log_rc
enter(void)
{
	return manual_log_enter(app, &e, &arena, &got, &fault, &live);
}

#define LOGS "SELECT count(*) FROM manual_temperature_logs"		\
	" WHERE organization_id = {org}"
#define AUDIT "SELECT count(*) FROM event_logs WHERE organization_id = {org}" \
	" AND event_type = 'manual_temp_logged'"
#define STATE "SELECT status || ' ' || (last_manual_log_at IS NOT NULL)" \
	" FROM unit_state WHERE unit_id = {unit}"
#define BY_HAND "UPDATE devices SET unit_id = NULL WHERE id = {device};"  \
	" UPDATE units SET manual_monitoring_required = true"		\
	" WHERE id = {unit}"

/* Refused at the field, and nothing is kept. */
static void
refused(const char *name, const char *field)
{
	cr_expect_eq(enter(), MANUAL_LOG_INVALID, "%s", name);
	cr_expect_str_eq(fault.field, field, "%s", name);
	cr_expect_str_eq(fixture_sql(&fx, LOGS), "0", "%s", name);
	cr_expect_str_eq(fixture_sql(&fx, AUDIT), "0", "%s", name);
	cr_expect_eq(live.n, 0, "%s", name);
}

Test(manual_log, keeps_what_was_measured_and_by_whom)
{
	e.log.notes = "by the door";
	e.log.humidity = (struct opt_centi){ true, 6100 };
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	cr_expect(uuid_eq(&got.id, &e.log.id));
	cr_expect_eq(got.temp, 400);
	cr_expect(got.judged && got.in_range);
	cr_expect_str_eq(got.notes, "by the door");
	cr_expect_eq(got.created_at_ms, e.now_ms);
	cr_expect(!manual_log_is_late(&got));
	cr_expect_not_null(got.by);
	cr_expect_str_eq(fixture_sql(&fx, AUDIT " AND actor_id = {owner}"
	    " AND actor_type = 'user' AND unit_id = {unit}"), "1");
	cr_expect_gt(live.n, 0);
	cr_expect_eq(live.v[0].kind, LIVE_UNIT_STATE);
}

Test(manual_log, a_fault_is_named_and_nothing_is_kept)
{
	static const struct {
		const char	*name, *field;
		centi_t		 temp;
		int64_t		 after_ms;	/* now */
		const char	*photo;
	} c[] = {
		{ "too cold", "temperature", -7334, 0, NULL },
		{ "too warm", "temperature", 9334, 0, NULL },
		{ "future", "recordedAt", 400, 5 * MINUTE + 1, NULL },
		{ "long ago", "recordedAt", 400, -30 * DAY - 1, NULL },
		{ "a script", "photoUrl", 400, 0, "javascript:alert(1)" },
		{ "above, no action", "correctiveAction", 501, 0, NULL },
		{ "below, no action", "correctiveAction", 199, 0, NULL },
	};
	int64_t	now_ms = e.now_ms;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		e.log.temp = c[i].temp;
		e.log.recorded_at_ms = now_ms + c[i].after_ms;
		e.log.photo = c[i].photo;
		refused(c[i].name, c[i].field);
	}
}

Test(manual_log, out_of_range_takes_a_corrective_action_and_keeps_it)
{
	e.log.temp = 501;
	e.log.action = "moved the milk";
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	cr_expect(got.judged && !got.in_range);
	cr_expect_str_eq(got.action, "moved the milk");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM"
	    " corrective_actions c JOIN manual_temperature_logs l"
	    " ON l.id = c.manual_log_id WHERE l.unit_id = {unit}"
	    " AND c.profile_id = {owner}"), "1");
}

Test(manual_log, a_limit_itself_is_in_range)
{
	e.log.temp = 500;
	cr_expect_eq(enter(), MANUAL_LOG_DONE);
	cr_expect(got.in_range);
}

Test(manual_log, the_same_log_again_is_one_log)
{
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	e.now_ms += MINUTE;
	e.log.recorded_at_ms += MINUTE;		/* it did not say when */
	cr_expect_eq(enter(), MANUAL_LOG_REPEATED);
	cr_expect_eq(got.recorded_at_ms, e.now_ms - MINUTE);
	cr_expect_eq(live.n, 0);
	cr_expect_str_eq(fixture_sql(&fx, LOGS), "1");
	cr_expect_str_eq(fixture_sql(&fx, AUDIT), "1");
}

Test(manual_log, an_id_given_to_another_log_is_a_conflict)
{
	struct manual_log	first = e.log;

	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	e.log.temp = 401;
	cr_expect_eq(enter(), MANUAL_LOG_OTHER);
	e.log = first;
	e.log.notes = "more";
	cr_expect_eq(enter(), MANUAL_LOG_OTHER);
	e.log = first;
	e.log.recorded_at_ms -= 1;
	e.says_when = true;
	cr_expect_eq(enter(), MANUAL_LOG_OTHER);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT temperature || ' ' ||"
	    " coalesce(notes, '-') FROM manual_temperature_logs"
	    " WHERE unit_id = {unit}"), "4.00 -");
	cr_expect_str_eq(fixture_sql(&fx, AUDIT), "1");
}

Test(manual_log, another_organizations_unit_does_not_exist)
{
	struct fixture	other;

	fixture_make(&other);
	e.organization = other.org;
	e.profile = other.owner;
	cr_expect_eq(enter(), MANUAL_LOG_NONE);
	cr_expect_str_eq(fixture_sql(&fx, LOGS), "0");
	fixture_free(&other);
}

Test(manual_log, a_deleted_unit_does_not_exist_not_even_for_a_repetition)
{
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	fixture_sql(&fx, "UPDATE units SET deleted_at = now()"
	    " WHERE id = {unit}");
	cr_expect_eq(enter(), MANUAL_LOG_NONE);
	e.log.id = uuid_make(e.now_ms);
	cr_expect_eq(enter(), MANUAL_LOG_NONE);
	cr_expect_str_eq(fixture_sql(&fx, LOGS), "1");
}

Test(manual_log, is_judged_by_the_limits_of_its_time)
{
	fixture_sql(&fx, "UPDATE units SET temp_limit_high = 8"
	    " WHERE id = {unit}");
	fixture_sql(&fx, "UPDATE unit_settings_history SET"
	    " changed_at = now() - interval '2 days' WHERE unit_id = {unit}");
	fixture_sql(&fx, "UPDATE units SET temp_limit_high = 3"
	    " WHERE id = {unit}");
	fixture_sql(&fx, "INSERT INTO alert_rules (organization_id, unit_id,"
	    " name, temp_max) VALUES ({org}, {unit}, 'now', 1)");
	e.log.temp = 700;
	e.log.recorded_at_ms = e.now_ms - DAY;
	cr_expect_eq(enter(), MANUAL_LOG_DONE);
	cr_expect(got.in_range);
	e.log.id = uuid_make(e.now_ms);
	e.log.recorded_at_ms = e.now_ms - 3 * DAY;
	cr_expect_eq(enter(), MANUAL_LOG_INVALID);
	e.log.recorded_at_ms = e.now_ms + MINUTE;
	e.log.temp = 200;
	cr_expect_eq(enter(), MANUAL_LOG_INVALID);
}

Test(manual_log, a_rule_that_is_gone_still_judges_its_time)
{
	fixture_sql(&fx, "INSERT INTO alert_rules (organization_id, unit_id,"
	    " name, temp_max) VALUES ({org}, {unit}, 'thaw', 9)");
	fixture_sql(&fx, "UPDATE alert_rules_history SET changed_at = now()"
	    " - interval '2 days' WHERE organization_id = {org}");
	fixture_sql(&fx, "DELETE FROM alert_rules WHERE unit_id = {unit}");
	e.log.temp = 700;
	e.log.recorded_at_ms = e.now_ms - 3 * DAY;
	cr_expect_eq(enter(), MANUAL_LOG_INVALID);
	e.log.recorded_at_ms = e.now_ms + MINUTE;
	cr_expect_eq(enter(), MANUAL_LOG_INVALID);
	e.log.recorded_at_ms = e.now_ms - DAY;
	cr_expect_eq(enter(), MANUAL_LOG_DONE);
	cr_expect(got.in_range);
}

Test(manual_log, entered_late_is_flagged_and_resets_nothing)
{
	fixture_sql(&fx, BY_HAND);
	e.log.recorded_at_ms = e.now_ms - MANUAL_LOG_LATE_MS - 1;
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	cr_expect(manual_log_is_late(&got));
	cr_expect_str_eq(fixture_sql(&fx, STATE), "offline false");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT event_data->>'late' FROM"
	    " event_logs WHERE unit_id = {unit}"
	    " AND event_type = 'manual_temp_logged'"), "true");
}

Test(manual_log, older_than_the_newest_is_history)
{
	const char	*newest;

	fixture_sql(&fx, BY_HAND);
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	newest = strdup(fixture_sql(&fx, "SELECT last_manual_log_at FROM"
	    " unit_state WHERE unit_id = {unit}"));
	e.log.id = uuid_make(e.now_ms);
	e.log.recorded_at_ms -= 5 * MINUTE;
	e.log.temp = 900;
	e.log.action = "closed it";
	cr_expect_eq(enter(), MANUAL_LOG_DONE);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_manual_log_at FROM"
	    " unit_state WHERE unit_id = {unit}"), newest);
	cr_expect_str_eq(fixture_sql(&fx, STATE), "ok true");
	free((char *)newest);
}

Test(manual_log, a_unit_watched_by_people_alone_stays_ok_while_they_log)
{
	struct db	*jobs = fixture_db("fg_jobs");
	struct sweep	 s = { .db = jobs };

	fixture_sql(&fx, BY_HAND);
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	cr_expect_str_eq(fixture_sql(&fx, STATE), "ok true");
	s.now_ms = e.now_ms + 241 * MINUTE;
	cr_assert_eq(sweep_run(&s), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, STATE), "manual_required true");
	e.now_ms += 242 * MINUTE;
	e.log.id = uuid_make(e.now_ms);
	e.log.recorded_at_ms = e.now_ms;
	cr_assert_eq(enter(), MANUAL_LOG_DONE);
	cr_expect_str_eq(fixture_sql(&fx, STATE), "ok true");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM alerts WHERE"
	    " unit_id = {unit} AND status <> 'resolved'"), "0");
	db_free(jobs);
}

Test(manual_log, lists_the_newest_first_page_by_page)
{
	struct page		 page = page_first(2);
	struct manual_log	*v;

	for (int i = 0; i < 3; i++) {
		e.log.id = uuid_make(e.now_ms);
		e.log.recorded_at_ms = e.now_ms - i;
		cr_assert_eq(enter(), MANUAL_LOG_DONE);
	}
	db_begin(app, &fx.org, &fx.owner);
	cr_assert_eq(manual_log_list(app, &fx.org, &fx.unit, &page, &arena,
	    &v), DB_OK);
	cr_assert_eq(page.n, 2);
	cr_expect(page.more);
	cr_expect_eq(v[0].recorded_at_ms, e.now_ms);
	page.after = page.next;
	cr_assert_eq(manual_log_list(app, &fx.org, &fx.unit, &page, &arena,
	    &v), DB_OK);
	cr_assert_eq(page.n, 1);
	cr_expect_not(page.more);
	cr_expect_eq(v[0].recorded_at_ms, e.now_ms - 2);
	cr_assert_eq(db_commit(app), DB_OK);
}
