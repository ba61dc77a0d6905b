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

struct db_list {
	const struct db_stmt	*stmt;
	size_t			 size;	/* of what a row becomes */
	db_map_fn		*map;
};

/* db_list(db, &list, arena, &v, &n, db_arg_uuid(...), ...): asks, and v points
 * to the rows, *n of them, in arena. DB_FAIL: one did not map, which is logged;
 * or as db_query(). */
#define db_list(db, list, arena, v, n, ...)				\
	db_list_n(db, list, DB_ARGS(__VA_ARGS__), arena, v, n)
enum db_rc	 db_list_n(struct db *db, const struct db_list *list,
		    const struct db_arg *args, size_t nargs,
		    struct arena *arena, void *v, size_t *n) must_check;
/* db_list_one(db, &list, arena, &row, ...): exactly one, as db_one(). */
#define db_list_one(db, list, arena, out, ...)				\
	db_list_one_n(db, list, DB_ARGS(__VA_ARGS__), arena, out)
enum db_rc	 db_list_one_n(struct db *db, const struct db_list *list,
		    const struct db_arg *args, size_t nargs,
		    struct arena *arena, void *out) must_check;
/* The same of what was found already. */
enum db_rc	 db_list_read(const PGresult *res, const struct db_list *list,
		    struct arena *arena, void *v, size_t *n) must_check;

#endif
