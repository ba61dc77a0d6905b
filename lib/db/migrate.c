#include "db/migrate.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/connect.h"
#include "db/migrate_files.h"

#define LOCK	"7020220117170011"	/* any number, but one */
#define WHY_MAX		8192

static const char as_owner[] = "SET ROLE " MIGRATE_OWNER;
static const char as_oneself[] = "RESET ROLE";
static const char begin[] = "BEGIN";
static const char commit[] = "COMMIT";
static const char take_lock[] = "SELECT pg_advisory_lock(" LOCK ")";
static const char create_table[] =
	"CREATE SCHEMA IF NOT EXISTS " CONNECT_SCHEMA ";"
	"CREATE TABLE IF NOT EXISTS " CONNECT_SCHEMA ".schema_migrations ("
	"	version		integer PRIMARY KEY,"
	"	name		text NOT NULL,"
	"	sha256		text NOT NULL,"
	"	applied_at	timestamptz(3) NOT NULL DEFAULT now())";
static const char table_exists[] =
	"SELECT 1 FROM pg_catalog.pg_tables"
	" WHERE schemaname = '" CONNECT_SCHEMA "'"
	"   AND tablename = 'schema_migrations'";
static const char read_table[] =
	"SELECT version, name, sha256, to_char(applied_at AT TIME ZONE 'UTC',"
	"	'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
	"  FROM " CONNECT_SCHEMA ".schema_migrations ORDER BY version";
static const char record[] =
	"INSERT INTO " CONNECT_SCHEMA ".schema_migrations"
	" (version, name, sha256) VALUES ($1::int, $2::text, $3::text)";

enum { COL_VERSION, COL_NAME, COL_SHA256, COL_APPLIED };

/* One run. Functions give false once why is set. */
struct run {
	PGconn			*conn;
	FILE			*report;
	struct buf		 why;
	struct sql_files	 migrations;
	PGresult		*applied;	/* rows of read_table */
};

static bool
refuse(struct run *run, const char *name, const char *fault)
{
	buf_printf(&run->why, "%s: %s", name, fault);
	return false;
}

/* The server's complaint, its last line break cut off. */
static bool
complain(struct run *run, const char *about)
{
	char	*message = mem_strdup(PQerrorMessage(run->conn));

	message[strcspn(message, "\n")] = '\0';
	refuse(run, about, message);
	free(message);
	return false;
}

static bool
succeeded(const PGresult *res)
{
	ExecStatusType	status = PQresultStatus(res);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	    status == PGRES_EMPTY_QUERY;
}

static bool
exec(struct run *run, const char *sql)
{
	PGresult	*res = PQexec(run->conn, sql);
	bool		 ok = succeeded(res);

	PQclear(res);
	return ok || complain(run, "database");
}

/* Runs a file within the open transaction; a failure names file and line. */
static bool
exec_file(struct run *run, const struct sql_file *f)
{
	struct buf	 about = BUF_INIT(WHY_MAX);
	PGresult	*res = PQexec(run->conn, f->text);
	const char	*at = PQresultErrorField(res,
	    PG_DIAG_STATEMENT_POSITION);
	bool		 ok = succeeded(res);

	if (!ok) {
		buf_puts(&about, f->name);
		if (at != NULL)
			buf_printf(&about, ":%d", sql_file_line(f,
			    (int)strtol(at, NULL, 10)));
		complain(run, buf_str(&about));
	} else if (PQtransactionStatus(run->conn) != PQTRANS_INTRANS) {
		ok = refuse(run, f->name, "ends the transaction it runs in");
	}
	buf_release(&about);
	PQclear(res);
	return ok;
}

static bool
exec_files(struct run *run, const struct sql_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		if (!exec_file(run, &files->v[i]))
			return false;
	return true;
}

/* roles.sql, by the connected user; or all that can be run again, by the
 * owner. One transaction. */
static bool
apply_again(struct run *run, const char *dir, const char *const folders[],
    const char *file, const char *role)
{
	struct sql_files	 files = { NULL, 0 };
	char			*why = NULL;
	bool			 ok = true;

	for (; *folders != NULL && ok; folders++)
		ok = sql_files_folder(&files, dir, *folders, &why);
	ok = ok && sql_files_one(&files, dir, file, &why);
	if (why != NULL)
		buf_puts(&run->why, why);
	free(why);
	ok = ok && exec(run, role) && exec(run, begin) &&
	    exec_files(run, &files) && exec(run, commit);
	sql_files_release(&files);
	return ok;
}

static bool
apply_roles(struct run *run, const char *dir)
{
	static const char *const	none[] = { NULL };

	return apply_again(run, dir, none, "roles.sql", as_oneself);
}

static bool
apply_repeatables(struct run *run, const char *dir)
{
	static const char *const	folders[] = { "functions", "views",
		NULL };

	return apply_again(run, dir, folders, "grants.sql", as_owner);
}

