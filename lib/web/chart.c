#include "web/chart.h"
#include "base/when.h"
#include "web/escape.h"
#include <string.h>

/*
 * Two coordinate systems share one height. Lines live in a nested <svg> that
 * is stretched to whatever width there is, W by H units; everything with text
 * or a pattern in it is placed in the outer one, across by percent and down by
 * pixels, two units each.
 */
enum {
	W = 1440,		/* a minute a unit over a day */
	H = 480,
	PX = H / 2,
	LABEL_Y = PX + 18,	/* base line of the time axis */
	PX_ALL = PX + 26,
	MIN_SPAN = 200,		/* two degrees: noise must not fill a chart */
	MAX_TICKS = 6
};

#define MINUTE	(60 * INT64_C(1000))
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

struct scale {			/* all in hundredths of the unit shown */
	int32_t	lo, hi;
	int32_t	step;		/* from grid line to grid line */
};

static int32_t
shown(const struct chart *c, centi_t t)
{
	return c->fahrenheit ? centi_to_fahrenheit(t) : t;
}

static bool
inside(const struct chart *c, int64_t at_ms)
{
	return at_ms >= c->from_ms && at_ms <= c->to_ms;
}

static void
widen(struct scale *s, int32_t v, bool *any)
{
	if (!*any || v < s->lo)
		s->lo = v;
	if (!*any || v > s->hi)
		s->hi = v;
	*any = true;
}

static int32_t
step_of(int32_t span)
{
	static const int32_t steps[] = {
		50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000
	};
	size_t	i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) &&
	    span / steps[i] > MAX_TICKS)
		i++;
	return steps[i];
}

static struct scale
scale_of(const struct chart *c)
{
	struct scale	s = { 0, 0, 0 };
	bool		any = false;
	int32_t		pad;

	for (size_t i = 0; i < c->npoints; i++) {
		if (!inside(c, c->points[i].at_ms))
			continue;
		widen(&s, shown(c, c->points[i].low), &any);
		widen(&s, shown(c, c->points[i].high), &any);
	}
	if (c->has_max)
		widen(&s, shown(c, c->max), &any);
	if (c->has_min)
		widen(&s, shown(c, c->min), &any);
	if (s.hi - s.lo < MIN_SPAN) {
		s.lo = (s.lo + s.hi - MIN_SPAN) / 2;
		s.hi = s.lo + MIN_SPAN;
	}
	pad = (s.hi - s.lo) / 12;
	s.lo -= pad;
	s.hi += pad;
	s.step = step_of(s.hi - s.lo);
	return s;
}

static int
y_of(const struct scale *s, int32_t v)
{
	return (int)((int64_t)(s->hi - v) * H / (s->hi - s->lo));
}

static int64_t
clamp(const struct chart *c, int64_t at_ms)
{
	if (at_ms < c->from_ms)
		return c->from_ms;
	return at_ms > c->to_ms ? c->to_ms : at_ms;
}

static int
x_of(const struct chart *c, int64_t at_ms)
{
	return (int)((at_ms - c->from_ms) * W / (c->to_ms - c->from_ms));
}

/* name="12.34%" of a length of time; buf_printf has no decimals to round. */
static void
put_percent(struct buf *out, const struct chart *c, const char *name,
    int64_t ms)
{
	int64_t	hundredths = ms * 10000 / (c->to_ms - c->from_ms);

	buf_printf(out, " %s=\"%d.%02d%%\"", name, (int)(hundredths / 100),
	    (int)(hundredths % 100));
}

static void
put_text(struct buf *out, const char *s)
{
	escape_html(out, s, strlen(s));
}

/* "-18.5", "4": as many decimals as the value needs, a true minus. */
static void
put_number(struct buf *out, int32_t v)
{
	int	whole, rest;

	if (v < 0) {
		buf_puts(out, "\342\210\222");
		v = -v;
	}
	whole = (int)(v / 100);
	rest = (int)(v % 100);
	if (rest == 0)
		buf_printf(out, "%d", whole);
	else if (rest % 10 == 0)
		buf_printf(out, "%d.%d", whole, rest / 10);
	else
		buf_printf(out, "%d.%02d", whole, rest);
}

