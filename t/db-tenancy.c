/* The second net: what a program whose query forgets its tenant gets. */
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>

static const char *const zones[] = { "fg_app", "fg_hooks", "fg_ingest",
	"fg_inspector", "fg_stream" };
#define ZONES	(sizeof(zones) / sizeof(*zones))

/* How many rows of others a role sees, over all tables that are a tenant's
 * own; directories are looked up before the tenant is known. */
static const char	foreign_rows[] =
	"CREATE FUNCTION pg_temp.foreign_rows(own uuid) RETURNS bigint"
	" LANGUAGE plpgsql AS $$ DECLARE"
	"	tab regclass; key name; n bigint; total bigint := 0;"
	" BEGIN FOR tab, key IN"
	"	SELECT c.oid, a.attname FROM pg_class c"
	"	  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
	"	 WHERE c.relnamespace = 'frostguard'::regnamespace"
	"	   AND relkind IN ('r', 'p', 'v') AND NOT relispartition"
	"	   AND a.attname = CASE relname WHEN 'organizations' THEN 'id'"
	"		ELSE 'organization_id' END"
	"	   AND has_column_privilege(c.oid, a.attnum, 'SELECT')"
	"	   AND NOT EXISTS (SELECT FROM pg_policies"
	"		WHERE tablename = relname AND policyname LIKE 'lookup_%')"
	" LOOP"
	"	EXECUTE format('SELECT count(*) FROM %s WHERE %I"
	"		IS DISTINCT FROM $1', tab, key) INTO n USING own;"
	"	total := total + n;"
	" END LOOP; RETURN total; END $$";

static void
make_two(struct fixture *own, struct fixture *other)
{
	fixture_make(own);
	fixture_make(other);
	fixture_sql(other, "INSERT INTO alerts (organization_id, unit_id,"
	    " site_id, area_id, alert_type, severity)"
	    " VALUES ({org}, {unit}, {site}, {area}, 'door_open', 'warning');"
	    "INSERT INTO sensor_readings (organization_id, unit_id,"
	    " recorded_at, temperature) VALUES ({org}, {unit}, now(), 4);"
	    "INSERT INTO event_logs (organization_id, actor_type, event_type,"
	    " site_id) VALUES ({org}, 'system', 'test', {site});"
	    "INSERT INTO subscriptions (organization_id) VALUES ({org})");
	fixture_sql(own, foreign_rows);
}

static void
free_two(struct fixture *own, struct fixture *other)
{
	fixture_free(own);
	fixture_free(other);
}

Test(tenancy, hides_every_row_of_others_from_every_zone)
{
	struct fixture	own, other;

	make_two(&own, &other);
	cr_assert_str_neq(fixture_sql(&own,
	    "SELECT pg_temp.foreign_rows({org})"), "0", "nothing to hide");
	for (size_t i = 0; i < ZONES; i++)
		cr_expect_str_eq(fixture_as(&own, zones[i],
		    "SET LOCAL frostguard.site_ids = '*';"
		    "SELECT pg_temp.foreign_rows({org})"), "0", "%s", zones[i]);
	free_two(&own, &other);
}

Test(tenancy, shows_nothing_where_no_tenant_is_set)
{
	struct fixture	own, other;

	make_two(&own, &other);
	for (size_t i = 0; i < ZONES; i++) {
		cr_expect_str_eq(fixture_as(&own, zones[i],
		    "SET LOCAL frostguard.org_id = '';"
		    "SELECT pg_temp.foreign_rows(NULL)"), "0", "%s, empty",
		    zones[i]);
		cr_expect_str_eq(fixture_as(&own, zones[i],
		    "SET LOCAL frostguard.org_id TO DEFAULT;"
		    "SELECT pg_temp.foreign_rows(NULL)"), "0", "%s, unset",
		    zones[i]);
	}
	free_two(&own, &other);
}

Test(tenancy, shows_the_tenant_its_own)
{
	struct fixture	f;

	fixture_make(&f);
	cr_expect_str_eq(fixture_as(&f, "fg_app",
	    "SELECT count(*) FROM now_units"), "1");
	cr_expect_str_eq(fixture_as(&f, "fg_ingest",
	    "SELECT count(*) FROM unit_rules"), "1");
	cr_expect_str_eq(fixture_as(&f, "fg_inspector",
	    "SET LOCAL frostguard.site_ids = '*';"
	    "SELECT count(*) FROM unit_state"), "1");
	cr_expect_str_neq(fixture_as(&f, "fg_jobs", "RESET frostguard.org_id;"
	    "SELECT count(*) FROM units"), "0", "jobs see every tenant");
	fixture_free(&f);
}

/* What fg_app is answered in own's tenant, where {their} is of another. */
static const char *
try(struct fixture *own, const struct uuid *their, const char *sql)
{
	own->their = *their;
	return fixture_as(own, "fg_app", sql);
}

