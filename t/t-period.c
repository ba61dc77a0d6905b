/* Where hours, days, weeks and months begin; clocks are set. */
#include "base/when.h"
#include "domain/period.h"
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

Test(period, begins_and_ends_by_the_clock_of_the_place)
{
	static const struct {
		const char		*name, *zone;
		enum period_kind	 kind;
		const char		*at, *from, *to;
	} c[] = {
		{ "an hour is one of UTC", "Asia/Kathmandu", PERIOD_HOUR,
		    "2026-03-02T06:59:59.999Z", "2026-03-02T06:00:00Z",
		    "2026-03-02T07:00:00Z" },
		{ "a day", "Europe/Berlin", PERIOD_DAY,
		    "2026-01-14T23:00:00Z", "2026-01-14T23:00:00Z",
		    "2026-01-15T23:00:00Z" },
		{ "a day of 23 hours", "Europe/Berlin", PERIOD_DAY,
		    "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z",
		    "2026-03-29T22:00:00Z" },
		{ "a day of 25 hours", "Europe/Berlin", PERIOD_DAY,
		    "2026-10-25T22:59:59Z", "2026-10-24T22:00:00Z",
		    "2026-10-25T23:00:00Z" },
		{ "45 minutes beside the hour", "Asia/Kathmandu", PERIOD_DAY,
		    "2026-03-02T06:00:00Z", "2026-03-01T18:15:00Z",
		    "2026-03-02T18:15:00Z" },
		{ "clocks set by half an hour", "Australia/Lord_Howe",
		    PERIOD_DAY, "2026-04-05T00:00:00Z",
		    "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z" },
		{ "no midnight", "America/Santiago", PERIOD_DAY,
		    "2026-09-06T12:00:00Z", "2026-09-06T04:00:00Z",
		    "2026-09-07T03:00:00Z" },
		{ "midnight twice: the first", "America/Havana", PERIOD_DAY,
		    "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z",
		    "2026-11-02T05:00:00Z" },
		{ "a week with a short day", "Europe/Berlin", PERIOD_WEEK,
		    "2026-03-29T21:59:59Z", "2026-03-22T23:00:00Z",
		    "2026-03-29T22:00:00Z" },
		{ "a Monday", "Europe/Berlin", PERIOD_WEEK,
		    "2026-03-29T22:00:00Z", "2026-03-29T22:00:00Z",
		    "2026-04-05T22:00:00Z" },
		{ "March", "America/New_York", PERIOD_MONTH,
		    "2026-03-31T23:00:00Z", "2026-03-01T05:00:00Z",
		    "2026-04-01T04:00:00Z" },
		{ "a short month", "Pacific/Auckland", PERIOD_MONTH,
		    "2028-02-29T10:59:59Z", "2028-01-31T11:00:00Z",
		    "2028-02-29T11:00:00Z" },
		{ "an unknown zone is UTC", "Mars/Olympus", PERIOD_DAY,
		    "2026-03-02T06:00:00Z", "2026-03-02T00:00:00Z",
		    "2026-03-03T00:00:00Z" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		int64_t	ms = at(c[i].at), from = at(c[i].from);
		int64_t	to = at(c[i].to);

		cr_expect_eq(period_start(c[i].kind, ms, c[i].zone), from,
		    "%s", c[i].name);
		cr_expect_eq(period_end(c[i].kind, ms, c[i].zone), to, "%s",
		    c[i].name);
		cr_expect_eq(period_ceil(c[i].kind, from, c[i].zone), from,
		    "%s", c[i].name);
		cr_expect_eq(period_ceil(c[i].kind, from + 1, c[i].zone), to,
		    "%s", c[i].name);
	}
}

/* Any zone, five years: periods follow each other without gap or overlap. */
Test(period, each_begins_where_the_one_before_ended)
{
	static const char *const zones[] = {
		"UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata",
		"Australia/Lord_Howe", "America/Havana", "Africa/Casablanca",
		"Pacific/Chatham", "Antarctica/Troll",
	};
	int64_t	from = at("2021-01-01T00:00:00Z");
	int64_t	to = at("2026-01-01T00:00:00Z");

	for (size_t i = 0; i < COUNT(zones); i++)
		for (enum period_kind k = PERIOD_DAY; k < PERIOD__MAX; k++)
			for (int64_t t = from, next; t < to; t = next) {
				next = period_end(k, t, zones[i]);
				cr_assert_gt(next, t, "%s", zones[i]);
				cr_assert_eq(period_start(k, next, zones[i]),
				    next, "%s", zones[i]);
				cr_assert_eq(period_end(k, next - 1, zones[i]),
				    next, "%s", zones[i]);
			}
}

Test(period, a_list_has_what_touches_and_has_ended)
{
	struct arena	 arena = ARENA_INIT;
	struct period	*v, of = { at("2026-03-28T22:00:00Z"),
			    at("2026-03-30T23:00:00Z") };
	const char	*zone = "Europe/Berlin";

	cr_assert_eq(period_list(PERIOD_DAY, of, of.to_ms, zone, &arena, &v),
	    3);
	cr_expect_eq(v[0].from_ms, at("2026-03-27T23:00:00Z"));
	cr_expect_eq(v[1].to_ms - v[1].from_ms, 23 * PERIOD_HOUR_MS);
	cr_expect_eq(v[2].to_ms, at("2026-03-30T22:00:00Z"));
	cr_expect_eq(period_list(PERIOD_DAY, of, v[2].to_ms - 1, zone, &arena,
	    &v), 2);
	cr_expect_eq(period_list(PERIOD_WEEK, of, of.to_ms, zone, &arena, &v),
	    1);
	cr_expect_eq(period_list(PERIOD_MONTH, of, of.to_ms, zone, &arena,
	    &v), 0);
	arena_release(&arena);
}

Test(period, knows_where_days_begin_on_whole_hours)
{
	struct period	year = { at("2026-01-01T00:00:00Z"),
			    at("2027-01-01T00:00:00Z") };
	struct period	winter = { at("2026-05-01T00:00:00Z"),
			    at("2026-06-01T00:00:00Z") };

	cr_expect(period_whole_hours(year, "Europe/Berlin"));
	cr_expect_not(period_whole_hours(year, "Asia/Kolkata"));
	cr_expect_not(period_whole_hours(year, "Australia/Lord_Howe"));
	cr_expect_not(period_whole_hours(winter, "Australia/Lord_Howe"));
}
