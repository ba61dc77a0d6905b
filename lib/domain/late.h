/*
 * late.h - what is stored after its time, and who has to hear of it.
 *
 * Decides when a reading is long past, and leaves marks for those who look at
 * history again: sums of hours that have ended (rollup.h), and readings that
 * nobody has judged, or only quietly (replay_run.h). Judges nothing itself.
 *
 * What is long past alarms nobody. It is news for a unit only in the company
 * of a reading that is fresh (unit_step.h).
 */
#ifndef FG_LATE_H
#define FG_LATE_H
#include "db/rows.h"

/* As late as a manual log may be before it counts as entered late. A sensor
 * that reports more seldom has nothing newer to say until its interval is over:
 * then that is the limit. */
#define LATE_MS	INT64_C(900000)		/* 15 minutes */
bool	 late_is(int64_t recorded_at_ms, int64_t now_ms, int interval_s);

struct late_span {		/* both ends within; to_ms 0: nothing */
	int64_t	from_ms, to_ms;
};

struct late_marks {		/* zeroed at first */
	struct db_rows	 rows;
	struct uuid	 unit;		/* of these two */
	struct late_span sums, judging;
};

/* A reading of the unit, and whether it was judged when it was time. Readings
 * of one unit that follow each other are one mark. */
void	 late_add(struct late_marks *l, const struct uuid *unit,
	    int64_t recorded_at_ms, int64_t now_ms, bool judged);
/* The same of one that nobody has summed up or judged, whenever it was. */
void	 late_add_history(struct late_marks *l, const struct uuid *unit,
	    int64_t recorded_at_ms);
/* Queues the marks, which are of this organization; clears l. */
void	 late_send(struct late_marks *l, struct db *db,
	    const struct uuid *organization);
void	 late_clear(struct late_marks *l);
void	 late_release(struct late_marks *l);

/* A span of a unit's to be judged as history: organization, unit, from_ms,
 * to_ms. */
extern const struct db_stmt late_mark_stmt;
extern const struct db_stmt_list late_stmts;

#endif
