/*
 * escape.h - text made safe for the place it is written to.
 *
 * One function per sink; none decides whether a text may be shown at all.
 */
#ifndef FG_ESCAPE_H
#define FG_ESCAPE_H
#include "base/buf.h"

/* Element content and quoted attribute values. */
void	escape_html(struct buf *out, const char *s, size_t len);
/* One segment of a URL's path or one value of its query. */
void	escape_url(struct buf *out, const char *s, size_t len);

#endif
