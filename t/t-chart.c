#include <criterion/criterion.h>
#include "base/when.h"
#include "web/chart.h"
#include <stdio.h>
#include <string.h>

#define HOUR	(3600 * INT64_C(1000))
#define DAY	(24 * HOUR)
#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static int64_t
at(const char *text)
{
	int64_t	ms;

	cr_assert(when_parse(text, strlen(text), &ms), "%s", text);
	return ms;
}

static struct chart
day(void)
{
	struct chart	c = {
		.id = "c", .title = "Freezer 1", .summary = "24 hours",
		.zone = "UTC", .gap_ms = 2 * HOUR,
	};

	c.from_ms = at("2026-03-02T00:00:00Z");
	c.to_ms = c.from_ms + DAY;
	return c;
}

static const char *
svg(const struct chart *c)
{
	static struct buf	b = BUF_INIT(CHART_BYTES);

	buf_clear(&b);
	chart_svg(&b, c);
	cr_assert(!buf_failed(&b));
	return buf_str(&b);
}

/* The d of the line; static until the next call. */
static const char *
line(const struct chart *c)
{
	static char	d[1024];
	const char	*s = strstr(svg(c), "non-scaling-stroke\" d=\"");

	cr_assert_not_null(s);
	cr_assert_eq(sscanf(s, "non-scaling-stroke\" d=\"%1023[^\"]", d) >= 0,
	    true);
	return s[strlen("non-scaling-stroke\" d=\"")] == '"' ? "" : d;
}

static int
count(const char *text, const char *what)
{
	int	n = 0;

	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		n++;
	}
	return n;
}

static struct chart_point
point(const struct chart *c, int64_t offset_ms, centi_t t)
{
	return (struct chart_point){ c->from_ms + offset_ms, t, t, t };
}

Test(chart, an_empty_period_is_one_gap_and_no_line)
{
	struct chart	c = day();

	cr_expect_str_eq(line(&c), "");
	cr_expect_not_null(strstr(svg(&c),
	    "<rect class=\"gap\" x=\"0.00%\" width=\"100.00%\""));
}

Test(chart, the_whole_of_a_small_chart_is_this)
{
	struct chart		 c = day();
	struct chart_point	 p[] = {
		point(&c, 0, 0), point(&c, 12 * HOUR, 1000),
		point(&c, 24 * HOUR, 0),
	};

	c.gap_ms = 12 * HOUR;
	c.points = p;
	c.npoints = COUNT(p);
	cr_expect_str_eq(svg(&c),
	    "<svg class=\"chart\" width=\"100%\" height=\"266\" role=\"img\""
	    " aria-labelledby=\"c-t c-s\"><title id=\"c-t\">Freezer 1</title>"
	    "<desc id=\"c-s\">24 hours</desc><defs><pattern id=\"c-h\""
	    " width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\""
	    " patternTransform=\"rotate(45)\"><path class=\"hatch\""
	    " d=\"M0 0v6\"/></pattern></defs>"
	    "<line class=\"grid\" x2=\"100%\" y1=\"222\" y2=\"222\"/>"
	    "<text class=\"y\" x=\"-6\" y=\"226\">0°</text>"
	    "<line class=\"grid\" x2=\"100%\" y1=\"181\" y2=\"181\"/>"
	    "<text class=\"y\" x=\"-6\" y=\"185\">2°</text>"
	    "<line class=\"grid\" x2=\"100%\" y1=\"140\" y2=\"140\"/>"
	    "<text class=\"y\" x=\"-6\" y=\"144\">4°</text>"
	    "<line class=\"grid\" x2=\"100%\" y1=\"99\" y2=\"99\"/>"
	    "<text class=\"y\" x=\"-6\" y=\"103\">6°</text>"
	    "<line class=\"grid\" x2=\"100%\" y1=\"58\" y2=\"58\"/>"
	    "<text class=\"y\" x=\"-6\" y=\"62\">8°</text>"
	    "<line class=\"grid\" x2=\"100%\" y1=\"17\" y2=\"17\"/>"
	    "<text class=\"y\" x=\"-6\" y=\"21\">10°</text>"
	    "<line class=\"tick\" x1=\"16.66%\" x2=\"16.66%\" y2=\"244\"/>"
	    "<text class=\"x\" x=\"16.66%\" y=\"258\">04:00</text>"
	    "<line class=\"tick\" x1=\"33.33%\" x2=\"33.33%\" y2=\"244\"/>"
	    "<text class=\"x\" x=\"33.33%\" y=\"258\">08:00</text>"
	    "<line class=\"tick\" x1=\"50.00%\" x2=\"50.00%\" y2=\"244\"/>"
	    "<text class=\"x\" x=\"50.00%\" y=\"258\">12:00</text>"
	    "<line class=\"tick\" x1=\"66.66%\" x2=\"66.66%\" y2=\"244\"/>"
	    "<text class=\"x\" x=\"66.66%\" y=\"258\">16:00</text>"
	    "<line class=\"tick\" x1=\"83.33%\" x2=\"83.33%\" y2=\"244\"/>"
	    "<text class=\"x\" x=\"83.33%\" y=\"258\">20:00</text>"
	    "<line class=\"tick\" x1=\"100.00%\" x2=\"100.00%\" y2=\"244\"/>"
	    "<text class=\"x\" x=\"100.00%\" y=\"258\">Tue 3</text>"
	    "<svg width=\"100%\" height=\"240\" viewBox=\"0 0 1440 480\""
	    " preserveAspectRatio=\"none\"><defs><path id=\"c-l\""
	    " vector-effect=\"non-scaling-stroke\""
	    " d=\"M0 445l720 -411 720 411\"/><clipPath id=\"c-o\"></clipPath>"
	    "</defs><use class=\"line\" href=\"#c-l\"/><use"
	    " class=\"line outside\" href=\"#c-l\" clip-path=\"url(#c-o)\"/>"
	    "</svg></svg>");
}

