/*
 * pipeline.h - one connection: statements queued on it, answers in order.
 *
 * Connects when needed, prepares a statement on its first use, checks counts,
 * judges every answer once. Knows nothing of transactions. A round trip is
 * pipeline_start(), some pipeline_add(), then pipeline_take() or _drain(): all
 * leaves in one write. The first failure sticks until the next _start().
 */
#ifndef FG_PIPELINE_H
#define FG_PIPELINE_H
#include "db/db.h"

struct connect;
struct pipeline;			/* opaque: owns the connection */

struct pipeline *pipeline_new(const struct connect *how);
void		 pipeline_free(struct pipeline *p);

/* Forgets old failures and answers; DB_DOWN sticks where no server is. */
void		 pipeline_start(struct pipeline *p);
/* shown: pipeline_take() will ask for the result. Does nothing after a
 * failure; a wrong number of arguments is one. */
void		 pipeline_add(struct pipeline *p, const struct db_stmt *st,
		    const struct db_arg *args, size_t nargs, bool shown);
/* The result of the statement just added goes to hear when it has come, unless
 * something failed. */
void		 pipeline_hear(struct pipeline *p, db_hear_fn *hear, void *ctx);
/* The result of the oldest shown statement; caller frees with PQclear(). */
enum db_rc	 pipeline_take(struct pipeline *p, PGresult **res);
/* Receives and drops all that is owed. */
enum db_rc	 pipeline_drain(struct pipeline *p);
/* Whether the server's declaration agrees with st's counts. */
enum db_rc	 pipeline_check(struct pipeline *p, const struct db_stmt *st);

enum db_rc	 pipeline_rc(const struct pipeline *p);
size_t		 pipeline_shown(const struct pipeline *p);	/* not taken */
/* The server is within a transaction. Only after pipeline_drain(). */
bool		 pipeline_in_transaction(const struct pipeline *p);
void		 pipeline_drop(struct pipeline *p);	/* the connection */
/* Borrowed, out of pipeline mode until the next pipeline_add(); all that is
 * owed has been received. NULL after a failure. */
PGconn		*pipeline_conn(struct pipeline *p);

#endif
