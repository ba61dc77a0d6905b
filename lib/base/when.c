#include "base/when.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_DAY	INT64_C(86400000)
#define FIRST_MS	INT64_C(-62167219200000) /* 0000-01-01T00:00:00Z */
#define LAST_MS		INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define ZONE_DIR	"/usr/share/zoneinfo/"
#define ZONE_MAX	64	/* longest name; IANA's have at most 32 */
#define ZONE_CACHE	16

/* Howard Hinnant's civil calendar arithmetic, years beginning in March. */
static int64_t
days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t	era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
civil_from_days(int64_t days, int64_t *y, int *m, int *d)
{
	int64_t	era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

static int
month_days(int y, int m)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

	return m == 2 && leap ? 29 : days[m - 1];
}

struct cursor {
	const char	*p, *end;
	bool		 ok;	/* sticky: false once something did not fit */
};

static void
expect(struct cursor *c, char want)
{
	c->ok = c->ok && c->p < c->end && *c->p == want;
	if (c->ok)
		c->p++;
}

/* Exactly n digits, their value within min..max. */
static int
digits(struct cursor *c, int n, int min, int max)
{
	int	v = 0;

	for (; n > 0; n--, c->p++) {
		c->ok = c->ok && c->p < c->end && *c->p >= '0' &&
		    *c->p <= '9';
		if (!c->ok)
			return min;
		v = v * 10 + (*c->p - '0');
	}
	c->ok = v >= min && v <= max;
	return v;
}

/* ".1" to ".123456789", or nothing, as milliseconds. */
static int
fraction(struct cursor *c)
{
	int	ms = 0, unit = 100, n;

	if (!c->ok || c->p == c->end || *c->p != '.')
		return 0;
	for (n = 0, c->p++; c->p < c->end && *c->p >= '0' && *c->p <= '9';
	    n++, c->p++) {
		ms += unit * (*c->p - '0');
		unit /= 10;
	}
	c->ok = n >= 1 && n <= 9;
	return ms;
}

/* "Z", "+05:30" or "-08:00", as minutes east of Greenwich. */
static int
offset(struct cursor *c)
{
	int	sign, minutes;

	if (!c->ok || c->p >= c->end) {
		c->ok = false;
		return 0;
	}
	if (*c->p == 'Z') {
		c->p++;
		return 0;
	}
	sign = *c->p == '-' ? -1 : 1;
	c->ok = *c->p == '-' || *c->p == '+';
	c->p++;
	minutes = digits(c, 2, 0, 23) * 60;
	expect(c, ':');
	return sign * (minutes + digits(c, 2, 0, 59));
}

bool
when_parse(const char *s, size_t len, int64_t *out_ms)
{
	struct cursor	c = { s, s + len, true };
	int		y, m, d, hour, min, sec, ms, east;
	int64_t		at;

	y = digits(&c, 4, 1969, 2201);
	expect(&c, '-');
	m = digits(&c, 2, 1, 12);
	expect(&c, '-');
	d = digits(&c, 2, 1, c.ok ? month_days(y, m) : 31);
	expect(&c, 'T');
	hour = digits(&c, 2, 0, 23);
	expect(&c, ':');
	min = digits(&c, 2, 0, 59);
	expect(&c, ':');
	sec = digits(&c, 2, 0, 59);
	ms = fraction(&c);
	east = offset(&c);
	if (!c.ok || c.p != c.end)
		return false;
	at = days_from_civil(y, m, d) * MS_PER_DAY +
	    ((hour * 60 + min - east) * INT64_C(60) + sec) * 1000 + ms;
	if (at < 0 || at > WHEN_MAX_MS)
		return false;
	*out_ms = at;
	return true;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* n digits of v, then the character behind them. Returns what follows. */
static char *
put_digits(char *p, int64_t v, int n, char behind)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
	p[n] = behind;
	return p + n + 1;
}

const char *
when_format(int64_t at_ms, char buf[WHEN_TEXT])
{
	int64_t	days, y;
	int	ms, m, d;
	char	*p = buf;

	at_ms = at_ms < FIRST_MS ? FIRST_MS : at_ms > LAST_MS ? LAST_MS : at_ms;
	days = floor_div(at_ms, MS_PER_DAY);
	ms = (int)(at_ms - days * MS_PER_DAY);
	civil_from_days(days, &y, &m, &d);
	p = put_digits(p, y, 4, '-');
	p = put_digits(p, m, 2, '-');
	p = put_digits(p, d, 2, 'T');
	p = put_digits(p, ms / 3600000, 2, ':');
	p = put_digits(p, ms / 60000 % 60, 2, ':');
	p = put_digits(p, ms / 1000 % 60, 2, '.');
	p = put_digits(p, ms % 1000, 3, 'Z');
	*p = '\0';
	return buf;
}

/* A name fit to follow ZONE_DIR: parts of letters, digits, '_', '+', '-',
 * each beginning with a letter, so that no path leads out of it. The first
 * is upper case: "posix/..." and "right/..." repeat the tree, the latter
 * counting leap seconds, and "localtime" is no place. */
static bool
zone_name_ok(const char *zone)
{
	size_t	len = strlen(zone);
	bool	first = true;

	if (len == 0 || len > ZONE_MAX || zone[0] < 'A' || zone[0] > 'Z' ||
	    zone[len - 1] == '/')
		return false;
	for (const char *p = zone; *p != '\0'; p++) {
		bool alpha = (*p >= 'A' && *p <= 'Z') ||
		    (*p >= 'a' && *p <= 'z');
		bool inner = (*p >= '0' && *p <= '9') || *p == '_' ||
		    *p == '+' || *p == '-' || *p == '/';

		if (!alpha && (first || !inner))
			return false;
		first = *p == '/';
	}
	return true;
}

