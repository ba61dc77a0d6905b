/* Live events: how they travel, and who hears them. */
#include "domain/live.h"
#include <criterion/criterion.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

#define A	"aaaaaaaa-0000-7000-8000-000000000001"
#define B	"bbbbbbbb-0000-7000-8000-000000000002"
#define S	"cccccccc-0000-7000-8000-000000000003"
#define U	"dddddddd-0000-7000-8000-000000000004"
#define P	"eeeeeeee-0000-7000-8000-000000000005"

static struct uuid
id(const char *s)
{
	struct uuid	u = { { 0 } };

	if (s != NULL)
		cr_assert(uuid_parse(s, strlen(s), &u), "%s", s);
	return u;
}

static struct live_event
event(enum live_kind kind, const char *org, const char *site,
    const char *unit, const char *user, const char *data)
{
	return (struct live_event){ kind, id(org), id(site), id(unit),
	    id(user), data, strlen(data) };
}

Test(live, brings_every_event_of_a_datagram_back)
{
	const struct live_event c[] = {
		event(LIVE_SENSOR_READING, A, S, U, NULL, "{\"t\":4.5}"),
		event(LIVE_UNIT_STATE, A, NULL, U, NULL, ""),
		event(LIVE_ALERT_TRIGGERED, B, S, NULL, NULL, "{}"),
		event(LIVE_ALERT_UPDATED, B, NULL, NULL, NULL, "[]"),
		event(LIVE_NOTIFICATION, B, S, U, P, "\"\xc3\xa4\""),
		event(LIVE_RESET, NULL, NULL, NULL, NULL, "{}"),
	};
	struct buf		b = BUF_INIT(LIVE_DATAGRAM);
	struct live_event	got;
	size_t			off = 0;

	for (size_t i = 0; i < COUNT(c); i++)
		live_put(&b, &c[i]);
	cr_assert_not(buf_failed(&b));
	for (size_t i = 0; i < COUNT(c); i++) {
		cr_assert_eq(live_next(b.data, b.len, &off, &got), LIVE_EVENT,
		    "event %zu", i);
		cr_expect_eq(got.kind, c[i].kind);
		cr_expect(uuid_eq(&got.org, &c[i].org));
		cr_expect(uuid_eq(&got.site, &c[i].site));
		cr_expect(uuid_eq(&got.unit, &c[i].unit));
		cr_expect(uuid_eq(&got.user, &c[i].user));
		cr_expect_eq(got.len, c[i].len);
		cr_expect_arr_eq(got.data, c[i].data, c[i].len);
	}
	cr_expect_eq(live_next(b.data, b.len, &off, &got), LIVE_END);
	buf_release(&b);
}

Test(live, puts_an_event_whole_or_not_at_all)
{
	char			text[LIVE_DATA + 1];
	struct live_event	small = event(LIVE_UNIT_STATE, A, S, U, NULL,
				    "{}");
	struct live_event	big = small;
	struct buf		b = BUF_INIT(LIVE_DATAGRAM);
	size_t			before;

	memset(text, 'x', sizeof(text));
	big.data = text;
	big.len = LIVE_DATA;
	live_put(&b, &big);
	cr_expect_not(buf_failed(&b), "the longest fits alone");
	before = b.len;
	live_put(&b, &small);
	cr_expect(buf_failed(&b));
	cr_expect_eq(b.len, before);
	buf_clear(&b);
	big.len = LIVE_DATA + 1;
	live_put(&b, &big);
	cr_expect(buf_failed(&b), "one byte too long");
	cr_expect_eq(b.len, 0);
	buf_release(&b);
}

