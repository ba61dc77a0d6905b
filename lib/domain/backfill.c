#include "domain/backfill.h"
#include "base/log.h"
#include "db/list.h"
#include "domain/enrol_secret.h"
#include "domain/gap.h"

#define MINUTE_MS	INT64_C(60000)
#define CONNECTIONS_MAX	10000
/* One request for both is cheaper than two, and what lies between is known. */
#define NEAR_MS		(60 * MINUTE_MS)
#define SPAN_MS		(7 * 24 * 60 * MINUTE_MS)
#define TRIES		3	/* for a device that is not known */

static const struct db_stmt due_stmt = { "backfill_due", 2, 2,
	"SELECT organization_id, id FROM ttn_connections"
	" WHERE backfill_next_at <= from_epoch_ms($1::int8)"
	"   AND is_enabled AND deleted_at IS NULL"
	"   AND ttn_api_key_encrypted IS NOT NULL"
	" ORDER BY backfill_next_at, organization_id, id LIMIT $2::int4" };

static const struct db_stmt claim_stmt = { "backfill_claim", 4, 5,
	"UPDATE ttn_connections c SET backfill_next_at = from_epoch_ms($4::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid"
	"   AND backfill_next_at <= from_epoch_ms($3::int8)"
	"   AND is_enabled AND deleted_at IS NULL"
	"   AND ttn_api_key_encrypted IS NOT NULL"
	" RETURNING ttn_application_id, server_url, ttn_api_key_encrypted,"
	"	backfill_failures, (SELECT count(*)::int4"
	"	  FROM ttn_connections o WHERE o.organization_id = $1::uuid"
	"	   AND o.id <> c.id AND o.is_enabled AND o.deleted_at IS NULL"
	"	   AND o.ttn_api_key_encrypted IS NOT NULL)" };

/* Up to when rollup.h has made the ledger; it may be years behind when history
 * has just come, and that is its own work. */
static const struct db_stmt made_stmt = { "backfill_made", 2, 1,
	"SELECT greatest($2::int8 - 86400000, (SELECT epoch_ms(until)"
	"	  FROM reading_rollups WHERE organization_id = $1::uuid))" };

/* Before $2 nobody has anything any more. */
static const struct db_stmt old_stmt = { "backfill_old", 2, -1,
	"UPDATE reading_gaps SET status = 'unfillable'"
	" WHERE organization_id = $1::uuid AND status = 'open'"
	"   AND to_at < from_epoch_ms($2::int8)" };

static const struct db_stmt gaps_stmt = { "backfill_gaps", 3, 6,
	"SELECT g.unit_id, g.series_id, g.device_id,"
	"	coalesce(d.ttn_device_id, 'eui-' || d.device_eui),"
	"	epoch_ms(g.from_at), epoch_ms(g.to_at)"
	"  FROM reading_gaps g"
	"  JOIN devices d ON d.organization_id = g.organization_id"
	"   AND d.id = g.device_id AND d.deleted_at IS NULL"
	"   AND coalesce(d.ttn_device_id, d.device_eui) IS NOT NULL"
	" WHERE g.organization_id = $1::uuid AND g.status = 'open'"
	"   AND g.next_attempt_at <= from_epoch_ms($2::int8)"
	" ORDER BY g.device_id, g.from_at LIMIT $3::int4" };

/* What goes on may still come: 15 minutes, 30, ... 8 hours. */
static const struct db_stmt settle_stmt = { "backfill_settle", 6, -1,
	"UPDATE reading_gaps SET status = CASE WHEN to_at IS NULL"
	"	    THEN 'open' ELSE 'unfillable' END,"
	"	attempts = least(attempts + 1, 100),"
	"	next_attempt_at = from_epoch_ms($5::int8)"
	"	    + interval '15 min' * 2 ^ least(attempts, 5)"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND series_id = $6::uuid"
	"   AND status = 'open' AND from_at >= from_epoch_ms($3::int8)"
	"   AND from_at < from_epoch_ms($4::int8)" };

