/* What db.h promises of a connection and its statements, on a real server; of
 * transactions, db-tx.c. */
#include "db/db.h"
#include "base/conf.h"
#include "db-case.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct db	*db;

static const struct db_stmt failing_stmt = { "t_failing", 0, 1,
	"SELECT 1 / (pg_backend_pid() * 0)" };

static void
open_db(void)
{
	db = db_new("", "t-db");
}

static void
close_db(void)
{
	db_free(db);
}

TestSuite(db, .init = open_db, .fini = close_db);

/* What happens to a backend when an administrator stops it. */
static void
terminate(struct db *victim)
{
	static const struct db_stmt	st = { "t_terminate", 1, 1,
		"SELECT pg_terminate_backend($1::int4, 5000)" };
	struct db	*other = db_new("", "t-other");
	PGresult	*res;

	cr_assert_eq(db_one(other, &st, &res,
	    db_arg_i64(PQbackendPID(db_conn(victim)))), DB_OK);
	PQclear(res);
	db_free(other);
}

static void
wait_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

Test(db, connects_with_the_settings_of_the_house)
{
	static const struct db_stmt	st = { "t_settings", 0, 1,
		"SELECT concat_ws('|', current_setting('application_name'),"
		"	current_setting('search_path'),"
		"	current_setting('timezone'),"
		"	current_setting('statement_timeout'),"
		"	current_setting('plan_cache_mode'),"
		"	current_setting('client_encoding'))" };
	PGresult	*res;
	const char	*s;

	cr_assert_eq(db_ping(db), DB_OK);
	cr_assert_eq(db_one(db, &st, &res), DB_OK);
	cr_assert(db_text(res, 0, 0, &s));
	cr_expect_str_eq(s, "t-db|frostguard|UTC|5s|force_generic_plan|UTF8");
	PQclear(res);
}

Test(db, tells_no_row_one_row_and_more)
{
	static const struct db_stmt	st = { "t_series", 1, 1,
		"SELECT generate_series(1, $1::int4)" };
	static const enum db_rc		want[] = { DB_NONE, DB_OK, DB_FAIL };
	PGresult			*res;

	for (int n = 0; n < 3; n++) {
		cr_expect_eq(db_one(db, &st, &res, db_arg_i64(n)), want[n]);
		cr_expect_eq(res != NULL, want[n] == DB_OK);
		PQclear(res);
	}
}

Test(db, refuses_a_wrong_number_of_arguments_or_columns)
{
	static const struct db_stmt	wide = { "t_wide", 0, 1,
		"SELECT 1, 2" };
	static const struct db_stmt	silent = { "t_silent", 0, -1,
		"SELECT 1" };
	static const struct db_stmt	loud = { "t_loud", 0, 1,
		"SET LOCAL work_mem = '4MB'" };
	PGresult	*res;

	cr_expect_eq(db_query(db, &case_add, &res, db_arg_i64(1)), DB_FAIL);
	cr_expect_null(res);
	cr_expect_eq(db_query(db, &case_add, &res, db_arg_i64(1),
	    db_arg_i64(1), db_arg_i64(1)), DB_FAIL);
	cr_expect_eq(db_query(db, &wide, &res), DB_FAIL);
	cr_expect_null(res);
	cr_expect_eq(db_query(db, &silent, &res), DB_FAIL);
	cr_expect_eq(db_query(db, &loud, &res), DB_FAIL);
	db_begin(db, NULL, NULL);
	db_send(db, &case_add);
	cr_expect_eq(db_recv(db, &res), DB_FAIL);
	cr_expect_eq(db_commit(db), DB_FAIL);
	cr_expect_eq(case_sum(db, 40, 2), 42, "and goes on");
}