Test(chart, a_silence_is_a_gap_and_never_a_line)
{
	static const struct {
		const char	*name;
		int		 hours[6];	/* of readings, -1 ends */
		int		 want_moves, want_dots, want_gaps;
	} c[] = {
		{ "none", { -1 }, 0, 0, 1 },
		{ "one alone", { 12, -1 }, 1, 1, 2 },
		{ "one stretch amid the day", { 11, 12, 13, -1 }, 1, 0, 2 },
		{ "exactly the gap apart", { 0, 2, 4, -1 }, 1, 0, 1 },
		{ "two stretches", { 0, 1, 22, 23, -1 }, 2, 0, 1 },
		{ "every one alone", { 0, 5, 10, 15, 20, -1 }, 5, 5, 5 },
		{ "a stretch, then one", { 0, 2, 23, -1 }, 2, 1, 1 },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct chart		 chart = day();
		struct chart_point	 p[6];
		const char		*d;

		for (size_t k = 0; c[i].hours[k] >= 0; k++)
			p[chart.npoints++] = point(&chart,
			    c[i].hours[k] * HOUR, 400);
		chart.points = p;
		d = line(&chart);
		cr_expect_eq(count(d, "M"), c[i].want_moves, "%s: %s",
		    c[i].name, d);
		cr_expect_eq(count(d, "h0"), c[i].want_dots, "%s: %s",
		    c[i].name, d);
		cr_expect_eq(count(svg(&chart), "class=\"gap\""),
		    c[i].want_gaps, "%s", c[i].name);
	}
}

Test(chart, what_lies_outside_the_period_is_left_out)
{
	struct chart		c = day();
	struct chart_point	p[] = {
		{ INT64_MIN, 0, 0, 0 }, point(&c, -1, 9000),
		point(&c, 12 * HOUR, 400), point(&c, DAY + 1, 9000),
		{ INT64_MAX, 0, 0, 0 },
	};
	struct chart_span	s[] = {
		{ c.from_ms - 2 * HOUR, c.from_ms - HOUR },
		{ c.from_ms - HOUR, c.from_ms + 6 * HOUR },
		{ c.from_ms + 18 * HOUR, INT64_MAX },
		{ c.to_ms, c.to_ms + HOUR },
	};

	c.points = p;
	c.npoints = COUNT(p);
	c.alerts = c.doors = s;
	c.nalerts = c.ndoors = COUNT(s);
	cr_expect_str_eq(line(&c), "M720 240h0");
	cr_expect_eq(count(svg(&c), "class=\"alert\""), 2);
	cr_expect_eq(count(svg(&c), "class=\"door\""), 2);
	cr_expect_not_null(strstr(svg(&c),
	    "class=\"alert\" x=\"75.00%\" width=\"25.00%\""));
}

