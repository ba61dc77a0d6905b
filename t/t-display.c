/* What people read: signs, units, limits, and the clock of the place. */
#include "domain/display.h"
#include <criterion/criterion.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define NONE		{ false, 0 }
#define T(t)		{ true, (t) }

Test(display, writes_a_temperature_with_sign_and_unit)
{
	static const struct {
		const char		*name;
		struct opt_centi	 v;
		bool			 fahrenheit;
		const char		*want;
	} c[] = {
		{ "none", NONE, false, "\u2013" },
		{ "none is none in any unit", NONE, true, "\u2013" },
		{ "zero", T(0), false, "0.00 °C" },
		{ "zero is a temperature", T(0), true, "32.00 °F" },
		{ "a true minus", T(-1802), false, "\u221218.02 °C" },
		{ "less than one below", T(-5), false, "\u22120.05 °C" },
		{ "the legal limit", T(500), true, "41.00 °F" },
		{ "below zero F", T(-1800), true, "\u22120.40 °F" },
		{ "the coldest", T(CENTI_MIN), true, "\u22121767.98 °F" },
	};
	char	buf[DISPLAY_TEXT];

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_str_eq(display_temp(c[i].v, c[i].fahrenheit, buf),
		    c[i].want, "%s: %s", c[i].name, buf);
}

Test(display, says_which_limits_there_are)
{
	static const struct {
		struct opt_centi	 low, high;
		bool			 fahrenheit;
		const char		*want;
	} c[] = {
		{ NONE, NONE, false, "no limits" },
		{ T(0), NONE, false, "at least 0.00 °C" },
		{ NONE, T(500), true, "at most 41.00 °F" },
		{ T(-2889), T(-1778), false,
		    "\u221228.89 to \u221217.78 °C" },
		{ T(CENTI_MIN), T(CENTI_MAX), true,
		    "\u22121767.98 to 1831.98 °F" },
	};
	char	buf[DISPLAY_TEXT];

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_str_eq(display_limits(c[i].low, c[i].high,
		    c[i].fahrenheit, buf), c[i].want);
}

Test(display, tells_the_time_of_the_place)
{
	static const struct {
		int64_t		 at_ms;
		const char	*zone;
		const char	*want;
	} c[] = {
		{ 1772435704148, "UTC", "2 Mar 2026, 07:15:04" },
		{ 1772435704148, "America/New_York", "2 Mar 2026, 02:15:04" },
		{ 1774746000000, "Europe/Berlin", "29 Mar 2026, 03:00:00" },
		{ 0, "UTC", "1 Jan 1970, 00:00:00" },
		{ 1772435704148, "Mars/Olympus", "2 Mar 2026, 07:15:04 UTC" },
		{ 1772435704148, "", "2 Mar 2026, 07:15:04 UTC" },
	};
	char	buf[DISPLAY_TEXT];

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_str_eq(display_time(c[i].at_ms, c[i].zone, buf),
		    c[i].want, "%s", c[i].zone);
}

Test(display, writes_a_signal_with_the_same_minus)
{
	char	text[DISPLAY_TEXT];

	cr_expect_str_eq(display_signal(-71, text), "\342\210\22271 dBm");
	cr_expect_str_eq(display_signal(0, text), "0 dBm");
	cr_expect_str_eq(display_signal(3, text), "3 dBm");
	cr_expect_str_eq(display_signal(INT32_MIN, text),
	    "\342\210\2222147483648 dBm");
}

Test(display, writes_an_offset_with_its_sign)
{
	static const struct {
		centi_t		 offset;
		bool		 fahrenheit;
		const char	*want;
	} c[] = {
		{ 30, false, "+0.30 \302\260C" },
		{ -30, false, "\342\210\2220.30 \302\260C" },
		{ 0, false, "+0.00 \302\260C" },
		{ -1000, false, "\342\210\22210.00 \302\260C" },
		{ 30, true, "+0.54 \302\260F" },
		{ -30, true, "\342\210\2220.54 \302\260F" },
	};
	char	text[DISPLAY_TEXT];

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_str_eq(display_offset(c[i].offset, c[i].fahrenheit,
		    text), c[i].want);
}
