/* Values in binary: what the server sends, and nothing else. */
#include "db/binary.h"
#include <criterion/criterion.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define BYTES(s)	s, (int)sizeof(s) - 1

/* A result of one row and one column; NULL is SQL's. */
static PGresult *
cell(const char *bytes, int len)
{
	static char	 name[] = "c";
	PGresAttDesc	 column = { .name = name, .format = 1 };
	PGresult	*res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	char		 copy[64] = "";

	if (bytes != NULL)
		memcpy(copy, bytes, (size_t)len);
	cr_assert(PQsetResultAttrs(res, 1, &column));
	cr_assert(PQsetvalue(res, 0, 0, bytes != NULL ? copy : NULL,
	    bytes != NULL ? len : -1));
	return res;
}

/* ndigits, weight, sign, scale, digits to the base of 10000 */
Test(binary, numerics_are_hundredths)
{
	static const struct {
		const char	*name, *bytes;
		int		 len;
		bool		 ok;
		centi_t		 want;
	} c[] = {
		{ "0", BYTES("\0\0\0\0\0\0\0\2"), true, 0 },
		{ "4.15", BYTES("\0\2\0\0\0\0\0\2\0\4\5\xdc"), true, 415 },
		{ "-18.02", BYTES("\0\2\0\0\x40\0\0\2\0\x12\0\xc8"), true,
		    -1802 },
		{ "-0.05", BYTES("\0\1\xff\xff\x40\0\0\2\1\xf4"), true, -5 },
		{ "100", BYTES("\0\1\0\0\0\0\0\2\0\x64"), true, 10000 },
		{ "999.99", BYTES("\0\2\0\0\0\0\0\2\3\xe7\x26\xac"), true,
		    99999 },
		{ "1000.00", BYTES("\0\1\0\0\0\0\0\2\3\xe8"), false, 0 },
		{ "10000", BYTES("\0\1\0\1\0\0\0\2\0\1"), false, 0 },
		{ "0.001", BYTES("\0\1\xff\xff\0\0\0\3\0\x0a"), false, 0 },
		{ "NaN", BYTES("\0\0\0\0\xc0\0\0\0"), false, 0 },
		{ "infinity", BYTES("\0\0\0\0\xd0\0\0\0"), false, 0 },
		{ "cut off", BYTES("\0\2\0\0\0\0\0\2\0\4"), false, 0 },
		{ "no head", BYTES("\0\0\0\0"), false, 0 },
		{ "nothing", BYTES(""), false, 0 },
		{ "null", NULL, 0, false, 0 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		PGresult	*res = cell(c[i].bytes, c[i].len);
		centi_t		 t = 0;

		cr_expect_eq(binary_centi(res, 0, 0, &t), c[i].ok, "%s",
		    c[i].name);
		cr_expect_eq(t, c[i].want, "%s: %d", c[i].name, t);
		PQclear(res);
	}
}

Test(binary, instants_are_milliseconds)
{
	static const struct {
		const char	*name, *bytes;
		int		 len;
		bool		 ok;
		int64_t		 want;
	} c[] = {
		{ "2000", BYTES("\0\0\0\0\0\0\0\0"), true,
		    INT64_C(946684800000) },
		{ "a millisecond later", BYTES("\0\0\0\0\0\0\3\xe8"), true,
		    INT64_C(946684800001) },
		{ "a microsecond before", BYTES("\xff\xff\xff\xff\xff\xff\xff"
		    "\xff"), true, INT64_C(946684799999) },
		{ "infinity", BYTES("\x7f\xff\xff\xff\xff\xff\xff\xff"),
		    false, 0 },
		{ "-infinity", BYTES("\x80\0\0\0\0\0\0\0"), false, 0 },
		{ "too short", BYTES("\0\0\0\0"), false, 0 },
		{ "null", NULL, 0, false, 0 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		PGresult	*res = cell(c[i].bytes, c[i].len);
		int64_t		 at = 0;

		cr_expect_eq(binary_when(res, 0, 0, &at), c[i].ok, "%s",
		    c[i].name);
		cr_expect_eq(at, c[i].want, "%s", c[i].name);
		PQclear(res);
	}
}

Test(binary, null_is_not_there_and_not_a_fault)
{
	PGresult	*res = cell(NULL, 0);
	struct uuid	 u;
	centi_t		 t;
	int16_t		 i;
	bool		 has = true;
	char		 c;

	cr_expect(binary_opt_centi(res, 0, 0, &has, &t) && !has);
	has = true;
	cr_expect(binary_opt_i16(res, 0, 0, &has, &i) && !has);
	has = true;
	cr_expect(binary_opt_char(res, 0, 0, &has, &c) && !has);
	has = true;
	cr_expect(binary_opt_uuid(res, 0, 0, &has, &u) && !has);
	cr_expect_not(binary_bool(res, 0, 0, &has));
	PQclear(res);
}

Test(binary, a_value_of_another_length_is_a_fault)
{
	PGresult	*res = cell(BYTES("\0\1\2"));
	struct uuid	 u;
	int16_t		 i;
	bool		 has;
	char		 c;

	cr_expect_not(binary_opt_i16(res, 0, 0, &has, &i));
	cr_expect_not(binary_opt_char(res, 0, 0, &has, &c));
	cr_expect_not(binary_opt_uuid(res, 0, 0, &has, &u));
	cr_expect_not(binary_bool(res, 0, 0, &has));
	PQclear(res);
	res = cell(BYTES("\xff\x9b"));
	cr_expect(binary_opt_i16(res, 0, 0, &has, &i) && i == -101);
	PQclear(res);
	res = cell(BYTES("\2"));
	cr_expect_not(binary_bool(res, 0, 0, &has));
	PQclear(res);
}
