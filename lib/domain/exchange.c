#include "domain/exchange.h"
#include "base/mem.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A message: "1:", 16 hex digits of origin, ":", number, ":", "h" for a
 * greeting that wants an answer or "b", ":", base64 of a datagram or nothing.
 * Without blanks, quotes, commas and braces it needs no quoting in an array.
 */
#define FORMAT		"1:%016" PRIx64 ":%" PRIu64 ":%c:"
#define HEAD_MAX	48
#define RAW_MAX		((EXCHANGE_TEXT - HEAD_MAX) / 4 * 3)
#define BASE64		sodium_base64_VARIANT_ORIGINAL
#define PEERS		16	/* more streamers than anybody has */

struct peer {
	uint64_t	origin;
	uint64_t	seq;		/* of its last message */
	int64_t		seen_ms;
};

struct exchange {
	uint64_t	origin;
	uint64_t	seq;		/* of our last message */
	bool		up;
	bool		greet;		/* the next message is a greeting */
	bool		sign;		/* one is due without an event too */
	bool		dropped;	/* events were, since the last message */
	int64_t		sent_ms;
	struct buf	out[EXCHANGE_MESSAGES];	/* datagrams */
	size_t		nout;
	struct peer	peers[PEERS];
	size_t		npeers;
};

struct exchange *
exchange_new(uint64_t origin)
{
	struct exchange	*x = mem_alloc(sizeof(*x));

	x->origin = origin;
	x->sent_ms = INT64_MIN / 2;
	for (size_t i = 0; i < EXCHANGE_MESSAGES; i++)
		buf_init(&x->out[i], RAW_MAX);
	return x;
}

void
exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < EXCHANGE_MESSAGES; i++)
		buf_release(&x->out[i]);
	free(x);
}

void
exchange_up(struct exchange *x, int64_t now_ms)
{
	x->up = true;
	x->greet = true;
	for (size_t i = 0; i < x->npeers; i++)
		x->peers[i].seen_ms = now_ms;	/* it was us who were away */
}

void
exchange_down(struct exchange *x)
{
	x->up = false;
}

/* Puts into a new datagram what did not fit the last. */
void
exchange_add(struct exchange *x, const struct live_event *ev)
{
	struct buf	*b = x->nout > 0 ? &x->out[x->nout - 1] : NULL;

	if (x->npeers == 0) {
		x->dropped = true;
		return;
	}
	if (b != NULL) {
		live_put(b, ev);
		if (!buf_failed(b))
			return;
		b->failed = false;
	}
	if (x->nout == EXCHANGE_MESSAGES) {
		x->dropped = true;
		return;
	}
	live_put(&x->out[x->nout++], ev);
}

int64_t
exchange_wait_ms(const struct exchange *x, int64_t now_ms)
{
	int64_t	at_ms;

	if (!x->up)
		return -1;
	if (x->greet || x->sign || x->nout > 0)
		at_ms = x->sent_ms + EXCHANGE_PERIOD_MS;
	else if (x->npeers > 0)
		at_ms = x->sent_ms + EXCHANGE_SIGN_MS;
	else
		return -1;
	return at_ms > now_ms ? at_ms - now_ms : 0;
}

static void
put_message(struct exchange *x, const struct buf *datagram, struct buf *out)
{
	char	head[HEAD_MAX + 1], body[EXCHANGE_TEXT];

	snprintf(head, sizeof(head), FORMAT, x->origin, ++x->seq,
	    x->greet ? 'h' : 'b');
	sodium_bin2base64(body, sizeof(body),
	    (const unsigned char *)buf_str(datagram), datagram->len, BASE64);
	buf_puts(out, head);
	buf_puts(out, body);
	x->greet = false;
}

static void
forget_gone(struct exchange *x, int64_t now_ms)
{
	size_t	kept = 0;

	for (size_t i = 0; i < x->npeers; i++)
		if (now_ms - x->peers[i].seen_ms <= EXCHANGE_GONE_MS)
			x->peers[kept++] = x->peers[i];
	x->npeers = kept;
}

bool
exchange_take(struct exchange *x, int64_t now_ms, struct buf *out)
{
	size_t	n = x->nout > 0 ? x->nout : 1;

	if (exchange_wait_ms(x, now_ms) != 0)
		return false;
	/* A number left out tells the others what they missed. */
	if (x->dropped)
		x->seq++;
	buf_putc(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		put_message(x, &x->out[i], out);
		buf_clear(&x->out[i]);
	}
	buf_putc(out, '}');
	x->nout = 0;
	x->dropped = false;
	x->sign = false;
	x->sent_ms = now_ms;
	forget_gone(x, now_ms);
	return true;
}

struct message {
	uint64_t	origin;
	uint64_t	seq;
	bool		greeting;
	unsigned char	raw[RAW_MAX];
	size_t		len;
};

static bool
parse(const char *text, struct message *m)
{
	size_t	len = strlen(text);
	char	kind;
	int	n = -1;

	if (len > EXCHANGE_TEXT || strspn(text, "0123456789abcdef:") < 20 ||
	    sscanf(text, "1:%16" SCNx64 ":%20" SCNu64 ":%c:%n", &m->origin,
	    &m->seq, &kind, &n) != 3 || n < 0)
		return false;
	m->greeting = kind == 'h';
	return (kind == 'h' || kind == 'b') &&
	    sodium_base642bin(m->raw, sizeof(m->raw), text + n,
	    len - (size_t)n, NULL, &m->len, NULL, BASE64) == 0;
}

/* Whether everything the sender said until now has been heard. */
static bool
follows(struct exchange *x, const struct message *m, int64_t now_ms)
{
	uint64_t	before = 0;
	size_t		i = 0;

	while (i < x->npeers && x->peers[i].origin != m->origin)
		i++;
	if (i < x->npeers)
		before = x->peers[i].seq;
	else if (x->npeers < PEERS)
		x->npeers++;
	else
		i = 0;			/* crowded: somebody has to go */
	x->sign |= x->dropped;		/* it was there, and was not told */
	x->peers[i] = (struct peer){ m->origin, m->seq, now_ms };
	return m->seq == before + 1;
}

bool
exchange_receive(struct exchange *x, const char *text, int64_t now_ms,
    live_hear *hear, void *ctx)
{
	static struct message	m;
	struct live_event	ev = { .kind = LIVE_RESET, .data = "{}",
				    .len = 2 };
	enum live_got		got = LIVE_END;
	size_t			off = 0;

	if (!parse(text, &m))
		return false;
	if (m.origin == x->origin)
		return true;
	if (!follows(x, &m, now_ms))
		hear(ctx, &ev);
	x->sign |= m.greeting;
	while (m.len > 0 &&
	    (got = live_next(m.raw, m.len, &off, &ev)) == LIVE_EVENT)
		hear(ctx, &ev);
	return got == LIVE_END;
}
