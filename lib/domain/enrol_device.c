#include "domain/enrol_device.h"
#include "domain/trail.h"

/* Sensors come as a list of objects, be it of one. */
#define SENSORS								\
	"  FROM jsonb_to_recordset($2::jsonb) AS s (id uuid, unit uuid,"\
	"	eui text, name text, maker text, model text, \"join\" text,"	\
	"	ttn text, pace integer)"

static const struct db_stmt device_stmt = { "enrol_device", 2, -1,
	"INSERT INTO devices (organization_id, id, unit_id, device_eui, name,"
	"	manufacturer, model, ttn_device_id, device_type, status)"
	" SELECT $1::uuid, id, unit, eui, name, maker, model, ttn, 'lora',"
	"	'inactive'" SENSORS };

static const struct db_stmt lora_stmt = { "enrol_lora", 2, -1,
	"INSERT INTO lora_sensors (organization_id, device_id, dev_eui,"
	"	join_eui)"
	" SELECT $1::uuid, id, eui, \"join\"" SENSORS };

static const struct db_stmt told_stmt = { "enrol_told", 2, -1,
	"INSERT INTO sensor_configurations (organization_id, device_id,"
	"	uplink_interval_seconds)"
	" SELECT $1::uuid, id, pace" SENSORS " WHERE pace IS NOT NULL" };

/* $2: a list of DevEUIs. */
static const struct db_stmt pace_stmt = { "enrol_pace", 2, -1,
	"UPDATE units u SET checkin_interval_seconds = p.pace"
	"  FROM (SELECT s.unit_id, coalesce(s.uplink_interval_seconds,"
	"		s.default_interval_seconds) AS pace"
	"	  FROM jsonb_array_elements_text($2::jsonb) AS l (eui)"
	"	  JOIN unit_sensors s ON s.organization_id = $1::uuid"
	"		AND s.device_eui = l.eui AND s.is_primary) p"
	" WHERE u.organization_id = $1::uuid AND u.id = p.unit_id"
	"   AND u.checkin_interval_seconds <> p.pace" };

static const struct db_stmt move_stmt = { "enrol_device_move", 3, -1,
	"UPDATE devices SET unit_id = $3::uuid"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt ttn_id_stmt = { "enrol_device_ttn_id", 3, -1,
	"UPDATE devices SET ttn_device_id = $3::text"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

/* Under the id it had before, nobody may have known it. */
static const struct db_stmt ask_again_stmt = { "enrol_ask_again", 3, -1,
	"UPDATE reading_gaps SET status = 'open', attempts = 0,"
	"	next_attempt_at = from_epoch_ms($3::int8)"
	" WHERE organization_id = $1::uuid AND device_id = $2::uuid"
	"   AND status = 'unfillable' AND frames IS DISTINCT FROM 0"
	"   AND coalesce(to_at, 'infinity') >"
	"	from_epoch_ms($3::int8) - interval '30 days'" };

static struct json_object *
sensor_to_json(const struct uuid *id, const struct uuid *unit,
    const struct enrol_device *d)
{
	struct json_object	*o = json_object_new_object();

	json_put_uuid(o, "id", id);
	json_put_uuid(o, "unit", unit);
	json_put_str(o, "eui", d->dev_eui);
	json_put_str(o, "name", d->name);
	json_put_str(o, "maker", d->manufacturer);
	json_put_str(o, "model", d->model);
	json_put_str(o, "join", d->join_eui);
	json_put_str(o, "ttn", d->ttn_id);
	if (d->interval_s > 0)
		json_put_int(o, "pace", d->interval_s);
	return o;
}

struct adding {			/* sensors that leave together */
	struct json_object	*list;
	struct db_rows		 trail;
};

static struct uuid
add_sensor(struct adding *a, const struct enrol *e, const struct uuid *unit,
    const struct enrol_device *d)
{
	struct uuid		id = uuid_make(e->now_ms);
	struct trail_line	line = enrol_line(e, ENROL_DID_DEVICE, &id, d->dev_eui,
				    unit);

	if (a->list == NULL)
		a->list = json_object_new_array();
	json_object_array_add(a->list, sensor_to_json(&id, unit, d));
	trail_add(&a->trail, &line);
	json_object_put(line.data);
	return id;
}

/* Releases a. */
static void
send_sensors(struct adding *a, struct enrol *e)
{
	static const struct db_stmt *const each[] = { &device_stmt,
		&lora_stmt, &told_stmt };
	const char	*text = json_object_to_json_string_ext(a->list,
			    JSON_C_TO_STRING_PLAIN);

	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++)
		db_send(e->db, each[i], db_arg_uuid(&e->organization),
		    db_arg_text(text));
	trail_send(&a->trail, e->db, &e->organization);
	db_rows_release(&a->trail);
	json_object_put(a->list);
}

struct uuid
enrol_device(struct enrol *e, const struct uuid *unit,
    const struct enrol_device *d)
{
	const struct uuid	none = { 0 };
	struct adding		a = { 0 };
	const struct uuid	id = add_sensor(&a, e, unit != NULL ? unit :
				    &none, d);

	send_sensors(&a, e);
	return id;
}

void
enrol_devices(struct enrol *e, const struct enrol_device *d,
    const struct uuid *unit, size_t n)
{
	struct adding	a = { 0 };

	for (size_t i = 0; i < n; i++)
		(void)add_sensor(&a, e, &unit[i], &d[i]);
	if (n > 0)
		send_sensors(&a, e);
}

void
enrol_pace(struct enrol *e, const struct enrol_device *d, size_t n)
{
	struct json_object	*list = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(list,
		    json_object_new_string(d[i].dev_eui));
	db_send(e->db, &pace_stmt, db_arg_uuid(&e->organization),
	    db_arg_text(json_object_to_json_string_ext(list,
	    JSON_C_TO_STRING_PLAIN)));
	json_object_put(list);
}

void
enrol_device_move(struct enrol *e, const struct uuid *device,
    const struct uuid *unit)
{
	db_send(e->db, &move_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(device), db_arg_uuid(unit));
	enrol_note(e, unit != NULL ? ENROL_DID_PAIRED : ENROL_DID_UNPAIRED, device, NULL, unit);
}

void
enrol_device_ttn_id(struct enrol *e, const struct uuid *device,
    const char *ttn_id)
{
	db_send(e->db, &ttn_id_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(device), db_arg_text(ttn_id));
	db_send(e->db, &ask_again_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(device), db_arg_i64(e->now_ms));
	enrol_note(e, ENROL_DID_TTN_ID, device, ttn_id, NULL);
}
