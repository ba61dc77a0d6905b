/*
 * connect.h - a PGconn as every program of the house wants it.
 *
 * Decides the session's settings (search_path, time zone, statement_timeout,
 * generic plans); they travel with the startup packet and cost no round trip.
 */
#ifndef FG_CONNECT_H
#define FG_CONNECT_H
#include <libpq-fe.h>
#include <stdint.h>

#define CONNECT_SCHEMA	"frostguard"	/* all our tables live in it */

struct connect {			/* strings are borrowed */
	const char	*conninfo;
	const char	*user;		/* NULL: conninfo's, or the system's */
	const char	*password;	/* NULL: none */
	const char	*program;	/* becomes application_name */
	int64_t		 timeout_ms;	/* of one statement */
};

/* NULL when there is no connection; the reason is logged. In pipeline mode.
 * Caller frees with PQfinish(). */
PGconn	*connect_open(const struct connect *how);
/* The same without waiting: poll what the first gives with PQconnectPoll(),
 * then have it settled by the second, whether it came to be or not. */
PGconn	*connect_begin(const struct connect *how);
PGconn	*connect_end(PGconn *conn);
/* The password of role in a file of role:password lines; NULL if it has none
 * or cannot be read (logged). Caller frees with free(). */
char	*connect_password(const char *path, const char *role);

#endif
