/* The table of rule fields and the schema are two tellings of one thing. */
#include "domain/rules.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* A field's value as the column holds it. */
static const char *
in_sql(const struct rule_field *f, int v)
{
	static char	 text[32];

	if (f->unit == RULE_PERCENT)
		snprintf(text, sizeof(text), "%d.%02d", v / 100, v % 100);
	else
		snprintf(text, sizeof(text), "%d", v);
	return text;
}

Test(rules_db, gives_every_field_the_same_built_in_value)
{
	struct fixture	f;

	fixture_make(&f);
	for (int i = 0; i < RULE__MAX; i++) {
		const struct rule_field	*field = rule_field((enum rule)i);
		char			 sql[200];

		snprintf(sql, sizeof(sql), "SELECT (built_in_rules('freezer')"
		    "->>'%s')::numeric = %s", field->name,
		    in_sql(field, field->built_in));
		cr_expect_str_eq(fixture_sql(&f, sql), "t", "%s",
		    field->name);
	}
	fixture_free(&f);
}

/* Does the column take the value? */
static bool
takes(struct fixture *f, const struct rule_field *field, int v)
{
	char	 sql[200];

	snprintf(sql, sizeof(sql), "SELECT pg_temp.takes('%s', %s)",
	    field->name, in_sql(field, v));
	return strcmp(fixture_sql(f, sql), "t") == 0;
}

Test(rules_db, gives_every_field_the_same_bounds)
{
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "CREATE FUNCTION pg_temp.takes(field text, v numeric)"
	    " RETURNS bool LANGUAGE plpgsql AS $$ BEGIN"
	    " EXECUTE format('INSERT INTO frostguard.alert_rules"
	    "	(organization_id, name, %I) VALUES ($1, ''bounds'', $2)',"
	    "	field) USING {org}::uuid, v;"
	    " DELETE FROM frostguard.alert_rules"
	    "  WHERE organization_id = {org}::uuid;"
	    " RETURN true;"
	    " EXCEPTION WHEN check_violation OR numeric_value_out_of_range"
	    " THEN RETURN false; END $$");
	for (int i = 0; i < RULE__MAX; i++) {
		const struct rule_field	*field = rule_field((enum rule)i);

		cr_expect(takes(&f, field, field->min), "%s", field->name);
		cr_expect(takes(&f, field, field->max), "%s", field->name);
		cr_expect(!takes(&f, field, field->min - 1), "%s",
		    field->name);
		cr_expect(!takes(&f, field, field->max + 1), "%s",
		    field->name);
	}
	fixture_free(&f);
}

/* A row of alert_rules for one level, where it says something. */
static void
say(struct fixture *f, enum rule_level level, const struct rule_opt *o)
{
	char	 sql[200];

	if (!o->has)
		return;
	snprintf(sql, sizeof(sql), "INSERT INTO alert_rules (organization_id,"
	    " name, site_id, unit_id, offline_warning_missed_checkins)"
	    " VALUES ({org}, 'test', %s, %s, %d)",
	    level == RULE_OF_SITE ? "{site}" : "NULL",
	    level == RULE_OF_UNIT ? "{unit}" : "NULL", o->value);
	fixture_sql(f, sql);
}

Test(rules_db, inherits_as_the_library_does)
{
	static const struct rule_opt	rows[][RULE_BUILT_IN] = {
		{ { false, 0 }, { false, 0 }, { true, 2 } },
		{ { false, 0 }, { true, 3 }, { true, 2 } },
		{ { true, 4 }, { true, 3 }, { true, 2 } },
		{ { false, 0 }, { false, 0 }, { false, 0 } },
		{ { false, 0 }, { true, 0 }, { true, 2 } },
	};
	struct fixture	f;

	fixture_make(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rule_value	want;
		char			text[64];

		fixture_sql(&f, "DELETE FROM alert_rules"
		    " WHERE organization_id = {org}");
		for (int l = 0; l < RULE_BUILT_IN; l++)
			say(&f, (enum rule_level)l, &rows[i][l]);
		want = rule_resolve(RULE_OFFLINE_WARNING, rows[i]);
		snprintf(text, sizeof(text), "%d from %s", want.value,
		    rule_level_name(want.level));
		cr_expect_str_eq(fixture_sql(&f, "SELECT value || ' from ' ||"
		    " source FROM unit_rule_sources"
		    " WHERE organization_id = {org} AND unit_id = {unit}"
		    " AND field = 'offline_warning_missed_checkins'"), text,
		    "row %zu", i);
		snprintf(text, sizeof(text), "%d", want.value);
		cr_expect_str_eq(fixture_sql(&f, "SELECT"
		    " offline_warning_missed_checkins FROM unit_rules"
		    " WHERE organization_id = {org} AND unit_id = {unit}"),
		    text, "row %zu, stored", i);
	}
	fixture_free(&f);
}
