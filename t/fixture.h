/* fixture.h - an organization of its own for each database test. */
#ifndef FG_T_FIXTURE_H
#define FG_T_FIXTURE_H
#include "db/db.h"

struct fixture {
	PGconn		*super;		/* superuser: looks and prepares */
	struct uuid	 org, site, area, unit, device, connection, owner;
	struct uuid	 their;		/* for trespassers; nil until set */
	char		 dev_eui[17];
	char		 ttn_id[21];	/* "eui-" and the DevEUI */
	char		 secret_hash[67];	/* as token_hash() gives */
};

/* A fridge in range 2.00 to 5.00 degrees C with one sensor, an owner. */
void	 fixture_make(struct fixture *f);
void	 fixture_free(struct fixture *f);
/* Runs SQL in which each of the fixture's names in braces, {org}, {unit},
 * {device}, {site}, {area}, {owner}, {their}, stands for its id. Gives the
 * first value of the first row ("" for none), static until the next call. */
const char *fixture_sql(struct fixture *f, const char *sql);
/* As above, but as a zone's role, in the organization, and in a transaction
 * that is rolled back; what the database refuses gives its SQLSTATE. */
const char *fixture_as(struct fixture *f, const char *role, const char *sql);
/* What the unit's state knows of open alerts is what the table holds. */
#define FIXTURE_ALERTS_AGREE						\
	"SELECT (SELECT coalesce(string_agg(concat_ws(' ', e->>0, e->>1,"\
	"	e->>2, e->>4), ',' ORDER BY e->>0), '')"		\
	"  FROM unit_state s, jsonb_array_elements(s.open_alerts::jsonb) e" \
	" WHERE s.unit_id = {unit}) = (SELECT coalesce(string_agg("	\
	"	concat_ws(' ', id, alert_type, severity,"		\
	"	(status = 'acknowledged')::text), ','"			\
	"	ORDER BY id::text), '')"				\
	"  FROM alerts WHERE unit_id = {unit} AND status <> 'resolved')"
/* The database as a zone's role. */
struct db *fixture_db(const char *role);

#endif
