/* Maintenance and COPY, beside prepared statements; and the binary form of
 * values, as the server reads them. */
#include "fixture.h"
#include "db/copy_rows.h"
#include "db/plain.h"
#include <criterion/criterion.h>
#include <stdio.h>

static const struct db_stmt count_stmt = { "plain_count", 0, 1,
	"SELECT count(*) FROM pg_temp.t" };

static struct db *
open_table(const char *sql)
{
	struct db	*db = fixture_db("postgres");

	cr_assert_eq(plain_run(db, sql, NULL), DB_OK);
	return db;
}

static int64_t
count(struct db *db)
{
	PGresult	*res = NULL;
	int64_t		 n = -1;

	if (db_one(db, &count_stmt, &res) == DB_OK)
		cr_expect(db_i64(res, 0, 0, &n));
	PQclear(res);
	return n;
}

static enum db_rc
copy_one(struct db *db, centi_t v, int64_t *rows)
{
	struct plain_copy copy;
	struct buf	  out = BUF_INIT(1000);
	enum db_rc	  rc;

	rc = plain_copy_begin(&copy, db, "COPY pg_temp.t FROM STDIN"
	    " WITH (FORMAT binary)");
	if (rc != DB_OK)
		return rc;
	copy_head(&out);
	copy_row(&out, 1);
	copy_centi(&out, v);
	copy_tail(&out);
	for (size_t i = 0; i < out.len; i++)	/* in pieces of any size */
		plain_copy_put(&copy, out.data + i, 1);
	buf_release(&out);
	return plain_copy_end(&copy, rows);
}

Test(copy_rows, numbers_arrive_as_they_were)
{
	static const centi_t	cases[] = { 0, 1, -1, 99, 100, -100, 101, 400,
				    -1825, -1800, 9999, 10000, 99900, CENTI_MIN,
				    CENTI_MAX };
	struct db	*db = open_table("CREATE TEMP TABLE t"
			    " (v numeric(9,2) PRIMARY KEY)");
	static const struct db_stmt read_stmt = { "plain_read", 0, 2,
		"DELETE FROM pg_temp.t RETURNING v, v::text::numeric = v" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		PGresult	*res = NULL;
		int64_t		 rows = 0;
		centi_t		 v = -7;
		bool		 same = false;

		cr_expect_eq(copy_one(db, cases[i], &rows), DB_OK);
		cr_expect_eq(rows, 1);
		cr_expect_eq(db_one(db, &read_stmt, &res), DB_OK);
		cr_expect(db_centi(res, 0, 0, &v) && v == cases[i], "%d: %d",
		    cases[i], v);
		cr_expect(db_bool(res, 0, 1, &same) && same, "%d", cases[i]);
		PQclear(res);
	}
	db_free(db);
}

Test(copy_rows, every_kind_of_value_arrives)
{
	static const struct uuid id = { { 1, 2, 3, 0xff, 15 } };
	static const struct db_stmt read_stmt = { "plain_kinds", 0, 1,
		"SELECT t::text FROM pg_temp.t t" };
	struct db	*db = open_table("CREATE TEMP TABLE t (b bool,"
			    " c \"char\", s int2, i int4, l int8, u uuid,"
			    " w timestamptz, n int4)");
	struct plain_copy copy;
	struct buf	 out = BUF_INIT(1000);
	PGresult	*res = NULL;
	const char	*text = "";

	cr_assert_eq(plain_copy_begin(&copy, db, "COPY pg_temp.t FROM STDIN"
	    " WITH (FORMAT binary)"), DB_OK);
	copy_head(&out);
	copy_row(&out, 8);
	copy_bool(&out, true);
	copy_char(&out, 'h');
	copy_i16(&out, -120);
	copy_i32(&out, -70000);
	copy_i64(&out, -5000000000);
	copy_uuid(&out, &id);
	copy_when(&out, INT64_C(915148800001));
	copy_null(&out);
	copy_tail(&out);
	plain_copy_put(&copy, out.data, out.len);
	buf_release(&out);
	cr_expect_eq(plain_copy_end(&copy, NULL), DB_OK);
	cr_expect_eq(db_one(db, &read_stmt, &res), DB_OK);
	cr_expect(db_text(res, 0, 0, &text));
	cr_expect_str_eq(text, "(t,h,-120,-70000,-5000000000,"
	    "010203ff-0f00-0000-0000-000000000000,"
	    "\"1999-01-01 00:00:00.001+00\",)");
	PQclear(res);
	db_free(db);
}

