/* How much of a period was observed, by what the ledger of gaps says. */
#include "base/when.h"
#include "domain/coverage.h"
#include <criterion/criterion.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MINUTE		INT64_C(60000)
#define NOW		(1000 * MINUTE)

/* Minutes; the unit was made and first measured at 0 unless said otherwise. */
static const struct coverage_case {
	const char	*name;
	int64_t		 from, to, made, first;
	struct { int64_t from, to; int32_t frames; bool open; } gap[3];
	int32_t		 want_percent;
	int64_t		 want_gaps, want_longest, want_frames, want_open;
} cases[] = {
	{ "nothing missing", 0, 100, 0, 1, {{ 0 }}, 10000, 0, 0, 0, 0 },
	{ "a reading holds for its interval", 0, 100, 0, 1,
	  {{ 10, 60, 9, true }}, 5500, 1, 45, 9, 1 },
	{ "frames missing leave nobody blind", 0, 100, 0, 1,
	  {{ 10, 40, 5, false }}, 10000, 0, 0, 5, 0 },
	{ "a minute more and they do", 0, 100, 0, 1,
	  {{ 10, 41, 5, false }}, 7400, 1, 26, 5, 0 },
	{ "an unknown number of frames counts for none", 0, 100, 0, 1,
	  {{ 10, 60, -1, true }}, 5500, 1, 45, 0, 1 },
	{ "a gap that goes on, to now", 900, 2000, 0, 1,
	  {{ 945, 0, -1, true }}, 5000, 1, 50, 0, 1 },
	{ "one that goes on behind the period", 900, 950, 0, 1,
	  {{ 920, 0, -1, false }}, 5000, 1, 25, 0, 0 },
	{ "one that began before the period", 50, 100, 0, 1,
	  {{ 10, 75, 3, false }}, 5000, 1, 25, 3, 0 },
	{ "one before the period", 50, 100, 0, 1, {{ 10, 50, 3, true }},
	  10000, 0, 0, 0, 0 },
	{ "one behind the period", 50, 100, 0, 1, {{ 100, 200, 3, true }},
	  10000, 0, 0, 0, 0 },
	{ "one whose blind part is behind the period", 0, 100, 0, 1,
	  {{ 97, 200, 3, true }}, 10000, 0, 0, 3, 1 },
	{ "several: the longest counts", 0, 200, 0, 1, {{ 0, 40, 1, true },
	  { 50, 150, 2, false }, { 155, 200, 3, false }}, 1500, 3, 95, 6, 1 },
	{ "all of it", 100, 200, 0, 1, {{ 10, 300, 1, false }}, 0, 1, 100, 1,
	  0 },
	{ "nearly all of it is not all", 0, 1000, 0, 1,
	  {{ -5, 1000, 1, false }}, 0, 1, 1000, 1, 0 },
	{ "a unit made in the middle of the period", 0, 100, 50, 50,
	  {{ 60, 90, 1, false }}, 10000, 0, 0, 1, 0 },
	{ "made, and first measured later", 0, 100, 50, 85, {{ 0 }}, 3000, 1,
	  35, 0, 0 },
	{ "measured soon after it was made", 0, 100, 50, 80, {{ 0 }}, 10000,
	  0, 0, 0, 0 },
	{ "history of before it was made", 0, 100, 90, 20, {{ 0 }}, 10000, 0,
	  0, 0, 0 },
	{ "never measured", 0, 100, 50, 0, {{ 0 }}, 0, 1, 50, 0, 0 },
};

static struct coverage_of
of_case(const struct coverage_case *c)
{
	return (struct coverage_of){
		.period = { c->from * MINUTE, c->to * MINUTE },
		.now_ms = NOW,
		.made_ms = c->made * MINUTE,
		.first_ms = c->first * MINUTE,
		.interval_ms = 5 * MINUTE,
		.gap_ms = 30 * MINUTE,
		.has_sensor = true,
	};
}

Test(coverage, is_what_no_gap_takes_away)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct coverage_case *c = &cases[i];
		const struct coverage_of    of = of_case(c);
		struct coverage_gap	    v[3];
		struct coverage		    got;
		size_t			    n = 0;

		for (; n < 3 && (c->gap[n].from != 0 || c->gap[n].to != 0);
		    n++)
			v[n] = (struct coverage_gap){
			    c->gap[n].from * MINUTE, c->gap[n].to * MINUTE,
			    c->gap[n].frames, c->gap[n].open };
		coverage_compute(&of, v, n, &got);
		cr_expect_eq(coverage_percent(&got), c->want_percent,
		    "%s: %d", c->name, coverage_percent(&got));
		cr_expect_eq(got.gaps, c->want_gaps, "%s", c->name);
		cr_expect_eq(got.longest.to_ms - got.longest.from_ms,
		    c->want_longest * MINUTE, "%s", c->name);
		cr_expect_eq(got.frames, c->want_frames, "%s", c->name);
		cr_expect_eq(got.open, c->want_open, "%s", c->name);
	}
}

Test(coverage, a_unit_measured_by_hand_is_said_to_be_and_not_blind)
{
	struct coverage_of	of = of_case(&cases[0]);
	struct coverage		got;

	of.has_sensor = false;
	of.first_ms = 0;
	coverage_compute(&of, NULL, 0, &got);
	cr_expect(got.by_hand);
	cr_expect_eq(got.gaps, 0);
	of.first_ms = 5 * MINUTE;	/* a program sends for it */
	coverage_compute(&of, NULL, 0, &got);
	cr_expect_not(got.by_hand);
	cr_expect_eq(coverage_percent(&got), 10000);
}

Test(coverage, of_a_period_before_the_unit_or_to_come_there_is_none)
{
	struct coverage_of	of = of_case(&cases[0]);
	struct coverage		got;

	of.made_ms = of.first_ms = 500 * MINUTE;
	coverage_compute(&of, NULL, 0, &got);
	cr_expect_leq(got.of.to_ms, got.of.from_ms);
	cr_expect_eq(coverage_percent(&got), 0);
	of.period = (struct period){ NOW, NOW + 10 * MINUTE };
	coverage_compute(&of, NULL, 0, &got);
	cr_expect_leq(got.of.to_ms, got.of.from_ms);
}

static int64_t
at(const char *text)
{
	int64_t	ms = -1;

	cr_assert(when_parse(text, strlen(text), &ms), "%s", text);
	return ms;
}

/* The day on which Berlin's clocks go back has 25 hours, of which the doubled
 * one was blind. */
Test(coverage, days_are_as_long_as_they_are)
{
	const struct coverage_gap gap = { at("2026-10-25T00:55:00Z"),
				    at("2026-10-25T02:00:00Z"), -1, false };
	struct coverage_of	  of = of_case(&cases[0]);
	struct coverage		  got;

	of.made_ms = of.first_ms = at("2026-01-01T00:00:00Z");
	of.now_ms = at("2026-11-01T00:00:00Z");
	of.period.from_ms = at("2026-10-25T00:00:00+02:00");
	of.period.to_ms = at("2026-10-26T00:00:00+01:00");
	coverage_compute(&of, &gap, 1, &got);
	cr_expect_eq(got.of.to_ms - got.of.from_ms, 25 * 60 * MINUTE);
	cr_expect_eq(coverage_percent(&got), 9600);
}
