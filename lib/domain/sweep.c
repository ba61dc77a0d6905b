#include "domain/sweep.h"
#include "base/log.h"
#include "base/metrics.h"
#include <string.h>

#define ORGANIZATIONS_MAX	10000
#define IDS_MAX			(SWEEP_BATCH * UUID_TEXT + 2)

static const struct db_stmt due_stmt = { "sweep_due", 2, 1,
	"SELECT DISTINCT organization_id FROM unit_state"
	" WHERE due_at <= from_epoch_ms($1::int8) LIMIT $2::int4" };

static const struct db_stmt lock_stmt = { "sweep_lock", 3, UNIT_STATE_NCOLS,
	"SELECT" UNIT_STATE_COLUMNS " FROM unit_state s"
	" WHERE s.organization_id = $1::uuid"
	"   AND s.due_at <= from_epoch_ms($2::int8)"
	" ORDER BY s.due_at LIMIT $3::int4"
	"   FOR NO KEY UPDATE OF s SKIP LOCKED" };

static const struct db_stmt judged_stmt = { "sweep_judged", 3,
	UNIT_JUDGED_NCOLS,
	"SELECT" UNIT_JUDGED_COLUMNS
	"  FROM unit_judged(from_epoch_ms($1::int8)) j"
	" WHERE j.organization_id = $2::uuid"
	"   AND j.unit_id = ANY ($3::uuid[])"
	" ORDER BY array_position($3::uuid[], j.unit_id)" };

/* Closed down since: nothing to watch until it is opened again. */
static const struct db_stmt retire_stmt = { "sweep_retire", 2, -1,
	"UPDATE unit_state SET due_at = NULL"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid" };

static const struct db_stmt *const stmts[] = {
	&due_stmt, &lock_stmt, &judged_stmt, &retire_stmt,
};
const struct db_stmt_list sweep_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* One batch of one organization. */
struct batch {
	struct sweep	*sweep;
	struct uuid	 organization;
	struct arena	 arena;
	struct live_list live;
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
	unit_effects_save(db, w, &effects, &system_actor, now_ms, &b->live);
	unit_watch_save(db, w);
	count(b, &effects);
}

static void
format_ids(const PGresult *states, char ids[IDS_MAX])
{
	size_t	len = 1;

	ids[0] = '{';
	for (int i = 0; i < PQntuples(states); i++) {
		const char	*id = PQgetvalue(states, i, 1);

		if (i > 0)
			ids[len++] = ',';
		memcpy(ids + len, id, UUID_TEXT - 1);
		len += UUID_TEXT - 1;
	}
	memcpy(ids + len, "}", 2);
}

/* judged has the rows of states in their order, but for retired units. */
static enum db_rc
tick_all(struct db *db, struct batch *b, const PGresult *states,
    const PGresult *judged)
{
	struct unit_watch	w;
	struct uuid		id;
	int			next = 0;

	for (int i = 0; i < PQntuples(states); i++) {
		if (!unit_watch_map_state(states, i, 0, &w))
			return db_bad_row(&lock_stmt);
		if (next == PQntuples(judged) ||
		    !db_uuid(judged, next, 0, &id) || !uuid_eq(&id, &w.unit)) {
			db_send(db, &retire_stmt, db_arg_uuid(&w.organization),
			    db_arg_uuid(&w.unit));
			continue;
		}
		if (!unit_watch_map_judged(judged, next++, 0,
		    b->sweep->now_ms, &w))
			return db_bad_row(&judged_stmt);
		tick(db, b, &w);
	}
	return DB_OK;
}

static enum db_rc
do_batch(struct db *db, void *arg)
{
	struct batch	*b = arg;
	PGresult	*states = NULL, *judged = NULL;
	char		 ids[IDS_MAX];
	enum db_rc	 rc;

	b->live = (struct live_list){ .arena = &b->arena };
	b->moved = b->opened = 0;
	rc = db_query(db, &lock_stmt, &states, db_arg_uuid(&b->organization),
	    db_arg_i64(b->sweep->now_ms), db_arg_i64(SWEEP_BATCH));
	if (rc != DB_OK)
		goto out;
	b->locked = PQntuples(states);
	format_ids(states, ids);
	rc = db_query(db, &judged_stmt, &judged, db_arg_i64(b->sweep->now_ms),
	    db_arg_uuid(&b->organization), db_arg_text(ids));
	if (rc == DB_OK)
		rc = tick_all(db, b, states, judged);
	/* DB_NONE rolls back what a dry run decided. */
	if (rc == DB_OK && b->sweep->dry_run)
		rc = DB_NONE;
out:
	PQclear(states);
	PQclear(judged);
	return rc;
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
