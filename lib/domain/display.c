#include "domain/display.h"
#include "base/when.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MINUS	"\342\210\222"
#define DEGREE	"\302\260"
#define DASH	"\342\200\223"

struct number {			/* the digits only, "-18.02" */
	char	s[24];
};

static struct number
number_of(centi_t t, bool fahrenheit)
{
	int32_t		v = fahrenheit ? centi_to_fahrenheit(t) : t;
	struct number	n;

	snprintf(n.s, sizeof(n.s), "%s%d.%02d", v < 0 ? MINUS : "",
	    (v < 0 ? -v : v) / 100, (v < 0 ? -v : v) % 100);
	return n;
}

static const char *
unit_of(bool fahrenheit)
{
	return fahrenheit ? DEGREE "F" : DEGREE "C";
}

const char *
display_temp(struct opt_centi v, bool fahrenheit, char buf[DISPLAY_TEXT])
{
	if (v.has)
		snprintf(buf, DISPLAY_TEXT, "%s %s",
		    number_of(v.t, fahrenheit).s, unit_of(fahrenheit));
	else
		snprintf(buf, DISPLAY_TEXT, DASH);
	return buf;
}

const char *
display_limits(struct opt_centi low, struct opt_centi high, bool fahrenheit,
    char buf[DISPLAY_TEXT])
{
	struct number	lo = number_of(low.t, fahrenheit);
	struct number	hi = number_of(high.t, fahrenheit);
	const char	*unit = unit_of(fahrenheit);

	if (low.has && high.has)
		snprintf(buf, DISPLAY_TEXT, "%s to %s %s", lo.s, hi.s, unit);
	else if (high.has)
		snprintf(buf, DISPLAY_TEXT, "at most %s %s", hi.s, unit);
	else if (low.has)
		snprintf(buf, DISPLAY_TEXT, "at least %s %s", lo.s, unit);
	else
		snprintf(buf, DISPLAY_TEXT, "no limits");
	return buf;
}

const char *
display_difference(struct opt_centi v, bool fahrenheit, char buf[DISPLAY_TEXT])
{
	int32_t	zero = centi_to_fahrenheit(0);

	if (!v.has)
		snprintf(buf, DISPLAY_TEXT, DASH);
	else if (fahrenheit)
		snprintf(buf, DISPLAY_TEXT, "%d.%02d " DEGREE "F",
		    (centi_to_fahrenheit(v.t) - zero) / 100,
		    (centi_to_fahrenheit(v.t) - zero) % 100);
	else
		snprintf(buf, DISPLAY_TEXT, "%d.%02d K", v.t / 100,
		    v.t % 100);
	return buf;
}

const char *
display_offset(centi_t offset, bool fahrenheit, char buf[DISPLAY_TEXT])
{
	const int32_t	v = fahrenheit ? centi_to_fahrenheit(offset) -
			    centi_to_fahrenheit(0) : offset;

	snprintf(buf, DISPLAY_TEXT, "%s%d.%02d %s", v < 0 ? MINUS : "+",
	    abs(v) / 100, abs(v) % 100, unit_of(fahrenheit));
	return buf;
}

const char *
display_signal(int32_t dbm, char buf[DISPLAY_TEXT])
{
	snprintf(buf, DISPLAY_TEXT, "%s%" PRId64 " dBm", dbm < 0 ? MINUS : "",
	    dbm < 0 ? -(int64_t)dbm : dbm);
	return buf;
}

const char *
display_time(int64_t at_ms, const char *zone, char buf[DISPLAY_TEXT])
{
	struct tm	tm;

	if (when_local(at_ms, zone, &tm))
		strftime(buf, DISPLAY_TEXT, "%-d %b %Y, %H:%M:%S", &tm);
	else if (when_local(at_ms, "UTC", &tm))
		strftime(buf, DISPLAY_TEXT, "%-d %b %Y, %H:%M:%S UTC", &tm);
	else
		when_format(at_ms, buf);
	return buf;
}
