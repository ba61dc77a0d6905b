/* Datagrams of live events: what is read, written again, is the same bytes,
 * and no event reaches beyond its datagram. */
#include "domain/live.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A nil address may be spelled out, so the copy may be the shorter one; once
 * copied it stays as it is. */
static void
copy(const void *data, size_t len, struct buf *out)
{
	struct live_event	ev;
	size_t			off = 0;

	while (live_next(data, len, &off, &ev) == LIVE_EVENT) {
		if (off > len || ev.data + ev.len != (const char *)data + off)
			abort();
		live_put(out, &ev);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf		first = BUF_INIT(len), second = BUF_INIT(len);
	struct live_room	room;

	copy(data, len, &first);
	if (buf_failed(&first))
		abort();
	copy(buf_str(&first), first.len, &second);
	if (first.len != second.len ||
	    memcmp(buf_str(&first), buf_str(&second), first.len) != 0)
		abort();
	buf_release(&first);
	buf_release(&second);
	live_room_parse((const char *)data, len, &room);
	return 0;
}
