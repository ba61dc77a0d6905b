/* A CSV text means the same however it is cut; and what was understood,
 * written out with all quotes, is understood as the same. */
#include "base/buf.h"
#include "base/csv.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
write_out(struct buf *b, const struct csv_record *r)
{
	for (size_t i = 0; i < r->n; i++) {
		buf_puts(b, i > 0 ? ",\"" : "\"");
		for (const char *p = r->field[i].text; *p != '\0'; p++)
			buf_puts(b, *p == '"' ? "\"\"" :
			    (const char[]){ *p, '\0' });
		buf_putc(b, '"');
	}
	buf_puts(b, "\r\n");
}

static enum csv_rc
read_text(struct buf *b, const char *s, size_t len, size_t piece)
{
	static const struct csv_limits limits = { 20, 100, 400 };
	struct csv		*c = csv_new(&limits);
	struct csv_record	 r;
	enum csv_rc		 rc = CSV_MORE;

	for (const char *at = s, *end = s; end < s + len && rc != CSV_FAULT; ) {
		size_t	left = (size_t)(s + len - end);

		end += left < piece ? left : piece;
		while ((rc = csv_read(c, &at, end, &r)) == CSV_RECORD)
			write_out(b, &r);
	}
	if (rc != CSV_FAULT && (rc = csv_end(c, &r)) == CSV_RECORD)
		write_out(b, &r);
	csv_free(c);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf	whole = BUF_INIT(1 << 20), cut = whole, again = whole;
	enum csv_rc	rc = read_text(&whole, (const char *)data, len, len);

	if (rc != read_text(&cut, (const char *)data, len, 3) ||
	    strcmp(buf_str(&whole), buf_str(&cut)) != 0 ||
	    read_text(&again, buf_str(&whole), whole.len, 7) == CSV_FAULT ||
	    strcmp(buf_str(&whole), buf_str(&again)) != 0)
		abort();
	buf_release(&whole);
	buf_release(&cut);
	buf_release(&again);
	return 0;
}
