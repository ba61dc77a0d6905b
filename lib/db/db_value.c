/* db_value.c - values on their way to the server and back, as text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/db.h"

struct db_arg
db_arg_null(void)
{
	return (struct db_arg){ DB_ARG_NULL, "", NULL };
}

struct db_arg
db_arg_text(const char *s)
{
	return (struct db_arg){ s != NULL ? DB_ARG_TEXT : DB_ARG_NULL, "", s };
}

struct db_arg
db_arg_i64(int64_t v)
{
	struct db_arg	 a = { DB_ARG_SMALL, "", NULL };
	char		 text[21], *end = text + sizeof(text), *p = end;
	uint64_t	 n = v < 0 ? -(uint64_t)v : (uint64_t)v;

	/* By hand: a list of readings has some 40,000 of these. */
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	if (v < 0)
		*--p = '-';
	memcpy(a.small, p, (size_t)(end - p));
	return a;
}

struct db_arg
db_arg_i64_if(bool has, int64_t v)
{
	return has ? db_arg_i64(v) : db_arg_null();
}

struct db_arg
db_arg_bool(bool v)
{
	return (struct db_arg){ DB_ARG_SMALL, { v ? 't' : 'f' }, NULL };
}

struct db_arg
db_arg_uuid(const struct uuid *u)
{
	struct db_arg	a = { DB_ARG_SMALL, "", NULL };

	if (u == NULL || uuid_is_nil(u))
		return db_arg_null();
	uuid_format(u, a.small);
	return a;
}

struct db_arg
db_arg_centi(centi_t v)
{
	struct db_arg	a = { DB_ARG_SMALL, "", NULL };

	centi_format(v, a.small);
	return a;
}

/* The column's text, or NULL for SQL's NULL. A row or column that is not
 * there is a bug, though one that db.c's column check has caught before. */
static const char *
text_of(const PGresult *r, int row, int col)
{
	if (row >= PQntuples(r) || col >= PQnfields(r))
		bug("db: no row %d, column %d", row, col);
	return PQgetisnull(r, row, col) ? NULL : PQgetvalue(r, row, col);
}

bool
db_text(const PGresult *r, int row, int col, const char **out)
{
	const char	*s = text_of(r, row, col);

	if (s != NULL)
		*out = s;
	return s != NULL;
}

bool
db_i64(const PGresult *r, int row, int col, int64_t *out)
{
	const char	*s = text_of(r, row, col);
	char		*end;
	long long	 v;

	if (s == NULL || *s == '\0')
		return false;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0')
		return false;
	*out = v;
	return true;
}

bool
db_i32(const PGresult *r, int row, int col, int32_t *out)
{
	int64_t	v;

	if (!db_i64(r, row, col, &v) || v < INT32_MIN || v > INT32_MAX)
		return false;
	*out = (int32_t)v;
	return true;
}

bool
db_bool(const PGresult *r, int row, int col, bool *out)
{
	const char	*s = text_of(r, row, col);

	if (s == NULL || (strcmp(s, "t") != 0 && strcmp(s, "f") != 0))
		return false;
	*out = s[0] == 't';
	return true;
}

bool
db_uuid(const PGresult *r, int row, int col, struct uuid *out)
{
	const char	*s = text_of(r, row, col);

	return s != NULL && uuid_parse(s, strlen(s), out);
}

bool
db_centi(const PGresult *r, int row, int col, centi_t *out)
{
	const char	*s = text_of(r, row, col);

	return s != NULL && centi_parse(s, strlen(s), out);
}

bool
db_opt_text(const PGresult *r, int row, int col, const char **out)
{
	*out = text_of(r, row, col);
	return true;
}

bool
db_opt_i64(const PGresult *r, int row, int col, bool *has, int64_t *out)
{
	*has = text_of(r, row, col) != NULL;
	return !*has || db_i64(r, row, col, out);
}

bool
db_opt_i32(const PGresult *r, int row, int col, bool *has, int32_t *out)
{
	*has = text_of(r, row, col) != NULL;
	return !*has || db_i32(r, row, col, out);
}

bool
db_opt_bool(const PGresult *r, int row, int col, bool *has, bool *out)
{
	*has = text_of(r, row, col) != NULL;
	return !*has || db_bool(r, row, col, out);
}

bool
db_opt_uuid(const PGresult *r, int row, int col, bool *has, struct uuid *out)
{
	*has = text_of(r, row, col) != NULL;
	return !*has || db_uuid(r, row, col, out);
}

bool
db_opt_centi(const PGresult *r, int row, int col, bool *has, centi_t *out)
{
	*has = text_of(r, row, col) != NULL;
	return !*has || db_centi(r, row, col, out);
}