static bool
record_file(struct run *run, const struct sql_file *f)
{
	char		 version[24];
	const char	*values[] = { version, f->name, f->sha256 };
	PGresult	*res;
	bool		 ok;

	snprintf(version, sizeof(version), "%lld",
	    (long long)sql_file_version(f->name));
	res = PQexecParams(run->conn, record, 3, NULL, values, NULL, NULL, 0);
	ok = succeeded(res);
	PQclear(res);
	return ok || complain(run, f->name);
}

static bool
apply_one(struct run *run, const struct sql_file *f)
{
	if (!exec(run, begin) || !exec_file(run, f) || !record_file(run, f) ||
	    !exec(run, commit))
		return false;
	fprintf(run->report, "applied %s\n", f->name);
	return true;
}

/* How many migrations the database has. */
static size_t
count_applied(const struct run *run)
{
	return (size_t)PQntuples(run->applied);
}

/* Applied row i, whose file must be the i-th: NULL, or what is wrong. */
static const char *
fault_of(const struct run *run, size_t i)
{
	const struct sql_file	*f;

	if (i >= run->migrations.n)
		return "missing";
	f = &run->migrations.v[i];
	if (strcmp(PQgetvalue(run->applied, (int)i, COL_NAME), f->name) != 0 ||
	    strcmp(PQgetvalue(run->applied, (int)i, COL_SHA256), f->sha256)
	    != 0)
		return "changed";
	return NULL;
}

static bool
read_applied(struct run *run)
{
	bool	exists;

	run->applied = PQexec(run->conn, table_exists);
	exists = PQntuples(run->applied) == 1;
	if (!succeeded(run->applied))
		return complain(run, "database");
	if (!exists)
		return true;		/* no row: nothing is applied */
	PQclear(run->applied);
	run->applied = PQexec(run->conn, read_table);
	return succeeded(run->applied) || complain(run, "schema_migrations");
}

static bool
check_applied(struct run *run)
{
	const char	*fault;

	for (size_t i = 0; i < count_applied(run); i++) {
		fault = fault_of(run, i);
		if (fault != NULL)
			return refuse(run, PQgetvalue(run->applied, (int)i,
			    COL_NAME), fault);
	}
	return true;
}

static bool
apply_pending(struct run *run)
{
	for (size_t i = count_applied(run); i < run->migrations.n; i++)
		if (!apply_one(run, &run->migrations.v[i]))
			return false;
	return true;
}

static bool
open_run(struct run *run, const char *conninfo, const char *dir, FILE *report)
{
	struct connect	 how = { conninfo, NULL, NULL, "frostguard-migrate",
	    0 };
	char		*why;

	*run = (struct run){ .report = report, .why = BUF_INIT(WHY_MAX) };
	if (!sql_files_migrations(&run->migrations, dir, &why)) {
		buf_puts(&run->why, why);
		free(why);
		return false;
	}
	run->conn = connect_open(&how);
	if (run->conn == NULL)
		return refuse(run, "database", "no connection");
	if (!PQexitPipelineMode(run->conn))
		bug("migrate: a new connection is busy");
	return true;
}

/* Closing rolls back what is open and gives the lock back. */
static void
close_run(struct run *run, bool ok, char **why)
{
	*why = ok ? NULL : buf_detach(&run->why);
	buf_release(&run->why);
	PQclear(run->applied);
	PQfinish(run->conn);
	sql_files_release(&run->migrations);
}

bool
migrate_up(const char *conninfo, const char *dir, FILE *report, char **why)
{
	struct run	run;
	bool		ok;

	ok = open_run(&run, conninfo, dir, report) &&
	    exec(&run, take_lock) &&
	    read_applied(&run) &&
	    check_applied(&run) &&
	    apply_roles(&run, dir) &&
	    exec(&run, as_owner) &&
	    exec(&run, create_table) &&
	    apply_pending(&run) &&
	    apply_repeatables(&run, dir);
	close_run(&run, ok, why);
	return ok;
}

static void
report_status(const struct run *run, bool *current)
{
	size_t	applied = count_applied(run), n = run->migrations.n, i;

	*current = applied == n;
	for (i = 0; i < applied; i++) {
		const char *fault = fault_of(run, i);

		*current = *current && fault == NULL;
		fprintf(run->report, "%s\t%s\n",
		    PQgetvalue(run->applied, (int)i, COL_NAME),
		    fault != NULL ? fault :
		    PQgetvalue(run->applied, (int)i, COL_APPLIED));
	}
	for (; i < n; i++)
		fprintf(run->report, "%s\tpending\n",
		    run->migrations.v[i].name);
}

bool
migrate_status(const char *conninfo, const char *dir, FILE *report,
    bool *current, char **why)
{
	struct run	run;
	bool		ok;

	ok = open_run(&run, conninfo, dir, report) && read_applied(&run);
	if (ok)
		report_status(&run, current);
	close_run(&run, ok, why);
	return ok;
}
