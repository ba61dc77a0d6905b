/*
 * summary.h - what a unit's contents went through in a period, from readings.
 *
 * Joins history.h and exposure.h: decides that a silence of three expected
 * intervals, and no less than half an hour, is a gap, and that the limits are
 * those in force now. Within a transaction of the organization.
 */
#ifndef FG_SUMMARY_H
#define FG_SUMMARY_H
#include "domain/exposure.h"
#include "domain/history.h"
#include "domain/unit.h"

#define SUMMARY_DAYS	366	/* longest period */

/* How long a silence is one. */
int64_t		 summary_gap_ms(const struct unit *u);
/* *v, *n: the readings it was made of, some before the period, oldest first,
 * in the arena. */
enum db_rc	 summary_read(struct db *db, const struct history_of *of,
		    const struct unit *u, struct arena *arena,
		    struct history_point **v, size_t *n,
		    struct exposure *out) must_check;
/* The observed share of the period until now, in hundredths of a percent. */
int32_t		 summary_coverage(const struct exposure *e, int64_t now_ms);
struct json_object *summary_to_json(const struct exposure *e, int64_t now_ms);

#endif
