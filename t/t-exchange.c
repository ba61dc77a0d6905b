/* Streamers telling each other: nothing twice, nothing lost unnoticed. */
#include "domain/exchange.h"
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HERE	0xaaaa000000000001
#define THERE	0xbbbb000000000002

/* What a streamer has heard, as text: the organizations' first bytes. */
static void
hear(void *ctx, const struct live_event *ev)
{
	buf_printf(ctx, "%s%d ", ev->kind == LIVE_RESET ? "reset" : "",
	    ev->org.b[0]);
}

static struct live_event
event(unsigned char org, const char *data, size_t len)
{
	return (struct live_event){ .kind = LIVE_UNIT_STATE,
	    .org = { { org } }, .data = data, .len = len };
}

static void
add(struct exchange *x, unsigned char org)
{
	struct live_event	ev = event(org, "{}", 2);

	exchange_add(x, &ev);
}

/* Takes what is due from one and gives it to the other, message by message.
 * Returns what that heard, static; how many messages is in *n. */
static const char *
carry(struct exchange *from, struct exchange *to, int64_t now, int *n)
{
	static struct buf	heard = BUF_INIT(65536);
	struct buf		batch = BUF_INIT(1 << 20);
	char			*p, *save;

	*n = 0;
	buf_clear(&heard);
	if (!exchange_take(from, now, &batch))
		return "none due";
	cr_assert_not(buf_failed(&batch));
	cr_assert_eq(batch.data[0], '{');
	cr_assert_eq(batch.data[batch.len - 1], '}');
	batch.data[batch.len - 1] = '\0';
	for (p = strtok_r(batch.data + 1, ",", &save); p != NULL;
	    p = strtok_r(NULL, ",", &save)) {
		cr_expect_leq(strlen(p), EXCHANGE_TEXT);
		cr_expect(exchange_receive(to, p, now, hear, &heard), "%s", p);
		(*n)++;
	}
	buf_release(&batch);
	return buf_str(&heard);
}

static struct exchange	*here, *there;
static int		 n;

/* Two that have greeted each other, at time 0 to 99. */
static void
begin(void)
{
	here = exchange_new(HERE);
	there = exchange_new(THERE);
	exchange_up(here, 0);
	exchange_up(there, 0);
	cr_expect_str_eq(carry(here, there, 0, &n), "");
	cr_expect_str_eq(carry(there, here, 0, &n), "");
	cr_expect_str_eq(carry(here, there, 50, &n), "", "the answer");
	cr_expect_eq(n, 1);
}

static void
end(void)
{
	exchange_free(here);
	exchange_free(there);
}

TestSuite(exchange, .init = begin, .fini = end);

Test(exchange, brings_events_over_in_order)
{
	add(here, 1);
	add(here, 2);
	cr_expect_str_eq(carry(here, there, 100, &n), "1 2 ");
	cr_expect_eq(n, 1, "both in one message");
	cr_expect_str_eq(carry(here, there, 150, &n), "none due");
}

Test(exchange, sends_no_more_than_one_batch_each_period)
{
	add(here, 1);
	cr_expect_eq(exchange_wait_ms(here, 99), 1);
	cr_expect_str_eq(carry(here, there, 99, &n), "none due");
	cr_expect_eq(exchange_wait_ms(here, 100), 0);
	cr_expect_str_eq(carry(here, there, 100, &n), "1 ");
	add(here, 2);
	add(here, 3);
	cr_expect_eq(exchange_wait_ms(here, 120), 30);
	cr_expect_str_eq(carry(here, there, 149, &n), "none due");
	cr_expect_str_eq(carry(here, there, 150, &n), "2 3 ");
}

Test(exchange, cuts_a_batch_into_messages_that_fit)
{
	static char	data[LIVE_DATA];
	char		want[64] = "";

	memset(data, 'x', sizeof(data));
	for (unsigned char i = 1; i <= EXCHANGE_MESSAGES; i++) {
		struct live_event	ev = event(i, data, sizeof(data));

		exchange_add(here, &ev);
		snprintf(want + strlen(want), 5, "%d ", i);
	}
	cr_expect_str_eq(carry(here, there, 100, &n), want);
	cr_expect_eq(n, EXCHANGE_MESSAGES);
}

Test(exchange, tells_to_reload_when_more_happened_than_a_batch_holds)
{
	static char	data[LIVE_DATA];

	memset(data, 'x', sizeof(data));
	for (unsigned char i = 1; i <= EXCHANGE_MESSAGES + 3; i++) {
		struct live_event	ev = event(i, data, sizeof(data));

		exchange_add(here, &ev);
	}
	cr_expect(strncmp(carry(here, there, 100, &n), "reset0 1 2 ", 11) == 0);
	add(here, 7);
	cr_expect_str_eq(carry(here, there, 150, &n), "7 ", "but once");
}

Test(exchange, ignores_its_own_words)
{
	add(here, 1);
	cr_expect_str_eq(carry(here, here, 100, &n), "");
	cr_expect_eq(n, 1);
}

