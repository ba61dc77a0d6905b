#include "db/list.h"
#include "base/mem.h"
#include <string.h>

enum db_rc
db_list_read(const PGresult *res, const struct db_list *list,
    struct arena *arena, void *v, size_t *n)
{
	char	*rows;

	*n = (size_t)PQntuples(res);
	rows = arena_alloc(arena, mem_product(*n, list->size));
	for (size_t i = 0; i < *n; i++)
		if (!list->map(res, (int)i, arena, rows + i * list->size))
			return db_bad_row(list->stmt);
	memcpy(v, &rows, sizeof(rows));		/* of whichever type */
	return DB_OK;
}

enum db_rc
db_list_n(struct db *db, const struct db_list *list,
    const struct db_arg *args, size_t nargs, struct arena *arena, void *v,
    size_t *n)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query_n(db, list->stmt, args, nargs, &res);
	if (rc == DB_OK)
		rc = db_list_read(res, list, arena, v, n);
	PQclear(res);
	return rc;
}

enum db_rc
db_list_one_n(struct db *db, const struct db_list *list,
    const struct db_arg *args, size_t nargs, struct arena *arena, void *out)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one_n(db, list->stmt, args, nargs, &res);
	if (rc == DB_OK && !list->map(res, 0, arena, out))
		rc = db_bad_row(list->stmt);
	PQclear(res);
	return rc;
}
