/*
 * What a unit went through, whenever and in whatever order it becomes known.
 * REPLAY_SEED says which histories are drawn; a failure prints it.
 */
#include "engine-life.h"
#include "engine-sample.h"
#include "replay-case.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MIN(n)		(EPOCH + (n) * INT64_C(60000))
#define DAY_MIN		1440
#define READ(m, t)	{ MIN(m), REPLAY_READING, { { 1 } }, t, DOOR_UNKNOWN }
#define DOOR(m, d)	{ MIN(m), REPLAY_DOOR, { { 1 } }, 0, d }
#define LOG(m, t)	{ MIN(m), REPLAY_LOG, { { 0 } }, t, DOOR_UNKNOWN }

static struct replay_case	c;

static void
set_up(void)
{
	memset(&c, 0, sizeof(c));
	c.nrules = 1;
	c.rules[0].rules = engine_sample_rules();
	c.rules[0].rules.has_low = true;
	c.rules[0].rules.low = -100;
	c.rules[0].primary.b[0] = 1;
}

static void
tear_down(void)
{
	replay_case_release(&c);
}

TestSuite(replay, .init = set_up, .fini = tear_down);

Test(replay, tells_what_was_out_of_range_and_from_when_to_when)
{
	static const struct {
		const char		*name;
		struct replay_item	 v[8];
		const char		*want;
	} cases[] = {
		{ "nothing out of range", { READ(0, 400), READ(5, 500) }, "" },
		{ "a limit is in range", { READ(0, 500), READ(5, -100) }, "" },
		{ "a while of warmth", { READ(0, 400), READ(5, 700),
		    READ(10, 900), READ(15, 800), READ(20, 400) },
		    "+5m..+20m confirmed high 9.00 mean 8.00 of 3" },
		{ "one reading", { READ(0, 400), READ(5, 700), READ(10, 400) },
		    "+5m..+10m high 7.00 mean 7.00 of 1" },
		{ "cold", { READ(0, 400), READ(5, -300), READ(10, 400) },
		    "+5m..+10m low -3.00 mean -3.00 of 1" },
		{ "not over before it has recovered", { READ(0, 700),
		    READ(5, 490), READ(10, 700), READ(15, 400) },
		    "+0m..+15m confirmed high 7.00 mean 7.00 of 2" },
		{ "twice", { READ(0, 700), READ(5, 400), READ(10, 800),
		    READ(15, 400) }, "+0m..+5m high 7.00 mean 7.00 of 1\n"
		    "+10m..+15m high 8.00 mean 8.00 of 1" },
		{ "it lasts", { READ(0, 400), READ(5, 700) },
		    "+5m.. confirmed high 7.00 mean 7.00 of 1" },
		{ "excused by an open door", { READ(-6, 400), READ(-2, 400),
		    DOOR(0, DOOR_OPEN), READ(1, 700), READ(5, 400),
		    DOOR(6, DOOR_CLOSED) }, "" },
		{ "not excused once it is closed", { READ(-6, 400),
		    READ(-2, 400), DOOR(0, DOOR_OPEN), READ(1, 700),
		    DOOR(4, DOOR_CLOSED), READ(5, 400) },
		    "+1m..+5m high 7.00 mean 7.00 of 1" },
		{ "not excused for ever", { READ(-6, 400), READ(-2, 400),
		    DOOR(0, DOOR_OPEN), READ(1, 700), READ(30, 800),
		    READ(35, 400) },
		    "+1m..+35m confirmed high 8.00 mean 7.50 of 2" },
		{ "another sensor beside it", { READ(0, 400), { MIN(5),
		    REPLAY_READING, { { 2 } }, 900, DOOR_UNKNOWN },
		    READ(10, 400) }, "" },
		{ "a hand-held reading while the sensor is silent", {
		    READ(0, 400), LOG(60, 900), READ(65, 400) },
		    "+60m..+65m high 9.00 mean 9.00 of 1" },
	};
	size_t	n;

	for (size_t i = 0; i < COUNT(cases); i++) {
		set_up();
		for (n = 0; n < 8 && cases[i].v[n].at_ms != 0; n++)
			continue;
		replay_case_add(&c, cases[i].v, n, MIN(120));
		cr_expect_str_eq(replay_case_found(&c), cases[i].want,
		    "%s: %s", cases[i].name, replay_case_found(&c));
		tear_down();
	}
}

