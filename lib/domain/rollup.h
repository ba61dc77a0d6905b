/*
 * rollup.h - reading_metrics: hours, days, weeks and months of readings, summed.
 *
 * Decides what is summed up, and when. Of an organization everything before
 * one instant (reading_rollups.until) is: rollup_run() moves it on hour by
 * hour, all units at once. Days, weeks and months are those of the site
 * (period.h), and exist once they have ended. What is stored for an hour that
 * has ended leaves a mark beside it (reading_rollup_marks); the unit's sums
 * from there on count as unknown (bucket.h reads the readings) until the next
 * run has made its window anew.
 *
 * What a sum is made of is rollup_sum.h. The ledger of gaps (gap.h) is made
 * with them, of the same windows.
 *
 * Every transaction is one window of one organization: what is made anew is
 * deleted first, so doing it twice changes nothing, and being killed leaves
 * the window as it was.
 */
#ifndef FG_ROLLUP_H
#define FG_ROLLUP_H
#include "db/db.h"

/*
 * For those who store readings, in the transaction that stores them. now_ms is
 * the clock of that transaction, which must end within ROLLUP_GRACE_MS. One
 * mark covers any number of readings: from the oldest late one to the newest.
 * Nothing is to be done for a reading that is not late.
 */
#define ROLLUP_GRACE_MS	INT64_C(300000)
bool		 rollup_is_late(int64_t recorded_at_ms, int64_t now_ms);
/* Queued; nothing to receive. */
void		 rollup_mark(struct db *db, const struct uuid *organization,
		    const struct uuid *unit, int64_t from_ms, int64_t to_ms);
/* What it queues: organization, unit, from_ms, to_ms. */
extern const struct db_stmt rollup_mark_stmt;

struct rollup {
	struct db	*db;		/* as fg_jobs */
	int64_t		 now_ms;
	bool		 dry_run;	/* count what there is to do */
	/* What it came to. */
	int64_t		 windows;	/* transactions */
	int64_t		 late_units;	/* whose windows were made anew */
	int64_t		 rows;		/* of all granularities */
	int64_t		 failed;	/* organizations that could not be done */
};

/* DB_OK also when some organizations failed: they are counted, and go on where
 * they are the next time. */
enum db_rc	 rollup_run(struct rollup *r) must_check;

extern const struct db_stmt_list rollup_stmts;

#endif
