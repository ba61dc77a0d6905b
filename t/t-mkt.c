/* Mean kinetic temperature: worked examples, and what must hold of any. */
#include "domain/mkt.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define PARTS		8

Test(mkt, agrees_with_worked_examples)
{
	static const struct {
		const char	*name;
		struct {
			centi_t	t;
			int64_t	weight;
		}		 part[PARTS];
		double		 want;
		centi_t		 rounded;
	} c[] = {
		{ "six readings", { { 500, 1 }, { 520, 1 }, { 480, 1 },
		    { 950, 1 }, { 1200, 1 }, { 610, 1 } }, 7.573496, 757 },
		{ "a warm day in a month", { { 2200, 29 }, { 3200, 1 } },
		    22.572931, 2257 },
		{ "two warm hours in a day", { { 400, 22 }, { 1400, 2 } },
		    5.468359, 547 },
		{ "the same in milliseconds", { { 400, 79200000 },
		    { 1400, 7200000 } }, 5.468359, 547 },
		{ "a freezer", { { -2000, 1 }, { -1800, 1 }, { -2500, 1 },
		    { -1000, 1 } }, -16.084386, -1608 },
		{ "always the same", { { 500, 1 }, { 500, 7 } }, 5.0, 500 },
		{ "ultra-cold", { { -8000, 3 } }, -80.0, -8000 },
		{ "no time, no say", { { 500, 9 }, { 9000, 0 },
		    { 9000, -1 } }, 5.0, 500 },
		{ "colder than anything", { { 500, 9 }, { -27315, 9 },
		    { CENTI_MIN, 9 } }, 5.0, 500 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct mkt	m = { 0 };
		double		got;
		centi_t		rounded;

		for (size_t k = 0; k < PARTS; k++)
			mkt_add(&m, c[i].part[k].t, c[i].part[k].weight);
		cr_assert(mkt_exact(&m, &got), "%s", c[i].name);
		cr_expect_lt(fabs(got - c[i].want), 5e-7, "%s: %.7f",
		    c[i].name, got);
		cr_assert(mkt_value(&m, &rounded), "%s", c[i].name);
		cr_expect_eq(rounded, c[i].rounded, "%s", c[i].name);
	}
}

Test(mkt, of_nothing_there_is_none)
{
	struct mkt	m = { 0 };
	double		unused;
	centi_t		t;

	cr_expect_not(mkt_exact(&m, &unused));
	mkt_add(&m, 500, 0);
	cr_expect_not(mkt_value(&m, &t));
}

/* The warm counts for more than the cold makes good. */
Test(mkt, is_between_the_mean_and_the_highest)
{
	unsigned short	seed[3] = { 1, 2, 3 };

	for (int i = 0; i < 1000; i++) {
		struct mkt	m = { 0 };
		double		mean = 0, high = -273, got, t;
		int		n = 1 + (int)(nrand48(seed) % 50);

		for (int k = 0; k < n; k++) {
			centi_t	v = (centi_t)(nrand48(seed) % 14000) - 8000;

			mkt_add(&m, v, 1);
			t = v / 100.0;
			mean += t / n;
			high = t > high ? t : high;
		}
		cr_assert(mkt_exact(&m, &got));
		cr_assert_geq(got, mean - 1e-9);
		cr_assert_leq(got, high + 1e-9);
	}
}
