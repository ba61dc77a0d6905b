/* What db.h promises, on a real server. */
#include "db/db.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/conf.h"

static struct db	*db;

static const struct db_stmt add_stmt = { "t_add", 2, 1,
	"SELECT $1::int8 + $2::int8" };
static const struct db_stmt context_stmt = { "t_context", 0, 2,
	"SELECT nullif(current_setting('frostguard.org_id', true), ''),"
	"       nullif(current_setting('frostguard.user_id', true), '')" };
static const struct db_stmt create_stmt = { "t_create", 0, -1,
	"CREATE TEMP TABLE thing (id int8 PRIMARY KEY CHECK (id < 100),"
	"	parent int8 REFERENCES thing)" };
static const struct db_stmt insert_stmt = { "t_insert", 2, -1,
	"INSERT INTO thing VALUES ($1::int8, $2::int8)" };
static const struct db_stmt count_stmt = { "t_count", 0, 1,
	"SELECT count(*) FROM thing" };
static const struct db_stmt bad_stmt = { "t_bad", 0, 1,
	"SELECT nonsense FROM nowhere" };
static const struct db_stmt failing_stmt = { "t_failing", 0, 1,
	"SELECT 1 / (pg_backend_pid() * 0)" };
static const struct db_stmt forget_stmt = { "t_forget", 0, -1,
	"DEALLOCATE ALL" };

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

static void
run(struct db *on, const struct db_stmt *st)
{
	PGresult	*res;

	cr_assert_eq(db_query(on, st, &res), DB_OK, "%s", st->name);
	PQclear(res);
}

static int64_t
number(struct db *on, const struct db_stmt *st)
{
	PGresult	*res;
	int64_t		 n = -1;

	cr_assert_eq(db_one(on, st, &res), DB_OK, "%s", st->name);
	cr_assert(db_i64(res, 0, 0, &n));
	PQclear(res);
	return n;
}

static int64_t
add(int64_t a, int64_t b)
{
	PGresult	*res;
	int64_t		 n = -1;

	cr_assert_eq(db_one(db, &add_stmt, &res, db_arg_i64(a),
	    db_arg_i64(b)), DB_OK);
	cr_assert(db_i64(res, 0, 0, &n));
	PQclear(res);
	return n;
}

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

Test(db, sets_the_tenant_for_one_transaction_only)
{
	struct uuid	 org = uuid_make(1), user = uuid_make(2), got;
	PGresult	*res;
	bool		 has;

	db_begin(db, &org, &user);
	db_send(db, &context_stmt);
	cr_assert_eq(db_recv(db, &res), DB_OK);
	cr_expect(db_uuid(res, 0, 0, &got) && uuid_eq(&got, &org));
	cr_expect(db_uuid(res, 0, 1, &got) && uuid_eq(&got, &user));
	PQclear(res);
	cr_assert_eq(db_commit(db), DB_OK);

	cr_assert_eq(db_query(db, &context_stmt, &res), DB_OK);
	cr_expect(db_opt_uuid(res, 0, 0, &has, &got) && !has);
	cr_expect(db_opt_uuid(res, 0, 1, &has, &got) && !has);
	PQclear(res);

	db_begin(db, NULL, NULL);
	db_send(db, &context_stmt);
	cr_assert_eq(db_recv(db, &res), DB_OK);
	cr_expect(db_opt_uuid(res, 0, 0, &has, &got) && !has);
	PQclear(res);
	db_rollback(db);
}

Test(db, forgets_the_last_transactions_user)
{
	struct uuid	 org = uuid_make(1), user = uuid_make(2), got;
	PGresult	*res;
	bool		 has;

	for (int round = 0; round < 2; round++) {
		db_begin(db, &org, round == 0 ? &user : NULL);
		db_send(db, &context_stmt);
		cr_assert_eq(db_recv(db, &res), DB_OK);
		cr_expect(db_opt_uuid(res, 0, 1, &has, &got));
		cr_expect_eq(has, round == 0);
		PQclear(res);
		cr_assert_eq(db_commit(db), DB_OK);
	}
}

Test(db, gives_results_in_the_order_of_the_statements)
{
	PGresult	*res;
	int64_t		 n;

	db_begin(db, NULL, NULL);
	for (int i = 0; i < 100; i++)
		db_send(db, &add_stmt, db_arg_i64(i), db_arg_i64(1000));
	for (int i = 0; i < 100; i++) {
		cr_assert_eq(db_recv(db, &res), DB_OK);
		cr_assert(db_i64(res, 0, 0, &n));
		cr_assert_eq(n, 1000 + i);
		PQclear(res);
	}
	cr_expect_eq(db_commit(db), DB_OK);
}