Test(exchange, tells_to_reload_when_a_message_was_lost)
{
	struct buf	lost = BUF_INIT(65536);

	add(here, 1);
	cr_assert(exchange_take(here, 100, &lost));
	buf_release(&lost);
	add(here, 2);
	cr_expect_str_eq(carry(here, there, 150, &n), "reset0 2 ");
	add(here, 3);
	cr_expect_str_eq(carry(here, there, 200, &n), "3 ");
}

Test(exchange, keeps_what_happens_while_the_link_is_away)
{
	exchange_down(here);
	add(here, 1);
	cr_expect_eq(exchange_wait_ms(here, 1000), -1);
	cr_expect_str_eq(carry(here, there, 1000, &n), "none due");
	exchange_up(here, 9999999);
	cr_expect_str_eq(carry(here, there, 9999999, &n), "1 ");
}

Test(exchange, says_nothing_when_alone)
{
	struct exchange	*x = exchange_new(1);

	cr_expect_eq(exchange_wait_ms(x, 0), -1, "not up");
	exchange_up(x, 0);
	cr_expect_str_eq(carry(x, here, 0, &n), "", "only a greeting");
	add(x, 1);
	cr_expect_eq(exchange_wait_ms(x, 50), -1);
	cr_expect_str_eq(carry(x, here, 9999999, &n), "none due");
	exchange_free(x);
}

Test(exchange, owns_up_to_what_it_did_not_tell_a_newcomer)
{
	struct exchange	*early = exchange_new(1), *late = exchange_new(2);

	exchange_up(early, 0);
	carry(early, late, 0, &n);
	add(early, 1);		/* late is there, but early has not heard */
	exchange_up(late, 10);
	cr_expect_str_eq(carry(late, early, 10, &n), "");
	cr_expect_str_eq(carry(early, late, 50, &n), "reset0 ");
	exchange_free(early);
	exchange_free(late);
}

Test(exchange, takes_a_first_word_that_is_no_beginning_for_a_gap)
{
	struct exchange	*x = exchange_new(1);

	exchange_up(x, 0);
	add(here, 1);
	cr_expect_str_eq(carry(here, x, 100, &n), "reset0 1 ");
	add(here, 2);
	cr_expect_str_eq(carry(here, x, 150, &n), "2 ");
	exchange_free(x);
}

Test(exchange, gives_a_sign_of_life_and_forgets_who_gives_none)
{
	int64_t	now = 50 + EXCHANGE_SIGN_MS;

	cr_expect_eq(exchange_wait_ms(here, 50), EXCHANGE_SIGN_MS);
	cr_expect_str_eq(carry(here, there, now, &n), "");
	cr_expect_eq(n, 1);
	for (; now < EXCHANGE_GONE_MS + EXCHANGE_SIGN_MS + 50;
	    now += EXCHANGE_SIGN_MS)
		carry(here, there, now, &n);
	cr_expect_eq(exchange_wait_ms(here, now), -1, "alone now");
	cr_expect_geq(exchange_wait_ms(there, now), 0, "still told");
}

Test(exchange, remembers_only_so_many)
{
	struct exchange	*crowd[20];

	for (unsigned i = 0; i < 20; i++) {
		crowd[i] = exchange_new(100 + i);
		exchange_up(crowd[i], 100);
		cr_expect_str_eq(carry(crowd[i], here, 100, &n), "");
	}
	add(here, 1);
	cr_expect_str_eq(carry(here, there, 100, &n), "1 ");
	for (unsigned i = 0; i < 20; i++)
		exchange_free(crowd[i]);
}

Test(exchange, refuses_what_is_no_message)
{
	static const char *const c[] = {
		"", "hello", "1:", "2:bbbb000000000002:3:b:",
		"1:bbbb000000000002:3:x:", "1:bbbb000000000002:3:b",
		"1:bbbb000000000002:x:b:", "1:bbbb000000000002:-3:b:",
		"1:bbbb000000000002: 3:b:", "1:bbbb000000000002:3:b:?",
		"1:bbbb000000000002:3:b:AQ", "1:bbbb000000000002:3:b:AgAA",
		"1:BBBB000000000002:3:b:", "1:bbbb000000000002:3:b:AQ==x",
	};
	struct buf	heard = BUF_INIT(64);

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_not(exchange_receive(here, c[i], 100, hear, &heard),
		    "%s", c[i]);
	buf_release(&heard);
}

Test(exchange, refuses_a_message_that_is_too_long)
{
	char		text[EXCHANGE_TEXT + 2];
	struct buf	heard = BUF_INIT(64);

	memset(text, 'A', sizeof(text));
	memcpy(text, "1:bbbb000000000002:3:b:", 23);
	text[sizeof(text) - 1] = '\0';
	cr_expect_not(exchange_receive(here, text, 100, hear, &heard));
	buf_release(&heard);
}
