/*
 * replay_run.h - works off what has been marked to be judged as history.
 *
 * Finds the units that late.h's marks are of, and those with an excursion that
 * lasted when it was last looked at and of which more is known now; replays
 * each from the newest checkpoint before its marks, a month of it in a
 * transaction, until it is where it was; keeps what that finds, and what the
 * door did. Nobody is alarmed, and no unit's state is touched; but who has a
 * page open about the unit sees it.
 *
 * A unit that somebody else works on is left for the next run; a run that is
 * killed has done the transactions that it has done. Doing it twice changes
 * nothing.
 */
#ifndef FG_REPLAY_RUN_H
#define FG_REPLAY_RUN_H
#include "db/db.h"
#include "domain/live.h"

#define REPLAY_RUN_MAX	5000	/* transactions; then the next run's */

struct replay_run {
	struct db	*db;		/* as fg_jobs */
	int64_t		 now_ms;
	bool		 dry_run;	/* look, and roll back */
	live_hear	*tell;		/* of units' histories; NULL: nobody */
	void		*arg;
	/* What it came to. */
	int64_t		 units, transactions, readings;
	int64_t		 found, corrected, withdrawn;
	int64_t		 failed;	/* units that could not be done */
	bool		 more;		/* is left */
};

enum db_rc	 replay_run(struct replay_run *r) must_check;

extern const struct db_stmt_list replay_run_stmts;

#endif
