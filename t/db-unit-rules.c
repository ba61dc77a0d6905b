/* unit_rules and what else the database derives from a unit and its sensors:
 * stored by triggers, computed by a view, always the same. */
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* What stands only in one of the two. */
static const char differences[] =
	"SELECT count(*) FROM ((SELECT * FROM unit_rules"
	"	EXCEPT SELECT * FROM computed_unit_rules)"
	" UNION ALL (SELECT * FROM computed_unit_rules"
	"	EXCEPT SELECT * FROM unit_rules)) d"
	" WHERE organization_id = {org}";

/* A field of the fixture's unit. */
static const char *
rule(struct fixture *f, const char *field)
{
	char	sql[160];

	snprintf(sql, sizeof(sql), "SELECT %s FROM unit_rules"
	    " WHERE organization_id = {org} AND unit_id = {unit}", field);
	return fixture_sql(f, sql);
}

Test(unit_rules, follow_whatever_they_are_made_from)
{
	static const struct {
		const char	*change, *field, *want;
	} steps[] = {
		{ "INSERT INTO alert_rules (organization_id, name,"
		    " max_excursion_minutes) VALUES ({org}, 'o', 50)",
		    "max_excursion_minutes", "50" },
		{ "INSERT INTO alert_rules (organization_id, name, site_id,"
		    " max_excursion_minutes) VALUES ({org}, 's', {site}, 0)",
		    "max_excursion_minutes", "0" },
		{ "INSERT INTO alert_rules (organization_id, name, unit_id,"
		    " max_excursion_minutes) VALUES ({org}, 'u', {unit}, 40)",
		    "max_excursion_minutes", "40" },
		{ "UPDATE alert_rules SET is_enabled = false"
		    " WHERE organization_id = {org} AND unit_id = {unit}",
		    "max_excursion_minutes", "0" },
		{ "UPDATE alert_rules SET max_excursion_minutes = NULL"
		    " WHERE organization_id = {org} AND site_id = {site}",
		    "max_excursion_minutes", "50" },
		{ "DELETE FROM alert_rules WHERE organization_id = {org}",
		    "max_excursion_minutes", "60" },
		{ "UPDATE units SET temp_limit_high = 4"
		    " WHERE organization_id = {org}",
		    "temp_limit_high", "4.00" },
		{ "INSERT INTO alert_rules (organization_id, name, unit_id,"
		    " temp_max) VALUES ({org}, 'u', {unit}, 3)",
		    "temp_limit_high", "3.00" },
		{ "UPDATE units SET temp_limit_low = NULL"
		    " WHERE organization_id = {org}",
		    "coalesce(temp_limit_low::text, 'none')", "none" },
		{ "UPDATE sites SET manual_log_cadence_seconds = 3601"
		    " WHERE organization_id = {org}",
		    "manual_interval_minutes", "61" },
		{ "UPDATE units SET manual_monitoring_interval = 30"
		    " WHERE organization_id = {org}",
		    "manual_interval_minutes", "30" },
		{ "UPDATE sites SET timezone = 'Asia/Tokyo'"
		    " WHERE organization_id = {org}",
		    "timezone", "Asia/Tokyo" },
		{ "UPDATE organizations SET temp_unit = 'F' WHERE id = {org}",
		    "temp_unit", "F" },
		{ "UPDATE units SET temp_unit = 'C'"
		    " WHERE organization_id = {org}", "temp_unit", "C" },
		{ "UPDATE devices SET is_active = false"
		    " WHERE organization_id = {org}", "has_sensor", "f" },
		{ "UPDATE devices SET is_active = true"
		    " WHERE organization_id = {org}", "has_sensor", "t" },
		{ "UPDATE areas SET deleted_at = now()"
		    " WHERE organization_id = {org}", "is_active", "f" },
		{ "UPDATE areas SET deleted_at = NULL"
		    " WHERE organization_id = {org}", "is_active", "t" },
		{ "DELETE FROM devices WHERE organization_id = {org}",
		    "has_sensor", "f" },
		{ "WITH s AS (INSERT INTO sites (organization_id, name,"
		    "	timezone) VALUES ({org}, 'New', 'UTC') RETURNING id)"
		    " INSERT INTO areas (organization_id, site_id, name)"
		    " SELECT {org}, id, 'New' FROM s", "timezone",
		    "Asia/Tokyo" },
		{ "UPDATE areas SET name = 'Moved', site_id = (SELECT id"
		    "	FROM sites WHERE organization_id = {org}"
		    "	AND name = 'New') WHERE organization_id = {org}"
		    " AND id = {area}", "timezone", "UTC" },
	};
	struct fixture	f;

	fixture_make(&f);
	cr_expect_str_eq(fixture_sql(&f, differences), "0");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		fixture_sql(&f, steps[i].change);
		cr_expect_str_eq(rule(&f, steps[i].field), steps[i].want,
		    "%s gives %s", steps[i].change, rule(&f, steps[i].field));
		cr_expect_str_eq(fixture_sql(&f, differences), "0", "%s",
		    steps[i].change);
	}
	fixture_free(&f);
}