Test(db, names_the_reason_of_a_refusal)
{
	static const struct {
		const char	*name;
		int64_t		 id, parent;
		enum db_rc	 want;
	} c[] = {
		{ "the first", 1, 1, DB_OK },
		{ "the same again", 1, 1, DB_CONFLICT },
		{ "no such parent", 2, 3, DB_REFUSED },
		{ "a check", 100, 1, DB_REFUSED },
	};
	PGresult	*res;

	case_run(db, &case_create);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_eq(db_query(db, &case_insert, &res,
		    db_arg_i64(c[i].id), db_arg_i64(c[i].parent)), c[i].want,
		    "%s", c[i].name);
		PQclear(res);
	}
	cr_expect_eq(db_query(db, &case_bad, &res), DB_FAIL);
	cr_expect_eq(db_query(db, &failing_stmt, &res), DB_FAIL);
	cr_expect_eq(case_number(db, &case_count), 1);
}

Test(db, keeps_values_as_they_were)
{
	static const struct db_stmt	st = { "t_values", 8, 8,
		"SELECT $1::text, $2::int8, $3::int8, $4::bool, $5::uuid,"
		"	$6::numeric(7,2), $7::text, $8::int4" };
	static const char	*nasty = "a'b\"c\\d\n$1 \xc3\xa9";
	struct uuid		 in = uuid_make(3), u, nil = { { 0 } };
	PGresult		*res;
	const char		*s;
	int64_t			 i;
	int32_t			 n;
	centi_t			 t;
	bool			 b;

	cr_assert_eq(db_one(db, &st, &res, db_arg_text(nasty),
	    db_arg_i64(INT64_MAX), db_arg_i64(INT64_MIN), db_arg_bool(false),
	    db_arg_uuid(&in), db_arg_centi(-1800), db_arg_text(NULL),
	    db_arg_i64(-5)), DB_OK);
	cr_expect(db_text(res, 0, 0, &s) && strcmp(s, nasty) == 0);
	cr_expect(db_i64(res, 0, 1, &i) && i == INT64_MAX);
	cr_expect(db_i64(res, 0, 2, &i) && i == INT64_MIN);
	cr_expect(db_bool(res, 0, 3, &b) && !b);
	cr_expect(db_uuid(res, 0, 4, &u) && uuid_eq(&u, &in));
	cr_expect(db_centi(res, 0, 5, &t) && t == -1800);
	cr_expect_not(db_text(res, 0, 6, &s));
	cr_expect(db_i32(res, 0, 7, &n) && n == -5);
	PQclear(res);
	cr_expect_eq(db_arg_uuid(&nil).kind, DB_ARG_NULL);
	cr_expect_eq(db_arg_uuid(NULL).kind, DB_ARG_NULL);
}

Test(db, prepares_again_what_the_server_forgot)
{
	cr_expect_eq(case_sum(db, 1, 1), 2);
	case_run(db, &case_forget);
	cr_expect_eq(case_sum(db, 1, 2), 3);
}

/* Two statements of one name and different text, as two versions of a program
 * behind one pooler have them. */
Test(db, never_runs_the_text_of_another_statement_of_the_same_name)
{
	static const struct db_stmt	one = { "t_same", 0, 1, "SELECT 1" };
	static const struct db_stmt	two = { "t_same", 0, 1, "SELECT 2" };

	cr_expect_eq(case_number(db, &one), 1);
	cr_expect_eq(case_number(db, &two), 2);
}

Test(db, is_down_without_a_server_and_tries_again_only_after_a_while)
{
	char		 dir[] = "/tmp/t-db-XXXXXX", link[64], conninfo[128];
	PGresult	*res;
	struct db	*lonely;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(link, sizeof(link), "%s/s", dir);
	snprintf(conninfo, sizeof(conninfo), "host=%s", link);
	lonely = db_new(conninfo, "t-lonely");
	cr_expect_eq(db_ping(lonely), DB_DOWN);
	db_begin(lonely, NULL, NULL);
	db_send(lonely, &case_add, db_arg_i64(1), db_arg_i64(1));
	cr_expect_eq(db_recv(lonely, &res), DB_DOWN);
	cr_expect_eq(db_commit(lonely), DB_DOWN);

	cr_assert_eq(symlink(getenv("PGHOST"), link), 0);
	cr_expect_eq(db_ping(lonely), DB_DOWN, "not so soon");
	wait_ms(DB_RECONNECT_MS + 20);
	cr_expect_eq(db_ping(lonely), DB_OK);
	db_free(lonely);
	unlink(link);
	rmdir(dir);
}

