#include "db/list.h"
#include "base/mem.h"

void *
db_list(const PGresult *res, const struct db_stmt *st, struct arena *arena,
    size_t size, db_map_fn *map, size_t *n)
{
	char	*v;

	*n = (size_t)PQntuples(res);
	v = arena_alloc(arena, mem_product(*n, size));
	for (size_t i = 0; i < *n; i++)
		if (!map(res, (int)i, arena, v + i * size)) {
			(void)db_bad_row(st);
			return NULL;
		}
	return v;
}
