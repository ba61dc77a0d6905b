#include "domain/enrol_find.h"
#include "base/json.h"

/* Each gives one row per match and no more than two: the second is enough to
 * know that the name does not decide. */
static const struct db_stmt organization_stmt = {
	"enrol_find_organization", 1, 1,
	"SELECT id FROM organizations WHERE deleted_at IS NULL"
	"   AND ($1::text IS NULL OR slug = lower($1::text)) LIMIT 2" };

static const struct db_stmt site_stmt = { "enrol_find_site", 2, 1,
	"SELECT id FROM sites"
	" WHERE organization_id = $1::uuid AND deleted_at IS NULL"
	"   AND ($2::text IS NULL OR lower(name) = lower($2::text)) LIMIT 2" };

static const struct db_stmt area_stmt = { "enrol_find_area", 3, 1,
	"SELECT id FROM areas"
	" WHERE organization_id = $1::uuid AND site_id = $2::uuid"
	"   AND deleted_at IS NULL"
	"   AND ($3::text IS NULL OR lower(name) = lower($3::text)) LIMIT 2" };

static const struct db_stmt unit_stmt = { "enrol_find_unit", 4, 1,
	"SELECT u.id FROM units u"
	"  JOIN areas a ON a.organization_id = u.organization_id"
	"	AND a.id = u.area_id"
	"  JOIN sites s ON s.organization_id = a.organization_id"
	"	AND s.id = a.site_id"
	" WHERE u.organization_id = $1::uuid AND u.deleted_at IS NULL"
	"   AND ($2::text IS NULL OR lower(s.name) = lower($2::text))"
	"   AND ($3::text IS NULL OR lower(a.name) = lower($3::text))"
	"   AND lower(u.name) = lower($4::text) LIMIT 2" };

static const struct db_stmt person_stmt = { "enrol_find_person", 2, 1,
	"SELECT id FROM profiles"
	" WHERE organization_id = $1::uuid AND deleted_at IS NULL"
	"   AND lower(email) = lower($2::text)" };

static const struct db_stmt webhook_stmt = { "enrol_find_webhook", 3, 1,
	"SELECT id FROM ttn_connections"
	" WHERE organization_id = $1::uuid AND ttn_application_id = $2::text"
	"   AND ($3::text IS NULL OR network = $3::text)"
	"   AND is_enabled AND deleted_at IS NULL LIMIT 2" };

static const struct db_stmt key_stmt = { "enrol_find_api_key", 2, 1,
	"SELECT id FROM api_keys"
	" WHERE organization_id = $1::uuid AND lower(name) = lower($2::text)"
	"   AND revoked_at IS NULL" };

static const struct db_stmt device_stmt = { "enrol_find_device", 2, 2,
	"SELECT id, unit_id FROM devices"
	" WHERE organization_id = $1::uuid AND device_eui = $2::text"
	"   AND deleted_at IS NULL" };

/* One row each, in the order of the list. */
static const struct db_stmt places_stmt = { "enrol_find_places", 2, 4,
	"SELECT count(u.id), (array_agg(u.id))[1], EXISTS ("
	"	SELECT FROM device_directory d WHERE d.dev_eui = r.eui),"
	"	EXISTS (SELECT FROM devices d"
	"	 WHERE d.organization_id = $1::uuid"
	"	   AND d.ttn_device_id = r.ttn)"
	"  FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (eui text,"
	"	site text, area text, unit text, ttn text)) WITH ORDINALITY"
	"	AS r (eui, site, area, unit, ttn, i)"
	"  LEFT JOIN (SELECT u.id, lower(s.name) AS site,"
	"		lower(a.name) AS area, lower(u.name) AS unit"
	"	  FROM units u"
	"	  JOIN areas a ON a.organization_id = u.organization_id"
	"		AND a.id = u.area_id"
	"	  JOIN sites s ON s.organization_id = a.organization_id"
	"		AND s.id = a.site_id"
	"	 WHERE u.organization_id = $1::uuid AND u.deleted_at IS NULL) u"
	"    ON u.unit = lower(r.unit)"
	"   AND (r.site IS NULL OR u.site = lower(r.site))"
	"   AND (r.area IS NULL OR u.area = lower(r.area))"
	" GROUP BY r.i, r.eui, r.ttn ORDER BY r.i" };