Test(plain, a_row_that_is_there_is_a_conflict_and_nothing_is_kept)
{
	struct db	*db = open_table("CREATE TEMP TABLE t"
			    " (v numeric(9,2) PRIMARY KEY)");

	cr_expect_eq(copy_one(db, 5, NULL), DB_OK);
	cr_expect_eq(copy_one(db, 5, NULL), DB_CONFLICT);
	cr_expect_eq(count(db), 1);
	cr_expect_eq(plain_run(db, "BEGIN", NULL), DB_OK);
	cr_expect_eq(copy_one(db, 6, NULL), DB_OK);
	cr_expect_eq(count(db), 2, "prepared, in the same transaction");
	cr_expect_eq(plain_run(db, "ROLLBACK", NULL), DB_OK);
	cr_expect_eq(count(db), 1);
	db_free(db);
}

static const struct db_stmt add_stmt = { "plain_add", 1, -1,
	"INSERT INTO pg_temp.t VALUES ($1::numeric)" };

static enum db_rc
copy_between(struct db *db, void *v)
{
	db_send(db, &add_stmt, db_arg_centi(100));
	if (copy_one(db, *(centi_t *)v, NULL) != DB_OK)
		return DB_CONFLICT;
	cr_expect_eq(count(db), 3);
	db_send(db, &add_stmt, db_arg_centi(300));
	db_send(db, &add_stmt, db_arg_centi(400));
	return DB_OK;
}

Test(plain, rows_are_copied_in_a_transaction_or_not_at_all)
{
	struct db	*db = open_table("CREATE TEMP TABLE t"
			    " (v numeric(9,2) PRIMARY KEY)");
	centi_t		 fault = 500, good = 200;

	cr_expect_eq(copy_one(db, 500, NULL), DB_OK);
	cr_expect_eq(db_tx(db, NULL, NULL, copy_between, &fault), DB_CONFLICT);
	cr_expect_eq(count(db), 1);
	cr_expect_eq(db_tx(db, NULL, NULL, copy_between, &good), DB_OK);
	cr_expect_eq(count(db), 5);
	/* What failed before it is not forgotten. */
	db_begin(db, NULL, NULL);
	db_send(db, &add_stmt, db_arg_centi(100));
	cr_expect_neq(copy_one(db, 600, NULL), DB_OK);
	cr_expect_eq(db_commit(db), DB_CONFLICT);
	cr_expect_eq(count(db), 5);
	db_free(db);
}

Test(plain, what_fails_is_told)
{
	struct db	*db = open_table("CREATE TEMP TABLE t (v int4)");
	struct db	*nowhere = db_new("host=/nonexistent", "test");
	struct plain_copy copy;

	cr_expect_eq(plain_run(db, "REINDEX TABLE nonsense", NULL), DB_FAIL);
	cr_expect_eq(copy_one(db, 5, NULL), DB_FAIL, "of another type");
	cr_expect_eq(plain_copy_begin(&copy, db, "COPY nowhere FROM STDIN"),
	    DB_FAIL);
	cr_expect_eq(plain_copy_begin(&copy, nowhere, "COPY t FROM STDIN"),
	    DB_DOWN);
	cr_expect_eq(plain_run(nowhere, "VACUUM", NULL), DB_DOWN);
	cr_expect_eq(count(db), 0, "and the connection is good");
	db_free(db);
	db_free(nowhere);
}