Test(tenancy, refuses_to_write_what_is_another_tenants)
{
	struct fixture	own, other;

	make_two(&own, &other);
	cr_expect_str_eq(try(&own, &other.org, "INSERT INTO sites"
	    " (organization_id, name) VALUES ({their}, 'Mine now')"), "42501");
	cr_expect_str_eq(try(&own, &other.org, "UPDATE sites"
	    " SET organization_id = {their}"), "42501");
	cr_expect_str_eq(try(&own, &other.unit, "UPDATE units SET name = 'x'"
	    " WHERE id = {their} RETURNING id"), "");
	cr_expect_str_eq(try(&own, &other.unit, "DELETE FROM units"
	    " WHERE id = {their} RETURNING id"), "");
	cr_expect_str_eq(try(&own, &other.org, "INSERT INTO sessions"
	    " (token_hash, organization_id, profile_id, expires_at)"
	    " VALUES (sha256('x'), {their}, gen_random_uuid(), now())"), "42501");
	free_two(&own, &other);
}

Test(tenancy, refuses_references_to_another_tenants_rows)
{
	struct fixture	own, other;

	make_two(&own, &other);
	cr_expect_str_eq(try(&own, &other.area, "INSERT INTO units"
	    " (organization_id, area_id, name, unit_type)"
	    " VALUES ({org}, {their}, 'x', 'fridge')"), "23503");
	cr_expect_str_eq(try(&own, &other.unit, "UPDATE devices"
	    " SET unit_id = {their}"), "23503");
	cr_expect_str_eq(try(&own, &other.owner, "INSERT INTO event_logs"
	    " (organization_id, actor_type, actor_id, event_type)"
	    " VALUES ({org}, 'user', {their}, 'x')"), "23503");
	cr_expect_str_eq(try(&own, &other.unit, "INSERT INTO alert_rules"
	    " (organization_id, name, unit_id) VALUES ({org}, 'x', {their})"),
	    "23503");
	free_two(&own, &other);
}

Test(directories, are_read_by_key_and_written_by_their_tenant_alone)
{
	struct fixture	own, other;

	make_two(&own, &other);
	fixture_sql(&other, "INSERT INTO sessions (token_hash,"
	    " organization_id, profile_id, expires_at)"
	    " VALUES (sha256({org}), {org}, {owner}, now() + '1 h')");
	cr_expect_str_eq(try(&own, &other.org, "SELECT count(*) FROM sessions"
	    " WHERE token_hash = sha256({their})"), "1");
	cr_expect_str_eq(try(&own, &other.org, "DELETE FROM sessions"
	    " WHERE token_hash = sha256({their}) RETURNING 1"), "");
	cr_expect_str_eq(try(&own, &other.org, "SELECT count(*)"
	    " FROM webhook_secrets WHERE organization_id = {their}"), "0");
	cr_expect_str_eq(try(&own, &other.org, "SELECT count(*)"
	    " FROM device_directory WHERE organization_id = {their}"), "0");
	cr_expect_str_eq(fixture_as(&own, "fg_ingest",
	    "SELECT count(*) > 1 FROM webhook_secrets"), "t");
	cr_expect_str_eq(fixture_as(&own, "fg_ingest",
	    "SELECT count(*) FROM sessions"), "42501");
	free_two(&own, &other);
}

Test(directories, hold_every_dev_eui_once)
{
	struct fixture	own, other;
	char		sql[200];

	make_two(&own, &other);
	snprintf(sql, sizeof(sql), "INSERT INTO devices (organization_id,"
	    " device_eui) VALUES ({org}, '%s') RETURNING 'taken'",
	    other.dev_eui);
	cr_expect_str_eq(fixture_as(&own, "fg_app", sql), "23505");
	fixture_sql(&other, "UPDATE devices SET device_eui = NULL"
	    " WHERE organization_id = {org}");
	cr_expect_str_eq(fixture_as(&own, "fg_app", sql), "taken");
	free_two(&own, &other);
}

Test(directories, let_an_address_sign_in_to_one_person)
{
	struct fixture	own, other;
	const char	*email = "SELECT email FROM login_directory"
			    " WHERE profile_id = {owner}";
	char		 sql[300], address[80];

	make_two(&own, &other);
	snprintf(address, sizeof(address), "%s", fixture_sql(&other, email));
	cr_expect_str_neq(address, "");
	snprintf(sql, sizeof(sql), "INSERT INTO profiles (organization_id,"
	    " email) VALUES ({org}, upper('%s'))", address);
	cr_expect_str_eq(fixture_as(&own, "fg_app", sql), "23505");
	snprintf(sql, sizeof(sql), "INSERT INTO profiles (organization_id,"
	    " user_id, email) SELECT {org}, user_id, email"
	    " FROM login_directory WHERE email = '%s' RETURNING 'member'",
	    address);
	cr_expect_str_eq(fixture_as(&own, "fg_app", sql), "member");
	fixture_sql(&own, "UPDATE profiles SET deleted_at = now()"
	    " WHERE organization_id = {org}");
	cr_expect_str_eq(fixture_sql(&own, email), "");
	free_two(&own, &other);
}

