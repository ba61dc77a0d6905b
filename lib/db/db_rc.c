/* db_rc.c - the one place where an SQLSTATE becomes an enum db_rc. */
#include <string.h>

#include "db/db.h"

/* The first row whose prefix fits decides. */
static const struct {
	const char	*prefix;
	enum db_rc	 rc;
} states[] = {
	{ "00",	   DB_OK },		/* successful_completion */
	{ "01",	   DB_OK },		/* warning */
	{ "08",	   DB_DOWN },		/* connection_exception */
	{ "23505", DB_CONFLICT },	/* unique_violation */
	{ "23P01", DB_CONFLICT },	/* exclusion_violation */
	{ "23",	   DB_REFUSED },	/* integrity_constraint_violation */
	{ "26000", DB_RETRY },		/* prepared statement is not known */
	{ "40001", DB_RETRY },		/* serialization_failure */
	{ "40P01", DB_RETRY },		/* deadlock_detected */
	{ "42P05", DB_RETRY },		/* ... or is, behind a pooler */
	{ "42501", DB_REFUSED },	/* privilege, row security */
	{ "44",	   DB_REFUSED },	/* with_check_option_violation */
	{ "53",	   DB_DOWN },		/* disk full, too many connections */
	{ "55P03", DB_RETRY },		/* lock_not_available */
	{ "57014", DB_DOWN },		/* statement_timeout */
	{ "57P",   DB_DOWN },		/* shutdown, crash, starting up */
	{ "58",	   DB_DOWN },		/* system_error: I/O */
};

enum db_rc
db_rc_of(const char *sqlstate)
{
	if (sqlstate == NULL)		/* libpq's own: the connection */
		return DB_DOWN;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strncmp(sqlstate, states[i].prefix,
		    strlen(states[i].prefix)) == 0)
			return states[i].rc;
	return DB_FAIL;
}

const char *
db_rc_name(enum db_rc rc)
{
	static const char *const names[DB__MAX] = {
		[DB_OK] = "ok",
		[DB_NONE] = "none",
		[DB_CONFLICT] = "conflict",
		[DB_REFUSED] = "refused",
		[DB_RETRY] = "retry",
		[DB_DOWN] = "down",
		[DB_FAIL] = "fail",
	};

	return names[rc];
}
