/* What migrate.h promises, each test in a database and a directory of its
 * own. */
#include "db/migrate.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "db/db.h"

static char	dir[64], database[64], conninfo[96];
static char	*report, *why;

static void
sql(const char *where, const char *text)
{
	PGconn		*conn = PQconnectdb(where);
	PGresult	*res = PQexec(conn, text);
	ExecStatusType	 status = PQresultStatus(res);

	cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK,
	    "%s: %s", text, PQerrorMessage(conn));
	PQclear(res);
	PQfinish(conn);
}

/* The first column of the first row, "" for none. Static. */
static const char *
ask(const char *text)
{
	static char	 answer[256];
	PGconn		*conn = PQconnectdb(conninfo);
	PGresult	*res = PQexec(conn, text);

	cr_assert_eq(PQresultStatus(res), PGRES_TUPLES_OK, "%s: %s", text,
	    PQerrorMessage(conn));
	snprintf(answer, sizeof(answer), "%s",
	    PQntuples(res) > 0 ? PQgetvalue(res, 0, 0) : "");
	PQclear(res);
	PQfinish(conn);
	return answer;
}

static void
put(const char *name, const char *text)
{
	char	 path[256];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	cr_assert_not_null(f, "%s", path);
	fputs(text, f);
	fclose(f);
}

static void
drop(const char *name)
{
	char	path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	cr_assert_eq(unlink(path), 0);
}

