#include "domain/rollup.h"
#include "base/arena.h"
#include "domain/gap.h"
#include "domain/rollup_sum.h"

#define ORGANIZATIONS_MAX	10000
#define LATE_BATCH		1000	/* units, found at a time */
#define LATE_SLICE_MS		(93 * PERIOD_DAY_MS)
#define UNIT_HOURS		20000	/* in one transaction */
#define SLICE_HOURS_MAX		(31 * 24)

/* Who is behind, or has marks; until is null for whom nothing is summed. */
static const struct db_stmt behind_stmt = { "rollup_behind", 2, 1,
	"SELECT id FROM organizations o"
	" WHERE NOT EXISTS (SELECT FROM reading_rollups r"
	"	 WHERE r.organization_id = o.id"
	"	   AND r.until >= from_epoch_ms($1::int8))"
	"    OR EXISTS (SELECT FROM reading_rollup_marks m"
	"	 WHERE m.organization_id = o.id)"
	" ORDER BY id LIMIT $2::int4" };

/* Begins with the oldest reading there is, or, without any, at the end. */
static const struct db_stmt enter_stmt = { "rollup_enter", 2, -1,
	"INSERT INTO reading_rollups (organization_id, until)"
	" SELECT $1::uuid, from_epoch_ms(coalesce((SELECT min(epoch_ms(f.at))"
	"	    / 3600000 * 3600000 FROM units u"
	"	 CROSS JOIN LATERAL (SELECT min(recorded_at) AS at"
	"		  FROM sensor_readings s"
	"		 WHERE s.organization_id = $1::uuid"
	"		   AND s.unit_id = u.id) f"
	"	 WHERE u.organization_id = $1::uuid), $2::int8))"
	" WHERE NOT EXISTS (SELECT FROM reading_rollups"
	"	 WHERE organization_id = $1::uuid)"
	" ON CONFLICT DO NOTHING" };

/* No row: somebody else is at it. */
static const struct db_stmt lock_stmt = { "rollup_lock", 1, 2,
	"SELECT epoch_ms(until), (SELECT count(*) FROM unit_rules u"
	"	 WHERE u.organization_id = $1::uuid)"
	"  FROM reading_rollups WHERE organization_id = $1::uuid"
	"   FOR UPDATE SKIP LOCKED" };

static const struct db_stmt advance_stmt = { "rollup_advance", 2, -1,
	"UPDATE reading_rollups SET until = from_epoch_ms($2::int8)"
	" WHERE organization_id = $1::uuid" };

static const struct db_stmt zones_stmt = { "rollup_zones", 1, 1,
	"SELECT DISTINCT timezone FROM unit_rules"
	" WHERE organization_id = $1::uuid" };

static const struct db_stmt late_stmt = { "rollup_late", 2, 2,
	"SELECT DISTINCT m.unit_id, r.timezone FROM reading_rollup_marks m"
	"  JOIN unit_rules r ON r.organization_id = m.organization_id"
	"   AND r.unit_id = m.unit_id"
	" WHERE m.organization_id = $1::uuid ORDER BY 1 LIMIT $2::int4" };

/* All marks of a unit as one window, and since when its readings are whole:
 * what is older has been dropped, perhaps but for what is held, and its sums
 * are all that is left of it. */
static const struct db_stmt take_stmt = { "rollup_take", 2, 3,
	"WITH taken AS (DELETE FROM reading_rollup_marks"
	"	 WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"	RETURNING from_at, to_at)"
	"SELECT epoch_ms(min(from_at)), epoch_ms(max(to_at)),"
	"	(SELECT epoch_ms(greatest(min(recorded_at),"
	"		readings_whole_from())) FROM sensor_readings"
	"	  WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"	 HAVING min(recorded_at) IS NOT NULL)"
	"  FROM taken" };

const struct db_stmt rollup_mark_stmt = { "rollup_mark", 4, -1,
	"INSERT INTO reading_rollup_marks (organization_id, unit_id, from_at,"
	"	to_at)"
	" VALUES ($1::uuid, $2::uuid, from_epoch_ms($3::int8),"
	"	from_epoch_ms($4::int8))" };

static const struct db_stmt *const stmts[] = {
	&behind_stmt, &enter_stmt, &lock_stmt, &advance_stmt, &zones_stmt,
	&late_stmt, &take_stmt, &rollup_mark_stmt,
};
const struct db_stmt_list rollup_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static int64_t
hour_of(int64_t at_ms)
{
	return period_start(PERIOD_HOUR, at_ms, NULL);
}

