/* The sensors of a unit as its page shows them: whose, in which order, and
 * what of them the database knows. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/sensor.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>

static struct fixture	fx, other;
static struct db	*app;

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
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(sensor, .init = set_up, .fini = tear_down);

static struct json_object *
list_of(const struct uuid *organization, const struct uuid *unit)
{
	struct json_object	*list = NULL;

	cr_assert_eq(sensor_list(app, organization, unit, clock_now_ms(),
	    &list), DB_OK);
	return list;
}

/* The status of the unit's first sensor, static. */
static const char *
status(void)
{
	static char		 word[32];
	struct json_object	*list = list_of(&fx.org, &fx.unit);

	snprintf(word, sizeof(word), "%s", json_str(
	    json_object_array_get_idx(list, 0), "status", NULL));
	json_object_put(list);
	return word;
}

Test(sensor, is_listed_with_what_is_known_of_it)
{
	struct json_object	*list, *o;
	int64_t			 n;

	fixture_sql(&fx, "UPDATE devices SET name = 'Probe',"
	    " manufacturer = 'dragino', model = 'lht65n' WHERE id = {device}");
	fixture_sql(&fx, "UPDATE device_state SET last_seen_at = now()"
	    " - interval '65 s', battery_percent = 0, rssi = -101, snr = -7.5"
	    " WHERE device_id = {device}");
	list = list_of(&fx.org, &fx.unit);
	cr_assert_eq(json_object_array_length(list), 1);
	o = json_object_array_get_idx(list, 0);
	cr_expect_str_eq(json_str(o, "name", NULL), "Probe");
	cr_expect_str_eq(json_str(o, "devEui", NULL), fx.dev_eui);
	cr_expect_str_eq(json_str(o, "model", NULL), "dragino/lht65n");
	cr_expect_str_eq(json_str(o, "status", NULL), "online");
	cr_expect_str_eq(json_str(o, "statusLabel", NULL), "Online");
	cr_expect_str_eq(json_str(o, "ageText", NULL), "1 min");
	cr_expect_str_eq(json_str(o, "signalText", NULL), "−101 dBm");
	cr_expect(json_int(o, "batteryPercent", 0, 0, &n), "empty is not null");
	cr_expect(json_int(o, "intervalSeconds", 1200, 1200, &n),
	    "the catalogue's");
	json_object_put(list);
}

Test(sensor, that_was_never_heard_has_nulls)
{
	struct json_object	*list, *o;

	fixture_sql(&fx, "UPDATE devices SET name = NULL, model = NULL"
	    " WHERE id = {device}");
	list = list_of(&fx.org, &fx.unit);
	o = json_object_array_get_idx(list, 0);
	cr_expect_str_eq(json_str(o, "name", NULL), fx.dev_eui);
	cr_expect_null(json_object_object_get(o, "model"));
	cr_expect_null(json_object_object_get(o, "lastSeenAt"));
	cr_expect_null(json_object_object_get(o, "ageText"));
	cr_expect_null(json_object_object_get(o, "batteryPercent"));
	cr_expect_null(json_object_object_get(o, "signalText"));
	json_object_put(list);
}

Test(sensor, is_late_by_what_it_was_told)
{
	fixture_sql(&fx, "UPDATE device_state SET last_seen_at = now()"
	    " - interval '31 min' WHERE device_id = {device}");
	fixture_sql(&fx, "UPDATE devices SET manufacturer = 'dragino',"
	    " model = 'lht65n' WHERE id = {device}");
	cr_expect_str_eq(status(), "late");	/* 20 min by its model */
	fixture_sql(&fx, "INSERT INTO sensor_configurations (organization_id,"
	    " device_id, uplink_interval_seconds) VALUES ({org}, {device},"
	    " 300)");
	cr_expect_str_eq(status(), "not_reporting");
	fixture_sql(&fx, "UPDATE sensor_configurations"
	    " SET uplink_interval_seconds = 3600 WHERE device_id = {device}");
	cr_expect_str_eq(status(), "online");
}

Test(sensor, comes_after_the_primary_one_by_name)
{
	struct json_object	*list;

	fixture_sql(&fx, "UPDATE devices SET name = 'Zebra'"
	    " WHERE id = {device}");
	fixture_sql(&fx, "INSERT INTO devices (organization_id, unit_id,"
	    " serial_number, name) VALUES ({org}, {unit}, 's1', 'beta'),"
	    " ({org}, {unit}, 's2', 'Alpha')");
	list = list_of(&fx.org, &fx.unit);
	cr_assert_eq(json_object_array_length(list), 3);
	for (size_t i = 0; i < 3; i++)
		cr_expect_str_eq(json_str(json_object_array_get_idx(list, i),
		    "name", NULL), i == 0 ? "Zebra" : i == 1 ? "Alpha" :
		    "beta");
	/* What no network carries is not waiting for one. */
	cr_expect_str_eq(json_str(json_object_array_get_idx(list, 1),
	    "status", NULL), "never");
	json_object_put(list);
}

