#include "domain/import.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/copy_rows.h"
#include "db/plain.h"
#include "domain/late.h"
#include "domain/rollup.h"

#define ROW_MAX		200	/* bytes of one in COPY's form */

static const struct db_stmt open_stmt = { "import_open", 3, 4,
	"INSERT INTO reading_imports AS i (organization_id, file_hash,"
	"	file_name) VALUES ($1::uuid, decode($2::text, 'hex'), $3::text)"
	" ON CONFLICT (organization_id, file_hash) DO UPDATE"
	"   SET file_name = excluded.file_name, updated_at = now(),"
	"	line = CASE WHEN i.finished_at IS NULL THEN i.line ELSE 0 END,"
	"	stored = CASE WHEN i.finished_at IS NULL THEN i.stored"
	"		ELSE 0 END,"
	"	known = CASE WHEN i.finished_at IS NULL THEN i.known"
	"		ELSE 0 END,"
	"	refused = CASE WHEN i.finished_at IS NULL THEN i.refused"
	"		ELSE 0 END,"
	"	finished_at = NULL"
	" RETURNING line, stored, known, refused" };

static const struct db_stmt move_stmt = { "import_move", 7, -1,
	"UPDATE reading_imports SET line = $3::int8, stored = $4::int8,"
	"	known = $5::int8, refused = $6::int8, updated_at = now(),"
	"	finished_at = CASE WHEN $7::bool THEN now() END"
	" WHERE organization_id = $1::uuid"
	"   AND file_hash = decode($2::text, 'hex')" };

static const struct db_stmt months_stmt = { "import_months", 2, 1,
	"SELECT count(make_reading_month(at)) FROM generate_series("
	"	month_start(from_epoch_ms($1::int8)), from_epoch_ms($2::int8),"
	"	'1 month') at"
	" WHERE to_regclass(month_part(at)) IS NULL" };

static const struct db_stmt meets_stmt = { "import_meets", 4, 1,
	"SELECT EXISTS (SELECT FROM sensor_readings"
	"	WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"	  AND recorded_at BETWEEN from_epoch_ms($3::int8)"
	"	  AND from_epoch_ms($4::int8) AND device_id IS NULL)" };

static const struct db_stmt *const stmts[] = {
	&open_stmt, &move_stmt, &months_stmt, &meets_stmt, &rollup_mark_stmt,
	&late_mark_stmt,
};
const struct db_stmt_list import_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* What a batch has of one unit. */
struct import_span {
	struct uuid	unit;
	int64_t		from_ms, to_ms, last_ms;
	bool		ordered;	/* and therefore nothing twice */
};

static struct db_arg
hash_arg(const struct import *im, char hex[2 * IMPORT_HASH + 1])
{
	sodium_bin2hex(hex, 2 * IMPORT_HASH + 1, im->hash, IMPORT_HASH);
	return db_arg_text(hex);
}

enum db_rc
import_open(struct import *im, const char *file_name)
{
	char		 hex[2 * IMPORT_HASH + 1];
	PGresult	*res = NULL;
	enum db_rc	 rc = DB_OK;

	im->v = mem_alloc(mem_product(IMPORT_BATCH, sizeof(*im->v)));
	im->spans = mem_alloc(mem_product(IMPORT_UNITS + 1,
	    sizeof(*im->spans)));
	im->n = im->nspans = 0;
	im->line = im->stored = im->known = im->refused = im->straight = 0;
	if (im->dry_run)
		return DB_OK;
	rc = db_one(im->db, &open_stmt, &res, db_arg_uuid(&im->organization),
	    hash_arg(im, hex), db_arg_text(file_name));
	if (rc == DB_OK && !(db_i64(res, 0, 0, &im->line) &&
	    db_i64(res, 0, 1, &im->stored) && db_i64(res, 0, 2, &im->known) &&
	    db_i64(res, 0, 3, &im->refused)))
		rc = db_bad_row(&open_stmt);
	PQclear(res);
	return rc;
}

void
import_release(struct import *im)
{
	free(im->v);
	free(im->spans);
	im->v = NULL;
	im->spans = NULL;
}

/* The unit's, a new one if need be. */
static struct import_span *
span_of(struct import *im, const struct uuid *unit)
{
	size_t	i = 0;

	while (i < im->nspans && !uuid_eq(&im->spans[i].unit, unit))
		i++;
	if (i == im->nspans)
		im->spans[im->nspans++] = (struct import_span){ .unit = *unit,
		    .from_ms = INT64_MAX, .to_ms = INT64_MIN,
		    .last_ms = INT64_MIN, .ordered = true };
	return &im->spans[i];
}

bool
import_is_full(const struct import *im)
{
	return im->n == IMPORT_BATCH || im->nspans > IMPORT_UNITS;
}

void
import_add(struct import *im, const struct reading_copy *r)
{
	struct import_span	*s = span_of(im, &r->unit);

	im->v[im->n++] = *r;
	if (r->at_ms < s->from_ms)
		s->from_ms = r->at_ms;
	if (r->at_ms > s->to_ms)
		s->to_ms = r->at_ms;
	s->ordered = s->ordered && r->at_ms > s->last_ms;
	s->last_ms = r->at_ms;
}

/* Months before the first are made on the way; nothing of that is undone. */
static enum db_rc
make_months(struct import *im)
{
	int64_t	from_ms = INT64_MAX, to_ms = INT64_MIN;

	for (size_t i = 0; i < im->nspans; i++) {
		if (im->spans[i].from_ms < from_ms)
			from_ms = im->spans[i].from_ms;
		if (im->spans[i].to_ms > to_ms)
			to_ms = im->spans[i].to_ms;
	}
	return db_query(im->db, &months_stmt, NULL, db_arg_i64(from_ms),
	    db_arg_i64(to_ms));
}