Test(directories, forget_the_sessions_of_a_deleted_profile)
{
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "INSERT INTO sessions (token_hash, organization_id,"
	    " profile_id, expires_at) VALUES (sha256({org}), {org}, {owner},"
	    " now() + '1 h')");
	fixture_sql(&f, "DELETE FROM profiles WHERE organization_id = {org}");
	cr_expect_str_eq(fixture_sql(&f, "SELECT count(*) FROM sessions"
	    " WHERE organization_id = {org}"), "0");
	fixture_free(&f);
}

static void
find_excursion(struct fixture *f)
{
	fixture_sql(f, "INSERT INTO excursions (organization_id, unit_id,"
	    " from_at, last_at, is_high, confirmed, temp_limit, worst, mean,"
	    " reading_count) VALUES ({org}, {unit}, now(), now(), true, true,"
	    " 5, 9, 8, 3)");
}

Test(inspectors, see_the_sites_they_were_given)
{
	static const struct {
		const char	*sites, *want;
	} cases[] = {
		{ "''", "00000000" },
		{ "'*'", "11111111" },
		{ "{site}", "11111111" },
		{ "{unit}, ',', {site}", "11111111" },
		{ "{unit}", "00000000" },
	};
	struct fixture	f, other;

	make_two(&other, &f);
	find_excursion(&f);
	find_excursion(&other);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char	sql[900];

		snprintf(sql, sizeof(sql), "SELECT set_config("
		    "'frostguard.site_ids', concat(%s), true);"
		    "SELECT concat((SELECT count(*) FROM sites),"
		    " (SELECT count(id) FROM units),"
		    " (SELECT count(*) FROM unit_state),"
		    " (SELECT count(unit_id) FROM sensor_readings),"
		    " (SELECT count(id) FROM alerts),"
		    " (SELECT count(id) FROM event_logs),"
		    " (SELECT count(*) FROM excursions),"
		    " (SELECT count(unit_name) FROM excursion_list))",
		    cases[i].sites);
		cr_expect_str_eq(fixture_as(&f, "fg_inspector", sql),
		    cases[i].want, "%s", cases[i].sites);
	}
	cr_expect_str_eq(fixture_as(&f, "fg_inspector",
	    "SELECT count(*) FROM sites"), "0", "unset is none");
	cr_expect_str_eq(fixture_as(&f, "fg_inspector",
	    "SELECT email FROM profiles"), "42501");
	cr_expect_str_eq(fixture_as(&f, "fg_inspector",
	    "UPDATE sites SET name = 'x'"), "42501");
	cr_expect_str_eq(fixture_as(&f, "fg_inspector",
	    "UPDATE excursions SET withdrawn_at = now()"), "42501");
	free_two(&other, &f);
}

Test(zones, may_not_do_what_is_not_theirs)
{
	static const struct {
		const char	*role, *sql;
	} cases[] = {
		{ "fg_ingest", "SELECT email FROM profiles" },
		{ "fg_ingest", "SELECT * FROM delivery_recipients" },
		{ "fg_ingest", "UPDATE units SET name = 'x'" },
		{ "fg_ingest", "DELETE FROM sensor_readings" },
		{ "fg_ingest", "DELETE FROM alerts" },
		{ "fg_stream", "SELECT * FROM sessions" },
		{ "fg_stream", "UPDATE alerts SET title = 'x'" },
		{ "fg_hooks", "SELECT * FROM alerts" },
		{ "fg_app", "UPDATE event_logs SET title = 'x'" },
		{ "fg_app", "DELETE FROM event_logs" },
		{ "fg_app", "UPDATE unit_rules SET temp_limit_high = 99" },
		{ "fg_app", "INSERT INTO device_directory VALUES"
		    " ('0', {org}, {device})" },
		{ "fg_app", "SELECT * FROM sensor_readings_default" },
		{ "fg_app", "SELECT refresh_unit_rules({org}, '{}')" },
		{ "fg_app", "SELECT create_reading_partitions(now()::date, 1)" },
		{ "fg_app", "CREATE TABLE t (x int)" },
		{ "fg_jobs", "DELETE FROM event_logs" },
		{ "fg_jobs", "SELECT password_hash FROM profiles" },
		{ "fg_platform", "SELECT password_hash FROM profiles" },
		{ "fg_platform", "DELETE FROM super_admin_audit_log" },
	};
	struct fixture	f;

	fixture_make(&f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_str_eq(fixture_as(&f, cases[i].role, cases[i].sql),
		    "42501", "%s: %s", cases[i].role, cases[i].sql);
	fixture_free(&f);
}
