#include "domain/rollup_sum.h"
#include "base/buf.h"
#include <inttypes.h>

#define INSTANTS_MAX	(64 * 1024)

/* Of a unit, or ($2 null) of all that have the zone, or ($3 null) of all. */
#define UNITS								\
	"(SELECT r.unit_id, ARRAY(SELECT d.id FROM devices d"		\
	"	   WHERE d.organization_id = $1::uuid"			\
	"	     AND d.unit_id = r.unit_id"				\
	"	     AND d.id <> r.primary_device_id) AS others"		\
	"   FROM unit_rules r WHERE r.organization_id = $1::uuid"	\
	"    AND ($2::uuid IS NULL OR r.unit_id = $2::uuid)"		\
	"    AND ($3::text IS NULL OR r.timezone = $3::text)) u"

#define COUNTED "(s.device_id IS NULL OR s.device_id <> ALL (u.others))"

/* The periods as two arrays: their starts and their ends. */
#define PERIODS								\
	" CROSS JOIN unnest($4::int8[], $5::int8[]) AS p(a, b)"

#define INTO_METRICS							\
	"INSERT INTO reading_metrics (organization_id, unit_id,"	\
	"	granularity, period_start, period_end, temp_min,"	\
	"	temp_max, temp_sum, humidity_min, humidity_max,"	\
	"	humidity_sum, humidity_count, reading_count,"		\
	"	anomaly_count)"

/* What INTO_METRICS takes from temp_min on, of readings s; whole hundredths,
 * for aggregates of numerics cost several times as much. */
#define SUMS "(lo, hi, total, hlo, hhi, htotal, hn, n, bad)"
#define SUMS_OF_READINGS						\
	"min(s.temperature), max(s.temperature),"			\
	"	sum((s.temperature * 100)::int4) / 100.0,"		\
	"	min(s.humidity), max(s.humidity),"			\
	"	coalesce(sum((s.humidity * 100)::int4), 0) / 100.0,"	\
	"	count(s.humidity)::int4, count(*)::int4,"		\
	"	count(*) FILTER (WHERE s.anomaly)::int4"
#define METRICS								\
	"temp_min, temp_max, temp_sum, humidity_min, humidity_max,"	\
	"	humidity_sum, humidity_count, reading_count, anomaly_count"
#define SUMS_OF_SUMS							\
	"min(lo), max(hi), sum(total), min(hlo), max(hhi),"		\
	"	sum(htotal), sum(hn)::int4, sum(n)::int4, sum(bad)::int4"

/* Whatever has an instant in common with the periods, for they may have been
 * those of another zone; none is longer than 32 days. */
static const struct db_stmt clear_stmt = { "rollup_clear", 6, -1,
	"DELETE FROM reading_metrics m USING " UNITS PERIODS
	" WHERE m.organization_id = $1::uuid AND m.unit_id = u.unit_id"
	"   AND m.granularity = $6::text"
	"   AND m.period_start > from_epoch_ms(p.a) - interval '32 days'"
	"   AND m.period_start < from_epoch_ms(p.b)"
	"   AND m.period_end > from_epoch_ms(p.a)" };

/* A period is any number of hours. */
static const struct db_stmt hours_stmt = { "rollup_hours", 5, -1,
	INTO_METRICS
	" SELECT $1::uuid, u.unit_id, 'hourly', from_epoch_ms(h * 3600000),"
	"	from_epoch_ms((h + 1) * 3600000), lo, hi, total, hlo, hhi,"
	"	htotal, hn, n, bad"
	"  FROM " UNITS PERIODS
	" CROSS JOIN LATERAL (SELECT epoch_ms(s.recorded_at) / 3600000,"
	"	" SUMS_OF_READINGS
	"	  FROM sensor_readings s"
	"	 WHERE s.organization_id = $1::uuid AND s.unit_id = u.unit_id"
	"	   AND s.recorded_at >= from_epoch_ms(p.a)"
	"	   AND s.recorded_at < from_epoch_ms(p.b) AND " COUNTED
	"	 GROUP BY 1) t (h, lo, hi, total, hlo, hhi, htotal, hn, n,"
	"	bad)" };

