/* frostguard user - who signs in, as what, with which password. */
#include "arg_value.h"
#include "domain/enrol.h"
#include "noun.h"

static const struct db_stmt list_stmt = { "user_list", 1, 6,
	"SELECT o.slug AS organization, p.email, p.full_name AS name,"
	"	r.role::text AS role,"
	"	p.password_hash IS NOT NULL AS \"hasPassword\","
	"	to_char(p.created_at AT TIME ZONE 'UTC',"
	"	    'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS \"createdAt\""
	"  FROM profiles p"
	"  JOIN organizations o ON o.id = p.organization_id"
	"  LEFT JOIN user_roles r ON r.organization_id = p.organization_id"
	"	AND r.user_id = p.user_id"
	" WHERE p.deleted_at IS NULL"
	"   AND ($1::uuid IS NULL OR p.organization_id = $1::uuid)"
	" ORDER BY o.slug, r.role, lower(p.email)" };

static void
say_password(struct act *a)
{
	if (a->args->v[ARG_ASK_PASSWORD] == NULL)
		buf_printf(&a->say, "password, shown only now: %s\n",
		    a->password);
}

static enum db_rc
add(struct act *a)
{
	const char	*email = a->args->v[ARG_EMAIL];
	const char	*name = a->args->v[ARG_CALLED];
	enum app_role	 role = arg_role(a->args->v[ARG_ROLE]);

	enrol_person(&a->e, email, name != NULL ? name : email, role,
	    a->password);
	buf_printf(&a->say, "%s added as %s\n", email, app_role_name(role));
	say_password(a);
	return DB_OK;
}

static enum db_rc
password(struct act *a)
{
	const char	*email = a->args->v[ARG_EMAIL];
	struct uuid	 person;
	enum db_rc	 rc;

	rc = act_found(a, enrol_find_person(&a->e, email, &person), ARG_EMAIL,
	    "person");
	if (rc != DB_OK)
		return rc;
	enrol_password(&a->e, &person, a->password);
	buf_printf(&a->say, "%s has a new password and is signed out\n",
	    email);
	say_password(a);
	return DB_OK;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "Add a person to an organization",
	  .example = "max@example.org --role manager --name \"Max Manager\"",
	  .args = { ARG_EMAIL, ARG_BIT(ARG_ORGANIZATION) |
	      ARG_BIT(ARG_CALLED) | ARG_BIT(ARG_ASK_PASSWORD),
	      ARG_BIT(ARG_ROLE) },
	  .act = add, .exists = "somebody has this address already" },
	{ .name = "list", .help = "List the people",
	  .example = "--organization harbour-kitchen",
	  .args = { ARG_NONE, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .list = &list_stmt },
	{ .name = "password", .help = "Give somebody a new password",
	  .example = "max@example.org --ask-password",
	  .args = { ARG_EMAIL, ARG_BIT(ARG_ORGANIZATION) |
	      ARG_BIT(ARG_ASK_PASSWORD), 0 },
	  .act = password },
};

const struct noun	noun_user = { "user", NOUN_VERBS(verbs) };
