#include "domain/import.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/binary.h"
#include "db/copy_rows.h"
#include "db/plain.h"
#include "domain/late.h"

#define ROW_MAX		200	/* bytes of one in COPY's form */
#define PIECE_MAX	65536	/* of them, sent at once */

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

/* Those of sensors are other readings, be it at the same time. */
static const struct db_stmt known_stmt = { "import_known", 5, 1 | DB_BINARY,
	"SELECT recorded_at FROM sensor_readings"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND recorded_at BETWEEN from_epoch_ms($3::int8)"
	"	AND from_epoch_ms($4::int8) AND device_id IS NULL"
	" ORDER BY recorded_at LIMIT $5::int8" };

/* What a batch has of one unit: order[first] and on, before order[end]. */
struct import_part {
	size_t	first, end;
	size_t	at;		/* compared with what is known, before it */
	int64_t	from_ms;	/* what is known is asked from here on */
	bool	done;
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
	im->order = mem_alloc(mem_product(IMPORT_BATCH, sizeof(*im->order)));
	im->parts = NULL;
	im->n = im->nparts = 0;
	im->line = im->stored = im->known = im->refused = 0;
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
	free(im->order);
	free(im->parts);
	im->v = NULL;
	im->order = NULL;
	im->parts = NULL;
}

bool
import_is_full(const struct import *im)
{
	return im->n == IMPORT_BATCH;
}

void
import_add(struct import *im, const struct reading_copy *r)
{
	im->v[im->n++] = *r;
}

/* Months before the first are made on the way; nothing of that is undone. */
static enum db_rc
make_months(struct import *im)
{
	int64_t	from_ms = INT64_MAX, to_ms = INT64_MIN;

	for (size_t i = 0; i < im->n; i++) {
		if (im->v[i].at_ms < from_ms)
			from_ms = im->v[i].at_ms;
		if (im->v[i].at_ms > to_ms)
			to_ms = im->v[i].at_ms;
	}
	return db_query(im->db, &months_stmt, NULL, db_arg_i64(from_ms),
	    db_arg_i64(to_ms));
}

/* As the table's key is ordered, but for the organization. */
static int
compare(const struct reading_copy *a, const struct reading_copy *b)
{
	int	units = memcmp(&a->unit, &b->unit, sizeof(a->unit));

	return units != 0 ? units : (a->at_ms > b->at_ms) -
	    (a->at_ms < b->at_ms);
}

/* Of two of the same time the one that was added first comes first. */
static int
compare_pointers(const void *a, const void *b)
{
	const struct reading_copy *const *x = a, *const *y = b;
	int	order = compare(*x, *y);

	return order != 0 ? order : (*x > *y) - (*x < *y);
}

static void
sort(struct import *im)
{
	bool	sorted = true;

	for (size_t i = 0; i < im->n; i++) {
		im->order[i] = &im->v[i];
		sorted = sorted && (i == 0 ||
		    compare(&im->v[i - 1], &im->v[i]) <= 0);
	}
	if (!sorted)
		qsort(im->order, im->n, sizeof(*im->order), compare_pointers);
}

static void
begin_part(struct import *im, const struct reading_copy *r)
{
	im->parts = mem_resize(im->parts, mem_product(im->nparts + 1,
	    sizeof(*im->parts)));
	im->parts[im->nparts++] = (struct import_part){
	    .first = im->norder, .at = im->norder, .from_ms = r->at_ms };
}

/* The first of each time is to be stored, as far as is known by now. */
static void
arrange(struct import *im)
{
	sort(im);
	im->norder = im->nparts = 0;
	for (size_t i = 0; i < im->n; i++) {
		const struct reading_copy *r = im->order[i];
		const struct reading_copy *last = im->norder > 0 ?
		    im->order[im->norder - 1] : NULL;

		if (last != NULL && compare(last, r) == 0)
			continue;
		if (last == NULL || !uuid_eq(&last->unit, &r->unit))
			begin_part(im, r);
		im->order[im->norder++] = r;
		im->parts[im->nparts - 1].end = im->norder;
	}
}

/* What is known is asked in pieces as long as what the unit has itself: were
 * it much more, it would not be kept in memory. */
static int64_t
piece(const struct import_part *p)
{
	return (int64_t)(p->end - p->first) + 1;
}

/* Leaves those out that are in the piece. */
static bool
leave_out(struct import *im, struct import_part *p, const PGresult *res)
{
	const int	rows = PQntuples(res);
	int64_t		at_ms;

	for (int i = 0; i < rows; i++) {
		if (!binary_when(res, i, 0, &at_ms))
			return false;
		while (p->at < p->end && im->order[p->at]->at_ms < at_ms)
			p->at++;
		if (p->at < p->end && im->order[p->at]->at_ms == at_ms)
			im->order[p->at++] = NULL;
		p->from_ms = at_ms + 1;
	}
	p->done = p->at == p->end || rows < piece(p);
	return true;
}

