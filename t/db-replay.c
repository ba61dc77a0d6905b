/* What comes late is judged as history: found once, corrected where it must
 * be, and nobody is woken. A run takes every organization's, so these tests run
 * one after the other. */
#include "base/clock.h"
#include "base/when.h"
#include "domain/bulk.h"
#include "domain/bulk_format.h"
#include "domain/excursion_keep.h"
#include "domain/replay_run.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/options.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIN_MS	INT64_C(60000)

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	criterion_options.jobs = 1;
}

static struct fixture	fx, other;
static struct db	*jobs, *ingest;
static struct bulk	*bulk;
static struct buf	lines = BUF_INIT(4 * 1024 * 1024);
static int64_t		now_ms, noon_ms;	/* two days ago */

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	fixture_sql(&fx, "UPDATE units SET created_at = now()"
	    " - interval '100 days' WHERE id IN ({unit})");
	jobs = fixture_db("fg_jobs");
	ingest = fixture_db("fg_ingest");
	bulk = bulk_new();
	now_ms = clock_now_ms();
	noon_ms = now_ms / 86400000 * 86400000 - 36 * 60 * MIN_MS;
}

static void
tear_down(void)
{
	bulk_free(bulk);
	buf_release(&lines);
	db_free(jobs);
	db_free(ingest);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(replay, .init = set_up, .fini = tear_down);

static void
add(const struct fixture *f, int64_t at_ms, centi_t t)
{
	char	unit[UUID_TEXT], at[WHEN_TEXT], temp[CENTI_TEXT];

	buf_printf(&lines, "{\"unitId\":\"%s\",\"temperature\":%s,"
	    "\"recordedAt\":\"%s\"}\n", uuid_format(&f->unit, unit),
	    centi_format(t, temp), when_format(at_ms, at));
}

/* What was added, as one list. */
static void
send_to(const struct fixture *f)
{
	const struct api_key	 key = { .organization = f->org };
	const struct live_list	*live;
	const struct once	 once = { .key = NULL };
	struct bulk_list	 list = { .n = 0 };
	struct buf		 answer = BUF_INIT(BULK_ANSWER_MAX);
	const char		*why;

	cr_assert(bulk_format_read(bulk_format_find("application/x-ndjson"),
	    &list, buf_str(&lines), lines.len, now_ms, true, &why), "%s", why);
	cr_assert_eq(bulk_store(bulk, ingest, &key, &list, &once, now_ms,
	    &answer, &live), DB_OK);
	buf_clear(&lines);
	buf_release(&answer);
	bulk_list_release(&list);
}

static struct replay_run
run(void)
{
	struct replay_run	r = { .db = jobs, .now_ms = now_ms };

	cr_expect_eq(replay_run(&r), DB_OK);
	cr_expect_eq(r.failed, 0);
	cr_expect_not(r.more);
	return r;
}

/* "0..25 high 9.00 8.00 x3": minutes after noon. */
#define FOUND "SELECT coalesce(string_agg(concat(extract(epoch FROM"	\
	"	from_at - from_epoch_ms(%lld))::int / 60, '..',"	\
	"	extract(epoch FROM to_at - from_epoch_ms(%lld))::int / 60,"\
	"	CASE WHEN is_high THEN ' high ' ELSE ' low ' END, worst,"\
	"	' ', mean, ' x', reading_count), ', ' ORDER BY from_at), '')"\
	"  FROM excursions WHERE unit_id = {unit} AND withdrawn_at IS NULL"

static const char *
found(struct fixture *f)
{
	char	sql[1024];

	snprintf(sql, sizeof(sql), FOUND, (long long)noon_ms,
	    (long long)noon_ms);
	return fixture_sql(f, sql);
}

#define TRAIL "SELECT coalesce(string_agg(replace(event_type,"		\
	"	'excursion_', ''), ' ' ORDER BY recorded_at, event_type), '')"\
	"  FROM event_logs WHERE unit_id = {unit}"			\
	"   AND event_type LIKE 'excursion%'"
#define EVERYTHING "SELECT md5(string_agg(t, '' ORDER BY t)) FROM ("	\
	"SELECT to_jsonb(e)::text FROM excursions e UNION ALL "		\
	"SELECT to_jsonb(e)::text FROM ingest_checkpoints e UNION ALL "	\
	"SELECT to_jsonb(e)::text FROM event_logs e"			\
	" WHERE event_type LIKE 'excursion%' UNION ALL "		\
	"SELECT to_jsonb(e)::text FROM unit_state e UNION ALL "		\
	"SELECT to_jsonb(e)::text FROM alerts e) x (t)"

static void
warm(const struct fixture *f, int64_t from_min, int n)
{
	for (int i = 0; i < n; i++)
		add(f, noon_ms + (from_min + 5 * i) * MIN_MS,
		    i == 0 || i == n - 1 ? 400 : 700 + 100 * (i % 2));
}

Test(replay, finds_what_came_late_and_tells_nobody)
{
	char	state[2048];

	snprintf(state, sizeof(state), "%s", fixture_sql(&fx,
	    "SELECT s::text FROM unit_state s WHERE unit_id = {unit}"));
	warm(&fx, 0, 5);
	send_to(&fx);
	cr_expect_eq(run().found, 1);
	cr_expect_str_eq(found(&fx), "5..20 high 8.00 7.67 x3");
	cr_expect_str_eq(fixture_sql(&fx, TRAIL), "found");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT confirmed || ' ' ||"
	    " temp_limit || ' ' || (found_at > now() - interval '1 hour')"
	    "  FROM excursions WHERE unit_id = {unit}"), "true 5.00 true");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT s::text FROM unit_state s"
	    " WHERE unit_id = {unit}"), state);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT (SELECT count(*) FROM"
	    " alerts WHERE organization_id = {org}) + (SELECT count(*) FROM"
	    " notification_deliveries WHERE organization_id = {org})"), "0");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM replay_marks"
	    " WHERE unit_id = {unit}"), "0");
}