Test(replay, does_not_tell_again_what_an_alert_told_in_time)
{
	static const struct {
		const char		*name;
		struct replay_span	 known;
		const char		*want;
	} cases[] = {
		{ "all of it", { MIN(0), MIN(30) }, "" },
		{ "nothing of it", { MIN(31), MIN(40) },
		    "+0m..+25m confirmed high 7.00 mean 7.00 of 5" },
		{ "from the middle on", { MIN(10), MIN(30) },
		    "+0m..+10m high 7.00 mean 7.00 of 2" },
		{ "not the end", { MIN(-5), MIN(12) },
		    "+15m..+25m confirmed high 7.00 mean 7.00 of 2" },
		{ "a part within", { MIN(10), MIN(10) },
		    "+0m..+10m high 7.00 mean 7.00 of 2\n"
		    "+15m..+25m confirmed high 7.00 mean 7.00 of 2" },
	};
	static const struct replay_item	v[] = { READ(0, 700), READ(5, 700),
		READ(10, 700), READ(15, 700), READ(20, 700), READ(25, 400) };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct replay		r;
		struct replay_list	out = { .arena = &c.arena };
		struct replay_feed	f = { v, COUNT(v), c.rules, 1,
					    &cases[i].known, 1, 0, 0 };

		replay_init(&r, MIN(0));
		replay_to(&r, &f, MIN(60), &out);
		for (c.nfound = 0; c.nfound < out.n; c.nfound++)
			c.found[c.nfound] = out.v[c.nfound];
		cr_expect_str_eq(replay_case_found(&c), cases[i].want,
		    "%s: %s", cases[i].name, replay_case_found(&c));
	}
}

Test(replay, what_was_suppressed_then_is_not_told_now)
{
	static const struct replay_item	v[] = { READ(0, 400), READ(5, 700),
		READ(10, 700), READ(15, 700), READ(20, 400) };

	c.nrules = 3;
	c.rules[1] = c.rules[2] = c.rules[0];
	c.rules[1].from_ms = MIN(4);
	c.rules[1].rules.suppressed = ~0u;
	c.rules[2].from_ms = MIN(12);
	replay_case_add(&c, v, COUNT(v), MIN(60));
	cr_expect_str_eq(replay_case_found(&c),
	    "+15m..+20m confirmed high 7.00 mean 7.00 of 1");
}

Test(replay, each_time_is_judged_by_its_own_rules)
{
	static const struct replay_item	v[] = { READ(0, 700), READ(5, 700),
		READ(10, 700), READ(15, 700) };

	c.nrules = 2;
	c.rules[1] = c.rules[0];
	c.rules[1].from_ms = MIN(7);
	c.rules[1].rules.high = 1000;
	replay_case_add(&c, v, COUNT(v), MIN(60));
	cr_expect_str_eq(replay_case_found(&c),
	    "+0m..+7m high 7.00 mean 7.00 of 2");
}

Test(replay, a_late_reading_is_a_days_work)
{
	static const struct replay_item	late = READ(30 * DAY_MIN + 7, 900);
	struct replay_item		v[CASE_ITEMS - 1];
	const size_t			n = 480;
	struct replay			end;

	for (size_t i = 0; i < n; i++)
		v[i] = (struct replay_item)READ((int)i * 180, 400);
	replay_case_add(&c, v, n, MIN(60 * DAY_MIN));
	cr_expect_eq(c.fed, n);
	cr_expect_str_eq(replay_case_found(&c), "");
	end = c.end;
	replay_case_add(&c, &late, 1, MIN(60 * DAY_MIN));
	cr_expect_str_eq(replay_case_found(&c),
	    "+43207m..+43380m confirmed high 9.00 mean 9.00 of 1");
	cr_expect_lt(c.fed, 30 * 8 + 20, "%zu", c.fed);
	cr_expect(engine_sample_same(&end.state, &c.end.state));
}

Test(replay, what_is_disproved_later_is_taken_back)
{
	static const struct replay_item	warm[] = { READ(0, 700),
		READ(60, 700), READ(65, 400) };
	static const struct replay_item	good = READ(5, 400);

	replay_case_add(&c, warm, COUNT(warm), MIN(120));
	cr_expect_str_eq(replay_case_found(&c),
	    "+0m..+65m confirmed high 7.00 mean 7.00 of 2");
	replay_case_add(&c, &good, 1, MIN(120));
	cr_expect_str_eq(replay_case_found(&c),
	    "+0m..+5m high 7.00 mean 7.00 of 1\n"
	    "+60m..+65m high 7.00 mean 7.00 of 1");
}

/* A week or so: hours of cold and warm, doors, logs, a lesser sensor. */
static size_t
draw_items(struct draw *d, struct replay_item *v)
{
	size_t	n = 1 + draw_below(d, 200);
	int64_t	at = EPOCH;
	bool	warm = false;

	for (size_t i = 0; i < n; i++) {
		static const int	steps_min[] = { 5, 5, 5, 5, 1, 30, 240,
			700, 0 };
		unsigned		kind = draw_below(d, 20);

		at += steps_min[draw_below(d, COUNT(steps_min))] * 60000LL;
		at += 1 + draw_below(d, 3);	/* no two at one instant */
		warm = draw_below(d, 8) == 0 ? !warm : warm;
		v[i] = (struct replay_item){ .at_ms = at,
		    .kind = kind == 0 ? REPLAY_LOG : kind < 3 ? REPLAY_DOOR :
		    REPLAY_READING,
		    .temp = (warm ? 450 : 300) + (centi_t)draw_below(d, 150) };
		v[i].sensor.b[0] = kind == 0 ? 0 : kind == 4 ? 2 : 1;
		if (kind > 0 && kind < 6)
			v[i].door = draw_below(d, 2) == 0 ? DOOR_OPEN :
			    DOOR_CLOSED;
	}
	return n;
}

