/*
 * when.h - instants as text, and the civil time of a place.
 *
 * An instant is int64_t milliseconds since the epoch, UTC. Text is RFC 3339
 * (0 to 9 decimals, cut to milliseconds), years 1970 to 2200. Zones are IANA
 * names as the system's zone files know them; an unknown name is an error,
 * never silently UTC. The process's TZ variable belongs to this module.
 */
#ifndef FG_WHEN_H
#define FG_WHEN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define WHEN_TEXT	40
#define WHEN_DURATION_TEXT	80
#define WHEN_MAX_MS	INT64_C(7289654399999)	/* 2200-12-31T23:59:59.999Z */

bool	 when_parse(const char *s, size_t len, int64_t *out_ms);
/* "2026-03-02T06:15:04.148Z"; beyond the years 0 to 9999, their first or last
 * instant. Returns buf. */
const char *when_format(int64_t at_ms, char buf[WHEN_TEXT]);
bool	 when_zone_known(const char *zone);
/* Civil time of the instant at the place; tm_gmtoff and tm_zone are set.
 * tm_zone lives until another zone is asked for. */
bool	 when_local(int64_t at_ms, const char *zone, struct tm *out);
/* The first instant of the place's day, DST-safe: midnight, or whenever the
 * clocks were set forward over it. */
bool	 when_day_start(int64_t at_ms, const char *zone, int64_t *out_ms);
/* The instants at which the place's clocks show a civil time, given as if it
 * were UTC's: one; two (at[0] first) where clocks are set back; or none where
 * they are set forward, and then at[0] is what a clock that was not set yet
 * means by it. -1: no such zone. */
int	 when_from_local(int64_t civil_ms, const char *zone, int64_t at[2]);
/* How old something is, for where room is dear and the clock ticks: "42 s",
 * "7 min", "3 h 5 min", "2 d 4 h". Returns buf. */
const char *when_age(int64_t age_ms, char buf[WHEN_TEXT]);
/* How long something takes, in words and to the second: "5 minutes",
 * "4 hours", "1 day 30 seconds"; "0 minutes". Returns buf. */
const char *when_duration(int64_t s, char buf[WHEN_DURATION_TEXT]);

#endif
