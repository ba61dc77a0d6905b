/* What is doubted is stored, says so, and raises the alarm all the same. */
#include "ingest-case.h"
#include <criterion/criterion.h>
#include <string.h>

#define MINUTE	(60 * INT64_C(1000))
#define HOUR	(60 * MINUTE)

TestSuite(plausible, .init = case_set_up, .fini = case_tear_down);

/* A message that comes now; device_ms: by the sensor's clock. */
static struct uplink
message(int64_t device_ms, centi_t temperature)
{
	struct uplink	u = case_message(device_ms, temperature);

	u.recorded_at_ms = now_ms;
	return u;
}

static enum ingest_rc
measure(int64_t after_ms, centi_t temperature)
{
	struct uplink	u;

	now_ms += after_ms;
	u = message(now_ms, temperature);
	return case_ingest(&u);
}

#define DOUBTS "SELECT string_agg(coalesce(doubts, 0)::text, ' '"	\
	" ORDER BY recorded_at) FROM sensor_readings"			\
	" WHERE organization_id = {org}"
#define STATE(columns) "SELECT concat_ws(' ', " columns ")"		\
	" FROM device_state WHERE device_id = {device}"

Test(plausible, a_jump_is_stored_flagged_and_alarms)
{
	(void)measure(0, 400);
	(void)measure(5 * MINUTE, 400);
	cr_expect_eq(measure(5 * MINUTE, 8500), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATE("doubts")), "1");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT status FROM unit_state"
	    " WHERE unit_id = {unit}"), "excursion");
	cr_expect_eq(measure(5 * MINUTE, 400), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, DOUBTS), "0 0 1 0");
	cr_expect_str_eq(fixture_sql(&fx, STATE("doubts")), "0");
}

Test(plausible, a_value_that_stands_still_is_flagged_until_it_moves)
{
	for (int i = 0; i <= 26; i++)
		(void)measure(30 * MINUTE, 417);
	(void)measure(30 * MINUTE, 418);
	cr_expect_str_eq(fixture_sql(&fx, DOUBTS), "0 0 0 0 0 0 0 0 0 0 0 0 0"
	    " 0 0 0 0 0 0 0 0 0 0 0 2 2 2 0");
	cr_expect_str_eq(fixture_sql(&fx, STATE("value_count, doubts")),
	    "1 0");
}

Test(plausible, on_another_unit_a_sensor_begins_anew)
{
	(void)measure(0, -1800);
	fixture_sql(&fx, "UPDATE devices SET unit_id = NULL"
	    " WHERE id = {device}");
	fixture_sql(&fx, "UPDATE devices SET unit_id = {unit}"
	    " WHERE id = {device}");
	(void)measure(MINUTE, 2000);
	cr_expect_str_eq(fixture_sql(&fx, DOUBTS), "0 0");
}

Test(plausible, what_comes_late_is_not_doubted)
{
	struct uplink	u;

	(void)measure(0, 400);
	u = message(now_ms - HOUR, 8500);
	u.recorded_at_ms = now_ms - HOUR;
	(void)case_ingest(&u);
	cr_expect_str_eq(fixture_sql(&fx, DOUBTS), "0 0");
}

Test(plausible, what_needs_no_flag_costs_no_bytes)
{
	(void)measure(0, 400);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*)"
	    "  FROM sensor_readings WHERE organization_id = {org}"
	    "	AND doubts IS NULL AND raw_temperature IS NULL"), "1");
}

#define OFF "SELECT string_agg(concat(round(extract(epoch FROM"		\
	" recorded_at - received_at) / 60), '/', coalesce(doubts, 0)),"	\
	" ' ' ORDER BY received_at, recorded_at)"			\
	" FROM sensor_readings WHERE organization_id = {org}"

Test(plausible, a_clock_that_is_ahead_is_corrected_at_once)
{
	struct uplink	u = message(now_ms + 130 * MINUTE, 400);

	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, OFF), "0/4");
	cr_expect_str_eq(fixture_sql(&fx, STATE("clock_wrong,"
	    " clock_ahead_ms")), "t 7800000");
}

Test(plausible, a_clock_that_is_behind_is_corrected_once_proved)
{
	struct uplink	u = message(now_ms - 2 * HOUR, 400);

	(void)case_ingest(&u);
	cr_expect_str_eq(fixture_sql(&fx, STATE("clock_wrong")), "f");
	now_ms += 15 * MINUTE;
	u = message(now_ms - 2 * HOUR, 410);
	(void)case_ingest(&u);
	cr_expect_str_eq(fixture_sql(&fx, OFF), "-120/0 0/4");
	cr_expect_str_eq(fixture_sql(&fx, STATE("clock_wrong")), "t");
}

Test(plausible, a_backlog_keeps_its_times)
{
	for (int i = 4; i >= 0; i--) {
		struct uplink	u = message(now_ms - i * HOUR, 400 + i);

		(void)case_ingest(&u);
		now_ms += 15 * MINUTE;
	}
	cr_expect_str_eq(fixture_sql(&fx, OFF),
	    "-240/0 -180/0 -120/0 -60/0 0/0");
}

Test(plausible, what_a_wrong_clock_kept_is_moved_by_as_much)
{
	struct uplink	u = message(now_ms + 2 * HOUR, 400);

	u.obs[1] = u.obs[0];
	u.obs[1].at_ms = now_ms + 2 * HOUR - 10 * MINUTE;
	u.obs[1].history = true;
	u.obs_count = 2;
	(void)case_ingest(&u);
	cr_expect_str_eq(fixture_sql(&fx, OFF), "-10/4 0/4");
	/* The same in the next message, which took a second longer. */
	now_ms += 10 * MINUTE;
	u.f_cnt++;
	u.recorded_at_ms = now_ms;
	u.obs[0].at_ms = now_ms - 1000 + 2 * HOUR;
	(void)case_ingest(&u);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*)"
	    "  FROM sensor_readings WHERE organization_id = {org}"), "3");
}

Test(plausible, a_sensor_that_tells_no_time_has_no_clock)
{
	(void)measure(0, 400);
	cr_expect_str_eq(fixture_sql(&fx, STATE("clock_wrong,"
	    " clock_ahead_ms, clock_since")), "");
}

Test(plausible, a_sensor_known_by_its_network_id_is_remembered_too)
{
	for (int i = 0; i < 2; i++) {
		struct uplink	u = message(now_ms, i == 0 ? 400 : 8500);

		u.eui = UPLINK_EUI_ABSENT;
		u.dev_eui[0] = '\0';
		memcpy(u.device_id, fx.ttn_id, sizeof(fx.ttn_id));
		(void)case_ingest(&u);
		now_ms += 5 * MINUTE;
	}
	cr_expect_str_eq(fixture_sql(&fx, DOUBTS), "0 1");
}
