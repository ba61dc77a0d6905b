/*
 * bulk_list.h - the readings of one request, whichever format they came in.
 *
 * Decides how long a list may be, and what lives as long as it. What a single
 * reading may say is bulk_item.h, which formats there are bulk_format.h. Pure.
 */
#ifndef FG_BULK_LIST_H
#define FG_BULK_LIST_H
#include "base/arena.h"
#include "domain/bulk_item.h"
#include <json-c/json.h>

#define BULK_MAX	10000		/* readings in a request */
#define BULK_BODY_MAX	(8 * 1024 * 1024)

struct bulk_list {		/* zeroed at first */
	struct bulk_item	*v;
	size_t			 n;
	int64_t			 now_ms;
	/* What items borrow from. */
	struct arena		 arena;
	struct json_object	*json;
};

/* The next item, empty, with its index. NULL: there are too many; then that is
 * why. */
struct bulk_item *bulk_list_add(struct bulk_list *l);
extern const char bulk_too_many[];
void	 bulk_list_release(struct bulk_list *l);

/* Adds what a text in some format has. NULL, or a phrase for as long as l. */
typedef const char	*bulk_read_fn(struct bulk_list *l, const char *text,
			    size_t len);

#endif
