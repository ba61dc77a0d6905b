#include "domain/bucket.h"
#include "base/when.h"
#include <inttypes.h>

#define QUARTER_MS	(15 * BUCKET_MINUTE)	/* every zone's days fit */

/* Whole hundredths: aggregates of numerics cost several times as much. */
static const struct db_stmt readings_stmt = { "bucket_readings", 5, 6,
	"SELECT g * $5::int8, (g + 1) * $5::int8, count(*), sum(t)::int8,"
	"	min(t), max(t)"
	"  FROM (SELECT epoch_ms(recorded_at) / $5::int8 AS g,"
	"		(temperature * 100)::int4 AS t"
	HISTORY_CURVE
	"	) r GROUP BY g ORDER BY g" };

static const struct db_stmt sums_stmt = { "bucket_sums", 5, 6,
	"SELECT epoch_ms(period_start), epoch_ms(period_end), reading_count,"
	"	(temp_sum * 100)::int8, (temp_min * 100)::int4,"
	"	(temp_max * 100)::int4"
	"  FROM reading_metrics"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND granularity = $5::text"
	"   AND period_start >= from_epoch_ms($3::int8)"
	"   AND period_start < from_epoch_ms($4::int8)"
	" ORDER BY period_start" };

/* What a mark says changed is not summed up, nor is what comes after it. */
static const struct db_stmt summed_stmt = { "bucket_summed", 2, 1,
	"SELECT epoch_ms(least(until, (SELECT min(from_at)"
	"	  FROM reading_rollup_marks"
	"	 WHERE organization_id = $1::uuid AND unit_id = $2::uuid)))"
	"  FROM reading_rollups WHERE organization_id = $1::uuid" };

static const struct db_stmt *const stmts[] = {
	&readings_stmt, &sums_stmt, &summed_stmt,
};
const struct db_stmt_list bucket_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

struct plan {
	const char		*zone;
	int64_t			 step_ms, summed_ms;
	struct bucket_part	*parts;
	size_t			 n;
};

static void
add_part(struct plan *p, enum bucket_level level, int64_t from_ms,
    int64_t to_ms)
{
	if (from_ms < to_ms)
		p->parts[p->n++] = (struct bucket_part){ level,
		    { from_ms, to_ms } };
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static bool
hours_fit(const struct plan *p, struct period of)
{
	if (p->step_ms < PERIOD_DAY_MS)
		return p->step_ms == PERIOD_HOUR_MS;
	return period_whole_hours(of, p->zone);
}

static void
plan_hours(struct plan *p, int64_t from_ms, int64_t to_ms)
{
	struct period	of = { from_ms, to_ms };
	int64_t		first = period_ceil(PERIOD_HOUR, from_ms, p->zone);
	int64_t		last = period_start(PERIOD_HOUR,
			    least(to_ms, p->summed_ms), p->zone);

	if (from_ms >= to_ms)
		return;
	if (first >= last || !hours_fit(p, of)) {
		add_part(p, BUCKET_READINGS, from_ms, to_ms);
		return;
	}
	add_part(p, BUCKET_READINGS, from_ms, first);
	add_part(p, BUCKET_HOURS, first, last);
	add_part(p, BUCKET_READINGS, last, to_ms);
}

size_t
bucket_plan(struct period of, int64_t step_ms, const char *zone,
    int64_t summed_ms, struct bucket_part parts[BUCKET_PARTS])
{
	struct plan	p = { zone, step_ms, summed_ms, parts, 0 };
	int64_t		first, last;

	first = period_ceil(PERIOD_DAY, of.from_ms, zone);
	last = period_start(PERIOD_DAY, least(of.to_ms, summed_ms), zone);
	if (step_ms < PERIOD_DAY_MS || first >= last) {
		plan_hours(&p, of.from_ms, of.to_ms);
		return p.n;
	}
	plan_hours(&p, of.from_ms, first);
	add_part(&p, BUCKET_DAYS, first, last);
	plan_hours(&p, last, of.to_ms);
	return p.n;
}

static enum db_rc
find_summed(struct db *db, const struct history_of *of, int64_t *summed_ms)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &summed_stmt, &res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit));
	if (rc == DB_OK && !db_i64(res, 0, 0, summed_ms))
		rc = db_bad_row(&summed_stmt);
	PQclear(res);
	if (rc != DB_NONE)
		return rc;
	*summed_ms = 0;			/* nothing is */
	return DB_OK;
}

