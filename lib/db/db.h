/*
 * db.h - PostgreSQL, and nothing about refrigerators.
 *
 * Statements are static structs: prepared on first use on each connection,
 * checked for argument and column count. Arguments travel as text. A round
 * trip is a pipeline: db_begin() and any number of db_send() are queued, and
 * leave with the next db_recv(); a transaction's context therefore costs no
 * round trip of its own.
 *
 * SQLSTATE becomes an enum db_rc in one place (db_rc_of()). DB_FAIL, DB_DOWN
 * and DB_REFUSED are logged here, by the layer that knows the cause.
 */
#ifndef FG_DB_H
#define FG_DB_H
#include "base/centi.h"
#include "base/uuid.h"
#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum db_rc {
	DB_OK,
	DB_NONE,	/* the statement gave no row (db_one only) */
	DB_CONFLICT,	/* unique or exclusion violation */
	DB_REFUSED,	/* foreign key, check, privilege, row security */
	DB_RETRY,	/* serialization failure, deadlock: run it again */
	DB_DOWN,	/* no connection, it was lost, or the server is not able
			 * (disk full, timeout): nothing is known */
	DB_FAIL,	/* anything else: a mistake of ours */
	DB__MAX
};

#define must_check	__attribute__((warn_unused_result))

struct db;				/* one connection; opaque */

struct db_stmt {
	const char	*name;		/* unique in the program */
	int		 nargs;
	int		 ncols;		/* -1: returns no rows */
	const char	*sql;
};
/* Added to ncols: rows come in binary, to be read by db/binary.h. For long
 * lists, where writing numbers as text is most of what the server does. */
#define DB_BINARY	0x10000

struct db_arg {				/* plain value: copy freely */
	enum { DB_ARG_NULL, DB_ARG_SMALL, DB_ARG_TEXT } kind;
	char		 small[40];	/* numbers and uuids */
	const char	*text;		/* borrowed for the call it is in */
};

/* The configured database, as role. program becomes application_name. The
 * connection is made lazily and again after a loss, but no more than one
 * attempt is made in DB_RECONNECT_MS. db_free(NULL) works. */
#define DB_RECONNECT_MS	200
struct db	*db_open(const char *role, const char *program);
/* As db_open(), with libpq's conninfo for everything. */
struct db	*db_new(const char *conninfo, const char *program);
void		 db_free(struct db *db);
enum db_rc	 db_ping(struct db *db) must_check;

/* One statement, one round trip. Outside a transaction it is one of its own,
 * tried again on DB_RETRY; inside, results not received before it are dropped
 * but their failures count. res is the caller's to PQclear(), NULL unless
 * DB_OK; one who wants no rows passes NULL. */
enum db_rc	 db_query_n(struct db *db, const struct db_stmt *st,
		    const struct db_arg *args, size_t nargs, PGresult **res)
		    must_check;
/* As above, but exactly one row: none is DB_NONE, more is DB_FAIL. */
enum db_rc	 db_one_n(struct db *db, const struct db_stmt *st,
		    const struct db_arg *args, size_t nargs, PGresult **res)
		    must_check;

/* Pipelines. db_begin() starts a transaction and, where org is not NULL, sets
 * frostguard.org_id (and frostguard.user_id) for it. Nothing is sent yet.
 * db_send() outside of a transaction is a bug. */
void		 db_begin(struct db *db, const struct uuid *org,
		    const struct uuid *user);
void		 db_send_n(struct db *db, const struct db_stmt *st,
		    const struct db_arg *args, size_t nargs);
/* A statement whose result nobody receives: hear gets it, borrowed, at the
 * latest within db_commit(), unless something failed. */
typedef void db_hear_fn(void *ctx, const PGresult *res);
void		 db_send_heard_n(struct db *db, const struct db_stmt *st,
		    const struct db_arg *args, size_t nargs, db_hear_fn *hear,
		    void *ctx);
/* The rows it affected are added to *rows, in the same manner. */
void		 db_send_counted_n(struct db *db, const struct db_stmt *st,
		    const struct db_arg *args, size_t nargs, int64_t *rows);
/* The result of the oldest db_send() not yet received; res may be NULL. After
 * a failure every further db_recv() of the transaction gives the same. */
enum db_rc	 db_recv(struct db *db, PGresult **res) must_check;
/* For transactions that only read: COMMIT leaves with what is queued, so that
 * the answers come with the end; db_commit() then costs no round trip. Nothing
 * may be sent in between. */
void		 db_send_commit(struct db *db);
/* Every answer has come, and those to be heard were. Results not received are
 * dropped, but their failures count. */
enum db_rc	 db_wait(struct db *db) must_check;
/* COMMIT leaves with what is queued; DB_OK only when all of it succeeded and
 * is durable. Results not received are dropped but their failures count. */