/* more (may be NULL) gets the second column. */
static enum enrol_found
find(struct db *db, const struct db_stmt *st, struct uuid *out,
    struct uuid *more, const struct db_arg *args, size_t nargs)
{
	enum enrol_found	 found = ENROL_DOWN;
	PGresult		*res = NULL;
	bool			 has;

	if (more != NULL)
		*more = (struct uuid){ 0 };
	if (db_query_n(db, st, args, nargs, &res) != DB_OK)
		return ENROL_DOWN;
	if (PQntuples(res) == 0)
		found = ENROL_NOBODY;
	else if (PQntuples(res) > 1)
		found = ENROL_SEVERAL;
	else if (db_uuid(res, 0, 0, out) && (more == NULL ||
	    db_opt_uuid(res, 0, 1, &has, more)))
		found = ENROL_FOUND;
	else
		(void)db_bad_row(st);
	PQclear(res);
	return found;
}

enum enrol_found
enrol_find_organization(struct db *db, const char *slug, struct uuid *out)
{
	return find(db, &organization_stmt, out, NULL,
	    DB_ARGS(db_arg_text(slug)));
}

enum enrol_found
enrol_find_site(struct enrol *e, const char *name, struct uuid *out)
{
	return find(e->db, &site_stmt, out, NULL,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(name)));
}

enum enrol_found
enrol_find_area(struct enrol *e, const struct uuid *site, const char *name,
    struct uuid *out)
{
	return find(e->db, &area_stmt, out, NULL,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_uuid(site),
	    db_arg_text(name)));
}

enum enrol_found
enrol_find_unit(struct enrol *e, const char *site, const char *area,
    const char *name, struct uuid *out)
{
	return find(e->db, &unit_stmt, out, NULL,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(site),
	    db_arg_text(area), db_arg_text(name)));
}

enum enrol_found
enrol_find_person(struct enrol *e, const char *email, struct uuid *out)
{
	return find(e->db, &person_stmt, out, NULL,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(email)));
}

enum enrol_found
enrol_find_webhook(struct enrol *e, const char *network,
    const char *application, struct uuid *out)
{
	return find(e->db, &webhook_stmt, out, NULL,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(application),
	    db_arg_text(network)));
}

enum enrol_found
enrol_find_api_key(struct enrol *e, const char *name, struct uuid *out)
{
	return find(e->db, &key_stmt, out, NULL,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(name)));
}

enum enrol_found
enrol_find_device(struct enrol *e, const char *dev_eui, struct uuid *out,
    struct uuid *unit)
{
	return find(e->db, &device_stmt, out, unit,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(dev_eui)));
}

static bool
map_place(const PGresult *res, int row, struct enrol_place *p)
{
	int64_t	units;
	bool	has;

	p->at = (struct uuid){ 0 };
	if (!db_i64(res, row, 0, &units) ||
	    !db_opt_uuid(res, row, 1, &has, &p->at) ||
	    !db_bool(res, row, 2, &p->taken) ||
	    !db_bool(res, row, 3, &p->ttn_taken))
		return false;
	p->found = p->unit == NULL || units == 1 ? ENROL_FOUND :
	    units == 0 ? ENROL_NOBODY : ENROL_SEVERAL;
	return true;
}

enum db_rc
enrol_find_places(struct enrol *e, struct enrol_place *v, size_t n)
{
	struct json_object	*list = json_object_new_array(), *o;
	PGresult		*res = NULL;
	enum db_rc		 rc;

	for (size_t i = 0; i < n; i++) {
		o = json_object_new_object();
		json_put_str(o, "eui", v[i].dev_eui);
		json_put_str(o, "site", v[i].site);
		json_put_str(o, "area", v[i].area);
		json_put_str(o, "unit", v[i].unit);
		json_put_str(o, "ttn", v[i].ttn_id);
		json_object_array_add(list, o);
	}
	rc = db_query(e->db, &places_stmt, &res, db_arg_uuid(&e->organization),
	    db_arg_text(json_object_to_json_string_ext(list,
	    JSON_C_TO_STRING_PLAIN)));
	json_object_put(list);
	if (rc == DB_OK && (size_t)PQntuples(res) != n)
		rc = db_bad_row(&places_stmt);
	for (size_t i = 0; i < n && rc == DB_OK; i++)
		if (!map_place(res, (int)i, &v[i]))
			rc = db_bad_row(&places_stmt);
	PQclear(res);
	return rc;
}