Test(sensor, is_not_listed_once_it_is_deleted_or_to_strangers)
{
	struct json_object	*list = list_of(&other.org, &other.unit);

	cr_expect_eq(json_object_array_length(list), 0, "another's");
	json_object_put(list);
	fixture_sql(&fx, "UPDATE devices SET deleted_at = now()"
	    " WHERE id = {device}");
	list = list_of(&fx.org, &fx.unit);
	cr_expect_eq(json_object_array_length(list), 0, "deleted");
	json_object_put(list);
}

/* What the first sensor says under a key, or "" for null. */
static const char *
told(const char *key)
{
	static char		 text[160];
	struct json_object	*list = list_of(&fx.org, &fx.unit);
	struct json_object	*v = json_object_object_get(
				    json_object_array_get_idx(list, 0), key);

	snprintf(text, sizeof(text), "%s", v == NULL ? "" :
	    json_object_get_string(v));
	json_object_put(list);
	return text;
}

Test(sensor, about_which_nothing_is_doubted_says_nothing)
{
	cr_expect_str_eq(told("doubtText"), "");
	cr_expect_str_eq(told("doubts"), "[ ]");
	cr_expect_str_eq(told("clockAheadSeconds"), "");
	cr_expect_str_eq(told("calibration"), "");
	cr_expect_str_eq(told("calibrationText"), "");
	fixture_sql(&fx, "UPDATE device_state SET doubts = 0,"
	    " clock_wrong = false, clock_ahead_ms = -7200000,"
	    " value_since = now() - interval '9 h'"
	    " WHERE device_id = {device}");
	cr_expect_str_eq(told("doubtText"), "", "a suspicion is no proof");
}

Test(sensor, says_what_speaks_against_it)
{
	static const struct { const char *set, *want; } c[] = {
		{ "doubts = 1", "changed faster than anything cold does" },
		{ "doubts = 2, value_since = now() - interval '52230 s'",
		    "has not moved for 14 h 30 min" },
		{ "doubts = 4, clock_wrong = true, clock_ahead_ms = 7800000",
		    "its clock is 2 h 10 min ahead" },
		{ "doubts = 0, clock_ahead_ms = -3600000",
		    "its clock is 1 h behind" },
		{ "doubts = 1", "changed faster than anything cold does; "
		    "its clock is 1 h behind" },
		{ "clock_wrong = false",
		    "changed faster than anything cold does" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		char	sql[200];

		snprintf(sql, sizeof(sql), "UPDATE device_state SET %s"
		    " WHERE device_id = {device}", c[i].set);
		fixture_sql(&fx, sql);
		cr_expect_str_eq(told("doubtText"), c[i].want);
	}
}

#define CALIBRATE(from, until) "INSERT INTO calibration_records"	\
	" (organization_id, device_id, temperature_offset, certificate,"	\
	" calibrated_at, expires_at) VALUES ({org}, {device}, 0.30, 'K-1',"	\
	" " from ", " until ")"

Test(sensor, says_how_it_is_calibrated)
{
	fixture_sql(&fx, CALIBRATE("'2024-01-31Z'", "'2025-01-31Z'"));
	cr_expect_str_eq(told("calibrationText"), "calibration expired: "
	    "+0.30 °C, certificate K-1, until 2025-01-31");
	fixture_sql(&fx, CALIBRATE("'2025-01-31Z'", "NULL"));
	cr_expect_str_eq(told("calibrationText"),
	    "calibrated +0.30 °C, certificate K-1");
	fixture_sql(&fx, "UPDATE organizations SET temp_unit = 'F'"
	    " WHERE id = {org}");
	cr_expect_str_eq(told("calibrationText"),
	    "calibrated +0.54 °F, certificate K-1");
	fixture_sql(&fx, "UPDATE calibration_records SET withdrawn_at = now()"
	    " WHERE device_id = {device}");
	cr_expect_str_eq(told("calibrationText"), "");
}

Test(sensor, says_nothing_of_a_calibration_to_come_or_of_anothers)
{
	fixture_sql(&fx, CALIBRATE("now() + interval '1 d'", "NULL"));
	fixture_sql(&other, CALIBRATE("'2024-01-31Z'", "NULL"));
	cr_expect_str_eq(told("calibrationText"), "");
}
