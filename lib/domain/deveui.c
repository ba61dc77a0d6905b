#include "domain/deveui.h"
#include <string.h>

bool
deveui_parse(const char *s, size_t len, char out[DEVEUI_TEXT])
{
	size_t	n = 0;

	for (size_t i = 0; i < len; i++) {
		char	c = s[i];

		if (c == ':' || c == '-' || c == ' ' || c == '\t')
			continue;
		if (c >= 'A' && c <= 'F')
			c += 'a' - 'A';
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		if (n == DEVEUI_TEXT - 1)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == DEVEUI_TEXT - 1;
}
