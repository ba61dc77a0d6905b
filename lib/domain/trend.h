/*
 * trend.h - a unit's last day at a glance: one temperature an hour.
 *
 * The newest reading of each of the last 24 hours, kept in unit_state.trend so
 * that a wall of 500 units needs no reading but its state. For the eye only:
 * what reports and charts show comes from the readings.
 */
#ifndef FG_TREND_H
#define FG_TREND_H
#include "base/centi.h"

#define TREND_HOURS	24
#define TREND_TEXT	(24 + TREND_HOURS * 7)

struct trend {			/* plain value */
	int64_t	hour;		/* of the newest value, since the epoch */
	int	n;		/* values, the newest last; 0: none yet */
	bool	has[TREND_HOURS];
	centi_t	value[TREND_HOURS];
};

/* Into an hour before the newest only where that has none yet, for of what
 * comes late nobody knows whether it is the newest. Whether t is another now. */
bool	trend_add(struct trend *t, int64_t at_ms, centi_t value);
/* The values of the last 24 hours before now, a missing hour being a gap:
 * shifted so that the last is the hour of now_ms. */
void	trend_align(struct trend *t, int64_t now_ms);
/* "487213:412,,398"; "" for none. Returns buf. */
const char *trend_format(const struct trend *t, char buf[TREND_TEXT]);
/* False, and an empty trend, for anything else. */
bool	trend_parse(const char *s, struct trend *out);

#endif
