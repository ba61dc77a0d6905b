#include "domain/months.h"
#include "base/log.h"
#include "base/when.h"
#include "db/plain.h"
#include <stdio.h>
#include <string.h>

static const struct db_stmt missing_stmt = { "months_missing", 2, 1,
	"SELECT epoch_ms(at) FROM (SELECT month_after(from_epoch_ms($1::int8),"
	"	i) FROM generate_series(0, $2::int4) i) m(at)"
	" WHERE to_regclass(month_part(at)) IS NULL ORDER BY at" };

static const struct db_stmt strays_stmt = { "months_strays", 1, 1,
	"SELECT epoch_ms(at) FROM stray_months() at ORDER BY at"
	" LIMIT $1::int4" };

static const struct db_stmt make_stmt = { "months_make", 1, 1,
	"SELECT make_reading_month(from_epoch_ms($1::int8))" };

static const struct db_stmt retired_stmt = { "months_retired", 2, 1,
	"SELECT part FROM retired_months($1::int4, from_epoch_ms($2::int8))" };

static const struct db_stmt retire_stmt = { "months_retire", 2, 2,
	"SELECT gone, kept FROM retire_reading_month($1::name,"
	"	from_epoch_ms($2::int8))" };

static const struct db_stmt preview_stmt = { "months_preview", 2, 2,
	"SELECT gone, kept FROM preview_retention($1::int4,"
	"	from_epoch_ms($2::int8))" };

static const struct db_stmt closed_stmt = { "months_closed", 1, 1,
	"SELECT epoch_ms(at) FROM closed_months(from_epoch_ms($1::int8)) at" };

static const struct db_stmt loose_stmt = { "months_loose", 1, 1,
	"SELECT epoch_ms(at) FROM loose_months(from_epoch_ms($1::int8)) at" };

static const struct db_stmt fill_stmt = { "months_fill", 1, 1,
	"SELECT fill_index_pages(from_epoch_ms($1::int8))" };

static const struct db_stmt compact_stmt = { "months_compact", 1, 1,
	"SELECT mark_month_compact(from_epoch_ms($1::int8))" };

static const struct db_stmt health_stmt = { "months_health", 1, 6,
	"SELECT in_default, ahead, months, coalesce(epoch_ms(oldest), 0),"
	"	coalesce(rows, 0), coalesce(bytes, 0)"
	"  FROM reading_months_health(from_epoch_ms($1::int8))" };

static const struct db_stmt *const stmts[] = {
	&missing_stmt, &strays_stmt, &make_stmt,
	&retired_stmt, &retire_stmt, &preview_stmt, &closed_stmt, &loose_stmt,
	&fill_stmt, &compact_stmt, &health_stmt,
};
const struct db_stmt_list months_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* A month that could not be done is for the next run. What made a statement
 * fail is logged, but for a lock that others would not give. */
static enum db_rc
leave(struct months *m, const char *what, const char *month, enum db_rc rc)
{
	if (rc == DB_OK || rc == DB_DOWN)
		return rc;
	log_warn("months.left", LOG_STR("what", what), LOG_STR("month", month),
	    LOG_STR("why", db_rc_name(rc)));
	m->left++;
	return DB_OK;
}

static enum db_rc
make_month(struct months *m, int64_t at_ms)
{
	char		 at[WHEN_TEXT];
	PGresult	*res = NULL;
	int64_t		 moved = 0;
	bool		 made;
	enum db_rc	 rc;

	if (m->dry_run) {
		m->made++;
		return DB_OK;
	}
	rc = db_one(m->db, &make_stmt, &res, db_arg_i64(at_ms));
	if (rc == DB_OK && !db_opt_i64(res, 0, 0, &made, &moved))
		rc = db_bad_row(&make_stmt);
	if (rc == DB_OK) {
		m->made += made;
		m->moved += moved;
	}
	PQclear(res);
	return leave(m, "make", when_format(at_ms, at), rc);
}

/* what is SQL that a table's name completes: the month's. */
static enum db_rc
run_on_month(struct months *m, const char *what, int64_t at_ms)
{
	char	at[WHEN_TEXT], sql[160];

	when_format(at_ms, at);
	snprintf(sql, sizeof(sql), "%s frostguard.sensor_readings_y%.4sm%.2s",
	    what, at, at + 5);
	return plain_run(m->db, sql, NULL);
}

static enum db_rc
fill_pages(struct months *m, int64_t at_ms)
{
	enum db_rc	rc;

	rc = db_query(m->db, &fill_stmt, NULL, db_arg_i64(at_ms));
	return rc == DB_OK ?
	    run_on_month(m, "REINDEX TABLE CONCURRENTLY", at_ms) : rc;
}

/* Cutting empty pages off the end would exclude readers. */
static enum db_rc
close_month(struct months *m, int64_t at_ms)
{
	enum db_rc	rc = fill_pages(m, at_ms);

	if (rc == DB_OK)
		rc = run_on_month(m,
		    "VACUUM (FREEZE, ANALYZE, TRUNCATE FALSE)", at_ms);
	return rc == DB_OK ?
	    db_query(m->db, &compact_stmt, NULL, db_arg_i64(at_ms)) : rc;
}

