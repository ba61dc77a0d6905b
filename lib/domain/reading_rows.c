#include "domain/reading_rows.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/binary.h"
#include <stdlib.h>

struct reading_sent {
	struct uuid	 unit;
	struct uuid	 device;
	int64_t		 at_ms;
	int64_t		*stored;
	centi_t		 raw;
};

static const struct db_stmt insert_stmt = { "readings_insert", 2, 3 | DB_BINARY,
	"INSERT INTO sensor_readings (organization_id, unit_id, device_id,"
	"	recorded_at, received_at, f_cnt, signal_strength, battery,"
	"	source, anomaly, temperature, humidity, door_open, doubts,"
	"	raw_temperature)"
	" SELECT $1::uuid, q.unit_id, q.device_id,"
	"	from_epoch_ms(q.recorded_at), from_epoch_ms(q.received_at),"
	"	q.f_cnt, q.signal_strength, q.battery, q.source, q.anomaly,"
	"	q.temperature, q.humidity, q.door_open, q.doubts,"
	"	q.raw_temperature"
	"  FROM unnest($2::new_reading[]) q"
	" ON CONFLICT DO NOTHING"
	" RETURNING device_id, recorded_at, unit_id" };

/* Their numbers travel where frames' would. Looked up one by one, for the
 * planner cannot know how few they are; the instant is made beforehand, for a
 * function that might tell what it is given keeps row security off the index. */
static const struct db_stmt differ_stmt = { "readings_differ", 2, 1,
	"SELECT q.f_cnt FROM (SELECT *, from_epoch_ms(recorded_at) AS at"
	"	  FROM unnest($2::new_reading[]) OFFSET 0) q"
	" CROSS JOIN LATERAL (SELECT raw_temperature, temperature"
	"	  FROM sensor_readings"
	"	 WHERE organization_id = $1::uuid AND unit_id = q.unit_id"
	"	   AND recorded_at = q.at"
	"	   AND device_id IS NOT DISTINCT FROM q.device_id LIMIT 1) r"
	" WHERE coalesce(r.raw_temperature, r.temperature) <> q.temperature" };

static const struct db_stmt *const stmts[] = {
	&insert_stmt, &differ_stmt,
};
const struct db_stmt_list reading_rows_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static void
remember(struct reading_rows *l, const struct reading *r, int64_t *stored)
{
	if (l->n == l->cap) {
		l->cap = l->cap > 0 ? mem_product(l->cap, 2) : 64;
		l->sent = mem_resize(l->sent,
		    mem_product(l->cap, sizeof(*l->sent)));
	}
	l->sent[l->n++] = (struct reading_sent){ r->unit, r->device,
	    r->recorded_at_ms, stored, r->calibrated ? r->raw :
	    r->temperature };
}

void
reading_rows_add(struct reading_rows *l, const struct reading *r,
    int64_t *stored)
{
	const char	source[2] = { r->source, '\0' };

	remember(l, r, stored);
	db_rows_add(&l->rows, db_arg_uuid(&r->unit), db_arg_uuid(&r->device),
	    db_arg_i64(r->recorded_at_ms), db_arg_i64(r->received_at_ms),
	    db_arg_i64_if(r->f_cnt >= 0, r->f_cnt & 0x7fffffff),
	    db_arg_i64_if(r->rssi_dbm != 0, r->rssi_dbm),
	    db_arg_i64_if(r->battery >= 0, r->battery), db_arg_text(source),
	    db_arg_bool(r->anomaly), db_arg_centi(r->temperature),
	    r->has_humidity ? db_arg_centi(r->humidity_cpct) : db_arg_null(),
	    r->door == DOOR_UNKNOWN ? db_arg_null()
	    : db_arg_bool(r->door == DOOR_OPEN),
	    db_arg_i64_if(r->doubts != 0, r->doubts),
	    r->calibrated ? db_arg_centi(r->raw) : db_arg_null());
}

static bool
is_sent(const struct reading_sent *s, const struct uuid *unit,
    const struct uuid *device, int64_t at_ms)
{
	return s->at_ms == at_ms && uuid_eq(&s->device, device) &&
	    uuid_eq(&s->unit, unit);
}

/* New ones come back in the order they were sent in, with gaps. */
static void
hear_new(void *ctx, const PGresult *res)
{
	struct reading_rows	*l = ctx;
	struct uuid		 device, unit;
	int64_t			 at_ms;
	size_t			 next = 0;
	bool			 has;

	for (int i = 0; i < PQntuples(res); i++) {
		device = (struct uuid){ 0 };
		if (!binary_opt_uuid(res, i, 0, &has, &device) ||
		    !binary_when(res, i, 1, &at_ms) ||
		    !binary_opt_uuid(res, i, 2, &has, &unit))
			bug("readings_insert: a row that does not map");
		while (next < l->n && !is_sent(&l->sent[next], &unit, &device,
		    at_ms))
			next++;
		if (next == l->n)
			bug("readings_insert: a row that nobody sent");
		++*l->sent[next++].stored;
	}
}

void
reading_rows_send(struct reading_rows *l, struct db *db,
    const struct uuid *organization)
{
	db_rows_send_heard(&l->rows, db, &insert_stmt, hear_new, l,
	    db_arg_uuid(organization));
}

static void
ask(struct db_rows *rows, const struct reading_sent *s, size_t n)
{
	const struct db_arg	none = db_arg_null();

	db_rows_add(rows, db_arg_uuid(&s->unit), db_arg_uuid(&s->device),
	    db_arg_i64(s->at_ms), none, db_arg_i64((int64_t)n), none, none,
	    none, none, db_arg_centi(s->raw), none, none, none, none);
}

static void
hear_other(void *ctx, const PGresult *res)
{
	struct reading_rows	*l = ctx;
	int32_t			 n;

	for (int i = 0; i < PQntuples(res); i++) {
		if (!db_i32(res, i, 0, &n) || n < 0 || (size_t)n >= l->n)
			bug("readings_differ: a row that does not map");
		*l->sent[n].stored = -1;
	}
}

enum db_rc
reading_rows_differ(struct reading_rows *l, struct db *db,
    const struct uuid *organization)
{
	for (size_t i = 0; i < l->n; i++)
		if (*l->sent[i].stored == 0)
			ask(&l->rows, &l->sent[i], i);
	if (l->rows.n == 0)
		return DB_OK;
	db_rows_send_heard(&l->rows, db, &differ_stmt, hear_other, l,
	    db_arg_uuid(organization));
	return db_wait(db);
}

void
reading_rows_clear(struct reading_rows *l)
{
	db_rows_clear(&l->rows);
	l->n = 0;
}

void
reading_rows_release(struct reading_rows *l)
{
	db_rows_release(&l->rows);
	free(l->sent);
	*l = (struct reading_rows){ 0 };
}
