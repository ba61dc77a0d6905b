#include "domain/history.h"
#include "db/binary.h"

static const struct db_stmt points_stmt = { "history_points", 5, 2 | DB_BINARY,
	"SELECT recorded_at, temperature"
	HISTORY_CURVE
	" ORDER BY recorded_at DESC LIMIT $5::int4" };

/* From the last event before the period on: a door open then is open still. */
static const struct db_stmt doors_stmt = { "history_doors", 4, 2,
	"SELECT epoch_ms(\"timestamp\"), state = 'open'"
	"  FROM door_events"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND \"timestamp\" < from_epoch_ms($4::int8)"
	"   AND \"timestamp\" >= coalesce((SELECT max(e.\"timestamp\")"
	"	  FROM door_events e"
	"	 WHERE e.organization_id = $1::uuid AND e.unit_id = $2::uuid"
	"	   AND e.\"timestamp\" < from_epoch_ms($3::int8)),"
	"	from_epoch_ms($3::int8))"
	" ORDER BY \"timestamp\"" };

static const struct db_stmt alerts_stmt = { "history_alerts", 4, 2,
	"SELECT epoch_ms(triggered_at),"
	"	coalesce(epoch_ms(resolved_at), $4::int8)"
	"  FROM alerts"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND alert_type IN ('alarm_active', 'temp_excursion',"
	"	'suspected_cooling_failure')"
	"   AND triggered_at < from_epoch_ms($4::int8)"
	"   AND coalesce(resolved_at, 'infinity') > from_epoch_ms($3::int8)"
	" ORDER BY triggered_at" };

static const struct db_stmt unit_stmt = { "history_unit", 2, 2,
	"SELECT r.timezone, r.checkin_interval_seconds"
	"  FROM unit_rules r JOIN units u"
	"    ON u.organization_id = r.organization_id AND u.id = r.unit_id"
	" WHERE r.organization_id = $1::uuid AND r.unit_id = $2::uuid"
	"   AND u.deleted_at IS NULL" };

/* The order is the key's, backwards: no device comes first. */
#define NO_DEVICE	"'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"

/* Whether there is such a unit is asked once, and the filter behind a cursor is
 * for those who have one: both are much for each of many rows. */
#define MEASURED							\
	"SELECT recorded_at, temperature, humidity, battery,"		\
	"	signal_strength, anomaly, doubts, device_id"
#define DETAIL	", received_at, source, raw_temperature"
#define FROM_READINGS							\
	"  FROM sensor_readings"					\
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"	\
	"   AND recorded_at >= from_epoch_ms($3::int8)"			\
	"   AND recorded_at < from_epoch_ms($4::int8)"			\
	"   AND EXISTS (SELECT FROM units u"				\
	"	 WHERE u.organization_id = $1::uuid"			\
	"	   AND u.id = $2::uuid AND u.deleted_at IS NULL)"
#define IN_ORDER							\
	" ORDER BY recorded_at DESC, device_id DESC LIMIT $5::int4"

#define MEASURED_NCOLS	8
#define DETAIL_NCOLS	11

static const struct db_stmt rows_stmt = { "history_rows", 5,
	MEASURED_NCOLS | DB_BINARY,
	MEASURED FROM_READINGS IN_ORDER };

static const struct db_stmt detail_stmt = { "history_detail", 5,
	DETAIL_NCOLS | DB_BINARY,
	MEASURED DETAIL FROM_READINGS IN_ORDER };

static const struct db_stmt behind_stmt = { "history_behind", 7,
	DETAIL_NCOLS | DB_BINARY,
	MEASURED DETAIL FROM_READINGS
	"   AND recorded_at <= from_epoch_ms($6::int8)"
	"   AND (recorded_at < (SELECT from_epoch_ms($6::int8))"
	"	OR coalesce(device_id, " NO_DEVICE ")"
	"	    < coalesce($7::uuid, " NO_DEVICE "))"
	IN_ORDER };

static const struct db_stmt count_stmt = { "history_count", 5, 1,
	"SELECT count(*) FROM (SELECT FROM sensor_readings"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND recorded_at >= from_epoch_ms($3::int8)"
	"   AND recorded_at < from_epoch_ms($4::int8)"
	" LIMIT $5::int4) t" };

static const struct db_stmt *const stmts[] = {
	&points_stmt, &doors_stmt, &alerts_stmt, &unit_stmt, &rows_stmt,
	&detail_stmt, &behind_stmt, &count_stmt,
};
const struct db_stmt_list history_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static int64_t
clip(const struct history_of *of, int64_t at_ms)
{
	if (at_ms < of->from_ms)
		return of->from_ms;
	return at_ms > of->to_ms ? of->to_ms : at_ms;
}

enum db_rc
history_points(struct db *db, const struct history_of *of, int32_t max,
    struct arena *arena, struct history_point **v, size_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;
	int		 rows;

	rc = db_query(db, &points_stmt, &res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(of->from_ms),
	    db_arg_i64(of->to_ms), db_arg_i64(max));
	if (rc != DB_OK)
		return rc;
	rows = PQntuples(res);
	*n = (size_t)rows;
	*v = arena_alloc(arena, (*n + 1) * sizeof(**v));
	/* They came newest first, for the limit's sake. */
	for (int i = 0; i < rows && rc == DB_OK; i++)
		if (!binary_when(res, rows - 1 - i, 0, &(*v)[i].at_ms) ||
		    !binary_centi(res, rows - 1 - i, 1, &(*v)[i].t))
			rc = db_bad_row(&points_stmt);
	PQclear(res);
	return rc;
}

/* Appends, or lengthens the last span where they touch; clips to of. */
static void
add_span(const struct history_of *of, int64_t from_ms, int64_t to_ms,
    struct history_span *v, size_t *n)
{
	from_ms = clip(of, from_ms);
	to_ms = clip(of, to_ms);
	if (to_ms <= from_ms)
		return;
	if (*n > 0 && from_ms <= v[*n - 1].to_ms) {
		if (to_ms > v[*n - 1].to_ms)
			v[*n - 1].to_ms = to_ms;
		return;
	}
	v[(*n)++] = (struct history_span){ from_ms, to_ms };
}

static enum db_rc
query_spans(struct db *db, const struct db_stmt *st,
    const struct history_of *of, PGresult **res)
{
	return db_query(db, st, res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(of->from_ms),
	    db_arg_i64(of->to_ms));
}

enum db_rc
history_doors(struct db *db, const struct history_of *of, struct arena *arena,
    struct history_span **v, size_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;
	int64_t		 at, opened_at = 0;
	bool		 open, was_open = false;

	rc = query_spans(db, &doors_stmt, of, &res);
	if (rc != DB_OK)
		return rc;
	*n = 0;
	*v = arena_alloc(arena, ((size_t)PQntuples(res) + 1) * sizeof(**v));
	for (int i = 0; i < PQntuples(res); i++) {
		if (!db_i64(res, i, 0, &at) || !db_bool(res, i, 1, &open)) {
			rc = db_bad_row(&doors_stmt);
			break;
		}
		if (open && !was_open)
			opened_at = at;
		else if (!open && was_open)
			add_span(of, opened_at, at, *v, n);
		was_open = open;
	}
	if (was_open)
		add_span(of, opened_at, of->to_ms, *v, n);
	PQclear(res);
	return rc;
}

enum db_rc
history_alerts(struct db *db, const struct history_of *of, struct arena *arena,
    struct history_span **v, size_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;
	int64_t		 from, to;

	rc = query_spans(db, &alerts_stmt, of, &res);
	if (rc != DB_OK)
		return rc;
	*n = 0;
	*v = arena_alloc(arena, ((size_t)PQntuples(res) + 1) * sizeof(**v));
	for (int i = 0; i < PQntuples(res); i++) {
		if (!db_i64(res, i, 0, &from) || !db_i64(res, i, 1, &to)) {
			rc = db_bad_row(&alerts_stmt);
			break;
		}
		add_span(of, from, to, *v, n);
	}
	PQclear(res);
	return rc;
}

static bool
map_detail(const PGresult *res, int row, struct history_row *out)
{
	bool	has_source;

	return binary_when(res, row, 8, &out->received_at_ms) &&
	    binary_opt_char(res, row, 9, &has_source, &out->source) &&
	    binary_opt_centi(res, row, 10, &out->raw.has, &out->raw.t);
}

static bool
map_row(const PGresult *res, int row, struct history_row *out)
{
	bool	has_battery, has_signal, has_doubts, has_device;

	if (!binary_when(res, row, 0, &out->recorded_at_ms) ||
	    !binary_centi(res, row, 1, &out->temperature) ||
	    !binary_opt_centi(res, row, 2, &out->humidity.has,
	    &out->humidity.t) ||
	    !binary_opt_i16(res, row, 3, &has_battery, &out->battery) ||
	    !binary_opt_i16(res, row, 4, &has_signal, &out->signal) ||
	    !binary_bool(res, row, 5, &out->outside) ||
	    !binary_opt_i16(res, row, 6, &has_doubts, &out->doubts) ||
	    !binary_opt_uuid(res, row, 7, &has_device, &out->device))
		return false;
	if (!has_battery)
		out->battery = -1;
	return PQnfields(res) == MEASURED_NCOLS ||
	    map_detail(res, row, out);
}

static enum db_rc
recv_unit(struct db *db, struct arena *arena, struct history_unit *out)
{
	PGresult	*res = NULL;
	const char	*zone;
	int32_t		 interval_s;
	enum db_rc	 rc = db_recv(db, &res);

	if (rc == DB_OK && PQntuples(res) == 0)
		rc = DB_NONE;
	else if (rc == DB_OK && (!db_text(res, 0, 0, &zone) ||
	    !db_i32(res, 0, 1, &interval_s)))
		rc = db_bad_row(&unit_stmt);
	if (rc == DB_OK) {
		out->zone = arena_strdup(arena, zone);
		out->interval_ms = INT64_C(1000) * interval_s;
	}
	PQclear(res);
	return rc;
}

static void
send_unit(struct db *db, const struct history_of *of)
{
	db_send(db, &unit_stmt, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit));
}

