/* How readings become time: in range, above, below, unknown. */
#include "domain/exposure.h"
#include <criterion/criterion.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MINUTES(n)	((n) * INT64_C(60000))
#define READINGS	8

/* A day of a unit at 2 to 8 degrees that reports each five minutes. */
static const struct exposure_rules	rules = { { true, 200 }, { true, 800 },
	MINUTES(5), MINUTES(30) };

struct sample {			/* minute; 9999 ends the list */
	int	minute;
	centi_t	t;
};
#define END	{ 9999, 0 }

static struct exposure
expose(const struct exposure_rules *r, const struct sample *v, int from, int to)
{
	struct exposure	e;

	exposure_begin(&e, r, (struct period){ MINUTES(from), MINUTES(to) });
	for (; v->minute != 9999; v++)
		exposure_add(&e, MINUTES(v->minute), v->t);
	exposure_end(&e);
	return e;
}

Test(exposure, gives_each_minute_to_the_reading_before_it)
{
	static const struct {
		const char	*name;
		struct sample	 v[READINGS];
		int		 observed, above, below, longest;	/* min */
		centi_t		 peak;
	} c[] = {
		{ "nothing", { END }, 0, 0, 0, 0, 0 },
		{ "one reading holds an interval", { { 100, 500 }, END },
		    5, 0, 0, 0, 0 },
		{ "a limit is in range", { { 100, 800 }, { 110, 200 }, END },
		    15, 0, 0, 0, 0 },
		{ "a hundredth above", { { 100, 801 }, { 110, 800 }, END },
		    15, 10, 0, 10, 801 },
		{ "a hundredth below", { { 100, 199 }, { 110, 200 }, END },
		    15, 0, 10, 10, 199 },
		{ "from above to below is one stretch", { { 100, 900 },
		    { 110, 100 }, { 120, 300 }, END }, 25, 10, 10, 20, 900 },
		{ "the longer of two", { { 100, 900 }, { 110, 500 },
		    { 120, 1000 }, { 150, 950 }, { 160, 500 }, END },
		    65, 50, 0, 40, 1000 },
		{ "the peak is furthest from its limit", { { 100, 850 },
		    { 110, -500 }, { 120, 400 }, END }, 25, 10, 10, 20,
		    -500 },
		{ "half an hour is no gap", { { 100, 900 }, { 130, 500 },
		    END }, 35, 30, 0, 30, 900 },
		{ "a gap is not known to be warm", { { 100, 900 },
		    { 131, 900 }, END }, 10, 10, 0, 5, 900 },
		{ "before the period, into it", { { -10, 900 }, { 10, 500 },
		    END }, 15, 10, 0, 10, 900 },
		{ "out of it at its end", { { 1430, 900 }, { 1450, 900 },
		    END }, 10, 10, 0, 10, 900 },
		{ "the last of an instant holds", { { 100, 900 },
		    { 100, 500 }, END }, 5, 0, 0, 0, 0 },
		{ "long before it", { { -100, 900 }, END }, 0, 0, 0, 0, 0 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct exposure	e = expose(&rules, c[i].v, 0, 24 * 60);

		cr_expect_eq(e.observed_ms, MINUTES(c[i].observed), "%s",
		    c[i].name);
		cr_expect_eq(e.above_ms, MINUTES(c[i].above), "%s", c[i].name);
		cr_expect_eq(e.below_ms, MINUTES(c[i].below), "%s", c[i].name);
		cr_expect_eq(e.longest.to_ms - e.longest.from_ms,
		    MINUTES(c[i].longest), "%s", c[i].name);
		cr_expect_eq(e.longest.peak, c[i].peak, "%s", c[i].name);
	}
}

Test(exposure, counts_readings_of_the_period_alone)
{
	static const struct sample	v[] = {
		{ -5, 9000 }, { 0, 300 }, { 5, 401 }, { 10, -1 }, { 20, 9000 },
		END
	};
	struct exposure			e = expose(&rules, v, 0, 20);

	cr_expect_eq(e.n, 3);
	cr_expect_eq(e.min, -1);
	cr_expect_eq(e.max, 401);
	cr_expect_eq(exposure_mean(&e), 233);
}

Test(exposure, knows_no_limit_that_there_is_not)
{
	static const struct exposure_rules	one_sided = { { false, 0 },
		{ true, 800 }, MINUTES(5), MINUTES(30) };
	static const struct sample	v[] = { { 0, -9000 }, { 5, 900 }, END };
	struct exposure			e = expose(&one_sided, v, 0, 20);

	cr_expect_eq(e.below_ms, 0);
	cr_expect_eq(e.above_ms, MINUTES(5));
}

Test(exposure, weighs_temperatures_by_their_time)
{
	static const struct sample	v[] = {
		{ 0, 400 }, { 22, 1400 }, { 24, 400 }, END
	};
	struct exposure			e = expose(&rules, v, 0, 24);
	centi_t				mkt;

	cr_assert(mkt_value(&e.mkt, &mkt));
	cr_expect_eq(mkt, 547);
}
