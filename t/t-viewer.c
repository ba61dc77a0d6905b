/* Who watches: let in, kept in, and put out at the right moments. */
#include "domain/viewer.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define RECHECK	1000

static const struct uuid	org = { { 1 } }, user = { { 2 } };

/* The program: what it was called with, and what it answers. */
static struct {
	struct viewers	*vs;
	bool		 away;		/* nobody can be asked */
	struct viewer	*asked;		/* and not yet answered */
	int		 asks;
	char		 told[64];	/* a letter per call */
} app;

static bool
look_up(void *ctx, struct viewer *v)
{
	(void)ctx;
	if (app.away)
		return false;
	app.asks++;
	app.asked = v;
	return true;
}

static void
note(char c)
{
	size_t	n = strlen(app.told);

	app.told[n] = c;
	app.told[n + 1] = '\0';
}

static void
admit(void *ctx, struct viewer_seat *seat, enum viewer_verdict verdict)
{
	(void)ctx;
	note("+?fu"[verdict]);
	if (verdict != VIEWER_MAY)
		viewers_leave(seat);
}

static void
expel(void *ctx, struct viewer_seat *seat)
{
	(void)ctx;
	note('x');
	viewers_leave(seat);
}

static void
begin(void)
{
	static const struct viewer_ops	ops = { look_up, admit, expel };

	app.vs = viewers_new(RECHECK, &ops, NULL);
}

static void
end(void)
{
	viewers_free(app.vs);
}

TestSuite(viewer, .init = begin, .fini = end);

static void
take(struct viewer_seat *seat, const char *name, int64_t now)
{
	char	hash[TOKEN_HASH] = "";

	snprintf(hash, sizeof(hash), "\\x%064d", (int)strlen(name));
	viewers_take(app.vs, seat, hash, now);
}

static void
answer_as(enum viewer_verdict verdict, enum app_role role, int64_t expires,
    int64_t now)
{
	struct viewer_facts	facts = { org, user, role, expires };
	struct viewer		*v = app.asked;

	cr_assert_not_null(v, "nobody asked");
	app.asked = NULL;
	viewers_told(v, verdict, &facts, now);
}

static void
answer(enum viewer_verdict verdict, int64_t now)
{
	answer_as(verdict, ROLE_STAFF, 100000, now);
}

/* What was told since the last time. */
static void
expect(const char *want)
{
	cr_expect_str_eq(app.told, want, "told %s, want %s", app.told, want);
	app.told[0] = '\0';
}

Test(viewer, lets_in_whose_session_is_good)
{
	struct viewer_seat	s;

	take(&s, "a", 0);
	expect("");
	answer(VIEWER_MAY, 0);
	expect("+");
	cr_expect(uuid_eq(&s.viewer->facts.org, &org));
	cr_expect_eq(s.viewer->nseats, 1);
	viewers_leave(&s);
}

Test(viewer, refuses_everybody_else)
{
	struct viewer_seat	s;

	take(&s, "a", 0);
	answer(VIEWER_UNKNOWN, 0);
	expect("?");
	take(&s, "a", 0);
	answer(VIEWER_UNSURE, 0);
	expect("u");
	app.away = true;
	take(&s, "a", 0);
	expect("u");
}

Test(viewer, asks_the_role)
{
	for (enum app_role r = 0; r < ROLE__MAX; r++) {
		struct viewer_seat	s;

		take(&s, "a", 0);
		answer_as(VIEWER_MAY, r, 100000, 0);
		expect(role_may(r, MAY_VIEW) ? "+" : "f");
		viewers_leave(&s);
	}
}

Test(viewer, asks_once_for_those_who_come_together_and_again_for_later_ones)
{
	struct viewer_seat	s[3];

	take(&s[0], "a", 0);
	take(&s[1], "a", 0);
	cr_expect_eq(app.asks, 1);
	answer(VIEWER_MAY, 0);
	expect("++");
	take(&s[2], "a", 1);
	cr_expect_eq(app.asks, 2, "it may have ended since");
	answer(VIEWER_UNKNOWN, 1);
	cr_expect_eq(strlen(app.told), 3);
	cr_expect_not_null(strchr(app.told, '?'), "the new one is refused");
	cr_expect_null(strchr(app.told, '+'));
}

Test(viewer, keeps_sessions_apart)
{
	struct viewer_seat	a, b;

	take(&a, "a", 0);
	answer(VIEWER_MAY, 0);
	take(&b, "bb", 0);
	cr_expect_neq(a.viewer, b.viewer);
	answer(VIEWER_UNKNOWN, 0);
	expect("+?");
	viewers_leave(&a);
}

Test(viewer, looks_again_and_puts_out_whose_session_has_gone)
{
	struct viewer_seat	s[2];

	take(&s[0], "a", 0);
	answer(VIEWER_MAY, 0);
	take(&s[1], "a", 0);
	answer(VIEWER_MAY, 0);
	expect("++");
	viewers_tick(app.vs, RECHECK - 1);
	cr_expect_eq(app.asks, 2);
	viewers_tick(app.vs, RECHECK);
	cr_expect_eq(app.asks, 3);
	viewers_tick(app.vs, RECHECK + 1);
	cr_expect_eq(app.asks, 3, "the answer is on its way");
	answer(VIEWER_MAY, RECHECK);
	expect("");
	viewers_tick(app.vs, 2 * RECHECK);
	answer(VIEWER_UNKNOWN, 2 * RECHECK);
	expect("xx");
}

Test(viewer, puts_out_who_is_somebody_else_now_or_may_no_longer_watch)
{
	struct viewer_facts	other = { org, { { 9 } }, ROLE_OWNER, 100000 };
	struct viewer_seat	s;

	take(&s, "a", 0);
	answer(VIEWER_MAY, 0);
	viewers_tick(app.vs, RECHECK);
	viewers_told(app.asked, VIEWER_MAY, &other, RECHECK);
	expect("+x");
	take(&s, "a", 0);
	answer(VIEWER_MAY, 0);
	viewers_tick(app.vs, RECHECK);
	answer_as(VIEWER_MAY, ROLE__MAX, 100000, RECHECK);
	expect("+x");
}

Test(viewer, keeps_who_sits_while_nothing_can_be_found_out)
{
	struct viewer_seat	s, t;

	take(&s, "a", 0);
	answer(VIEWER_MAY, 0);
	app.away = true;
	for (int64_t now = 0; now < 50 * RECHECK; now += 100)
		viewers_tick(app.vs, now);
	expect("+");
	take(&t, "a", 50 * RECHECK);
	expect("+");			/* its session was good */
	viewers_tick(app.vs, 100000);
	expect("xx");			/* but not for ever */
}

Test(viewer, puts_out_whose_session_has_expired)
{
	struct viewer_seat	s;

	take(&s, "a", 0);
	answer_as(VIEWER_MAY, ROLE_VIEWER, 500, 0);
	viewers_tick(app.vs, 499);
	expect("+");
	viewers_tick(app.vs, 500);
	expect("x");
}

Test(viewer, may_leave_before_the_answer_comes)
{
	struct viewer_seat	s;

	take(&s, "a", 0);
	viewers_leave(&s);
	viewers_leave(&s);
	answer(VIEWER_MAY, 0);
	expect("");
	viewers_tick(app.vs, 10 * RECHECK);
	cr_expect_eq(app.asks, 1, "it is forgotten");
}
