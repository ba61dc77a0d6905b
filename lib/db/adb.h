/*
 * adb.h - one PostgreSQL connection on an event loop: nothing here waits.
 *
 * Statements are answered by callback, in their order, each a transaction of
 * its own. The connection also listens: what others NOTIFY comes by callback
 * too. Decides when it is lost (the server said so, or owes an answer for too
 * long) and when to try again: at growing intervals, for ever.
 */
#ifndef FG_ADB_H
#define FG_ADB_H
#include "db/db.h"

struct event_base;
struct adb;				/* opaque: owns the connection */

struct adb_ops {
	/* Connected and listening, at first and again after each loss. */
	void	(*up)(void *ctx);
	void	(*down)(void *ctx);
	/* payload is borrowed for the call. */
	void	(*notified)(void *ctx, const char *payload);
};

/* res is borrowed, NULL unless DB_OK. DB_DOWN: whether the statement was
 * executed is not known. */
typedef void adb_done(void *ctx, enum db_rc rc, const PGresult *res);

/* conninfo empty: the configured database. listen is the LISTEN statement,
 * executed on every new connection. Connects from the loop, soon. */
struct adb	*adb_new(struct event_base *base, const char *conninfo,
		    const char *role, const char *program,
		    const struct db_stmt *listen, const struct adb_ops *ops,
		    void *ctx);
/* Answers what is owed with DB_DOWN. NULL works. */
void		 adb_free(struct adb *a);
bool		 adb_is_up(const struct adb *a);
/* False, and done is never called, while there is no connection or too much
 * is owed already. done is never called from within. */
bool		 adb_query_n(struct adb *a, const struct db_stmt *st,
		    const struct db_arg *args, size_t nargs, adb_done *done,
		    void *ctx) must_check;
#define adb_query(a, st, done, ctx, ...)				\
	adb_query_n(a, st, DB_ARGS(__VA_ARGS__), done, ctx)

#endif
