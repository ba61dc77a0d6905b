/* Instants as text, places and their days. */
#include "base/when.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS	INT64_C(86400000)

static int64_t
at(const char *s)
{
	int64_t	ms;

	cr_assert(when_parse(s, strlen(s), &ms), "%s", s);
	return ms;
}

Test(when, reads_rfc_3339)
{
	static const struct { const char *s; int64_t want; } c[] = {
		{ "1970-01-01T00:00:00Z",		0 },
		{ "1970-01-01T00:00:00.001Z",		1 },
		{ "1970-01-01T00:00:00.0019999Z",	1 },
		{ "2026-03-02T06:15:04.148999321Z",	1772432104148 },
		{ "2026-03-02T08:15:04.148+02:00",	1772432104148 },
		{ "2026-03-01T21:15:04.148-09:00",	1772432104148 },
		{ "2026-03-02T06:15:04.1Z",		1772432104100 },
		{ "2026-03-02T06:15:04-00:00",		1772432104000 },
		{ "2000-02-29T12:00:00Z",		951825600000 },
		{ "1969-12-31T23:30:00-01:00",		1800000 },
		{ "2200-12-31T23:59:59.999Z",		WHEN_MAX_MS },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(at(c[i].s), c[i].want, "%s gave %lld", c[i].s,
		    (long long)at(c[i].s));
}

Test(when, refuses_all_that_is_not_quite_rfc_3339)
{
	static const char *const c[] = {
		"", "2026", "2026-03-02", "2026-03-02T06:15Z",
		"2026-03-02T06:15:04", "2026-03-02 06:15:04Z",
		"2026-03-02t06:15:04z", "2026-3-2T06:15:04Z",
		"2026-03-02T06:15:04.Z", "2026-03-02T06:15:04,5Z",
		"2026-03-02T06:15:04.0123456789Z", "2026-03-02T06:15:04+0200",
		"2026-03-02T06:15:04+2:00", "2026-03-02T06:15:04+24:00",
		"2026-03-02T06:15:04+02:60", "2026-03-02T06:15:04 Z",
		"2026-03-02T06:15:04ZZ", " 2026-03-02T06:15:04Z",
		"+2026-03-02T06:15:04Z", "2026-03-02T06:15:04Z ",
		"2026-00-02T06:15:04Z", "2026-13-02T06:15:04Z",
		"2026-02-29T06:15:04Z", "2100-02-29T06:15:04Z",
		"2026-04-31T06:15:04Z", "2026-04-00T06:15:04Z",
		"2026-04-30T24:00:00Z", "2026-04-30T23:60:00Z",
		"2016-12-31T23:59:60Z",		/* a leap second */
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
		"2201-01-01T00:00:00Z", "2201-01-01T00:00:00+00:00",
		"2200-12-31T23:59:59-00:01", "9999-12-31T23:59:59Z",
		"-026-03-02T06:15:04Z", "2026-03-02T-6:15:04Z",
	};
	int64_t	ms = 4711;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_not(when_parse(c[i], strlen(c[i]), &ms), "%s", c[i]);
	cr_expect_eq(ms, 4711, "a refusal leaves the result alone");
}

Test(when, reads_back_every_instant_it_writes)
{
	char	buf[WHEN_TEXT];

	for (int64_t ms = 0; ms <= WHEN_MAX_MS; ms += 36 * DAY_MS / 5 + 977)
		cr_assert_eq(at(when_format(ms, buf)), ms, "%s", buf);
}

Test(when, writes_instants_before_the_epoch_and_no_year_of_five_digits)
{
	char	buf[WHEN_TEXT];

	cr_expect_str_eq(when_format(-1, buf), "1969-12-31T23:59:59.999Z");
	cr_expect_str_eq(when_format(-62135596800000, buf),
	    "0001-01-01T00:00:00.000Z");
	cr_expect_str_eq(when_format(INT64_MAX, buf),
	    "9999-12-31T23:59:59.999Z");
	cr_expect_str_eq(when_format(INT64_MIN, buf),
	    "0000-01-01T00:00:00.000Z");
}

Test(when, knows_the_zones_of_the_system)
{
	static const char *const c[] = {
		"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires",
		"Etc/GMT+5", "America/Port-au-Prince", "GMT0",
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect(when_zone_known(c[i]), "%s", c[i]);
		cr_expect(when_zone_known(c[i]), "%s, again", c[i]);
	}
}

Test(when, refuses_what_is_no_zone_or_leads_elsewhere)
{
	static const char *const c[] = {
		"", "Mars/Olympus", "europe/berlin", "Europe", "Europe/",
		"/etc/passwd", "../zoneinfo/UTC", "Europe/../UTC",
		"Europe//Berlin", "Europe/./Berlin", "right/UTC", "posix/UTC",
		"localtime", "posixrules", "zone.tab", "EST5EDT,M3.2.0",
		":UTC", "UTC ", "U\nTC", "Z\xc3\xbcrich",
	};
	struct tm	tm;
	int64_t		ms;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_not(when_zone_known(c[i]), "%s", c[i]);
		cr_expect_not(when_local(0, c[i], &tm), "%s", c[i]);
		cr_expect_not(when_day_start(0, c[i], &ms), "%s", c[i]);
	}
}