static void
open_svg(struct buf *out, const struct chart *c)
{
	buf_printf(out, "<svg class=\"chart\" width=\"100%%\" height=\"%d\" "
	    "role=\"img\" aria-labelledby=\"%s-t %s-s\"><title id=\"%s-t\">",
	    PX_ALL, c->id, c->id, c->id);
	put_text(out, c->title);
	buf_printf(out, "</title><desc id=\"%s-s\">", c->id);
	put_text(out, c->summary);
	/* Hatching, not colour alone: it survives a black and white printer. */
	buf_printf(out, "</desc><defs><pattern id=\"%s-h\" width=\"6\" "
	    "height=\"6\" patternUnits=\"userSpaceOnUse\" "
	    "patternTransform=\"rotate(45)\"><path class=\"hatch\" "
	    "d=\"M0 0v6\"/></pattern></defs>", c->id);
}

static void
put_band(struct buf *out, const struct chart *c, const char *class,
    int64_t from_ms, int64_t to_ms)
{
	buf_printf(out, "<rect class=\"%s\"", class);
	put_percent(out, c, "x", from_ms - c->from_ms);
	put_percent(out, c, "width", to_ms - from_ms);
}

/* A hatched column under a bar. */
static void
draw_columns(struct buf *out, const struct chart *c,
    const struct chart_span *v, size_t n, const char *bar)
{
	int64_t	from, to;

	for (size_t i = 0; i < n; i++) {
		from = clamp(c, v[i].from_ms);
		to = clamp(c, v[i].to_ms);
		if (to <= from)
			continue;
		put_band(out, c, "alert", from, to);
		buf_printf(out, " height=\"%d\" fill=\"url(#%s-h)\"/>", PX,
		    c->id);
		put_band(out, c, bar, from, to);
		buf_puts(out, " height=\"4\"/>");
	}
}

/* An alert, or what should have been one, is a column; a door a strip at the
 * bottom. */
static void
draw_spans(struct buf *out, const struct chart *c)
{
	const struct chart_span	*s;
	int64_t			 from, to;

	draw_columns(out, c, c->alerts, c->nalerts, "alert-bar");
	draw_columns(out, c, c->found, c->nfound, "found-bar");
	for (size_t i = 0; i < c->ndoors; i++) {
		s = &c->doors[i];
		from = clamp(c, s->from_ms);
		to = clamp(c, s->to_ms);
		if (to <= from)
			continue;
		put_band(out, c, "door", from, to);
		buf_printf(out, " y=\"%d\" height=\"8\"/>", PX - 8);
	}
}

static void
put_gap(struct buf *out, const struct chart *c, int64_t from, int64_t to)
{
	if (to - from <= c->gap_ms)
		return;
	put_band(out, c, "gap", from, to);
	buf_printf(out, " height=\"%d\"/>", PX);
}

static void
draw_gaps(struct buf *out, const struct chart *c)
{
	int64_t	last = c->from_ms;

	for (size_t i = 0; i < c->npoints; i++) {
		if (!inside(c, c->points[i].at_ms))
			continue;
		put_gap(out, c, last, c->points[i].at_ms);
		last = c->points[i].at_ms;
	}
	put_gap(out, c, last, c->to_ms);
}

static void
draw_grid(struct buf *out, const struct scale *s)
{
	int32_t	v = s->lo - s->lo % s->step;
	int	y;

	if (v < s->lo)
		v += s->step;
	for (; v <= s->hi; v += s->step) {
		y = y_of(s, v) / 2;
		buf_printf(out, "<line class=\"grid\" x2=\"100%%\" y1=\"%d\" "
		    "y2=\"%d\"/><text class=\"y\" x=\"-6\" y=\"%d\">", y, y,
		    y + 4);
		put_number(out, v);
		buf_puts(out, "\302\260</text>");
	}
}

/* Where the temperature belongs: up to the edge where there is no limit. */
static void
draw_range(struct buf *out, const struct chart *c, const struct scale *s)
{
	int	top = c->has_max ? y_of(s, shown(c, c->max)) / 2 : 0;
	int	bottom = c->has_min ? y_of(s, shown(c, c->min)) / 2 : PX;

	if ((c->has_max || c->has_min) && bottom > top)
		buf_printf(out, "<rect class=\"range\" width=\"100%%\" "
		    "y=\"%d\" height=\"%d\"/>", top, bottom - top);
}