/* One piece of each unit that has more, all in one round trip. */
static enum db_rc
leave_out_pieces(struct import *im, bool *done)
{
	enum db_rc	rc = DB_OK;

	*done = true;
	for (size_t i = 0; i < im->nparts; i++) {
		const struct import_part *p = &im->parts[i];

		if (!p->done)
			db_send(im->db, &known_stmt,
			    db_arg_uuid(&im->organization),
			    db_arg_uuid(&im->order[p->end - 1]->unit),
			    db_arg_i64(p->from_ms),
			    db_arg_i64(im->order[p->end - 1]->at_ms),
			    db_arg_i64(piece(p)));
	}
	for (size_t i = 0; i < im->nparts && rc == DB_OK; i++) {
		PGresult	*res = NULL;

		if (im->parts[i].done)
			continue;
		rc = db_recv(im->db, &res);
		if (rc == DB_OK && !leave_out(im, &im->parts[i], res))
			rc = db_bad_row(&known_stmt);
		*done = *done && im->parts[i].done;
		PQclear(res);
	}
	return rc;
}

static enum db_rc
leave_out_known(struct import *im)
{
	enum db_rc	rc = DB_OK;
	bool		done = im->nparts == 0;

	while (rc == DB_OK && !done)
		rc = leave_out_pieces(im, &done);
	return rc;
}

static int64_t
count(const struct import *im)
{
	int64_t	n = 0;

	for (size_t i = 0; i < im->norder; i++)
		n += im->order[i] != NULL;
	return n;
}

/* For sums to be made anew, and for what there was to be judged. The marks
 * refer to the units, which nobody deletes from here on. */
static enum db_rc
mark(struct import *im)
{
	struct late_marks	l = { .sums.to_ms = 0 };

	for (size_t i = 0; i < im->norder; i++)
		if (im->order[i] != NULL)
			late_add_history(&l, &im->order[i]->unit,
			    im->order[i]->at_ms);
	late_send(&l, im->db, &im->organization);
	late_release(&l);
	return db_wait(im->db);
}

static enum db_rc
copy(struct import *im)
{
	struct plain_copy copy;
	struct buf	  out = BUF_INIT(PIECE_MAX);
	enum db_rc	  rc = plain_copy_begin(&copy, im->db,
			    "COPY frostguard.sensor_readings ("
			    READING_COPY_COLUMNS
			    ") FROM STDIN WITH (FORMAT binary)");

	if (rc != DB_OK)
		return rc;
	copy_head(&out);
	for (size_t i = 0; i < im->norder; i++) {
		if (im->order[i] != NULL)
			reading_copy(&out, im->order[i]);
		if (out.len < PIECE_MAX - ROW_MAX)
			continue;
		plain_copy_put(&copy, out.data, out.len);
		buf_clear(&out);
	}
	copy_tail(&out);
	plain_copy_put(&copy, out.data, out.len);
	buf_release(&out);
	return plain_copy_end(&copy, NULL);
}

struct attempt {
	struct import	*im;
	int64_t		 line, rows;
	bool		 last;
};

/* Leaves with COMMIT. */
static void
move(const struct attempt *a)
{
	const struct import	*im = a->im;
	char			 hex[2 * IMPORT_HASH + 1];

	db_send(im->db, &move_stmt, db_arg_uuid(&im->organization),
	    hash_arg(im, hex), db_arg_i64(a->line),
	    db_arg_i64(im->stored + a->rows),
	    db_arg_i64(im->known + (int64_t)im->n - a->rows),
	    db_arg_i64(im->refused), db_arg_bool(a->last));
}

static enum db_rc
attempt(struct db *db, void *arg)
{
	struct attempt	*a = arg;
	enum db_rc	 rc;

	(void)db;		/* the import's */
	arrange(a->im);
	rc = leave_out_known(a->im);
	a->rows = count(a->im);
	if (rc != DB_OK || a->im->dry_run)
		return rc;
	if (a->rows > 0)
		rc = mark(a->im);
	if (rc == DB_OK && a->rows > 0)
		rc = copy(a->im);
	if (rc == DB_OK)
		move(a);
	return rc;
}

static enum db_rc
flush(struct import *im, int64_t line, bool last)
{
	struct attempt	a = { im, line, 0, last };
	enum db_rc	rc = DB_OK;
	int		tries = 0;

	if (im->n > 0 && !im->dry_run)
		rc = make_months(im);
	if (rc != DB_OK)
		return rc;
	do
		rc = db_tx(im->db, NULL, NULL, attempt, &a);
	while (rc == DB_CONFLICT && ++tries < DB_TRIES);
	if (rc != DB_OK)
		return rc;
	im->stored += a.rows;
	im->known += (int64_t)im->n - a.rows;
	im->line = line;
	im->n = 0;
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