Test(when, refuses_names_longer_than_any_zone_has)
{
	char	name[5000];

	for (size_t len = 33; len < sizeof(name); len += 31) {
		memset(name, 'A', len);
		name[len] = '\0';
		cr_expect_not(when_zone_known(name), "%zu", len);
	}
}

Test(when, tells_civil_time_on_both_sides_of_a_clock_change)
{
	static const struct {
		const char	*at, *zone;
		int		 hour, min, dst;
		long		 offset;
	} c[] = {
		{ "2026-03-29T00:59:59Z", "Europe/Berlin", 1, 59, 0, 3600 },
		{ "2026-03-29T01:00:00Z", "Europe/Berlin", 3, 0, 1, 7200 },
		{ "2026-10-25T00:30:00Z", "Europe/Berlin", 2, 30, 1, 7200 },
		{ "2026-10-25T01:30:00Z", "Europe/Berlin", 2, 30, 0, 3600 },
		{ "2026-03-02T06:15:04Z", "Asia/Kolkata", 11, 45, 0, 19800 },
		{ "2026-03-02T06:15:04Z", "UTC", 6, 15, 0, 0 },
		{ "2026-07-04T12:00:00Z", "America/New_York", 8, 0, 1,
		  -14400 },
	};
	struct tm	tm;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_assert(when_local(at(c[i].at), c[i].zone, &tm));
		cr_expect_eq(tm.tm_hour, c[i].hour, "%s %s", c[i].at,
		    c[i].zone);
		cr_expect_eq(tm.tm_min, c[i].min, "%s %s", c[i].at, c[i].zone);
		cr_expect_eq(tm.tm_isdst, c[i].dst, "%s %s", c[i].at,
		    c[i].zone);
		cr_expect_eq(tm.tm_gmtoff, c[i].offset, "%s %s", c[i].at,
		    c[i].zone);
	}
}

Test(when, is_not_misled_by_the_environment)
{
	struct tm	tm;

	setenv("TZ", "Asia/Tokyo", 1);
	cr_assert(when_local(0, "UTC", &tm));
	cr_expect_eq(tm.tm_hour, 0);
}

Test(when, finds_the_first_instant_of_a_day)
{
	static const struct { const char *name, *at, *zone, *want; } c[] = {
		{ "an ordinary day", "2026-03-02T12:00:00Z", "Europe/Berlin",
		  "2026-03-01T23:00:00.000Z" },
		{ "midnight itself", "2026-03-01T23:00:00Z", "Europe/Berlin",
		  "2026-03-01T23:00:00.000Z" },
		{ "just before it", "2026-03-01T22:59:59.999Z",
		  "Europe/Berlin", "2026-02-28T23:00:00.000Z" },
		{ "a day of 23 hours", "2026-03-29T21:59:59Z",
		  "Europe/Berlin", "2026-03-28T23:00:00.000Z" },
		{ "a day of 25 hours", "2026-10-25T22:59:59Z",
		  "Europe/Berlin", "2026-10-24T22:00:00.000Z" },
		{ "no midnight that day", "2018-11-04T12:00:00Z",
		  "America/Sao_Paulo", "2018-11-04T03:00:00.000Z" },
		{ "midnight twice", "2025-11-02T12:00:00Z",
		  "America/Havana", "2025-11-02T04:00:00.000Z" },
		{ "the day after a day that was left out",
		  "2011-12-31T05:00:00Z", "Pacific/Apia",
		  "2011-12-30T10:00:00.000Z" },
		{ "half an hour off", "2026-03-02T00:00:00Z", "Asia/Kolkata",
		  "2026-03-01T18:30:00.000Z" },
		{ "UTC", "2026-03-02T23:59:59.999Z", "UTC",
		  "2026-03-02T00:00:00.000Z" },
	};
	int64_t	ms;
	char	buf[WHEN_TEXT];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_assert(when_day_start(at(c[i].at), c[i].zone, &ms));
		cr_expect_str_eq(when_format(ms, buf), c[i].want, "%s: %s",
		    c[i].name, buf);
	}
}

