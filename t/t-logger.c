/* Times and temperatures as loggers write them; what could mean two things is
 * refused. */
#include "base/when.h"
#include "domain/logger.h"
#include <criterion/criterion.h>
#include <string.h>

static const char *
read_time(const char *text, enum logger_order order, int64_t *at_ms)
{
	struct logger_time	 t;
	const char		*why;

	why = logger_time(text, strlen(text), order, &t);
	*at_ms = t.civil_ms - t.east_ms;
	return why;
}

Test(logger, reads_times_as_loggers_write_them)
{
	static const struct {
		const char		*text;
		enum logger_order	 order;
		const char		*want;
	} cases[] = {
		{ "2026-03-02 06:15:04", 0, "2026-03-02T06:15:04.000Z" },
		{ "2026-03-02T06:15:04.25Z", 0, "2026-03-02T06:15:04.250Z" },
		{ "2026/3/2 6:15", 0, "2026-03-02T06:15:00.000Z" },
		{ "2026-03-02 06:15 +02:00", 0, "2026-03-02T04:15:00.000Z" },
		{ "2026-03-02 06:15-0530", 0, "2026-03-02T11:45:00.000Z" },
		{ "2026-03-02 06:15 UTC", 0, "2026-03-02T06:15:00.000Z" },
		{ "02.03.2026 06:15", 0, "2026-03-02T06:15:00.000Z" },
		{ "2-Mar-2026 06:15", 0, "2026-03-02T06:15:00.000Z" },
		{ "02/03/2026, 06:15", ORDER_DMY, "2026-03-02T06:15:00.000Z" },
		{ "02/03/2026 06:15", ORDER_MDY, "2026-02-03T06:15:00.000Z" },
		{ "02/03/26 6:15:04 PM", ORDER_MDY,
		    "2026-02-03T18:15:04.000Z" },
		{ "02/29/2024 12:00 AM", ORDER_MDY,
		    "2024-02-29T00:00:00.000Z" },
		{ "02/29/2024 12:00 p.m.", ORDER_MDY,
		    "2024-02-29T12:00:00.000Z" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char		 at[WHEN_TEXT];
		int64_t		 ms;
		const char	*why = read_time(cases[i].text,
				    cases[i].order, &ms);

		cr_expect_null(why, "%s: %s", cases[i].text, why);
		cr_expect_str_eq(when_format(ms, at), cases[i].want);
	}
}

Test(logger, refuses_times_that_are_none_or_could_be_two)
{
	static const struct {
		const char		*text;
		enum logger_order	 order;
	} cases[] = {
		{ "", 0 }, { "yesterday", 0 }, { "2026-03-02", 0 },
		{ "06:15", 0 }, { "02/03/2026 06:15", 0 },
		{ "13-03-2026 06:15", 0 }, { "13/13/2026 06:15", ORDER_DMY },
		{ "13/01/2026 06:15", ORDER_MDY }, { "2026-02-29 06:15", 0 },
		{ "2026-00-01 06:15", 0 }, { "2026-03-02 24:00", 0 },
		{ "2026-03-02 06:60", 0 }, { "2026-03-02 06:1", 0 },
		{ "2026-03-02 06:15:", 0 }, { "2026-03-02 06:15:61", 0 },
		{ "2026-03-02 13:15 PM", 0 }, { "2026-03-02 00:15 AM", 0 },
		{ "2026-03-02 06:15 MEZ", 0 }, { "2026-03-02 06:15 +", 0 },
		{ "2026-03-02 06:15 +25:00", 0 }, { "2026-03-02 06:15+1", 0 },
		{ "1969-12-31 23:59", 0 }, { "20260-03-02 06:15", 0 },
		{ "2026-03/02 06:15", 0 }, { "2026-Foo-02 06:15", 0 },
		{ "2026-03-02 06:15 and more", 0 }, { "1772432104", 0 },
	};
	int64_t	ms;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_not_null(read_time(cases[i].text, cases[i].order,
		    &ms), "%s", cases[i].text);
}

Test(logger, reads_temperatures_and_asks_which_degrees_they_are)
{
	static const struct {
		const char		*text;
		enum logger_degrees	 degrees;
		bool			 good;
		centi_t			 want;
	} cases[] = {
		{ "4", DEGREES_C, true, 400 },
		{ "-18.25", DEGREES_C, true, -1825 },
		{ "4,5", DEGREES_C, true, 450 },
		{ "41", DEGREES_F, true, 500 },
		{ "0", DEGREES_F, true, -1778 },
		{ "-0.40", DEGREES_F, true, -1800 },
		{ "41.0 \302\260F", DEGREES_C, true, 500 },
		{ "5 \302\260C", DEGREES_UNSAID, true, 500 },
		{ "5C", DEGREES_F, true, 500 },
		{ "4", DEGREES_UNSAID, false, 0 },
		{ "", DEGREES_C, false, 0 },
		{ "--", DEGREES_C, false, 0 },
		{ "ERR", DEGREES_C, false, 0 },
		{ "nan", DEGREES_C, false, 0 },
		{ "1,234.5", DEGREES_C, false, 0 },
		{ "4.5.6", DEGREES_C, false, 0 },
		{ "4 5", DEGREES_C, false, 0 },
		{ "0x10", DEGREES_C, false, 0 },
		{ "327.67", DEGREES_C, false, 0 },
		{ "-300", DEGREES_C, false, 0 },
		{ "303", DEGREES_F, false, 0 },
		{ "11111111111111111111111111111", DEGREES_C, false, 0 },
		{ "C", DEGREES_UNSAID, false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		centi_t		 t = 0;
		const char	*why = logger_temperature(cases[i].text,
				    strlen(cases[i].text), cases[i].degrees,
				    &t);

		cr_expect_eq(why == NULL, cases[i].good, "%s: %s",
		    cases[i].text, why);
		if (cases[i].good)
			cr_expect_eq(t, cases[i].want, "%s: %d", cases[i].text,
			    t);
	}
}

/* The headings of line, separated by commas, as a record. */
static bool
head_of(const char *line, const char *temperature, struct logger_head *out)
{
	static const struct csv_limits limits = { 32, 100, 1000 };
	const char *const  wanted[LOGGER_COLUMN__MAX] = {
				[LOGGER_TEMPERATURE] = temperature };
	struct csv	  *csv = csv_new(&limits);
	struct csv_record  rec;
	const char	  *p = line;
	bool		   found = false;

	if (csv_read(csv, &p, line + strlen(line), &rec) == CSV_RECORD)
		found = logger_head(&rec, wanted, out);
	csv_free(csv);
	return found;
}

Test(logger, knows_the_headings_of_loggers)
{
	static const struct {
		const char		*line, *temperature;
		size_t			 date, time, temp, humidity;
		enum logger_degrees	 degrees;
	} cases[] = {
		{ "Time,Celsius(\302\260C),Humidity(%rh)\n", NULL, 0, 1, 2, 3,
		    DEGREES_C },
		{ "#,\"Date Time, GMT-05:00\",\"Temp, \302\260F\",RH\n",
		    NULL, 0, 2, 3, 4, DEGREES_F },
		{ "Date,Time,Temperature,Unit\n", NULL, 1, 2, 3, 0,
		    DEGREES_UNSAID },
		{ "Timestamp for sample frequency every 1 min,"
		    "Temperature_Fahrenheit,Relative_Humidity\n", NULL, 0, 1,
		    2, 3, DEGREES_F },
		{ "Date,Probe 1 (\302\260F),Probe 2 (\302\260C)\n",
		    "Probe 2 (\302\260C)", 0, 1, 3, 0, DEGREES_C },
		{ "Date,Probe 1 (F)\n", NULL, 0, 1, 2, 0, DEGREES_F },
	};
	struct logger_head	h;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_assert(head_of(cases[i].line, cases[i].temperature, &h),
		    "%s", cases[i].line);
		cr_expect_eq(h.at[LOGGER_DATE], cases[i].date, "%s",
		    cases[i].line);
		cr_expect_eq(h.at[LOGGER_TIME], cases[i].time, "%s",
		    cases[i].line);
		cr_expect_eq(h.at[LOGGER_TEMPERATURE], cases[i].temp, "%s",
		    cases[i].line);
		cr_expect_eq(h.at[LOGGER_HUMIDITY], cases[i].humidity, "%s",
		    cases[i].line);
		cr_expect_eq(h.degrees, cases[i].degrees, "%s", cases[i].line);
	}
	cr_expect_not(head_of("Serial,12345\n", NULL, &h));
	cr_expect_not(head_of("Time,Humidity\n", NULL, &h));
	cr_expect_not(head_of("Temperature\n", NULL, &h));
	cr_expect_not(head_of("Time,Temperature\n", "Probe 2", &h));
}
