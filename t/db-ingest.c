/* One message becomes a stored reading and a decision. */
#include "ingest-case.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(ingest, .init = case_set_up, .fini = case_tear_down);

static enum ingest_rc
ingest_at(int64_t at_ms, centi_t temperature)
{
	struct uplink	u = case_message(at_ms, temperature);

	now_ms = at_ms > now_ms ? at_ms : now_ms;
	return case_ingest(&u);
}

#define READINGS "SELECT count(*) FROM sensor_readings"			\
	" WHERE organization_id = {org} AND unit_id = {unit}"
#define STATUS "SELECT status FROM unit_state WHERE unit_id = {unit}"
#define OPEN_ALERTS "SELECT string_agg(alert_type || ' ' || severity || ' '" \
	" || status, ',' ORDER BY alert_type) FROM alerts"		\
	" WHERE organization_id = {org} AND status <> 'resolved'"

Test(ingest, a_good_message_is_one_durable_reading_and_an_ok_unit)
{
	cr_expect_eq(ingest_at(now_ms, 400), INGEST_STORED);
	cr_expect(result.has_temperature);
	cr_expect_eq(result.temperature, 400);
	cr_expect_not(result.time_replaced);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "1");
	cr_expect_eq(ingest_at(now_ms + 300000, 410), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "ok");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_temperature FROM"
	    " unit_state WHERE unit_id = {unit}"), "4.10");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT rssi || ' ' || snr FROM"
	    " device_state WHERE device_id = {device}"), "-80 9.25");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
}

Test(ingest, the_same_message_twice_is_one_reading)
{
	cr_expect_eq(ingest_at(now_ms, 400), INGEST_STORED);
	cr_expect_eq(result.live.n, 2);
	cr_expect_eq(ingest_at(now_ms, 400), INGEST_DUPLICATE);
	cr_expect_eq(result.live.n, 0, "and is told once");
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "1");
}

Test(ingest, both_kinds_enabled_are_one_reading)
{
	struct uplink	u = case_message(now_ms, 400);

	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	u.normalized = true;
	u.recorded_at_ms = u.obs[0].at_ms = now_ms + 1;
	u.obs[0].temperature = -1800;
	cr_expect_eq(case_ingest(&u), INGEST_DUPLICATE);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "1");
}

Test(ingest, when_only_one_kind_comes_any_more_that_is_read)
{
	struct uplink	u = case_message(now_ms, 400);

	u.f_cnt = 7;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	u.normalized = true;
	u.recorded_at_ms = u.obs[0].at_ms = now_ms += 600000;
	u.f_cnt = 8;		/* may still come whole as well */
	cr_expect_eq(case_ingest(&u), INGEST_DUPLICATE);
	u.recorded_at_ms = u.obs[0].at_ms = now_ms += 600000;
	u.f_cnt = 9;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
}

Test(ingest, after_a_rejoin_frames_count_anew)
{
	struct uplink	u = case_message(now_ms, 400);

	snprintf(u.session_key_id, sizeof(u.session_key_id), "one");
	u.f_cnt = 5000;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	snprintf(u.session_key_id, sizeof(u.session_key_id), "two");
	u.normalized = true;
	u.recorded_at_ms = u.obs[0].at_ms = now_ms += 600000;
	u.f_cnt = 1;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
}

Test(ingest, a_message_of_no_believable_time_is_known_by_its_frame)
{
	struct uplink	u = case_message(1000, 400);

	snprintf(u.session_key_id, sizeof(u.session_key_id), "one");
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	now_ms += 1000;
	cr_expect_eq(case_ingest(&u), INGEST_DUPLICATE);
	u.f_cnt++;
	now_ms += 1000;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	snprintf(u.session_key_id, sizeof(u.session_key_id), "two");
	now_ms += 1000;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "3");
}

Test(ingest, an_older_message_is_stored_and_leaves_the_state_alone)
{
	cr_expect_eq(ingest_at(now_ms, 400), INGEST_STORED);
	cr_expect_eq(ingest_at(now_ms - 3600000, 2000), INGEST_LATE);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_temperature FROM"
	    " unit_state WHERE unit_id = {unit}"), "4.00");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM"
	    " reading_rollup_marks WHERE unit_id = {unit}"
	    " AND from_at = to_at"), "1", "and its hour is summed anew");
}

#define MARKS "SELECT string_agg(round(extract(epoch FROM now()"	\
	"	- from_at) / 60) || '..' || round(extract(epoch FROM"	\
	"	now() - to_at) / 60), ' ' ORDER BY id)"			\
	"  FROM replay_marks WHERE unit_id = {unit}"

