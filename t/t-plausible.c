/* What speaks against a reading: seldom anything. */
#include "domain/plausible.h"
#include <criterion/criterion.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MINUTE		(60 * INT64_C(1000))
#define HOUR		(60 * MINUTE)
#define DAY		(24 * HOUR)
#define T0		(1767225600 * INT64_C(1000))	/* any time */

Test(plausible, a_jump_is_more_than_the_time_between_allows)
{
	static const struct {
		const char	*name;
		enum unit_type	 type;
		centi_t		 before, after;
		int64_t		 passed_ms;
		unsigned	 want;
	} c[] = {
		{ "nothing moves", UNIT_FRIDGE, 400, 400, 5 * MINUTE, 0 },
		{ "a door is open", UNIT_FRIDGE, 400, 1800, 5 * MINUTE, 0 },
		{ "a defrost", UNIT_FREEZER, -1900, -400, 10 * MINUTE, 0 },
		{ "cooling down", UNIT_FREEZER, 2200, 900, 5 * MINUTE, 0 },
		{ "taken out of a freezer into a room", UNIT_FREEZER, -2000,
		    2200, 20 * MINUTE, 0 },
		{ "at the limit", UNIT_FRIDGE, 0, 2000, 5 * MINUTE, 0 },
		{ "below zero, at the limit", UNIT_FREEZER, -2000, -4000,
		    5 * MINUTE, 0 },
		{ "a second later, at the limit", UNIT_FRIDGE, 0, 1003, 1000,
		    0 },
		{ "after a silence of hours", UNIT_FREEZER, -8000, 3000,
		    6 * HOUR, 0 },
		{ "hot food in a blast chiller", UNIT_BLAST_CHILLER, 300, 9000,
		    MINUTE, 0 },
		{ "beyond the limit", UNIT_FRIDGE, 0, 2001, 5 * MINUTE,
		    PLAUSIBLE_JUMP },
		{ "downwards", UNIT_FRIDGE, 400, -1700, 5 * MINUTE,
		    PLAUSIBLE_JUMP },
		{ "a digit too many", UNIT_FRIDGE, 400, 4000, 10 * MINUTE,
		    PLAUSIBLE_JUMP },
		{ "a sensor's value at power-on", UNIT_FREEZER, -1800, 8500,
		    15 * MINUTE, PLAUSIBLE_JUMP },
		{ "from end to end", UNIT_WALK_IN_COOLER, CENTI_MIN, CENTI_MAX,
		    DAY / 2, PLAUSIBLE_JUMP },
		{ "a millisecond later", UNIT_FRIDGE, 0, 1001, 1,
		    PLAUSIBLE_JUMP },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct plausible_value	m = { 0 };

		cr_expect_eq(plausible_value_take(&m, c[i].type, c[i].before,
		    T0), 0, "%s: the first is never in doubt", c[i].name);
		cr_expect_eq(plausible_value_take(&m, c[i].type, c[i].after,
		    T0 + c[i].passed_ms), c[i].want, "%s", c[i].name);
	}
}

Test(plausible, one_wrong_value_is_one_doubt)
{
	struct plausible_value	m = { 0 };

	(void)plausible_value_take(&m, UNIT_FRIDGE, 400, T0);
	cr_expect_eq(plausible_value_take(&m, UNIT_FRIDGE, 8500,
	    T0 + 5 * MINUTE), PLAUSIBLE_JUMP);
	cr_expect_eq(plausible_value_take(&m, UNIT_FRIDGE, 410,
	    T0 + 10 * MINUTE), 0, "and the way back is none");
}

Test(plausible, what_stays_is_believed_after_a_while)
{
	struct plausible_value	m = { 0 };
	int64_t			at_ms = T0;
	int			doubted = 0;

	(void)plausible_value_take(&m, UNIT_FRIDGE, 400, at_ms);
	while (plausible_value_take(&m, UNIT_FRIDGE, 4000,
	    at_ms += 5 * MINUTE) != 0)
		doubted++;
	cr_expect_eq(doubted, 2);
}

/* Takes the value every step until the end, and gives the last doubt. */
static unsigned
stand_still(centi_t value, int64_t step_ms, int64_t end_ms)
{
	struct plausible_value	m = { 0 };
	unsigned		doubt = 0;

	for (int64_t t = 0; t <= end_ms; t += step_ms)
		doubt = plausible_value_take(&m, UNIT_FREEZER, value, T0 + t);
	return doubt;
}

