#include "domain/replay_run.h"
#include "base/json.h"
#include "domain/excursion_keep.h"
#include "domain/late.h"
#include "domain/period.h"
#include "domain/replay_load.h"

#define ORGANIZATIONS_MAX	10000
#define BATCH			1000	/* units, found at a time */
#define SLICE_DAYS		31
/* What is as old as this has come, or will leave a mark. */
#define SETTLED_MS		PERIOD_HOUR_MS

/* Excursions that lasted, of units that have spoken since. */
#define OPEN								\
	"  FROM excursions e JOIN unit_state s"				\
	"    ON s.organization_id = e.organization_id"			\
	"   AND s.unit_id = e.unit_id AND s.last_reading_at > e.last_at" \
	" WHERE e.to_at IS NULL AND e.withdrawn_at IS NULL"

static const struct db_stmt behind_stmt = { "replay_behind", 1, 1,
	"SELECT organization_id FROM replay_marks"
	" UNION SELECT e.organization_id" OPEN
	" ORDER BY 1 LIMIT $1::int4" };

static const struct db_stmt units_stmt = { "replay_units", 3, 1,
	"SELECT unit_id FROM replay_marks"
	" WHERE organization_id = $1::uuid AND unit_id > $2::uuid"
	" UNION SELECT e.unit_id" OPEN
	"   AND e.organization_id = $1::uuid AND e.unit_id > $2::uuid"
	" ORDER BY 1 LIMIT $3::int4" };

/* No row: somebody else is at it, or it is gone. */
static const struct db_stmt lock_stmt = { "replay_lock", 2, 3,
	"SELECT r.site_id, r.area_id, r.is_active"
	"  FROM units u JOIN unit_rules r"
	"    ON r.organization_id = u.organization_id AND r.unit_id = u.id"
	" WHERE u.organization_id = $1::uuid AND u.id = $2::uuid"
	"   FOR NO KEY UPDATE OF u SKIP LOCKED" };

/* What lasts is replayed to the end: what came since, and in time, left no
 * mark. */
static const struct db_stmt take_stmt = { "replay_take", 3, 2,
	"WITH taken AS (DELETE FROM replay_marks"
	"	 WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"	RETURNING from_at, to_at)"
	"SELECT epoch_ms(min(from_at)), epoch_ms(max(to_at))"
	"  FROM (SELECT * FROM taken"
	"	UNION ALL SELECT e.last_at, from_epoch_ms($3::int8)" OPEN
	"	   AND e.organization_id = $1::uuid AND e.unit_id = $2::uuid) t" };

static const struct db_stmt doors_stmt = { "replay_doors", 4, 1,
	"SELECT settle_doors($1::uuid, $2::uuid, from_epoch_ms($3::int8),"
	"	from_epoch_ms($4::int8))" };

static const struct db_stmt *const stmts[] = {
	&behind_stmt, &units_stmt, &lock_stmt, &take_stmt, &doors_stmt,
	&late_mark_stmt,
};
const struct db_stmt_list replay_run_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* One transaction's piece of a unit. */
struct piece {
	struct replay_run	*run;
	struct replay_of	 of;
	struct excursion_keep	 keep;
	struct arena		 arena;
	bool			 active;
	bool			 more;	/* of the unit is left */
	bool			 any;	/* there was something to look at */
	int64_t			 readings;
};

static enum db_rc
lock(struct db *db, struct piece *p)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &lock_stmt, &res, db_arg_uuid(&p->of.organization),
	    db_arg_uuid(&p->of.unit));
	if (rc == DB_OK && (!db_uuid(res, 0, 0, &p->keep.site) ||
	    !db_uuid(res, 0, 1, &p->keep.area) ||
	    !db_bool(res, 0, 2, &p->active)))
		rc = db_bad_row(&lock_stmt);
	PQclear(res);
	return rc;
}

