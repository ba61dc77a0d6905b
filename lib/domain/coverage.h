/*
 * coverage.h - how much of a period a unit was observed.
 *
 * Decides what the ledger of gaps (gap.h) means in time: a reading holds until
 * the next one; where that is further away than a gap, for one expected
 * interval, and then nobody knew. Frames missing within less are counted, but
 * leave nobody blind. A unit is observable from when it was made or first
 * measured, whichever is earlier, until now; before its first reading nobody
 * knew either. All in instants, so that days of 23 or 25 hours are as long as
 * they are.
 */
#ifndef FG_COVERAGE_H
#define FG_COVERAGE_H
#include "base/arena.h"
#include "db/db.h"
#include "domain/history.h"
#include "domain/period.h"
#include "domain/unit.h"

struct coverage_gap {		/* between two readings */
	int64_t	from_ms, to_ms;	/* to_ms 0: it goes on */
	int32_t	frames;		/* lost by the way; -1: unknown */
	bool	open;		/* somebody may still be asked for them */
};

struct coverage_of {		/* what is known of a unit */
	struct period	period;		/* asked for */
	int64_t		now_ms;
	int64_t		made_ms;	/* observable since; at the latest */
	int64_t		first_ms;	/* of all its readings; 0: none */
	int64_t		interval_ms;	/* expected between readings */
	int64_t		gap_ms;		/* a longer silence is one */
	bool		has_sensor;
};

struct coverage {
	struct period	of;		/* clipped: to_ms <= from_ms: nothing
					 * to observe in the period asked for */
	bool		by_hand;	/* nobody but people measure here; then
					 * nothing below counts */
	int64_t		observed_ms;
	struct period	longest;	/* blind; from == to: never */
	int64_t		gaps;		/* times blind */
	int64_t		frames;		/* lost, as far as known */
	int64_t		open;		/* gaps that may still be filled */
};

/* Gaps in time order, apart from each other. */
void		 coverage_compute(const struct coverage_of *of,
		    const struct coverage_gap *v, size_t n,
		    struct coverage *out);
/* In hundredths of a per cent: 10000 only if never blind, 0 only if always. */
int32_t		 coverage_percent(const struct coverage *c);

/* From the ledger; within a transaction of the organization. */
enum db_rc	 coverage_read(struct db *db, const struct history_of *of,
		    const struct unit *u, int64_t now_ms, struct arena *arena,
		    struct coverage *out) must_check;
struct json_object *coverage_to_json(const struct coverage *c);

extern const struct db_stmt_list coverage_stmts;

#endif
