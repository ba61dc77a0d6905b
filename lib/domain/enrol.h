/*
 * enrol.h - making what a customer starts with: organization, people, places,
 * sensors, secrets.
 *
 * Decides what belongs to each and which secrets are made; they are returned
 * once and stored as hashes. All of it is queued in the caller's transaction
 * of the organization, each with its line in the audit trail; what is there
 * already makes that DB_CONFLICT. For the administrator's commands: no program
 * that serves requests may do all this at once.
 */
#ifndef FG_ENROL_H
#define FG_ENROL_H
#include "db/db.h"
#include "domain/kinds.h"
#include "domain/role.h"
#include "domain/token.h"

struct enrol {			/* one organization being worked on */
	struct db	*db;
	struct uuid	 organization;
	int64_t		 now_ms;
	const char	*operator;	/* who does it, for the trail; or NULL */
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
	const char	*join_eui;	/* as dev_eui, or NULL */
	const char	*ttn_id;	/* its network's id for it, or NULL */
	int32_t		 interval_s;	/* it was told to report each; or 0 */
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
/* unit NULL or nil: on none yet. */
struct uuid	 enrol_device(struct enrol *e, const struct uuid *unit,
		    const struct enrol_device *d);
/* Many at once, which takes as many statements as one; unit[i] is d[i]'s. A
 * few thousand at most: more is better done in parts. */
void		 enrol_devices(struct enrol *e, const struct enrol_device *d,
		    const struct uuid *unit, size_t n);
/* Expects of the units of which these are the primary sensors to hear as often
 * as they report: as they were told, else as their model does. */
void		 enrol_pace(struct enrol *e, const struct enrol_device *d,
		    size_t n);
/* A connection to a network, "ttn" or "chirpstack"; secret is what its webhook
 * must send. */
void		 enrol_webhook(struct enrol *e, const char *network,
		    const char *application, char secret[TOKEN_TEXT]);
/* scopes is an SQL array: "{readings:write}"; expires_at_ms 0: never. */
void		 enrol_api_key(struct enrol *e, const char *name,
		    const char *scopes, int64_t expires_at_ms,
		    char key[TOKEN_TEXT]);
/* It opens nothing from now on. */
void		 enrol_api_key_revoke(struct enrol *e, const struct uuid *key);

/* A new password; whoever is signed in with the old one no longer is. */
void		 enrol_password(struct enrol *e, const struct uuid *person,
		    const char *password);
/* Puts a sensor onto a unit, or (NULL) takes it off the one it is on. */
void		 enrol_device_move(struct enrol *e, const struct uuid *device,
		    const struct uuid *unit);
/* Its network's id for it; what was asked for by another is asked for again. */
void		 enrol_device_ttn_id(struct enrol *e,
		    const struct uuid *device, const char *ttn_id);
/* Its secret opens nothing from now on. */
void		 enrol_webhook_disable(struct enrol *e,
		    const struct uuid *connection);

/* What its network has kept is asked of server with this key from now on; with
 * NULL for both, no more. */
void		 enrol_backfill(struct enrol *e, const struct uuid *connection,
		    const char *server, const char *key);
/* The column that seal.h binds that key to. */
#define ENROL_BACKFILL_KEY	"ttn_api_key_encrypted"

extern const struct db_stmt_list enrol_stmts;

#endif
