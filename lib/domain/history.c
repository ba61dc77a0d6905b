#include "domain/history.h"
#include "base/json.h"
#include <string.h>

/*
 * A second sensor in the unit would make one curve out of two: what is
 * attached to it now without being its primary sensor is left out.
 */
#define CURVE								\
	"  FROM sensor_readings"					\
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"	\
	"   AND recorded_at >= from_epoch_ms($3::int8)"			\
	"   AND recorded_at < from_epoch_ms($4::int8)"			\
	"   AND (device_id IS NULL OR device_id <> ALL (ARRAY("		\
	"	SELECT d.id FROM devices d JOIN units u"		\
	"	    ON u.organization_id = d.organization_id"		\
	"	   AND u.id = d.unit_id"				\
	"	 WHERE d.organization_id = $1::uuid"			\
	"	   AND d.unit_id = $2::uuid"				\
	"	   AND d.id <> u.primary_device_id)))"

static const struct db_stmt raw_stmt = { "history_raw", 5, 5,
	"SELECT epoch_ms(recorded_at), temperature, temperature,"
	"	temperature, 1"
	CURVE
	" ORDER BY recorded_at DESC LIMIT $5::int4" };

/* Sums of whole hundredths: numeric aggregates cost several times as much. */
static const struct db_stmt bucket_stmt = { "history_bucket", 6, 5,
	"SELECT epoch_ms(recorded_at) / $6::int8 * $6::int8 + $6::int8 / 2,"
	"	min(temperature),"
	"	round(avg((temperature * 100)::int4))::int4 / 100.0,"
	"	max(temperature), count(*)::int4"
	CURVE
	" GROUP BY epoch_ms(recorded_at) / $6::int8"
	" ORDER BY 1 DESC LIMIT $5::int4" };

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

#define NIL	"'00000000-0000-0000-0000-000000000000'::uuid"

static const struct db_stmt rows_stmt = { "history_rows", 7, 9,
	"SELECT epoch_ms(recorded_at), epoch_ms(received_at), device_id,"
	"	temperature, humidity, battery, signal_strength, anomaly,"
	"	source"
	"  FROM sensor_readings"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND recorded_at >= from_epoch_ms($3::int8)"
	"   AND recorded_at < from_epoch_ms($4::int8)"
	"   AND recorded_at <= from_epoch_ms($5::int8)"
	"   AND (recorded_at < from_epoch_ms($5::int8)"
	"	OR coalesce(device_id, " NIL ") < coalesce($6, " NIL "))"
	" ORDER BY recorded_at DESC, device_id DESC NULLS LAST"
	" LIMIT $7::int4" };

static const struct db_stmt *const stmts[] = {
	&raw_stmt, &bucket_stmt, &doors_stmt, &alerts_stmt, &rows_stmt,
};
const struct db_stmt_list history_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static bool
map_point(const PGresult *res, int row, struct history_point *out)
{
	return db_i64(res, row, 0, &out->at_ms) &&
	    db_centi(res, row, 1, &out->low) &&
	    db_centi(res, row, 2, &out->mean) &&
	    db_centi(res, row, 3, &out->high) &&
	    db_i32(res, row, 4, &out->n);
}

/* The first bucket and the last may have their middles outside. */
static int64_t
clip(const struct history_of *of, int64_t at_ms)
{
	if (at_ms < of->from_ms)
		return of->from_ms;
	return at_ms > of->to_ms ? of->to_ms : at_ms;
}

