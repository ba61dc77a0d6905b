#include "domain/enrol.h"
#include "domain/session.h"
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
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text)" };

static const struct db_stmt area_stmt = { "enrol_area", 4, -1,
	"INSERT INTO areas (organization_id, id, site_id, name)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text)" };

static const struct db_stmt unit_stmt = { "enrol_unit", 7, -1,
	"INSERT INTO units (organization_id, id, area_id, name, unit_type,"
	"	temp_limit_low, temp_limit_high)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::unit_type,"
	"	$6::numeric(7,2), $7::numeric(7,2))" };

static const struct db_stmt device_stmt = { "enrol_device", 7, -1,
	"INSERT INTO devices (organization_id, id, unit_id, device_eui, name,"
	"	manufacturer, model, device_type, status)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::text,"
	"	$7::text, 'lora', 'inactive')" };

static const struct db_stmt lora_stmt = { "enrol_lora", 3, -1,
	"INSERT INTO lora_sensors (organization_id, device_id, dev_eui)"
	" VALUES ($1::uuid, $2::uuid, $3::text)" };

static const struct db_stmt connection_stmt = { "enrol_connection", 4, -1,
	"INSERT INTO ttn_connections (organization_id, id,"
	"	ttn_application_id, ttn_webhook_secret_last4, is_enabled,"
	"	provisioning_status)"
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, true, 'complete')" };

static const struct db_stmt secret_stmt = { "enrol_secret", 3, -1,
	"INSERT INTO webhook_secrets (secret_hash, organization_id,"
	"	ttn_connection_id)"
	" VALUES ($3::bytea, $1::uuid, $2::uuid)" };

static const struct db_stmt key_stmt = { "enrol_api_key", 5, -1,
	"INSERT INTO api_keys (organization_id, id, name, last4, scopes)"
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text[])" };

static const struct db_stmt key_hash_stmt = { "enrol_api_key_hash", 3, -1,
	"INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)"
	" VALUES ($3::bytea, $1::uuid, $2::uuid)" };

static const struct db_stmt *const stmts[] = {
	&organization_stmt, &person_stmt, &role_stmt, &site_stmt, &area_stmt,
	&unit_stmt, &device_stmt, &lora_stmt, &connection_stmt, &secret_stmt,
	&key_stmt, &key_hash_stmt,
};
const struct db_stmt_list enrol_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

void
enrol_organization(struct enrol *e, const char *name, const char *slug,
    const char *timezone, bool fahrenheit)
{
	db_send(e->db, &organization_stmt, db_arg_uuid(&e->organization),
	    db_arg_text(name), db_arg_text(slug), db_arg_text(timezone),
	    db_arg_bool(fahrenheit));
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
	return id;
}

struct uuid
enrol_area(struct enrol *e, const struct uuid *site, const char *name)
{
	struct uuid	id = uuid_make(e->now_ms);

	db_send(e->db, &area_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_uuid(site), db_arg_text(name));
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
	return id;
}

struct uuid
enrol_device(struct enrol *e, const struct uuid *unit,
    const struct enrol_device *d)
{
	struct uuid	id = uuid_make(e->now_ms);

	db_send(e->db, &device_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_uuid(unit), db_arg_text(d->dev_eui),
	    db_arg_text(d->name), db_arg_text(d->manufacturer),
	    db_arg_text(d->model));
	db_send(e->db, &lora_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(d->dev_eui));
	return id;
}

static const char *
last4(const char *secret)
{
	return secret + strlen(secret) - 4;
}

void
enrol_webhook(struct enrol *e, const char *application,
    char secret[TOKEN_TEXT])
{
	struct uuid	id = uuid_make(e->now_ms);
	char		hash[TOKEN_HASH];

	token_make(secret);
	token_hash(TOKEN_WEBHOOK, secret, strlen(secret), hash);
	db_send(e->db, &connection_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(application),
	    db_arg_text(last4(secret)));
	db_send(e->db, &secret_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(hash));
}

void
enrol_api_key(struct enrol *e, const char *name, const char *scopes,
    char key[TOKEN_TEXT])
{
	struct uuid	id = uuid_make(e->now_ms);
	char		hash[TOKEN_HASH];

	token_make(key);
	token_hash(TOKEN_API_KEY, key, strlen(key), hash);
	db_send(e->db, &key_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(name), db_arg_text(last4(key)),
	    db_arg_text(scopes));
	db_send(e->db, &key_hash_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(hash));
}
