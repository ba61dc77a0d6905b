#include "db/db.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/connect.h"
#include "db/pipeline.h"

#define TIMEOUT_MS	5000

struct db {
	struct pipeline	*pipe;
	char		*conninfo, *role, *password, *program;
	bool		 in_tx;		/* between db_begin() and its end */
	bool		 begun;		/* BEGIN is queued */
	bool		 ended;		/* so is COMMIT */
	bool		 has_context;
	struct uuid	 org, user;
};

static const struct db_stmt begin_stmt = { "begin", 0, -1, "BEGIN" };
static const struct db_stmt commit_stmt = { "commit", 0, -1, "COMMIT" };
static const struct db_stmt rollback_stmt = { "rollback", 0, -1, "ROLLBACK" };
static const struct db_stmt context_stmt = { "context", 2, 2,
	"SELECT set_config('frostguard.org_id', $1::text, true),"
	"       set_config('frostguard.user_id', $2::text, true)" };
static const struct db_stmt ping_stmt = { "ping", 0, 1, "SELECT 1" };
const struct db_stmt db_version_stmt = { "schema_version", 0, 1,
	"SELECT coalesce(max(version), 0)::int8 FROM schema_migrations" };

static char *
copy(const char *s)
{
	return s != NULL ? mem_strdup(s) : NULL;
}

static struct db *
make(const struct connect *how)
{
	struct db	*db = mem_alloc(sizeof(*db));
	struct connect	 kept = *how;

	kept.conninfo = db->conninfo = copy(how->conninfo);
	kept.user = db->role = copy(how->user);
	kept.password = db->password = copy(how->password);
	kept.program = db->program = copy(how->program);
	db->pipe = pipeline_new(&kept);
	return db;
}

struct db *
db_new(const char *conninfo, const char *program)
{
	return make(&(struct connect){ conninfo, NULL, NULL, program,
	    TIMEOUT_MS });
}

struct db *
db_open(const char *role, const char *program)
{
	const char	*passwords = conf_text("database_password_file");
	char		*password = NULL;
	struct db	*db;

	if (passwords[0] != '\0')
		password = connect_password(passwords, role);
	db = make(&(struct connect){ conf_text("database"), role, password,
	    program, conf_ms("statement_timeout") });
	free(password);
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	pipeline_free(db->pipe);
	free(db->conninfo);
	free(db->role);
	free(db->password);
	free(db->program);
	free(db);
}

enum db_rc
db_ping(struct db *db)
{
	PGresult	*res;
	enum db_rc	 rc = db_one(db, &ping_stmt, &res);

	PQclear(res);
	return rc;
}

static enum db_rc
query_alone(struct db *db, const struct db_stmt *st, const struct db_arg *args,
    size_t nargs, PGresult **res)
{
	enum db_rc	rc = DB_RETRY;

	for (int i = 0; i < DB_TRIES && rc == DB_RETRY; i++) {
		pipeline_start(db->pipe);
		pipeline_add(db->pipe, st, args, nargs, true);
		rc = pipeline_take(db->pipe, res);
	}
	return rc;
}

enum db_rc
db_query_n(struct db *db, const struct db_stmt *st, const struct db_arg *args,
    size_t nargs, PGresult **res)
{
	PGresult	*r = NULL;
	enum db_rc	 rc = DB_OK;

	if (!db->in_tx)
		rc = query_alone(db, st, args, nargs, &r);
	else {
		db_send_n(db, st, args, nargs);
		while (rc == DB_OK && pipeline_shown(db->pipe) > 1)
			rc = db_recv(db, NULL);
		if (rc == DB_OK)
			rc = db_recv(db, &r);
	}
	if (res != NULL)
		*res = r;
	else
		PQclear(r);
	return rc;
}

enum db_rc
db_one_n(struct db *db, const struct db_stmt *st, const struct db_arg *args,
    size_t nargs, PGresult **res)
{
	enum db_rc	rc = db_query_n(db, st, args, nargs, res);
	int		rows = PQntuples(*res);

	if (rc != DB_OK || rows == 1)
		return rc;
	PQclear(*res);
	*res = NULL;
	if (rows == 0)
		return DB_NONE;
	log_error("db.rows", LOG_STR("statement", st->name),
	    LOG_INT("want", 1), LOG_INT("got", rows));
	return DB_FAIL;
}

void
db_begin(struct db *db, const struct uuid *org, const struct uuid *user)
{
	static const struct uuid	nil;

	if (db->in_tx)
		bug("db_begin: within a transaction");
	db->in_tx = true;
	db->begun = db->ended = false;
	db->has_context = org != NULL;
	db->org = org != NULL ? *org : nil;
	db->user = org != NULL && user != NULL ? *user : nil;
	pipeline_start(db->pipe);
}

/* The transaction's head goes out with its first statement. No user is the
 * empty string, as after any transaction that named one. */
static void
queue_begin(struct db *db)
{
	struct db_arg	context[2] = { db_arg_uuid(&db->org),
	    uuid_is_nil(&db->user) ? db_arg_text("") : db_arg_uuid(&db->user) };

	if (db->begun)
		return;
	db->begun = true;
	pipeline_add(db->pipe, &begin_stmt, NULL, 0, false);
	if (db->has_context)
		pipeline_add(db->pipe, &context_stmt, context, 2, false);
}