/* The state, whose day at a glance is only to look at. */
#define BUT_THE_DAY "SELECT to_jsonb(s) - 'trend' - 'state_version'"	\
	"  FROM unit_state s WHERE unit_id = {unit}"

Test(ingest, a_message_long_past_alarms_nobody_though_it_is_the_newest)
{
	char	before[2048];

	snprintf(before, sizeof(before), "%s", fixture_sql(&fx, BUT_THE_DAY));
	cr_expect_eq(ingest_at(now_ms - 3600000, 2000), INGEST_LATE);
	cr_expect_eq(ingest_at(now_ms - 1200000, 2000), INGEST_LATE);
	cr_expect_str_eq(fixture_sql(&fx, BUT_THE_DAY), before);
	cr_expect_str_neq(fixture_sql(&fx, "SELECT trend FROM unit_state"
	    " WHERE unit_id = {unit}"), "", "but it is seen");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
	cr_expect_eq(result.live.n, 0);
	cr_expect_str_eq(fixture_sql(&fx, MARKS), "60..60 20..20");
	cr_expect_eq(ingest_at(now_ms, 2000), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS),
	    "temp_excursion warning active");
}

Test(ingest, a_message_that_is_late_by_less_than_its_sensors_interval_alarms)
{
	fixture_sql(&fx, "UPDATE units SET checkin_interval_seconds = 3600"
	    " WHERE id = {unit}");
	cr_expect_eq(ingest_at(now_ms - 3601000, 400), INGEST_LATE);
	cr_expect_eq(ingest_at(now_ms - 2400000, 2000), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS),
	    "temp_excursion critical active");
}

Test(ingest, what_ended_while_a_device_kept_it_is_no_alert)
{
	struct uplink	u = case_message(now_ms, 400);

	u.obs_count = 4;
	for (unsigned i = 1; i < u.obs_count; i++) {
		u.obs[i] = u.obs[0];
		u.obs[i].history = true;
		u.obs[i].at_ms = now_ms - i * INT64_C(1800000);
		u.obs[i].temperature = i == 1 ? 400 : 2000;
	}
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "4");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM alerts"
	    " WHERE organization_id = {org}"), "0");
	cr_expect_str_eq(fixture_sql(&fx, MARKS), "90..30");
}

Test(ingest, a_wrong_secret_stores_nothing)
{
	struct uplink		u = case_message(now_ms, 400);
	char			wrong[67];
	struct ingest_item	item = { .secret_hash = wrong, .u = &u,
				    .received_at_ms = now_ms };

	memcpy(wrong, fx.secret_hash, sizeof(wrong));
	wrong[10] = wrong[10] == 'a' ? 'b' : 'a';
	cr_expect_eq(ingest_uplink(in, db, &item, now_ms),
	    INGEST_UNAUTHORIZED);
	cr_expect(uuid_is_nil(&item.result.organization));
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "0");
}

Test(ingest, a_disabled_secret_is_a_wrong_one)
{
	fixture_sql(&fx, "UPDATE webhook_secrets SET enabled = false"
	    " WHERE organization_id = {org}");
	cr_expect_eq(ingest_at(now_ms, 400), INGEST_UNAUTHORIZED);
}

Test(ingest, another_organizations_sensor_is_unknown_with_our_secret)
{
	struct fixture	other;
	struct uplink	u;

	fixture_make(&other);
	u = case_message(now_ms, 400);
	memcpy(u.dev_eui, other.dev_eui, sizeof(other.dev_eui));
	cr_expect_eq(case_ingest(&u), INGEST_UNKNOWN_DEVICE);
	cr_expect_str_eq(fixture_sql(&other, READINGS), "0");
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "0");
	fixture_free(&other);
}

Test(ingest, a_deleted_sensor_is_unknown)
{
	fixture_sql(&fx, "UPDATE devices SET deleted_at = now()"
	    " WHERE id = {device}");
	cr_expect_eq(ingest_at(now_ms, 400), INGEST_UNKNOWN_DEVICE);
}

Test(ingest, a_sensor_on_no_unit_is_alive_but_stores_nothing)
{
	fixture_sql(&fx, "UPDATE units SET primary_device_id = NULL"
	    " WHERE id = {unit}");
	fixture_sql(&fx, "UPDATE devices SET unit_id = NULL"
	    " WHERE id = {device}");
	cr_expect_eq(ingest_at(now_ms, 400), INGEST_NO_UNIT);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_seen_at IS NOT NULL"
	    " FROM device_state WHERE device_id = {device}"), "t");
}

