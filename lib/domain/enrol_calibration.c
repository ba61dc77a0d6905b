#include "domain/enrol_calibration.h"
#include "domain/trail.h"

static const struct db_stmt enter_stmt = { "enrol_calibrate", 8, -1,
	"INSERT INTO calibration_records (organization_id, id, device_id,"
	"	calibrated_at, expires_at, temperature_offset, certificate,"
	"	entered_by)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, from_epoch_ms($4::int8),"
	"	from_epoch_ms($5::int8), $6::numeric, $7::text, $8::text)" };

static const struct db_stmt withdraw_stmt = { "enrol_calibration_withdraw", 3, 1,
	"UPDATE calibration_records SET withdrawn_at = from_epoch_ms($3::int8)"
	" WHERE organization_id = $1::uuid AND device_id = $2::uuid"
	"   AND withdrawn_at IS NULL"
	"   AND (expires_at IS NULL OR expires_at > from_epoch_ms($3::int8))"
	" RETURNING id" };

/* Takes data over. */
static void
note(struct enrol *e, const struct enrol_sensor *sensor, const char *type,
    const char *title, struct json_object *data)
{
	const struct trail_line	line = {
		.unit = sensor->unit, .type = type, .category = "device",
		.severity = "info", .title = title, .data = data,
		.at_ms = e->now_ms,
	};

	json_put_uuid(data, "device", &sensor->id);
	json_put_str(data, "operator", e->operator);
	trail_write(e->db, &e->organization, &line);
	json_object_put(data);
}

void
enrol_calibrate(struct enrol *e, const struct enrol_sensor *sensor,
    const struct enrol_calibration *c)
{
	const bool		 ends = c->holds.until_ms != INT64_MAX;
	struct json_object	*data = json_object_new_object();
	struct uuid		 id = uuid_make(e->now_ms);

	db_send(e->db, &enter_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_uuid(&sensor->id),
	    db_arg_i64(c->holds.from_ms),
	    db_arg_i64_if(ends, c->holds.until_ms),
	    db_arg_centi(c->holds.offset), db_arg_text(c->certificate),
	    db_arg_text(e->operator));
	json_put_uuid(data, "id", &id);
	json_put_centi(data, "offset", c->holds.offset);
	json_put_when(data, "from", c->holds.from_ms);
	json_put_when(data, "until", ends ? c->holds.until_ms : 0);
	json_put_str(data, "certificate", c->certificate);
	note(e, sensor, "sensor_calibrated", "Sensor's calibration entered",
	    data);
}

enum db_rc
enrol_calibration_withdraw(struct enrol *e, const struct enrol_sensor *sensor)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;
	int		 n;

	rc = db_query(e->db, &withdraw_stmt, &res,
	    db_arg_uuid(&e->organization), db_arg_uuid(&sensor->id),
	    db_arg_i64(e->now_ms));
	n = rc == DB_OK ? PQntuples(res) : 0;
	PQclear(res);
	if (rc == DB_OK && n == 0)
		return DB_NONE;
	if (rc == DB_OK)
		note(e, sensor, "sensor_calibration_withdrawn",
		    "Sensor's calibration withdrawn",
		    json_object_new_object());
	return rc;
}
