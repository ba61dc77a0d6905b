#include "app/cursor_param.h"

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
