/*
 * page.h - one page of a list: what stands behind a cursor, and what is next.
 *
 * Decides how much is asked for and how it is known that there is more: by one
 * row beyond the limit, which is not shown. A list is a statement, what a row
 * of it becomes, and where in the list that stands (cursor.h).
 */
#ifndef FG_PAGE_H
#define FG_PAGE_H
#include "db/list.h"
#include "domain/cursor.h"

struct page {				/* plain value */
	struct cursor	 after;		/* asked for: behind it, */
	size_t		 limit;		/* at most so many */
	size_t		 n;		/* found: so many, */
	bool		 more;		/* and there are more */
	struct cursor	 next;		/* behind this */
};

struct page_list {
	struct db_list	 rows;
	struct cursor	(*place)(const void *row);
};

/* How the statement of a list ends: newest first, by the columns at and id. The
 * last three of its arguments are page_read()'s. */
#define PAGE_END(at, id, at_arg, id_arg, limit_arg)			\
	"   AND (" at ", " id ") < (from_epoch_ms(" at_arg "::int8),"	\
	"	coalesce(" id_arg "::uuid,"				\
	"	    '00000000-0000-0000-0000-000000000000'::uuid))"	\
	" ORDER BY " at " DESC, " id " DESC LIMIT " limit_arg "::int4"

/* From the beginning. */
struct page	 page_first(size_t limit);
/* page_read(db, &list, &page, arena, &v, db_arg_uuid(...), ...): v points to
 * page.n rows, in arena. At most PAGE_ARGS_MAX arguments. */
#define PAGE_ARGS_MAX	8
#define page_read(db, list, page, arena, v, ...)			\
	page_read_n(db, list, DB_ARGS(__VA_ARGS__), page, arena, v)
enum db_rc	 page_read_n(struct db *db, const struct page_list *list,
		    const struct db_arg *args, size_t nargs,
		    struct page *page, struct arena *arena, void *v)
		    must_check;

#endif
