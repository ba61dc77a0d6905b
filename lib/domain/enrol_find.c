#include "domain/enrol_find.h"

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

static const struct db_stmt webhook_stmt = { "enrol_find_webhook", 2, 1,
	"SELECT id FROM ttn_connections"
	" WHERE organization_id = $1::uuid AND ttn_application_id = $2::text"
	"   AND is_enabled AND deleted_at IS NULL LIMIT 2" };

static const struct db_stmt device_stmt = { "enrol_find_device", 2, 2,
	"SELECT id, unit_id FROM devices"
	" WHERE organization_id = $1::uuid AND device_eui = $2::text"
	"   AND deleted_at IS NULL" };

static const struct db_stmt *const stmts[] = {
	&organization_stmt, &site_stmt, &area_stmt, &unit_stmt, &person_stmt,
	&webhook_stmt, &device_stmt,
};
const struct db_stmt_list enrol_find_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

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
enrol_find_webhook(struct enrol *e, const char *application,
    struct uuid *out)
{
	return find(e->db, &webhook_stmt, out, NULL,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(application)));
}

enum enrol_found
enrol_find_device(struct enrol *e, const char *dev_eui, struct uuid *out,
    struct uuid *unit)
{
	return find(e->db, &device_stmt, out, unit,
	    DB_ARGS(db_arg_uuid(&e->organization), db_arg_text(dev_eui)));
}
