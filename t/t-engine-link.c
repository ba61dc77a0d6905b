/* Silence: missed check-ins, manual logs, units never seen. */
#include "engine-case.h"
#include <criterion/criterion.h>
#include <limits.h>

#define OVERDUE		MINUTES(240)

Test(engine_link, counts_missed_checkins_like_the_published_table)
{
	static const struct {
		int	interval_min;
		int	silent_s;
		int	want;
	} c[] = {
		{ 5, 0, 0 }, { 5, 299, 0 }, { 5, 329, 0 }, { 5, 330, 1 },
		{ 5, 629, 1 }, { 5, 630, 2 }, { 5, 1529, 4 }, { 5, 1530, 5 },
		{ 10, 3030, 5 }, { 15, 2700, 2 }, { 15, 2730, 3 },
		{ 30, 1200, 0 }, { 60, 18030, 5 }, { 5, -60, 0 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		int	got = engine_missed_checkins(EPOCH,
		    MINUTES(c[i].interval_min), EPOCH + c[i].silent_s * 1000);

		cr_expect_eq(got, c[i].want, "%d min, %d s: %d",
		    c[i].interval_min, c[i].silent_s, got);
	}
	cr_expect_eq(engine_missed_checkins(1, 0, EPOCH), EPOCH / 1000 - 31);
	cr_expect_eq(engine_missed_checkins(1, 1, EPOCH * 1000), INT_MAX);
}

Test(engine_link, grades_silence_like_the_published_table)
{
	static const struct {
		int		 interval_min;
		int		 silent_s;
		enum unit_status want;
	} c[] = {
		{ 5, 329, UNIT_OK },
		{ 5, 330, UNIT_OFFLINE },
		{ 5, 1529, UNIT_OFFLINE },
		{ 5, 1530, UNIT_MONITORING_INTERRUPTED },
		{ 10, 3030, UNIT_MONITORING_INTERRUPTED },
		{ 15, 2700, UNIT_OFFLINE },
		{ 30, 1200, UNIT_OK },
		{ 60, 18029, UNIT_OFFLINE },
		{ 60, 18030, UNIT_MANUAL_REQUIRED },
	};
	static const struct engine_event tick = TICK;

	for (size_t i = 0; i < COUNT(c); i++) {
		struct engine_case	u = engine_case_ok();

		u.r.checkin_interval_s = MINUTES(c[i].interval_min);
		engine_case_step(&u, c[i].silent_s, tick);
		cr_expect_eq(u.s.status, c[i].want, "%d min, %d s: %s",
		    c[i].interval_min, c[i].silent_s,
		    unit_status_name(u.s.status));
	}
}

Test(engine_link, follows_a_silence_to_its_end)
{
	static const struct engine_row	rows[] = {
		{ "5 min 29 s", 329, TICK, UNIT_OK, "" },
		{ "5 min 30 s", 330, TICK, UNIT_OFFLINE,
		    "open monitoring_interrupted warning" },
		{ "25 min 29 s", 1529, TICK, UNIT_OFFLINE, "" },
		{ "25 min 30 s", 1530, TICK, UNIT_MONITORING_INTERRUPTED,
		    "change monitoring_interrupted critical" },
		{ "4 h", OVERDUE, TICK, UNIT_MONITORING_INTERRUPTED, "" },
		{ "4 h 1 min", OVERDUE + 60, TICK, UNIT_MANUAL_REQUIRED,
		    "open missed_manual_entry warning" },
		{ "T 38", OVERDUE + 90, TEMP_F(380), UNIT_RESTORING,
		    "resolve monitoring_interrupted, "
		    "resolve missed_manual_entry" },
		{ "and again", OVERDUE + 390, TEMP_F(380), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, goes_from_restoring_to_excursion)
{
	static const struct engine_row	rows[] = {
		{ "silent", 330, TICK, UNIT_OFFLINE,
		    "open monitoring_interrupted warning" },
		{ "back", 400, TEMP_F(380), UNIT_RESTORING,
		    "resolve monitoring_interrupted" },
		{ "T 45", 700, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, reports_an_excursion_with_the_first_word_after_a_silence)
{
	static const struct engine_row	rows[] = {
		{ "silent", 1530, TICK, UNIT_MONITORING_INTERRUPTED,
		    "open monitoring_interrupted critical" },
		{ "T 45", 1600, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning, "
		    "resolve monitoring_interrupted" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, keeps_an_excursion_through_a_silence)
{
	static const struct engine_row	rows[] = {
		{ "T 45", 10, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "offline does not hide it", 400, TICK, UNIT_EXCURSION,
		    "open monitoring_interrupted warning" },
		{ "nor does silence stop the timer", 610, TICK,
		    UNIT_ALARM_ACTIVE, "change temp_excursion critical" },
		{ "interrupted", 1540, TICK, UNIT_MONITORING_INTERRUPTED,
		    "change monitoring_interrupted critical" },
		{ "back, in the band", 2000, TEMP_F(405), UNIT_ALARM_ACTIVE,
		    "resolve monitoring_interrupted" },
		{ "recovered", 2300, TEMP_F(380), UNIT_RESTORING,
		    "resolve temp_excursion" },
		{ "ok", 2600, TEMP_F(380), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, comes_back_from_silence_into_an_excursion_in_the_band)
{
	static const struct engine_row	rows[] = {
		{ "T 45", 10, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "interrupted", 1540, TICK, UNIT_MONITORING_INTERRUPTED,
		    "change temp_excursion critical, "
		    "open monitoring_interrupted critical" },
	};
	static const struct engine_event band = TEMP_F(405);
	struct engine_case	c = engine_case_ok();

	c.r.confirm_door_closed_s = 1500;
	engine_case_play(&c, rows, COUNT(rows));

	c = engine_case_ok();
	c.r.confirm_door_closed_s = c.r.max_excursion_min = MINUTES(60);
	engine_case_step(&c, 10, rows[0].ev);
	engine_case_step(&c, 1540, rows[1].ev);
	engine_case_step(&c, 1600, band);
	cr_expect_eq(c.s.status, UNIT_EXCURSION);
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_BACK);
}

Test(engine_link, ends_an_open_doors_excuse_when_the_sensor_falls_silent)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "warm", 10, TEMP_F(450), UNIT_OK, "" },
		{ "silent", 340, TICK, UNIT_EXCURSION,
		    "open door_open warning, open temp_excursion warning, "
		    "open monitoring_interrupted warning" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, clears_offline_when_the_interval_is_raised)
{
	static const struct engine_row	rows[] = {
		{ "silent for 5 minutes", 1200, TICK, UNIT_OFFLINE,
		    "open monitoring_interrupted warning" },
		{ "of 30", 1201, TICK, UNIT_RESTORING,
		    "resolve monitoring_interrupted" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, 1);
	c.r.checkin_interval_s = MINUTES(30);
	engine_case_play(&c, rows + 1, 1);
}

Test(engine_link, eases_an_interruption_without_a_word)
{
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_ok();
	const struct engine_op	*op;

	engine_case_step(&c, 1530, tick);
	c.r.checkin_interval_s = MINUTES(10);
	engine_case_step(&c, 1540, tick);
	op = engine_case_op(&c, ENGINE_OP_CHANGE,
	    ALERT_MONITORING_INTERRUPTED);
	cr_expect_eq(op->severity, SEVERITY_WARNING);
	cr_expect(!op->notify && !op->rearmed && !op->suppressed);
	cr_expect_eq(op->missed, 2);
}

Test(engine_link, knows_no_offline_where_the_warning_level_is_zero)
{
	static const struct engine_row	rows[] = {
		{ "4 missed", 1529, TICK, UNIT_OK, "" },
		{ "5 missed", 1530, TICK, UNIT_MONITORING_INTERRUPTED,
		    "open monitoring_interrupted critical" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.offline_warning_missed = 0;
	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.out.ops[0].reason, ENGINE_WHY_MISSED);
	cr_expect_eq(c.out.ops[0].missed, 5);
	cr_expect_eq(c.out.ops[0].duration_s, 1530);
}

Test(engine_link, calls_a_unit_never_seen_overdue_after_the_critical_time)
{
	static const struct engine_row	rows[] = {
		{ "created", 0, TICK, UNIT_OFFLINE, "" },
		{ "24 min 59 s", 1499, TICK, UNIT_OFFLINE, "" },
		{ "25 min: nothing was ever logged", 1500, TICK,
		    UNIT_MANUAL_REQUIRED,
		    "open monitoring_interrupted critical, "
		    "open missed_manual_entry warning" },
		{ "first reading", 1510, TEMP_F(380), UNIT_RESTORING,
		    "resolve monitoring_interrupted, "
		    "resolve missed_manual_entry" },
		{ "second reading", 1810, TEMP_F(380), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_fresh();

	c.r.created_at_ms = EPOCH;
	engine_case_play(&c, rows, 3);
	cr_expect_eq(c.out.ops[0].reason, ENGINE_WHY_NEVER_SEEN);
	cr_expect(!c.out.ops[0].has_temp);
	engine_case_play(&c, rows + 3, 2);
}

Test(engine_link, takes_a_checkin_without_temperature_for_no_monitoring)
{
	static const struct engine_event lively = CHECKIN;
	struct engine_case	c = engine_case_ok();

	for (int t = 300; t < 1530; t += 300) {
		engine_case_step(&c, t, lively);
		cr_expect_eq(c.s.status, UNIT_OK, "%d s", t);
	}
	engine_case_step(&c, 1530, lively);
	cr_expect_eq(c.s.status, UNIT_MONITORING_INTERRUPTED);
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_NO_TEMPERATURE);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open monitoring_interrupted critical");
}

Test(engine_link, shows_no_unit_without_a_temperature_as_seen)
{
	static const struct engine_row	rows[] = {
		{ "a check-in", 0, CHECKIN, UNIT_OFFLINE, "" },
		{ "a door", 10, DOOR(DOOR_CLOSED), UNIT_OFFLINE, "" },
		{ "another sensor", 20, { .kind = ENGINE_UPLINK,
		    .has_temp = ENGINE_TEMP_VALID, .temp = 300,
		    QUIET_BATTERY }, UNIT_OFFLINE, "" },
	};
	struct engine_case	c = engine_case_fresh();

	c.r.created_at_ms = EPOCH;
	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.s.temp_at_ms, 0);
}

Test(engine_link, takes_another_sensors_message_for_a_checkin_only)
{
	static const struct engine_event other = { .kind = ENGINE_UPLINK,
	    .has_temp = ENGINE_TEMP_VALID, .temp = 900, QUIET_BATTERY };
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 300, other);
	engine_case_step(&c, 400, tick);
	cr_expect_eq(c.s.status, UNIT_OK);
	cr_expect_eq(c.s.temp, F(380));
}

Test(engine_link, goes_back_to_interrupted_when_somebody_logs)
{
	static const struct engine_row	rows[] = {
		{ "overdue", OVERDUE + 60, TICK, UNIT_MANUAL_REQUIRED,
		    "open monitoring_interrupted critical, "
		    "open missed_manual_entry warning" },
		{ "logged", OVERDUE + 120, LOG_F(385),
		    UNIT_MONITORING_INTERRUPTED,
		    "resolve missed_manual_entry" },
		{ "4 hours later", 2 * OVERDUE + 120, TICK,
		    UNIT_MONITORING_INTERRUPTED, "" },
		{ "overdue again", 2 * OVERDUE + 121, TICK,
		    UNIT_MANUAL_REQUIRED,
		    "open missed_manual_entry warning" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, 2);
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_LOGGED);
	cr_expect_eq(c.out.ops[0].reason, ENGINE_WHY_LOGGED);
	engine_case_play(&c, rows + 2, 2);
}

Test(engine_link, judges_a_silent_unit_by_what_people_measure)
{
	static const struct engine_row	rows[] = {
		{ "silent", 1530, TICK, UNIT_MONITORING_INTERRUPTED,
		    "open monitoring_interrupted critical" },
		{ "logged at 45", 1600, LOG_F(450),
		    UNIT_MONITORING_INTERRUPTED,
		    "open temp_excursion warning" },
		{ "logged at 38", 1700, LOG_F(380),
		    UNIT_MONITORING_INTERRUPTED, "resolve temp_excursion" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, believes_people_until_the_sensor_has_spoken)
{
	static const struct engine_row	rows[] = {
		{ "too warm", 0, LOG_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "well", 60, LOG_F(380), UNIT_OFFLINE,
		    "resolve temp_excursion" },
		{ "the sensor", 120, TEMP_F(380), UNIT_RESTORING, "" },
	};
	struct engine_case	c = engine_case_fresh();

	c.r.created_at_ms = EPOCH;
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, needs_no_more_proof_than_a_log_when_the_sensor_is_gone)
{
	static const struct engine_event one = TEMP_F(380);
	static const struct engine_event logged = LOG_F(380);
	struct engine_case	c = engine_case_fresh();

	engine_case_step(&c, 0, one);
	cr_expect_eq(c.s.status, UNIT_RESTORING);
	c.r.has_sensor = false;
	c.r.manual_monitoring = true;
	engine_case_step(&c, 60, logged);
	cr_expect_eq(c.s.status, UNIT_OK);
	cr_expect_eq(c.s.good_readings, ENGINE_GOOD_READINGS);
}

Test(engine_link, believes_the_sensor_while_it_speaks)
{
	static const struct engine_event logged = LOG_F(450);
	struct engine_case	c = engine_case_ok();

	cr_assert_eq(engine_case_step(&c, 60, logged), ENGINE_OK);
	cr_expect_eq(c.s.status, UNIT_OK);
	cr_expect_eq(c.s.temp, F(380));
	cr_expect_eq(c.s.manual_at_ms, EPOCH + 60000);
	cr_expect_eq(engine_case_step(&c, 60, logged), ENGINE_LATE);
	cr_expect_eq(engine_case_step(&c, 30, logged), ENGINE_LATE);
}

Test(engine_link, keeps_a_newer_log_over_an_older_reading)
{
	static const struct engine_event logged = LOG_F(380);
	struct engine_case	c = engine_case_ok();
	struct engine_event	ev = TEMP_F(450);

	engine_case_step(&c, 2000, logged);
	for (int at_s = 1000; at_s <= 2000; at_s += 1000) {
		ev.at_ms = EPOCH + at_s * 1000;
		cr_assert_eq(engine_step(&c.s, &c.r, &ev,
		    EPOCH + 2100 * 1000, &c.out), ENGINE_OK);
		cr_expect_eq(c.s.temp, F(380));
		cr_expect_eq(c.s.reading_at_ms, ev.at_ms);
	}
}

Test(engine_link, asks_people_only_where_they_may_be_asked)
{
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_ok();

	c.r.manual_enabled = false;
	engine_case_step(&c, 86400, tick);
	cr_expect_eq(c.s.status, UNIT_MONITORING_INTERRUPTED);
	cr_expect(!engine_case_open(&c, ALERT_MISSED_MANUAL_ENTRY));
}

Test(engine_link, asks_people_after_their_own_number_of_missed_checkins)
{
	static const struct engine_row	rows[] = {
		{ "5 missed", 1530, TICK, UNIT_MONITORING_INTERRUPTED,
		    "open monitoring_interrupted critical" },
		{ "9 missed", 3029, TICK, UNIT_MONITORING_INTERRUPTED, "" },
		{ "10 missed", 3030, TICK, UNIT_MANUAL_REQUIRED,
		    "open missed_manual_entry warning" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.manual_missed = 10;
	c.r.manual_interval_min = 10;
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, asks_people_for_no_unit_that_is_not_interrupted)
{
	static const struct engine_row	rows[] = {
		{ "1 missed", 400, TICK, UNIT_OFFLINE,
		    "open monitoring_interrupted warning" },
		{ "5 missed", 1530, TICK, UNIT_MANUAL_REQUIRED,
		    "change monitoring_interrupted critical, "
		    "open missed_manual_entry warning" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.manual_missed = c.r.manual_interval_min = 1;
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, goes_by_the_clock_where_people_alone_watch)
{
	static const struct engine_row	rows[] = {
		{ "never logged", 0, TICK, UNIT_OFFLINE, "" },
		{ "no check-in is missed", 7200, TICK, UNIT_OFFLINE, "" },
		{ "overdue", OVERDUE + 1, TICK, UNIT_MANUAL_REQUIRED,
		    "open missed_manual_entry warning" },
		{ "logged", OVERDUE + 60, LOG_F(380), UNIT_OK,
		    "resolve missed_manual_entry" },
		{ "too warm", OVERDUE + 120, LOG_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "unchanged", OVERDUE + 720, TICK, UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
		{ "well again", OVERDUE + 900, LOG_F(380), UNIT_OK,
		    "resolve temp_excursion" },
		{ "overdue again", 2 * OVERDUE + 901, TICK,
		    UNIT_MANUAL_REQUIRED,
		    "open missed_manual_entry warning" },
	};
	struct engine_case	c = engine_case_fresh();

	c.r.has_sensor = false;
	c.r.manual_monitoring = true;
	c.r.created_at_ms = EPOCH;
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_link, asks_for_logs_beside_a_sensor_where_they_are_required)
{
	static const struct engine_event tick = TICK;
	static const struct engine_event good = TEMP_F(380);
	struct engine_case	c = engine_case_ok();

	c.r.manual_monitoring = true;
	c.r.manual_grace_min = 15;
	c.r.created_at_ms = EPOCH;
	engine_case_step(&c, OVERDUE + MINUTES(15), good);
	engine_case_step(&c, OVERDUE + MINUTES(15) + 1, tick);
	cr_expect_eq(c.s.status, UNIT_OK);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open missed_manual_entry warning");
}
