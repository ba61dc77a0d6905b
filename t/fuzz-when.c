/* when_parse() takes nothing that does not survive being written and read,
 * and stays within its years. */
#include "base/when.h"
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char	buf[WHEN_TEXT];
	int64_t	ms, again;

	if (!when_parse((const char *)data, len, &ms))
		return 0;
	when_format(ms, buf);
	if (ms < 0 || ms > WHEN_MAX_MS ||
	    !when_parse(buf, strlen(buf), &again) || again != ms)
		abort();
	return 0;
}
