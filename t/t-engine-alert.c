/* Alerts: of sensors, by people, under suppressions, within bounds. */
#include "engine-case.h"
#include <criterion/criterion.h>
#include <limits.h>

static const struct engine_event tick = TICK;
static const struct engine_event good = TEMP_F(380);
static const struct engine_event hot = TEMP_F(450);

/* A message of the n-th sensor, which is not the primary one. */
static struct engine_event
of_sensor(int n, struct engine_event ev)
{
	ev.is_primary = false;
	ev.sensor.b[15] = (uint8_t)n;
	return ev;
}

static struct engine_event
battery(int percent, int mv, int low_mv)
{
	return (struct engine_event){ .kind = ENGINE_UPLINK,
	    .battery_percent = percent, .battery_mv = mv,
	    .battery_low_mv = low_mv };
}

Test(engine_alert, takes_no_fault_for_a_temperature)
{
	static const struct {
		const char		*name;
		struct engine_event	 ev;
	} c[] = {
		{ "a fault", FAULT },
		{ "327.67", TEMP_C(32767) },
		{ "-327.68", TEMP_C(-32768) },
		{ "300.01 F", TEMP_C(14890) },
		{ "-100.01 F", TEMP_C(-7334) },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct engine_case	u = engine_case_ok();

		engine_case_step(&u, 300, c[i].ev);
		cr_expect_str_eq(engine_sample_ops(&u.out),
		    "open sensor_fault critical", "%s", c[i].name);
		cr_expect_eq(u.s.temp, F(380), "%s", c[i].name);
		cr_expect_eq(u.s.status, UNIT_OK, "%s", c[i].name);
		cr_expect_eq(u.s.checkin_at_ms, EPOCH + 300000);
		cr_expect_eq(u.s.reading_at_ms, EPOCH);
	}
}

Test(engine_alert, takes_the_extremes_for_temperatures)
{
	static const struct engine_event high = TEMP_C(ENGINE_FAULT_HIGH);
	static const struct engine_event low = TEMP_C(ENGINE_FAULT_LOW);
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 300, high);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open temp_excursion warning");
	engine_case_step(&c, 600, low);
	cr_expect_str_eq(engine_sample_ops(&c.out), "resolve temp_excursion");
}

Test(engine_alert, ends_a_fault_with_that_sensors_next_reading)
{
	static const struct engine_event fault = FAULT;
	static const struct engine_event checkin = CHECKIN;
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 300, of_sensor(7, fault));
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open sensor_fault critical");
	cr_expect_eq(c.out.ops[0].sensor.b[15], 7);
	engine_case_step(&c, 310, of_sensor(7, fault));
	cr_expect_str_eq(engine_sample_ops(&c.out), "");
	engine_case_step(&c, 320, of_sensor(8, good));
	cr_expect_str_eq(engine_sample_ops(&c.out), "");
	engine_case_step(&c, 330, of_sensor(7, checkin));
	cr_expect_str_eq(engine_sample_ops(&c.out), "");
	engine_case_step(&c, 340, of_sensor(7, good));
	cr_expect_str_eq(engine_sample_ops(&c.out), "resolve sensor_fault");
	cr_expect_eq(c.out.ops[0].reason, ENGINE_WHY_FAULT_GONE);
	cr_expect_eq(c.out.ops[0].duration_s, 40);
	cr_expect(!c.out.ops[0].by_person);
}

Test(engine_alert, does_not_leave_a_unit_ok_on_a_faulty_probe)
{
	static const struct engine_event fault = FAULT;
	struct engine_case	c = engine_case_ok();

	for (int t = 300; t <= 1800; t += 300)
		engine_case_step(&c, t, fault);
	cr_expect_eq(c.s.status, UNIT_MONITORING_INTERRUPTED);
	cr_expect_eq(c.out.ops[0].reason, ENGINE_WHY_NO_TEMPERATURE);
}

