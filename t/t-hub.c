/* Rooms and fan-out: who gets an event, and what a reader that was away gets
 * when it is back. */
#include "domain/hub.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define A	"aaaaaaaa-0000-7000-8000-000000000001"
#define B	"bbbbbbbb-0000-7000-8000-000000000002"
#define S	"cccccccc-0000-7000-8000-000000000003"
#define U	"dddddddd-0000-7000-8000-000000000004"
#define V	"eeeeeeee-0000-7000-8000-000000000005"

#define KEEP_MS	1000

struct reader {
	struct hub_reader	r;	/* first: deliver() is given it */
	struct buf		got;	/* sequence numbers */
};

static int	rendered;

static struct blob *
render(void *ctx, const struct live_event *ev, uint64_t seq)
{
	struct blob	*b = blob_new(32);

	(void)ctx;
	rendered++;
	snprintf((char *)b->data, b->len, "%s%d ",
	    ev->kind == LIVE_RESET ? "reset" : "", (int)seq);
	return b;
}

static void
deliver(void *ctx, struct hub_reader *r, struct blob *b)
{
	(void)ctx;
	buf_puts(&((struct reader *)r)->got, (const char *)b->data);
}

static const struct hub_ops	ops = { render, deliver };

static struct hub *
make(size_t ring, size_t ring_bytes)
{
	rendered = 0;
	return hub_new(&(struct hub_limits){ ring, ring_bytes, KEEP_MS }, &ops,
	    NULL);
}

static struct uuid
id(const char *s)
{
	struct uuid	u = { { 0 } };

	cr_assert(s == NULL || uuid_parse(s, strlen(s), &u), "%s", s);
	return u;
}

static void
publish(struct hub *h, const char *org, const char *site, const char *unit)
{
	struct live_event	ev = { LIVE_UNIT_STATE, id(org), id(site),
				    id(unit), id(NULL), "{}", 2 };

	hub_publish(h, &ev);
}

static void
reset(struct hub *h, const char *org)
{
	struct live_event	ev = { .kind = LIVE_RESET, .org = id(org) };

	hub_publish(h, &ev);
}

/* Joins with up to three rooms. */
static void
join(struct hub *h, struct reader *r, const char *org, const char *a,
    const char *b, const char *c)
{
	const char		*text[] = { a, b, c };
	struct live_room	 rooms[3];
	struct uuid		 o = id(org);
	size_t			 n = 0;

	for (; n < 3 && text[n] != NULL; n++)
		cr_assert(live_room_parse(text[n], strlen(text[n]), &rooms[n]));
	r->r = (struct hub_reader){ .org = NULL };
	buf_init(&r->got, 4096);
	hub_join(h, &r->r, &o, rooms, n);
}

static void
leave(struct reader *r)
{
	hub_leave(&r->r);
	buf_release(&r->got);
}

static void
expect(struct reader *r, const char *want)
{
	cr_expect_str_eq(buf_str(&r->got), want, "got %s, want %s",
	    buf_str(&r->got), want);
	buf_clear(&r->got);
}

Test(hub, delivers_once_however_many_rooms_match)
{
	struct hub	*h = make(8, 999);
	struct reader	 r;

	join(h, &r, A, "org:" A, "org:" A ":site:" S, "org:" A ":unit:" U);
	publish(h, A, S, U);
	publish(h, A, NULL, NULL);
	expect(&r, "1 2 ");
	leave(&r);
	hub_free(h);
}

Test(hub, never_delivers_to_another_organization)
{
	struct hub	*h = make(8, 999);
	struct reader	 a, b;

	join(h, &a, A, "org:" A, NULL, NULL);
	join(h, &b, B, "org:" B, "org:" B ":unit:" U, NULL);
	publish(h, A, S, U);
	expect(&a, "1 ");
	expect(&b, "");
	cr_expect(hub_resume(h, &b.r, 0));
	expect(&b, "");
	leave(&a);
	leave(&b);
	hub_free(h);
}

Test(hub, renders_once_for_all_and_not_at_all_for_nobody)
{
	struct hub	*h = make(8, 999);
	struct reader	 r[3];

	for (int i = 0; i < 3; i++)
		join(h, &r[i], A, "org:" A, NULL, NULL);
	publish(h, A, S, U);
	publish(h, B, S, U);
	cr_expect_eq(rendered, 1);
	for (int i = 0; i < 3; i++) {
		expect(&r[i], "1 ");
		leave(&r[i]);
	}
	hub_free(h);
}

Test(hub, replays_what_was_missed_in_the_rooms_asked_for)
{
	struct hub	*h = make(8, 999);
	struct reader	 r;

	join(h, &r, A, "org:" A, NULL, NULL);
	publish(h, A, S, U);
	leave(&r);
	publish(h, A, S, V);
	publish(h, B, S, U);
	publish(h, A, S, U);
	join(h, &r, A, "org:" A ":unit:" U, NULL, NULL);
	cr_expect(hub_resume(h, &r.r, 1));
	expect(&r, "4 ");
	cr_expect(hub_resume(h, &r.r, 4));
	expect(&r, "");
	leave(&r);
	hub_free(h);
}

