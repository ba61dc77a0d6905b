/*
 * period.h - hours, days, weeks and months as a place counts them.
 *
 * Decides where a period begins: hours are those of UTC, everywhere; days are
 * the place's, from its midnight to the next (23 to 25 hours where clocks are
 * set); weeks begin on Monday; months are the calendar's. Pure. A zone that
 * the system does not know counts as UTC, so that sums exist at all.
 */
#ifndef FG_PERIOD_H
#define FG_PERIOD_H
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

#define PERIOD_HOUR_MS	INT64_C(3600000)
#define PERIOD_DAY_MS	(24 * PERIOD_HOUR_MS)

enum period_kind {
	PERIOD_HOUR,
	PERIOD_DAY,
	PERIOD_WEEK,
	PERIOD_MONTH,
	PERIOD__MAX
};

struct period {			/* from_ms is in it, to_ms is not */
	int64_t	from_ms, to_ms;
};

/* "hourly", "daily", ...: reading_metrics.granularity. */
const char	*period_name(enum period_kind kind);
/* When the period that at_ms lies in began; and when the next one begins. */
int64_t		 period_start(enum period_kind kind, int64_t at_ms,
		    const char *zone);
int64_t		 period_end(enum period_kind kind, int64_t at_ms,
		    const char *zone);
/* The first period's start at or after at_ms. */
int64_t		 period_ceil(enum period_kind kind, int64_t at_ms,
		    const char *zone);
/* Those that have an instant in common with of and end by until_ms, in order.
 * In the arena; of is at most PERIOD_DAYS_MAX days long. */
#define PERIOD_DAYS_MAX	800
size_t		 period_list(enum period_kind kind, struct period of,
		    int64_t until_ms, const char *zone, struct arena *arena,
		    struct period **v);
/* Whether every day of the period begins and ends on a whole hour of UTC. */
bool		 period_whole_hours(struct period of, const char *zone);

#endif
