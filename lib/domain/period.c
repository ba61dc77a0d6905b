#include "domain/period.h"
#include "base/when.h"
#include <time.h>

#define HALF_DAY_MS	(PERIOD_DAY_MS / 2)

const char *
period_name(enum period_kind kind)
{
	static const char *const names[PERIOD__MAX] = {
		"hourly", "daily", "weekly", "monthly",
	};

	return names[kind];
}

static int64_t
floor_to(int64_t at_ms, int64_t step)
{
	return at_ms - (at_ms % step + step) % step;
}

static int64_t
day_start(int64_t at_ms, const char *zone)
{
	int64_t	start;

	return when_day_start(at_ms, zone, &start) ? start :
	    floor_to(at_ms, PERIOD_DAY_MS);
}

static struct tm
civil(int64_t at_ms, const char *zone)
{
	struct tm	tm = { 0 };

	if (!when_local(at_ms, zone, &tm))
		(void)when_local(at_ms, "UTC", &tm);
	return tm;
}

/* From the middle of the day, where clocks that were set do not lead into
 * another one. */
static int64_t
days_before(int64_t start_ms, int days, const char *zone)
{
	return days == 0 ? start_ms : day_start(start_ms + HALF_DAY_MS -
	    days * PERIOD_DAY_MS, zone);
}

int64_t
period_start(enum period_kind kind, int64_t at_ms, const char *zone)
{
	struct tm	tm;

	switch (kind) {
	case PERIOD_DAY:
		return day_start(at_ms, zone);
	case PERIOD_WEEK:
		tm = civil(at_ms, zone);
		return days_before(day_start(at_ms, zone),
		    (tm.tm_wday + 6) % 7, zone);
	case PERIOD_MONTH:
		tm = civil(at_ms, zone);
		return days_before(day_start(at_ms, zone), tm.tm_mday - 1,
		    zone);
	default:
		return floor_to(at_ms, PERIOD_HOUR_MS);
	}
}

int64_t
period_end(enum period_kind kind, int64_t at_ms, const char *zone)
{
	static const int	days[PERIOD__MAX] = { 0, 1, 7, 31 };
	int64_t			start = period_start(kind, at_ms, zone);

	if (kind == PERIOD_HOUR)
		return start + PERIOD_HOUR_MS;
	/* Behind its end by half a day, or a short month by four. */
	return period_start(kind, start + days[kind] * PERIOD_DAY_MS +
	    HALF_DAY_MS, zone);
}

int64_t
period_ceil(enum period_kind kind, int64_t at_ms, const char *zone)
{
	int64_t	start = period_start(kind, at_ms, zone);

	return start == at_ms ? start : period_end(kind, at_ms, zone);
}

size_t
period_list(enum period_kind kind, struct period of, int64_t until_ms,
    const char *zone, struct arena *arena, struct period **v)
{
	int64_t	length = kind == PERIOD_HOUR ? PERIOD_HOUR_MS :
		    PERIOD_DAY_MS - 2 * PERIOD_HOUR_MS;
	size_t	max = (size_t)((of.to_ms - of.from_ms) / length) + 3, n = 0;
	int64_t	at = period_start(kind, of.from_ms, zone), end;

	*v = arena_alloc(arena, max * sizeof(**v));
	for (; at < of.to_ms && n < max; at = end) {
		end = period_end(kind, at, zone);
		if (end > until_ms)
			break;
		(*v)[n++] = (struct period){ at, end };
	}
	return n;
}

/* One look a day: an offset that lasts less moves no midnight. */
bool
period_whole_hours(struct period of, const char *zone)
{
	for (int64_t at = of.from_ms; at < of.to_ms + PERIOD_DAY_MS;
	    at += PERIOD_DAY_MS)
		if (civil(at, zone).tm_gmtoff % (PERIOD_HOUR_MS / 1000) != 0)
			return false;
	return true;
}
