/* What db.h promises of transactions, on a real server: all or nothing, in
 * order, again where that helps, and never on the wrong tenant. */
#include "db/db.h"
#include "db-case.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

static struct db	*db;

static void
open_db(void)
{
	db = db_new("", "t-tx");
}

static void
close_db(void)
{
	db_free(db);
}

TestSuite(db_tx, .init = open_db, .fini = close_db);

Test(db_tx, sets_the_tenant_for_one_transaction_only)
{
	struct uuid	 org = uuid_make(1), user = uuid_make(2), got;
	PGresult	*res;
	bool		 has;

	db_begin(db, &org, &user);
	db_send(db, &case_context);
	cr_assert_eq(db_recv(db, &res), DB_OK);
	cr_expect(db_uuid(res, 0, 0, &got) && uuid_eq(&got, &org));
	cr_expect(db_uuid(res, 0, 1, &got) && uuid_eq(&got, &user));
	PQclear(res);
	cr_assert_eq(db_commit(db), DB_OK);

	cr_assert_eq(db_query(db, &case_context, &res), DB_OK);
	cr_expect(db_opt_uuid(res, 0, 0, &has, &got) && !has);
	cr_expect(db_opt_uuid(res, 0, 1, &has, &got) && !has);
	PQclear(res);

	db_begin(db, NULL, NULL);
	db_send(db, &case_context);
	cr_assert_eq(db_recv(db, &res), DB_OK);
	cr_expect(db_opt_uuid(res, 0, 0, &has, &got) && !has);
	PQclear(res);
	db_rollback(db);
}

Test(db_tx, forgets_the_last_transactions_user)
{
	struct uuid	 org = uuid_make(1), user = uuid_make(2), got;
	PGresult	*res;
	bool		 has;

	for (int round = 0; round < 2; round++) {
		db_begin(db, &org, round == 0 ? &user : NULL);
		db_send(db, &case_context);
		cr_assert_eq(db_recv(db, &res), DB_OK);
		cr_expect(db_opt_uuid(res, 0, 1, &has, &got));
		cr_expect_eq(has, round == 0);
		PQclear(res);
		cr_assert_eq(db_commit(db), DB_OK);
	}
}

Test(db_tx, gives_results_in_the_order_of_the_statements)
{
	PGresult	*res;
	int64_t		 n;

	db_begin(db, NULL, NULL);
	for (int i = 0; i < 100; i++)
		db_send(db, &case_add, db_arg_i64(i), db_arg_i64(1000));
	for (int i = 0; i < 100; i++) {
		cr_assert_eq(db_recv(db, &res), DB_OK);
		cr_assert(db_i64(res, 0, 0, &n));
		cr_assert_eq(n, 1000 + i);
		PQclear(res);
	}
	cr_expect_eq(db_commit(db), DB_OK);
}

Test(db_tx, carries_more_than_the_socket_holds_in_one_pipeline)
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

Test(db_tx, sticks_to_the_first_failure_of_a_transaction)
{
	PGresult	*res;

	case_run(db, &case_create);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send(db, &case_bad);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_expect_eq(db_recv(db, &res), DB_CONFLICT);
	cr_expect_null(res);
	cr_expect_eq(db_recv(db, &res), DB_CONFLICT);
	db_send(db, &case_count);
	cr_expect_eq(db_recv(db, &res), DB_CONFLICT);
	cr_expect_eq(db_commit(db), DB_CONFLICT);
	cr_expect_eq(case_number(db, &case_count), 0, "nothing was kept");
}

Test(db_tx, counts_failures_that_nobody_received)
{
	case_run(db, &case_create);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send(db, &case_insert, db_arg_i64(100), db_arg_null());
	cr_expect_eq(db_commit(db), DB_REFUSED);
	cr_expect_eq(case_number(db, &case_count), 0);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send(db, &case_insert, db_arg_i64(2), db_arg_null());
	cr_expect_eq(db_commit(db), DB_OK);
	cr_expect_eq(case_number(db, &case_count), 2);
}

Test(db_tx, reports_a_constraint_that_fails_at_commit)
{
	static const struct db_stmt	st = { "t_deferred", 0, -1,
		"CREATE TEMP TABLE thing (id int8 PRIMARY KEY, parent int8"
		"	REFERENCES thing DEFERRABLE INITIALLY DEFERRED)" };

	case_run(db, &st);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_i64(7));
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_expect_eq(db_commit(db), DB_REFUSED);
	cr_expect_eq(case_number(db, &case_count), 0);
}

Test(db_tx, rolls_back_what_was_queued_or_done)
{
	case_run(db, &case_create);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_rollback(db);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(2), db_arg_null());
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	db_rollback(db);
	db_begin(db, NULL, NULL);
	db_rollback(db);
	db_begin(db, NULL, NULL);
	cr_expect_eq(db_commit(db), DB_OK, "an empty one is fine");
	cr_expect_eq(case_number(db, &case_count), 0);
}