enum db_rc	 db_commit(struct db *db) must_check;
void		 db_rollback(struct db *db);

/* Runs fn in a transaction, again after DB_RETRY (at most DB_TRIES times). fn
 * queues and receives; it returns DB_OK to commit, anything else rolls back. */
#define DB_TRIES	4
typedef enum db_rc db_tx_fn(struct db *db, void *arg);
enum db_rc	 db_tx(struct db *db, const struct uuid *org,
		    const struct uuid *user, db_tx_fn *fn, void *arg)
		    must_check;

/* Arguments. */
struct db_arg	 db_arg_text(const char *s);
struct db_arg	 db_arg_i64(int64_t v);
struct db_arg	 db_arg_i64_if(bool has, int64_t v);	/* else NULL */
struct db_arg	 db_arg_bool(bool v);
struct db_arg	 db_arg_uuid(const struct uuid *u);	/* NULL or nil: NULL */
struct db_arg	 db_arg_centi(centi_t v);
struct db_arg	 db_arg_null(void);

/* db_query(db, &stmt, &res, db_arg_i64(1), ...): counts its arguments. The
 * empty first element lets a call have none. */
#define DB_ARG_LIST(...)						\
	((const struct db_arg[]){ { DB_ARG_NULL, "", NULL }, ##__VA_ARGS__ })
#define DB_ARGS(...)							\
	DB_ARG_LIST(__VA_ARGS__) + 1,					\
	sizeof(DB_ARG_LIST(__VA_ARGS__)) / sizeof(struct db_arg) - 1
#define db_query(db, st, res, ...)					\
	db_query_n(db, st, DB_ARGS(__VA_ARGS__), res)
#define db_one(db, st, res, ...)					\
	db_one_n(db, st, DB_ARGS(__VA_ARGS__), res)
#define db_send_heard(db, st, hear, ctx, ...)				\
	db_send_heard_n(db, st, DB_ARGS(__VA_ARGS__), hear, ctx)
#define db_send_counted(db, st, rows, ...)				\
	db_send_counted_n(db, st, DB_ARGS(__VA_ARGS__), rows)
#define db_send(db, st, ...)						\
	db_send_n(db, st, DB_ARGS(__VA_ARGS__))

/* Typed getters: false on NULL or garbage. db_opt_*: NULL is *has = false. */
bool	 db_text(const PGresult *r, int row, int col, const char **out);
bool	 db_i64(const PGresult *r, int row, int col, int64_t *out);
bool	 db_i32(const PGresult *r, int row, int col, int32_t *out);
bool	 db_bool(const PGresult *r, int row, int col, bool *out);
bool	 db_uuid(const PGresult *r, int row, int col, struct uuid *out);
bool	 db_centi(const PGresult *r, int row, int col, centi_t *out);
bool	 db_opt_text(const PGresult *r, int row, int col, const char **out);
bool	 db_opt_i64(const PGresult *r, int row, int col, bool *has,
	    int64_t *out);
bool	 db_opt_i32(const PGresult *r, int row, int col, bool *has,
	    int32_t *out);
bool	 db_opt_bool(const PGresult *r, int row, int col, bool *has,
	    bool *out);
bool	 db_opt_uuid(const PGresult *r, int row, int col, bool *has,
	    struct uuid *out);
bool	 db_opt_centi(const PGresult *r, int row, int col, bool *has,
	    centi_t *out);
/* A row that does not map: logs the statement's name, gives DB_FAIL. */
enum db_rc	 db_bad_row(const struct db_stmt *st);

enum db_rc	 db_rc_of(const char *sqlstate);	/* the one mapping */
const char	*db_rc_name(enum db_rc rc);
/* The newest of sql/migrations; db_schema_version() tells which one a database
 * has. Programs work on no other: db_schema_check() asks, db_schema_insist() is
 * told, and a program that knows another version ends. */
#define DB_SCHEMA_VERSION	16
enum db_rc	 db_schema_version(struct db *db, int64_t *out) must_check;
enum db_rc	 db_schema_check(struct db *db) must_check;
void		 db_schema_insist(int64_t version);
extern const struct db_stmt db_version_stmt;	/* what is asked */

/* For the streamer and for jobs only: the raw connection, owned by db; not in
 * pipeline mode until the next call of another function. Within a transaction
 * results not received before it are dropped. NULL: DB_DOWN, or one of those
 * failed. */
PGconn		*db_conn(struct db *db);

/* Every statement the program registered, for --check: prepares them all and
 * compares what the server says of arguments and columns. */
struct db_stmt_list {
	const struct db_stmt *const	*v;
	size_t				 n;
};
enum db_rc	 db_prepare_all(struct db *db, struct db_stmt_list l)
		    must_check;

#endif
