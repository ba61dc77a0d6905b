#include "domain/role.h"
#include <string.h>

static const struct {
	const char	*name;		/* as in SQL and on the wire */
	const char	*label;		/* as people read it */
} roles[ROLE__MAX] = {
	[ROLE_OWNER] =	   { "owner", "Owner" },
	[ROLE_ADMIN] =	   { "admin", "Administrator" },
	[ROLE_MANAGER] =   { "manager", "Manager" },
	[ROLE_STAFF] =	   { "staff", "Staff" },
	[ROLE_VIEWER] =	   { "viewer", "Viewer" },
	[ROLE_INSPECTOR] = { "inspector", "Inspector" },
};

#define BIT(role)	(1u << (role))
#define NOBODY		0u
#define OWNER		BIT(ROLE_OWNER)
#define ADMINS		(OWNER | BIT(ROLE_ADMIN))
#define MANAGERS	(ADMINS | BIT(ROLE_MANAGER))
#define STAFF		(MANAGERS | BIT(ROLE_STAFF))
#define EVERYBODY	(STAFF | BIT(ROLE_VIEWER) | BIT(ROLE_INSPECTOR))

static const struct {
	const char	*name;
	unsigned	 roles;
} permissions[PERMISSION__MAX] = {
	[MAY_ANYONE] =		{ "anyone", EVERYBODY },
	[MAY_SIGNED_IN] =	{ "signed_in", EVERYBODY },
	[MAY_DEVICE] =		{ "device", NOBODY },
	[MAY_VIEW] =		{ "view", EVERYBODY },
	[MAY_ACKNOWLEDGE] =	{ "acknowledge", STAFF },
	[MAY_RESOLVE] =		{ "resolve", STAFF },
	[MAY_LOG_MANUAL] =	{ "log_manual", STAFF },
	[MAY_EDIT_UNITS] =	{ "edit_units", MANAGERS },
	[MAY_MANAGE_UNITS] =	{ "manage_units", ADMINS },
	[MAY_MANAGE_DEVICES] =	{ "manage_devices", ADMINS },
	[MAY_CONFIGURE_RULES] =	{ "configure_rules", ADMINS },
	[MAY_MANAGE_USERS] =	{ "manage_users", ADMINS },
	[MAY_EXPORT] =		{ "export",
				    MANAGERS | BIT(ROLE_INSPECTOR) },
	[MAY_VIEW_AUDIT] =	{ "view_audit", ADMINS },
	[MAY_MANAGE_ORG] =	{ "manage_org", ADMINS },
	[MAY_OWN_ORG] =		{ "own_org", OWNER },
};

const char *
app_role_name(enum app_role r)
{
	return roles[r].name;
}

const char *
app_role_label(enum app_role r)
{
	return roles[r].label;
}

bool
app_role_parse(const char *s, enum app_role *out)
{
	for (int i = 0; i < ROLE__MAX; i++)
		if (strcmp(roles[i].name, s) == 0) {
			*out = (enum app_role)i;
			return true;
		}
	return false;
}

const char *
permission_name(enum permission p)
{
	return permissions[p].name;
}

bool
role_may(enum app_role r, enum permission p)
{
	return (permissions[p].roles & BIT(r)) != 0;
}