Test(replay, the_same_again_changes_nothing)
{
	char	before[64];

	warm(&fx, 0, 5);
	send_to(&fx);
	run();
	snprintf(before, sizeof(before), "%s", fixture_sql(&fx, EVERYTHING));
	cr_expect_eq(run().units, 0);
	warm(&fx, 0, 5);
	send_to(&fx);
	cr_expect_eq(run().units, 1);
	cr_expect_str_eq(fixture_sql(&fx, EVERYTHING), before);
}

Test(replay, later_readings_correct_and_withdraw_with_a_line_in_the_trail)
{
	warm(&fx, 0, 5);
	send_to(&fx);
	run();
	add(&fx, noon_ms + 17 * MIN_MS, 950);
	send_to(&fx);
	cr_expect_eq(run().corrected, 1);
	cr_expect_str_eq(found(&fx), "5..20 high 9.50 8.13 x4");
	/* It began earlier: that is another record. */
	add(&fx, noon_ms + 4 * MIN_MS, 600);
	send_to(&fx);
	run();
	cr_expect_str_eq(found(&fx), "4..20 high 9.50 7.70 x5");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(t, ' ' ORDER BY"
	    " t) FROM (SELECT replace(event_type, 'excursion_', '') FROM"
	    " event_logs WHERE unit_id = {unit} AND event_type LIKE"
	    " 'excursion%') x (t)"), "corrected found found withdrawn");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM excursions"
	    " WHERE unit_id = {unit} AND withdrawn_at IS NOT NULL"), "1",
	    "and is kept");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT event_data->'before'->>"
	    "'worst' FROM event_logs WHERE unit_id = {unit} AND event_type ="
	    " 'excursion_corrected'"), "8.00");
}

Test(replay, any_order_of_arrival_leaves_the_same)
{
	static const int	orders[][4] = { { 0, 1, 2, 3 },
		{ 3, 2, 1, 0 }, { 2, 0, 3, 1 } };
	struct fixture		f;
	char			want[512] = "", marks[64] = "";

	for (int o = 0; o < 3; o++) {
		fixture_make(&f);
		fixture_sql(&f, "UPDATE units SET created_at = '2020-01-01Z'"
		    " WHERE id = {unit}");
		for (int i = 0; i < 4; i++) {
			for (int k = orders[o][i]; k < 600; k += 4)
				add(&f, noon_ms + (k - 300) * 5 * MIN_MS,
				    400 + k / 20 % 3 * 150 + k % 20);
			send_to(&f);
			run();
		}
		if (o == 0) {
			snprintf(want, sizeof(want), "%s", found(&f));
			cr_expect_neq(want[0], '\0');
		}
		cr_expect_str_eq(found(&f), want);
#define MARKS "SELECT count(*) || md5(string_agg(at || state, ''"	\
	"	ORDER BY at)) FROM ingest_checkpoints WHERE unit_id = {unit}"
		if (o == 0)
			snprintf(marks, sizeof(marks), "%s",
			    fixture_sql(&f, MARKS));
		cr_expect_str_eq(fixture_sql(&f, MARKS), marks);
		fixture_free(&f);
	}
}

