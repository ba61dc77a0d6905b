/* Simulated sensors are understood as real ones are. */
#include "domain/simulator.h"
#include "domain/uplink.h"
#include <criterion/criterion.h>
#include <string.h>

#define START	1772431200000LL

static struct sim_unit
unit(enum sim_scenario scenario, const char *model, enum unit_type type)
{
	struct sim_unit	u = { .type = type, .scenario = scenario,
		.model = model, .dev_eui = "a84041d300010001",
		.application = "demo", .start_ms = START };

	sim_begin(&u, 7);
	return u;
}

static struct uplink
send(struct sim_unit *u, const struct sim_sample *s, int64_t at_ms)
{
	struct buf	 body = BUF_INIT(4096);
	struct uplink	 got;
	const char	*error;

	sim_message(u, s, at_ms, &body);
	cr_assert_not(buf_failed(&body));
	cr_assert(uplink_parse(buf_str(&body), body.len, &got, &error),
	    "%s: %s", error, buf_str(&body));
	buf_release(&body);
	return got;
}

Test(simulator, every_model_says_what_was_measured)
{
	static const char *const models[] = { "lht65n", "em300-th", "ers",
	    "elt2" };

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		struct sim_unit		u = unit(SIM_DOORS, models[i],
					    UNIT_FREEZER);
		struct sim_sample	s = sim_run(&u, START);
		struct uplink		got = send(&u, &s, START);

		cr_assert_eq(got.obs_count, 1, "%s", models[i]);
		cr_expect(got.obs[0].has & UPLINK_HAS_TEMPERATURE, "%s",
		    models[i]);
		cr_expect_eq(got.obs[0].temperature, s.temperature, "%s",
		    models[i]);
		cr_expect_eq(got.obs[0].door, s.door, "%s", models[i]);
		cr_expect_eq(got.recorded_at_ms, START);
		cr_expect_str_eq(got.dev_eui, u.dev_eui);
	}
}

Test(simulator, a_pulled_probe_is_a_fault_and_no_temperature)
{
	static const char *const models[] = { "lht65n", "ers", "elt2" };

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		struct sim_unit		u = unit(SIM_PROBE_FAULT, models[i],
					    UNIT_FRIDGE);
		struct sim_sample	s = sim_run(&u, START + 90000);
		struct uplink		got = send(&u, &s, START + 90000);

		cr_expect(s.fault);
		cr_expect_gt(got.fault_count, 0, "%s", models[i]);
		cr_expect(got.obs_count == 0 ||
		    !(got.obs[0].has & UPLINK_HAS_TEMPERATURE), "%s",
		    models[i]);
	}
}

Test(simulator, a_failed_compressor_leaves_the_range_within_two_minutes)
{
	struct sim_unit	u = unit(SIM_COMPRESSOR, "lht65n",
			    UNIT_WALK_IN_FREEZER);

	cr_expect_lt(sim_run(&u, START).temperature, -1778);
	cr_expect_gt(sim_run(&u, START + 100000).temperature, -1778);
	cr_expect_lt(sim_run(&u, START + 60 * 60000).temperature, -1778,
	    "and comes back when it has been repaired");
}

Test(simulator, a_calm_day_stays_in_range)
{
	static const struct { enum unit_type type; centi_t low, high; } c[] = {
		{ UNIT_FRIDGE, 200, 500 }, { UNIT_DISPLAY_CASE, 200, 500 },
		{ UNIT_WALK_IN_COOLER, 200, 500 },
		{ UNIT_FREEZER, -2889, -1778 },
		{ UNIT_WALK_IN_FREEZER, -2889, -1778 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct sim_unit	u = unit(SIM_CALM, "lht65n", c[i].type);

		for (int m = 0; m < 24 * 60; m += 10) {
			centi_t	t = sim_run(&u, START + m * 60000LL)
				    .temperature;

			cr_expect(t >= c[i].low && t <= c[i].high,
			    "%s: %d after %d min", unit_type_name(c[i].type),
			    (int)t, m);
		}
	}
}

Test(simulator, nothing_breaks_before_the_start)
{
	struct sim_unit	u = unit(SIM_COMPRESSOR, "lht65n", UNIT_FREEZER);

	for (int64_t at = START - 86400000; at < START; at += 600000)
		cr_expect_lt(sim_run(&u, at).temperature, -1778);
}

Test(simulator, the_same_seed_gives_the_same_day)
{
	struct sim_unit	a = unit(SIM_DOORS, "lht65n", UNIT_FRIDGE);
	struct sim_unit	b = unit(SIM_DOORS, "lht65n", UNIT_FRIDGE);

	for (int i = 0; i < 500; i++)
		cr_expect_eq(sim_run(&a, START + i * 60000LL).temperature,
		    sim_run(&b, START + i * 60000LL).temperature);
}

Test(simulator, every_scenario_is_part_of_the_demo_and_has_a_name)
{
	bool			seen[SIM_SCENARIO__MAX] = { false };
	enum sim_scenario	s;

	for (unsigned i = 0; i < 8; i++)
		seen[sim_scenario_of(i)] = true;
	for (int i = 0; i < SIM_SCENARIO__MAX; i++) {
		cr_expect(seen[i], "%d", i);
		cr_expect(sim_scenario_parse(
		    sim_scenario_name((enum sim_scenario)i), &s));
		cr_expect_eq((int)s, i);
	}
	cr_expect_not(sim_scenario_parse("earthquake", &s));
}
