#include "domain/trend.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS	3600000

/* Makes hour the newest, filling up with gaps. */
static void
shift_to(struct trend *t, int64_t hour)
{
	int64_t	by = hour - t->hour;
	int	drop;

	if (t->n == 0 || by >= TREND_HOURS) {
		memset(t, 0, sizeof(*t));
		t->hour = hour;
		return;
	}
	drop = t->n + (int)by - TREND_HOURS;
	if (drop > 0) {
		t->n -= drop;
		memmove(t->has, t->has + drop, (size_t)t->n * sizeof(t->has[0]));
		memmove(t->value, t->value + drop,
		    (size_t)t->n * sizeof(t->value[0]));
	}
	for (; by > 0; by--)
		t->has[t->n++] = false;
	t->hour = hour;
}

/* The day begins as many hours before the newest. */
static void
begin_at(struct trend *t, int hours)
{
	int	by = hours + 1 - t->n;

	if (by <= 0)
		return;
	memmove(t->has + by, t->has, (size_t)t->n * sizeof(t->has[0]));
	memmove(t->value + by, t->value, (size_t)t->n * sizeof(t->value[0]));
	memset(t->has, 0, (size_t)by * sizeof(t->has[0]));
	t->n += by;
}

static bool
fill(struct trend *t, int64_t hours, centi_t value)
{
	int	at;

	if (hours >= TREND_HOURS)
		return false;
	begin_at(t, (int)hours);
	at = t->n - 1 - (int)hours;
	if (t->has[at])
		return false;
	t->has[at] = true;
	t->value[at] = value;
	return true;
}

bool
trend_add(struct trend *t, int64_t at_ms, centi_t value)
{
	int64_t	hour = at_ms / HOUR_MS;

	if (t->n > 0 && hour < t->hour)
		return fill(t, t->hour - hour, value);
	if (t->n == 0 || hour > t->hour)
		shift_to(t, hour);
	if (t->n == 0)
		t->n = 1;
	t->has[t->n - 1] = true;
	t->value[t->n - 1] = value;
	return true;
}

void
trend_align(struct trend *t, int64_t now_ms)
{
	if (t->n > 0 && now_ms / HOUR_MS > t->hour)
		shift_to(t, now_ms / HOUR_MS);
}

const char *
trend_format(const struct trend *t, char buf[TREND_TEXT])
{
	int	len;

	buf[0] = '\0';
	if (t->n == 0)
		return buf;
	len = snprintf(buf, TREND_TEXT, "%" PRId64 ":", t->hour);
	for (int i = 0; i < t->n; i++) {
		if (i > 0)
			buf[len++] = ',';
		if (t->has[i])
			len += snprintf(buf + len, TREND_TEXT - (size_t)len,
			    "%d", (int)t->value[i]);
	}
	buf[len] = '\0';
	return buf;
}

bool
trend_parse(const char *s, struct trend *out)
{
	char	*end;
	long	 v;

	memset(out, 0, sizeof(*out));
	if (*s == '\0')
		return true;
	out->hour = strtoll(s, &end, 10);
	if (end == s || *end != ':' || out->hour < 0)
		goto bad;
	do {
		if (out->n == TREND_HOURS)
			goto bad;
		s = end + 1;
		v = strtol(s, &end, 10);
		out->has[out->n] = end != s;
		if (v < CENTI_MIN || v > CENTI_MAX)
			goto bad;
		out->value[out->n++] = (centi_t)v;
	} while (*end == ',');
	if (*end == '\0')
		return true;
bad:
	memset(out, 0, sizeof(*out));
	return false;
}