static const struct db_stmt unknown_stmt = { "backfill_unknown", 7, -1,
	"UPDATE reading_gaps SET attempts = least(attempts + 1, 100),"
	"	status = CASE WHEN attempts + 1 >= $5::int4 * $6::int4"
	"	    THEN 'unfillable' ELSE 'open' END,"
	"	next_attempt_at = CASE WHEN (attempts + 1) % $5::int4 = 0"
	"	    THEN from_epoch_ms($4::int8) + interval '1 hour'"
	"	    ELSE next_attempt_at END"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND series_id = $7::uuid AND from_at = from_epoch_ms($3::int8)" };

/* What the last trouble was stays for whoever looks into it. */
static const struct db_stmt release_stmt = { "backfill_release", 8, -1,
	"UPDATE ttn_connections SET backfill_next_at = from_epoch_ms($3::int8),"
	"	backfill_failures = $4::int2, backfill_error = $5::text,"
	"	last_http_status = coalesce($6::int4, last_http_status),"
	"	last_ttn_error_name = coalesce($7::text, last_ttn_error_name),"
	"	last_ttn_correlation_id = coalesce($8::text,"
	"	    last_ttn_correlation_id)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid"
	"   AND backfill_next_at IS NOT NULL" };

static const struct db_stmt *const stmts[] = {
	&due_stmt, &claim_stmt, &made_stmt, &old_stmt, &gaps_stmt,
	&settle_stmt, &unknown_stmt, &release_stmt,
};
const struct db_stmt_list backfill_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static bool
map_due(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct backfill_connection	*c = out;

	(void)arena;
	*c = (struct backfill_connection){ .failures = 0 };
	return db_uuid(res, row, 0, &c->organization) &&
	    db_uuid(res, row, 1, &c->id);
}

enum db_rc
backfill_due(struct db *db, int64_t now_ms, struct arena *arena,
    struct backfill_connection **v, size_t *n)
{
	static const struct db_list	due = { &due_stmt,
	    sizeof(struct backfill_connection), map_due };

	return db_list(db, &due, arena, v, n, db_arg_i64(now_ms),
	    db_arg_i64(CONNECTIONS_MAX));
}

static enum db_rc
map_claim(const PGresult *res, struct arena *arena,
    struct backfill_connection *c)
{
	const char	*application, *server, *sealed;

	if (!db_text(res, 0, 0, &application) ||
	    !db_text(res, 0, 1, &server) || !db_text(res, 0, 2, &sealed) ||
	    !db_i32(res, 0, 3, &c->failures) ||
	    !db_i32(res, 0, 4, &c->others))
		return db_bad_row(&claim_stmt);
	c->application = arena_strdup(arena, application);
	c->server = arena_strdup(arena, server);
	return seal_open(&c->id, ENROL_BACKFILL_KEY, sealed, c->key) ? DB_OK :
	    DB_REFUSED;
}

enum db_rc
backfill_claim(struct db *db, struct backfill_connection *c, int64_t now_ms,
    struct arena *arena)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &claim_stmt, &res, db_arg_uuid(&c->organization),
	    db_arg_uuid(&c->id), db_arg_i64(now_ms),
	    db_arg_i64(now_ms + BACKFILL_LEASE_MS));
	if (rc == DB_OK)
		rc = map_claim(res, arena, c);
	PQclear(res);
	return rc;
}

struct asking {			/* for gaps */
	const struct backfill_connection *connection;
	struct arena		*arena;
	int64_t			 now_ms;
	int32_t			 max;
	struct backfill_gap	*v;
	size_t			 n;
};

static bool
map_gap(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct backfill_gap	*g = out;
	const char		*name;
	bool			 has_to;

	if (!db_uuid(res, row, 0, &g->unit) ||
	    !db_uuid(res, row, 1, &g->series) ||
	    !db_uuid(res, row, 2, &g->device) ||
	    !db_text(res, row, 3, &name) ||
	    !db_i64(res, row, 4, &g->from_ms) ||
	    !db_opt_i64(res, row, 5, &has_to, &g->to_ms))
		return false;
	g->name = arena_strdup(arena, name);
	return true;
}

static enum db_rc
ask_for_gaps(struct db *db, void *arg)
{
	static const struct db_list	gaps = { &gaps_stmt,
	    sizeof(struct backfill_gap), map_gap };
	struct asking			*a = arg;
	const struct db_arg		 organization = db_arg_uuid(
					    &a->connection->organization);

	db_send(db, &old_stmt, organization,
	    db_arg_i64(a->now_ms - BACKFILL_BACK_MS));
	return db_list(db, &gaps, a->arena, &a->v, &a->n, organization,
	    db_arg_i64(a->now_ms), db_arg_i64(a->max));
}

static enum db_rc
survey(struct db *db, const struct backfill_connection *c, int64_t now_ms)
{
	struct period	 rest = { .to_ms = now_ms };
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &made_stmt, &res, db_arg_uuid(&c->organization),
	    db_arg_i64(now_ms));
	if (rc == DB_OK && !db_i64(res, 0, 0, &rest.from_ms))
		rc = db_bad_row(&made_stmt);
	PQclear(res);
	return rc != DB_OK ? rc :
	    gap_survey_all(db, &c->organization, rest, now_ms);
}

enum db_rc
backfill_gaps(struct db *db, const struct backfill_connection *c,
    int64_t now_ms, int32_t max, struct arena *arena,
    struct backfill_gap **v, size_t *n)
{
	struct asking	a = { c, arena, now_ms, max, NULL, 0 };
	enum db_rc	rc = survey(db, c, now_ms);

