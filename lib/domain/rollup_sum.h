/*
 * rollup_sum.h - the sums of periods, made anew.
 *
 * Decides what a sum is made of. Hours are made of readings. They are those of
 * UTC, so a day is made of them where it begins and ends on one; where it does
 * not (Nepal, India, Lord Howe), of the whole hours within and of the readings
 * at its two ends. Weeks and months are made of days. A second sensor beside
 * the primary one is left out, as in history.h. When that is done is rollup.h,
 * whose transaction it is.
 */
#ifndef FG_ROLLUP_SUM_H
#define FG_ROLLUP_SUM_H
#include "db/db.h"
#include "domain/period.h"

struct rollup_of {			/* plain value */
	struct uuid	 organization;
	struct uuid	 unit;		/* nil: all that have the zone */
	const char	*zone;		/* NULL: whichever they have */
};

/* Queued; what was there of these periods goes. The rows that are made are
 * added to *rows. */
void	 rollup_sum(struct db *db, const struct rollup_of *of,
	    enum period_kind kind, const struct period *v, size_t n,
	    int64_t *rows);

extern const struct db_stmt_list rollup_sum_stmts;

#endif
