/* frostguard unit - refrigerators, and the areas they are in. */
#include "arg_value.h"
#include "domain/enrol.h"
#include "noun.h"

#define AREA_DEFAULT	"Main area"

static const struct db_stmt list_stmt = { "unit_list", 1, 8,
	"SELECT o.slug AS organization, s.name AS site, a.name AS area,"
	"	u.name, u.unit_type::text AS type, r.temp_limit_low AS low,"
	"	r.temp_limit_high AS high,"
	"	(SELECT count(*) FROM devices d"
	"	  WHERE d.organization_id = u.organization_id"
	"	    AND d.unit_id = u.id AND d.deleted_at IS NULL) AS sensors"
	"  FROM units u"
	"  JOIN areas a ON a.organization_id = u.organization_id"
	"	AND a.id = u.area_id"
	"  JOIN sites s ON s.organization_id = a.organization_id"
	"	AND s.id = a.site_id"
	"  JOIN organizations o ON o.id = u.organization_id"
	"  LEFT JOIN unit_rules r ON r.organization_id = u.organization_id"
	"	AND r.unit_id = u.id"
	" WHERE u.deleted_at IS NULL"
	"   AND ($1::uuid IS NULL OR u.organization_id = $1::uuid)"
	" ORDER BY o.slug, lower(s.name), lower(a.name), lower(u.name)" };

/* The area named, made if it is new; the only one where none is named. */
static enum db_rc
find_area(struct act *a, const struct uuid *site, struct uuid *out)
{
	const char		*name = a->args->v[ARG_AREA];
	enum enrol_found	 found;

	found = enrol_find_area(&a->e, site, name, out);
	if (found != ENROL_NOBODY)
		return act_found(a, found, ARG_AREA, "area");
	if (name == NULL)
		name = AREA_DEFAULT;
	*out = enrol_area(&a->e, site, name);
	buf_printf(&a->say, "area %s added\n", name);
	return DB_OK;
}

static enum db_rc
read_limits(struct act *a, struct enrol_unit *u)
{
	const char *const	*v = a->args->v;

	u->has_limits = v[ARG_LOW] != NULL || v[ARG_HIGH] != NULL;
	if (!u->has_limits)
		return DB_OK;
	if (v[ARG_LOW] == NULL || v[ARG_HIGH] == NULL)
		return act_refuse(a, v[ARG_LOW] == NULL ? ARG_LOW : ARG_HIGH,
		    "must be given with the other limit");
	u->low = arg_degrees(v[ARG_LOW]);
	u->high = arg_degrees(v[ARG_HIGH]);
	return u->low < u->high ? DB_OK :
	    act_refuse(a, ARG_LOW, "must be below --high");
}

static enum db_rc
add(struct act *a)
{
	const char *const	*v = a->args->v;
	struct enrol_unit	 u = { .name = v[ARG_NAME],
				    .type = arg_type(v[ARG_TYPE]),
				    .by_hand = v[ARG_BY_HAND] != NULL };
	struct uuid		 site, area;
	enum db_rc		 rc;

	if ((rc = read_limits(a, &u)) != DB_OK)
		return rc;
	rc = act_found(a, enrol_find_site(&a->e, v[ARG_SITE], &site),
	    ARG_SITE, "site");
	if (rc != DB_OK || (rc = find_area(a, &site, &area)) != DB_OK)
		return rc;
	enrol_unit(&a->e, &area, &u);
	buf_printf(&a->say, "unit %s added\n", u.name);
	return DB_OK;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "Add a refrigerator, and its area if new",
	  .example = "\"Walk-in cooler\" --type walk_in_cooler --area Kitchen"
	  " --low 0 --high 5",
	  .args = { ARG_NAME, ARG_BIT(ARG_ORGANIZATION) | ARG_BIT(ARG_SITE) |
	      ARG_BIT(ARG_AREA) | ARG_BIT(ARG_LOW) | ARG_BIT(ARG_HIGH) |
	      ARG_BIT(ARG_BY_HAND),
	      ARG_BIT(ARG_TYPE) },
	  .act = add,
	  .exists = "there is a unit of this name in the area already" },
	{ .name = "list", .help = "List the refrigerators", .example = "",
	  .args = { ARG_NONE, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .list = &list_stmt },
};

const struct noun	noun_unit = { "unit", NOUN_VERBS(verbs) };
