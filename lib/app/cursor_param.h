/*
 * cursor_param.h - the parameters "limit" and "cursor" of a list, as
 * domain/page.h, and where the next page is.
 */
#ifndef FG_CURSOR_PARAM_H
#define FG_CURSOR_PARAM_H
#include "domain/page.h"
#include "web/web.h"

web_valid	 cursor_param;
/* The first page where none was given. */
struct cursor	 cursor_param_value(const struct web_value *v);
/* Of so many where no limit was given. */
struct page	 cursor_param_page(const struct web_value *limit,
		    const struct web_value *cursor, size_t otherwise);
/* "nextCursor", null behind the last; for people "nextHref": this list, with
 * this limit, from there on. */
void		 cursor_param_put(struct web_req *req, const struct page *page,
		    const struct web_value *limit, struct json_object *model);

#endif