Test(plausible, a_value_is_stuck_when_its_resolution_says_so)
{
	static const struct {
		const char	*name;
		centi_t		 value;
		int64_t		 step_ms, end_ms;
		unsigned	 want;
	} c[] = {
		{ "an hour is nothing", -1803, MINUTE, HOUR, 0 },
		{ "a quiet night", 417, 10 * MINUTE, 8 * HOUR, 0 },
		{ "not yet", 417, 10 * MINUTE, 12 * HOUR - 10 * MINUTE, 0 },
		{ "tenths may rest a day", 410, 10 * MINUTE, 23 * HOUR, 0 },
		{ "halves may rest a weekend", 450, 10 * MINUTE, 71 * HOUR,
		    0 },
		{ "so may whole degrees", -1800, 10 * MINUTE, 71 * HOUR, 0 },
		{ "so may zero", 0, HOUR, 71 * HOUR, 0 },
		{ "few readings prove nothing", 417, 6 * HOUR, 5 * DAY, 0 },
		{ "hundredths", 417, 10 * MINUTE, 12 * HOUR, PLAUSIBLE_STUCK },
		{ "sixteenths", 406, 30 * MINUTE, 13 * HOUR, PLAUSIBLE_STUCK },
		{ "tenths", 410, 10 * MINUTE, 24 * HOUR, PLAUSIBLE_STUCK },
		{ "halves", -1850, HOUR, 72 * HOUR, PLAUSIBLE_STUCK },
		{ "hourly", 417, HOUR, 23 * HOUR, PLAUSIBLE_STUCK },
	};

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_eq(stand_still(c[i].value, c[i].step_ms,
		    c[i].end_ms), c[i].want, "%s", c[i].name);
}

Test(plausible, the_least_flicker_is_life)
{
	struct plausible_value	m = { 0 };
	unsigned		doubts = 0;

	for (int64_t t = 0; t < 10 * DAY; t += 5 * MINUTE)
		doubts |= plausible_value_take(&m, UNIT_FRIDGE,
		    t % (11 * HOUR) == 0 ? 418 : 417, T0 + t);
	cr_expect_eq(doubts, 0);
}

Test(plausible, a_stuck_sensor_that_moves_is_well_again)
{
	struct plausible_value	m = { 0 };

	for (int64_t t = 0; t <= DAY; t += 5 * MINUTE)
		(void)plausible_value_take(&m, UNIT_FRIDGE, 417, T0 + t);
	cr_expect_eq(plausible_value_take(&m, UNIT_FRIDGE, 417,
	    T0 + DAY + MINUTE), PLAUSIBLE_STUCK);
	cr_expect_eq(plausible_value_take(&m, UNIT_FRIDGE, 418,
	    T0 + DAY + 2 * MINUTE), 0);
	cr_expect_eq(plausible_value_take(&m, UNIT_FRIDGE, 418,
	    T0 + DAY + 3 * MINUTE), 0);
}

Test(plausible, history_is_not_doubted_and_changes_nothing)
{
	struct plausible_value	m = { 0 }, before;

	(void)plausible_value_take(&m, UNIT_FRIDGE, 400, T0);
	before = m;
	cr_expect_eq(plausible_value_take(&m, UNIT_FRIDGE, 9000, T0 - HOUR),
	    0);
	cr_expect_eq(plausible_value_take(&m, UNIT_FRIDGE, 9000, T0), 0,
	    "nor the same instant again");
	cr_expect_eq(memcmp(&m, &before, sizeof(m)), 0);
}

static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return *seed >> 33;
}

/* No doubt without a cause: each is explained from the values alone, without
 * what the module remembers. */
Test(plausible, every_doubt_has_a_cause)
{
	uint64_t	seed = 1;

	for (int life = 0; life < 200; life++) {
		struct plausible_value	m = { 0 };
		int64_t			at_ms = T0, still_since = T0;
		centi_t			v = 400, last = 400, least = 400;
		centi_t			most = 400;

		for (int i = 0; i < 300; i++) {
			unsigned	doubt;

			if (draw(&seed) % 8 == 0)
				v = (centi_t)(draw(&seed) % 9000) - 4000;
			at_ms += (int64_t)(draw(&seed) % (40 * MINUTE)) + 1;
			if (v != last)
				still_since = at_ms;
			doubt = plausible_value_take(&m, UNIT_FRIDGE, v,
			    at_ms);
			cr_assert_eq(doubt & ~(unsigned)(PLAUSIBLE_JUMP |
			    PLAUSIBLE_STUCK), 0);
			if (doubt & PLAUSIBLE_STUCK)
				cr_assert_geq(at_ms - still_since, 12 * HOUR);
			if (doubt & PLAUSIBLE_JUMP)
				cr_assert(v - least > PLAUSIBLE_JUMP_CENTI ||
				    most - v > PLAUSIBLE_JUMP_CENTI);
			least = v < least ? v : least;
			most = v > most ? v : most;
			last = v;
		}
	}
}

