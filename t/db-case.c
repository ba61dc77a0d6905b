#include "db-case.h"
#include <criterion/criterion.h>

const struct db_stmt case_add = { "t_add", 2, 1,
	"SELECT $1::int8 + $2::int8" };

const struct db_stmt case_context = { "t_context", 0, 2,
	"SELECT nullif(current_setting('frostguard.org_id', true), ''),"
	"       nullif(current_setting('frostguard.user_id', true), '')" };

const struct db_stmt case_create = { "t_create", 0, -1,
	"CREATE TEMP TABLE thing (id int8 PRIMARY KEY CHECK (id < 100),"
	"	parent int8 REFERENCES thing)" };

const struct db_stmt case_insert = { "t_insert", 2, -1,
	"INSERT INTO thing VALUES ($1::int8, $2::int8)" };

const struct db_stmt case_count = { "t_count", 0, 1,
	"SELECT count(*) FROM thing" };

const struct db_stmt case_bad = { "t_bad", 0, 1,
	"SELECT nonsense FROM nowhere" };

const struct db_stmt case_forget = { "t_forget", 0, -1,
	"DEALLOCATE ALL" };

void
case_run(struct db *db, const struct db_stmt *st)
{
	PGresult	*res;

	cr_assert_eq(db_query(db, st, &res), DB_OK, "%s", st->name);
	PQclear(res);
}

int64_t
case_number(struct db *db, const struct db_stmt *st)
{
	PGresult	*res;
	int64_t		 n = -1;

	cr_assert_eq(db_one(db, st, &res), DB_OK, "%s", st->name);
	cr_assert(db_i64(res, 0, 0, &n));
	PQclear(res);
	return n;
}

int64_t
case_sum(struct db *db, int64_t a, int64_t b)
{
	PGresult	*res;
	int64_t		 n = -1;

	cr_assert_eq(db_one(db, &case_add, &res, db_arg_i64(a),
	    db_arg_i64(b)), DB_OK);
	cr_assert(db_i64(res, 0, 0, &n));
	PQclear(res);
	return n;
}