Test(db, is_down_when_the_server_ends_the_connection_and_recovers)
{
	cr_assert_eq(db_ping(db), DB_OK);
	terminate(db);
	cr_expect_eq(db_ping(db), DB_DOWN);
	wait_ms(DB_RECONNECT_MS + 20);
	cr_expect_eq(db_ping(db), DB_OK);
	cr_expect_eq(case_sum(db, 1, 1), 2);
}

Test(db, notices_a_lost_connection_before_it_uses_an_idle_one)
{
	cr_assert_eq(db_ping(db), DB_OK);
	terminate(db);
	wait_ms(1100);
	cr_expect_eq(db_ping(db), DB_OK);
}

Test(db, ends_a_statement_that_takes_too_long)
{
	static const struct db_stmt	slow = { "t_slow", 0, 1,
		"SELECT pg_sleep(10)" };
	char		 path[] = "/tmp/t-db-XXXXXX", *why = NULL;
	FILE		*f = fdopen(mkstemp(path), "w");
	struct db	*strict;
	PGresult	*res;

	fputs("database = dbname=frostguard\nstatement_timeout = 100ms\n", f);
	fclose(f);
	cr_assert(conf_load(path, &why), "%s", why);
	unlink(path);
	strict = db_open("postgres", "t-strict");
	cr_expect_eq(db_query(strict, &slow, &res), DB_DOWN);
	cr_expect_eq(db_ping(strict), DB_OK, "the connection is kept");
	db_free(strict);
}

Test(db, lends_the_connection_and_takes_it_back)
{
	PGconn		*conn = db_conn(db);
	PGresult	*res;

	cr_assert_not_null(conn);
	res = PQexec(conn, "LISTEN t_channel");
	cr_expect_eq(PQresultStatus(res), PGRES_COMMAND_OK);
	PQclear(res);
	cr_expect_eq(case_sum(db, 1, 1), 2);
	cr_expect_eq(db_conn(db), conn);
	cr_expect_eq(case_sum(db, 1, 2), 3);
}

Test(db, checks_statements_without_running_them)
{
	static const struct db_stmt	greedy = { "t_greedy", 2, 1,
		"SELECT $1::int4" };
	static const struct db_stmt	narrow = { "t_narrow", 0, 1,
		"SELECT 1, 2" };
	static const struct db_stmt	mute = { "t_mute", 0, 1, "BEGIN" };
	static const struct db_stmt *const good[] = { &case_add,
		&case_context, &case_forget, &failing_stmt };
	static const struct db_stmt *const bad[] = { &case_bad, &greedy,
		&narrow, &mute };

	cr_expect_eq(db_prepare_all(db, (struct db_stmt_list){ good, 4 }),
	    DB_OK);
	for (size_t i = 0; i < 4; i++)
		cr_expect_eq(db_prepare_all(db,
		    (struct db_stmt_list){ &bad[i], 1 }), DB_FAIL, "%s",
		    bad[i]->name);
	cr_expect_eq(case_sum(db, 1, 1), 2);
}

Test(db, never_logs_an_argument)
{
	static const struct db_stmt	cast = { "t_cast", 1, 1,
		"SELECT $1::text::int4" };
	char		 text[4096];
	int		 fd[2];
	PGresult	*res;
	ssize_t		 n;

	cr_assert_eq(pipe(fd), 0);
	dup2(fd[1], STDERR_FILENO);
	close(fd[1]);
	cr_expect_eq(db_query(db, &cast, &res, db_arg_text("hunter2")),
	    DB_FAIL);
	close(STDERR_FILENO);
	n = read(fd[0], text, sizeof(text) - 1);
	cr_assert_gt(n, 0);
	text[n] = '\0';
	cr_expect_not_null(strstr(text, "\"t_cast\""), "%s", text);
	cr_expect_not_null(strstr(text, "\"22P02\""), "%s", text);
	cr_expect_null(strstr(text, "hunter2"), "%s", text);
}
