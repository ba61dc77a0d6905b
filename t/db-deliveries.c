/* queue_deliveries(): who is told about an alert, and through what. */
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* An open alert of the fixture's unit. */
static void
open_alert(struct fixture *f, const char *severity)
{
	char	sql[300];

	snprintf(sql, sizeof(sql), "INSERT INTO alerts (organization_id, id,"
	    " unit_id, site_id, area_id, alert_type, severity)"
	    " VALUES ({org}, {device}, {unit}, {site}, {area},"
	    " 'temp_excursion', '%s')", severity);
	fixture_sql(f, sql);
}

/* "channel:recipient's kind, ..." after queueing at that level. */
static const char *
told(struct fixture *f, const char *level)
{
	char	sql[500];

	snprintf(sql, sizeof(sql), "SET LOCAL ROLE fg_ingest;"
	    " SELECT queue_deliveries({device}, %s); RESET ROLE;"
	    " SELECT string_agg(channel || ' ' || CASE WHEN contact_id IS NULL"
	    " THEN (SELECT role::text FROM user_roles r JOIN profiles p"
	    "	USING (organization_id, user_id) WHERE p.id = profile_id)"
	    " ELSE (SELECT name FROM escalation_contacts WHERE id = contact_id)"
	    " END, ', ' ORDER BY contact_id, channel, recipient)"
	    " FROM notification_deliveries WHERE organization_id = {org}"
	    " AND level = %s", level, level);
	return fixture_as(f, "postgres", sql);
}

static void
add_member(struct fixture *f, const char *role, const char *phone)
{
	char	sql[400];

	snprintf(sql, sizeof(sql), "WITH p AS (INSERT INTO profiles"
	    " (organization_id, email, phone, phone_verified, sms_enabled)"
	    " VALUES ({org}, '%s@' || {org}, %s, true, true)"
	    " RETURNING organization_id, user_id)"
	    " INSERT INTO user_roles (organization_id, user_id, role)"
	    " SELECT organization_id, user_id, '%s' FROM p", role, phone, role);
	fixture_sql(f, sql);
}

Test(deliveries, go_to_owner_and_admin_in_app_where_nothing_is_said)
{
	struct fixture	f;

	fixture_make(&f);
	add_member(&f, "admin", "NULL");
	add_member(&f, "manager", "NULL");
	open_alert(&f, "critical");
	cr_expect_str_eq(told(&f, "0"), "in_app owner, in_app admin");
	fixture_free(&f);
}

Test(deliveries, are_queued_once)
{
	struct fixture	f;

	fixture_make(&f);
	open_alert(&f, "critical");
	cr_expect_str_eq(fixture_as(&f, "fg_ingest", "SELECT array["
	    "queue_deliveries({device}), queue_deliveries({device}),"
	    "queue_deliveries({device}, 0, now(), 'reminder')]"), "{1,0,1}");
	fixture_free(&f);
}

Test(deliveries, are_nobodys_of_a_foreign_or_resolved_alert)
{
	struct fixture	f, other;

	fixture_make(&f);
	fixture_make(&other);
	other.device = f.device;
	open_alert(&f, "critical");
	cr_expect_str_eq(fixture_as(&other, "fg_ingest",
	    "SELECT queue_deliveries({device})"), "0");
	fixture_sql(&f, "UPDATE alerts SET status = 'resolved',"
	    " resolved_at = now(), resolution_type = 'auto'"
	    " WHERE organization_id = {org}");
	cr_expect_str_eq(fixture_as(&f, "fg_ingest",
	    "SELECT queue_deliveries({device})"), "0");
	fixture_free(&f);
	fixture_free(&other);
}

Test(deliveries, follow_the_nearest_policy_field_by_field)
{
	static const struct {
		const char	*scope, *fields, *values, *want;
	} steps[] = {
		{ "NULL, NULL", "initial_channels, notify_roles",
		    "ARRAY['sms'::notification_channel],"
		    " ARRAY['owner'::app_role, 'manager']", "sms manager" },
		{ "{site}, NULL", "initial_channels", "ARRAY["
		    "'sms'::notification_channel, 'in_app']",
		    "sms manager, in_app owner, in_app manager" },
		{ "NULL, {unit}", "notify_roles", "ARRAY['owner'::app_role]",
		    "in_app owner" },
	};
	struct fixture	f;

	fixture_make(&f);
	add_member(&f, "manager", "'+4930123456'");
	open_alert(&f, "critical");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		char	sql[500];

		snprintf(sql, sizeof(sql), "INSERT INTO notification_policies"
		    " (organization_id, alert_type, site_id, unit_id, %s)"
		    " VALUES ({org}, 'temp_excursion', %s, %s)",
		    steps[i].fields, steps[i].scope, steps[i].values);
		fixture_sql(&f, sql);
		cr_expect_str_eq(told(&f, "0"), steps[i].want, "step %zu: %s",
		    i, told(&f, "0"));
	}
	fixture_free(&f);
}

Test(deliveries, pass_the_gate_of_severity)
{
	static const struct {
		const char	*severity, *threshold, *want;
	} cases[] = {
		{ "critical", "'critical'", "in_app owner" },
		{ "warning", "NULL", "in_app owner" },
		{ "warning", "'critical'", "" },
		{ "info", "NULL", "" },
		{ "info", "'info'", "in_app owner" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fixture	f;
		char		sql[300];

		fixture_make(&f);
		open_alert(&f, cases[i].severity);
		snprintf(sql, sizeof(sql), "INSERT INTO notification_policies"
		    " (organization_id, alert_type, severity_threshold)"
		    " VALUES ({org}, 'temp_excursion', %s)",
		    cases[i].threshold);
		fixture_sql(&f, sql);
		cr_expect_str_eq(told(&f, "0"), cases[i].want, "%s at %s",
		    cases[i].severity, cases[i].threshold);
		fixture_free(&f);
	}
}

Test(deliveries, of_a_step_reach_contacts_up_to_its_priority)
{
	static const struct {
		const char	*level, *want;
	} cases[] = {
		{ "0", "in_app owner" },
		{ "1", "email First, email owner" },
		{ "2", "email First, sms First, email Second, email owner" },
		/* repetitions of the last */
		{ "7", "email First, sms First, email Second, email owner" },
	};
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "INSERT INTO escalation_contacts (organization_id, id,"
	    " name, priority, email, phone, consent_at, is_active) VALUES"
	    " ({org}, 'ffffffff-0000-0000-0000-000000000000'::uuid, 'First',"
	    "	1, 'a@x.y', '+1', now(), true),"
	    " ({org}, 'ffffffff-0000-0000-0000-000000000001'::uuid, 'Second',"
	    "	2, 'b@x.y', '+2', NULL, true),"
	    " ({org}, 'ffffffff-0000-0000-0000-000000000002'::uuid, 'Gone',"
	    "	1, 'c@x.y', NULL, NULL, false)");
	fixture_sql(&f, "INSERT INTO notification_policies (organization_id,"
	    " alert_type, escalation_steps) VALUES ({org}, 'temp_excursion',"
	    " jsonb_build_array(jsonb_build_object('channels',"
	    "	'[\"email\"]'::jsonb, 'contact_priority', 1),"
	    "	jsonb_build_object('channels', '[\"email\", \"sms\"]'::jsonb,"
	    "	'contact_priority', 2)))");
	open_alert(&f, "critical");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_str_eq(told(&f, cases[i].level), cases[i].want,
		    "level %s: %s", cases[i].level, told(&f, cases[i].level));
	fixture_free(&f);
}
