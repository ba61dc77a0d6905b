/*
 * sweep.h - what time alone does to units: silence, confirmation, doors.
 *
 * Finds the units whose due time has come, without locking, then takes them
 * organization by organization in bounded batches, skipping what somebody else
 * holds, and lets the engine tick. A unit is due again when the engine says.
 */
#ifndef FG_SWEEP_H
#define FG_SWEEP_H
#include "domain/unit_effects.h"

#define SWEEP_BATCH	200	/* units per transaction */

struct sweep {
	struct db	*db;
	int64_t		 now_ms;
	bool		 dry_run;	/* decide, then roll back */
	/* Called after each commit with what is to be told. May be NULL. */
	void		(*tell)(const struct live_list *live, void *arg);
	void		*arg;
	/* What it came to. */
	int64_t		 units;		/* looked at */
	int64_t		 moved;		/* changed their status */
	int64_t		 opened;	/* alerts */
	int64_t		 failed;	/* organizations that could not be done */
};

/* DB_OK also when some organizations failed: they are counted, and due. */
enum db_rc	 sweep_run(struct sweep *s) must_check;

extern const struct db_stmt_list sweep_stmts;

#endif
