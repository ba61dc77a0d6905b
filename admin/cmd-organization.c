/* frostguard organization - who is a customer of this installation. */
#include <ctype.h>

#include "domain/enrol.h"
#include "noun.h"

#define SLUG_MAX	50

static const struct db_stmt list_stmt = { "organization_list", 1, 7,
	"SELECT o.slug, o.name, o.timezone, o.temp_unit::text AS \"temperatureUnit\","
	"	(SELECT count(*) FROM profiles p"
	"	  WHERE p.organization_id = o.id AND p.deleted_at IS NULL)"
	"	AS people,"
	"	(SELECT count(*) FROM units u"
	"	  WHERE u.organization_id = o.id AND u.deleted_at IS NULL)"
	"	AS units,"
	"	(SELECT count(*) FROM devices d"
	"	  WHERE d.organization_id = o.id AND d.deleted_at IS NULL)"
	"	AS sensors"
	"  FROM organizations o"
	" WHERE o.deleted_at IS NULL AND ($1::uuid IS NULL OR o.id = $1::uuid)"
	" ORDER BY o.slug" };

/* "Harbour Kitchen & Bar" to "harbour-kitchen-bar". */
static void
make_slug(const char *name, char out[SLUG_MAX + 1])
{
	size_t	n = 0;

	for (; *name != '\0' && n < SLUG_MAX; name++) {
		if (isalnum((unsigned char)*name))
			out[n++] = (char)tolower((unsigned char)*name);
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

/* Asked before it is made: what conflicts then is the owner. */
static enum db_rc
refuse_taken(struct act *a, const char *slug)
{
	struct uuid	id;

	switch (enrol_find_organization(a->e.db, slug, &id)) {
	case ENROL_NOBODY:
		return DB_OK;
	case ENROL_DOWN:
		return DB_DOWN;
	default:
		return act_refuse(a, a->args->v[ARG_SLUG] != NULL ? ARG_SLUG :
		    ARG_NAME, "there is an organization %s already", slug);
	}
}

static enum db_rc
add_owner(struct act *a)
{
	const char	*email = a->args->v[ARG_OWNER];

	enrol_person(&a->e, email, email, ROLE_OWNER, a->password);
	buf_printf(&a->say, "%s added as its owner\n", email);
	if (a->args->v[ARG_ASK_PASSWORD] == NULL)
		buf_printf(&a->say, "password, shown only now: %s\n",
		    a->password);
	return DB_OK;
}

static enum db_rc
add(struct act *a)
{
	const char *const	*v = a->args->v;
	char			 made[SLUG_MAX + 1];
	const char		*slug = v[ARG_SLUG];
	enum db_rc		 rc;

	if (slug == NULL) {
		make_slug(v[ARG_NAME], made);
		slug = made;
	}
	if (slug[0] == '\0' || slug[1] == '\0')
		return act_refuse(a, ARG_SLUG,
		    "cannot be made of this name and must be given");
	if ((rc = refuse_taken(a, slug)) != DB_OK)
		return rc;
	enrol_organization(&a->e, v[ARG_NAME], slug,
	    v[ARG_TIMEZONE] != NULL ? v[ARG_TIMEZONE] : "UTC",
	    v[ARG_FAHRENHEIT] != NULL);
	buf_printf(&a->say, "organization %s added\n", slug);
	return v[ARG_OWNER] != NULL ? add_owner(a) : DB_OK;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "Make an organization, with its owner",
	  .example = "\"Harbour Kitchen\" --timezone Europe/Amsterdam"
	  " --owner olive@example.org",
	  .args = { ARG_NAME, ARG_BIT(ARG_SLUG) | ARG_BIT(ARG_TIMEZONE) |
	      ARG_BIT(ARG_FAHRENHEIT) | ARG_BIT(ARG_OWNER) |
	      ARG_BIT(ARG_ASK_PASSWORD), 0 },
	  .act = add, .makes = true,
	  .exists = "somebody has this address already", .about = ARG_OWNER },
	{ .name = "list", .help = "List the organizations", .example = "",
	  .list = &list_stmt },
};

const struct noun	noun_organization = { "organization",
			    NOUN_VERBS(verbs) };
