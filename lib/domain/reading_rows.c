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

static const struct db_stmt *const stmts[] = {
	&insert_stmt,
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
	    r->recorded_at_ms, stored };
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
