#include "domain/enrol.h"
#include "domain/seal.h"
#include "domain/session.h"
#include "domain/trail.h"
#include <stdlib.h>
#include <string.h>

static const struct db_stmt organization_stmt = { "enrol_organization", 5, -1,
	"INSERT INTO organizations (id, name, slug, timezone, temp_unit)"
	" VALUES ($1::uuid, $2::text, $3::text, $4::text,"
	"	CASE WHEN $5::bool THEN 'F' ELSE 'C' END::temp_unit)" };

static const struct db_stmt person_stmt = { "enrol_person", 5, -1,
	"INSERT INTO profiles (organization_id, id, email, full_name,"
	"	password_hash, password_changed_at)"
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text,"
	"	CASE WHEN $5::text IS NOT NULL THEN now() END)" };

static const struct db_stmt role_stmt = { "enrol_role", 3, -1,
	"INSERT INTO user_roles (organization_id, user_id, role)"
	" SELECT organization_id, user_id, $3::app_role FROM profiles"
	"  WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt site_stmt = { "enrol_site", 5, -1,
	"INSERT INTO sites (organization_id, id, name, city, timezone)"
	" SELECT $1::uuid, $2::uuid, $3::text, $4::text,"
	"	coalesce($5::text, timezone)"
	"  FROM organizations WHERE id = $1::uuid" };

static const struct db_stmt area_stmt = { "enrol_area", 4, -1,
	"INSERT INTO areas (organization_id, id, site_id, name)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text)" };

static const struct db_stmt unit_stmt = { "enrol_unit", 7, -1,
	"INSERT INTO units (organization_id, id, area_id, name, unit_type,"
	"	temp_limit_low, temp_limit_high)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::unit_type,"
	"	$6::numeric(7,2), $7::numeric(7,2))" };

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

static const struct db_stmt connection_stmt = { "enrol_connection", 5, -1,
	"INSERT INTO ttn_connections (organization_id, id,"
	"	ttn_application_id, ttn_webhook_secret_last4, is_enabled,"
	"	provisioning_status, network)"
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, true, 'complete',"
	"	$5::text)" };

static const struct db_stmt secret_stmt = { "enrol_secret", 3, -1,
	"INSERT INTO webhook_secrets (secret_hash, organization_id,"
	"	ttn_connection_id)"
	" VALUES ($3::bytea, $1::uuid, $2::uuid)" };

static const struct db_stmt key_stmt = { "enrol_api_key", 6, -1,
	"INSERT INTO api_keys (organization_id, id, name, last4, scopes,"
	"	expires_at)"
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text[],"
	"	from_epoch_ms($6::int8))" };

static const struct db_stmt key_hash_stmt = { "enrol_api_key_hash", 3, -1,
	"INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)"
	" VALUES ($3::bytea, $1::uuid, $2::uuid)" };

static const struct db_stmt revoke_stmt = { "enrol_api_key_revoke", 3, -1,
	"UPDATE api_keys SET revoked_at = from_epoch_ms($3::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt no_key_stmt = { "enrol_api_key_disable", 2, -1,
	"UPDATE api_key_directory SET enabled = false"
	" WHERE organization_id = $1::uuid AND api_key_id = $2::uuid" };

static const struct db_stmt password_stmt = { "enrol_password", 4, -1,
	"UPDATE profiles SET password_hash = $3::text,"
	"	password_changed_at = from_epoch_ms($4::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt sign_out_stmt = { "enrol_sign_out", 2, -1,
	"DELETE FROM sessions"
	" WHERE organization_id = $1::uuid AND profile_id = $2::uuid" };

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