Test(engine_alert, knows_a_low_battery_by_charge_or_voltage)
{
	static const struct {
		const char	*name;
		int		 percent, mv, low_mv;
		bool		 low;		/* opens */
		bool		 charged;	/* resolves */
	} c[] = {
		{ "not reported", -1, -1, 0, false, false },
		{ "0 %", 0, -1, 0, true, false },
		{ "10 %", 10, -1, 0, true, false },
		{ "11 %", 11, -1, 0, false, false },
		{ "20 %", 20, -1, 0, false, false },
		{ "21 %", 21, -1, 0, false, true },
		{ "0 V", -1, 0, 0, true, false },
		{ "2.50 V", -1, 2500, 0, true, false },
		{ "2.51 V", -1, 2501, 0, false, false },
		{ "2.70 V", -1, 2700, 0, false, false },
		{ "2.71 V", -1, 2701, 0, false, true },
		{ "2.51 V of 3.00 V", -1, 2501, 3000, true, false },
		{ "50 % at 2.40 V", 50, 2400, 0, true, false },
		{ "50 % at 2.60 V", 50, 2600, 0, false, true },
		{ "15 % at 3.60 V", 15, 3600, 0, false, false },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct engine_case	u = engine_case_ok();
		struct engine_event	ev = of_sensor(1, battery(c[i].percent,
		    c[i].mv, c[i].low_mv));

		engine_case_step(&u, 10, ev);
		cr_expect_str_eq(engine_sample_ops(&u.out), c[i].low ?
		    "open low_battery warning" : "", "%s", c[i].name);
		if (c[i].low) {
			cr_expect_eq(u.out.ops[0].battery_percent,
			    c[i].percent);
			cr_expect_eq(u.out.ops[0].battery_mv, c[i].mv);
		}
		u = engine_case_ok();
		engine_case_step(&u, 10, of_sensor(1, battery(0, -1, 0)));
		engine_case_step(&u, 20, ev);
		cr_expect_str_eq(engine_sample_ops(&u.out), c[i].charged ?
		    "resolve low_battery" : "", "%s", c[i].name);
	}
}

Test(engine_alert, keeps_one_low_battery_for_each_sensor)
{
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 10, of_sensor(1, battery(5, -1, 0)));
	engine_case_step(&c, 20, of_sensor(2, battery(5, -1, 0)));
	engine_case_step(&c, 30, of_sensor(1, battery(4, -1, 0)));
	cr_expect_eq(c.s.alerts_n, 2);
	engine_case_step(&c, 40, of_sensor(1, battery(90, -1, 0)));
	cr_expect_eq(c.s.alerts_n, 1);
	cr_expect_eq(c.s.alerts[0].sensor.b[15], 2);
}

Test(engine_alert, leaves_room_for_the_unit_when_many_sensors_fail)
{
	static const struct engine_event fault = FAULT;
	struct engine_case	c = engine_case_ok();
	int			dropped = 0;

	for (int n = 1; n <= ENGINE_ALERTS_MAX; n++) {
		engine_case_step(&c, n, of_sensor(n, fault));
		dropped += c.out.dropped;
	}
	cr_expect_eq(c.s.alerts_n, ENGINE_ALERTS_MAX - ALERT_TYPE__MAX);
	cr_expect_eq(dropped, ALERT_TYPE__MAX);
	engine_case_step(&c, 100, hot);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open temp_excursion warning");
}

Test(engine_alert, acknowledges_once_and_keeps_the_alert_open)
{
	static const struct engine_event ack = ACK(ALERT_TEMP_EXCURSION);
	static const struct engine_event ack_door = ACK(ALERT_DOOR_OPEN);
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 10, hot);
	c.s.alerts[0].id.b[0] = 99;
	cr_expect_eq(engine_case_step(&c, 20, ack), ENGINE_OK);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "acknowledge temp_excursion");
	cr_expect(!c.out.ops[0].notify);
	cr_expect_eq(c.out.ops[0].id.b[0], 99);
	cr_expect_eq(c.out.ops[0].duration_s, 10);
	cr_expect(c.s.alerts[0].acknowledged);
	cr_expect_eq(engine_case_step(&c, 30, ack), ENGINE_REPEATED);
	cr_expect_eq(c.out.ops_n, 0);
	cr_expect_eq(engine_case_step(&c, 40, ack_door), ENGINE_NO_ALERT);
}

