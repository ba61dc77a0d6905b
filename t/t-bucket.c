/* From which level each part of a period is read. */
#include "base/when.h"
#include "domain/bucket.h"
#include <criterion/criterion.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static int64_t
at(const char *text)
{
	int64_t	ms = -1;

	cr_assert(when_parse(text, strlen(text), &ms), "%s", text);
	return ms;
}

/* "readings until 01:00, hours until ..."; every part begins where the one
 * before ended. */
static const char *
plan(const char *from, const char *to, int64_t step_ms, const char *zone,
    const char *summed)
{
	static const char *const levels[] = { "readings", "hours", "days" };
	static struct buf	 out = BUF_INIT(4096);
	struct bucket_part	 v[BUCKET_PARTS];
	char			 text[WHEN_TEXT];
	size_t			 n = bucket_plan((struct period){ at(from),
				    at(to) }, step_ms, zone, at(summed), v);

	buf_clear(&out);
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(v[i].of.from_ms, i == 0 ? at(from) :
		    v[i - 1].of.to_ms);
		when_format(v[i].of.to_ms, text);
		buf_printf(&out, "%s%s %.11s", i > 0 ? ", " : "",
		    levels[v[i].level], text + 5);
	}
	cr_expect_eq(v[n - 1].of.to_ms, at(to));
	return buf_str(&out);
}

Test(bucket, is_read_from_the_coarsest_level_that_is_exact)
{
	static const struct {
		const char	*name, *from, *to;
		int64_t		 step_ms;
		const char	*zone, *summed, *want;
	} c[] = {
		{ "nothing is summed up", "2026-03-01T00:00:00Z",
		    "2026-03-05T00:00:00Z", PERIOD_DAY_MS, "UTC",
		    "1970-01-01T00:00:00Z", "readings 03-05T00:00" },
		{ "hours, and the last one live", "2026-03-01T00:30:00Z",
		    "2026-03-01T12:15:00Z", PERIOD_HOUR_MS, "UTC",
		    "2026-03-01T12:00:00Z", "readings 03-01T01:00, "
		    "hours 03-01T12:00, readings 03-01T12:15" },
		{ "hours for hours even of a week", "2026-03-01T00:00:00Z",
		    "2026-03-08T00:00:00Z", PERIOD_HOUR_MS, "UTC",
		    "2026-04-01T00:00:00Z", "hours 03-08T00:00" },
		{ "five minutes are finer than any sum",
		    "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z",
		    5 * BUCKET_MINUTE, "UTC", "2026-04-01T00:00:00Z",
		    "readings 03-02T00:00" },
		{ "days, hours at their ends, readings at theirs",
		    "2026-03-01T10:30:00Z", "2026-03-06T09:10:00Z",
		    PERIOD_DAY_MS, "Europe/Berlin", "2026-03-06T08:00:00Z",
		    "readings 03-01T11:00, hours 03-01T23:00, "
		    "days 03-05T23:00, hours 03-06T08:00, "
		    "readings 03-06T09:10" },
		{ "a mark in the middle", "2026-03-01T00:00:00Z",
		    "2026-03-06T00:00:00Z", PERIOD_DAY_MS, "UTC",
		    "2026-03-03T14:00:00Z", "days 03-03T00:00, "
		    "hours 03-03T14:00, readings 03-06T00:00" },
		{ "no day has ended", "2026-03-01T00:00:00Z",
		    "2026-03-01T09:00:00Z", PERIOD_DAY_MS, "UTC",
		    "2026-03-01T08:00:00Z",
		    "hours 03-01T08:00, readings 03-01T09:00" },
		{ "hours across midnight fit into no day of Nepal",
		    "2026-03-01T10:00:00Z", "2026-03-03T20:00:00Z",
		    PERIOD_DAY_MS, "Asia/Kathmandu", "2026-04-01T00:00:00Z",
		    "readings 03-01T18:15, days 03-03T18:15, "
		    "readings 03-03T20:00" },
	};

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_str_eq(plan(c[i].from, c[i].to, c[i].step_ms,
		    c[i].zone, c[i].summed), c[i].want, "%s", c[i].name);
}

Test(bucket, coverage_is_what_came_of_what_was_expected)
{
	static const struct {
		const char	*name;
		int64_t		 minutes, n, now, want;
	} c[] = {
		{ "all", 60, 12, 1000, 10000 },
		{ "more than all", 60, 30, 1000, 10000 },
		{ "half", 60, 6, 1000, 5000 },
		{ "one of a day", 1440, 1, 9999, 34 },
		{ "an hour that is not over", 60, 6, 30, 10000 },
		{ "an hour that has hardly begun", 60, 1, 2, 10000 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct bucket	b = { 0, c[i].minutes * 60000, c[i].n, 0, 0, 0 };

		cr_expect_eq(bucket_coverage(&b, 300000, c[i].now * 60000),
		    c[i].want, "%s", c[i].name);
	}
}

Test(bucket, means_are_rounded_away_from_zero)
{
	static const struct {
		int64_t	n, sum;
		centi_t	want;
	} c[] = {
		{ 2, 5, 3 }, { 2, -5, -3 }, { 3, 4, 1 }, { 3, -4, -1 },
		{ 1, -1802, -1802 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct bucket	b = { 0, 1, c[i].n, c[i].sum, 0, 0 };

		cr_expect_eq(bucket_mean(&b), c[i].want);
	}
}