static const struct db_stmt disable_stmt = { "enrol_webhook_disable", 2, -1,
	"UPDATE ttn_connections SET is_enabled = false,"
	"	ttn_api_key_encrypted = NULL, ttn_api_key_last4 = NULL,"
	"	server_url = NULL, backfill_next_at = NULL,"
	"	backfill_error = NULL"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt backfill_stmt = { "enrol_backfill", 6, -1,
	"UPDATE ttn_connections SET server_url = $3::text,"
	"	ttn_api_key_encrypted = $4::bytea,"
	"	ttn_api_key_last4 = $5::text,"
	"	credentials_last_rotated_at = from_epoch_ms($6::int8),"
	"	backfill_next_at = CASE WHEN $4::bytea IS NOT NULL"
	"	    THEN from_epoch_ms($6::int8) END,"
	"	backfill_failures = 0, backfill_error = NULL"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt no_secret_stmt = { "enrol_secret_disable", 2, -1,
	"UPDATE webhook_secrets SET enabled = false"
	" WHERE organization_id = $1::uuid AND ttn_connection_id = $2::uuid" };

static const struct db_stmt *const stmts[] = {
	&organization_stmt, &person_stmt, &role_stmt, &site_stmt, &area_stmt,
	&unit_stmt, &device_stmt, &lora_stmt, &connection_stmt, &secret_stmt,
	&key_stmt, &key_hash_stmt, &password_stmt, &sign_out_stmt, &move_stmt,
	&ttn_id_stmt, &ask_again_stmt, &disable_stmt, &no_secret_stmt,
	&backfill_stmt, &told_stmt, &pace_stmt, &revoke_stmt, &no_key_stmt,
};
const struct db_stmt_list enrol_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

enum event {
	EV_ORGANIZATION, EV_PERSON, EV_PASSWORD, EV_SITE, EV_AREA, EV_UNIT,
	EV_DEVICE, EV_PAIRED, EV_UNPAIRED, EV_TTN_ID, EV_WEBHOOK, EV_WEBHOOK_OFF, EV_KEY,
	EV_KEY_OFF, EV_BACKFILL, EV_BACKFILL_OFF
};

static const struct {
	const char	*type, *category, *title;
} events[] = {
	[EV_ORGANIZATION] = { "organization_created", "settings",
	    "Organization made" },
	/* Whom it is about stands in the data, by id: a person who leaves is
	 * anonymised, and the trail cannot be. */
	[EV_PERSON] = { "user_created", "settings", "Person added" },
	[EV_PASSWORD] = { "user_password_set", "settings",
	    "Password set by an administrator" },
	[EV_SITE] = { "site_created", "settings", "Site added" },
	[EV_AREA] = { "area_created", "settings", "Area added" },
	[EV_UNIT] = { "unit_created", "settings", "Unit added" },
	[EV_DEVICE] = { "device_created", "device", "Sensor added" },
	[EV_PAIRED] = { "sensor_paired", "device", "Sensor put on a unit" },
	[EV_UNPAIRED] = { "sensor_unpaired", "device",
	    "Sensor taken off its unit" },
	[EV_TTN_ID] = { "sensor_network_id_set", "device",
	    "Sensor's device id in its network set" },
	[EV_WEBHOOK] = { "ttn.webhook.created", "settings",
	    "Webhook connection made" },
	[EV_WEBHOOK_OFF] = { "ttn.settings.disabled", "settings",
	    "Webhook connection disabled" },
	[EV_KEY] = { "api_key_created", "settings", "API key made" },
	[EV_KEY_OFF] = { "api_key_revoked", "settings", "API key revoked" },
	[EV_BACKFILL] = { "ttn.backfill.enabled", "settings",
	    "Key for the network's stored messages set" },
	[EV_BACKFILL_OFF] = { "ttn.backfill.disabled", "settings",
	    "Key for the network's stored messages forgotten" },
};

/* A line of the audit trail about what is called id and, if it has one, name;
 * unit may be NULL. data is the caller's to put. */
static struct trail_line
line_of(const struct enrol *e, enum event what, const struct uuid *id,
    const char *name, const struct uuid *unit)
{
	struct trail_line	line = {
		.type = events[what].type, .category = events[what].category,
		.severity = "info", .title = events[what].title,
		.data = json_object_new_object(), .at_ms = e->now_ms,
	};

	if (unit != NULL)
		line.unit = *unit;
	json_put_uuid(line.data, "id", id);
	if (name != NULL)
		json_put_str(line.data, "name", name);
	if (e->operator != NULL)
		json_put_str(line.data, "operator", e->operator);
	return line;
}

static void
note(struct enrol *e, enum event what, const struct uuid *id,
    const char *name, const struct uuid *unit)
{
	struct trail_line	line = line_of(e, what, id, name, unit);

	trail_write(e->db, &e->organization, &line);
	json_object_put(line.data);
}

void
enrol_organization(struct enrol *e, const char *name, const char *slug,
    const char *timezone, bool fahrenheit)
{
	db_send(e->db, &organization_stmt, db_arg_uuid(&e->organization),
	    db_arg_text(name), db_arg_text(slug), db_arg_text(timezone),
	    db_arg_bool(fahrenheit));
	note(e, EV_ORGANIZATION, &e->organization, name, NULL);
}

struct uuid
enrol_person(struct enrol *e, const char *email, const char *name,
    enum app_role role, const char *password)
{
	struct uuid	 id = uuid_make(e->now_ms);
	char		*hash = password != NULL ?
			    session_password_hash(password) : NULL;

	db_send(e->db, &person_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(email), db_arg_text(name),
	    db_arg_text(hash));
	db_send(e->db, &role_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(app_role_name(role)));
	free(hash);
	note(e, EV_PERSON, &id, NULL, NULL);
	return id;
}

struct uuid
enrol_site(struct enrol *e, const char *name, const char *city,
    const char *timezone)
{
	struct uuid	id = uuid_make(e->now_ms);

	db_send(e->db, &site_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(name), db_arg_text(city),
	    db_arg_text(timezone));
	note(e, EV_SITE, &id, name, NULL);
	return id;
}

struct uuid
enrol_area(struct enrol *e, const struct uuid *site, const char *name)
{
	struct uuid	id = uuid_make(e->now_ms);

	db_send(e->db, &area_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_uuid(site), db_arg_text(name));
	note(e, EV_AREA, &id, name, NULL);
	return id;
}

struct uuid
enrol_unit(struct enrol *e, const struct uuid *area,
    const struct enrol_unit *u)
{
	struct uuid	id = uuid_make(e->now_ms);

	db_send(e->db, &unit_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_uuid(area), db_arg_text(u->name),
	    db_arg_text(unit_type_name(u->type)),
	    u->has_limits ? db_arg_centi(u->low) : db_arg_null(),
	    u->has_limits ? db_arg_centi(u->high) : db_arg_null());
	note(e, EV_UNIT, &id, u->name, &id);
	return id;
}

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
	struct trail_line	line = line_of(e, EV_DEVICE, &id, d->dev_eui,
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

static const char *
last4(const char *secret)
{
	return secret + strlen(secret) - 4;
}

void
enrol_webhook(struct enrol *e, const char *network, const char *application,
    char secret[TOKEN_TEXT])
{
	struct uuid	id = uuid_make(e->now_ms);
	char		hash[TOKEN_HASH];

	token_make(secret);
	token_hash(TOKEN_WEBHOOK, secret, strlen(secret), hash);
	db_send(e->db, &connection_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(application),
	    db_arg_text(last4(secret)), db_arg_text(network));
	db_send(e->db, &secret_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(hash));
	note(e, EV_WEBHOOK, &id, application, NULL);
}

void
enrol_api_key(struct enrol *e, const char *name, const char *scopes,
    int64_t expires_at_ms, char key[TOKEN_TEXT])
{
	struct uuid	id = uuid_make(e->now_ms);
	char		hash[TOKEN_HASH];

	token_make(key);
	token_hash(TOKEN_API_KEY, key, strlen(key), hash);
	db_send(e->db, &key_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(name), db_arg_text(last4(key)),
	    db_arg_text(scopes), db_arg_i64_if(expires_at_ms != 0,
	    expires_at_ms));
	db_send(e->db, &key_hash_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(hash));
	note(e, EV_KEY, &id, name, NULL);
}

void
enrol_api_key_revoke(struct enrol *e, const struct uuid *key)
{
	db_send(e->db, &revoke_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(key), db_arg_i64(e->now_ms));
	db_send(e->db, &no_key_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(key));
	note(e, EV_KEY_OFF, key, NULL, NULL);
}

void
enrol_password(struct enrol *e, const struct uuid *person,
    const char *password)
{
	char	*hash = session_password_hash(password);

	db_send(e->db, &password_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(person), db_arg_text(hash), db_arg_i64(e->now_ms));
	db_send(e->db, &sign_out_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(person));
	free(hash);
	note(e, EV_PASSWORD, person, NULL, NULL);
}

void
enrol_device_move(struct enrol *e, const struct uuid *device,
    const struct uuid *unit)
{
	db_send(e->db, &move_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(device), db_arg_uuid(unit));
	note(e, unit != NULL ? EV_PAIRED : EV_UNPAIRED, device, NULL, unit);
}

void
enrol_device_ttn_id(struct enrol *e, const struct uuid *device,
    const char *ttn_id)
{
	db_send(e->db, &ttn_id_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(device), db_arg_text(ttn_id));
	db_send(e->db, &ask_again_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(device), db_arg_i64(e->now_ms));
	note(e, EV_TTN_ID, device, ttn_id, NULL);
}

void
enrol_webhook_disable(struct enrol *e, const struct uuid *connection)
{
	db_send(e->db, &disable_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(connection));
	db_send(e->db, &no_secret_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(connection));
	note(e, EV_WEBHOOK_OFF, connection, NULL, NULL);
}

void
enrol_backfill(struct enrol *e, const struct uuid *connection,
    const char *server, const char *key)
{
	char	sealed[SEAL_TEXT];

	if (key != NULL)
		seal_close(connection, ENROL_BACKFILL_KEY, key, sealed);
	db_send(e->db, &backfill_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(connection), db_arg_text(server),
	    db_arg_text(key != NULL ? sealed : NULL),
	    db_arg_text(key != NULL ? last4(key) : NULL),
	    db_arg_i64(e->now_ms));
	note(e, key != NULL ? EV_BACKFILL : EV_BACKFILL_OFF, connection, NULL,
	    NULL);
}