bool
rollup_is_late(int64_t recorded_at_ms, int64_t now_ms)
{
	return hour_of(recorded_at_ms) < hour_of(now_ms);
}

void
rollup_mark(struct db *db, const struct uuid *organization,
    const struct uuid *unit, int64_t from_ms, int64_t to_ms)
{
	db_send(db, &rollup_mark_stmt, db_arg_uuid(organization),
	    db_arg_uuid(unit), db_arg_i64(from_ms), db_arg_i64(to_ms));
}

/* One transaction. */
struct work {
	struct rollup	*rollup;
	struct uuid	 organization;
	struct uuid	 unit;		/* nil: all */
	const char	*zone;		/* of the unit */
	struct arena	 arena;
	int64_t		 until_ms;	/* before it, all is summed up */
	int64_t		 units;		/* that the organization has */
	bool		 more;		/* left for the next one */
	int64_t		 rows;
};

static void
remake(struct db *db, struct work *w, enum period_kind kind, const char *zone,
    const struct period *v, size_t n)
{
	const struct rollup_of	of = { w->organization, w->unit, zone };

	rollup_sum(db, &of, kind, v, n, &w->rows);
}

/* What is made of hours of the window, and has ended. */
static void
remake_longer(struct db *db, struct work *w, const char *zone,
    struct period window)
{
	struct period	*v;
	size_t		 n;

	for (enum period_kind kind = PERIOD_DAY; kind < PERIOD__MAX; kind++) {
		n = period_list(kind, window, w->until_ms, zone, &w->arena,
		    &v);
		remake(db, w, kind, zone, v, n);
	}
}

static enum db_rc
remake_all(struct db *db, struct work *w, struct period window)
{
	PGresult	*zones = NULL;
	const char	*zone;
	enum db_rc	 rc;

	remake(db, w, PERIOD_HOUR, NULL, &window, 1);
	if (!uuid_is_nil(&w->unit)) {
		gap_survey(db, &w->organization, &w->unit, window,
		    w->rollup->now_ms);
		remake_longer(db, w, w->zone, window);
		return DB_OK;
	}
	rc = gap_survey_all(db, &w->organization, window, w->rollup->now_ms);
	if (rc != DB_OK)
		return rc;
	rc = db_query(db, &zones_stmt, &zones, db_arg_uuid(&w->organization));
	for (int i = 0; rc == DB_OK && i < PQntuples(zones); i++)
		if (db_text(zones, i, 0, &zone))
			remake_longer(db, w, zone, window);
		else
			rc = db_bad_row(&zones_stmt);
	PQclear(zones);
	return rc;
}

/* DB_NONE: somebody else is at it. */
static enum db_rc
lock(struct db *db, struct work *w)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &lock_stmt, &res, db_arg_uuid(&w->organization));
	if (rc == DB_OK && (!db_i64(res, 0, 0, &w->until_ms) ||
	    !db_i64(res, 0, 1, &w->units)))
		rc = db_bad_row(&lock_stmt);
	PQclear(res);
	return rc;
}

/* DB_NONE rolls back what a dry run has done. */
static enum db_rc
end(const struct work *w, enum db_rc rc)
{
	return rc == DB_OK && w->rollup->dry_run ? DB_NONE : rc;
}

static int64_t
target_of(const struct rollup *r)
{
	return hour_of(r->now_ms - ROLLUP_GRACE_MS);
}

static int64_t
slice_ms(const struct work *w)
{
	int64_t	hours = UNIT_HOURS / (w->units > 0 ? w->units : 1);

	if (hours > SLICE_HOURS_MAX)
		hours = SLICE_HOURS_MAX;
	return (hours > 0 ? hours : 1) * PERIOD_HOUR_MS;
}

static enum db_rc
advance(struct db *db, void *arg)
{
	struct work	*w = arg;
	struct period	 window;
	int64_t		 target = target_of(w->rollup);
	enum db_rc	 rc;

	w->more = false;
	w->rows = 0;
	db_send(db, &enter_stmt, db_arg_uuid(&w->organization),
	    db_arg_i64(target));
	rc = lock(db, w);
	if (rc != DB_OK || w->until_ms >= target)
		return rc;
	window = (struct period){ w->until_ms, w->until_ms + slice_ms(w) };
	w->more = window.to_ms < target;
	if (!w->more)
		window.to_ms = target;
	w->until_ms = window.to_ms;
	db_send(db, &advance_stmt, db_arg_uuid(&w->organization),
	    db_arg_i64(w->until_ms));
	return end(w, remake_all(db, w, window));
}

