#include "web/escape.h"
#include <string.h>

static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
escape_html(struct buf *out, const char *s, size_t len)
{
	const char	*name;
	size_t		 from = 0;

	for (size_t i = 0; i < len; i++) {
		name = entity(s[i]);
		if (name == NULL)
			continue;
		buf_add(out, s + from, i - from);
		buf_puts(out, name);
		from = i + 1;
	}
	buf_add(out, s + from, len - from);
}

static bool
unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

void
escape_url(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (unreserved(s[i]))
			buf_putc(out, s[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)s[i]);
	}
}