/* Waits until that backend waits for a lock that ours holds. */
static void
wait_for_blocked(struct fixture *f, PGconn *other)
{
	char	sql[80];

	snprintf(sql, sizeof(sql), "SELECT pg_blocking_pids(%d)"
	    " @> ARRAY[pg_backend_pid()]", PQbackendPID(other));
	while (strcmp(fixture_sql(f, sql), "t") != 0)
		;
}

/* Each is computed where the other, uncommitted, cannot be seen yet. */
Test(unit_rules, forget_neither_of_two_changes_made_at_once)
{
	struct fixture	 f;
	PGconn		*other = PQconnectdb("user=postgres"
			    " options='-c search_path=frostguard'");
	PGresult	*res;

	fixture_make(&f);
	cr_assert(PQsendQuery(other, fixture_sql(&f, "BEGIN;"
	    " INSERT INTO alert_rules (organization_id, name,"
	    " manual_grace_minutes) VALUES ({org}, 'o', 7);"
	    " SELECT format('INSERT INTO alert_rules (organization_id, unit_id,"
	    " name, max_excursion_minutes) VALUES (%L, %L, ''u'', 8)',"
	    " {org}, {unit})")));
	wait_for_blocked(&f, other);
	fixture_sql(&f, "COMMIT");
	while ((res = PQgetResult(other)) != NULL) {
		cr_expect_eq(PQresultStatus(res), PGRES_COMMAND_OK, "%s",
		    PQresultErrorMessage(res));
		PQclear(res);
	}
	cr_expect_str_eq(rule(&f, "manual_grace_minutes"), "7");
	cr_expect_str_eq(rule(&f, "max_excursion_minutes"), "8");
	PQfinish(other);
	fixture_free(&f);
}

Test(unit_rules, make_only_the_units_due_whose_rules_changed)
{
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type) VALUES ({org}, {area}, 'Other', 'fridge')");
	fixture_sql(&f, "UPDATE unit_state SET due_at = 'infinity'"
	    " WHERE organization_id = {org}");
	fixture_sql(&f, "UPDATE units SET name = 'Renamed', temp_limit_high"
	    " = temp_limit_high WHERE organization_id = {org}"
	    " AND id = {unit}");
	cr_expect_str_eq(fixture_sql(&f, "SELECT count(*) FROM unit_state"
	    " WHERE organization_id = {org} AND due_at <= now()"), "0");
	fixture_sql(&f, "INSERT INTO alert_rules (organization_id, name,"
	    " unit_id, manual_grace_minutes) VALUES ({org}, 'u', {unit}, 9)");
	cr_expect_str_eq(fixture_sql(&f, "SELECT string_agg(unit_id::text, '')"
	    " = {unit} FROM unit_state WHERE organization_id = {org}"
	    " AND due_at <= now()"), "t");
	fixture_free(&f);
}

Test(unit_rules, go_with_their_unit)
{
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "DELETE FROM units WHERE organization_id = {org}");
	cr_expect_str_eq(fixture_sql(&f, "SELECT count(*) FROM unit_rules"
	    " WHERE organization_id = {org}"), "0");
	cr_expect_str_eq(fixture_sql(&f, "SELECT count(*) FROM unit_state"
	    " WHERE organization_id = {org}"), "0");
	fixture_free(&f);
}

Test(unit_rules, keep_who_changed_what)
{
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "BEGIN; SET LOCAL frostguard.user_id = {owner};"
	    " INSERT INTO alert_rules (organization_id, name)"
	    " VALUES ({org}, 'o');"
	    " UPDATE alert_rules SET delay_minutes = 7"
	    "  WHERE organization_id = {org};"
	    " DELETE FROM alert_rules WHERE organization_id = {org};"
	    " UPDATE units SET notes = 'new seal'"
	    "  WHERE organization_id = {org}; COMMIT");
	cr_expect_str_eq(fixture_sql(&f, "SELECT string_agg(change_type, ' '"
	    " ORDER BY change_type) FROM alert_rules_history"
	    " WHERE organization_id = {org} AND changed_by = {owner}"),
	    "created deleted updated");
	cr_expect_str_eq(fixture_sql(&f, "SELECT new_values"
	    " FROM alert_rules_history WHERE organization_id = {org}"
	    " AND change_type = 'updated'"), "{\"delay_minutes\": 7}");
	cr_expect_str_eq(fixture_sql(&f, "SELECT new_values"
	    " FROM unit_settings_history WHERE organization_id = {org}"
	    " AND changed_by = {owner}"), "{\"notes\": \"new seal\"}");
	fixture_free(&f);
}

