/*
 * role.h - who may do what: six roles, one permission matrix.
 *
 * The matrix is behaviour by decision: owner > admin > manager > staff >
 * viewer, and inspector beside the ladder. Route tables name a permission;
 * nothing else in the system compares roles.
 */
#ifndef FG_ROLE_H
#define FG_ROLE_H
#include <stdbool.h>

enum app_role {
	ROLE_OWNER, ROLE_ADMIN, ROLE_MANAGER, ROLE_STAFF, ROLE_VIEWER,
	ROLE_INSPECTOR, ROLE__MAX
};

enum permission {
	MAY_ANYONE,		/* no session is asked for: written out */
	MAY_SIGNED_IN,		/* any member of the organization */
	MAY_DEVICE,		/* the handler checks a webhook secret or key */
	MAY_VIEW,		/* temperatures, alerts, dashboard, reports */
	MAY_ACKNOWLEDGE,	/* alerts.acknowledge */
	MAY_RESOLVE,		/* alerts.resolve */
	MAY_LOG_MANUAL,		/* temps.log_manual */
	MAY_EDIT_UNITS,		/* units.update, temperature limits */
	MAY_MANAGE_UNITS,	/* units.create, units.delete */
	MAY_MANAGE_DEVICES,
	MAY_CONFIGURE_RULES,	/* alerts.configure_rules */
	MAY_MANAGE_USERS,
	MAY_EXPORT,
	MAY_VIEW_AUDIT,
	MAY_MANAGE_ORG,
	MAY_OWN_ORG,		/* delete, billing, ownership */
	PERMISSION__MAX
};

const char	*app_role_name(enum app_role r);
const char	*app_role_label(enum app_role r);
bool		 app_role_parse(const char *s, enum app_role *out);
const char	*permission_name(enum permission p);
bool		 role_may(enum app_role r, enum permission p);

#endif
