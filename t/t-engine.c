/* Temperature: limits, hysteresis, confirmation, recovery, trend. */
#include "engine-case.h"
#include <criterion/criterion.h>

Test(engine, writes_the_published_vectors_in_exact_hundredths)
{
	for (int tenths = -1000; tenths <= 3000; tenths++) {
		centi_t	 t;

		cr_assert(centi_from_fahrenheit(tenths / 10.0, &t));
		cr_assert_eq(t, F(tenths), "%d tenths of F: %d", tenths, t);
	}
}

Test(engine, follows_an_excursion_to_its_end)
{
	static const struct engine_row	rows[] = {
		{ "T 40.5", 300, TEMP_F(405), UNIT_OK, "" },
		{ "a limit is in range", 600, TEMP_F(410), UNIT_OK, "" },
		{ "T 41.1", 900, TEMP_F(411), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "9 min 59 s", 900 + 599, TEMP_F(420), UNIT_EXCURSION, "" },
		{ "10 min", 900 + 600, TEMP_F(420), UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
		{ "inside the band", 1800, TEMP_F(405), UNIT_ALARM_ACTIVE,
		    "" },
		{ "T 40.0", 2100, TEMP_F(400), UNIT_RESTORING,
		    "resolve temp_excursion" },
		{ "40.0 and 40.5", 2400, TEMP_F(405), UNIT_RESTORING, "" },
		{ "40.5 and 39.8", 2700, TEMP_F(398), UNIT_RESTORING, "" },
		{ "39.8 and 40.0", 3000, TEMP_F(400), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, counts_the_recovering_reading_as_the_first_good_one)
{
	static const struct engine_row	rows[] = {
		{ "out", 300, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "good", 600, TEMP_F(400), UNIT_RESTORING,
		    "resolve temp_excursion" },
		{ "time is no reading", 700, TICK, UNIT_RESTORING, "" },
		{ "good again", 900, TEMP_F(398), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, starts_a_second_excursion_while_restoring)
{
	static const struct engine_row	rows[] = {
		{ "out", 300, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "confirmed", 900, TEMP_F(450), UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
		{ "good", 1200, TEMP_F(380), UNIT_RESTORING,
		    "resolve temp_excursion" },
		{ "out again", 1500, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "its own confirm time", 2099, TEMP_F(450), UNIT_EXCURSION,
		    "" },
		{ "confirmed again", 2100, TEMP_F(450), UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, confirms_by_time_alone)
{
	static const struct engine_row	rows[] = {
		{ "out", 300, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "a second early", 899, TICK, UNIT_EXCURSION,
		    "open monitoring_interrupted warning" },
		{ "10 minutes", 900, TICK, UNIT_ALARM_ACTIVE,
		    "change temp_excursion critical" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, does_not_confirm_inside_the_band)
{
	static const struct engine_row	rows[] = {
		{ "out", 300, TEMP_F(450), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "in the band", 600, TEMP_F(408), UNIT_EXCURSION, "" },
		{ "for long", 1200, TEMP_F(408), UNIT_EXCURSION, "" },
		{ "out again: one excursion", 1210, TEMP_F(411),
		    UNIT_ALARM_ACTIVE, "change temp_excursion critical" },
	};
	struct engine_case	c = engine_case_ok();

	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, keeps_the_low_limit_and_its_band)
{
	static const struct engine_row	rows[] = {
		{ "32.0 is in range", 300, TEMP_F(320), UNIT_OK, "" },
		{ "31.9", 600, TEMP_F(319), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "32.5 is in the band", 900, TEMP_F(325), UNIT_EXCURSION,
		    "" },
		{ "33.0", 1100, TEMP_F(330), UNIT_RESTORING,
		    "resolve temp_excursion" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.has_low = true;
	c.r.low = F(320);
	engine_case_play(&c, rows, COUNT(rows));
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_RECOVERED);
}

Test(engine, keeps_a_low_limit_alone)
{
	static const struct engine_row	rows[] = {
		{ "31.9", 300, TEMP_F(319), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "32.9 is in the band", 600, TEMP_F(329), UNIT_EXCURSION,
		    "" },
		{ "warm as it may be", 800, TEMP_F(900), UNIT_RESTORING,
		    "resolve temp_excursion" },
		{ "33.0", 1100, TEMP_F(330), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.has_high = false;
	c.r.has_low = true;
	c.r.low = F(320);
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, says_which_limit_is_violated_and_by_what)
{
	static const struct engine_event hot = TEMP_F(450);
	static const struct engine_event cold = TEMP_F(300);
	struct engine_case	c = engine_case_ok();
	const struct engine_op	*op;

	engine_case_step(&c, 300, hot);
	op = engine_case_op(&c, ENGINE_OP_OPEN, ALERT_TEMP_EXCURSION);
	cr_expect(op->has_temp && op->temp == F(450));
	cr_expect(op->limit == ENGINE_LIMIT_MAX && op->limit_value == F(410));
	cr_expect_eq(op->reason, ENGINE_WHY_ABOVE);
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_ABOVE);

	c = engine_case_ok();
	c.r.has_low = true;
	c.r.low = F(330);
	engine_case_step(&c, 300, cold);
	op = engine_case_op(&c, ENGINE_OP_OPEN, ALERT_TEMP_EXCURSION);
	cr_expect(op->limit == ENGINE_LIMIT_MIN && op->limit_value == F(330));
	cr_expect_eq(op->reason, ENGINE_WHY_BELOW);
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_BELOW);
}

Test(engine, takes_a_freezer_limit_of_zero_for_a_limit)
{
	static const struct engine_row	rows[] = {
		{ "0 F", 300, TEMP_F(0), UNIT_RESTORING, "" },
		{ "0.1 F", 600, TEMP_F(1), UNIT_EXCURSION,
		    "open temp_excursion warning" },
	};
	struct engine_case	c = engine_case_fresh();

	c.r.high = F(0);
	c.r.has_low = true;
	c.r.low = F(-200);
	engine_case_play(&c, rows, COUNT(rows));

	c = engine_case_fresh();
	c.r.high = 0;		/* of Celsius, as little a "none" */
	engine_case_step(&c, 300, (struct engine_event)TEMP_C(1));
	cr_expect_eq(c.s.status, UNIT_EXCURSION);
}

Test(engine, knows_no_excursion_without_limits)
{
	static const struct engine_row	rows[] = {
		{ "hot", 300, TEMP_C(9000), UNIT_OK, "" },
		{ "cold", 600, TEMP_C(-7000), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.has_high = false;
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, lets_a_unit_recover_in_a_range_narrower_than_the_band)
{
	static const struct engine_row	rows[] = {
		{ "out", 300, TEMP_C(501), UNIT_EXCURSION,
		    "open temp_excursion warning" },
		{ "a quarter is the band", 600, TEMP_C(476),
		    UNIT_EXCURSION, "" },
		{ "inside it", 800, TEMP_C(475), UNIT_RESTORING,
		    "resolve temp_excursion" },
		{ "the other side", 1100, TEMP_C(425), UNIT_OK, "" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.has_low = true;
	c.r.low = 400;
	engine_case_play(&c, rows, COUNT(rows));
}

Test(engine, judges_the_last_reading_anew_when_limits_change)
{
	static const struct engine_row	tighter[] = {
		{ "38 F above 37 F", 10, TICK, UNIT_EXCURSION,
		    "open temp_excursion warning" },
	};
	static const struct engine_row	wider[] = {
		{ "38 F below 50 F", 20, TICK, UNIT_RESTORING,
		    "resolve temp_excursion" },
	};
	struct engine_case	c = engine_case_ok();

	c.r.high = F(370);
	engine_case_play(&c, tighter, 1);
	c.r.high = F(500);
	engine_case_play(&c, wider, 1);
}

/* 5 minutes apart from start_s on, rising or falling by step each. */
static void
feed(struct engine_case *c, int start_s, int n, centi_t first, centi_t step)
{
	for (int i = 0; i < n; i++) {
		struct engine_event	ev = TEMP_C(first + i * step);

		cr_assert_eq(engine_case_step(c, start_s + i * 300, ev),
		    ENGINE_OK);
	}
}

Test(engine, suspects_the_cooling_after_45_minutes_without_improvement)
{
	struct engine_case	c = engine_case_ok();

	feed(&c, 300, 9, 800, 0);	/* 38 F was read 45 minutes before */
	cr_expect(!engine_case_open(&c, ALERT_SUSPECTED_COOLING_FAILURE));
	feed(&c, 3000, 1, 800, 0);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open suspected_cooling_failure warning");
	cr_expect_eq(c.out.ops[0].correlated_type, ALERT_TEMP_EXCURSION);
	cr_expect(c.out.ops[0].correlated);
	feed(&c, 3300, 1, 400, 0);
	cr_expect_str_eq(engine_sample_ops(&c.out), "resolve temp_excursion, "
	    "resolve suspected_cooling_failure");
}

Test(engine, suspects_no_cooling_that_improves_or_has_an_excuse)
{
	static const struct {
		const char	*name;
		centi_t		 first, step;
		bool		 low;		/* the limit violated */
		bool		 open;		/* the door */
		int		 n;
		bool		 want;
	} c[] = {
		{ "rising", 800, 1, false, false, 10, true },
		{ "falling by 0.27 in all", 800, -3, false, false, 10, true },
		{ "falling by 0.36 in all", 800, -4, false, false, 10, false },
		{ "the door is open", 800, 0, false, true, 10, false },
		{ "45 minutes are not over", 800, 0, false, false, 9, false },
		{ "too cold, falling", -300, -1, true, false, 10, true },
		{ "too cold, rising by 0.27", -300, 3, true, false, 10, true },
		{ "too cold, rising by 0.36", -300, 4, true, false, 10,
		    false },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		static const struct engine_event opened = DOOR(DOOR_OPEN);
		struct engine_case	u = engine_case_ok();

		u.r.has_low = c[i].low;
		if (c[i].open)
			engine_case_step(&u, 1, opened);
		feed(&u, 300, c[i].n, c[i].first, c[i].step);
		cr_expect_eq(engine_case_open(&u,
		    ALERT_SUSPECTED_COOLING_FAILURE), c[i].want, "%s",
		    c[i].name);
	}
}

Test(engine, sees_no_trend_from_too_cold_to_too_hot)
{
	struct engine_case	c = engine_case_ok();

	c.r.has_low = true;
	feed(&c, 300, 5, -400, 0);
	feed(&c, 1800, 5, 800, 0);
	feed(&c, 3300, 1, 800, 0);
	cr_expect_eq(c.s.status, UNIT_ALARM_ACTIVE);
	cr_expect(!engine_case_open(&c, ALERT_SUSPECTED_COOLING_FAILURE));
}

Test(engine, keeps_45_minutes_at_any_reading_interval)
{
	static const int	intervals[] = { 1, 20, 60, 179, 180, 300, 600 };

	for (size_t i = 0; i < COUNT(intervals); i++) {
		static const struct engine_event hot = TEMP_C(800);
		struct engine_case	c = engine_case_ok();
		int			t;

		for (t = intervals[i]; t <= 2700; t += intervals[i])
			engine_case_step(&c, t, hot);
		cr_expect(!engine_case_open(&c,
		    ALERT_SUSPECTED_COOLING_FAILURE), "early: every %d s",
		    intervals[i]);
		engine_case_step(&c, t, hot);
		cr_expect(engine_case_open(&c,
		    ALERT_SUSPECTED_COOLING_FAILURE), "never: every %d s",
		    intervals[i]);
		for (int k = 1; k < 4000; k++)
			engine_case_step(&c, t + k * intervals[i], hot);
		cr_expect_leq(c.s.window_n, ENGINE_WINDOW_MAX);
	}
}

Test(engine, keeps_sixteen_samples_three_minutes_apart)
{
	static const struct engine_event hot = TEMP_C(800);
	struct engine_case	c = engine_case_ok();

	for (int t = 180; t <= 7200; t += 60)
		engine_case_step(&c, t, hot);
	cr_expect_eq(c.s.window_n, ENGINE_WINDOW_MAX);
	cr_expect_eq(c.s.window_at_ms[0], EPOCH + 4500 * 1000);
	cr_expect_eq(c.s.window_at_ms[15], EPOCH + 7200 * 1000);
}

Test(engine, suspects_no_cooling_on_fewer_than_five_readings)
{
	static const struct engine_event hot = TEMP_C(800);
	struct engine_case	c = engine_case_ok();

	c.r.checkin_interval_s = MINUTES(20);
	for (int t = MINUTES(20); t <= MINUTES(200); t += MINUTES(20))
		engine_case_step(&c, t, hot);
	cr_expect_eq(c.s.status, UNIT_ALARM_ACTIVE);
	cr_expect(!engine_case_open(&c, ALERT_SUSPECTED_COOLING_FAILURE));
}

Test(engine, leaves_the_past_alone)
{
	static const struct {
		const char		*name;
		int			 at_s;
		struct engine_event	 ev;
		enum engine_rc		 want;
	} c[] = {
		{ "an older reading", -100, TEMP_F(450), ENGINE_LATE },
		{ "the same once more", 0, TEMP_F(450), ENGINE_OK },
		{ "of 1970", -1700000000, TEMP_F(450), ENGINE_LATE },
		{ "an older check-in", -1, CHECKIN, ENGINE_LATE },
		{ "an older fault", -1, FAULT, ENGINE_LATE },
		{ "newer", 1, TEMP_F(450), ENGINE_OK },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct engine_case	u = engine_case_ok(), was = u;
		struct engine_event	ev = c[i].ev;
		enum engine_rc		rc;

		ev.at_ms = EPOCH + INT64_C(1000) * c[i].at_s;
		rc = engine_step(&u.s, &u.r, &ev, EPOCH + 60000, &u.out);
		cr_expect_eq(rc, c[i].want, "%s: %d", c[i].name, rc);
		cr_expect_eq(u.s.temp == was.s.temp, c[i].at_s <= 0, "%s",
		    c[i].name);
		if (rc == ENGINE_LATE)
			cr_expect(engine_sample_same(&u.s, &was.s), "%s",
			    c[i].name);
	}
}

Test(engine, takes_what_another_sensor_has_overtaken)
{
	static const struct engine_event other = { .kind = ENGINE_UPLINK,
	    QUIET_BATTERY };
	struct engine_case	c = engine_case_ok();
	struct engine_event	ev = TEMP_F(450);

	engine_case_step(&c, 100, other);
	ev.at_ms = EPOCH + 99000;
	cr_assert_eq(engine_step(&c.s, &c.r, &ev, EPOCH + 101000, &c.out),
	    ENGINE_OK);
	cr_expect_eq(c.s.reading_at_ms, EPOCH + 99000);
	cr_expect_eq(c.s.checkin_at_ms, EPOCH + 100000);
	cr_expect_eq(c.s.status, UNIT_EXCURSION);

	ev = (struct engine_event)DOOR(DOOR_OPEN);
	ev.at_ms = EPOCH + 98000;
	cr_assert_eq(engine_step(&c.s, &c.r, &ev, EPOCH + 102000, &c.out),
	    ENGINE_OK);
	cr_expect_eq(c.s.door_changed_at_ms, EPOCH + 98000);
	cr_expect_eq(c.s.checkin_at_ms, EPOCH + 100000);
}

Test(engine, takes_a_time_ahead_of_the_clock_for_now)
{
	struct engine_case	c = engine_case_ok();
	struct engine_event	ev = TEMP_F(450);

	ev.at_ms = EPOCH + 3600 * 1000;
	cr_assert_eq(engine_step(&c.s, &c.r, &ev, EPOCH + 60000, &c.out),
	    ENGINE_OK);
	cr_expect_eq(c.s.reading_at_ms, EPOCH + 60000);
	ev.at_ms = 0;
	cr_assert_eq(engine_step(&c.s, &c.r, &ev, EPOCH + 70000, &c.out),
	    ENGINE_OK);
	cr_expect_eq(c.s.reading_at_ms, EPOCH + 70000);
}

Test(engine, counts_an_excursion_from_when_it_was_measured)
{
	struct engine_case	c = engine_case_ok();
	struct engine_event	ev = TEMP_F(450);

	ev.at_ms = EPOCH + 60000;
	cr_assert_eq(engine_step(&c.s, &c.r, &ev, EPOCH + 120000, &c.out),
	    ENGINE_OK);
	cr_expect_eq(c.s.excursion_at_ms, EPOCH + 60000);
	cr_expect_eq(c.s.since_at_ms, EPOCH + 120000);
	cr_expect_eq(c.s.mask_used_ms, 0);
}

Test(engine, names_every_reason)
{
	for (int i = 0; i < ENGINE_WHY__MAX; i++) {
		cr_assert_not_null(engine_reason_name((enum engine_reason)i));
		cr_assert_not_null(engine_reason_text((enum engine_reason)i));
	}
}

Test(engine, a_limit_itself_is_in_range)
{
	const struct engine_rules	both = { .has_high = true, .high = 500,
	    .has_low = true, .low = 200 }, none = { .has_high = false };

	cr_expect_not(engine_above(&both, 500));
	cr_expect(engine_above(&both, 501));
	cr_expect_not(engine_below(&both, 200));
	cr_expect(engine_below(&both, 199));
	cr_expect_not(engine_above(&none, 14889));
	cr_expect_not(engine_below(&none, -7333));
}

Test(engine, a_units_temperature_is_its_primary_sensors)
{
	const struct uuid	none = { 0 }, a = uuid_make(1), b = uuid_make(2);

	cr_expect(engine_is_primary(&a, &a));
	cr_expect_not(engine_is_primary(&a, &b));
	cr_expect(engine_is_primary(&none, &b), "where it has none");
	cr_expect(engine_is_primary(&a, &none), "what no sensor told");
}
