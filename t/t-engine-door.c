/* Doors: what an open one excuses, for how long, and its own alert. */
#include "engine-case.h"
#include <criterion/criterion.h>

Test(engine_door, excuses_an_open_door_for_the_grace)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "5 minutes", 300, TEMP_F(450), UNIT_OK,
		    "open door_open warning" },
		{ "still", 1199, TEMP_F(450), UNIT_OK,
		    "change door_open critical" },
		{ "20 minutes, by time alone", 1200, TICK, UNIT_EXCURSION,
		    "open temp_excursion warning" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
	cr_expect(engine_case_op(&c, ENGINE_OP_OPEN, ALERT_TEMP_EXCURSION)
	    ->correlated);
	cr_expect_eq(c.s.mask_used_ms, 900 * 1000);
}

Test(engine_door, excuses_no_door_that_has_been_open_for_the_grace)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "20 minutes", 1200, TEMP_F(450), UNIT_EXCURSION,
		    "open door_open critical, open temp_excursion warning" },
		{ "an open door confirms later", 2100, TEMP_F(450),
		    UNIT_EXCURSION, "" },
		{ "by 20 minutes", 2400, TEMP_F(450), UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.s.mask_used_ms, 0);
}

Test(engine_door, confirms_by_the_door_as_it_is_now)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "excursion", 1200, TEMP_F(450), UNIT_EXCURSION,
		    "open door_open critical, open temp_excursion warning" },
		{ "closed at age 12 minutes", 1920, DOOR(DOOR_CLOSED),
		    UNIT_ALARM_ACTIVE,
		    "resolve door_open, change temp_excursion critical" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_door, ends_the_excuse_with_the_door)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "warm", 60, TEMP_F(450), UNIT_OK, "" },
		{ "closed", 120, DOOR(DOOR_CLOSED), UNIT_EXCURSION,
		    "open temp_excursion warning" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.s.mask_used_ms, 60 * 1000);
}

Test(engine_door, excuses_only_a_unit_that_was_ok)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OFFLINE, "" },
		{ "its first reading", 60, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
	};
	struct engine_case	c = engine_case_fresh();

	c.r.created_at_ms = EPOCH;
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_door, caps_the_excuses_of_a_day)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "warm", 10, TEMP_F(450), UNIT_OK, "" },
		{ "cold after 100 s", 110, TEMP_F(380), UNIT_OK, "" },
		{ "warm, 20 s left", 120, TEMP_F(450), UNIT_OK, "" },
		{ "one second", 139, TICK, UNIT_OK, "" },
		{ "used up", 140, TICK, UNIT_EXCURSION,
		    "open temp_excursion warning" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.door_mask_min_per_day = 2;
	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.s.mask_used_ms, 120 * 1000);
}

Test(engine_door, starts_a_new_budget_at_midnight)
{
	static const struct engine_row	before[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "warm", 10, TEMP_F(450), UNIT_OK, "" },
	};
	static const struct engine_row	after[] = {
		{ "yesterday's budget would be gone", 130, TICK, UNIT_OK,
		    "" },
		{ "today's goes two minutes later", 220, TICK,
		    UNIT_EXCURSION, "open door_open warning, "
		    "open temp_excursion warning" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.door_mask_min_per_day = 2;
	engine_case_play(&c, before, COUNT(before));
	c.r.day_start_at_ms = EPOCH + 100 * 1000;
	engine_case_play(&c, after, COUNT(after));
	cr_expect_eq(c.s.mask_day_at_ms, c.r.day_start_at_ms);
	cr_expect_eq(c.s.mask_used_ms, 120 * 1000);
}

Test(engine_door, counts_no_more_than_a_day_when_the_clock_leaps)
{
	static const struct engine_event open = DOOR(DOOR_OPEN);
	static const struct engine_event warm = TEMP_F(450);
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 1, open);
	engine_case_step(&c, 2, warm);
	engine_case_step(&c, 400 * 86400, tick);
	cr_expect_eq(c.s.mask_used_ms, 86400 * 1000);
	cr_expect(engine_case_open(&c, ALERT_TEMP_EXCURSION));
}

Test(engine_door, ends_the_excuse_with_the_longest_excursion)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "warm", 30, TEMP_F(450), UNIT_OK, "" },
		{ "nearly", 149, TICK, UNIT_OK, "" },
		{ "an alarm at once", 150, TICK, UNIT_ALARM_ACTIVE,
		    "open temp_excursion critical" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.max_excursion_min = 2;
	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_MAX_EXCURSION);
}

