/* The FastCGI reader: the same events whatever the pieces, within limits. */
#include "web/fcgi_record.h"
#include <stdlib.h>
#include <string.h>

#define PARAMS_MAX	512

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Bodies as one, whatever pieces they came in. */
static void
tell(struct buf *out, const struct fcgi_event *ev, bool *in_body)
{
	if (ev->kind == FCGI_MORE)
		return;
	if (ev->kind != FCGI_BODY || !*in_body)
		buf_printf(out, "<%d:%d:%d:%d>", ev->kind, ev->id, ev->status,
		    ev->type);
	*in_body = ev->kind == FCGI_BODY;
	buf_add(out, ev->p, ev->len);
}

static void
run(const uint8_t *data, size_t len, unsigned salt, struct buf *out)
{
	struct fcgi_reader	r;
	struct fcgi_event	ev = { .kind = FCGI_MORE };
	bool			in_body = false;

	fcgi_reader_init(&r, PARAMS_MAX);
	for (size_t at = 0, n, used; at < len && ev.kind != FCGI_BROKEN; ) {
		n = salt == 0 ? len : 1 + (salt * at + at / 3) % 9;
		n = n > len - at ? len - at : n;
		used = fcgi_read(&r, data + at, n, &ev);
		if (used > n || (ev.kind == FCGI_MORE && used != n) ||
		    r.params.len > PARAMS_MAX)
			abort();
		at += used;
		tell(out, &ev, &in_body);
		fcgi_param(&r, "REQUEST_METHOD");
		if (ev.kind == FCGI_ABORT || ev.kind == FCGI_BODY_END)
			fcgi_reader_done(&r);
	}
	fcgi_reader_release(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf	whole = BUF_INIT(1 << 22), pieces = BUF_INIT(1 << 22);

	run(data, len, 0, &whole);
	run(data, len, 1 + len % 7, &pieces);
	if (whole.len != pieces.len ||
	    memcmp(buf_str(&whole), buf_str(&pieces), whole.len) != 0)
		abort();
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
