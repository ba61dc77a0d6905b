/*
 * cursor.h - where a list goes on that was cut off: behind an instant, an id.
 *
 * Lists are sorted newest first by an instant, then by an id, so that a page
 * begins exactly behind the last row of the one before, whatever was added
 * meanwhile. The text is opaque to callers of the API.
 */
#ifndef FG_CURSOR_H
#define FG_CURSOR_H
#include "base/uuid.h"

#define CURSOR_TEXT	64

struct cursor {			/* plain value */
	int64_t		at_ms;
	struct uuid	id;
};

/* Before everything: the first page. */
struct cursor	 cursor_first(void);
bool		 cursor_parse(const char *s, size_t len, struct cursor *out);
/* Returns buf. */
const char	*cursor_format(const struct cursor *c, char buf[CURSOR_TEXT]);

#endif