static bool
zone_file_exists(const char *zone)
{
	char	 path[sizeof(ZONE_DIR) + ZONE_MAX];
	char	 magic[4];
	FILE	*f;
	bool	 ok;

	snprintf(path, sizeof(path), ZONE_DIR "%s", zone);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	ok = fread(magic, sizeof(magic), 1, f) == 1 &&
	    memcmp(magic, "TZif", sizeof(magic)) == 0;
	fclose(f);
	return ok;
}

bool
when_zone_known(const char *zone)
{
	static char	known[ZONE_CACHE][ZONE_MAX + 1];
	static size_t	next;

	if (!zone_name_ok(zone))
		return false;
	for (size_t i = 0; i < ZONE_CACHE; i++)
		if (strcmp(known[i], zone) == 0)
			return true;
	if (!zone_file_exists(zone))
		return false;
	snprintf(known[next], sizeof(known[next]), "%s", zone);
	next = (next + 1) % ZONE_CACHE;
	return true;
}

/* Makes zone the one that localtime_r() and mktime() use. */
static bool
zone_select(const char *zone)
{
	static char	current[ZONE_MAX + 1];
	char		tz[sizeof(ZONE_DIR) + ZONE_MAX + 1];

	if (current[0] != '\0' && strcmp(current, zone) == 0)
		return true;
	if (!when_zone_known(zone))
		return false;
	snprintf(tz, sizeof(tz), ":" ZONE_DIR "%s", zone);
	setenv("TZ", tz, 1);
	tzset();
	snprintf(current, sizeof(current), "%s", zone);
	return true;
}

bool
when_local(int64_t at_ms, const char *zone, struct tm *out)
{
	time_t	t = floor_div(at_ms, 1000);

	return zone_select(zone) && localtime_r(&t, out) != NULL;
}

static bool
same_day(time_t t, const struct tm *day)
{
	struct tm	tm;

	return localtime_r(&t, &tm) != NULL && tm.tm_yday == day->tm_yday &&
	    tm.tm_year == day->tm_year;
}

bool
when_day_start(int64_t at_ms, const char *zone, int64_t *out_ms)
{
	struct tm	day;
	time_t		before, in;	/* an instant not in the day, and one */

	if (!when_local(at_ms, zone, &day))
		return false;
	in = floor_div(at_ms, 1000);
	before = in - 2 * 24 * 60 * 60;
	while (in - before > 1) {
		time_t mid = before + (in - before) / 2;

		if (same_day(mid, &day))
			in = mid;
		else
			before = mid;
	}
	*out_ms = (int64_t)in * 1000;
	return true;
}

/* Milliseconds east of Greenwich at the instant. */
static bool
east_at(int64_t at_ms, const char *zone, int64_t *east_ms)
{
	struct tm	tm;

	if (!when_local(at_ms, zone, &tm))
		return false;
	*east_ms = (int64_t)tm.tm_gmtoff * 1000;
	return true;
}

int
when_from_local(int64_t civil_ms, const char *zone, int64_t at[2])
{
	int64_t	before, after, now;
	bool	first, second;

	/* No place sets its clocks twice in two days. */
	if (!east_at(civil_ms - MS_PER_DAY, zone, &before) ||
	    !east_at(civil_ms + MS_PER_DAY, zone, &after))
		return -1;
	at[0] = civil_ms - before;
	at[1] = civil_ms - after;
	if (before == after)
		return 1;
	first = east_at(at[0], zone, &now) && now == before;
	second = east_at(at[1], zone, &now) && now == after;
	if (second && !first)
		at[0] = at[1];
	return first + second;
}

static const struct {
	int64_t		 s;
	const char	*sign, *word;
} units[] = {
	{ 86400, "d", "day" }, { 3600, "h", "hour" }, { 60, "min", "minute" },
	{ 1, "s", "second" },
};
#define NUNITS	(sizeof(units) / sizeof(units[0]))

const char *
when_age(int64_t age_ms, char buf[WHEN_TEXT])
{
	int64_t	s = age_ms > 0 ? age_ms / 1000 : 0, rest;
	size_t	i = 0;
	int	n;

	while (s < units[i].s && units[i].s > 1)
		i++;
	n = snprintf(buf, WHEN_TEXT, "%" PRId64 " %s", s / units[i].s,
	    units[i].sign);
	if (units[i].s <= 60)
		return buf;
	rest = s % units[i].s / units[i + 1].s;
	if (rest > 0)
		snprintf(buf + n, WHEN_TEXT - (size_t)n, " %" PRId64 " %s",
		    rest, units[i + 1].sign);
	return buf;
}

const char *
when_duration(int64_t s, char buf[WHEN_DURATION_TEXT])
{
	size_t	len = 0;

	if (s <= 0)
		snprintf(buf, WHEN_DURATION_TEXT, "0 minutes");
	for (size_t i = 0; i < NUNITS && s > 0; s %= units[i++].s) {
		int64_t	n = s / units[i].s;

		if (n > 0)
			len += (size_t)snprintf(buf + len,
			    WHEN_DURATION_TEXT - len, "%s%" PRId64 " %s%s",
			    len > 0 ? " " : "", n, units[i].word,
			    n == 1 ? "" : "s");
	}
	return buf;
}