Test(engine_alert, acknowledges_one_sensors_alert_for_that_sensor)
{
	static const struct engine_event fault = FAULT;
	struct engine_case	c = engine_case_ok();
	struct engine_event	ack = ACK(ALERT_SENSOR_FAULT);

	engine_case_step(&c, 10, of_sensor(7, fault));
	engine_case_step(&c, 20, of_sensor(8, fault));
	ack.sensor.b[15] = 8;
	cr_expect_eq(engine_case_step(&c, 30, ack), ENGINE_OK);
	cr_expect(!c.s.alerts[0].acknowledged && c.s.alerts[1].acknowledged);
}

Test(engine_alert, tells_again_when_an_acknowledged_alert_gets_worse)
{
	static const struct engine_event ack = ACK(ALERT_TEMP_EXCURSION);
	struct engine_case	c = engine_case_ok();
	const struct engine_op	*op;

	engine_case_step(&c, 10, hot);
	engine_case_step(&c, 20, ack);
	engine_case_step(&c, 310, hot);
	cr_expect_eq(c.out.ops_n, 0);
	engine_case_step(&c, 610, hot);
	op = engine_case_op(&c, ENGINE_OP_CHANGE, ALERT_TEMP_EXCURSION);
	cr_expect(op->notify && op->rearmed);
	cr_expect_eq(op->reason, ENGINE_WHY_CONFIRMED);
	cr_expect_eq(op->duration_s, 600);
	cr_expect(!c.s.alerts[0].acknowledged);
	cr_expect_eq(engine_case_step(&c, 620, ack), ENGINE_OK);
}

Test(engine_alert, refuses_to_resolve_what_still_holds)
{
	static const struct engine_event door = DOOR(DOOR_OPEN);
	static const enum alert_type	types[] = {
		ALERT_TEMP_EXCURSION, ALERT_DOOR_OPEN,
		ALERT_MONITORING_INTERRUPTED, ALERT_MISSED_MANUAL_ENTRY,
	};
	struct engine_case	c = engine_case_ok(), was;

	c.r.manual_interval_min = 0;
	engine_case_step(&c, 10, hot);
	engine_case_step(&c, 20, door);
	engine_case_step(&c, 1600, tick);
	cr_assert_eq(c.s.alerts_n, COUNT(types));
	was = c;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct engine_event	ev = RESOLVE(types[i]);

		cr_expect_eq(engine_case_step(&c, 1700, ev), ENGINE_REFUSED,
		    "%s", alert_type_name(types[i]));
		cr_expect(engine_sample_same(&c.s, &was.s));
		cr_expect_eq(c.out.ops_n, 0);
	}
}

Test(engine_alert, refuses_by_what_time_has_made_true)
{
	static const struct engine_event door = DOOR(DOOR_OPEN);
	static const struct engine_event ev = RESOLVE(ALERT_DOOR_OPEN);
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 0, door);
	engine_case_step(&c, 180, tick);
	c.r.door_warning_min = 5;
	cr_expect_eq(engine_case_step(&c, 300, ev), ENGINE_REFUSED);
	cr_expect_eq(engine_case_step(&c, 299, ev), ENGINE_OK);
	cr_expect(c.out.ops[0].by_person);
}

Test(engine_alert, lets_a_person_end_an_excursion_that_is_back_in_range)
{
	static const struct engine_event band = TEMP_F(408);
	static const struct engine_event ev = RESOLVE(ALERT_TEMP_EXCURSION);
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 10, hot);
	engine_case_step(&c, 20, band);
	cr_expect_eq(engine_case_step(&c, 30, ev), ENGINE_OK);
	cr_expect_str_eq(engine_sample_ops(&c.out), "resolve temp_excursion");
	cr_expect(c.out.ops[0].by_person && c.out.ops[0].notify);
	cr_expect_eq(c.s.status, UNIT_RESTORING);
	cr_expect_eq(c.out.transition.reason, ENGINE_WHY_PERSON);
	cr_expect_eq(engine_case_step(&c, 40, ev), ENGINE_NO_ALERT);
	engine_case_step(&c, 50, hot);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open temp_excursion warning");
}

