#include "base/centi.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MICRO	1000000		/* per degree */

static bool
in_range(int64_t t, centi_t *out)
{
	if (t < CENTI_MIN || t > CENTI_MAX)
		return false;
	*out = (centi_t)t;
	return true;
}

/* n / d, half away from zero; d > 0. */
static int64_t
div_round(int64_t n, int64_t d)
{
	return n >= 0 ? (n + d / 2) / d : -((-n + d / 2) / d);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
centi_parse(const char *s, size_t len, centi_t *out)
{
	int64_t		 v = 0;
	size_t		 i = 0, first, decimals;
	bool		 negative = false;

	if (len > 0 && (s[0] == '-' || s[0] == '+'))
		negative = s[i++] == '-';
	for (first = i; i < len && is_digit(s[i]) && v <= CENTI_MAX; i++)
		v = v * 10 + (s[i] - '0');
	if (i == first || v > CENTI_MAX)
		return false;
	v *= 1000;		/* three decimals: the third decides rounding */
	if (i < len && s[i] == '.') {
		int64_t unit = 100;

		for (decimals = 0, i++; i < len && is_digit(s[i]); i++) {
			v += unit * (s[i] - '0');
			unit /= 10;
			decimals++;
		}
		if (decimals == 0)
			return false;
	}
	if (i != len)
		return false;
	v = div_round(v, 10);
	return in_range(negative ? -v : v, out);
}

const char *
centi_format(centi_t t, char buf[CENTI_TEXT])
{
	int64_t	v = t;

	snprintf(buf, CENTI_TEXT, "%s%lld.%02lld", v < 0 ? "-" : "",
	    llabs(v) / 100, llabs(v) % 100);
	return buf;
}

/* Whole millionths of a degree first: a decoder's 4.005 is the decimal its
 * maker wrote, not the binary fraction just below it. */
static bool
to_micro(double degrees, int64_t *out)
{
	if (!isfinite(degrees) || fabs(degrees) > CENTI_MAX)
		return false;
	*out = llround(degrees * MICRO);
	return true;
}

bool
centi_from_celsius(double c, centi_t *out)
{
	int64_t	micro;

	return to_micro(c, &micro) &&
	    in_range(div_round(micro, MICRO / 100), out);
}

bool
centi_from_fahrenheit(double f, centi_t *out)
{
	int64_t	micro;

	return to_micro(f, &micro) &&
	    in_range(div_round((micro - 32 * (int64_t)MICRO) * 5,
	    9 * (MICRO / 100)), out);
}

centi_t
centi_of_fahrenheit(int32_t f)
{
	return (centi_t)div_round(((int64_t)f - 3200) * 10, 18);
}

int32_t
centi_to_fahrenheit(centi_t t)
{
	return (int32_t)(div_round((int64_t)t * 9, 5) + 3200);
}