static void
draw_limit(struct buf *out, const struct scale *s, int32_t v)
{
	int	y = y_of(s, v) / 2;

	buf_printf(out, "<line class=\"limit\" x2=\"100%%\" y1=\"%d\" "
	    "y2=\"%d\"/>", y, y);
}

/* On the side where the forbidden is, if there is room for it. */
static void
name_limit(struct buf *out, const struct chart *c, const struct scale *s,
    bool is_max)
{
	int32_t	v = shown(c, is_max ? c->max : c->min);
	int	y = y_of(s, v) / 2;
	bool	above = is_max ? y > 16 : y > PX - 24;

	buf_printf(out, "<text class=\"limit-text\" x=\"100%%\" y=\"%d\">%s ",
	    above ? y - 5 : y + 14, is_max ? "max" : "min");
	put_number(out, v);
	buf_printf(out, " \302\260%c</text>", c->fahrenheit ? 'F' : 'C');
}

/* One sub-path per stretch without a gap, in whole steps from point to point;
 * a stretch of one point becomes a dot by the line's round cap. */
static void
draw_line(struct buf *out, const struct chart *c, const struct scale *s)
{
	int64_t	last_at = 0;
	int	x, y, last_x = 0, last_y = 0;
	bool	drawing = false, alone = false;

	for (size_t i = 0; i < c->npoints; i++) {
		const struct chart_point *p = &c->points[i];

		if (!inside(c, p->at_ms))
			continue;
		x = x_of(c, p->at_ms);
		y = y_of(s, shown(c, p->mean));
		if (drawing && p->at_ms - last_at <= c->gap_ms) {
			buf_printf(out, "%s%d %d", alone ? "l" : " ",
			    x - last_x, y - last_y);
			alone = false;
		} else {
			buf_printf(out, "%sM%d %d", alone ? "h0" : "", x, y);
			alone = true;
		}
		drawing = true;
		last_at = p->at_ms;
		last_x = x;
		last_y = y;
	}
	if (alone)
		buf_puts(out, "h0");
}

/* The area of one stretch [first, end): its highs forth, its lows back. */
static void
put_envelope(struct buf *out, const struct chart *c, const struct scale *s,
    size_t first, size_t end)
{
	const struct chart_point	*p = c->points;
	char				 move = 'M';

	for (size_t i = first; i < end; i++, move = 'L')
		buf_printf(out, "%c%d %d", move, x_of(c, p[i].at_ms),
		    y_of(s, shown(c, p[i].high)));
	for (size_t i = end; i-- > first;)
		buf_printf(out, "L%d %d", x_of(c, p[i].at_ms),
		    y_of(s, shown(c, p[i].low)));
	buf_putc(out, 'Z');
}

static void
draw_envelope(struct buf *out, const struct chart *c, const struct scale *s)
{
	const struct chart_point	*p = c->points;
	size_t				 first = 0, end;

	while (first < c->npoints) {
		if (!inside(c, p[first].at_ms)) {
			first++;
			continue;
		}
		for (end = first + 1; end < c->npoints &&
		    inside(c, p[end].at_ms) &&
		    p[end].at_ms - p[end - 1].at_ms <= c->gap_ms; end++)
			;
		put_envelope(out, c, s, first, end);
		first = end;
	}
}

static bool
has_envelope(const struct chart *c)
{
	for (size_t i = 0; i < c->npoints; i++)
		if (c->points[i].low != c->points[i].high)
			return true;
	return false;
}

/* What lies beyond a limit is drawn a second time, thicker, clipped to it. */
static void
put_outside_clip(struct buf *out, const struct chart *c,
    const struct scale *s)
{
	int	y;

	buf_printf(out, "<clipPath id=\"%s-o\">", c->id);
	if (c->has_max)
		buf_printf(out, "<rect width=\"%d\" height=\"%d\"/>", W,
		    y_of(s, shown(c, c->max)));
	if (c->has_min) {
		y = y_of(s, shown(c, c->min));
		buf_printf(out, "<rect y=\"%d\" width=\"%d\" height=\"%d\"/>",
		    y, W, H - y);
	}
	buf_puts(out, "</clipPath>");
}