Test(chart, what_was_found_afterwards_has_a_bar_of_its_own)
{
	struct chart		c = day();
	struct chart_span	s[] = {
		{ c.from_ms + 6 * HOUR, c.from_ms + 12 * HOUR },
		{ c.to_ms, c.to_ms + HOUR },
	};

	c.found = s;
	c.nfound = COUNT(s);
	cr_expect_eq(count(svg(&c), "class=\"alert\""), 1);
	cr_expect_not_null(strstr(svg(&c),
	    "class=\"found-bar\" x=\"25.00%\" width=\"25.00%\""));
	cr_expect_eq(count(svg(&c), "found-bar"), 1);
	cr_expect_eq(count(svg(&c), "alert-bar"), 0);
}

Test(chart, where_the_temperature_belongs_is_shaded_as_far_as_limits_say)
{
	static const struct {
		const char	*name;
		bool		 has_max, has_min;
		centi_t		 max, min;
		const char	*want;
	} cases[] = {
		{ "both", true, true, 1000, 200, " y=\"17\" height=\"164\"" },
		{ "high alone", true, false, 1000, 0,
		    " y=\"17\" height=\"223\"" },
		{ "low alone", false, true, 0, 200,
		    " y=\"0\" height=\"181\"" },
		{ "none", false, false, 0, 0, NULL },
		{ "contradictory", true, true, 200, 1000, NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct chart		c = day();
		struct chart_point	p[] = { point(&c, 0, 0),
					    point(&c, HOUR, 1000) };
		char			want[128];

		c.points = p;
		c.npoints = COUNT(p);
		c.has_max = cases[i].has_max;
		c.has_min = cases[i].has_min;
		c.max = cases[i].max;
		c.min = cases[i].min;
		snprintf(want, sizeof(want),
		    "<rect class=\"range\" width=\"100%%\"%s/>",
		    cases[i].want == NULL ? "" : cases[i].want);
		cr_expect_eq(strstr(svg(&c), cases[i].want == NULL ?
		    "class=\"range\"" : want) != NULL,
		    cases[i].want != NULL, "%s: %s", cases[i].name, want);
	}
}

Test(chart, both_limits_are_written_and_what_passes_them_is_clipped_out)
{
	struct chart		c = day();
	struct chart_point	p[] = { point(&c, 0, 0), point(&c, HOUR, 1200) };

	c.points = p;
	c.npoints = COUNT(p);
	c.has_max = c.has_min = true;
	c.max = 1000;
	c.min = 200;
	cr_expect_not_null(strstr(svg(&c), ">max 10 °C</text>"));
	cr_expect_not_null(strstr(svg(&c), ">min 2 °C</text>"));
	cr_expect_not_null(strstr(svg(&c), "<clipPath id=\"c-o\">"
	    "<rect width=\"1440\" height=\"102\"/>"
	    "<rect y=\"377\" width=\"1440\" height=\"103\"/></clipPath>"));
}

Test(chart, numbers_are_written_in_the_unit_people_read)
{
	struct chart	c = day();

	c.has_max = c.has_min = true;
	c.max = 500;
	c.min = -1850;
	cr_expect_not_null(strstr(svg(&c), ">max 5 °C</text>"));
	cr_expect_not_null(strstr(svg(&c), ">min \u221218.5 °C</text>"));
	c.fahrenheit = true;
	c.min = -1;
	cr_expect_not_null(strstr(svg(&c), ">max 41 °F</text>"));
	cr_expect_not_null(strstr(svg(&c), ">min 31.98 °F</text>"));
}

Test(chart, buckets_show_their_extremes_as_an_area)
{
	struct chart		c = day();
	struct chart_point	p[] = {
		{ c.from_ms, 0, 100, 200 },
		{ c.from_ms + HOUR, 0, 100, 200 },
		{ c.from_ms + 12 * HOUR, 0, 100, 200 },
	};
	const char		*want = "<path class=\"envelope\" d=\""
	    "M0 33L60 33L60 446L0 446ZM720 33L720 446Z\"/>";

	c.points = p;
	c.npoints = COUNT(p);
	cr_expect_not_null(strstr(svg(&c), want), "%s", svg(&c));
	for (size_t i = 0; i < COUNT(p); i++)
		p[i].low = p[i].high = p[i].mean;
	cr_expect_null(strstr(svg(&c), "envelope"));
}

Test(chart, hours_are_those_of_the_place_also_when_its_clocks_change)
{
	static const struct {
		const char	*name, *zone, *from;
		const char	*want[7];
		const char	*unwanted;
	} c[] = {
		{ "half an hour off", "Asia/Kolkata", "2026-03-02T00:00:00Z",
		    { ">08:00<", ">12:00<", ">Tue 3<", ">04:00<" }, ":30<" },
		{ "an hour lost", "Europe/Berlin", "2026-03-28T22:00:00Z",
		    { ">Sun 29<", ">04:00<", ">08:00<", ">20:00<" }, ">05:00<" },
		{ "an hour won", "Europe/Berlin", "2026-10-24T21:00:00Z",
		    { ">Sun 25<", ">04:00<", ">08:00<", ">20:00<" }, ">03:00<" },
		{ "an unknown place", "Mars/Olympus", "2026-03-02T00:00:00Z",
		    { ">04:00<", ">Tue 3<" }, NULL },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct chart	chart = day();

		chart.zone = c[i].zone;
		chart.from_ms = at(c[i].from);
		chart.to_ms = chart.from_ms + DAY;
		for (size_t k = 0; c[i].want[k] != NULL; k++)
			cr_expect_not_null(strstr(svg(&chart), c[i].want[k]),
			    "%s: %s", c[i].name, c[i].want[k]);
		if (c[i].unwanted != NULL)
			cr_expect_null(strstr(svg(&chart), c[i].unwanted),
			    "%s", c[i].name);
	}
}

Test(chart, long_periods_are_marked_by_the_midnights_of_the_place)
{
	struct chart	c = day();

	c.zone = "America/New_York";
	c.from_ms = c.to_ms - 7 * DAY;
	cr_expect_eq(count(svg(&c), "class=\"x\""), 7);
	cr_expect_not_null(strstr(svg(&c), ">Mon 2</text>"));
	c.from_ms = c.to_ms - 30 * DAY;
	cr_expect_eq(count(svg(&c), "class=\"x\""), 6);
	cr_expect_not_null(strstr(svg(&c), ">2 Mar</text>"));
}

Test(chart, hostile_text_stays_text)
{
	struct chart	c = day();

	c.title = "</title><script>alert('1')</script>";
	c.summary = "\"&amp;<b>";
	cr_expect_null(strstr(svg(&c), "<script"));
	cr_expect_not_null(strstr(svg(&c), "&lt;/title&gt;&lt;script&gt;"));
	cr_expect_not_null(strstr(svg(&c), "&amp;amp;&lt;b&gt;</desc>"));
}

Test(chart, the_densest_chart_fits_its_buffer)
{
	static struct chart_point	p[CHART_POINTS];
	struct chart			c = day();

	for (size_t i = 0; i < CHART_POINTS; i++) {
		p[i].at_ms = c.from_ms + (int64_t)i * DAY / CHART_POINTS;
		p[i].low = CENTI_MIN;
		p[i].high = CENTI_MAX;
		p[i].mean = i % 2 == 0 ? CENTI_MIN : CENTI_MAX;
	}
	c.points = p;
	c.npoints = CHART_POINTS;
	cr_expect_gt(strlen(svg(&c)), CHART_POINTS);
}