	if (rc == DB_OK)
		rc = db_tx(db, NULL, NULL, ask_for_gaps, &a);

	*v = a.v;
	*n = a.n;
	return rc;
}

size_t
backfill_merge(const struct backfill_gap *v, size_t n, int64_t now_ms,
    struct backfill_span *out)
{
	const int64_t		 oldest_ms = now_ms - BACKFILL_BACK_MS;
	struct backfill_span	*s = NULL;
	size_t			 spans = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t	to_ms = v[i].to_ms != 0 ? v[i].to_ms : now_ms;
		int64_t	from_ms = v[i].from_ms < oldest_ms ? oldest_ms :
			    v[i].from_ms;

		if (s != NULL && uuid_eq(&s->gaps->device, &v[i].device) &&
		    from_ms - s->to_ms <= NEAR_MS &&
		    to_ms - s->from_ms <= SPAN_MS) {
			s->n++;
			if (to_ms > s->to_ms)
				s->to_ms = to_ms;
			continue;
		}
		s = &out[spans++];
		*s = (struct backfill_span){ &v[i], 1, from_ms, to_ms };
	}
	return spans;
}

struct settling {
	const struct backfill_connection *connection;
	const struct backfill_span	 *span;
	int64_t				  now_ms;
};

static enum db_rc
settle(struct db *db, void *arg)
{
	const struct settling	*s = arg;
	const struct uuid	*organization = &s->connection->organization;

	for (size_t i = 0; i < s->span->n; i++) {
		const struct backfill_gap *g = &s->span->gaps[i];
		const struct period	   of = { g->from_ms, g->to_ms != 0 ?
					    g->to_ms : s->now_ms };

		gap_survey(db, organization, &g->unit, of, s->now_ms);
		db_send(db, &settle_stmt, db_arg_uuid(organization),
		    db_arg_uuid(&g->unit), db_arg_i64(of.from_ms),
		    db_arg_i64(of.to_ms), db_arg_i64(s->now_ms),
		    db_arg_uuid(&g->series));
	}
	return DB_OK;
}

enum db_rc
backfill_settle(struct db *db, const struct backfill_connection *c,
    const struct backfill_span *s, int64_t now_ms)
{
	struct settling	arg = { c, s, now_ms };

	return db_tx(db, NULL, NULL, settle, &arg);
}

static enum db_rc
note_unknown(struct db *db, void *arg)
{
	const struct settling	*s = arg;

	for (size_t i = 0; i < s->span->n; i++)
		db_send(db, &unknown_stmt,
		    db_arg_uuid(&s->connection->organization),
		    db_arg_uuid(&s->span->gaps[i].unit),
		    db_arg_i64(s->span->gaps[i].from_ms),
		    db_arg_i64(s->now_ms),
		    db_arg_i64(s->connection->others + 1), db_arg_i64(TRIES),
		    db_arg_uuid(&s->span->gaps[i].series));
	return DB_OK;
}

enum db_rc
backfill_unknown(struct db *db, const struct backfill_connection *c,
    const struct backfill_span *s, int64_t now_ms)
{
	struct settling	arg = { c, s, now_ms };

	return db_tx(db, NULL, NULL, note_unknown, &arg);
}

int64_t
backfill_wait_ms(enum backfill_end end, int32_t failures, int64_t wait_ms)
{
	static const int	minutes[] = { 1, 5, 15, 60 };
	const int32_t		last = sizeof(minutes) / sizeof(minutes[0]) - 1;

	if (end == BACKFILL_LOCKED_OUT)
		return 6 * 60 * MINUTE_MS;
	if (end == BACKFILL_DONE || (end == BACKFILL_LATER && wait_ms > 0))
		return wait_ms;
	failures = failures < 1 ? 1 : failures;
	return minutes[failures - 1 < last ? failures - 1 : last] * MINUTE_MS;
}

enum db_rc
backfill_release(struct db *db, const struct backfill_connection *c,
    enum backfill_end end, const struct backfill_trouble *t, int64_t now_ms)
{
	static const struct backfill_trouble none;
	const int32_t	failures = end == BACKFILL_DONE ? 0 :
			    c->failures < 1000 ? c->failures + 1 : 1000;

	if (t == NULL)
		t = &none;
	return db_query(db, &release_stmt, NULL, db_arg_uuid(&c->organization),
	    db_arg_uuid(&c->id), db_arg_i64(now_ms + backfill_wait_ms(end,
	    failures, t->wait_ms)), db_arg_i64(failures), db_arg_text(t->text),
	    db_arg_i64_if(t->status != 0, t->status), db_arg_text(t->name),
	    db_arg_text(t->correlation));
}