static void
draw_rules(struct draw *d, struct replay_case *to, int64_t until_ms)
{
	int64_t	at = EPOCH + 3 * 3600000;

	for (; to->nrules < CASE_RULES && at < until_ms; to->nrules++) {
		struct replay_rules	*r = &to->rules[to->nrules];

		*r = r[-1];
		r->from_ms = at;
		r->rules.day_start_at_ms = at - at % 86400000;
		r->rules.suppressed = draw_below(d, 5) == 0 ? ~0u : 0;
		r->rules.high = 450 + (centi_t)draw_below(d, 2) * 50;
		at += (1 + (int64_t)draw_below(d, 24)) * 3600000;
	}
}

static void
shuffle(struct draw *d, struct replay_item *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t			k = draw_below(d, (unsigned)i);
		struct replay_item	other = v[k];

		v[k] = v[i - 1];
		v[i - 1] = other;
	}
}

/* Sent in any order and in any portions. */
static void
arrive(struct draw *d, struct replay_case *to, struct replay_item *v,
    size_t n, int64_t until_ms)
{
	size_t	some;

	shuffle(d, v, n);
	for (size_t i = 0; i < n; i += some) {
		some = 1 + draw_below(d, 40);
		if (some > n - i)
			some = n - i;
		replay_case_add(to, v + i, some, until_ms);
	}
}

Test(replay, any_order_of_arrival_gives_the_same_history_and_state,
    .timeout = 300)
{
	const char	*s = getenv("REPLAY_SEED");
	uint64_t	 seed = s != NULL ? strtoull(s, NULL, 0) :
			    (uint64_t)time(NULL) << 20;
	char		 want[8192];
	size_t		 told = 0;

	for (int i = 0; i < 400; i++, seed++) {
		struct draw		d = { .seed = seed };
		struct replay_item	v[CASE_ITEMS];
		struct replay_case	other;
		size_t			n = draw_items(&d, v);
		int64_t			until = v[n - 1].at_ms + 3600000;

		set_up();
		draw_rules(&d, &c, until);
		other = c;
		replay_case_add(&c, v, n, until);
		arrive(&d, &other, v, n, until);
		snprintf(want, sizeof(want), "%s",
		    replay_case_found(&c));
		told += c.nfound;
		cr_assert_str_eq(replay_case_found(&other), want,
		    "REPLAY_SEED=%#llx", (unsigned long long)seed);
		cr_assert_str_eq(replay_format(&other.end, &other.arena),
		    replay_format(&c.end, &c.arena),
		    "REPLAY_SEED=%#llx", (unsigned long long)seed);
		replay_case_release(&other);
		tear_down();
	}
	cr_expect_gt(told, 400, "and there was something to tell");
}

Test(replay, a_checkpoint_says_the_same_when_read_again)
{
	static const struct replay_item	v[] = { READ(0, 700), READ(5, 710),
		READ(9, 720), DOOR(10, DOOR_OPEN), READ(15, 730) };
	struct replay			again;
	const char			*text;

	replay_case_add(&c, v, COUNT(v), MIN(20));
	text = replay_format(&c.end, &c.arena);
	cr_assert(replay_parse(text, &again));
	cr_expect(engine_sample_same(&again.state, &c.end.state));
	cr_expect_eq(again.open.n, 4);
	cr_expect_str_eq(replay_format(&again, &c.arena), text);
}

Test(replay, a_checkpoint_that_is_none_is_not_taken_for_one)
{
	static const char *const bad[] = { "", "1", "2 0", "x", "1 -",
		"1 99999999999999999999", "1 0 99" };
	static const struct replay_item	v[] = { READ(0, 700) };
	struct replay			r;
	const char			*text;

	for (size_t i = 0; i < COUNT(bad); i++)
		cr_expect_not(replay_parse(bad[i], &r), "%s", bad[i]);
	replay_case_add(&c, v, COUNT(v), MIN(20));
	text = replay_format(&c.end, &c.arena);
	cr_expect_not(replay_parse(arena_printf(&c.arena, "%s 1", text), &r));
	cr_expect_not(replay_parse(arena_printf(&c.arena, "%.*s",
	    (int)strlen(text) - 20, text), &r));
}