Test(when, finds_the_instants_of_a_civil_time)
{
	static const struct {
		const char	*zone, *civil;
		int		 n;
		const char	*want[2];
	} cases[] = {
		{ "Europe/Berlin", "2026-07-01T12:00:00Z", 1,
		    { "2026-07-01T10:00:00.000Z" } },
		{ "Europe/Berlin", "2026-03-29T01:59:59Z", 1,
		    { "2026-03-29T00:59:59.000Z" } },
		{ "Europe/Berlin", "2026-03-29T02:30:00Z", 0,
		    { "2026-03-29T01:30:00.000Z" } },
		{ "Europe/Berlin", "2026-03-29T03:00:00Z", 1,
		    { "2026-03-29T01:00:00.000Z" } },
		{ "Europe/Berlin", "2026-10-25T02:00:00Z", 2,
		    { "2026-10-25T00:00:00.000Z",
		    "2026-10-25T01:00:00.000Z" } },
		{ "Europe/Berlin", "2026-10-25T03:00:00Z", 1,
		    { "2026-10-25T02:00:00.000Z" } },
		{ "America/New_York", "2026-11-01T01:30:00Z", 2,
		    { "2026-11-01T05:30:00.000Z",
		    "2026-11-01T06:30:00.000Z" } },
		{ "Australia/Lord_Howe", "2026-04-05T01:45:00Z", 2,
		    { "2026-04-04T14:45:00.000Z",
		    "2026-04-04T15:15:00.000Z" } },
		{ "Asia/Kolkata", "2026-03-29T02:30:00Z", 1,
		    { "2026-03-28T21:00:00.000Z" } },
		{ "Europe/Atlantis", "2026-03-29T02:30:00Z", -1, { NULL } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char	text[WHEN_TEXT];
		int64_t	civil_ms, at[2];

		cr_assert(when_parse(cases[i].civil, strlen(cases[i].civil),
		    &civil_ms));
		cr_expect_eq(when_from_local(civil_ms, cases[i].zone, at),
		    cases[i].n, "%s", cases[i].civil);
		for (int j = 0; j < 2 && cases[i].want[j] != NULL; j++)
			cr_expect_str_eq(when_format(at[j], text),
			    cases[i].want[j]);
	}
}

Test(when, says_an_age_in_two_units_at_most)
{
	static const struct { int64_t ms; const char *want; } c[] = {
		{ -5000, "0 s" }, { 0, "0 s" }, { 999, "0 s" },
		{ 1000, "1 s" }, { 59999, "59 s" }, { 60000, "1 min" },
		{ 3599999, "59 min" }, { 3600000, "1 h" },
		{ 3660000, "1 h 1 min" }, { 11100000, "3 h 5 min" },
		{ 86399999, "23 h 59 min" }, { 86400000, "1 d" },
		{ 2 * DAY_MS + 4 * 3600000, "2 d 4 h" },
		{ 2 * DAY_MS + 59 * 60000, "2 d" },
		{ 400 * DAY_MS, "400 d" },
	};
	char	buf[WHEN_TEXT];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_str_eq(when_age(c[i].ms, buf), c[i].want);
	cr_expect_lt(strlen(when_age(INT64_MAX, buf)), WHEN_TEXT - 1);
}

Test(when, says_a_duration_in_words_and_leaves_nothing_out)
{
	static const struct { int64_t s; const char *want; } c[] = {
		{ -5, "0 minutes" }, { 0, "0 minutes" }, { 1, "1 second" },
		{ 59, "59 seconds" }, { 60, "1 minute" },
		{ 90, "1 minute 30 seconds" }, { 300, "5 minutes" },
		{ 3600, "1 hour" }, { 4 * 3600, "4 hours" },
		{ 5400, "1 hour 30 minutes" }, { 86400, "1 day" },
		{ 86430, "1 day 30 seconds" }, { 7 * 86400, "7 days" },
		{ 2 * 86400 + 3 * 3600 + 4 * 60 + 5,
		    "2 days 3 hours 4 minutes 5 seconds" },
	};
	char	buf[WHEN_DURATION_TEXT];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_str_eq(when_duration(c[i].s, buf), c[i].want);
	cr_expect_lt(strlen(when_duration(INT64_MAX, buf)),
	    WHEN_DURATION_TEXT - 1);
}