void
db_send_n(struct db *db, const struct db_stmt *st, const struct db_arg *args,
    size_t nargs)
{
	if (!db->in_tx || db->ended)
		bug("db_send: %s outside of a transaction", st->name);
	queue_begin(db);
	pipeline_add(db->pipe, st, args, nargs, true);
}

void
db_send_heard_n(struct db *db, const struct db_stmt *st,
    const struct db_arg *args, size_t nargs, db_hear_fn *hear, void *ctx)
{
	if (!db->in_tx || db->ended)
		bug("db_send_heard: %s outside of a transaction", st->name);
	queue_begin(db);
	pipeline_add(db->pipe, st, args, nargs, false);
	pipeline_hear(db->pipe, hear, ctx);
}

static void
count_rows(void *rows, const PGresult *res)
{
	*(int64_t *)rows += strtoll(PQcmdTuples((PGresult *)res), NULL, 10);
}

void
db_send_counted_n(struct db *db, const struct db_stmt *st,
    const struct db_arg *args, size_t nargs, int64_t *rows)
{
	db_send_heard_n(db, st, args, nargs, count_rows, rows);
}

enum db_rc
db_recv(struct db *db, PGresult **res)
{
	PGresult	*r;
	enum db_rc	 rc = pipeline_take(db->pipe, &r);

	if (res != NULL)
		*res = r;
	else
		PQclear(r);
	return rc;
}

void
db_send_commit(struct db *db)
{
	if (!db->in_tx || db->ended)
		bug("db_send_commit: no transaction");
	if (db->begun)
		pipeline_add(db->pipe, &commit_stmt, NULL, 0, false);
	db->ended = true;
}

enum db_rc
db_wait(struct db *db)
{
	return pipeline_drain(db->pipe);
}

enum db_rc
db_commit(struct db *db)
{
	enum db_rc	rc;

	if (!db->in_tx)
		bug("db_commit: no transaction");
	if (!db->ended)
		db_send_commit(db);
	rc = pipeline_drain(db->pipe);
	if (rc != DB_OK)
		db_rollback(db);
	db->in_tx = false;
	return rc;
}

static bool
open_on_server(const struct db *db)
{
	return db->begun && pipeline_in_transaction(db->pipe);
}

void
db_rollback(struct db *db)
{
	pipeline_drain(db->pipe);
	for (int i = 0; i < DB_TRIES && open_on_server(db); i++) {
		pipeline_start(db->pipe);
		pipeline_add(db->pipe, &rollback_stmt, NULL, 0, false);
		pipeline_drain(db->pipe);
	}
	/* Closing is what rolls back when ROLLBACK cannot. */
	if (open_on_server(db))
		pipeline_drop(db->pipe);
	db->in_tx = false;
}

enum db_rc
db_tx(struct db *db, const struct uuid *org, const struct uuid *user,
    db_tx_fn *fn, void *arg)
{
	enum db_rc	rc = DB_RETRY;

	for (int i = 0; i < DB_TRIES && rc == DB_RETRY; i++) {
		db_begin(db, org, user);
		rc = fn(db, arg);
		if (rc == DB_OK) {
			rc = db_commit(db);
			continue;
		}
		if (pipeline_rc(db->pipe) == DB_RETRY)
			rc = DB_RETRY;	/* whatever fn made of it */
		db_rollback(db);
	}
	return rc;
}

enum db_rc
db_bad_row(const struct db_stmt *st)
{
	log_error("db.row", LOG_STR("statement", st->name));
	return DB_FAIL;
}

enum db_rc
db_schema_version(struct db *db, int64_t *out)
{
	PGresult	*res;
	enum db_rc	 rc = db_one(db, &db_version_stmt, &res);

	if (rc == DB_OK && !db_i64(res, 0, 0, out))
		rc = db_bad_row(&db_version_stmt);
	PQclear(res);
	return rc;
}

void
db_schema_insist(int64_t version)
{
	if (version != DB_SCHEMA_VERSION)
		fatal("the schema is at version %" PRId64 ", this program "
		    "knows %d", version, DB_SCHEMA_VERSION);
}

enum db_rc
db_schema_check(struct db *db)
{
	int64_t		version;
	enum db_rc	rc = db_schema_version(db, &version);

	if (rc == DB_OK)
		db_schema_insist(version);
	return rc;
}

PGconn *
db_conn(struct db *db)
{
	if (db->in_tx)
		queue_begin(db);
	else
		pipeline_start(db->pipe);
	return pipeline_conn(db->pipe);
}

enum db_rc
db_prepare_all(struct db *db, struct db_stmt_list l)
{
	enum db_rc	rc = DB_OK, one;

	for (size_t i = 0; i < l.n; i++) {
		pipeline_start(db->pipe);
		one = pipeline_check(db->pipe, l.v[i]);
		if (one != DB_OK)
			rc = one;
	}
	return rc;
}