static void
send_part(struct db *db, const struct history_of *of,
    const struct bucket_part *part, int64_t grain_ms)
{
	struct db_arg	from = db_arg_i64(part->of.from_ms);
	struct db_arg	to = db_arg_i64(part->of.to_ms);
	struct db_arg	organization = db_arg_uuid(&of->organization);
	struct db_arg	unit = db_arg_uuid(&of->unit);

	if (part->level == BUCKET_READINGS)
		db_send(db, &readings_stmt, organization, unit, from, to,
		    db_arg_i64(grain_ms));
	else
		db_send(db, &sums_stmt, organization, unit, from, to,
		    db_arg_text(period_name(part->level == BUCKET_HOURS ?
		    PERIOD_HOUR : PERIOD_DAY)));
}

struct filling {
	const struct history_of	*of;
	int64_t			 step_ms;
	const char		*zone;
	struct bucket		*v;
	size_t			 n, max;
};

/* The bucket that an instant lies in, whole. */
static struct period
bucket_of(const struct filling *f, int64_t at_ms)
{
	if (f->step_ms == PERIOD_DAY_MS)
		return (struct period){
		    period_start(PERIOD_DAY, at_ms, f->zone),
		    period_end(PERIOD_DAY, at_ms, f->zone) };
	at_ms -= at_ms % f->step_ms;
	return (struct period){ at_ms, at_ms + f->step_ms };
}

/* Adds what was read to the last bucket, or as a new one. */
static void
fill(struct filling *f, const struct bucket *b)
{
	struct bucket	*last = f->n > 0 ? &f->v[f->n - 1] : NULL;
	struct period	 whole = { b->from_ms, b->to_ms };

	if (last != NULL && b->from_ms < last->to_ms) {
		last->n += b->n;
		last->sum += b->sum;
		last->low = b->low < last->low ? b->low : last->low;
		last->high = b->high > last->high ? b->high : last->high;
		return;
	}
	if (f->n == f->max)
		return;
	/* A day's sum knows when it began, which is costly to find out. */
	if (b->to_ms - b->from_ms < f->step_ms - 2 * PERIOD_HOUR_MS ||
	    f->step_ms < PERIOD_DAY_MS)
		whole = bucket_of(f, b->from_ms);
	f->v[f->n] = *b;
	f->v[f->n].from_ms = whole.from_ms;
	f->v[f->n++].to_ms = whole.to_ms;
}

static bool
map_row(const PGresult *res, int row, struct bucket *out)
{
	return db_i64(res, row, 0, &out->from_ms) &&
	    db_i64(res, row, 1, &out->to_ms) &&
	    db_i64(res, row, 2, &out->n) &&
	    db_i64(res, row, 3, &out->sum) &&
	    db_i32(res, row, 4, &out->low) &&
	    db_i32(res, row, 5, &out->high);
}

static enum db_rc
recv_part(struct db *db, struct filling *f)
{
	PGresult	*res = NULL;
	struct bucket	 b;
	enum db_rc	 rc = db_recv(db, &res);

	for (int i = 0; rc == DB_OK && i < PQntuples(res); i++)
		if (map_row(res, i, &b))
			fill(f, &b);
		else
			rc = db_bad_row(&readings_stmt);
	PQclear(res);
	return rc;
}

static void
clip(struct filling *f)
{
	struct bucket	*first = f->v, *last = f->v + f->n - 1;

	if (f->n == 0)
		return;
	if (first->from_ms < f->of->from_ms)
		first->from_ms = f->of->from_ms;
	if (last->to_ms > f->of->to_ms)
		last->to_ms = f->of->to_ms;
}

/* The finest that readings are put together in the database: what fits into
 * buckets and into every part. */