/* DB_OK without any: another run was here. */
static enum db_rc
take(struct db *db, const struct piece *p, struct replay_span *late,
    bool *any)
{
	PGresult	*res = NULL;
	bool		 has;
	enum db_rc	 rc;

	rc = db_one(db, &take_stmt, &res, db_arg_uuid(&p->of.organization),
	    db_arg_uuid(&p->of.unit), db_arg_i64(p->run->now_ms));
	if (rc == DB_OK && (!db_opt_i64(res, 0, 0, any, &late->from_ms) ||
	    !db_opt_i64(res, 0, 1, &has, &late->to_ms)))
		rc = db_bad_row(&take_stmt);
	PQclear(res);
	return rc;
}

/* A month from here, or all there is. */
static void
plan(const struct piece *p, const struct replay *r, struct replay_work *w)
{
	const int64_t	day_ms = r->at_ms / PERIOD_DAY_MS * PERIOD_DAY_MS;

	w->now_ms = p->run->now_ms;
	w->settled_ms = w->now_ms - SETTLED_MS;
	w->until_ms = day_ms + SLICE_DAYS * PERIOD_DAY_MS;
	if (w->until_ms > w->settled_ms)
		w->until_ms = w->now_ms + 1;
}

static enum db_rc
keep(struct db *db, struct piece *p, const struct replay *r,
    struct replay_work *w, bool whole)
{
	const struct replay_excursion	*open = replay_open(r);
	struct excursion_keep		*k = &p->keep;

	k->until_ms = r->at_ms;
	k->going_on_ms = 0;
	if (!whole && r->open.n > 0)
		k->going_on_ms = r->open.from_ms;
	else if (open != NULL)
		replay_list_add(&w->found, open);
	k->v = w->found.v;
	k->n = w->found.n;
	return excursion_keep(db, k, &p->arena);
}

/* Where it could not go on to the end a mark is left, and a checkpoint, unless
 * what is before it may still change. */
static void
leave_rest(struct db *db, struct piece *p, const struct replay *r,
    struct replay_work *w)
{
	const int64_t	to_ms = w->changed_ms > r->at_ms ? w->changed_ms :
			    r->at_ms;

	p->more = r->at_ms <= w->settled_ms;
	if (p->more)
		replay_work_stop(w, r);
	db_send(db, &late_mark_stmt, db_arg_uuid(&p->of.organization),
	    db_arg_uuid(&p->of.unit), db_arg_i64(r->at_ms),
	    db_arg_i64(to_ms));
}

static enum db_rc
replay(struct db *db, struct piece *p, struct replay_span late)
{
	struct replay_work	w = { .changed_ms = late.to_ms,
				    .arena = &p->arena };
	struct replay		r;
	bool			converged, whole;
	enum db_rc		rc;

	rc = replay_load_start(db, &p->of, late.from_ms, &r,
	    &p->keep.whole_ms);
	if (rc == DB_NONE)		/* of what has been dropped since */
		return DB_OK;
	plan(p, &r, &w);
	p->keep.since_ms = r.at_ms;
	if (rc == DB_OK)
		rc = replay_load(db, &p->of, &r, &w);
	if (rc != DB_OK)
		return rc;
	p->readings = (int64_t)w.feed.nitems;
	converged = replay_work(&r, &w);
	whole = !converged && r.at_ms > p->run->now_ms;
	rc = keep(db, p, &r, &w, whole);
	if (rc != DB_OK)
		return rc;
	if (!converged && !whole)
		leave_rest(db, p, &r, &w);
	replay_save(db, &p->of, p->keep.since_ms, &r, &w);
	return DB_OK;
}