Test(engine_alert, resolves_what_only_people_can_know)
{
	static const struct engine_event fault = FAULT;
	struct engine_case	c = engine_case_ok();
	struct engine_event	ev = RESOLVE(ALERT_SENSOR_FAULT);

	engine_case_step(&c, 10, of_sensor(7, fault));
	cr_expect_eq(engine_case_step(&c, 20, ev), ENGINE_NO_ALERT);
	ev.sensor.b[15] = 7;
	cr_expect_eq(engine_case_step(&c, 30, ev), ENGINE_OK);
	cr_expect_eq(c.s.alerts_n, 0);
	engine_case_step(&c, 40, of_sensor(7, fault));
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open sensor_fault critical");
}

Test(engine_alert, names_the_cause_only_where_one_is_open)
{
	static const struct engine_event door = DOOR(DOOR_OPEN);
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 10, hot);
	cr_expect(!c.out.ops[0].correlated);

	c = engine_case_ok();
	engine_case_step(&c, 0, door);
	engine_case_step(&c, 1200, hot);
	cr_expect(c.out.ops[1].correlated);
	cr_expect_eq(c.out.ops[1].correlated_type, ALERT_DOOR_OPEN);
}

Test(engine_alert, withholds_a_suppressed_alert_but_not_the_state)
{
	struct engine_case	c = engine_case_ok();

	c.r.suppressed = ENGINE_BIT(ALERT_TEMP_EXCURSION);
	c.r.suppressed_until_ms = EPOCH + 1800 * 1000;
	engine_case_step(&c, 10, hot);
	cr_expect_eq(c.s.status, UNIT_EXCURSION);
	cr_expect_str_eq(engine_sample_ops(&c.out), "withhold temp_excursion");
	cr_expect(c.out.ops[0].suppressed && !c.out.ops[0].notify);
	cr_expect_eq(c.s.alerts_n, 0);
	engine_case_step(&c, 310, hot);
	cr_expect_eq(c.out.ops_n, 0, "said once");
	for (int t = 610; t < 1800; t += 300)
		engine_case_step(&c, t, hot);
	engine_case_step(&c, 1799, tick);
	cr_expect_eq(c.s.due_at_ms, EPOCH + 1800 * 1000);
	c.r.suppressed = 0;
	engine_case_step(&c, 1800, tick);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open temp_excursion critical");
	cr_expect(c.out.ops[0].notify);
	cr_expect_eq(c.s.withheld, 0);
}

Test(engine_alert, forgets_a_withheld_alert_that_is_over)
{
	struct engine_case	c = engine_case_ok();

	c.r.suppressed = ~0u;
	engine_case_step(&c, 10, hot);
	engine_case_step(&c, 20, good);
	cr_expect_eq(c.s.withheld, 0);
	c.r.suppressed = 0;
	engine_case_step(&c, 30, tick);
	cr_expect_eq(c.out.ops_n, 0);
}

Test(engine_alert, tells_after_a_suppression_what_got_worse_within)
{
	static const struct engine_event ack = ACK(ALERT_TEMP_EXCURSION);
	struct engine_case	c = engine_case_ok(), known;

	engine_case_step(&c, 10, hot);
	c.r.suppressed = ENGINE_BIT(ALERT_TEMP_EXCURSION);
	engine_case_step(&c, 310, hot);
	engine_case_step(&c, 610, hot);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "change temp_excursion critical");
	cr_expect(c.out.ops[0].suppressed && !c.out.ops[0].notify);
	engine_case_step(&c, 620, tick);
	cr_expect_eq(c.out.ops_n, 0);
	known = c;

	c.r.suppressed = 0;
	engine_case_step(&c, 630, tick);
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "change temp_excursion critical");
	cr_expect_eq(c.out.ops[0].reason, ENGINE_WHY_UNSUPPRESSED);
	cr_expect(c.out.ops[0].notify && !c.out.ops[0].rearmed);
	engine_case_step(&c, 640, tick);
	cr_expect_eq(c.out.ops_n, 0);

	engine_case_step(&known, 625, ack);
	known.r.suppressed = 0;
	engine_case_step(&known, 630, tick);
	cr_expect_eq(known.out.ops_n, 0, "somebody knows");
}

