/* A form or a query. Whatever is understood, written out again the plain way,
 * is understood as the same. */
#include "base/buf.h"
#include "web/escape.h"
#include "web/form.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX	(1024 * 1024)

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
write_out(struct buf *b, const struct form *f)
{
	for (size_t i = 0; i < f->n; i++) {
		escape_url(b, f->pair[i].name, f->pair[i].name_len);
		buf_putc(b, '=');
		escape_url(b, f->pair[i].value, f->pair[i].value_len);
		buf_putc(b, '&');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct form	first, again;
	struct arena		a = ARENA_INIT;
	struct buf		b = BUF_INIT(TEXT_MAX);

	if (len == 0 || form_parse(&a, (const char *)data, len, &first) != NULL)
		goto out;
	write_out(&b, &first);
	if (form_parse(&a, buf_str(&b), b.len, &again) != NULL ||
	    again.n != first.n)
		abort();
	for (size_t i = 0; i < first.n; i++)
		if (strlen(first.pair[i].value) != first.pair[i].value_len ||
		    strcmp(first.pair[i].name, again.pair[i].name) != 0 ||
		    strcmp(first.pair[i].value, again.pair[i].value) != 0)
			abort();
out:
	buf_release(&b);
	arena_release(&a);
	return 0;
}
