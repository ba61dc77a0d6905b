/* The last day at a glance. */
#include "domain/trend.h"
#include <criterion/criterion.h>
#include <string.h>

#define HOUR(n)	((n) * 3600000LL)

static const char *
text(const struct trend *t)
{
	static char	buf[TREND_TEXT];

	return trend_format(t, buf);
}

Test(trend, keeps_the_newest_reading_of_each_hour)
{
	struct trend	t = { 0 };

	cr_expect_str_eq(text(&t), "");
	trend_add(&t, HOUR(100) + 5, 400);
	trend_add(&t, HOUR(100) + 900, 410);
	trend_add(&t, HOUR(101), -20);
	cr_expect_str_eq(text(&t), "101:410,-20");
}

Test(trend, shows_hours_without_a_reading_as_gaps)
{
	struct trend	t = { 0 };

	trend_add(&t, HOUR(100), 400);
	trend_add(&t, HOUR(103), 430);
	cr_expect_str_eq(text(&t), "103:400,,,430");
	trend_align(&t, HOUR(105));
	cr_expect_str_eq(text(&t), "105:400,,,430,,");
}

Test(trend, takes_what_comes_late_where_there_is_nothing_else)
{
	struct trend	t = { 0 };

	cr_expect(trend_add(&t, HOUR(100), 400));
	cr_expect(trend_add(&t, HOUR(97) + 7, 370));
	cr_expect_str_eq(text(&t), "100:370,,,400");
	cr_expect(trend_add(&t, HOUR(99), 390));
	cr_expect_not(trend_add(&t, HOUR(99) + 9, 999), "it has one");
	cr_expect_not(trend_add(&t, HOUR(97), 999));
	cr_expect_str_eq(text(&t), "100:370,,390,400");
	cr_expect_not(trend_add(&t, HOUR(76), 999), "a day ago");
	cr_expect(trend_add(&t, HOUR(77), 170));
	cr_expect_eq(t.n, TREND_HOURS);
	cr_expect_eq(t.value[0], 170);
	cr_expect_eq(t.value[23], 400);
	trend_align(&t, HOUR(90));
	cr_expect_eq(t.hour, 100);
}

Test(trend, forgets_what_is_older_than_a_day)
{
	struct trend	t = { 0 };

	for (int i = 0; i < 50; i++)
		trend_add(&t, HOUR(100 + i), i);
	cr_expect_eq(t.n, TREND_HOURS);
	cr_expect_eq(t.value[0], 26);
	cr_expect_eq(t.value[23], 49);
	trend_add(&t, HOUR(1000), 7);
	cr_expect_str_eq(text(&t), "1000:7");
	trend_align(&t, HOUR(1024));
	cr_expect_eq(t.n, 0);
}

Test(trend, reads_back_what_it_wrote_even_the_longest)
{
	struct trend	t = { 0 }, back;

	for (int i = 0; i < TREND_HOURS; i++)
		trend_add(&t, HOUR(500000 + i), CENTI_MIN);
	cr_assert_lt(strlen(text(&t)), TREND_TEXT);
	cr_expect(trend_parse(text(&t), &back));
	cr_expect_eq(memcmp(&t, &back, sizeof(t)), 0);
}

Test(trend, takes_nothing_from_text_that_is_not_its_own)
{
	static const char *const bad[] = { "x", "12", ":1", "-1:5",
	    "12:1;2", "12:1,x", "12:999999",
	    "1:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct trend	t;

		cr_expect_not(trend_parse(bad[i], &t), "%s", bad[i]);
		cr_expect_eq(t.n, 0, "%s", bad[i]);
	}
}