Test(live, refuses_a_datagram_that_is_not_ours)
{
	struct live_event	ev = event(LIVE_NOTIFICATION, A, S, U, P, "{}");
	struct live_event	got;
	struct buf		b = BUF_INIT(LIVE_DATAGRAM);
	static const struct {
		const char	*name;
		size_t		 at;
		char		 byte;
	} c[] = {
		{ "another version", 0, 2 },
		{ "unknown kind", 1, LIVE_KIND__MAX },
		{ "unknown address", 2, 8 },
		{ "longer than it is", 4, 3 },
		{ "much longer", 3, 127 },
		{ "a line feed in the data", 69, '\n' },
		{ "a NUL in the data", 70, '\0' },
	};

	live_put(&b, &ev);
	cr_assert_eq(b.len, 71);
	for (size_t i = 0; i < COUNT(c); i++) {
		char	was = b.data[c[i].at];
		size_t	off = 0;

		b.data[c[i].at] = c[i].byte;
		cr_expect_eq(live_next(b.data, b.len, &off, &got),
		    LIVE_GARBLED, "%s", c[i].name);
		b.data[c[i].at] = was;
	}
	for (size_t len = 0; len < b.len; len++) {
		size_t	off = 0;

		if (len != 1)
			cr_expect_eq(live_next(b.data, len, &off, &got),
			    LIVE_GARBLED, "cut to %zu", len);
	}
	buf_clear(&b);
	ev.org = (struct uuid){ { 0 } };
	live_put(&b, &ev);
	cr_expect_eq(live_next(b.data, b.len, &(size_t){ 0 }, &got),
	    LIVE_GARBLED, "only a reset is everybody's");
	buf_release(&b);
}

Test(live, reads_the_four_kinds_of_rooms)
{
	static const struct {
		const char	*text;
		int		 kind;
		const char	*org, *id;
	} c[] = {
		{ "org:" A, LIVE_ROOM_ORG, A, NULL },
		{ "org:" A ":site:" S, LIVE_ROOM_SITE, A, S },
		{ "org:" A ":unit:" U, LIVE_ROOM_UNIT, A, U },
		{ "user:" P, LIVE_ROOM_USER, NULL, P },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct uuid		org = id(c[i].org), what = id(c[i].id);
		struct live_room	r;

		cr_assert(live_room_parse(c[i].text, strlen(c[i].text), &r),
		    "%s", c[i].text);
		cr_expect_eq((int)r.kind, c[i].kind, "%s", c[i].text);
		cr_expect(uuid_eq(&r.org, &org), "%s", c[i].text);
		cr_expect(uuid_eq(&r.id, &what), "%s", c[i].text);
	}
}

Test(live, refuses_every_other_room)
{
	static const char *const c[] = {
		"", "org", "org:", "org:" A ":", "org:" A " ", " org:" A,
		"org:" A ":site:", "org:" A ":site:x", "org:" A ":area:" S,
		"org:" A ":site:" S ":unit:" U, "user:", "user:" P ":",
		"org:00000000-0000-0000-0000-000000000000",
		"user:00000000-0000-0000-0000-000000000000", "Org:" A, A,
	};
	struct live_room	r;

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_not(live_room_parse(c[i], strlen(c[i]), &r), "%s",
		    c[i]);
}

Test(live, is_heard_in_its_rooms_only)
{
	const struct live_event unit = event(LIVE_UNIT_STATE, A, S, U, NULL,
	    "");
	const struct live_event org = event(LIVE_ALERT_UPDATED, A, NULL, NULL,
	    NULL, "");
	const struct live_event user = event(LIVE_NOTIFICATION, A, S, U, P, "");
	static const struct {
		const char	*room;
		bool		 unit, org, user;
	} c[] = {
		{ "org:" A, true, true, false },
		{ "org:" B, false, false, false },
		{ "org:" A ":site:" S, true, false, false },
		{ "org:" A ":site:" B, false, false, false },
		{ "org:" B ":site:" S, false, false, false },
		{ "org:" A ":unit:" U, true, false, false },
		{ "org:" A ":unit:" S, false, false, false },
		{ "org:" B ":unit:" U, false, false, false },
		{ "user:" P, false, false, true },
		{ "user:" U, false, false, false },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct live_room	r;

		cr_assert(live_room_parse(c[i].room, strlen(c[i].room), &r));
		cr_expect_eq(live_room_hears(&r, &unit), c[i].unit, "%s: unit",
		    c[i].room);
		cr_expect_eq(live_room_hears(&r, &org), c[i].org, "%s: org",
		    c[i].room);
		cr_expect_eq(live_room_hears(&r, &user), c[i].user, "%s: user",
		    c[i].room);
	}
}