Test(replay, what_an_alert_told_is_not_told_again)
{
	warm(&fx, 0, 9);
	send_to(&fx);
	fixture_sql(&fx, "INSERT INTO alerts (organization_id, unit_id,"
	    " site_id, area_id, alert_type, severity, status, triggered_at,"
	    " resolved_at, resolution_type) SELECT {org}, {unit}, {site},"
	    " {area}, 'temp_excursion', 'critical', 'resolved', at + interval"
	    " '37 min', at + interval '60 min', 'auto'"
	    "  FROM (SELECT min(recorded_at) FROM sensor_readings"
	    " WHERE unit_id = {unit}) x (at)");
	run();
	cr_expect_str_eq(found(&fx), "5..25 high 8.00 7.50 x4",
	    "but what came long before it: %s", found(&fx));
}

Test(replay, is_judged_by_the_rules_of_its_time)
{
	char	sql[512];

	snprintf(sql, sizeof(sql), "INSERT INTO unit_settings_history"
	    " (organization_id, unit_id, old_values, new_values, changed_at)"
	    " VALUES ({org}, {unit},"
	    " jsonb_build_object('temp_limit_high', 7.50),"
	    " jsonb_build_object('temp_limit_high', 5.00),"
	    " from_epoch_ms(%lld))",
	    (long long)(noon_ms + 12 * MIN_MS));
	fixture_sql(&fx, sql);
	warm(&fx, 0, 8);
	send_to(&fx);
	run();
	cr_expect_str_eq(found(&fx), "5..35 high 8.00 7.60 x5",
	    "not the one of 7.00 when 7.50 was the limit");
}

#define RULES "SELECT count(*) || ' ' || max((rules).temp_limit_high)"	\
	"  FROM rules_over({org}, {unit}, now() - interval '1 day',"	\
	"	now() + interval '1 minute')"

Test(replay, a_rule_made_since_then_and_one_of_another_unit_change_nothing)
{
	long	before = strtol(fixture_sql(&fx, RULES), NULL, 10);

	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type) SELECT organization_id, area_id, 'other', unit_type"
	    "  FROM units WHERE id = {unit}");
	fixture_sql(&fx, "INSERT INTO alert_rules (organization_id, unit_id,"
	    " name, temp_max) SELECT {org}, id, 'new', CASE id WHEN {unit}"
	    " THEN 20 ELSE 30 END FROM units WHERE organization_id = {org}");
	cr_expect_eq(strtol(fixture_sql(&fx, RULES), NULL, 10), before + 1);
	cr_expect_not_null(strstr(fixture_sql(&fx, RULES), " 20.00"));
	warm(&fx, 0, 5);
	send_to(&fx);
	run();
	cr_expect_str_eq(found(&fx), "5..20 high 8.00 7.67 x3");
}

Test(replay, what_was_suppressed_then_is_no_excursion)
{
	fixture_sql(&fx, "INSERT INTO alert_suppressions (organization_id,"
	    " unit_id, reason, starts_at, ends_at) SELECT {org}, {unit},"
	    " 'defrost', date_trunc('day', now(), 'UTC') - interval '36 h',"
	    " date_trunc('day', now(), 'UTC') - interval '36 h'"
	    "	+ interval '12 min'");
	warm(&fx, 0, 6);
	send_to(&fx);
	run();
	cr_expect_str_eq(found(&fx), "15..25 high 8.00 7.50 x2", "%s",
	    found(&fx));
}

Test(replay, one_that_lasts_is_open_until_more_is_known)
{
	add(&fx, noon_ms, 400);
	add(&fx, noon_ms + 5 * MIN_MS, 800);
	send_to(&fx);
	run();
	cr_expect_str_eq(found(&fx), "5.. high 8.00 8.00 x1");
	add(&fx, now_ms - MIN_MS, 400);
	add(&fx, now_ms, 400);
	send_to(&fx);
	cr_expect_eq(run().corrected, 1, "live readings are no marks");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT to_at IS NOT NULL FROM"
	    " excursions WHERE unit_id = {unit}"), "t");
	cr_expect_eq(run().units, 0);
}

Test(replay, a_record_outlives_its_readings)
{
	warm(&fx, -3 * 1440, 5);
	warm(&fx, 0, 5);
	send_to(&fx);
	cr_expect_eq(run().found, 2);
	fixture_sql(&fx, "DELETE FROM sensor_readings WHERE unit_id = {unit}"
	    " AND recorded_at < now() - interval '4 days'");
	add(&fx, noon_ms - 60 * MIN_MS, 400);
	send_to(&fx);
	cr_expect_eq(run().withdrawn, 0);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM excursions"
	    " WHERE unit_id = {unit} AND withdrawn_at IS NULL"), "2");
	fixture_sql(&fx, "DELETE FROM ingest_checkpoints");
	warm(&fx, 0, 4);
	send_to(&fx);
	cr_expect_eq(run().withdrawn, 0, "nor without a checkpoint");
}

