/* Temperatures in and out: exact decimals, half away from zero. */
#include "base/centi.h"
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(centi, reads_decimal_text)
{
	static const struct { const char *s; centi_t want; } c[] = {
		{ "0", 0 }, { "-0", 0 }, { "5", 500 }, { "+5.5", 550 },
		{ "5.00", 500 }, { "-18", -1800 }, { "-18.004", -1800 },
		{ "-18.005", -1801 }, { "4.004", 400 }, { "4.005", 401 },
		{ "4.00499999999999999999", 400 }, { "-0.004", 0 },
		{ "-0.005", -1 }, { "0.01", 1 }, { "007.5", 750 },
		{ "999.99", 99999 }, { "-999.99", -99999 },
	};
	centi_t	got;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect(centi_parse(c[i].s, strlen(c[i].s), &got), "%s",
		    c[i].s);
		cr_expect_eq(got, c[i].want, "%s gave %d", c[i].s, got);
	}
}

Test(centi, refuses_text_that_is_no_plain_decimal)
{
	static const char *const c[] = {
		"", "-", "+", ".", ".5", "5.", "-.5", "--5", "+-5", " 5", "5 ",
		"5,0", "5e1", "0x10", "nan", "NaN", "inf", "-Infinity", "5..0",
		"5.0.0", "1000", "999.995", "-1000", "99999999999999999999",
		"-99999999999999999999.9", "5C", "5\xc2\xb0", "٥",
	};
	centi_t	got = 4711;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_not(centi_parse(c[i], strlen(c[i]), &got), "%s",
		    c[i]);
	cr_expect_not(centi_parse("5\0", 2, &got), "NUL inside");
	cr_expect_eq(got, 4711, "a refusal leaves the result alone");
}

Test(centi, ends_where_it_is_told)
{
	centi_t	got;

	cr_expect(centi_parse("12.345", 2, &got));
	cr_expect_eq(got, 1200);
}

Test(centi, writes_two_decimals_and_the_sign)
{
	static const struct { centi_t t; const char *want; } c[] = {
		{ 0, "0.00" }, { 1, "0.01" }, { -1, "-0.01" },
		{ -99, "-0.99" }, { 500, "5.00" }, { -1800, "-18.00" },
		{ CENTI_MAX, "999.99" }, { CENTI_MIN, "-999.99" },
		{ INT32_MIN, "-21474836.48" },
	};
	char	buf[CENTI_TEXT];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_str_eq(centi_format(c[i].t, buf), c[i].want);
}

Test(centi, reads_what_it_wrote)
{
	char	buf[CENTI_TEXT];
	centi_t	got;

	for (centi_t t = CENTI_MIN; t <= CENTI_MAX; t++) {
		centi_format(t, buf);
		cr_assert(centi_parse(buf, strlen(buf), &got), "%s", buf);
		cr_assert_eq(got, t, "%s", buf);
	}
}

Test(centi, takes_a_decoders_number_as_the_decimal_it_stands_for)
{
	static const struct { double c; centi_t want; } c[] = {
		{ 4.005, 401 }, { -4.005, -401 }, { 1.115, 112 },
		{ 2.675, 268 }, { 4.0049, 400 }, { -0.0, 0 }, { 0.1, 10 },
		{ 21.7, 2170 }, { 327.67, 32767 }, { -327.68, -32768 },
	};
	centi_t	got;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect(centi_from_celsius(c[i].c, &got), "%g", c[i].c);
		cr_expect_eq(got, c[i].want, "%g gave %d", c[i].c, got);
	}
}

Test(centi, refuses_numbers_that_are_no_temperature)
{
	static const double c[] = {
		NAN, INFINITY, -INFINITY, 1e300, -1e300, 6553.5, 1000.0,
		999.995,
	};
	centi_t	got;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_not(centi_from_celsius(c[i], &got), "%g", c[i]);
	cr_expect_not(centi_from_fahrenheit(NAN, &got));
	cr_expect_not(centi_from_fahrenheit(1900.0, &got));
}

Test(centi, converts_fahrenheit_without_drift)
{
	static const struct { double f; centi_t want; } c[] = {
		{ 41.0, 500 }, { 32.0, 0 }, { 0.0, -1778 }, { -20.0, -2889 },
		{ -10.0, -2333 }, { 212.0, 10000 }, { -40.0, -4000 },
		{ 41.009, 501 }, { 31.991, -1 }, { 135.0, 5722 },
	};
	centi_t	got;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect(centi_from_fahrenheit(c[i].f, &got));
		cr_expect_eq(got, c[i].want, "%g gave %d", c[i].f, got);
	}
}

Test(centi, takes_the_fahrenheit_that_people_type)
{
	static const struct { int32_t f; centi_t c; } c[] = {
		{ 3200, 0 }, { 4100, 500 }, { -4000, -4000 }, { 0, -1778 },
		{ 3201, 1 }, { 3199, -1 }, { 21200, 10000 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(centi_of_fahrenheit(c[i].f), c[i].c, "%d",
		    (int)c[i].f);
}

Test(centi, shows_in_fahrenheit_the_number_that_was_entered)
{
	cr_expect_eq(centi_to_fahrenheit(500), 4100);
	cr_expect_eq(centi_to_fahrenheit(-1778), 0);
	cr_expect_eq(centi_to_fahrenheit(-4000), -4000);
	for (int f = -200; f <= 400; f++) {
		centi_t	t;

		cr_assert(centi_from_fahrenheit(f, &t));
		cr_assert_eq((int)lround(centi_to_fahrenheit(t) / 100.0), f);
	}
}
