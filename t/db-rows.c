/* Many rows in one argument arrive as they were, whatever is in them. */
#include "db/rows.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* A row type that every database has: (name, setting) of pg_db_role_setting
 * would need text[]; this one is made for the purpose. */
static const struct db_stmt make_stmt = { "t_make", 0, -1,
	"CREATE TYPE pg_temp.thing AS (n integer, label text, at bigint[])" };
static const struct db_stmt read_stmt = { "t_read", 2, 3,
	"SELECT q.n, q.label, q.at FROM unnest($2::pg_temp.thing[]) q"
	" WHERE q.n IS DISTINCT FROM $1::integer ORDER BY q.n NULLS LAST" };

static struct db	*db;
static struct db_rows	 rows;
static int		 heard;

static enum db_rc
make(struct db *d, void *arg)
{
	(void)arg;
	db_send(d, &make_stmt);
	return DB_OK;
}

static void
set_up(void)
{
	db = db_new("", "t-rows");
	cr_assert_eq(db_tx(db, NULL, NULL, make, NULL), DB_OK);
	heard = 0;
}

static void
tear_down(void)
{
	db_rows_release(&rows);
	db_free(db);
}

TestSuite(rows, .init = set_up, .fini = tear_down);

static const char *const texts[] = {
	"plain", "", " ", "a,b", "(a)", "{a}", "\"", "\\", "\\\"", "\"\\\"",
	"\\\\", "it's", "NULL", "null", "\n\t", "ünï", "},{", ")\",\"(",
	"\"(1,\"\"x\"\")\"",
};
#define TEXTS	(sizeof(texts) / sizeof(texts[0]))

static void
hear_texts(void *ctx, const PGresult *res)
{
	(void)ctx;
	heard = PQntuples(res);
	for (int i = 0; i < heard && i < (int)TEXTS; i++) {
		cr_expect_not(PQgetisnull(res, i, 1), "%s", texts[i]);
		cr_expect_str_eq(PQgetvalue(res, i, 1), texts[i]);
		cr_expect_str_eq(PQgetvalue(res, i, 2), "{7}");
	}
}

static enum db_rc
send_texts(struct db *d, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < TEXTS; i++)
		db_rows_add(&rows, db_arg_i64((int64_t)i), db_arg_text(texts[i]),
		    db_arg_text("{7}"));
	db_rows_send_heard(&rows, d, &read_stmt, hear_texts, NULL,
	    db_arg_null());
	return DB_OK;
}

Test(rows, any_text_comes_back_as_it_went)
{
	cr_expect_eq(db_tx(db, NULL, NULL, send_texts, NULL), DB_OK);
	cr_expect_eq(heard, (int)TEXTS);
	cr_expect_eq(rows.n, 0, "and what was sent is gone");
}

static void
hear_nulls(void *ctx, const PGresult *res)
{
	(void)ctx;
	heard = PQntuples(res);
	for (int i = 0; i < 3; i++)
		cr_expect(PQgetisnull(res, 0, i), "column %d", i);
}

static enum db_rc
send_nulls(struct db *d, void *arg)
{
	(void)arg;
	db_rows_add(&rows, db_arg_null(), db_arg_null(), db_arg_null());
	db_rows_send_heard(&rows, d, &read_stmt, hear_nulls, NULL,
	    db_arg_i64(1));
	return DB_OK;
}

Test(rows, a_null_is_no_empty_text)
{
	cr_expect_eq(db_tx(db, NULL, NULL, send_nulls, NULL), DB_OK);
	cr_expect_eq(heard, 1);
}

static void
hear_any(void *ctx, const PGresult *res)
{
	(void)ctx;
	(void)res;
	heard++;
}

static enum db_rc
send_none(struct db *d, void *arg)
{
	(void)arg;
	db_rows_send_heard(&rows, d, &read_stmt, hear_any, NULL, db_arg_null());
	return DB_OK;
}

Test(rows, of_no_rows_nothing_is_sent)
{
	cr_expect_eq(db_tx(db, NULL, NULL, send_none, NULL), DB_OK);
	cr_expect_eq(heard, 0);
}

/* Rows that do not fit the type are the database's to refuse. */
static enum db_rc
send_short(struct db *d, void *arg)
{
	(void)arg;
	db_rows_add(&rows, db_arg_i64(1), db_arg_text("one"));
	db_rows_send_heard(&rows, d, &read_stmt, hear_any, NULL, db_arg_null());
	return DB_OK;
}

Test(rows, a_row_of_too_few_columns_fails_and_nobody_hears)
{
	cr_expect_eq(db_tx(db, NULL, NULL, send_short, NULL), DB_FAIL);
	cr_expect_eq(heard, 0);
}

Test(rows, cleared_rows_are_not_sent)
{
	db_rows_add(&rows, db_arg_i64(1), db_arg_text("one"), db_arg_null());
	db_rows_clear(&rows);
	cr_expect_eq(db_tx(db, NULL, NULL, send_none, NULL), DB_OK);
	cr_expect_eq(heard, 0);
}
