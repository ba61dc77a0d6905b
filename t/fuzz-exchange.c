/* Messages between streamers: whatever comes, what is heard is well-formed,
 * and can be told on. */
#include "domain/exchange.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
hear(void *ctx, const struct live_event *ev)
{
	struct buf	b = BUF_INIT(LIVE_DATAGRAM);

	if (ev->kind >= LIVE_KIND__MAX || ev->len > LIVE_DATA ||
	    (uuid_is_nil(&ev->org) && ev->kind != LIVE_RESET))
		abort();
	live_put(&b, ev);
	if (buf_failed(&b))
		abort();
	buf_release(&b);
	exchange_add(ctx, ev);
}

/* Lines, each a message. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct exchange	*x = exchange_new(1);
	struct buf	 out = BUF_INIT(EXCHANGE_MESSAGES *
			    (EXCHANGE_TEXT + 1) + 2);
	char		*text = strndup((const char *)data, len), *line, *rest;

	exchange_up(x, 0);
	for (rest = text; (line = strsep(&rest, "\n")) != NULL; )
		exchange_receive(x, line, 0, hear, x);
	if (!exchange_take(x, 0, &out) || buf_failed(&out))
		abort();
	buf_release(&out);
	exchange_free(x);
	free(text);
	return 0;
}
