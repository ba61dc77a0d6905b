#include "domain/replay_load.h"
#include "db/binary.h"
#include "db/list.h"
#include "db/rows.h"
#include "domain/late.h"
#include "domain/period.h"
#include "domain/unit_watch.h"

static const struct db_stmt newest_stmt = { "replay_newest", 3, 1,
	"SELECT state FROM ingest_checkpoints"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND at <= from_epoch_ms($3::int8) ORDER BY at DESC LIMIT 1" };

static const struct db_stmt oldest_stmt = { "replay_oldest", 2, 1,
	"SELECT epoch_ms(least((SELECT min(recorded_at) FROM sensor_readings"
	"	 WHERE organization_id = $1::uuid AND unit_id = $2::uuid),"
	"	(SELECT min(recorded_at) FROM manual_temperature_logs"
	"	 WHERE organization_id = $1::uuid AND unit_id = $2::uuid)))" };

static const struct db_stmt checkpoints_stmt = { "replay_checkpoints", 4, 2,
	"SELECT epoch_ms(at), state FROM ingest_checkpoints"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND at > from_epoch_ms($3::int8) AND at <= from_epoch_ms($4::int8)"
	" ORDER BY at" };

#define PERIOD(at)							\
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"	\
	"   AND " at " >= from_epoch_ms($3::int8)"			\
	"   AND " at " < from_epoch_ms($4::int8)"
#define DOOR(open)							\
	"CASE WHEN " open " THEN 'o'::\"char\""				\
	"	WHEN NOT " open " THEN 'c'::\"char\" END"

/* In the order of enum replay_kind. */
static const struct db_stmt items_stmt = { "replay_items", 5, 5 | DB_BINARY,
	"SELECT \"timestamp\" AS at, 'd'::\"char\" AS kind,"
	"	device_id AS sensor, NULL::numeric AS temp,"
	"	" DOOR("(state = 'open')") " AS door"
	"  FROM door_events" PERIOD("\"timestamp\"")
	" UNION ALL "
	"SELECT recorded_at, 'm'::\"char\", NULL::uuid, temperature, NULL"
	"  FROM manual_temperature_logs" PERIOD("recorded_at")
	" UNION ALL "
	"SELECT recorded_at, 'r'::\"char\", device_id, temperature,"
	"	" DOOR("door_open")
	"  FROM sensor_readings" PERIOD("recorded_at")
	" ORDER BY at, kind, sensor, temp LIMIT $5::int4" };

static const struct db_stmt rules_stmt = { "replay_rules", 4,
	UNIT_WATCH_RULE_NCOLS + 1,
	"SELECT epoch_ms(o.from_at)," UNIT_WATCH_RULE_COLUMNS
	"  FROM rules_over($1::uuid, $2::uuid, from_epoch_ms($3::int8),"
	"	from_epoch_ms($4::int8)) o"
	" CROSS JOIN LATERAL (SELECT (o.rules).*) r" };

/* One that comes a little later than its first reading is still in time. */
static const struct db_stmt known_stmt = { "replay_known", 5, 2,
	"SELECT epoch_ms(triggered_at) - $5::int8,"
	"	coalesce(epoch_ms(resolved_at), $4::int8)"
	"  FROM alerts"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND alert_type IN ('alarm_active', 'temp_excursion')"
	"   AND triggered_at < from_epoch_ms($4::int8 + $5::int8)"
	"   AND coalesce(resolved_at, 'infinity') >= from_epoch_ms($3::int8)"
	" ORDER BY triggered_at" };

/* And those that have become too old to be kept. */
static const struct db_stmt clear_stmt = { "replay_clear", 5, -1,
	"DELETE FROM ingest_checkpoints"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND (at > from_epoch_ms($3::int8) AND at < from_epoch_ms($4::int8)"
	"	OR at < from_epoch_ms($5::int8)"
	"	AND at <> date_trunc('month', at, 'UTC'))" };

static const struct db_stmt save_stmt = { "replay_save", 3, -1,
	"INSERT INTO ingest_checkpoints (organization_id, unit_id, at, state)"
	" SELECT $1::uuid, $2::uuid, from_epoch_ms(q.at), q.state"
	"  FROM unnest($3::new_checkpoint[]) q"
	"    ON CONFLICT (organization_id, unit_id, at)"
	"    DO UPDATE SET state = excluded.state" };

static const struct db_stmt *const stmts[] = {
	&newest_stmt, &oldest_stmt, &checkpoints_stmt, &items_stmt, &rules_stmt,
	&known_stmt, &clear_stmt, &save_stmt,
};
const struct db_stmt_list replay_load_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* DB_NONE: none, or one that an older program wrote. */
static enum db_rc
load_newest(struct db *db, const struct replay_of *of, int64_t from_ms,
    struct replay *out)
{
	PGresult	*res = NULL;
	const char	*text;
	enum db_rc	 rc;

	rc = db_one(db, &newest_stmt, &res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(from_ms));
	if (rc == DB_OK && !db_text(res, 0, 0, &text))
		rc = db_bad_row(&newest_stmt);
	if (rc == DB_OK && !replay_parse(text, out))
		rc = DB_NONE;
	PQclear(res);
	return rc;
}

static enum db_rc
load_oldest(struct db *db, const struct replay_of *of, int64_t *at_ms)
{
	PGresult	*res = NULL;
	bool		 has;
	enum db_rc	 rc;

	rc = db_one(db, &oldest_stmt, &res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit));
	if (rc == DB_OK && !db_opt_i64(res, 0, 0, &has, at_ms))
		rc = db_bad_row(&oldest_stmt);
	PQclear(res);
	return rc == DB_OK && !has ? DB_NONE : rc;
}

enum db_rc
replay_load_start(struct db *db, const struct replay_of *of, int64_t from_ms,
    struct replay *out, int64_t *oldest_ms)
{
	enum db_rc	rc = load_oldest(db, of, oldest_ms);

	if (rc != DB_OK)
		return rc;
	rc = load_newest(db, of, from_ms, out);
	if (rc != DB_NONE)
		return rc;
	replay_init(out, *oldest_ms);
	return DB_OK;
}

/* What is asked of a period; extra is the statement's fifth, if it has one. */
static enum db_rc
ask(struct db *db, const struct db_stmt *st, const struct replay_of *of,
    struct replay_span period, int64_t extra, PGresult **res)
{
	const struct db_arg	args[] = {
		db_arg_uuid(&of->organization), db_arg_uuid(&of->unit),
		db_arg_i64(period.from_ms), db_arg_i64(period.to_ms),
		db_arg_i64(extra),
	};

	return db_query_n(db, st, args, (size_t)st->nargs, res);
}

static enum db_rc
ask_list(struct db *db, const struct db_list *list, const struct replay_of *of,
    struct replay_span period, int64_t extra, struct arena *arena, void *v,
    size_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc = ask(db, list->stmt, of, period, extra, &res);

	if (rc == DB_OK)
		rc = db_list_read(res, list, arena, v, n);
	PQclear(res);
	return rc;
}

static bool
map_item(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct replay_item	*it = out;
	char			 kind, door;
	bool			 has_kind, has_sensor, has_temp, has_door;

	(void)arena;
	if (!binary_when(res, row, 0, &it->at_ms) ||
	    !binary_opt_char(res, row, 1, &has_kind, &kind) ||
	    !binary_opt_uuid(res, row, 2, &has_sensor, &it->sensor) ||
	    !binary_opt_centi(res, row, 3, &has_temp, &it->temp) ||
	    !binary_opt_char(res, row, 4, &has_door, &door))
		return false;
	it->kind = kind == 'd' ? REPLAY_DOOR : kind == 'm' ? REPLAY_LOG :
	    REPLAY_READING;
	it->door = !has_door ? DOOR_UNKNOWN : door == 'o' ? DOOR_OPEN :
	    DOOR_CLOSED;
	return has_kind && has_temp == (it->kind != REPLAY_DOOR);
}

static bool
map_checkpoint(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct replay_checkpoint	*m = out;

	if (!db_i64(res, row, 0, &m->at_ms) || !db_text(res, row, 1, &m->text))
		return false;
	m->text = arena_strdup(arena, m->text);
	return true;
}

static bool
map_known(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct replay_span	*s = out;

	(void)arena;
	return db_i64(res, row, 0, &s->from_ms) &&
	    db_i64(res, row, 1, &s->to_ms);
}

static const struct db_list items = { &items_stmt,
    sizeof(struct replay_item), map_item };
static const struct db_list checkpoints = { &checkpoints_stmt,
    sizeof(struct replay_checkpoint), map_checkpoint };
static const struct db_list known = { &known_stmt,
    sizeof(struct replay_span), map_known };

/* Rules as the table has them hold until the next row; in the place's day they
 * begin anew, for that is when the door's budget does. */
static bool
add_rules(const PGresult *res, int row, struct replay_span span,
    struct replay_rules **next)
{
	struct unit_watch	u;

	for (int64_t at = span.from_ms; at < span.to_ms;
	    at = period_end(PERIOD_DAY, at, u.timezone)) {
		if (!unit_watch_map_rules(res, row, 1, at, &u))
			return false;
		*(*next)++ = (struct replay_rules){ at, u.primary_device,
		    u.rules };
	}
	return true;
}

/* The first rules began before the period: nothing happens when it begins,
 * unless a day does. */
static bool
list_rules(const PGresult *res, struct replay_span period,
    struct replay_work *w)
{
	const int		 n = PQntuples(res);
	const size_t		 days = (size_t)((period.to_ms - period.from_ms)
				    / (23 * PERIOD_HOUR_MS)) + 2;
	struct replay_rules	*v = arena_alloc(w->arena, ((size_t)n + days)
				    * sizeof(*v)), *next = v;
	struct replay_span	 span = { .to_ms = period.from_ms };
	bool			 has;

	for (int i = 0; i < n; i++) {
		span.from_ms = span.to_ms;
		span.to_ms = period.to_ms;
		if (i + 1 < n &&
		    !db_opt_i64(res, i + 1, 0, &has, &span.to_ms))
			return false;
		if (!add_rules(res, i, span, &next))
			return false;
	}
	w->feed.rules = v;
	w->feed.nrules = (size_t)(next - v);
	if (w->feed.nrules > 0 &&
	    v[0].rules.day_start_at_ms < period.from_ms)
		v[0].from_ms = 0;
	return w->feed.nrules > 0;
}

static enum db_rc
load_rules(struct db *db, const struct replay_of *of,
    struct replay_span period, struct replay_work *w)
{
	PGresult	*res = NULL;
	enum db_rc	 rc = ask(db, &rules_stmt, of, period, 0, &res);

	if (rc == DB_OK && !list_rules(res, period, w))
		rc = db_bad_row(&rules_stmt);
	PQclear(res);
	return rc;
}

/* What one instant has of too many is left whole for the next piece. */
static void
cut(struct replay_work *w)
{
	struct replay_feed	*f = &w->feed;

	if (f->nitems < REPLAY_ITEMS_MAX)
		return;
	w->until_ms = f->items[f->nitems - 1].at_ms;
	while (f->nitems > 0 && f->items[f->nitems - 1].at_ms == w->until_ms)
		f->nitems--;
}

enum db_rc
replay_load(struct db *db, const struct replay_of *of, const struct replay *r,
    struct replay_work *w)
{
	struct replay_span	 period = { r->at_ms, w->until_ms };
	struct replay_feed	*f = &w->feed;
	enum db_rc		 rc;

	*f = (struct replay_feed){ .nitems = 0 };
	rc = ask_list(db, &items, of, period, REPLAY_ITEMS_MAX, w->arena,
	    &f->items, &f->nitems);
	if (rc != DB_OK)
		return rc;
	cut(w);
	period.to_ms = w->until_ms;
	rc = load_rules(db, of, period, w);
	/* After the readings: what told of them is there. */
	if (rc == DB_OK)
		rc = ask_list(db, &known, of, period, LATE_MS, w->arena,
		    &f->known, &f->nknown);
	if (rc == DB_OK)
		rc = ask_list(db, &checkpoints, of, period, 0, w->arena,
		    &w->old, &w->nold);
	return rc;
}

void
replay_save(struct db *db, const struct replay_of *of, int64_t start_ms,
    const struct replay *r, const struct replay_work *w)
{
	struct db_rows	rows = { 0 };

	db_send(db, &clear_stmt, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(start_ms),
	    db_arg_i64(r->at_ms), db_arg_i64(w->now_ms -
	    REPLAY_KEEP_DAYS * PERIOD_DAY_MS));
	for (size_t i = 0; i < w->nmade; i++)
		db_rows_add(&rows, db_arg_i64(w->made[i].at_ms),
		    db_arg_text(w->made[i].text));
	db_rows_send(&rows, db, &save_stmt, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit));
	db_rows_release(&rows);
}
