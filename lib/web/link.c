#include "web/link.h"
#include "web/escape.h"
#include <string.h>

void
link_begin(struct link *l, const char *path)
{
	buf_init(&l->text, LINK_MAX);
	buf_puts(&l->text, path);
	l->next = '?';
}

void
link_add(struct link *l, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	buf_printf(&l->text, "%c%s=", l->next, name);
	escape_url(&l->text, value, strlen(value));
	l->next = '&';
}

const char *
link_end(struct link *l, struct arena *arena)
{
	const char	*s;

	s = buf_failed(&l->text) ? "/" : arena_strdup(arena, buf_str(&l->text));
	buf_release(&l->text);
	return s;
}
