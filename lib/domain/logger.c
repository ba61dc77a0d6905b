#include "domain/logger.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MINUTE_MS	INT64_C(60000)
#define DAY_MS		(1440 * MINUTE_MS)
#define COLDEST		(-10000)	/* no refrigerator is beyond these */
#define HOTTEST		15000

/* Beginnings of headings, of letters and digits alone in lower case. The
 * first that fits any heading wins. */
static const char *const known[LOGGER_COLUMN__MAX][8] = {
	[LOGGER_TIME] = { "timestamp", "datetime", "recordedat", "time",
	    "datumzeit", "zeit", "date" },
	[LOGGER_DATE] = { "date", "datum" },
	[LOGGER_TEMPERATURE] = { "temp", "celsius", "fahrenheit", "probe1",
	    "channel1", "ch1" },
	[LOGGER_HUMIDITY] = { "humidity", "relativehumidity", "rh", "hum" },
	[LOGGER_UNIT] = { "unit" },
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
trimmed(const char *text, size_t *len)
{
	while (*len > 0 && is_blank(*text))
		text++, (*len)--;
	while (*len > 0 && is_blank(text[*len - 1]))
		(*len)--;
	return text;
}

/* Whether the letters and digits of the heading begin with those. */
static bool
begins(const char *heading, const char *with)
{
	for (; *with != '\0'; with++, heading++) {
		while (*heading != '\0' && !isalnum((unsigned char)*heading))
			heading++;
		if (tolower((unsigned char)*heading) != *with)
			return false;
	}
	return true;
}

static size_t
find_exactly(const struct csv_record *rec, const char *heading)
{
	for (size_t i = 0; i < rec->n; i++) {
		size_t		 len = rec->field[i].len;
		const char	*text = trimmed(rec->field[i].text, &len);

		if (len == strlen(heading) &&
		    strncasecmp(text, heading, len) == 0)
			return i + 1;
	}
	return 0;
}

static size_t
find_known(const struct csv_record *rec, const char *const *headings)
{
	for (; *headings != NULL; headings++)
		for (size_t i = 0; i < rec->n; i++)
			if (begins(rec->field[i].text, *headings))
				return i + 1;
	return 0;
}

static enum logger_degrees
degrees_of(const char *heading)
{
	static const struct { const char *word; enum logger_degrees d; } w[] = {
		{ "fahrenheit", DEGREES_F }, { "\302\260F", DEGREES_F },
		{ "(F)", DEGREES_F }, { "[F]", DEGREES_F },
		{ "celsius", DEGREES_C }, { "\302\260C", DEGREES_C },
		{ "(C)", DEGREES_C }, { "[C]", DEGREES_C },
	};

	for (size_t i = 0; i < sizeof(w) / sizeof(w[0]); i++)
		if (strcasestr(heading, w[i].word) != NULL)
			return w[i].d;
	return DEGREES_UNSAID;
}

bool
logger_head(const struct csv_record *rec,
    const char *const wanted[LOGGER_COLUMN__MAX], struct logger_head *out)
{
	size_t	t;

	for (int i = 0; i < LOGGER_COLUMN__MAX; i++)
		out->at[i] = wanted[i] != NULL ? find_exactly(rec, wanted[i])
		    : find_known(rec, known[i]);
	for (int i = 0; i < LOGGER_COLUMN__MAX; i++)
		if (wanted[i] != NULL && out->at[i] == 0)
			return false;
	/* A heading that says both is no date beside a time. */
	if (wanted[LOGGER_DATE] == NULL && (wanted[LOGGER_TIME] != NULL ||
	    out->at[LOGGER_TIME] == 0 || !begins(rec->field[
	    out->at[LOGGER_TIME] - 1].text, "time") || begins(rec->field[
	    out->at[LOGGER_TIME] - 1].text, "timestamp")))
		out->at[LOGGER_DATE] = 0;
	t = out->at[LOGGER_TEMPERATURE];
	if (out->at[LOGGER_TIME] == 0 || t == 0 || t == out->at[LOGGER_TIME])
		return false;
	out->degrees = degrees_of(rec->field[t - 1].text);
	return true;
}

const char *
logger_field(const struct logger_head *h, const struct csv_record *rec,
    enum logger_column column, size_t *len)
{
	size_t	at = h->at[column];

	*len = 0;
	if (at == 0 || at > rec->n)
		return "";
	*len = rec->field[at - 1].len;
	return trimmed(rec->field[at - 1].text, len);
}

struct cursor {
	const char	*p, *end;
};

static bool
at_digit(const struct cursor *c)
{
	return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}

/* One to most digits; how many there were, 0: none, or more. */
static int
number(struct cursor *c, int most, int *v)
{
	int	n = 0;

	for (*v = 0; at_digit(c) && n < most; n++, c->p++)
		*v = *v * 10 + (*c->p - '0');
	return at_digit(c) ? 0 : n;
}

static bool
skip(struct cursor *c, const char *any)
{
	if (c->p == c->end || *c->p == '\0' || strchr(any, *c->p) == NULL)
		return false;
	c->p++;
	return true;
}

static bool
word(struct cursor *c, const char *w)
{
	size_t	len = strlen(w);

	if ((size_t)(c->end - c->p) < len || strncasecmp(c->p, w, len) != 0)
		return false;
	c->p += len;
	return true;
}

static int
month_named(struct cursor *c)
{
	static const char *const names[] = { "jan", "feb", "mar", "apr", "may",
	    "jun", "jul", "aug", "sep", "oct", "nov", "dec" };

	for (int i = 0; i < 12; i++)
		if (word(c, names[i]))
			return i + 1;
	return 0;
}

/* Days since the epoch (Hinnant's); -1: there is no such day. */
static int64_t
days_of(int y, int m, int d)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	bool		 leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	int64_t		 year = m <= 2 ? y - 1 : y, era, yoe, doy;

	if (y < 1970 || y > 2200 || m < 1 || m > 12 || d < 1 ||
	    d > days[m - 1] + (m == 2 && leap))
		return -1;
	era = year / 400;
	yoe = year - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

#define ODD	"the date is not one that is understood"

static const char *
date(struct cursor *c, enum logger_order order, int64_t *days)
{
	int	v[3], n[3], named = 0;
	char	sep[2] = "";

	n[0] = number(c, 4, &v[0]);
	if (n[0] == 0 || c->p == c->end || strchr("-/. ", *c->p) == NULL)
		return ODD;
	sep[0] = *c->p++;
	n[1] = number(c, 2, &v[1]);
	if (n[1] == 0)
		named = v[1] = month_named(c);
	if (v[1] == 0 || !skip(c, sep))
		return ODD;
	n[2] = number(c, 4, &v[2]);
	if (n[0] == 4)			/* the year stands first */
		*days = days_of(v[0], v[1], v[2]);
	else if (n[2] != 4 && n[2] != 2)
		return ODD;
	else {
		int	year = n[2] == 4 ? v[2] : 2000 + v[2];

		if (named == 0 && sep[0] != '.' && order == ORDER_UNSAID)
			return "is it the day or the month that comes first? "
			    "say --dates dmy or mdy";
		*days = named == 0 && order == ORDER_MDY
		    ? days_of(year, v[0], v[1]) : days_of(year, v[1], v[0]);
	}
	return *days < 0 ? "there is no such day" : NULL;
}

/* Behind the seconds; digits beyond the third do not count. */
static int
milliseconds(struct cursor *c)
{
	int	ms = 0, unit = 100;

	if (c->end - c->p < 2 || (*c->p != '.' && *c->p != ',') ||
	    c->p[1] < '0' || c->p[1] > '9')
		return 0;
	for (c->p++; at_digit(c); c->p++, unit /= 10)
		ms += unit * (*c->p - '0');
	return ms;
}

/* Hours of half a day, if it is said which half. */
static bool
half_day(struct cursor *c, int *hour)
{
	bool	pm;

	while (skip(c, " "))
		;
	pm = word(c, "pm") || word(c, "p.m.");
	if (!pm && !word(c, "am") && !word(c, "a.m."))
		return *hour <= 23;
	if (*hour < 1 || *hour > 12)
		return false;
	*hour = *hour % 12 + (pm ? 12 : 0);
	return true;
}

static const char *
clock_of(struct cursor *c, int64_t *ms)
{
	int	hour, minute, second = 0, part = 0;

	if (number(c, 2, &hour) == 0 || !skip(c, ":") ||
	    number(c, 2, &minute) != 2)
		return "there is no time of day";
	if (skip(c, ":")) {
		if (number(c, 2, &second) != 2)
			return "the seconds are not whole";
		part = milliseconds(c);
	}
	if (!half_day(c, &hour) || minute > 59 || second > 59)
		return "there is no such time of day";
	*ms = ((hour * 60 + minute) * INT64_C(60) + second) * 1000 + part;
	return NULL;
}

/* "Z", "+02:00", "-0500", " UTC"; or nothing. */
static bool
offset(struct cursor *c, struct logger_time *out)
{
	int	hours, minutes = 0, sign;

	while (skip(c, " "))
		;
	if (c->p == c->end)
		return true;
	out->has_offset = true;
	if (word(c, "utc") || word(c, "gmt") || word(c, "z"))
		if (c->p == c->end)
			return true;
	sign = c->p < c->end && *c->p == '-' ? -1 : 1;
	if (!skip(c, "+-") || c->end - c->p < 2)
		return false;
	hours = (c->p[0] - '0') * 10 + (c->p[1] - '0');
	if (!isdigit((unsigned char)c->p[0]) ||
	    !isdigit((unsigned char)c->p[1]))
		return false;
	c->p += 2;
	(void)skip(c, ":");
	if (c->p < c->end && number(c, 2, &minutes) != 2)
		return false;
	out->east_ms = sign * (hours * 60 + minutes) * MINUTE_MS;
	return hours <= 14 && minutes <= 59;
}

const char *
logger_time(const char *text, size_t len, enum logger_order order,
    struct logger_time *out)
{
	struct cursor	 c = { text, text + len };
	int64_t		 days = 0, ms = 0;
	const char	*why;

	*out = (struct logger_time){ .civil_ms = 0 };
	if (len == 0)
		return "there is no time";
	if ((why = date(&c, order, &days)) != NULL)
		return why;
	if (c.p < c.end && !skip(&c, "T ,"))
		return ODD;
	while (skip(&c, " "))
		;
	if ((why = clock_of(&c, &ms)) != NULL)
		return why;
	if (!offset(&c, out) || c.p != c.end)
		return "there is something behind the time of day";
	out->civil_ms = days * DAY_MS + ms;
	return NULL;
}

/* Takes what is at the end of the text, and the blanks before it. */
static bool
behind(const char *text, size_t *len, const char *what)
{
	size_t	n = strlen(what);

	if (*len < n || strncasecmp(text + *len - n, what, n) != 0)
		return false;
	*len -= n;
	(void)trimmed(text, len);
	while (*len > 0 && is_blank(text[*len - 1]))
		(*len)--;
	return true;
}

/* With a decimal comma as well as with a point. */
static bool
decimal(const char *text, size_t len, centi_t *out)
{
	char	 copy[24];
	char	*comma;

	if (len == 0 || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	comma = memchr(copy, ',', len);
	if (comma != NULL)
		*comma = '.';
	return centi_parse(copy, len, out);
}

const char *
logger_temperature(const char *text, size_t len, enum logger_degrees degrees,
    centi_t *out)
{
	enum logger_degrees said = DEGREES_UNSAID;

	if (len == 0)
		return "there is no temperature";
	if (behind(text, &len, "F"))
		said = DEGREES_F;
	else if (behind(text, &len, "C"))
		said = DEGREES_C;
	(void)behind(text, &len, "\302\260");
	if (said != DEGREES_UNSAID)
		degrees = said;
	if (!decimal(text, len, out))
		return "the temperature is not a number";
	if (degrees == DEGREES_UNSAID)
		return "are the degrees Celsius or Fahrenheit? say --degrees C "
		    "or F";
	if (degrees == DEGREES_F)
		*out = centi_of_fahrenheit(*out);
	if (*out < COLDEST || *out > HOTTEST)
		return "no refrigerator has that temperature";
	return NULL;
}

const char *
logger_humidity(const char *text, size_t len, bool *has, int32_t *cpct)
{
	(void)behind(text, &len, "%");
	*has = len > 0;
	*cpct = 0;
	if (*has && (!decimal(text, len, cpct) || *cpct < 0 || *cpct > 10000))
		return "the humidity is not 0 to 100 %";
	return NULL;
}
