#include "rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

#define NOTHING		"-"
#define GAP		2
#define HEADING_MAX	64

/* PostgreSQL's numbers of the types that are not text in JSON. */
enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23,
    OID_NUMERIC = 1700 };

static const char *
cell(const PGresult *res, int row, int col)
{
	if (PQgetisnull(res, row, col))
		return NOTHING;
	if (PQftype(res, col) == OID_BOOL)
		return PQgetvalue(res, row, col)[0] == 't' ? "yes" : "no";
	return PQgetvalue(res, row, col);
}

/* Characters, of which UTF-8 continues some in further bytes. */
static size_t
width(const char *s)
{
	size_t	n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* "devEui" to "DEV EUI". Returns out. */
static const char *
heading(const char *name, char out[HEADING_MAX])
{
	size_t	n = 0;

	for (; *name != '\0' && n < HEADING_MAX - 2; name++) {
		if (isupper((unsigned char)*name))
			out[n++] = ' ';
		out[n++] = (char)toupper((unsigned char)*name);
	}
	out[n] = '\0';
	return out;
}

static void
put_cell(const char *s, size_t wide, bool last, FILE *f)
{
	fputs(s, f);
	if (last)
		fputc('\n', f);
	else
		fprintf(f, "%*s", (int)(wide - width(s) + GAP), "");
}

static void
print_table(const PGresult *res, FILE *f)
{
	int	 cols = PQnfields(res);
	size_t	*wide = mem_alloc(mem_product((size_t)cols, sizeof(*wide)));
	char	 text[HEADING_MAX];

	for (int c = 0; c < cols; c++) {
		wide[c] = width(heading(PQfname(res, c), text));
		for (int r = 0; r < PQntuples(res); r++)
			if (width(cell(res, r, c)) > wide[c])
				wide[c] = width(cell(res, r, c));
	}
	for (int c = 0; c < cols; c++)
		put_cell(heading(PQfname(res, c), text), wide[c],
		    c == cols - 1, f);
	for (int r = 0; r < PQntuples(res); r++)
		for (int c = 0; c < cols; c++)
			put_cell(cell(res, r, c), wide[c], c == cols - 1, f);
	free(wide);
}

static struct json_object *
value(const PGresult *res, int row, int col)
{
	const char	*s = PQgetvalue(res, row, col);

	if (PQgetisnull(res, row, col))
		return NULL;
	switch (PQftype(res, col)) {
	case OID_BOOL:
		return json_object_new_boolean(s[0] == 't');
	case OID_INT8:
	case OID_INT2:
	case OID_INT4:
		return json_object_new_int64(strtoll(s, NULL, 10));
	case OID_NUMERIC:
		return json_object_new_double_s(strtod(s, NULL), s);
	default:
		return json_object_new_string(s);
	}
}

static void
print_json(const PGresult *res, FILE *f)
{
	struct json_object	*list = json_object_new_array(), *o;

	for (int r = 0; r < PQntuples(res); r++) {
		o = json_object_new_object();
		for (int c = 0; c < PQnfields(res); c++)
			json_put(o, PQfname(res, c), value(res, r, c));
		json_object_array_add(list, o);
	}
	fprintf(f, "%s\n", json_object_to_json_string_ext(list,
	    JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(list);
}

enum db_rc
rows_print(struct db *db, const struct db_stmt *st,
    const struct db_arg *args, bool json, FILE *f)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query_n(db, st, args, (size_t)st->nargs, &res);
	if (rc != DB_OK)
		return rc;
	(json ? print_json : print_table)(res, f);
	PQclear(res);
	return DB_OK;
}
