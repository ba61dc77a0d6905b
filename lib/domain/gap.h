/*
 * gap.h - the ledger of what is missing in units' curves, and of what other
 * sensors sent.
 *
 * What counts as a gap is decided in sql/functions/86-gaps.sql: a silence of
 * three expected intervals and no less than half an hour, as summary.h has it,
 * or frames missing by their counter. The ledger (reading_gaps) follows from
 * the readings, whoever stored them, and is made by rollup.h with its sums:
 * storing a reading costs nothing for it, and what comes late fills a gap by
 * being there. Whom to ask for what is missing is backfill.h's to decide.
 */
#ifndef FG_GAP_H
#define FG_GAP_H
#include "db/db.h"
#include "domain/period.h"

/* Queues that a unit's ledger is made anew for this window; as fg_jobs. */
void	 gap_survey(struct db *db, const struct uuid *organization,
	    const struct uuid *unit, struct period window, int64_t now_ms);

/* Makes it, of all the organization's units: so many in each statement that
 * none takes long. */
enum db_rc	 gap_survey_all(struct db *db, const struct uuid *organization,
		    struct period window, int64_t now_ms) must_check;

extern const struct db_stmt_list gap_stmts;

#endif