static void
draw_readings(struct buf *out, const struct chart *c, const struct scale *s)
{
	buf_printf(out, "<svg width=\"100%%\" height=\"%d\" "
	    "viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\">", PX, W, H);
	if (has_envelope(c)) {
		buf_puts(out, "<path class=\"envelope\" d=\"");
		draw_envelope(out, c, s);
		buf_puts(out, "\"/>");
	}
	buf_printf(out, "<defs><path id=\"%s-l\" "
	    "vector-effect=\"non-scaling-stroke\" d=\"", c->id);
	draw_line(out, c, s);
	buf_puts(out, "\"/>");
	put_outside_clip(out, c, s);
	buf_printf(out, "</defs><use class=\"line\" href=\"#%s-l\"/>"
	    "<use class=\"line outside\" href=\"#%s-l\" "
	    "clip-path=\"url(#%s-o)\"/></svg>", c->id, c->id, c->id);
}

static void
put_tick(struct buf *out, const struct chart *c, int64_t at_ms,
    const char *label)
{
	buf_puts(out, "<line class=\"tick\"");
	put_percent(out, c, "x1", at_ms - c->from_ms);
	put_percent(out, c, "x2", at_ms - c->from_ms);
	buf_printf(out, " y2=\"%d\"/><text class=\"x\"", PX + 4);
	put_percent(out, c, "x", at_ms - c->from_ms);
	buf_printf(out, " y=\"%d\">%s</text>", LABEL_Y, label);
}

static const char *
zone_of(const struct chart *c)
{
	return when_zone_known(c->zone) ? c->zone : "UTC";
}

/* Every fourth hour of the place's own clock, whatever it does at night. */
static void
draw_hours(struct buf *out, const struct chart *c)
{
	const char	*zone = zone_of(c);
	int64_t		 every = 4 * HOUR, at, offset;
	struct tm	 tm;
	char		 label[32];

	if (!when_local(c->from_ms, zone, &tm))
		return;
	offset = tm.tm_gmtoff * INT64_C(1000);
	at = c->from_ms + every - (c->from_ms + offset) % every;
	for (; at <= c->to_ms && when_local(at, zone, &tm); at += every) {
		/* Clocks changed since the last tick: the hour moved too. */
		at -= tm.tm_gmtoff * INT64_C(1000) - offset;
		offset = tm.tm_gmtoff * INT64_C(1000);
		if (!when_local(at, zone, &tm) || !inside(c, at))
			continue;
		strftime(label, sizeof(label),
		    tm.tm_hour == 0 ? "%a %-d" : "%H:%M", &tm);
		put_tick(out, c, at, label);
	}
}

/* Midnights, newest first, so that the last days keep their labels. */
static void
draw_days(struct buf *out, const struct chart *c)
{
	const char	*zone = zone_of(c);
	int64_t		 span = c->to_ms - c->from_ms, at = c->to_ms + 1;
	int		 every = span > 10 * DAY ? 5 : 1, n = 0;
	struct tm	 tm;
	char		 label[32];

	while (when_day_start(at - 1, zone, &at) && at >= c->from_ms) {
		if (n++ % every != 0 || !when_local(at, zone, &tm))
			continue;
		strftime(label, sizeof(label), every == 1 ? "%a %-d" : "%-d %b",
		    &tm);
		put_tick(out, c, at, label);
	}
}

void
chart_svg(struct buf *out, const struct chart *c)
{
	struct scale	s = scale_of(c);

	open_svg(out, c);
	draw_range(out, c, &s);
	draw_gaps(out, c);
	draw_grid(out, &s);
	if (c->to_ms - c->from_ms <= 2 * DAY)
		draw_hours(out, c);
	else
		draw_days(out, c);
	draw_spans(out, c);
	if (c->has_max)
		draw_limit(out, &s, shown(c, c->max));
	if (c->has_min)
		draw_limit(out, &s, shown(c, c->min));
	draw_readings(out, c, &s);
	/* Last, for words must not be crossed out. */
	if (c->has_max)
		name_limit(out, c, &s, true);
	if (c->has_min)
		name_limit(out, c, &s, false);
	buf_puts(out, "</svg>");
}