Test(db, carries_more_than_the_socket_holds_in_one_pipeline)
{
	static const struct db_stmt	st = { "t_echo", 1, 1,
		"SELECT $1::text" };
	static char	 text[100001];
	PGresult	*res;

	memset(text, 'x', sizeof(text) - 1);
	db_begin(db, NULL, NULL);
	for (int i = 0; i < 100; i++)
		db_send(db, &st, db_arg_text(text));
	for (int i = 0; i < 100; i++) {
		cr_assert_eq(db_recv(db, &res), DB_OK);
		cr_assert_eq(PQgetlength(res, 0, 0), 100000);
		PQclear(res);
	}
	cr_expect_eq(db_commit(db), DB_OK);
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

	cr_expect_eq(db_query(db, &add_stmt, &res, db_arg_i64(1)), DB_FAIL);
	cr_expect_null(res);
	cr_expect_eq(db_query(db, &add_stmt, &res, db_arg_i64(1),
	    db_arg_i64(1), db_arg_i64(1)), DB_FAIL);
	cr_expect_eq(db_query(db, &wide, &res), DB_FAIL);
	cr_expect_null(res);
	cr_expect_eq(db_query(db, &silent, &res), DB_FAIL);
	cr_expect_eq(db_query(db, &loud, &res), DB_FAIL);
	db_begin(db, NULL, NULL);
	db_send(db, &add_stmt);
	cr_expect_eq(db_recv(db, &res), DB_FAIL);
	cr_expect_eq(db_commit(db), DB_FAIL);
	cr_expect_eq(add(40, 2), 42, "and goes on");
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

	run(db, &create_stmt);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_eq(db_query(db, &insert_stmt, &res,
		    db_arg_i64(c[i].id), db_arg_i64(c[i].parent)), c[i].want,
		    "%s", c[i].name);
		PQclear(res);
	}
	cr_expect_eq(db_query(db, &bad_stmt, &res), DB_FAIL);
	cr_expect_eq(db_query(db, &failing_stmt, &res), DB_FAIL);
	cr_expect_eq(number(db, &count_stmt), 1);
}

Test(db, sticks_to_the_first_failure_of_a_transaction)
{
	PGresult	*res;

	run(db, &create_stmt);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send(db, &bad_stmt);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_expect_eq(db_recv(db, &res), DB_CONFLICT);
	cr_expect_null(res);
	cr_expect_eq(db_recv(db, &res), DB_CONFLICT);
	db_send(db, &count_stmt);
	cr_expect_eq(db_recv(db, &res), DB_CONFLICT);
	cr_expect_eq(db_commit(db), DB_CONFLICT);
	cr_expect_eq(number(db, &count_stmt), 0, "nothing was kept");
}

Test(db, counts_failures_that_nobody_received)
{
	run(db, &create_stmt);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send(db, &insert_stmt, db_arg_i64(100), db_arg_null());
	cr_expect_eq(db_commit(db), DB_REFUSED);
	cr_expect_eq(number(db, &count_stmt), 0);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send(db, &insert_stmt, db_arg_i64(2), db_arg_null());
	cr_expect_eq(db_commit(db), DB_OK);
	cr_expect_eq(number(db, &count_stmt), 2);
}

Test(db, reports_a_constraint_that_fails_at_commit)
{
	static const struct db_stmt	st = { "t_deferred", 0, -1,
		"CREATE TEMP TABLE thing (id int8 PRIMARY KEY, parent int8"
		"	REFERENCES thing DEFERRABLE INITIALLY DEFERRED)" };

	run(db, &st);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_i64(7));
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_expect_eq(db_commit(db), DB_REFUSED);
	cr_expect_eq(number(db, &count_stmt), 0);
}

Test(db, rolls_back_what_was_queued_or_done)
{
	run(db, &create_stmt);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_rollback(db);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(2), db_arg_null());
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	db_rollback(db);
	db_begin(db, NULL, NULL);
	db_rollback(db);
	db_begin(db, NULL, NULL);
	cr_expect_eq(db_commit(db), DB_OK, "an empty one is fine");
	cr_expect_eq(number(db, &count_stmt), 0);
}

/* What was done before is durable, and the answers still come. */
Test(db, ends_a_transaction_ahead_of_its_answers)
{
	PGresult	*res;
	int64_t		 n;

	run(db, &create_stmt);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send(db, &count_stmt);
	db_send_commit(db);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_assert_eq(db_recv(db, &res), DB_OK);
	cr_expect(db_i64(res, 0, 0, &n) && n == 1);
	PQclear(res);
	cr_expect_eq(db_commit(db), DB_OK);
	cr_expect_eq(number(db, &count_stmt), 1);
}

