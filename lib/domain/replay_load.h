/*
 * replay_load.h - what a unit is replayed from, and what is kept of it.
 *
 * Decides what counts as measured (readings, changes of the door, logs by
 * hand), by which rules each time is judged (those of that time, as far as the
 * history of rules knows them; what place the unit stood in is today's), which
 * alerts told of an excursion in time, and where a replay can begin.
 *
 * All of it runs in a transaction that holds the unit's lock.
 */
#ifndef FG_REPLAY_LOAD_H
#define FG_REPLAY_LOAD_H
#include "db/db.h"
#include "domain/replay.h"

struct replay_of {		/* plain value */
	struct uuid	organization, unit;
};

/* Of more, it ends before the last of them. */
#define REPLAY_ITEMS_MAX	200000

/* The newest checkpoint that a change from from_ms on leaves as it is, or a
 * state before the unit's first reading, which is of *oldest_ms: those before
 * it may have been dropped. DB_NONE: there is no reading. */
enum db_rc	 replay_load_start(struct db *db, const struct replay_of *of,
		    int64_t from_ms, struct replay *out, int64_t *oldest_ms)
		    must_check;
/* From r->at_ms up to w->until_ms, which it may bring forward; all of it in
 * w->arena. */
enum db_rc	 replay_load(struct db *db, const struct replay_of *of,
		    const struct replay *r, struct replay_work *w) must_check;
/* Queues: checkpoints behind start_ms up to before r->at_ms become w's. */
void		 replay_save(struct db *db, const struct replay_of *of,
		    int64_t start_ms, const struct replay *r,
		    const struct replay_work *w);

extern const struct db_stmt_list replay_load_stmts;

#endif
