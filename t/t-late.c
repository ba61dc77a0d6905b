/* What is long past. */
#include "domain/late.h"
#include <criterion/criterion.h>

Test(late, is_what_was_measured_more_than_a_quarter_of_an_hour_ago)
{
	static const struct {
		int64_t	recorded_at_ms;
		int	interval_s;
		bool	want;
	} cases[] = {
		{ 10000000, 300, false }, { 10300000, 300, false },
		{ 9100000, 300, false }, { 9099999, 300, true },
		{ 1, 300, true },
		/* A sensor that reports every half an hour. */
		{ 9099999, 1800, false }, { 8200000, 1800, false },
		{ 8199999, 1800, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(late_is(cases[i].recorded_at_ms, 10000000,
		    cases[i].interval_s), cases[i].want, "%zu", i);
}

Test(late, readings_of_a_unit_are_one_mark_of_each_kind)
{
	const struct uuid	one = { { 1 } }, two = { { 2 } };
	const int64_t		now = 36001800000;
	struct late_marks	l = { .sums.to_ms = 0 };

	late_add(&l, &one, now, now, true);
	cr_expect_eq(l.rows.n, 0);
	cr_expect_eq(l.sums.to_ms, 0);
	late_add(&l, &one, now - 1000, now, false);
	cr_expect_eq(l.sums.to_ms, 0, "its hour has not ended");
	cr_expect_eq(l.judging.from_ms, now - 1000);
	late_add(&l, &one, now - 7200000, now, true);
	cr_expect_eq(l.sums.from_ms, now - 7200000);
	cr_expect_eq(l.judging.from_ms, now - 1000, "it was judged");
	late_add(&l, &one, now - 9000000, now, false);
	late_add(&l, &one, now - 8000000, now, false);
	cr_expect_eq(l.judging.from_ms, now - 9000000);
	cr_expect_eq(l.judging.to_ms, now - 1000);
	late_add(&l, &two, now, now, true);
	cr_expect_eq(l.rows.n, 1);
	late_clear(&l);
	cr_expect_eq(l.rows.n, 0);
	cr_expect_eq(l.judging.to_ms, 0);
	late_release(&l);
}
