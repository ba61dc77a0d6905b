/* The wall of all units: what is on it, in which order, and whose. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "domain/unit.h"
#include "domain/unit_rule.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static struct fixture	fx, other;
static struct db	*app;
static struct arena	arena;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	app = fixture_db("fg_app");
	db_begin(app, &fx.org, &fx.owner);
}

static void
tear_down(void)
{
	db_rollback(app);
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(unit, .init = set_up, .fini = tear_down);

/* One more unit in the fixture's area, in that state for an hour. */
static void
add(const char *name, const char *status)
{
	struct buf	sql = BUF_INIT(2048);

	buf_printf(&sql, "WITH u AS (INSERT INTO units (organization_id,"
	    " area_id, name, unit_type) VALUES ({org}, {area}, '%s',"
	    " 'freezer') RETURNING id) SELECT id FROM u", name);
	fixture_sql(&fx, buf_str(&sql));
	buf_clear(&sql);
	buf_printf(&sql, "UPDATE unit_state SET status = '%s', status_since ="
	    " now() - interval '1 hour' WHERE organization_id = {org} AND"
	    " unit_id = (SELECT id FROM units WHERE organization_id = {org}"
	    " AND name = '%s')", status, name);
	fixture_sql(&fx, buf_str(&sql));
	buf_release(&sql);
}

/* The names on the wall, a space behind each. */
static const char *
wall(const struct unit_filter *f, int32_t max)
{
	static struct buf	 names = BUF_INIT(1024);
	struct unit		*v;
	size_t			 n;

	cr_assert_eq(unit_list(app, f, max, &arena, &v, &n), DB_OK);
	buf_clear(&names);
	for (size_t i = 0; i < n; i++)
		buf_printf(&names, "%s ", v[i].name);
	return buf_str(&names);
}

static struct unit_filter
everything(void)
{
	return (struct unit_filter){ .organization = fx.org };
}

Test(unit, the_worst_is_on_top_and_what_is_well_stays_in_its_place)
{
	struct unit_filter	f = everything();

	add("ok-b", "ok");
	add("ok-a", "ok");
	add("restoring", "restoring");
	add("interrupted", "monitoring_interrupted");
	add("alarm", "alarm_active");
	add("log", "manual_required");
	add("excursion", "excursion");
	cr_expect_str_eq(wall(&f, 100), "alarm excursion log interrupted "
	    "Fridge restoring ok-a ok-b ");
	cr_expect_str_eq(wall(&f, 2), "alarm excursion ");
}

Test(unit, of_two_in_the_same_state_the_longer_one_is_first)
{
	struct unit_filter	f = everything();

	add("a-new", "excursion");
	add("z-old", "excursion");
	fixture_sql(&fx, "UPDATE unit_state SET status_since = now() -"
	    " interval '2 hours' WHERE unit_id = (SELECT id FROM units"
	    " WHERE organization_id = {org} AND name = 'z-old')");
	cr_expect_str_eq(wall(&f, 100), "z-old a-new Fridge ");
}

Test(unit, can_be_filtered_by_state_site_and_words)
{
	static const struct {
		const char	*status, *text, *want;
		bool		 other_site;
	} c[] = {
		{ "alarm_active", NULL, "Freezer1 ", false },
		{ "restoring", NULL, "", false },
		{ NULL, "freezer", "Freezer1 Freezer2 ", false },
		{ NULL, "FRIDGE", "Fridge ", false },
		{ NULL, "back room", "Freezer1 Fridge Freezer2 ", false },
		{ NULL, "Kitchen", "Freezer1 Fridge Freezer2 ", false },
		{ "ok", "freezer", "Freezer2 ", false },
		{ NULL, "%", "", false },
		{ NULL, "_", "", false },
		{ NULL, "' OR true --", "", false },
		{ NULL, NULL, "", true },
	};

	add("Freezer1", "alarm_active");
	add("Freezer2", "ok");
	for (size_t i = 0; i < COUNT(c); i++) {
		struct unit_filter	f = everything();

		f.status = c[i].status;
		f.text = c[i].text;
		f.site = c[i].other_site ? other.site : fx.site;
		cr_expect_str_eq(wall(&f, 100), c[i].want, "%s %s",
		    c[i].status, c[i].text);
	}
}

