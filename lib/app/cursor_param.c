#include "app/cursor_param.h"
#include "base/json.h"
#include "web/link.h"

const char *
cursor_param(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	struct cursor	c;

	(void)min;
	(void)max;
	if (!cursor_parse(s, len, &c))
		return "is not one that a list has given";
	v->i = c.at_ms;
	v->uuid = c.id;
	return NULL;
}

struct cursor
cursor_param_value(const struct web_value *v)
{
	if (!v->present)
		return cursor_first();
	return (struct cursor){ v->i, v->uuid };
}

struct page
cursor_param_page(const struct web_value *limit,
    const struct web_value *cursor, size_t otherwise)
{
	return (struct page){ .after = cursor_param_value(cursor),
	    .limit = limit->present ? (size_t)limit->i : otherwise };
}

void
cursor_param_put(struct web_req *req, const struct page *page,
    const struct web_value *limit, struct json_object *model)
{
	char		next[CURSOR_TEXT];
	struct link	l;

	json_put(model, "nextCursor", NULL);
	if (!page->more)
		return;
	json_put_str(model, "nextCursor", cursor_format(&page->next, next));
	if (req->wants_json)
		return;
	link_begin(&l, req->path);
	link_add(&l, "limit", limit->text);
	link_add(&l, "cursor", next);
	json_put_str(model, "nextHref", link_end(&l, &req->arena));
}