Test(engine_alert, resolves_under_a_suppression_without_a_word)
{
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 10, hot);
	c.r.suppressed = ENGINE_BIT(ALERT_TEMP_EXCURSION);
	engine_case_step(&c, 20, good);
	cr_expect_str_eq(engine_sample_ops(&c.out), "resolve temp_excursion");
	cr_expect(c.out.ops[0].suppressed && !c.out.ops[0].notify);
}

Test(engine_alert, opens_a_suppressed_fault_with_the_next_message)
{
	static const struct engine_event fault = FAULT;
	struct engine_case	c = engine_case_ok();

	c.r.suppressed = ENGINE_BIT(ALERT_SENSOR_FAULT);
	engine_case_step(&c, 10, of_sensor(7, fault));
	cr_expect_str_eq(engine_sample_ops(&c.out), "withhold sensor_fault");
	engine_case_step(&c, 20, of_sensor(7, fault));
	cr_expect_eq(c.out.ops_n, 0);
	c.r.suppressed = 0;
	engine_case_step(&c, 30, of_sensor(7, fault));
	cr_expect_str_eq(engine_sample_ops(&c.out),
	    "open sensor_fault critical");
}

Test(engine_alert, says_once_a_suppression_that_a_type_is_withheld)
{
	static const struct engine_event fault = FAULT;
	struct engine_case	c = engine_case_ok();

	engine_case_step(&c, 10, of_sensor(7, fault));
	for (int t = 100; t <= 200; t += 100) {
		c.r.suppressed = ENGINE_BIT(ALERT_SENSOR_FAULT);
		engine_case_step(&c, t, of_sensor(8, fault));
		cr_expect_str_eq(engine_sample_ops(&c.out),
		    "withhold sensor_fault");
		engine_case_step(&c, t + 10, of_sensor(7, good));
		engine_case_step(&c, t + 20, of_sensor(9, fault));
		cr_expect_eq(c.out.ops_n, 0);
		c.r.suppressed = 0;
		engine_case_step(&c, t + 30, tick);
		cr_expect_eq(c.s.withheld, 0);
	}
}

Test(engine_alert, closes_an_alert_the_state_knows_nothing_of)
{
	struct engine_case	c = engine_case_ok();

	c.s.alerts[c.s.alerts_n++] = (struct engine_alert){
	    .type = ALERT_TEMP_EXCURSION, .severity = SEVERITY_CRITICAL,
	    .opened_at_ms = 1 };
	engine_case_step(&c, 10, tick);
	cr_expect_str_eq(engine_sample_ops(&c.out), "resolve temp_excursion");
	cr_expect_eq(c.out.ops[0].duration_s, EPOCH / 1000 + 9);

	c = engine_case_ok();
	c.s.alerts[c.s.alerts_n++] = (struct engine_alert){
	    .type = ALERT_DOOR_OPEN, .opened_at_ms = 1 };
	cr_assert_eq(engine_step(&c.s, &c.r, &tick, 2 * EPOCH, &c.out),
	    ENGINE_OK);
	cr_expect_eq(c.out.ops[0].duration_s, INT_MAX);
}

Test(engine_alert, leaves_alerts_of_other_hands_alone)
{
	static const struct engine_event ev = RESOLVE(ALERT_CALIBRATION_DUE);
	struct engine_case	c = engine_case_ok();

	c.s.alerts[c.s.alerts_n++] = (struct engine_alert){
	    .type = ALERT_CALIBRATION_DUE, .opened_at_ms = EPOCH };
	engine_case_step(&c, 10, tick);
	cr_expect_eq(c.s.alerts_n, 1);
	cr_expect_eq(engine_case_step(&c, 20, ev), ENGINE_OK);
	cr_expect_eq(c.s.alerts_n, 0);
}
