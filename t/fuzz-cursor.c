/* A cursor that is taken survives being written and read again. */
#include "domain/cursor.h"
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor	c, again;
	char		buf[CURSOR_TEXT];

	if (!cursor_parse((const char *)data, len, &c))
		return 0;
	cursor_format(&c, buf);
	if (c.at_ms < 0 || !cursor_parse(buf, strlen(buf), &again) ||
	    again.at_ms != c.at_ms || !uuid_eq(&again.id, &c.id))
		abort();
	return 0;
}