Test(db, undoes_what_failed_though_its_end_was_sent)
{
	run(db, &create_stmt);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send_commit(db);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_expect_eq(db_recv(db, NULL), DB_CONFLICT);
	cr_expect_eq(db_commit(db), DB_CONFLICT);
	cr_expect_eq(number(db, &count_stmt), 0);
	db_begin(db, NULL, NULL);
	db_send_commit(db);
	cr_expect_eq(db_commit(db), DB_OK, "without a statement");
}

Test(db, takes_a_statement_behind_the_end_for_a_bug, .signal = SIGABRT)
{
	db_begin(db, NULL, NULL);
	db_send_commit(db);
	db_send(db, &count_stmt);
}

Test(db, answers_a_query_behind_statements_nobody_received)
{
	PGresult	*res;

	run(db, &create_stmt);
	db_begin(db, NULL, NULL);
	db_send(db, &insert_stmt, db_arg_i64(1), db_arg_null());
	db_send(db, &insert_stmt, db_arg_i64(2), db_arg_null());
	cr_expect_eq(number(db, &count_stmt), 2);
	db_send(db, &insert_stmt, db_arg_i64(2), db_arg_null());
	cr_expect_eq(db_query(db, &count_stmt, &res), DB_CONFLICT);
	db_rollback(db);
	cr_expect_eq(number(db, &count_stmt), 0);
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
	cr_expect_eq(add(1, 1), 2);
	run(db, &forget_stmt);
	cr_expect_eq(add(1, 2), 3);
}

static enum db_rc
add_in_tx(struct db *on, void *arg)
{
	int	*calls = arg;

	(*calls)++;
	db_send(on, &add_stmt, db_arg_i64(1), db_arg_i64(1));
	return db_recv(on, NULL);
}

Test(db, runs_a_transaction_again_when_the_server_forgot_a_statement)
{
	int	calls = 0;

	cr_expect_eq(add(1, 1), 2);
	run(db, &forget_stmt);
	cr_expect_eq(db_tx(db, NULL, NULL, add_in_tx, &calls), DB_OK);
	cr_expect_eq(calls, 2);
}

Test(db, rolls_back_on_a_server_that_forgot_how)
{
	const struct db_stmt	*stmts[] = { &context_stmt, &forget_stmt };
	int			 pid = PQbackendPID(db_conn(db));

	/* The first transaction prepares what the second one forgets. */
	for (int i = 0; i < 2; i++) {
		db_begin(db, NULL, NULL);
		db_send(db, stmts[i]);
		cr_expect_eq(db_recv(db, NULL), DB_OK);
		db_rollback(db);
		cr_expect_eq(PQtransactionStatus(db_conn(db)), PQTRANS_IDLE);
	}
	cr_expect_eq(PQbackendPID(db_conn(db)), pid, "still the same");
}

/* Two statements of one name and different text, as two versions of a program
 * behind one pooler have them. */
Test(db, never_runs_the_text_of_another_statement_of_the_same_name)
{
	static const struct db_stmt	one = { "t_same", 0, 1, "SELECT 1" };
	static const struct db_stmt	two = { "t_same", 0, 1, "SELECT 2" };

	cr_expect_eq(number(db, &one), 1);
	cr_expect_eq(number(db, &two), 2);
}

/* Reads and writes a row that another connection changes in between, the
 * first time. */
struct race {
	int		 calls;
	struct db	*other;
};

static const struct db_stmt serializable_stmt = { "t_serializable", 0, -1,
	"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE" };
static const struct db_stmt read_stmt = { "t_read", 0, 1,
	"SELECT n FROM public.t_race" };
static const struct db_stmt bump_stmt = { "t_bump", 0, -1,
	"UPDATE public.t_race SET n = n + 1" };

static enum db_rc
bump(struct db *on, void *arg)
{
	struct race	*race = arg;

	db_send(on, &serializable_stmt);
	db_send(on, &read_stmt);
	if (db_recv(on, NULL) != DB_OK || db_recv(on, NULL) != DB_OK)
		return DB_FAIL;
	if (race->calls++ == 0)
		run(race->other, &bump_stmt);
	db_send(on, &bump_stmt);
	/* DB_FAIL, not DB_RETRY: what it makes of it does not matter. */
	return db_recv(on, NULL) == DB_OK ? DB_OK : DB_FAIL;
}

Test(db, runs_a_transaction_again_after_a_serialization_failure)
{
	static const struct db_stmt	make = { "t_make", 0, -1,
		"CREATE TABLE public.t_race AS SELECT 0 AS n" };
	struct race	race = { 0, db_new("", "t-other") };

	run(db, &make);
	cr_expect_eq(db_tx(db, NULL, NULL, bump, &race), DB_OK);
	cr_expect_eq(race.calls, 2);
	cr_expect_eq(number(race.other, &read_stmt), 2);
	db_free(race.other);
}