void
history_send_rows(struct db *db, const struct history_of *of,
    const struct history_page *page)
{
	const struct db_stmt	*st = page->has_after ? &behind_stmt :
				    page->detail ? &detail_stmt : &rows_stmt;
	const struct db_arg	 args[] = {
		db_arg_uuid(&of->organization), db_arg_uuid(&of->unit),
		db_arg_i64(of->from_ms), db_arg_i64(of->to_ms),
		db_arg_i64(page->max), db_arg_i64(page->after.at_ms),
		db_arg_uuid(&page->after.id),
	};

	db_send_n(db, st, args, (size_t)st->nargs);
}

enum db_rc
history_recv_rows(struct db *db, struct arena *arena, struct history_row **v,
    size_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc = db_recv(db, &res);

	if (rc != DB_OK)
		return rc;
	*n = (size_t)PQntuples(res);
	*v = arena_alloc(arena, (*n + 1) * sizeof(**v));
	for (size_t i = 0; i < *n && rc == DB_OK; i++)
		if (!map_row(res, (int)i, &(*v)[i]))
			rc = db_bad_row(&rows_stmt);
	PQclear(res);
	return rc;
}

enum db_rc
history_count(struct db *db, const struct history_of *of, int32_t max,
    struct arena *arena, struct history_unit *unit, int64_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	send_unit(db, of);
	db_send(db, &count_stmt, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(of->from_ms),
	    db_arg_i64(of->to_ms), db_arg_i64(max));
	rc = recv_unit(db, arena, unit);
	if (rc == DB_OK)
		rc = db_recv(db, &res);
	if (rc == DB_OK && !db_i64(res, 0, 0, n))
		rc = db_bad_row(&count_stmt);
	PQclear(res);
	return rc;
}