struct sight {			/* of a clock: after this long, so far ahead */
	int64_t	after_ms, ahead_ms;
};

Test(plausible, a_clock_is_wrong_only_where_the_networks_proves_it)
{
	static const struct {
		const char	*name;
		struct sight	 seen[4];
		size_t		 n;
		bool		 want;
	} c[] = {
		{ "right", { { 0, 0 } }, 1, false },
		{ "the time on its way", { { 0, -3000 }, { HOUR, -9000 } }, 2,
		    false },
		{ "a little ahead", { { 0, 5 * MINUTE } }, 1, false },
		{ "the age of a list", { { 0, -9 * MINUTE },
		    { HOUR, -9 * MINUTE }, { 2 * HOUR, -9 * MINUTE } }, 3,
		    false },
		{ "once behind may be kept back", { { 0, -2 * HOUR } }, 1,
		    false },
		{ "a backlog that shrinks", { { 0, -9 * HOUR },
		    { 10 * MINUTE, -6 * HOUR }, { 20 * MINUTE, -3 * HOUR } },
		    3, false },
		{ "a backlog sent at once", { { 0, -3 * HOUR },
		    { 5000, -3 * HOUR + MINUTE },
		    { 10000, -3 * HOUR + 2 * MINUTE } }, 3, false },
		{ "too soon to tell", { { 0, -2 * HOUR },
		    { 9 * MINUTE, -2 * HOUR } }, 2, false },
		{ "came late itself", { { 0, -2 * HOUR },
		    { -HOUR, -2 * HOUR } }, 2, false },
		{ "set right", { { 0, 2 * HOUR }, { HOUR, 1000 } }, 2, false },
		{ "set back to another wrong time", { { 0, 2 * HOUR },
		    { HOUR, -2 * HOUR } }, 2, false },
		{ "the end of summer time", { { 0, -HOUR }, { HOUR, -HOUR },
		    { 2 * HOUR, -2 * HOUR } }, 3, false },
		{ "nothing is measured in the future", { { 0,
		    5 * MINUTE + 1 } }, 1, true },
		{ "local time in the east", { { 0, 2 * HOUR },
		    { HOUR, 2 * HOUR - 20000 } }, 2, true },
		{ "a clock that was never set", { { 0, -20 * 365 * DAY } }, 1,
		    true },
		{ "as far behind each time", { { 0, -5 * HOUR },
		    { 10 * MINUTE, -5 * HOUR + 30000 } }, 2, true },
		{ "and soon after that", { { 0, -5 * HOUR },
		    { 10 * MINUTE, -5 * HOUR }, { 11 * MINUTE, -5 * HOUR } },
		    3, true },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct plausible_clock	m = { 0 };
		int64_t			ahead_ms = 0;

		for (size_t k = 0; k < c[i].n; k++)
			ahead_ms = plausible_clock_take(&m, T0 +
			    c[i].seen[k].after_ms + c[i].seen[k].ahead_ms,
			    T0 + c[i].seen[k].after_ms);
		cr_expect_eq(ahead_ms != 0, c[i].want, "%s", c[i].name);
	}
}

Test(plausible, what_is_corrected_twice_comes_out_the_same)
{
	struct plausible_clock	m = { 0 };

	cr_expect_eq(plausible_clock_take(&m, T0 + 2 * HOUR, T0), 2 * HOUR);
	cr_expect_eq(plausible_clock_take(&m, T0 + 3 * HOUR + 4000,
	    T0 + HOUR), 2 * HOUR);
}

Test(plausible, what_comes_late_is_corrected_by_its_own_error)
{
	struct plausible_clock	m = { 0 };

	(void)plausible_clock_take(&m, T0 + 2 * HOUR, T0);
	cr_expect_eq(plausible_clock_take(&m, T0 - HOUR, T0 - HOUR), 0,
	    "the clock was right then");
	cr_expect_eq(plausible_clock_take(&m, T0 + 7 * HOUR, T0 - 2 * HOUR),
	    9 * HOUR, "or wrong in another way");
	cr_expect(m.wrong && m.ahead_ms == 2 * HOUR && m.since_ms == T0,
	    "and nothing is learnt of it");
}

Test(plausible, every_doubt_has_words)
{
	for (unsigned d = 1; d < PLAUSIBLE__ALL; d <<= 1) {
		cr_expect_str_neq(plausible_name(d), "unknown");
		cr_expect_str_neq(plausible_label(d), "in doubt");
	}
	cr_expect_str_eq(plausible_name(PLAUSIBLE__ALL + 1), "unknown");
	cr_expect_str_eq(plausible_label(0), "in doubt");
}