Test(engine_door, escalates_after_the_longest_excursion_though_open)
{
	static const struct engine_row	rows[] = {
		{ "warm", 10, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "opened", 20, DOOR(DOOR_OPEN), UNIT_EXCURSION, "" },
		{ "29:59", 1809, TEMP_F(450), UNIT_EXCURSION,
		    "open door_open critical" },
		{ "30:00", 1810, TICK, UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.confirm_door_open_s = MINUTES(90);
	c.r.max_excursion_min = 30;
	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(engine_case_op(&c, ENGINE_OP_CHANGE,
	    ALERT_TEMP_EXCURSION)->reason, ENGINE_WHY_MAX_EXCURSION);
}

/* The published vectors of the door alert: warning 3, critical 10 minutes. */
Test(engine_door, raises_its_own_alert_by_the_minutes)
{
	static const struct {
		const char	*name;
		int		 before_min;	/* an evaluation; 0: none */
		int		 at_min;
		bool		 close;
		const char	*want;
	} c[] = {
		{ "2 minutes", 0, 2, false, "" },
		{ "3 minutes", 0, 3, false, "open door_open warning" },
		{ "9 minutes, warned", 3, 9, false, "" },
		{ "10 minutes, warned", 3, 10, false,
		    "change door_open critical" },
		{ "10 minutes, not warned", 0, 10, false,
		    "open door_open critical" },
		{ "closed", 10, 11, true, "resolve door_open" },
	};
	static const struct engine_event tick = TICK;
	static const struct engine_event opened = DOOR(DOOR_OPEN);
	static const struct engine_event closed = DOOR(DOOR_CLOSED);

	for (size_t i = 0; i < COUNT(c); i++) {
		struct engine_case	u = engine_case_ok();

		u.r.checkin_interval_s = MINUTES(60);
		engine_case_step(&u, 0, opened);
		if (c[i].before_min != 0)
			engine_case_step(&u, MINUTES(c[i].before_min), tick);
		engine_case_step(&u, MINUTES(c[i].at_min),
		    c[i].close ? closed : tick);
		cr_expect_str_eq(engine_sample_ops(&u.out), c[i].want, "%s: %s",
		    c[i].name, engine_sample_ops(&u.out));
	}
}

Test(engine_door, does_not_restart_its_timer_at_a_heartbeat)
{
	static const struct engine_row	rows[] = {
		{ "opened", 0, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "still open", 100, DOOR(DOOR_OPEN), UNIT_OK, "" },
		{ "3 minutes after opening", 180, DOOR(DOOR_OPEN), UNIT_OK,
		    "open door_open warning" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.s.door_changed_at_ms, EPOCH);
	cr_expect_eq(c.s.door_seen_at_ms, EPOCH + 180 * 1000);
	cr_expect_eq(engine_case_op(&c, ENGINE_OP_OPEN, ALERT_DOOR_OPEN)
	    ->duration_s, 180);
}

Test(engine_door, takes_a_warning_of_zero_minutes_for_at_once)
{
	static const struct engine_event opened = DOOR(DOOR_OPEN);
	struct engine_case	c = engine_case_ok();

	c.r.door_warning_min = 0;
	engine_case_step(&c, 10, opened);
	cr_expect_str_eq(engine_sample_ops(&c.out), "open door_open warning");
}

Test(engine_door, never_lowers_its_severity_while_open)
{
	static const struct engine_event opened = DOOR(DOOR_OPEN);
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 0, opened);
	engine_case_step(&c, MINUTES(10), tick);
	c.r.door_critical_min = c.r.door_warning_min = 30;
	engine_case_step(&c, MINUTES(11), tick);
	cr_expect_str_eq(engine_sample_ops(&c.out), "");
	cr_expect(engine_case_open(&c, ALERT_DOOR_OPEN));
}

Test(engine_door, goes_by_the_newest_report)
{
	static const struct engine_event opened = DOOR(DOOR_OPEN);
	static const struct engine_event closed = DOOR(DOOR_CLOSED);
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 100, opened);
	cr_expect_eq(engine_case_step(&c, 50, closed), ENGINE_LATE);
	cr_expect_eq(c.s.door, DOOR_OPEN);
}
