#include "domain/page.h"
#include "base/log.h"
#include <string.h>

struct page
page_first(size_t limit)
{
	return (struct page){ .after = cursor_first(), .limit = limit };
}

enum db_rc
page_read_n(struct db *db, const struct page_list *list,
    const struct db_arg *args, size_t nargs, struct page *page,
    struct arena *arena, void *v)
{
	struct db_arg	 all[PAGE_ARGS_MAX + 3];
	const char	*rows;
	enum db_rc	 rc;

	if (nargs > PAGE_ARGS_MAX)
		bug("page: %s has %zu arguments", list->rows.stmt->name,
		    nargs);
	memcpy(all, args, nargs * sizeof(*args));
	all[nargs++] = db_arg_i64(page->after.at_ms);
	all[nargs++] = db_arg_uuid(&page->after.id);
	all[nargs++] = db_arg_i64((int64_t)page->limit + 1);
	rc = db_list_n(db, &list->rows, all, nargs, arena, &rows, &page->n);
	if (rc != DB_OK)
		return rc;
	page->more = page->n > page->limit;
	if (page->more) {
		page->n = page->limit;
		page->next = list->place(rows +
		    (page->n - 1) * list->rows.size);
	}
	memcpy(v, &rows, sizeof(rows));		/* of whichever type */
	return DB_OK;
}
