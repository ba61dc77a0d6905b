/*
 * bulk_format.h - the formats that a list of readings may come in.
 *
 * Decides by the Content-Type which one it is, and reads the list by it. What
 * cannot be read at all is refused as a whole; where an item ends is clear,
 * only that item is at fault. Pure.
 */
#ifndef FG_BULK_FORMAT_H
#define FG_BULK_FORMAT_H
#include "domain/bulk_list.h"

struct bulk_format;			/* opaque */

/* NULL: it is none of ours. Without a Content-Type (NULL or ""): JSON. */
const struct bulk_format *bulk_format_find(const char *content_type);
/* False: why has a phrase, for as long as l. now_ms and backfill as for
 * bulk_item_end(). */
bool	 bulk_format_read(const struct bulk_format *format,
	    struct bulk_list *l, const char *text, size_t len, int64_t now_ms,
	    bool backfill, const char **why);

#endif