Test(replay, a_closed_unit_and_another_organization_are_left_alone)
{
	warm(&fx, 0, 5);
	send_to(&fx);
	warm(&other, 0, 5);
	send_to(&other);
	fixture_sql(&other, "UPDATE units SET is_active = false"
	    " WHERE id = {unit}");
	run();
	cr_expect_str_neq(found(&fx), "");
	cr_expect_str_eq(found(&other), "");
	cr_expect_str_eq(fixture_as(&fx, "fg_app", "SELECT count(*) FROM"
	    " excursions"), "1");
	cr_expect_str_eq(fixture_as(&other, "fg_app", "SELECT count(*) FROM"
	    " excursions"), "0");
	cr_expect_str_eq(fixture_as(&fx, "fg_app", "DELETE FROM excursions"),
	    "42501");
}

struct told {
	int	n;
	char	last[256];
};

static void
hear(void *ctx, const struct live_event *ev)
{
	struct told	*t = ctx;

	t->n++;
	snprintf(t->last, sizeof(t->last), "%s %d%d %.*s",
	    live_kind_name(ev->kind), uuid_eq(&ev->unit, &fx.unit),
	    uuid_eq(&ev->site, &fx.site), (int)ev->len, ev->data);
}

Test(replay, who_has_a_page_open_is_told_once_and_only_of_what_is_durable)
{
	struct told		t = { 0 };
	struct replay_run	r = { .db = jobs, .now_ms = now_ms,
				    .dry_run = true, .tell = hear, .arg = &t };
	char			unit[UUID_TEXT], want[256];

	warm(&fx, 0, 5);
	for (int day = 0; day < 70; day++)
		add(&fx, noon_ms - day * 1440 * MIN_MS - MIN_MS, 400);
	send_to(&fx);
	cr_expect_eq(replay_run(&r), DB_OK);
	cr_expect_eq(t.n, 0, "a dry run");
	r = (struct replay_run){ .db = jobs, .now_ms = now_ms, .tell = hear,
	    .arg = &t };
	cr_expect_eq(replay_run(&r), DB_OK);
	cr_expect_gt(r.transactions, 1);
	snprintf(want, sizeof(want), "unit:history 11 {\"unitId\":\"%s\","
	    "\"excursions\":1}", uuid_format(&fx.unit, unit));
	cr_expect_eq(t.n, 1);
	cr_expect_str_eq(t.last, want);
	cr_expect_eq(replay_run(&r), DB_OK);
	cr_expect_eq(t.n, 1, "nothing is new");
}

Test(replay, a_dry_run_changes_nothing)
{
	struct replay_run	r = { .db = jobs, .now_ms = now_ms,
				    .dry_run = true };
	char			before[64];

	warm(&fx, 0, 5);
	send_to(&fx);
	snprintf(before, sizeof(before), "%s", fixture_sql(&fx, EVERYTHING));
	cr_expect_eq(replay_run(&r), DB_OK);
	cr_expect_eq(r.found, 1);
	cr_expect_str_eq(fixture_sql(&fx, EVERYTHING), before);
	cr_expect_eq(run().found, 1);
}

Test(replay, a_unit_that_another_holds_is_left_to_it)
{
	PGconn	*holder;

	warm(&fx, 0, 5);
	send_to(&fx);
	holder = fx.super;
	PQclear(PQexec(holder, "BEGIN"));
	fixture_sql(&fx, "SELECT id FROM units WHERE id = {unit} FOR UPDATE");
	cr_expect_eq(run().found, 0);
	PQclear(PQexec(holder, "ROLLBACK"));
	cr_expect_eq(run().found, 1);
}

Test(replay, years_are_done_a_month_at_a_time_and_a_late_reading_in_a_day)
{
	struct replay_run	r;

	for (int day = 0; day < 200; day++)
		add(&fx, noon_ms - day * 1440 * MIN_MS, 400);
	send_to(&fx);
	r = run();
	cr_expect_eq(r.transactions, 7, "%lld", (long long)r.transactions);
	cr_expect_eq(r.readings, 200, "%lld", (long long)r.readings);
	add(&fx, noon_ms - 10 * 1440 * MIN_MS + MIN_MS, 900);
	send_to(&fx);
	r = run();
	cr_expect_eq(r.found, 1);
	cr_expect_leq(r.readings, 15, "%lld", (long long)r.readings);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) BETWEEN 30 AND 40"
	    "  FROM ingest_checkpoints WHERE unit_id = {unit}"), "t",
	    "%s", fixture_sql(&fx, "SELECT count(*) FROM ingest_checkpoints"
	    " WHERE unit_id = {unit}"));
}
