/* What is added to a sensor's value, and when. */
#include "domain/calibration.h"
#include <criterion/criterion.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define FOR_EVER	"9223372036854775807"

Test(calibration, what_is_no_list_of_them_is_refused)
{
	static const struct { const char *text; bool ok; size_t n; } c[] = {
		{ "{}", true, 0 },
		{ "{1000,2000,30}", true, 1 },
		{ "{1000," FOR_EVER ",-30}", true, 1 },
		{ "{2000,3000,30,1000,2000,-1000}", true, 2 },
		{ "", false, 0 },
		{ "{", false, 0 },
		{ "1000,2000,30", false, 0 },
		{ "{1000}", false, 0 },
		{ "{1000,2000}", false, 0 },
		{ "{1000,2000,30,}", false, 0 },
		{ "{1000,2000,30,4}", false, 0 },
		{ "{1000,NULL,30}", false, 0 },
		{ "{1000,2000,0.3}", false, 0 },
		{ "{1000,2000,1001}", false, 0 },
		{ "{1000,2000,-1001}", false, 0 },
		{ "{1000,2000,30", false, 0 },
		{ "{1000,2000,30}}", false, 0 },
		{ "{1,2,3,1,2,3,1,2,3,1,2,3,1,2,3,1,2,3,1,2,3,1,2,3}", true,
		    CALIBRATION_MAX },
		{ "{1,2,3,1,2,3,1,2,3,1,2,3,1,2,3,1,2,3,1,2,3,1,2,3,1,2,3}",
		    false, 0 },
	};
	struct calibrations	l;

	for (size_t i = 0; i < COUNT(c); i++) {
		cr_expect_eq(calibration_parse(c[i].text, &l), c[i].ok, "%s",
		    c[i].text);
		if (c[i].ok)
			cr_expect_eq(l.n, c[i].n, "%s", c[i].text);
	}
}

Test(calibration, holds_from_its_first_instant_until_before_its_last)
{
	static const struct {
		const char	*name;
		int64_t		 at_ms;
		centi_t		 raw, want;
	} c[] = {
		{ "before all", 999, 400, 400 },
		{ "its first instant", 1000, 400, 430 },
		{ "its last", 1999, -1800, -1770 },
		{ "expired", 2000, 400, 400 },
		{ "between two", 2500, 400, 400 },
		{ "the next", 3000, 400, 385 },
		{ "which never ends", INT64_MAX - 1, 0, -15 },
	};
	struct calibrations	l;

	cr_assert(calibration_parse("{3000," FOR_EVER ",-15,1000,2000,30}",
	    &l));
	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_eq(calibration_apply(&l, c[i].raw, c[i].at_ms),
		    c[i].want, "%s", c[i].name);
}

Test(calibration, and_its_inverse_are_nothing)
{
	for (centi_t offset = -CALIBRATION_OFFSET_MAX;
	    offset <= CALIBRATION_OFFSET_MAX; offset += 7) {
		const struct calibrations	there = { 1, { { 0, 10,
						    offset } } };
		const struct calibrations	back = { 1, { { 0, 10,
						    -offset } } };

		for (centi_t raw = CENTI_MIN; raw <= CENTI_MAX; raw += 999)
			cr_assert_eq(calibration_apply(&back,
			    calibration_apply(&there, raw, 5), 5), raw);
	}
}

Test(calibration, a_sensor_without_one_says_what_it_means)
{
	const struct calibrations	none = { 0 };

	cr_expect_eq(calibration_apply(&none, -1823, 1000), -1823);
}