Test(units, get_the_limits_of_their_type_where_none_are_given)
{
	static const struct {
		const char	*type, *given, *want;
	} cases[] = {
		{ "fridge", "NULL, NULL", "5.00 none" },
		{ "walk_in_cooler", "NULL, NULL", "5.00 none" },
		{ "display_case", "NULL, 1", "5.00 1.00" },
		{ "freezer", "NULL, NULL", "-17.78 -28.89" },
		{ "walk_in_freezer", "NULL, NULL", "-17.78 -28.89" },
		{ "blast_chiller", "NULL, NULL", "-17.78 -28.89" },
		{ "freezer", "0, NULL", "0.00 -28.89" },
		{ "fridge", "0, NULL", "0.00 none" },
		{ "freezer", "-40, NULL", "-40.00 none" },
	};
	struct fixture	f;

	fixture_make(&f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char	sql[300];

		snprintf(sql, sizeof(sql), "INSERT INTO units (organization_id,"
		    " area_id, name, unit_type, temp_limit_high,"
		    " temp_limit_low) VALUES ({org}, {area}, 'Unit %zu', '%s',"
		    " %s) RETURNING temp_limit_high || ' ' ||"
		    " coalesce(temp_limit_low::text, 'none')", i,
		    cases[i].type, cases[i].given);
		cr_expect_str_eq(fixture_sql(&f, sql), cases[i].want,
		    "%s given %s", cases[i].type, cases[i].given);
	}
	fixture_free(&f);
}

/* The unit's primary sensor, by name. */
static const char *
primary(struct fixture *f)
{
	return fixture_sql(f, "SELECT d.name FROM units u JOIN devices d"
	    " ON d.organization_id = u.organization_id"
	    " AND d.id = u.primary_device_id"
	    " WHERE u.organization_id = {org} AND u.id = {unit}");
}

Test(units, take_the_first_temperature_sensor_as_the_primary_one)
{
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "DELETE FROM devices WHERE organization_id = {org}");
	cr_expect_str_eq(primary(&f), "");
	fixture_sql(&f, "INSERT INTO devices (organization_id, unit_id, name,"
	    " kind, created_at) VALUES"
	    " ({org}, {unit}, 'door', 'door', '2001-01-01'),"
	    " ({org}, {unit}, 'second', NULL, '2001-01-03'),"
	    " ({org}, {unit}, 'first', 'temperature', '2001-01-02')");
	cr_expect_str_eq(primary(&f), "first");
	fixture_sql(&f, "UPDATE units SET primary_device_id = (SELECT id"
	    " FROM devices WHERE organization_id = {org} AND name = 'second')"
	    " WHERE organization_id = {org} AND id = {unit}");
	fixture_sql(&f, "INSERT INTO devices (organization_id, unit_id, name)"
	    " VALUES ({org}, {unit}, 'third')");
	cr_expect_str_eq(primary(&f), "second", "a choice stays");
	fixture_sql(&f, "UPDATE devices SET unit_id = NULL"
	    " WHERE organization_id = {org} AND name = 'second'");
	cr_expect_str_eq(primary(&f), "first", "the oldest that stays");
	fixture_sql(&f, "DELETE FROM devices WHERE organization_id = {org}"
	    " AND name IN ('first', 'third')");
	cr_expect_str_eq(primary(&f), "", "a door sensor measures nothing");
	fixture_free(&f);
}

Test(devices, know_their_battery_from_the_catalogue)
{
	struct fixture	f;

	fixture_make(&f);
	cr_expect_str_eq(fixture_sql(&f, "INSERT INTO devices (organization_id,"
	    " manufacturer, model) VALUES ({org}, 'dragino', 'lht65n')"
	    " RETURNING kind || ' ' || chemistry || ' ' || low_battery_mv"),
	    "temperature_humidity cr17450 2500");
	cr_expect_str_eq(fixture_sql(&f, "INSERT INTO devices (organization_id,"
	    " manufacturer, model, low_battery_mv)"
	    " VALUES ({org}, 'nobody', 'knows', 2900)"
	    " RETURNING coalesce(chemistry, 'unknown') || ' ' ||"
	    " low_battery_mv"), "unknown 2900");
	fixture_free(&f);
}

Test(suppressions, make_their_units_due)
{
	static const char	*scopes[] = { "{unit}, NULL", "NULL, {site}",
				    "NULL, NULL" };
	struct fixture		 f;

	fixture_make(&f);
	for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++) {
		char	sql[200];

		fixture_sql(&f, "UPDATE unit_state SET due_at = 'infinity'"
		    " WHERE organization_id = {org}");
		snprintf(sql, sizeof(sql), "INSERT INTO alert_suppressions"
		    " (organization_id, unit_id, site_id, reason, ends_at)"
		    " VALUES ({org}, %s, 'defrost', now() + '1 h')",
		    scopes[i]);
		fixture_sql(&f, sql);
		cr_expect_str_eq(fixture_sql(&f, "SELECT due_at <= now()"
		    " FROM unit_state WHERE organization_id = {org}"), "t",
		    "%s", scopes[i]);
	}
	fixture_free(&f);
}
