#include "web/sse.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ID_HALF		16	/* hex digits of the epoch */
#define SEQ_DIGITS	20	/* most decimal digits of the sequence */

static bool
parse_epoch(const char *s, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < ID_HALF; i++) {
		const char	*hex = "0123456789abcdef";
		const char	*at = s[i] != '\0' ? strchr(hex, s[i]) : NULL;

		if (at == NULL)
			return false;
		*out = *out << 4 | (uint64_t)(at - hex);
	}
	return true;
}

static bool
parse_seq(const char *s, size_t len, uint64_t *out)
{
	*out = 0;
	if (len == 0 || len > SEQ_DIGITS || (s[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++) {
		uint64_t	digit = (uint64_t)(s[i] - '0');

		if (s[i] < '0' || s[i] > '9' ||
		    *out > (UINT64_MAX - digit) / 10)
			return false;
		*out = *out * 10 + digit;
	}
	return true;
}

bool
sse_id_parse(const char *s, size_t len, struct sse_id *out)
{
	return len > ID_HALF + 1 && s[ID_HALF] == '-' &&
	    parse_epoch(s, &out->epoch) &&
	    parse_seq(s + ID_HALF + 1, len - ID_HALF - 1, &out->seq);
}

const char *
sse_id_format(struct sse_id id, char buf[SSE_ID_TEXT])
{
	snprintf(buf, SSE_ID_TEXT, "%016" PRIx64 "-%" PRIu64, id.epoch, id.seq);
	return buf;
}

static void
put_id(struct buf *out, struct sse_id id)
{
	char	text[SSE_ID_TEXT];

	buf_puts(out, "id: ");
	buf_puts(out, sse_id_format(id, text));
	buf_putc(out, '\n');
}

/* Length of the first line of p, and in *skip that of what ends it. */
static size_t
line_length(const char *p, size_t len, size_t *skip)
{
	size_t	n = 0;

	while (n < len && p[n] != '\n' && p[n] != '\r')
		n++;
	*skip = n == len ? 0 :
	    p[n] == '\r' && n + 1 < len && p[n + 1] == '\n' ? 2 : 1;
	return n;
}

void
sse_event(struct buf *out, struct sse_id id, const char *name,
    const char *data, size_t len)
{
	size_t	n, skip;

	put_id(out, id);
	buf_puts(out, "event: ");
	buf_puts(out, name);
	buf_putc(out, '\n');
	do {
		n = line_length(data, len, &skip);
		buf_puts(out, "data: ");
		buf_add(out, data, n);
		buf_putc(out, '\n');
		data += n + skip;
		len -= n + skip;
	} while (skip > 0);
	buf_putc(out, '\n');
}

void
sse_position(struct buf *out, struct sse_id id)
{
	put_id(out, id);
	buf_putc(out, '\n');
}

void
sse_retry(struct buf *out, int64_t ms)
{
	buf_printf(out, "retry: %" PRId64 "\n", ms);
}

void
sse_comment(struct buf *out, const char *text)
{
	buf_puts(out, ": ");
	buf_puts(out, text);
	buf_puts(out, "\n\n");
}
