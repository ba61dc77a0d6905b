/* A temperature or an identifier that is taken survives being written and
 * read; UTF-8 is the same as a whole and in two halves between characters. */
#include "base/centi.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
try_centi(const char *s, size_t len)
{
	char	buf[CENTI_TEXT];
	centi_t	t, again;

	if (!centi_parse(s, len, &t))
		return;
	centi_format(t, buf);
	if (t < CENTI_MIN || t > CENTI_MAX ||
	    !centi_parse(buf, strlen(buf), &again) || again != t)
		abort();
}

static void
try_uuid(const char *s, size_t len)
{
	struct uuid	u, again;
	char		buf[UUID_TEXT];

	if (!uuid_parse(s, len, &u))
		return;
	uuid_format(&u, buf);
	if (!uuid_parse(buf, strlen(buf), &again) || !uuid_eq(&u, &again))
		abort();
}

static void
try_utf8(const char *s, size_t len)
{
	size_t	step = utf8_step(s, len);

	if (step > 4 || step > len)
		abort();
	if (step > 0 && utf8_valid(s, len) != utf8_valid(s + step, len - step))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	try_centi((const char *)data, len);
	try_uuid((const char *)data, len);
	try_utf8((const char *)data, len);
	return 0;
}
