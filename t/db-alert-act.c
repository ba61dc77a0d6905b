/* What a person does to an alert. */
#include "domain/alert_act.h"
#include "domain/ingest.h"
#include "fixture.h"
#include "base/clock.h"
#include <criterion/criterion.h>
#include <string.h>

static struct fixture	fx;
static struct db	*app;
static struct arena	arena;
static struct live_list	live;
static int64_t		now_ms;
static struct alert_act	act;

static void
feed(int64_t at_ms, centi_t temperature)
{
	struct db		*db = fixture_db("fg_ingest");
	struct ingest		*in = ingest_new();
	struct uplink		 u = { .kind = UPLINK_READINGS,
		.eui = UPLINK_EUI_VALID, .recorded_at_ms = at_ms,
		.obs_count = 1 };
	struct ingest_item	 item = { .secret_hash = fx.secret_hash,
		.u = &u, .received_at_ms = at_ms };

	memcpy(u.dev_eui, fx.dev_eui, sizeof(fx.dev_eui));
	u.obs[0].at_ms = at_ms;
	u.obs[0].has = UPLINK_HAS_TEMPERATURE;
	u.obs[0].temperature = temperature;
	cr_assert_eq(ingest_uplink(in, db, &item, at_ms), INGEST_STORED);
	ingest_free(in);
	db_free(db);
}

static void
set_up(void)
{
	const char	*id;

	fixture_make(&fx);
	app = fixture_db("fg_app");
	live.arena = &arena;
	now_ms = clock_now_ms();
	feed(now_ms, 1200);
	id = fixture_sql(&fx, "SELECT id FROM alerts"
	    " WHERE organization_id = {org}");
	act = (struct alert_act){ .what = ALERT_ACKNOWLEDGE,
	    .organization = fx.org, .profile = fx.owner, .note = "on my way",
	    .action = "closed the door", .now_ms = now_ms + 1000 };
	cr_assert(uuid_parse(id, strlen(id), &act.alert));
}

static void
tear_down(void)
{
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
}

TestSuite(alert_act, .init = set_up, .fini = tear_down);

#define ALERT "SELECT status || ' ' || coalesce(resolution_type::text, '-')" \
	" FROM alerts WHERE organization_id = {org}"

Test(alert_act, acknowledging_keeps_it_open_and_names_the_person)
{
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_DONE);
	cr_expect_str_eq(fixture_sql(&fx, ALERT), "acknowledged -");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT acknowledgment_notes FROM"
	    " alerts WHERE acknowledged_by = {owner}"), "on my way");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT event_type || ' ' ||"
	    " actor_type FROM alert_events WHERE organization_id = {org}"
	    " ORDER BY at DESC LIMIT 1"), "acknowledged user");
	cr_expect_eq(live.n, 1);
	cr_expect_eq(live.v[0].kind, LIVE_ALERT_UPDATED);
}

Test(alert_act, acknowledging_twice_is_done_once)
{
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_DONE);
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_ALREADY);
	cr_expect_eq(live.n, 0);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM alert_events"
	    " WHERE organization_id = {org} AND event_type = 'acknowledged'"),
	    "1");
}

Test(alert_act, nobody_resolves_an_alert_whose_condition_holds)
{
	act.what = ALERT_RESOLVE;
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_HOLDS);
	cr_expect_str_eq(fixture_sql(&fx, ALERT), "active -");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM"
	    " corrective_actions WHERE organization_id = {org}"), "0");
}

Test(alert_act, resolving_keeps_the_corrective_action)
{
	/* Back in range, yet not past the hysteresis: a person may say so. */
	feed(now_ms + 60000, 480);
	act.what = ALERT_RESOLVE;
	act.root_cause = "door left ajar";
	act.now_ms = now_ms + 61000;
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_DONE);
	cr_expect_str_eq(fixture_sql(&fx, ALERT), "resolved manual");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT description || ' / ' ||"
	    " root_cause FROM corrective_actions WHERE profile_id = {owner}"),
	    "closed the door / door left ajar");
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_OVER);
	act.what = ALERT_ACKNOWLEDGE;
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_OVER);
	cr_expect_str_eq(fixture_sql(&fx, ALERT), "resolved manual");
}

Test(alert_act, another_organizations_alert_does_not_exist)
{
	struct fixture	other;

	fixture_make(&other);
	act.organization = other.org;
	act.profile = other.owner;
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_NONE);
	cr_expect_str_eq(fixture_sql(&fx, ALERT), "active -");
	fixture_free(&other);
}

Test(alert_act, an_alert_that_never_was_does_not_exist)
{
	act.alert = uuid_make(now_ms);
	cr_expect_eq(alert_act(app, &act, &live), ALERT_ACT_NONE);
}
