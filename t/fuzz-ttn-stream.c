/* A stored stream means the same however it is cut into pieces, and a part of
 * its lines never more than the whole. */
#include "base/json.h"
#include "outside/ttn_stream.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool
write_message(struct json_object *message, void *arg)
{
	buf_puts(arg, json_object_to_json_string(message));
	buf_putc(arg, '\n');
	return json_obj(message, "enough") == NULL;
}

static enum ttn_stream_rc
read_stream(struct buf *out, const char *p, size_t len, size_t piece)
{
	struct ttn_stream	s;
	enum ttn_stream_rc	rc;

	ttn_stream_init(&s, write_message, out);
	for (size_t n; len > 0; p += n, len -= n) {
		n = len < piece ? len : piece;
		if (!ttn_stream_add(&s, p, n))
			break;
	}
	rc = ttn_stream_end(&s);
	buf_putc(out, '!');
	buf_puts(out, s.error.name);
	ttn_stream_release(&s);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char		*p = (const char *)data;
	struct buf		 whole = BUF_INIT(1 << 22), cut = whole,
				 half = whole;
	size_t			 lines = len / 2;
	enum ttn_stream_rc	 rc = read_stream(&whole, p, len, len);

	if (rc != read_stream(&cut, p, len, 1 + len % 7) ||
	    strcmp(buf_str(&whole), buf_str(&cut)) != 0)
		abort();
	while (lines > 0 && p[lines - 1] != '\n')
		lines--;
	(void)read_stream(&half, p, lines, len);
	if (strncmp(buf_str(&half), buf_str(&whole),
	    strcspn(buf_str(&half), "!")) != 0)
		abort();
	buf_release(&whole);
	buf_release(&cut);
	buf_release(&half);
	return 0;
}
