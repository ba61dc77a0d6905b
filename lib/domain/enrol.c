#include "domain/enrol.h"
#include "domain/session.h"
#include <stdlib.h>

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

static const struct db_stmt unit_stmt = { "enrol_unit", 8, -1,
	"INSERT INTO units (organization_id, id, area_id, name, unit_type,"
	"	temp_limit_low, temp_limit_high, manual_monitoring_required)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::unit_type,"
	"	$6::numeric(7,2), $7::numeric(7,2), $8::bool)" };

static const struct db_stmt password_stmt = { "enrol_password", 4, -1,
	"UPDATE profiles SET password_hash = $3::text,"
	"	password_changed_at = from_epoch_ms($4::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt sign_out_stmt = { "enrol_sign_out", 2, -1,
	"DELETE FROM sessions"
	" WHERE organization_id = $1::uuid AND profile_id = $2::uuid" };

void
enrol_organization(struct enrol *e, const char *name, const char *slug,
    const char *timezone, bool fahrenheit)
{
	db_send(e->db, &organization_stmt, db_arg_uuid(&e->organization),
	    db_arg_text(name), db_arg_text(slug), db_arg_text(timezone),
	    db_arg_bool(fahrenheit));
	enrol_note(e, ENROL_DID_ORGANIZATION, &e->organization, name, NULL);
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
	enrol_note(e, ENROL_DID_PERSON, &id, NULL, NULL);
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
	enrol_note(e, ENROL_DID_SITE, &id, name, NULL);
	return id;
}

struct uuid
enrol_area(struct enrol *e, const struct uuid *site, const char *name)
{
	struct uuid	id = uuid_make(e->now_ms);

	db_send(e->db, &area_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_uuid(site), db_arg_text(name));
	enrol_note(e, ENROL_DID_AREA, &id, name, NULL);
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
	    u->has_limits ? db_arg_centi(u->high) : db_arg_null(),
	    db_arg_bool(u->by_hand));
	enrol_note(e, ENROL_DID_UNIT, &id, u->name, &id);
	return id;
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
	enrol_note(e, ENROL_DID_PASSWORD, person, NULL, NULL);
}
