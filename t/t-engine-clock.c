/* Time: the lazy timer, and clocks that leap or run back. */
#include "engine-case.h"
#include <criterion/criterion.h>

Test(engine_clock, starts_due_and_is_due_when_time_can_tell)
{
	static const struct engine_event tick = TICK;
	static const struct engine_event good = TEMP_F(380);
	struct engine_case	c = engine_case_fresh();

	c.r.created_at_ms = EPOCH;
	cr_expect(engine_due(&c.s, EPOCH));
	engine_case_step(&c, 0, tick);
	cr_expect_eq(c.s.due_at_ms, EPOCH + 1500 * 1000);
	cr_expect(!engine_due(&c.s, EPOCH + 1499999));
	cr_expect(engine_due(&c.s, EPOCH + 1500000));

	engine_case_step(&c, 1000, good);
	cr_expect_eq(c.s.due_at_ms, EPOCH + 1330 * 1000, "earlier at once");
	engine_case_step(&c, 1300, good);
	cr_expect_eq(c.s.due_at_ms, EPOCH + 1330 * 1000, "later by a tick");
	engine_case_step(&c, 1330, tick);
	cr_expect_eq(c.s.due_at_ms, EPOCH + 1630 * 1000);

	c.s.due_at_ms = 0;
	cr_expect(!engine_due(&c.s, EPOCH));
	engine_case_step(&c, 1340, good);
	cr_expect_eq(c.s.due_at_ms, EPOCH + 1670 * 1000);
}

Test(engine_clock, has_nothing_due_when_time_can_change_nothing)
{
	static const struct engine_event logged = LOG_F(380);
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_fresh();

	c.r.has_sensor = c.r.manual_enabled = false;
	c.r.manual_monitoring = true;
	engine_case_step(&c, 0, logged);
	engine_case_step(&c, 1, tick);
	cr_expect_eq(c.s.due_at_ms, 0);
	engine_case_step(&c, 2, logged);
	cr_expect_eq(c.s.due_at_ms, 0);
}

Test(engine_clock, undoes_nothing_when_the_clock_is_set_back)
{
	static const struct engine_row	rows[] = {
		{ "excursion", 10, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "alarm", 610, TEMP_F(450), UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
		{ "an hour earlier", -2990, TICK, UNIT_ALARM_ACTIVE, "" },
		{ "silent since 5 min 29 s", -2661, TICK, UNIT_ALARM_ACTIVE,
		    "" },
		{ "5 min 30 s", -2660, TICK, UNIT_ALARM_ACTIVE,
		    "open monitoring_interrupted warning" },
		{ "another hour earlier", -6260, TICK, UNIT_ALARM_ACTIVE,
		    "" },
		{ "it reports", -6200, TEMP_F(450), UNIT_ALARM_ACTIVE,
		    "resolve monitoring_interrupted" },
		{ "well", -5900, TEMP_F(380), UNIT_RESTORING,
		    "resolve temp_excursion" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine_clock, stands_still_while_workers_disagree_by_moments)
{
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_ok(), was;

	engine_case_step(&c, 330, tick);
	was = c;
	engine_case_step(&c, 329, tick);
	cr_expect(engine_sample_same(&c.s, &was.s));
	cr_expect_eq(c.out.ops_n, 0);
}

Test(engine_clock, survives_a_clock_set_back_to_the_beginning)
{
	static const struct engine_event hot = TEMP_F(450);
	static const struct engine_event tick = TICK;
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 10, hot);
	c.r.day_start_at_ms = 0;
	cr_assert_eq(engine_step(&c.s, &c.r, &tick, 1000, &c.out), ENGINE_OK);
	cr_expect_eq(c.s.status, UNIT_EXCURSION);
	cr_expect_eq(c.s.excursion_at_ms, 1000);
	cr_expect_eq(c.s.in_range_at_ms, 1);
}

Test(engine_clock, repairs_a_leap_of_the_clock_with_the_next_checkin)
{
	static const struct engine_row	rows[] = {
		{ "an hour later", 3600, TICK, UNIT_MONITORING_INTERRUPTED,
		    "open monitoring_interrupted critical" },
		{ "a reading", 3660, TEMP_F(380), UNIT_RESTORING,
		    "resolve monitoring_interrupted" },
		{ "another", 3960, TEMP_F(380), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}
