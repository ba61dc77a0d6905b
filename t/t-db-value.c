/* Getters take what the server means and nothing else; and what an SQLSTATE
 * becomes. */
#include "db/db.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A result of one row and one column; NULL is SQL's. */
static PGresult *
cell(const char *text)
{
	static char	 name[] = "c";
	PGresAttDesc	 column = { .name = name };
	PGresult	*res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	char		*copy = text != NULL ? strdup(text) : NULL;

	cr_assert(PQsetResultAttrs(res, 1, &column));
	cr_assert(PQsetvalue(res, 0, 0, copy,
	    copy != NULL ? (int)strlen(copy) : -1));
	free(copy);
	return res;
}

Test(db_value, refuses_null_and_garbage)
{
	static const char *const c[] = {
		NULL, "", "x", "1x", " 1x", "1.5x", "0x10", "true", "yes",
		"--1", "NaN", "9223372036854775808", "-9223372036854775809",
	};
	struct uuid	u;
	int64_t		i64;
	int32_t		i32;
	centi_t		t;
	bool		b;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		PGresult *res = cell(c[i]);

		cr_expect_not(db_i64(res, 0, 0, &i64), "%s", c[i]);
		cr_expect_not(db_i32(res, 0, 0, &i32), "%s", c[i]);
		cr_expect_not(db_bool(res, 0, 0, &b), "%s", c[i]);
		cr_expect_not(db_uuid(res, 0, 0, &u), "%s", c[i]);
		cr_expect_not(db_centi(res, 0, 0, &t), "%s", c[i]);
		PQclear(res);
	}
}

Test(db_value, holds_integers_to_their_width)
{
	static const struct { const char *s; bool i32; } c[] = {
		{ "2147483647", true }, { "2147483648", false },
		{ "-2147483648", true }, { "-2147483649", false },
		{ "9223372036854775807", false },
	};
	int64_t	i64;
	int32_t	i32;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		PGresult *res = cell(c[i].s);

		cr_expect(db_i64(res, 0, 0, &i64), "%s", c[i].s);
		cr_expect_eq(db_i32(res, 0, 0, &i32), c[i].i32, "%s", c[i].s);
		PQclear(res);
	}
}

Test(db_value, tells_null_from_a_value_and_both_from_garbage)
{
	static const struct { const char *s; bool ok, has; } c[] = {
		{ NULL, true, false }, { "7", true, true },
		{ "x", false, true },
	};
	const char	*s;
	int64_t		 i64;
	int32_t		 i32;
	centi_t		 t;
	bool		 has;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		PGresult *res = cell(c[i].s);

		cr_expect_eq(db_opt_i64(res, 0, 0, &has, &i64), c[i].ok);
		cr_expect_eq(has, c[i].has);
		cr_expect_eq(db_opt_i32(res, 0, 0, &has, &i32), c[i].ok);
		cr_expect_eq(has, c[i].has);
		cr_expect_eq(db_opt_centi(res, 0, 0, &has, &t), c[i].ok);
		cr_expect_eq(has, c[i].has);
		cr_expect(db_opt_text(res, 0, 0, &s));
		cr_expect_eq(s != NULL, c[i].has);
		PQclear(res);
	}
}

Test(db_value, takes_a_column_that_is_not_there_for_a_bug, .signal = SIGABRT)
{
	PGresult	*res = cell("1");
	int64_t		 i;

	if (!db_i64(res, 0, 1, &i))
		PQclear(res);
}

Test(db_rc, maps_every_sqlstate_class_that_callers_tell_apart)
{
	static const struct { const char *state; enum db_rc want; } c[] = {
		{ "00000", DB_OK }, { "23505", DB_CONFLICT },
		{ "23P01", DB_CONFLICT }, { "23503", DB_REFUSED },
		{ "23514", DB_REFUSED }, { "23502", DB_REFUSED },
		{ "42501", DB_REFUSED }, { "44000", DB_REFUSED },
		{ "40001", DB_RETRY }, { "40P01", DB_RETRY },
		{ "55P03", DB_RETRY }, { "26000", DB_RETRY },
		{ "08006", DB_DOWN }, { "53100", DB_DOWN },
		{ "53300", DB_DOWN }, { "57014", DB_DOWN },
		{ "57P01", DB_DOWN }, { "57P03", DB_DOWN },
		{ "58030", DB_DOWN }, { NULL, DB_DOWN },
		{ "42601", DB_FAIL }, { "42P01", DB_FAIL },
		{ "22P02", DB_FAIL }, { "22012", DB_FAIL },
		{ "40002", DB_FAIL }, { "XX000", DB_FAIL }, { "", DB_FAIL },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(db_rc_of(c[i].state), c[i].want, "%s gave %s",
		    c[i].state, db_rc_name(db_rc_of(c[i].state)));
}

Test(db_rc, has_a_name_for_every_code)
{
	for (int i = 0; i < DB__MAX; i++)
		cr_expect_not_null(db_rc_name((enum db_rc)i));
}
