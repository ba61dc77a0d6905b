/*
 * bucket.h - a long period of a unit's curve in pieces: min, max, mean, count.
 *
 * Decides how a period is cut (5 and 15 minutes and hours by the clock of UTC,
 * days by the site's) and from which level each piece is read: the coarsest
 * that is exact. A whole day that rollup.h has summed up is one row, a whole
 * hour another, the rest - the ends of the period, the last hours, what came
 * late and is not yet in the sums - the readings themselves. The outcome is
 * the same from every level.
 *
 * All of it runs within a transaction of the organization.
 */
#ifndef FG_BUCKET_H
#define FG_BUCKET_H
#include "domain/history.h"
#include "domain/period.h"

#define BUCKET_MINUTE	INT64_C(60000)
#define BUCKET_MAX	20000		/* in one answer */

struct bucket {			/* clipped to the period; n > 0 */
	int64_t	from_ms, to_ms;
	int64_t	n, sum;		/* of n hundredths of a degree */
	centi_t	low, high;
};

/* Oldest first; what is empty is left out. step_ms is a divisor of an hour, an
 * hour, or PERIOD_DAY_MS for the site's days. */
enum db_rc	 bucket_list(struct db *db, const struct history_of *of,
		    int64_t step_ms, const char *zone, struct arena *arena,
		    struct bucket **v, size_t *n) must_check;
/* How many there may be. */
int64_t		 bucket_count(const struct history_of *of, int64_t step_ms);
centi_t		 bucket_mean(const struct bucket *b);
/* The observed share in hundredths of a percent, 0 to 10000: readings against
 * those expected until the bucket's end or now, never more than all. */
int32_t		 bucket_coverage(const struct bucket *b, int64_t interval_ms,
		    int64_t now_ms);

/* From which level a part of a period is read. Pure. */
enum bucket_level { BUCKET_READINGS, BUCKET_HOURS, BUCKET_DAYS };
struct bucket_part {
	enum bucket_level	level;
	struct period		of;
};
#define BUCKET_PARTS	7
/* In time order, without a gap; summed_ms as rollup.h says. */
size_t		 bucket_plan(struct period of, int64_t step_ms,
		    const char *zone, int64_t summed_ms,
		    struct bucket_part parts[BUCKET_PARTS]);

void		 bucket_write_json(struct buf *out, const struct bucket *v,
		    size_t n, int64_t interval_ms, int64_t now_ms);
void		 bucket_write_csv(struct buf *out, const struct bucket *v,
		    size_t n, int64_t interval_ms, int64_t now_ms);

extern const struct db_stmt_list bucket_stmts;

#endif