/* The whole hours within a day, and the readings at its ends beside them. */
#define WHOLE	" CROSS JOIN LATERAL (SELECT (p.a + 3599999) / 3600000"	\
		"	* 3600000, p.b / 3600000 * 3600000) w (a, b)"

static const struct db_stmt days_stmt = { "rollup_days", 5, -1,
	INTO_METRICS
	" SELECT $1::uuid, u.unit_id, 'daily', from_epoch_ms(p.a),"
	"	from_epoch_ms(p.b), t.*"
	"  FROM " UNITS PERIODS WHOLE
	" CROSS JOIN LATERAL (SELECT " SUMS_OF_SUMS " FROM ("
	"	SELECT " METRICS " FROM reading_metrics m"
	"	 WHERE m.organization_id = $1::uuid AND m.unit_id = u.unit_id"
	"	   AND m.granularity = 'hourly'"
	"	   AND m.period_start >= from_epoch_ms(w.a)"
	"	   AND m.period_start < from_epoch_ms(w.b)"
	"	UNION ALL"
	"	SELECT " SUMS_OF_READINGS
	"	  FROM (SELECT * FROM (VALUES (p.a, w.a), (w.b, p.b)) v (a, b)"
	"		 WHERE v.a < v.b) e"
	"	  JOIN sensor_readings s ON s.organization_id = $1::uuid"
	"	   AND s.unit_id = u.unit_id"
	"	   AND s.recorded_at >= from_epoch_ms(e.a)"
	"	   AND s.recorded_at < from_epoch_ms(e.b) AND " COUNTED
	"	HAVING count(*) > 0) x " SUMS
	"	HAVING count(*) > 0) t" };

static const struct db_stmt longer_stmt = { "rollup_longer", 6, -1,
	INTO_METRICS
	" SELECT $1::uuid, u.unit_id, $6::text, from_epoch_ms(p.a),"
	"	from_epoch_ms(p.b), t.*"
	"  FROM " UNITS PERIODS
	" CROSS JOIN LATERAL (SELECT " SUMS_OF_SUMS " FROM ("
	"	SELECT " METRICS " FROM reading_metrics m"
	"	 WHERE m.organization_id = $1::uuid AND m.unit_id = u.unit_id"
	"	   AND m.granularity = 'daily'"
	"	   AND m.period_start >= from_epoch_ms(p.a)"
	"	   AND m.period_start < from_epoch_ms(p.b)) x " SUMS
	"	HAVING count(*) > 0) t" };

static const struct db_stmt *const stmts[] = {
	&clear_stmt, &hours_stmt, &days_stmt, &longer_stmt,
};
const struct db_stmt_list rollup_sum_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* "{1,2}" */
static void
put_instant(struct buf *b, int64_t at_ms)
{
	buf_printf(b, "%c%" PRId64, b->len == 0 ? '{' : ',', at_ms);
}

void
rollup_sum(struct db *db, const struct rollup_of *of, enum period_kind kind,
    const struct period *v, size_t n, int64_t *rows)
{
	const struct db_arg	organization = db_arg_uuid(&of->organization);
	const struct db_arg	unit = db_arg_uuid(&of->unit);
	const struct db_arg	zone = db_arg_text(of->zone);
	const struct db_arg	name = db_arg_text(period_name(kind));
	struct buf		starts = BUF_INIT(INSTANTS_MAX);
	struct buf		ends = BUF_INIT(INSTANTS_MAX);
	struct db_arg		from, to;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		put_instant(&starts, v[i].from_ms);
		put_instant(&ends, v[i].to_ms);
	}
	buf_putc(&starts, '}');
	buf_putc(&ends, '}');
	from = db_arg_text(buf_str(&starts));
	to = db_arg_text(buf_str(&ends));
	db_send(db, &clear_stmt, organization, unit, zone, from, to, name);
	if (kind == PERIOD_HOUR)
		db_send_counted(db, &hours_stmt, rows, organization, unit,
		    zone, from, to);
	else if (kind == PERIOD_DAY)
		db_send_counted(db, &days_stmt, rows, organization, unit,
		    zone, from, to);
	else
		db_send_counted(db, &longer_stmt, rows, organization, unit,
		    zone, from, to, name);
	buf_release(&starts);
	buf_release(&ends);
}
