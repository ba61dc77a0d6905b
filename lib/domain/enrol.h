/*
 * enrol.h - making what a customer starts with: organization, people, places,
 * sensors, secrets.
 *
 * Decides what belongs to each and which secrets are made; they are returned
 * once and stored as hashes. All of it is queued in the caller's transaction
 * of the new organization. For the administrator's commands: no program that
 * serves requests may do all this at once.
 */
#ifndef FG_ENROL_H
#define FG_ENROL_H
#include "db/db.h"
#include "domain/kinds.h"
#include "domain/role.h"
#include "domain/token.h"

struct enrol {			/* one organization being made */
	struct db	*db;
	struct uuid	 organization;
	int64_t		 now_ms;
};

struct enrol_unit {
	const char	*name;
	enum unit_type	 type;
	bool		 has_limits;	/* else the type's own */
	centi_t		 low, high;
};

struct enrol_device {
	const char	*dev_eui;	/* 16 lower-case hexadecimal digits */
	const char	*name;
	const char	*manufacturer, *model;	/* as the catalogue has them */
};

/* A person of the organization; the password is not kept. NULL: none. */
struct uuid	 enrol_person(struct enrol *e, const char *email,
		    const char *name, enum app_role role,
		    const char *password);
void		 enrol_organization(struct enrol *e, const char *name,
		    const char *slug, const char *timezone, bool fahrenheit);
struct uuid	 enrol_site(struct enrol *e, const char *name,
		    const char *city, const char *timezone);
struct uuid	 enrol_area(struct enrol *e, const struct uuid *site,
		    const char *name);
struct uuid	 enrol_unit(struct enrol *e, const struct uuid *area,
		    const struct enrol_unit *u);
struct uuid	 enrol_device(struct enrol *e, const struct uuid *unit,
		    const struct enrol_device *d);
/* A connection to The Things Stack; secret is what its webhook must send. */
void		 enrol_webhook(struct enrol *e, const char *application,
		    char secret[TOKEN_TEXT]);
/* scopes is an SQL array: "{readings:write}". */
void		 enrol_api_key(struct enrol *e, const char *name,
		    const char *scopes, char key[TOKEN_TEXT]);

extern const struct db_stmt_list enrol_stmts;

#endif
