/*
 * list.h - what a statement found, as an array of structs.
 */
#ifndef FG_DB_LIST_H
#define FG_DB_LIST_H
#include "base/arena.h"
#include "db/db.h"

/* One row becomes *out; its texts are copied into arena. False: it cannot. */
typedef bool db_map_fn(const PGresult *res, int row, struct arena *arena,
    void *out);

/* The rows of res, *n of them, of size bytes each, in arena. NULL: one did not
 * map, which is logged. */
void	*db_list(const PGresult *res, const struct db_stmt *st,
	    struct arena *arena, size_t size, db_map_fn *map, size_t *n)
	    must_check;

#endif