enum db_rc
history_points(struct db *db, const struct history_of *of, int64_t bucket_ms,
    int32_t max, struct arena *arena, struct history_point **v, size_t *n)
{
	const struct db_stmt	*st = bucket_ms == 0 ? &raw_stmt : &bucket_stmt;
	const struct db_arg	 args[] = {
		db_arg_uuid(&of->organization), db_arg_uuid(&of->unit),
		db_arg_i64(of->from_ms), db_arg_i64(of->to_ms),
		db_arg_i64(max), db_arg_i64(bucket_ms),
	};
	PGresult	*res = NULL;
	enum db_rc	 rc;
	int		 rows;

	rc = db_query_n(db, st, args, (size_t)st->nargs, &res);
	if (rc != DB_OK)
		return rc;
	rows = PQntuples(res);
	*n = (size_t)rows;
	*v = arena_alloc(arena, *n * sizeof(**v));
	/* They came newest first, for the limit's sake. */
	for (int i = 0; i < rows && rc == DB_OK; i++) {
		if (!map_point(res, rows - 1 - i, &(*v)[i]))
			rc = db_bad_row(st);
		(*v)[i].at_ms = clip(of, (*v)[i].at_ms);
	}
	PQclear(res);
	return rc;
}

struct history_stats
history_stats(const struct history_point *v, size_t n)
{
	struct history_stats	s = { 0 };
	int64_t			sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || v[i].low < s.low)
			s.low = v[i].low;
		if (i == 0 || v[i].high > s.high)
			s.high = v[i].high;
		sum += (int64_t)v[i].mean * v[i].n;
		s.n += v[i].n;
	}
	if (s.n > 0)
		s.mean = (centi_t)((sum + (sum < 0 ? -s.n : s.n) / 2) / s.n);
	return s;
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
map_row(const PGresult *res, int row, struct history_row *out)
{
	bool		 has_device, has_battery, has_signal;
	const char	*source;

	if (!db_i64(res, row, 0, &out->recorded_at_ms) ||
	    !db_i64(res, row, 1, &out->received_at_ms) ||
	    !db_opt_uuid(res, row, 2, &has_device, &out->device) ||
	    !db_centi(res, row, 3, &out->temperature) ||
	    !db_opt_centi(res, row, 4, &out->humidity.has,
	    &out->humidity.t) ||
	    !db_opt_i32(res, row, 5, &has_battery, &out->battery) ||
	    !db_opt_i32(res, row, 6, &has_signal, &out->signal) ||
	    !db_bool(res, row, 7, &out->outside) ||
	    !db_opt_text(res, row, 8, &source))
		return false;
	if (!has_battery)
		out->battery = -1;
	out->source = source != NULL ? *source : '?';
	return true;
}

enum db_rc
history_rows(struct db *db, const struct history_of *of,
    const struct cursor *after, int32_t max, struct arena *arena,
    struct history_row **v, size_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(db, &rows_stmt, &res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(of->from_ms),
	    db_arg_i64(of->to_ms), db_arg_i64(after->at_ms),
	    db_arg_uuid(&after->id), db_arg_i64(max));
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

static const char *
source_label(char source)
{
	switch (source) {
	case 't':	return "The Things Network";
	case 'b':	return "BLE hub";
	case 'm':	return "MQTT";
	case 'a':	return "API";
	case 's':	return "simulator";
	case 'h':	return "hand-held sensor";
	default:	return "unknown";
	}
}

struct json_object *
history_row_to_json(const struct history_row *r)
{
	struct json_object	*o = json_object_new_object();

	json_put_when(o, "recordedAt", r->recorded_at_ms);
	json_put_when(o, "receivedAt", r->received_at_ms);
	json_put_uuid(o, "deviceId", &r->device);
	json_put_centi(o, "temperature", r->temperature);
	json_put(o, "humidity", NULL);
	if (r->humidity.has)
		json_put_centi(o, "humidity", r->humidity.t);
	json_put(o, "batteryPercent", NULL);
	if (r->battery >= 0)
		json_put_int(o, "batteryPercent", r->battery);
	json_put(o, "signalDbm", NULL);
	if (r->signal != 0)
		json_put_int(o, "signalDbm", r->signal);
	json_put_bool(o, "outside", r->outside);
	json_put_str(o, "sourceLabel", source_label(r->source));
	return o;
}

struct json_object *
history_point_to_json(const struct history_point *p)
{
	struct json_object	*o = json_object_new_object();

	json_put_when(o, "at", p->at_ms);
	json_put_centi(o, "min", p->low);
	json_put_centi(o, "mean", p->mean);
	json_put_centi(o, "max", p->high);
	json_put_int(o, "count", p->n);
	return o;
}
