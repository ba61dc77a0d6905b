/* How full a battery is: the published curves, and their edges. */
#include "domain/battery.h"
#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

Test(battery, follows_the_curve_of_each_chemistry)
{
	static const struct {
		const char		*name;
		enum battery_chemistry	 chemistry;
		int			 mv;
		int			 want;
	} c[] = {
		{ "above full",		BATTERY_LIFES2_AA, 3700, 100 },
		{ "between points",	BATTERY_LIFES2_AA, 3400, 90 },
		{ "68.75 rounds up",	BATTERY_LIFES2_AA, 3050, 69 },
		{ "lifes2 3.00",	BATTERY_LIFES2_AA, 3000, 65 },
		{ "lifes2 2.60",	BATTERY_LIFES2_AA, 2600, 35 },
		{ "12.5 rounds up",	BATTERY_LIFES2_AA, 2200, 13 },
		{ "on the last point",	BATTERY_LIFES2_AA, 1800, 0 },
		{ "cr17450 2.90",	BATTERY_CR17450, 2900, 65 },
		{ "cr17450 2.80",	BATTERY_CR17450, 2800, 35 },
		{ "2.5 rounds up",	BATTERY_CR17450, 2550, 3 },
		{ "alkaline 3.00",	BATTERY_ALKALINE_AA, 3000, 85 },
		{ "27.5 rounds up",	BATTERY_ALKALINE_AA, 2200, 28 },
		{ "cr2032 2.80",	BATTERY_CR2032, 2800, 65 },
		{ "cr2032 empty",	BATTERY_CR2032, 2200, 0 },
		{ "8.33 rounds down",	BATTERY_UNKNOWN, 3050, 8 },
		{ "unknown full",	BATTERY_UNKNOWN, 3600, 100 },
		{ "unknown below 3 V",	BATTERY_UNKNOWN, 2900, 0 },
		{ "no voltage",		BATTERY_CR2032, 0, 0 },
		{ "negative",		BATTERY_CR2032, INT_MIN, 0 },
		{ "absurd",		BATTERY_CR2032, INT_MAX, 100 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		int	got = battery_percent(c[i].chemistry, c[i].mv);

		cr_expect_eq(got, c[i].want, "%s: %d", c[i].name, got);
	}
}

Test(battery, never_rises_while_the_voltage_falls)
{
	for (int c = 0; c < BATTERY_CHEMISTRY__MAX; c++)
		for (int mv = 5000, last = 100; mv > 0; mv--) {
			int	now = battery_percent(c, mv);

			cr_assert(now <= last && now >= 0,
			    "chemistry %d at %d mV: %d after %d", c, mv, now,
			    last);
			last = now;
		}
}

Test(battery, knows_a_chemistry_by_any_of_its_spellings)
{
	static const struct {
		const char		*name;
		enum battery_chemistry	 want;
	} c[] = {
		{ "CR17450", BATTERY_CR17450 },
		{ "Li-MnO2", BATTERY_CR17450 },
		{ "LiFeS2_AA", BATTERY_LIFES2_AA },
		{ "lithium", BATTERY_LIFES2_AA },
		{ "Li", BATTERY_LIFES2_AA },
		{ "li-fes2", BATTERY_LIFES2_AA },
		{ "Alkaline AA", BATTERY_ALKALINE_AA },
		{ "cr2032", BATTERY_CR2032 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		enum battery_chemistry	got = BATTERY_CHEMISTRY__MAX;

		cr_expect(battery_chemistry_parse(c[i].name, strlen(c[i].name),
		    &got) && got == c[i].want, "%s", c[i].name);
	}
}

Test(battery, refuses_a_chemistry_it_does_not_know)
{
	static const char *const	names[] = {
		"", "-", "lead", "cr2450", "cr20322", "lithiumm",
		"alkaline alkaline alkaline",
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		enum battery_chemistry	got = BATTERY_CHEMISTRY__MAX;

		cr_expect(!battery_chemistry_parse(names[i], strlen(names[i]),
		    &got) && got == BATTERY_CHEMISTRY__MAX, "%s", names[i]);
	}
}