Test(ingest, a_message_without_a_dev_eui_is_found_by_its_device_id)
{
	struct uplink	u = case_message(now_ms, 400);

	u.eui = UPLINK_EUI_ABSENT;
	u.dev_eui[0] = '\0';
	snprintf(u.device_id, sizeof(u.device_id), "%s", fx.ttn_id);
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "1");
}

Test(ingest, a_time_nobody_can_have_measured_at_becomes_the_arrival)
{
	static const int64_t	when[] = { 0, 1000, 4102444800000LL };
	struct uplink		u;

	for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
		now_ms += 60000;
		u = case_message(when[i], 400);
		cr_expect_eq(case_ingest(&u), INGEST_STORED);
		cr_expect(result.time_replaced);
		cr_expect_eq(result.recorded_at_ms, now_ms);
	}
	cr_expect_str_eq(fixture_sql(&fx, READINGS " AND recorded_at"
	    " BETWEEN now() - interval '5 min' AND now() + interval '5 min'"),
	    "3");
}

Test(ingest, reading_alert_and_deliveries_become_durable_together)
{
	cr_expect_eq(ingest_at(now_ms, 1200), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "excursion");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS),
	    "temp_excursion warning active");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT trigger_temperature || ' '"
	    " || threshold_violated || ' ' || temp_limit FROM alerts"
	    " WHERE unit_id = {unit}"), "12.00 max 5.00");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT channel || ' ' || status"
	    " FROM notification_deliveries WHERE organization_id = {org}"),
	    "in_app pending");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(event_type, ','"
	    " ORDER BY at) FROM alert_events WHERE organization_id = {org}"),
	    "created");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM event_logs"
	    " WHERE unit_id = {unit} AND event_type = 'unit_state_change'"),
	    "1");
}

Test(ingest, one_alert_lives_through_confirmation_and_recovery)
{
	int64_t	t = now_ms - 3600000;

	now_ms = t;
	cr_expect_eq(ingest_at(t, 1200), INGEST_STORED);
	cr_expect_eq(ingest_at(t + 300000, 1250), INGEST_STORED);
	cr_expect_eq(ingest_at(t + 600000, 1300), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "alarm_active");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS),
	    "temp_excursion critical active");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(reason, ','"
	    " ORDER BY created_at) FROM notification_deliveries"
	    " WHERE organization_id = {org}"), "opened,confirmed");
	cr_expect_eq(ingest_at(t + 900000, 400), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "restoring");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
	cr_expect_eq(ingest_at(t + 1200000, 400), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "ok");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) || ' ' ||"
	    " min(resolution_type::text) FROM alerts"
	    " WHERE organization_id = {org}"), "1 auto");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
}

Test(ingest, a_suppression_keeps_the_alert_but_not_the_state_away)
{
	fixture_sql(&fx, "INSERT INTO alert_suppressions (organization_id,"
	    " unit_id, alert_types, reason, starts_at, ends_at)"
	    " VALUES ({org}, {unit}, ARRAY['temp_excursion']::alert_type[], 'maintenance',"
	    " now() - interval '1 min', now() + interval '1 hour')");
	cr_expect_eq(ingest_at(now_ms, 1200), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATUS), "excursion");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
}

Test(ingest, a_fault_is_a_check_in_but_no_reading)
{
	struct uplink	u = case_message(now_ms, 0);

	u.obs[0].has = 0;
	u.fault_count = 1;
	u.faults[0].what = "not connected";
	cr_expect_eq(case_ingest(&u), INGEST_SEEN);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "0");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS),
	    "sensor_fault critical active");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
}

Test(ingest, with_the_probe_out_the_loggers_own_case_is_not_the_unit)
{
	struct uplink	u = case_message(now_ms, 2200);

	u.fault_count = 1;
	u.faults[0].what = "not connected";
	u.faults[0].main = true;
	cr_expect_eq(case_ingest(&u), INGEST_SEEN);
	cr_expect_not(result.has_temperature);
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS),
	    "sensor_fault critical active");
}

Test(ingest, a_fault_of_a_lesser_probe_does_not_hide_the_temperature)
{
	struct uplink	u = case_message(now_ms, 400);

	u.fault_count = 1;
	u.faults[0].what = "not connected";
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_eq(result.temperature, 400);
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "");
}