static int64_t
grain_of(struct period of, int64_t step_ms, const char *zone)
{
	if (step_ms < PERIOD_DAY_MS)
		return step_ms;
	return period_whole_hours(of, zone) ? PERIOD_HOUR_MS : QUARTER_MS;
}

enum db_rc
bucket_list(struct db *db, const struct history_of *of, int64_t step_ms,
    const char *zone, struct arena *arena, struct bucket **v, size_t *n)
{
	struct bucket_part	parts[BUCKET_PARTS];
	struct period		period = { of->from_ms, of->to_ms };
	struct filling		f = { .of = of, .step_ms = step_ms,
				    .zone = zone, .max = (size_t)
				    bucket_count(of, step_ms) };
	int64_t			summed_ms, grain_ms;
	size_t			nparts;
	enum db_rc		rc;

	rc = find_summed(db, of, &summed_ms);
	if (rc != DB_OK)
		return rc;
	grain_ms = grain_of(period, step_ms, zone);
	nparts = bucket_plan(period, step_ms, zone, summed_ms, parts);
	for (size_t i = 0; i < nparts; i++)
		send_part(db, of, &parts[i], grain_ms);
	f.v = arena_alloc(arena, f.max * sizeof(*f.v));
	for (size_t i = 0; i < nparts && rc == DB_OK; i++)
		rc = recv_part(db, &f);
	clip(&f);
	*v = f.v;
	*n = f.n;
	return rc;
}

/* Days have 22 hours at least, and a period two ends. */
int64_t
bucket_count(const struct history_of *of, int64_t step_ms)
{
	int64_t	least_ms = step_ms < PERIOD_DAY_MS ? step_ms :
		    step_ms - 2 * PERIOD_HOUR_MS;

	return (of->to_ms - of->from_ms) / least_ms + 2;
}

centi_t
bucket_mean(const struct bucket *b)
{
	return (centi_t)((b->sum + (b->sum < 0 ? -b->n : b->n) / 2) / b->n);
}

int32_t
bucket_coverage(const struct bucket *b, int64_t interval_ms, int64_t now_ms)
{
	int64_t	length = least(b->to_ms, now_ms) - b->from_ms;

	if (length <= interval_ms || b->n >= length / interval_ms)
		return 10000;
	return (int32_t)(b->n * interval_ms * 10000 / length);
}

/* How a bucket is written, all in text. */
struct words {
	char	from[WHEN_TEXT], to[WHEN_TEXT];
	char	low[CENTI_TEXT], mean[CENTI_TEXT], high[CENTI_TEXT];
	char	coverage[CENTI_TEXT];
};

static void
words_of(const struct bucket *b, int64_t interval_ms, int64_t now_ms,
    struct words *w)
{
	when_format(b->from_ms, w->from);
	when_format(b->to_ms, w->to);
	centi_format(b->low, w->low);
	centi_format(bucket_mean(b), w->mean);
	centi_format(b->high, w->high);
	centi_format(bucket_coverage(b, interval_ms, now_ms), w->coverage);
}

void
bucket_write_json(struct buf *out, const struct bucket *v, size_t n,
    int64_t interval_ms, int64_t now_ms)
{
	struct words	w;

	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		words_of(&v[i], interval_ms, now_ms, &w);
		buf_printf(out, "%s{\"from\":\"%s\",\"to\":\"%s\","
		    "\"min\":%s,\"avg\":%s,\"max\":%s,\"count\":%" PRId64
		    ",\"coveragePercent\":%s}", i > 0 ? "," : "", w.from, w.to,
		    w.low, w.mean, w.high, v[i].n, w.coverage);
	}
	buf_putc(out, ']');
}

void
bucket_write_csv(struct buf *out, const struct bucket *v, size_t n,
    int64_t interval_ms, int64_t now_ms)
{
	struct words	w;

	buf_puts(out, "from,to,min_c,avg_c,max_c,count,coverage_percent\r\n");
	for (size_t i = 0; i < n; i++) {
		words_of(&v[i], interval_ms, now_ms, &w);
		buf_printf(out, "%s,%s,%s,%s,%s,%" PRId64 ",%s\r\n", w.from,
		    w.to, w.low, w.mean, w.high, v[i].n, w.coverage);
	}
}