Test(hub, refuses_to_resume_where_something_is_missing)
{
	struct hub	*h = make(2, 999);
	struct reader	 r;

	join(h, &r, A, "org:" A, NULL, NULL);
	for (int i = 0; i < 4; i++)
		publish(h, A, S, U);
	buf_clear(&r.got);
	cr_expect_not(hub_resume(h, &r.r, 0));
	cr_expect_not(hub_resume(h, &r.r, 1));
	cr_expect_not(hub_resume(h, &r.r, 5), "an event that never was");
	cr_expect_not(hub_resume(h, &r.r, UINT64_MAX));
	expect(&r, "");
	cr_expect(hub_resume(h, &r.r, 2));
	expect(&r, "3 4 ");
	leave(&r);
	hub_free(h);
}

Test(hub, keeps_no_more_bytes_than_the_limit)
{
	struct hub	*h = make(8, 70);	/* two of 32 bytes */
	struct reader	 r;

	join(h, &r, A, "org:" A, NULL, NULL);
	for (int i = 0; i < 4; i++)
		publish(h, A, S, U);
	buf_clear(&r.got);
	cr_expect_not(hub_resume(h, &r.r, 1));
	cr_expect(hub_resume(h, &r.r, 2));
	expect(&r, "3 4 ");
	leave(&r);
	hub_free(h);
}

Test(hub, keeps_nothing_where_nothing_fits)
{
	static const struct { size_t ring, bytes; } c[] = {
		{ 0, 999 }, { 8, 31 }, { 8, 0 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct hub	*h = make(c[i].ring, c[i].bytes);
		struct reader	 r;

		join(h, &r, A, "org:" A, NULL, NULL);
		publish(h, A, S, U);
		expect(&r, "1 ");
		cr_expect_not(hub_resume(h, &r.r, 0), "case %zu", i);
		cr_expect(hub_resume(h, &r.r, 1), "case %zu", i);
		leave(&r);
		hub_free(h);
	}
}

Test(hub, goes_round_its_ring_for_ever)
{
	struct hub	*h = make(20, 9999);
	struct reader	 r;

	join(h, &r, A, "org:" A, NULL, NULL);
	for (int i = 0; i < 1000; i++) {
		publish(h, A, S, U);
		buf_clear(&r.got);
		if (i < 3)
			continue;
		cr_assert(hub_resume(h, &r.r, hub_seq(h) - 2));
		cr_assert_eq(strtol(buf_str(&r.got), NULL, 10), i);
	}
	leave(&r);
	hub_free(h);
}

Test(hub, forgets_an_organization_only_when_nobody_came_back_in_time)
{
	struct hub	*h = make(8, 999);
	struct reader	 r;

	join(h, &r, A, "org:" A, NULL, NULL);
	publish(h, A, S, U);
	hub_sweep(h, 10);
	hub_sweep(h, 10 + 9 * KEEP_MS);
	leave(&r);
	hub_sweep(h, 10 + 10 * KEEP_MS);
	publish(h, A, S, U);
	hub_sweep(h, 9 + 11 * KEEP_MS);
	join(h, &r, A, "org:" A, NULL, NULL);
	cr_expect(hub_resume(h, &r.r, 1));
	expect(&r, "2 ");
	leave(&r);
	hub_sweep(h, 10 + 20 * KEEP_MS);
	hub_sweep(h, 10 + 21 * KEEP_MS);
	publish(h, A, S, U);
	join(h, &r, A, "org:" A, NULL, NULL);
	cr_expect_not(hub_resume(h, &r.r, 2), "the third was not kept");
	cr_expect(hub_resume(h, &r.r, 3));
	leave(&r);
	hub_free(h);
}

Test(hub, resets_one_organization_in_all_its_rooms)
{
	struct hub	*h = make(8, 999);
	struct reader	 a, u, b;

	join(h, &a, A, "org:" A, NULL, NULL);
	join(h, &u, A, "user:" U, NULL, NULL);
	join(h, &b, B, "org:" B, NULL, NULL);
	publish(h, A, S, U);
	reset(h, A);
	expect(&a, "1 reset2 ");
	expect(&u, "reset2 ");
	expect(&b, "");
	cr_expect_not(hub_resume(h, &a.r, 1));
	cr_expect(hub_resume(h, &a.r, 2));
	cr_expect(hub_resume(h, &b.r, 1));
	leave(&a);
	leave(&u);
	leave(&b);
	hub_free(h);
}

Test(hub, resets_everybody_also_those_who_are_away)
{
	struct hub	*h = make(8, 999);
	struct reader	 a, b;

	join(h, &a, A, "org:" A, NULL, NULL);
	reset(h, NULL);
	expect(&a, "reset1 ");
	join(h, &b, B, "org:" B, NULL, NULL);
	cr_expect_not(hub_resume(h, &b.r, 0));
	cr_expect(hub_resume(h, &b.r, 1));
	leave(&a);
	leave(&b);
	hub_free(h);
}

Test(hub, may_be_left_twice_and_without_joining)
{
	struct reader	r = { .r = { .org = NULL } };
	struct hub	*h = make(8, 999);

	hub_leave(&r.r);
	join(h, &r, A, "org:" A, NULL, NULL);
	hub_leave(&r.r);
	leave(&r);
	publish(h, A, S, U);
	hub_free(h);
	hub_free(NULL);
}