Test(ingest, doors_are_stored_when_they_change)
{
	struct uplink	u = case_message(now_ms, 400);

	u.obs[0].door = DOOR_CLOSED;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	for (int i = 1; i <= 3; i++) {
		u.obs[0].at_ms = u.recorded_at_ms = now_ms += 60000;
		u.obs[0].door = i == 1 ? DOOR_CLOSED : DOOR_OPEN;
		cr_expect_eq(case_ingest(&u), INGEST_STORED);
	}
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(state || ' ' ||"
	    " coalesce(duration_seconds::text, 'first'), ','"
	    " ORDER BY \"timestamp\") FROM door_events"
	    " WHERE unit_id = {unit}"), "closed first,open 120");
}

Test(ingest, what_a_device_kept_is_stored_with_its_own_times)
{
	struct uplink	u = case_message(now_ms, 400);

	u.obs_count = 3;
	u.obs[1] = u.obs[0];
	u.obs[2] = u.obs[0];
	u.obs[1].history = u.obs[2].history = true;
	u.obs[1].at_ms = now_ms - 600000;
	u.obs[2].at_ms = 1000;		/* no believable time: left out */
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_eq(result.stored, 2);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
}

Test(ingest, a_join_is_noted_and_a_downlink_event_harmless)
{
	struct uplink	u = case_message(now_ms, 0);

	u.kind = UPLINK_JOIN;
	u.obs_count = 0;
	cr_expect_eq(case_ingest(&u), INGEST_NOTED);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_join_at IS NOT NULL"
	    " FROM device_state WHERE device_id = {device}"), "t");
	u.kind = UPLINK_DOWNLINK_ACK;
	cr_expect_eq(case_ingest(&u), INGEST_NOTED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "0");
}

#define BATTERY "SELECT battery_percent FROM device_state"		\
	" WHERE device_id = {device}"

Test(ingest, believes_the_network_about_a_battery_until_the_device_tells)
{
	struct uplink	u = case_message(now_ms, 0);

	u.kind = UPLINK_STATUS;
	u.obs_count = 0;
	u.has_status_battery = true;
	u.status_battery_cpct = 7559;
	cr_expect_eq(case_ingest(&u), INGEST_NOTED);
	cr_expect_str_eq(fixture_sql(&fx, BATTERY), "76");
	u.status_battery_cpct = 9900;
	u.recorded_at_ms = now_ms - 60000;
	cr_expect_eq(case_ingest(&u), INGEST_NOTED);
	cr_expect_str_eq(fixture_sql(&fx, BATTERY), "76", "older");
	u.has_status_battery = false;
	u.recorded_at_ms = now_ms;
	cr_expect_eq(case_ingest(&u), INGEST_NOTED);
	cr_expect_str_eq(fixture_sql(&fx, BATTERY), "76", "on mains");

	u = case_message(now_ms, 400);
	u.obs[0].has |= UPLINK_HAS_BATTERY_MV;
	u.obs[0].battery_mv = 1000;
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, BATTERY), "0");
	u.kind = UPLINK_STATUS;
	u.has_status_battery = true;
	u.recorded_at_ms = now_ms += 60000;
	cr_expect_eq(case_ingest(&u), INGEST_NOTED);
	cr_expect_str_eq(fixture_sql(&fx, BATTERY), "0");
}

Test(ingest, tells_watchers_of_reading_state_and_alert)
{
	cr_expect_eq(ingest_at(now_ms, 1200), INGEST_STORED);
	cr_assert_eq(result.live.n, 3);
	cr_expect_eq(result.live.v[0].kind, LIVE_UNIT_STATE);
	cr_expect_eq(result.live.v[1].kind, LIVE_ALERT_TRIGGERED);
	cr_expect_eq(result.live.v[2].kind, LIVE_SENSOR_READING);
	for (size_t i = 0; i < result.live.n; i++)
		cr_expect(uuid_eq(&result.live.v[i].org, &fx.org));
}

Test(ingest, a_database_that_is_away_is_told_from_a_refusal)
{
	struct db		*nowhere = db_new("host=/nonexistent", "test");
	struct uplink		 u = case_message(now_ms, 400);
	struct ingest_item	 item = { .secret_hash = fx.secret_hash,
				    .u = &u, .received_at_ms = now_ms };

	cr_expect_eq(ingest_uplink(in, nowhere, &item, now_ms), INGEST_DOWN);
	db_free(nowhere);
}
