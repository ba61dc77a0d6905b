/*
 * enrol.h - making what a customer starts with: organization, people, places.
 *
 * Decides what belongs to each. Sensors are enrol_device.h, secrets are
 * enrol_secret.h. All of it is queued in the caller's transaction of the
 * organization, each with its line in the audit trail; what is there already
 * makes that DB_CONFLICT. For the administrator's commands: no program that
 * serves requests may do all this at once.
 */
#ifndef FG_ENROL_H
#define FG_ENROL_H
#include "domain/enrol_act.h"
#include "domain/kinds.h"
#include "domain/role.h"

struct enrol_unit {
	const char	*name;
	enum unit_type	 type;
	bool		 has_limits;	/* else the type's own */
	centi_t		 low, high;
	bool		 by_hand;	/* people must log it, sensors or not */
};

/* A person of the organization; the password is not kept. NULL: none. */
struct uuid	 enrol_person(struct enrol *e, const char *email,
		    const char *name, enum app_role role,
		    const char *password);
void		 enrol_organization(struct enrol *e, const char *name,
		    const char *slug, const char *timezone, bool fahrenheit);
/* Without a timezone (NULL) it has the organization's. */
struct uuid	 enrol_site(struct enrol *e, const char *name,
		    const char *city, const char *timezone);
struct uuid	 enrol_area(struct enrol *e, const struct uuid *site,
		    const char *name);
struct uuid	 enrol_unit(struct enrol *e, const struct uuid *area,
		    const struct enrol_unit *u);

/* A new password; whoever is signed in with the old one no longer is. */
void		 enrol_password(struct enrol *e, const struct uuid *person,
		    const char *password);

#endif
