/*
 * bulk_list.h - the readings of one request, whichever format they came in.
 *
 * Decides what a list looks like in each format and how long it may be; what a
 * single reading may say is bulk_item.h. What cannot be read at all is refused
 * as a whole; where an item ends is clear, only that item is at fault. Pure.
 */
#ifndef FG_BULK_LIST_H
#define FG_BULK_LIST_H
#include "base/arena.h"
#include "domain/bulk_item.h"
#include <json-c/json.h>

#define BULK_MAX	10000		/* readings in a request */
#define BULK_BODY_MAX	(8 * 1024 * 1024)

enum bulk_format {
	BULK_JSON,		/* [...] or {"readings":[...]} */
	BULK_NDJSON,		/* an object on each line */
	BULK_CSV,		/* fields named by the first line */
	BULK_SENML,		/* bulk_senml.h */
	BULK_FORMAT__MAX
};

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

/* By the Content-Type; NULL: JSON. False: it is none of these. */
bool	 bulk_format_find(const char *content_type, enum bulk_format *out);
/* False: why has a phrase, for as long as l. now_ms and backfill as for bulk_item_end(). */
bool	 bulk_list_read(struct bulk_list *l, enum bulk_format format,
	    const char *text, size_t len, int64_t now_ms, bool backfill,
	    const char **why);
void	 bulk_list_release(struct bulk_list *l);

#endif