/* What was done before is durable, and the answers still come. */
Test(db_tx, ends_a_transaction_ahead_of_its_answers)
{
	PGresult	*res;
	int64_t		 n;

	case_run(db, &case_create);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send(db, &case_count);
	db_send_commit(db);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_assert_eq(db_recv(db, &res), DB_OK);
	cr_expect(db_i64(res, 0, 0, &n) && n == 1);
	PQclear(res);
	cr_expect_eq(db_commit(db), DB_OK);
	cr_expect_eq(case_number(db, &case_count), 1);
}

Test(db_tx, undoes_what_failed_though_its_end_was_sent)
{
	case_run(db, &case_create);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send_commit(db);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	cr_expect_eq(db_recv(db, NULL), DB_CONFLICT);
	cr_expect_eq(db_commit(db), DB_CONFLICT);
	cr_expect_eq(case_number(db, &case_count), 0);
	db_begin(db, NULL, NULL);
	db_send_commit(db);
	cr_expect_eq(db_commit(db), DB_OK, "without a statement");
}

Test(db_tx, takes_a_statement_behind_the_end_for_a_bug, .signal = SIGABRT)
{
	db_begin(db, NULL, NULL);
	db_send_commit(db);
	db_send(db, &case_count);
}

Test(db_tx, answers_a_query_behind_statements_nobody_received)
{
	PGresult	*res;

	case_run(db, &case_create);
	db_begin(db, NULL, NULL);
	db_send(db, &case_insert, db_arg_i64(1), db_arg_null());
	db_send(db, &case_insert, db_arg_i64(2), db_arg_null());
	cr_expect_eq(case_number(db, &case_count), 2);
	db_send(db, &case_insert, db_arg_i64(2), db_arg_null());
	cr_expect_eq(db_query(db, &case_count, &res), DB_CONFLICT);
	db_rollback(db);
	cr_expect_eq(case_number(db, &case_count), 0);
}

static enum db_rc
add_in_tx(struct db *on, void *arg)
{
	int	*calls = arg;

	(*calls)++;
	db_send(on, &case_add, db_arg_i64(1), db_arg_i64(1));
	return db_recv(on, NULL);
}

Test(db_tx, runs_a_transaction_again_when_the_server_forgot_a_statement)
{
	int	calls = 0;

	cr_expect_eq(case_sum(db, 1, 1), 2);
	case_run(db, &case_forget);
	cr_expect_eq(db_tx(db, NULL, NULL, add_in_tx, &calls), DB_OK);
	cr_expect_eq(calls, 2);
}

Test(db_tx, rolls_back_on_a_server_that_forgot_how)
{
	const struct db_stmt	*stmts[] = { &case_context, &case_forget };
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
		case_run(race->other, &bump_stmt);
	db_send(on, &bump_stmt);
	/* DB_FAIL, not DB_RETRY: what it makes of it does not matter. */
	return db_recv(on, NULL) == DB_OK ? DB_OK : DB_FAIL;
}

Test(db_tx, runs_a_transaction_again_after_a_serialization_failure)
{
	static const struct db_stmt	make = { "t_make", 0, -1,
		"CREATE TABLE public.t_race AS SELECT 0 AS n" };
	struct race	race = { 0, db_new("", "t-other") };

	case_run(db, &make);
	cr_expect_eq(db_tx(db, NULL, NULL, bump, &race), DB_OK);
	cr_expect_eq(race.calls, 2);
	cr_expect_eq(case_number(race.other, &read_stmt), 2);
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

Test(db_tx, gives_up_after_some_tries)
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
	db_send(on, &case_insert, db_arg_i64(1), db_arg_null());
	return DB_NONE;
}

Test(db_tx, rolls_back_when_the_function_does_not_say_ok)
{
	case_run(db, &case_create);
	cr_expect_eq(db_tx(db, NULL, NULL, insert_and_find_nothing, NULL),
	    DB_NONE);
	cr_expect_eq(case_number(db, &case_count), 0);
}

Test(db_tx, does_not_call_a_transaction_done_when_its_connection_is_lost)
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

	case_run(other, &make);
	db_begin(db, NULL, NULL);
	db_send(db, &put);
	cr_expect_eq(db_recv(db, NULL), DB_OK);
	db_send(db, &die);
	cr_expect_eq(db_recv(db, &res), DB_DOWN);
	db_send(db, &put);
	cr_expect_eq(db_commit(db), DB_DOWN);
	cr_expect_eq(case_number(other, &count), 0);
	db_free(other);
}

Test(db_tx, takes_a_statement_outside_of_a_transaction_for_a_bug,
    .signal = SIGABRT)
{
	db_send(db, &case_add, db_arg_i64(1), db_arg_i64(1));
}

Test(db_tx, takes_a_transaction_within_a_transaction_for_a_bug,
    .signal = SIGABRT)
{
	db_begin(db, NULL, NULL);
	db_begin(db, NULL, NULL);
}

Test(db_tx, takes_a_result_nobody_asked_for_for_a_bug, .signal = SIGABRT)
{
	PGresult	*res;

	db_begin(db, NULL, NULL);
	if (db_recv(db, &res) == DB_OK)
		PQclear(res);
}