Test(unit, the_counts_are_of_all_states_whichever_is_asked_for)
{
	struct unit_filter	f = everything();
	int64_t			count[UNIT_STATUS__MAX];

	add("Freezer1", "alarm_active");
	add("Freezer2", "ok");
	add("Freezer3", "ok");
	f.status = "alarm_active";
	cr_assert_eq(unit_count(app, &f, count), DB_OK);
	cr_expect_eq(count[UNIT_ALARM_ACTIVE], 1);
	cr_expect_eq(count[UNIT_OK], 2);
	cr_expect_eq(count[UNIT_OFFLINE], 1);
	cr_expect_eq(count[UNIT_RESTORING], 0);
	f.text = "2";
	cr_assert_eq(unit_count(app, &f, count), DB_OK);
	cr_expect_eq(count[UNIT_OK], 1);
	cr_expect_eq(count[UNIT_ALARM_ACTIVE], 0);
}

Test(unit, what_is_deleted_or_switched_off_is_not_on_the_wall)
{
	struct unit_filter	f = everything();

	add("deleted", "alarm_active");
	add("off", "alarm_active");
	fixture_sql(&fx, "UPDATE units SET deleted_at = now()"
	    " WHERE organization_id = {org} AND name = 'deleted'");
	fixture_sql(&fx, "UPDATE units SET is_active = false"
	    " WHERE organization_id = {org} AND name = 'off'");
	cr_expect_str_eq(wall(&f, 100), "Fridge ");
}

Test(unit, another_organizations_units_are_not_there)
{
	struct unit_filter	f = { .organization = other.org };
	struct unit		u;

	/* Neither by asking for them nor by saying one is they. */
	cr_expect_str_eq(wall(&f, 100), "");
	cr_expect_eq(unit_find(app, &fx.org, &other.unit, &arena, &u),
	    DB_NONE);
	cr_expect_eq(unit_find(app, &other.org, &other.unit, &arena, &u),
	    DB_NONE);
	cr_expect_eq(unit_find(app, &fx.org, &fx.unit, &arena, &u), DB_OK);
}

Test(unit, one_that_was_never_seen_is_offline_and_shows_no_temperature)
{
	struct json_object	*o;
	struct unit		 u;

	cr_assert_eq(unit_find(app, &fx.org, &fx.unit, &arena, &u), DB_OK);
	cr_expect_eq(u.status, UNIT_OFFLINE);
	cr_expect(!u.temp.has);
	cr_expect_eq(u.temp_at_ms, 0);
	cr_expect_eq(u.battery, -1);
	o = unit_to_json(&u, clock_now_ms());
	cr_expect_str_eq(json_str(o, "temperatureText", NULL), "\u2013");
	cr_expect_null(json_str(o, "lastReadingAt", NULL));
	cr_expect_null(json_str(o, "ageText", NULL));
	cr_expect_null(json_str(o, "doorLabel", NULL));
	json_object_put(o);
}

Test(unit, is_shown_with_its_place_limits_and_newest_values)
{
	struct unit	u;

	fixture_sql(&fx, "UPDATE unit_state SET last_temperature = 3.94,"
	    " temperature_at = to_timestamp(1772435704), last_humidity = 61.2,"
	    " door_state = 'open', trend = '492343:390,394'"
	    " WHERE unit_id = {unit}");
	fixture_sql(&fx, "UPDATE units SET primary_device_id = {device},"
	    " temp_unit = 'F' WHERE id = {unit}");
	fixture_sql(&fx, "UPDATE device_state SET battery_percent = 12"
	    " WHERE device_id = {device}");
	cr_assert_eq(unit_find(app, &fx.org, &fx.unit, &arena, &u), DB_OK);
	cr_expect_str_eq(u.name, "Fridge");
	cr_expect_str_eq(u.site_name, "Kitchen");
	cr_expect_str_eq(u.area_name, "Back room");
	cr_expect_str_eq(u.timezone, "Europe/Berlin");
	cr_expect(u.low.has && u.low.t == 200);
	cr_expect(u.high.has && u.high.t == 500);
	cr_expect(u.temp.has && u.temp.t == 394);
	cr_expect_eq(u.temp_at_ms, 1772435704000);
	cr_expect(u.humidity.has && u.humidity.t == 6120);
	cr_expect_eq(u.door, DOOR_OPEN);
	cr_expect_eq(u.battery, 12);
	cr_expect(u.fahrenheit);
	cr_expect_eq(u.trend.n, 2);
}