typedef enum db_rc month_fn(struct months *m, int64_t at_ms);

/* Each of these reads and writes a month once: what is too much for one night
 * is for the next. */
static enum db_rc
rewrite(struct months *m, int64_t at_ms, month_fn *fn, int64_t *done)
{
	char		at[WHEN_TEXT];
	enum db_rc	rc;

	if (m->compacted + m->filled + m->left >= MONTHS_COMPACT_MAX) {
		m->left++;
		return DB_OK;
	}
	rc = m->dry_run ? DB_OK : fn(m, at_ms);
	*done += rc == DB_OK;
	return leave(m, "compact", when_format(at_ms, at), rc);
}

static enum db_rc
compact_month(struct months *m, int64_t at_ms)
{
	return rewrite(m, at_ms, close_month, &m->compacted);
}

static enum db_rc
fill_month(struct months *m, int64_t at_ms)
{
	return rewrite(m, at_ms, fill_pages, &m->filled);
}

/* Does fn for each month that the statement names. Takes res. */
static enum db_rc
each_month(struct months *m, const struct db_stmt *st, PGresult *res,
    month_fn *fn)
{
	enum db_rc	rc = DB_OK;
	int64_t		at_ms;

	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++)
		rc = db_i64(res, i, 0, &at_ms) ? fn(m, at_ms) : db_bad_row(st);
	PQclear(res);
	return rc;
}

static enum db_rc
make_missing(struct months *m)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(m->db, &missing_stmt, &res, db_arg_i64(m->now_ms),
	    db_arg_i64(m->ahead));
	return rc == DB_OK ? each_month(m, &missing_stmt, res, make_month) : rc;
}

static enum db_rc
make_for_strays(struct months *m)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(m->db, &strays_stmt, &res,
	    db_arg_i64(MONTHS_STRAY_MAX));
	return rc == DB_OK ? each_month(m, &strays_stmt, res, make_month) : rc;
}

static enum db_rc
compact_closed(struct months *m)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(m->db, &closed_stmt, &res, db_arg_i64(m->now_ms));
	return rc == DB_OK ? each_month(m, &closed_stmt, res, compact_month)
	    : rc;
}

static enum db_rc
fill_loose(struct months *m)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(m->db, &loose_stmt, &res, db_arg_i64(m->now_ms));
	return rc == DB_OK ? each_month(m, &loose_stmt, res, fill_month) : rc;
}

/* What became of one month past its time, or would. */
static bool
count_retired(struct months *m, const PGresult *res, int row)
{
	int64_t	gone, kept;

	if (!db_i64(res, row, 0, &gone) || !db_i64(res, row, 1, &kept))
		return false;
	m->gone += gone;
	m->kept += kept;
	m->retired += kept == 0;
	m->reduced += kept > 0 && gone > 0;
	return true;
}

static enum db_rc
preview(struct months *m)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(m->db, &preview_stmt, &res, db_arg_i64(m->keep),
	    db_arg_i64(m->now_ms));
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++)
		if (!count_retired(m, res, i))
			rc = db_bad_row(&preview_stmt);
	PQclear(res);
	return rc;
}

static enum db_rc
retire_month(struct months *m, const char *part)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(m->db, &retire_stmt, &res, db_arg_text(part),
	    db_arg_i64(m->now_ms));
	if (rc == DB_OK && !count_retired(m, res, 0))
		rc = db_bad_row(&retire_stmt);
	PQclear(res);
	return leave(m, "retire", part, rc);
}

static enum db_rc
retire_old(struct months *m)
{
	PGresult	*res = NULL;
	const char	*part;
	enum db_rc	 rc;

	if (m->keep == 0)
		return DB_OK;
	if (m->dry_run)
		return preview(m);
	rc = db_query(m->db, &retired_stmt, &res, db_arg_i64(m->keep),
	    db_arg_i64(m->now_ms));
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++)
		rc = db_text(res, i, 0, &part) ? retire_month(m, part)
		    : db_bad_row(&retired_stmt);
	PQclear(res);
	return rc;
}

static enum db_rc
look(struct months *m)
{
	struct months_health *h = &m->health;
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(m->db, &health_stmt, &res, db_arg_i64(m->now_ms));
	if (rc == DB_OK && !(db_i64(res, 0, 0, &h->in_default) &&
	    db_i64(res, 0, 1, &h->ahead) && db_i64(res, 0, 2, &h->count) &&
	    db_i64(res, 0, 3, &h->oldest_at_ms) &&
	    db_i64(res, 0, 4, &h->rows) && db_i64(res, 0, 5, &h->bytes)))
		rc = db_bad_row(&health_stmt);
	PQclear(res);
	return rc;
}

enum db_rc
months_keep(struct months *m)
{
	static enum db_rc (*const steps[])(struct months *) = {
		make_missing, make_for_strays, retire_old, compact_closed,
		fill_loose, look,
	};
	/* None of this is a request that somebody waits for. */
	enum db_rc	rc = plain_run(m->db, "SET statement_timeout = 0",
			    NULL);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) &&
	    rc == DB_OK; i++)
		rc = steps[i](m);
	return rc;
}
