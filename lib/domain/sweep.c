#include "domain/sweep.h"
#include "base/log.h"
#include "base/metrics.h"
#include <string.h>

#define ORGANIZATIONS_MAX	10000

static const struct db_stmt due_stmt = { "sweep_due", 2, 1,
	"SELECT DISTINCT organization_id FROM unit_state"
	" WHERE due_at <= from_epoch_ms($1::int8) LIMIT $2::int4" };

static const struct db_stmt lock_stmt = { "sweep_lock", 3, UNIT_WATCH_NCOLS,
	"SELECT" UNIT_WATCH_COLUMNS " FROM unit_state s" UNIT_WATCH_RULES
	" WHERE s.organization_id = $1::uuid"
	"   AND s.due_at <= from_epoch_ms($2::int8)"
	" ORDER BY s.due_at LIMIT $3::int4"
	"   FOR NO KEY UPDATE OF s SKIP LOCKED" };

/* Closed down since: nothing to watch until it is opened again. */
static const struct db_stmt retire_stmt = { "sweep_retire", 2, -1,
	"UPDATE unit_state SET due_at = NULL"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid" };

static const struct db_stmt *const stmts[] = {
	&due_stmt, &lock_stmt, &retire_stmt,
};
const struct db_stmt_list sweep_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* One batch of one organization. */
struct batch {
	struct sweep	*sweep;
	struct uuid	 organization;
	struct arena	 arena;
	struct live_list live;
	struct db_rows	 rows;
	struct effect_rows effects;
	int		 locked;	/* rows; fewer than asked: the last */
	int64_t		 moved, opened;
};

static void
count(struct batch *b, const struct engine_effects *effects)
{
	b->moved += effects->moved;
	for (int i = 0; i < effects->ops_n; i++)
		b->opened += effects->ops[i].kind == ENGINE_OP_OPEN;
}

/* Events leave when the list is full: a batch may have more than it holds. */
static void
tick(struct db *db, struct batch *b, struct unit_watch *w)
{
	static const struct unit_actor	system_actor;
	const struct engine_event	event = { .kind = ENGINE_TICK };
	const int64_t			now_ms = b->sweep->now_ms;
	struct engine_effects		effects;

	if (engine_step(&w->state, &w->rules, &event, now_ms, &effects) !=
	    ENGINE_OK)
		bug("the engine refused a tick");
	unit_effects_save(&b->effects, db, w, &effects, &system_actor, now_ms,
	    &b->live);
	unit_watch_add(&b->rows, w);
	count(b, &effects);
}

static enum db_rc
tick_all(struct db *db, struct batch *b, const PGresult *rows)
{
	struct unit_watch	w;

	for (int i = 0; i < PQntuples(rows); i++) {
		if (!unit_watch_map(rows, i, 0, b->sweep->now_ms, &w))
			return db_bad_row(&lock_stmt);
		if (w.active)
			tick(db, b, &w);
		else
			db_send(db, &retire_stmt, db_arg_uuid(&w.organization),
			    db_arg_uuid(&w.unit));
	}
	unit_effects_send(&b->effects, db, &b->organization);
	db_rows_send(&b->rows, db, &unit_watch_save,
	    db_arg_uuid(&b->organization));
	return DB_OK;
}

static enum db_rc
do_batch(struct db *db, void *arg)
{
	struct batch	*b = arg;
	PGresult	*rows = NULL;
	enum db_rc	 rc;

	b->live = (struct live_list){ .arena = &b->arena };
	b->moved = b->opened = 0;
	db_rows_clear(&b->rows);
	unit_effects_clear(&b->effects);
	rc = db_query(db, &lock_stmt, &rows, db_arg_uuid(&b->organization),
	    db_arg_i64(b->sweep->now_ms), db_arg_i64(SWEEP_BATCH));
	b->locked = PQntuples(rows);
	if (rc == DB_OK)
		rc = tick_all(db, b, rows);
	PQclear(rows);
	/* DB_NONE rolls back what a dry run decided. */
	return rc == DB_OK && b->sweep->dry_run ? DB_NONE : rc;
}

static enum db_rc
sweep_organization(struct sweep *s, const struct uuid *organization)
{
	struct batch	b = { .sweep = s, .organization = *organization };
	enum db_rc	rc;

	do {
		rc = db_tx(s->db, organization, NULL, do_batch, &b);
		if (rc != DB_OK && !(rc == DB_NONE && s->dry_run))
			break;
		s->units += b.locked;
		s->moved += b.moved;
		s->opened += b.opened;
		if (s->tell != NULL && !s->dry_run)
			s->tell(&b.live, s->arg);
		arena_clear(&b.arena);
	} while (b.locked == SWEEP_BATCH && !s->dry_run);
	arena_release(&b.arena);
	db_rows_release(&b.rows);
	unit_effects_release(&b.effects);
	return rc == DB_NONE && s->dry_run ? DB_OK : rc;
}

enum db_rc
sweep_run(struct sweep *s)
{
	PGresult	*due = NULL;
	struct uuid	 organization;
	enum db_rc	 rc;

	rc = db_query(s->db, &due_stmt, &due, db_arg_i64(s->now_ms),
	    db_arg_i64(ORGANIZATIONS_MAX));
	for (int i = 0; rc == DB_OK && i < PQntuples(due); i++) {
		if (!db_uuid(due, i, 0, &organization))
			rc = db_bad_row(&due_stmt);
		else if (sweep_organization(s, &organization) != DB_OK)
			s->failed++;
	}
	PQclear(due);
	metric_add(M_SWEEP_RUNS, 1);
	metric_add(M_SWEEP_UNITS, s->units);
	return rc;
}