Test(unit, an_alert_is_named_where_the_state_does_not_tell_of_it)
{
	static const struct {
		const char	*status, *want;
	} c[] = {
		{ "ok", "Critical" }, { "restoring", "Critical" },
		{ "alarm_active", NULL }, { "offline", NULL },
	};
	struct unit	u;
	char		sql[128];

	fixture_sql(&fx, "INSERT INTO alerts (organization_id, unit_id,"
	    " site_id, area_id, alert_type, severity) SELECT {org}, {unit},"
	    " {site}, {area}, t::alert_type, s::alert_severity FROM (VALUES"
	    " ('sensor_fault', 'critical'), ('low_battery', 'info')) v(t, s)");
	for (size_t i = 0; i < COUNT(c); i++) {
		struct json_object	*o;
		const char		*label;

		snprintf(sql, sizeof(sql), "UPDATE unit_state SET status ="
		    " '%s' WHERE unit_id = {unit}", c[i].status);
		fixture_sql(&fx, sql);
		cr_assert_eq(unit_find(app, &fx.org, &fx.unit, &arena, &u),
		    DB_OK);
		o = unit_to_summary(&u, clock_now_ms());
		label = json_str(o, "alertLabel", NULL);
		cr_expect_str_eq(json_str(o, "alertSeverity", NULL),
		    "critical");
		cr_expect(label == c[i].want || (label != NULL &&
		    c[i].want != NULL && strcmp(label, c[i].want) == 0),
		    "%s: %s", c[i].status, label);
		json_object_put(o);
	}
}

static struct json_object *
rule(struct json_object *rules, const char *name)
{
	size_t	n = json_object_array_length(rules);

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(rules, i);

		if (strcmp(json_str(o, "name", NULL), name) == 0)
			return o;
	}
	cr_assert_fail("no rule %s", name);
	return NULL;
}

Test(unit, each_rule_names_the_level_it_comes_from)
{
	static const struct {
		const char	*name, *value, *source;
	} c[] = {
		{ "temp_limit_high", "5.00 °C", "unit" },
		{ "door_open_warning_minutes", "0 minutes", "unit" },
		{ "door_open_critical_minutes", "7 minutes", "site" },
		{ "excursion_confirm_minutes_door_open", "25 minutes",
		    "organization" },
		{ "max_excursion_minutes", "1 hour", "default" },
	};
	struct json_object	*rules;
	struct unit		 u;

	fixture_sql(&fx, "INSERT INTO alert_rules (organization_id, name,"
	    " excursion_confirm_minutes_door_open, door_open_critical_minutes)"
	    " VALUES ({org}, 'o', 25, 9)");
	fixture_sql(&fx, "INSERT INTO alert_rules (organization_id, site_id,"
	    " name, door_open_critical_minutes, door_open_warning_minutes)"
	    " VALUES ({org}, {site}, 's', 7, 2)");
	fixture_sql(&fx, "INSERT INTO alert_rules (organization_id, unit_id,"
	    " name, door_open_warning_minutes) VALUES ({org}, {unit}, 'u',"
	    " 0)");
	cr_assert_eq(unit_find(app, &fx.org, &fx.unit, &arena, &u), DB_OK);
	cr_assert_eq(unit_rule_list(app, &fx.org, &u, &rules), DB_OK);
	for (size_t i = 0; i < COUNT(c); i++) {
		struct json_object *o = rule(rules, c[i].name);

		cr_expect_str_eq(json_str(o, "valueText", NULL), c[i].value);
		cr_expect_str_eq(json_str(o, "source", NULL), c[i].source);
	}
	json_object_put(rules);
}