/* Whether readings of the batch could be there already. Those of sensors are
 * no obstacle: they are other readings, be it at the same time. */
static enum db_rc
look(struct import *im, bool *meets)
{
	enum db_rc	rc = DB_OK;

	*meets = false;
	for (size_t i = 0; i < im->nspans && rc == DB_OK && !*meets; i++) {
		const struct import_span *s = &im->spans[i];
		PGresult	*res = NULL;

		*meets = !s->ordered;
		if (*meets)
			break;
		rc = db_one(im->db, &meets_stmt, &res,
		    db_arg_uuid(&im->organization), db_arg_uuid(&s->unit),
		    db_arg_i64(s->from_ms), db_arg_i64(s->to_ms));
		if (rc == DB_OK && !db_bool(res, 0, 0, meets))
			rc = db_bad_row(&meets_stmt);
		PQclear(res);
	}
	return rc;
}

static enum db_rc
copy_into(struct import *im, const char *sql, int64_t *rows)
{
	struct plain_copy copy;
	struct buf	  out = BUF_INIT((size_t)IMPORT_BATCH * ROW_MAX);
	enum db_rc	  rc = plain_copy_begin(&copy, im->db, sql);

	if (rc != DB_OK)
		return rc;
	copy_head(&out);
	for (size_t i = 0; i < im->n; i++)
		reading_copy(&out, &im->v[i]);
	copy_tail(&out);
	plain_copy_put(&copy, out.data, out.len);
	buf_release(&out);
	return plain_copy_end(&copy, rows);
}

static enum db_rc
store(struct import *im, bool meets, int64_t *rows)
{
	enum db_rc	rc;

	if (!meets)
		return copy_into(im, "COPY frostguard.sensor_readings ("
		    READING_COPY_COLUMNS ") FROM STDIN WITH (FORMAT binary)",
		    rows);
	rc = plain_run(im->db, "CREATE TEMPORARY TABLE IF NOT EXISTS"
	    " import_stage (LIKE frostguard.sensor_readings)"
	    " ON COMMIT DELETE ROWS", NULL);
	if (rc == DB_OK)
		rc = copy_into(im, "COPY pg_temp.import_stage ("
		    READING_COPY_COLUMNS ") FROM STDIN WITH (FORMAT binary)",
		    NULL);
	if (rc == DB_OK)
		rc = plain_run(im->db, "INSERT INTO frostguard.sensor_readings"
		    " (" READING_COPY_COLUMNS ") SELECT " READING_COPY_COLUMNS
		    " FROM pg_temp.import_stage ON CONFLICT DO NOTHING", rows);
	return rc;
}

/* For sums to be made anew, or for what there was to be judged. */
static enum db_rc
mark(struct import *im, const struct db_stmt *st)
{
	enum db_rc	rc = DB_OK;

	for (size_t i = 0; i < im->nspans && rc == DB_OK; i++)
		rc = db_query(im->db, st, NULL,
		    db_arg_uuid(&im->organization),
		    db_arg_uuid(&im->spans[i].unit),
		    db_arg_i64(im->spans[i].from_ms),
		    db_arg_i64(im->spans[i].to_ms));
	return rc;
}

static enum db_rc
move(struct import *im, int64_t line, int64_t rows, bool last)
{
	char	hex[2 * IMPORT_HASH + 1];

	return db_query(im->db, &move_stmt, NULL,
	    db_arg_uuid(&im->organization), hash_arg(im, hex),
	    db_arg_i64(line), db_arg_i64(im->stored + rows),
	    db_arg_i64(im->known + (int64_t)im->n - rows),
	    db_arg_i64(im->refused), db_arg_bool(last));
}

static enum db_rc
attempt(struct import *im, bool meets, int64_t line, int64_t *rows, bool last)
{
	enum db_rc	rc = plain_run(im->db, "BEGIN", NULL), undone;

	*rows = 0;
	if (rc == DB_OK && im->n > 0)
		rc = store(im, meets, rows);
	if (rc == DB_OK)
		rc = mark(im, &rollup_mark_stmt);
	if (rc == DB_OK)
		rc = mark(im, &late_mark_stmt);
	if (rc == DB_OK)
		rc = move(im, line, *rows, last);
	if (rc == DB_OK && !im->dry_run)
		return plain_run(im->db, "COMMIT", NULL);
	undone = plain_run(im->db, "ROLLBACK", NULL);
	return rc != DB_OK ? rc : undone;
}

static enum db_rc
flush(struct import *im, int64_t line, bool last)
{
	int64_t		rows;
	bool		meets = im->nspans > IMPORT_UNITS;
	enum db_rc	rc = DB_OK;

	if (im->n > 0 && !im->dry_run)
		rc = make_months(im);
	if (rc == DB_OK && !meets)
		rc = look(im, &meets);
	if (rc == DB_OK)
		rc = attempt(im, meets, line, &rows, last);
	if (rc == DB_CONFLICT) {	/* somebody else just stored one */
		meets = true;
		rc = attempt(im, meets, line, &rows, last);
	}
	if (rc != DB_OK)
		return rc;
	im->stored += rows;
	im->known += (int64_t)im->n - rows;
	im->straight += meets ? 0 : rows;
	im->line = line;
	im->n = im->nspans = 0;
	return DB_OK;
}

enum db_rc
import_flush(struct import *im, int64_t line)
{
	return flush(im, line, false);
}

enum db_rc
import_finish(struct import *im, int64_t line)
{
	return flush(im, line, true);
}