static const struct db_stmt conflict_stmt = { "t_conflict", 0, -1,
	"DO $$ BEGIN RAISE 'again' USING ERRCODE = '40001'; END $$" };

static enum db_rc
always_again(struct db *on, void *arg)
{
	int	*calls = arg;

	(*calls)++;
	db_send(on, &conflict_stmt);
	return DB_OK;
}

Test(db, gives_up_after_some_tries)
{
	PGresult	*res;
	int		 calls = 0;

	cr_expect_eq(db_tx(db, NULL, NULL, always_again, &calls), DB_RETRY);
	cr_expect_eq(calls, DB_TRIES);
	cr_expect_eq(db_query(db, &conflict_stmt, &res), DB_RETRY);
}

static enum db_rc
insert_and_find_nothing(struct db *on, void *arg)
{
	(void)arg;
	db_send(on, &insert_stmt, db_arg_i64(1), db_arg_null());
	return DB_NONE;
}

Test(db, rolls_back_when_the_function_does_not_say_ok)
{
	run(db, &create_stmt);
	cr_expect_eq(db_tx(db, NULL, NULL, insert_and_find_nothing, NULL),
	    DB_NONE);
	cr_expect_eq(number(db, &count_stmt), 0);
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
	db_send(lonely, &add_stmt, db_arg_i64(1), db_arg_i64(1));
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
	cr_expect_eq(add(1, 1), 2);
}

Test(db, notices_a_lost_connection_before_it_uses_an_idle_one)
{
	cr_assert_eq(db_ping(db), DB_OK);
	terminate(db);
	wait_ms(1100);
	cr_expect_eq(db_ping(db), DB_OK);
}

Test(db, does_not_call_a_transaction_done_when_its_connection_is_lost)
{
	static const struct db_stmt	make = { "t_make", 0, -1,
		"CREATE TABLE public.t_lost (id int8)" };
	static const struct db_stmt	put = { "t_put", 0, -1,
		"INSERT INTO public.t_lost VALUES (1)" };
	static const struct db_stmt	count = { "t_count_lost", 0, 1,
		"SELECT count(*) FROM public.t_lost" };
	static const struct db_stmt	die = { "t_die", 0, 1,
		"SELECT pg_terminate_backend(pg_backend_pid())" };
	struct db	*other = db_new("", "t-other");
	PGresult	*res;

	run(other, &make);
	db_begin(db, NULL, NULL);
	db_send(db, &put);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	db_send(db, &die);
	cr_expect_eq(db_recv(db, &res), DB_DOWN);
	db_send(db, &put);
	cr_expect_eq(db_commit(db), DB_DOWN);
	cr_expect_eq(number(other, &count), 0);
	db_free(other);
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
	cr_expect_eq(add(1, 1), 2);
	cr_expect_eq(db_conn(db), conn);
	cr_expect_eq(add(1, 2), 3);
}

Test(db, checks_statements_without_running_them)
{
	static const struct db_stmt	greedy = { "t_greedy", 2, 1,
		"SELECT $1::int4" };
	static const struct db_stmt	narrow = { "t_narrow", 0, 1,
		"SELECT 1, 2" };
	static const struct db_stmt	mute = { "t_mute", 0, 1, "BEGIN" };
	static const struct db_stmt *const good[] = { &add_stmt,
		&context_stmt, &forget_stmt, &failing_stmt };
	static const struct db_stmt *const bad[] = { &bad_stmt, &greedy,
		&narrow, &mute };

	cr_expect_eq(db_prepare_all(db, (struct db_stmt_list){ good, 4 }),
	    DB_OK);
	for (size_t i = 0; i < 4; i++)
		cr_expect_eq(db_prepare_all(db,
		    (struct db_stmt_list){ &bad[i], 1 }), DB_FAIL, "%s",
		    bad[i]->name);
	cr_expect_eq(add(1, 1), 2);
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

Test(db, takes_a_statement_outside_of_a_transaction_for_a_bug,
    .signal = SIGABRT)
{
	db_send(db, &add_stmt, db_arg_i64(1), db_arg_i64(1));
}

Test(db, takes_a_transaction_within_a_transaction_for_a_bug,
    .signal = SIGABRT)
{
	db_begin(db, NULL, NULL);
	db_begin(db, NULL, NULL);
}

Test(db, takes_a_result_nobody_asked_for_for_a_bug, .signal = SIGABRT)
{
	PGresult	*res;

	db_begin(db, NULL, NULL);
	if (db_recv(db, &res) == DB_OK)
		PQclear(res);
}