static void
set_up(void)
{
	char	text[128];

	snprintf(dir, sizeof(dir), "/tmp/db-migrate-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	snprintf(database, sizeof(database), "migrate_%d", (int)getpid());
	snprintf(conninfo, sizeof(conninfo), "dbname=%s", database);
	snprintf(text, sizeof(text), "CREATE DATABASE %s TEMPLATE template0",
	    database);
	sql("dbname=postgres", text);
	snprintf(text, sizeof(text), "%s/migrations", dir);
	cr_assert_eq(mkdir(text, 0700), 0);
	snprintf(text, sizeof(text), "%s/views", dir);
	cr_assert_eq(mkdir(text, 0700), 0);
	put("roles.sql", "DO $$ BEGIN"
	    " EXECUTE format('GRANT CREATE ON DATABASE %I TO fg_owner',"
	    "	current_database()); END $$");
	put("migrations/0001-first.sql", "SET LOCAL search_path = frostguard;"
	    "CREATE TABLE one (n int); INSERT INTO one VALUES (1);");
	put("views/a.sql", "CREATE OR REPLACE VIEW frostguard.a AS"
	    " SELECT n FROM frostguard.one;");
	put("grants.sql", "GRANT USAGE ON SCHEMA frostguard TO fg_app;");
}

static int
remove_entry(const char *path, const struct stat *st, int flag,
    struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void
tear_down(void)
{
	char	text[128];

	free(report);
	free(why);
	snprintf(text, sizeof(text), "DROP DATABASE %s WITH (FORCE)",
	    database);
	sql("dbname=postgres", text);
	nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(migrate, .init = set_up, .fini = tear_down);

static bool
up(void)
{
	size_t	 len;
	FILE	*f;
	bool	 ok;

	free(report);
	free(why);
	f = open_memstream(&report, &len);
	ok = migrate_up(conninfo, dir, f, &why);
	fclose(f);
	cr_expect_eq(ok, why == NULL);
	return ok;
}

static bool
status(void)
{
	size_t	 len;
	FILE	*f;
	bool	 current = false;

	free(report);
	free(why);
	f = open_memstream(&report, &len);
	cr_assert(migrate_status(conninfo, dir, f, &current, &why), "%s", why);
	fclose(f);
	return current;
}

Test(migrate, applies_all_in_order_and_records_it)
{
	put("migrations/0002-second.sql", "ALTER TABLE frostguard.one"
	    " ADD m int NOT NULL DEFAULT 2;");
	cr_expect_not(status());
	cr_expect_str_eq(report, "migrations/0001-first.sql\tpending\n"
	    "migrations/0002-second.sql\tpending\n");
	cr_assert(up(), "%s", why);
	cr_expect_str_eq(report, "applied migrations/0001-first.sql\n"
	    "applied migrations/0002-second.sql\n");
	cr_expect_str_eq(ask("SELECT n + m FROM frostguard.one"), "3");
	cr_expect_str_eq(ask("SELECT n FROM frostguard.a"), "1");
	cr_expect_str_eq(ask("SELECT string_agg(version || name, ' ' ORDER BY"
	    " version) FROM frostguard.schema_migrations"),
	    "1migrations/0001-first.sql 2migrations/0002-second.sql");
	cr_expect_str_eq(ask("SELECT tableowner FROM pg_tables"
	    " WHERE tablename = 'one'"), "fg_owner");
	cr_expect(status());
}

Test(migrate, does_nothing_the_second_time)
{
	struct db	*db;
	int64_t		 version = -1;

	cr_assert(up(), "%s", why);
	cr_assert(up(), "%s", why);
	cr_expect_str_eq(report, "");
	cr_expect_str_eq(ask("SELECT count(*) FROM frostguard.one"), "1");
	db = db_new(conninfo, "t-migrate");
	cr_expect_eq(db_schema_version(db, &version), DB_OK);
	cr_expect_eq(version, 1);
	db_free(db);
}

Test(migrate, applies_views_and_grants_again_and_only_new_migrations)
{
	cr_assert(up(), "%s", why);
	put("views/a.sql", "CREATE OR REPLACE VIEW frostguard.a AS"
	    " SELECT n + 10 AS n FROM frostguard.one;");
	put("migrations/0002-second.sql",
	    "INSERT INTO frostguard.one VALUES (2)");
	cr_expect_not(status());
	cr_assert(up(), "%s", why);
	cr_expect_str_eq(report, "applied migrations/0002-second.sql\n");
	cr_expect_str_eq(ask("SELECT sum(n) FROM frostguard.a"), "23");
}

Test(migrate, refuses_a_file_that_changed_after_it_was_applied)
{
	cr_assert(up(), "%s", why);
	put("migrations/0001-first.sql", "SET LOCAL search_path = frostguard;"
	    "CREATE TABLE one (n int); INSERT INTO one VALUES (2);");
	put("migrations/0002-second.sql", "CREATE TABLE frostguard.two ()");
	cr_expect_not(up());
	cr_expect_str_eq(why, "migrations/0001-first.sql: changed");
	cr_expect_str_eq(ask("SELECT to_regclass('frostguard.two')"), "");
	cr_expect_not(status());
	cr_expect_not_null(strstr(report, "0001-first.sql\tchanged\n"
	    "migrations/0002-second.sql\tpending\n"));
}

Test(migrate, refuses_when_an_applied_file_is_missing_or_renamed)
{
	put("migrations/0002-second.sql", "CREATE TABLE frostguard.two ()");
	cr_assert(up(), "%s", why);
	drop("migrations/0002-second.sql");
	cr_expect_not(up());
	cr_expect_str_eq(why, "migrations/0002-second.sql: missing");
	cr_expect_not(status());
	cr_expect_not_null(strstr(report, "0002-second.sql\tmissing\n"));
	put("migrations/0002-zweite.sql", "CREATE TABLE frostguard.two ()");
	cr_expect_not(up());
	cr_expect_str_eq(why, "migrations/0002-second.sql: changed");
}

Test(migrate, leaves_nothing_of_a_migration_that_fails_half_way)
{
	put("migrations/0002-second.sql", "CREATE TABLE frostguard.two ();\n"
	    "\n"
	    "CREATE TABLE frostguard.three (n nonsense);\n");
	put("migrations/0003-third.sql", "CREATE TABLE frostguard.four ();");
	cr_expect_not(up());
	cr_expect_str_eq(report, "applied migrations/0001-first.sql\n");
	cr_expect_str_eq(why, "migrations/0002-second.sql:3: ERROR:  "
	    "type \"nonsense\" does not exist");
	cr_expect_str_eq(ask("SELECT to_regclass('frostguard.two')"), "");
	cr_expect_str_eq(ask("SELECT to_regclass('frostguard.four')"), "");
	cr_expect_str_eq(ask("SELECT max(version)"
	    " FROM frostguard.schema_migrations"), "1");
	put("migrations/0002-second.sql", "CREATE TABLE frostguard.two ();");
	cr_expect(up(), "%s", why);
	cr_expect(status());
}

Test(migrate, applies_views_together_or_not_at_all)
{
	cr_assert(up(), "%s", why);
	put("views/a.sql", "CREATE OR REPLACE VIEW frostguard.a AS"
	    " SELECT n + 10 AS n FROM frostguard.one;");
	put("views/b.sql", "CREATE VIEW frostguard.b AS SELECT nonsense;");
	cr_expect_not(up());
	cr_expect_str_eq(why, "views/b.sql:1: ERROR:  "
	    "column \"nonsense\" does not exist");
	cr_expect_str_eq(ask("SELECT n FROM frostguard.a"), "1");
}

Test(migrate, refuses_a_file_that_ends_its_transaction)
{
	put("migrations/0002-second.sql", "CREATE TABLE frostguard.two ();"
	    " COMMIT;");
	cr_expect_not(up());
	cr_expect_str_eq(why, "migrations/0002-second.sql: "
	    "ends the transaction it runs in");
	cr_expect_str_eq(ask("SELECT max(version)"
	    " FROM frostguard.schema_migrations"), "1");
}

Test(migrate, refuses_names_and_numbers_that_are_not_the_next)
{
	static const struct { const char *name, *want; } c[] = {
		{ "0003-gap.sql", "its number is not the next one" },
		{ "0001-again.sql", "its number is not the next one" },
		{ "2-short.sql", "is not named NNNN-words.sql" },
		{ "00002-long.sql", "is not named NNNN-words.sql" },
		{ "0002-Upper.sql", "is not named NNNN-words.sql" },
		{ "0002-.sql", "is not named NNNN-words.sql" },
		{ "0002-a-.sql", "is not named NNNN-words.sql" },
		{ "0002_under.sql", "is not named NNNN-words.sql" },
		{ "0002.sql", "is not named NNNN-words.sql" },
		{ "words.sql", "is not named NNNN-words.sql" },
	};
	char	name[64];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(name, sizeof(name), "migrations/%s", c[i].name);
		put(name, "SELECT 1");
		cr_expect_not(up(), "%s", c[i].name);
		cr_expect_not_null(strstr(why, c[i].want), "%s: %s",
		    c[i].name, why);
		drop(name);
	}
	cr_expect_str_eq(ask("SELECT to_regnamespace('frostguard')"), "",
	    "nothing was begun");
	put("migrations/README", "is no migration");
	put("migrations/.#0001-first.sql", "nor is an editor's lock");
	cr_expect(up(), "%s", why);
}

Test(migrate, says_what_is_missing)
{
	char	*text;

	drop("grants.sql");
	cr_expect_not(up());
	cr_expect_str_eq(why, "grants.sql: No such file or directory");
	cr_expect_not(migrate_up("host=/nonexistent", dir, stdout, &text));
	cr_expect_str_eq(text, "database: no connection");
	free(text);
	cr_expect_not(migrate_up(conninfo, "/nonexistent", stdout, &text));
	cr_expect_str_eq(text, "/nonexistent: no migrations");
	free(text);
}

Test(migrate, lets_one_runner_work_at_a_time)
{
	pid_t	pid[4];
	int	rc, failed = 0;

	put("migrations/0002-slow.sql", "SELECT pg_sleep(0.2);"
	    "INSERT INTO frostguard.one VALUES (2);");
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(!up());
	}
	for (int i = 0; i < 4; i++) {
		cr_assert_eq(waitpid(pid[i], &rc, 0), pid[i]);
		failed += rc != 0;
	}
	cr_expect_eq(failed, 0);
	cr_expect_str_eq(ask("SELECT count(*) FROM frostguard.one"), "2");
}