static enum db_rc
pass(struct db *db, void *arg)
{
	struct piece		*p = arg;
	struct replay_span	 late;
	enum db_rc		 rc;

	p->more = p->any = false;
	p->readings = 0;
	arena_clear(&p->arena);
	p->keep = (struct excursion_keep){ .now_ms = p->run->now_ms,
	    .organization = p->of.organization, .unit = p->of.unit };
	rc = lock(db, p);
	if (rc == DB_OK)
		rc = take(db, p, &late, &p->any);
	if (rc == DB_OK && p->any && p->active) {
		db_send(db, &doors_stmt, db_arg_uuid(&p->of.organization),
		    db_arg_uuid(&p->of.unit), db_arg_i64(late.from_ms),
		    db_arg_i64(late.to_ms));
		rc = replay(db, p, late);
	}
	/* DB_NONE rolls back what a dry run has done. */
	return rc == DB_OK && p->run->dry_run ? DB_NONE : rc;
}

static void
count(struct replay_run *run, const struct piece *p)
{
	run->transactions++;
	run->readings += p->readings;
	run->found += p->keep.added;
	run->corrected += p->keep.corrected;
	run->withdrawn += p->keep.withdrawn;
}

/* Once it is durable; found says how many excursions this changed. */
static void
tell(const struct piece *p, int64_t found)
{
	const struct replay_run	*run = p->run;
	struct json_object	*o = json_object_new_object();
	struct live_event	 ev = { .kind = LIVE_UNIT_HISTORY,
				     .org = p->of.organization,
				     .site = p->keep.site,
				     .unit = p->of.unit };

	json_put_uuid(o, "unitId", &p->of.unit);
	json_put_int(o, "excursions", found);
	ev.data = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN,
	    &ev.len);
	run->tell(run->arg, &ev);
	json_object_put(o);
}

static int64_t
changes(const struct replay_run *run)
{
	return run->found + run->corrected + run->withdrawn;
}

static void
replay_unit(struct piece *p)
{
	struct replay_run	*run = p->run;
	const int64_t		 before = changes(run);
	bool			 news = false;
	enum db_rc		 rc;

	run->units++;
	do {
		rc = db_tx(run->db, &p->of.organization, NULL, pass, p);
		if (rc == DB_OK || (rc == DB_NONE && run->dry_run))
			count(run, p);
		news = news || (rc == DB_OK && p->any && p->active);
		if (rc != DB_OK && rc != DB_NONE)
			run->failed++;
	} while (rc == DB_OK && p->more && run->transactions < REPLAY_RUN_MAX);
	run->more = run->more || p->more;
	if (news && run->tell != NULL)
		tell(p, changes(run) - before);
}

static enum db_rc
replay_organization(struct piece *p)
{
	struct replay_run	*run = p->run;
	PGresult		*units = NULL;
	int			 n;
	enum db_rc		 rc;

	p->of.unit = (struct uuid){ 0 };
	do {
		char	after[UUID_TEXT];

		rc = db_query(run->db, &units_stmt, &units,
		    db_arg_uuid(&p->of.organization),
		    db_arg_text(uuid_format(&p->of.unit, after)),
		    db_arg_i64(BATCH));
		n = PQntuples(units);
		for (int i = 0; i < n && rc == DB_OK &&
		    run->transactions < REPLAY_RUN_MAX; i++)
			if (db_uuid(units, i, 0, &p->of.unit))
				replay_unit(p);
			else
				rc = db_bad_row(&units_stmt);
		PQclear(units);
	} while (rc == DB_OK && n == BATCH &&
	    run->transactions < REPLAY_RUN_MAX);
	return rc;
}

enum db_rc
replay_run(struct replay_run *run)
{
	struct piece	 p = { .run = run };
	PGresult	*behind = NULL;
	enum db_rc	 rc;

	rc = db_query(run->db, &behind_stmt, &behind,
	    db_arg_i64(ORGANIZATIONS_MAX));
	for (int i = 0; rc == DB_OK && i < PQntuples(behind) &&
	    run->transactions < REPLAY_RUN_MAX; i++)
		if (db_uuid(behind, i, 0, &p.of.organization))
			rc = replay_organization(&p);
		else
			rc = db_bad_row(&behind_stmt);
	run->more = run->more || run->transactions >= REPLAY_RUN_MAX;
	PQclear(behind);
	arena_release(&p.arena);
	return rc;
}
