/* frostguard site - where an organization's refrigerators stand. */
#include "domain/enrol.h"
#include "noun.h"

static const struct db_stmt list_stmt = { "site_list", 1, 5,
	"SELECT o.slug AS organization, s.name, s.city, s.timezone,"
	"	(SELECT count(*) FROM areas a"
	"	   JOIN units u ON u.organization_id = a.organization_id"
	"		AND u.area_id = a.id AND u.deleted_at IS NULL"
	"	  WHERE a.organization_id = s.organization_id"
	"	    AND a.site_id = s.id) AS units"
	"  FROM sites s"
	"  JOIN organizations o ON o.id = s.organization_id"
	" WHERE s.deleted_at IS NULL"
	"   AND ($1::uuid IS NULL OR s.organization_id = $1::uuid)"
	" ORDER BY o.slug, lower(s.name)" };

static enum db_rc
add(struct act *a)
{
	const char *const	*v = a->args->v;

	enrol_site(&a->e, v[ARG_NAME], v[ARG_CITY], v[ARG_TIMEZONE]);
	buf_printf(&a->say, "site %s added\n", v[ARG_NAME]);
	return DB_OK;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "Add a site",
	  .example = "Quayside --city Amsterdam",
	  .args = { ARG_NAME, ARG_BIT(ARG_ORGANIZATION) | ARG_BIT(ARG_CITY) |
	      ARG_BIT(ARG_TIMEZONE), 0 },
	  .act = add, .exists = "there is a site of this name already" },
	{ .name = "list", .help = "List the sites", .example = "",
	  .args = { ARG_NONE, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .list = &list_stmt },
};

const struct noun	noun_site = { "site", NOUN_VERBS(verbs) };