static enum db_rc
take(struct db *db, const struct work *w, struct period *window, bool *any)
{
	PGresult	*res = NULL;
	int64_t		 oldest;
	bool		 has_to, has_oldest;
	enum db_rc	 rc;

	rc = db_one(db, &take_stmt, &res, db_arg_uuid(&w->organization),
	    db_arg_uuid(&w->unit));
	if (rc == DB_OK && (!db_opt_i64(res, 0, 0, any, &window->from_ms) ||
	    !db_opt_i64(res, 0, 1, &has_to, &window->to_ms) ||
	    !db_opt_i64(res, 0, 2, &has_oldest, &oldest)))
		rc = db_bad_row(&take_stmt);
	PQclear(res);
	if (rc != DB_OK)
		return rc;
	*any = *any && has_to && has_oldest;
	if (!*any)
		return DB_OK;
	window->from_ms = hour_of(oldest > window->from_ms ? oldest :
	    window->from_ms);
	window->to_ms = hour_of(window->to_ms) + PERIOD_HOUR_MS;
	if (window->to_ms > w->until_ms)
		window->to_ms = w->until_ms;
	return DB_OK;
}

/* A unit's marks; what is too much for one transaction is marked again. */
static enum db_rc
make_up(struct db *db, void *arg)
{
	struct work	*w = arg;
	struct period	 window;
	int64_t		 end_ms;
	bool		 any;
	enum db_rc	 rc;

	w->rows = 0;
	rc = lock(db, w);
	if (rc == DB_OK)
		rc = take(db, w, &window, &any);
	if (rc != DB_OK)
		return rc;
	if (!any || window.from_ms >= window.to_ms)
		return end(w, DB_OK);
	end_ms = window.from_ms + LATE_SLICE_MS;
	if (end_ms < window.to_ms) {
		rollup_mark(db, &w->organization, &w->unit, end_ms,
		    window.to_ms - 1);
		window.to_ms = end_ms;
	}
	return end(w, remake_all(db, w, window));
}

/* Runs it and counts; false when that is the end of this organization. */
static bool
run(struct work *w, db_tx_fn *fn)
{
	struct rollup	*r = w->rollup;
	enum db_rc	 rc = db_tx(r->db, NULL, NULL, fn, w);

	if (rc == DB_OK || (rc == DB_NONE && r->dry_run)) {
		r->windows += w->rows > 0;
		r->rows += w->rows;
	} else if (rc != DB_NONE)
		r->failed++;
	arena_clear(&w->arena);
	return rc == DB_OK;
}

static bool
make_up_units(struct work *w, const PGresult *late)
{
	struct work	one;
	bool		good = true;

	for (int i = 0; good && i < PQntuples(late); i++) {
		one = *w;
		if (!db_uuid(late, i, 0, &one.unit) ||
		    !db_text(late, i, 1, &one.zone)) {
			(void)db_bad_row(&late_stmt);
			w->rollup->failed++;
			return false;
		}
		good = run(&one, make_up);
		w->arena = one.arena;
		w->rollup->late_units++;
	}
	return good;
}

static void
roll_up(struct rollup *r, const struct uuid *organization)
{
	struct work	 w = { .rollup = r, .organization = *organization };
	PGresult	*late = NULL;
	bool		 good;

	do
		good = run(&w, advance);
	while (good && w.more);
	while (good) {
		if (db_query(r->db, &late_stmt, &late,
		    db_arg_uuid(organization), db_arg_i64(LATE_BATCH)) !=
		    DB_OK) {
			r->failed++;
			break;
		}
		good = PQntuples(late) > 0 && make_up_units(&w, late);
		PQclear(late);
	}
	arena_release(&w.arena);
}

enum db_rc
rollup_run(struct rollup *r)
{
	PGresult	*behind = NULL;
	struct uuid	 organization;
	enum db_rc	 rc;

	rc = db_query(r->db, &behind_stmt, &behind, db_arg_i64(target_of(r)),
	    db_arg_i64(ORGANIZATIONS_MAX));
	for (int i = 0; rc == DB_OK && i < PQntuples(behind); i++)
		if (db_uuid(behind, i, 0, &organization))
			roll_up(r, &organization);
		else
			rc = db_bad_row(&behind_stmt);
	PQclear(behind);
	return rc;
}
