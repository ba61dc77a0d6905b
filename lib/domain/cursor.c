#include "domain/cursor.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AT_MAX	INT64_C(253402300799999)	/* the year 9999 ends */
#define DIGITS	15				/* of AT_MAX */

struct cursor
cursor_first(void)
{
	struct cursor	c = { .at_ms = AT_MAX };

	memset(c.id.b, 0xff, sizeof(c.id.b));
	return c;
}

/* "<milliseconds>.<uuid>" */
bool
cursor_parse(const char *s, size_t len, struct cursor *out)
{
	struct cursor	c = { 0 };
	size_t		i = 0;

	for (; i < len && i < DIGITS && s[i] >= '0' && s[i] <= '9'; i++)
		c.at_ms = c.at_ms * 10 + (s[i] - '0');
	if (i == 0 || i == len || s[i] != '.' || c.at_ms > AT_MAX ||
	    !uuid_parse(s + i + 1, len - i - 1, &c.id))
		return false;
	*out = c;
	return true;
}

const char *
cursor_format(const struct cursor *c, char buf[CURSOR_TEXT])
{
	char	id[UUID_TEXT];

	snprintf(buf, CURSOR_TEXT, "%" PRId64 ".%s", c->at_ms,
	    uuid_format(&c->id, id));
	return buf;
}
