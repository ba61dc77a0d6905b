/*
 * chart.h - a temperature chart as inline SVG, made without a browser.
 *
 * Decides how a period of readings is drawn: the line and its min/max
 * envelope, limits, silences as gaps, spans of alerts and of an open door, and
 * axes in the site's time zone. Pure: no clock, no database, no I/O. Knows no
 * rules: the caller says what the limits are and how long a silence is a gap.
 *
 * Only classes and SVG attributes, no styles: the stylesheet decides colours,
 * and the page's content policy allows none in the markup. Words and numbers
 * keep their size at any width, for positions are percentages.
 */
#ifndef FG_CHART_H
#define FG_CHART_H
#include "base/buf.h"
#include "base/centi.h"

struct chart_point {			/* one reading, or one bucket of many */
	int64_t	at_ms;
	centi_t	low, mean, high;	/* all equal for a single reading */
};

struct chart_span {
	int64_t	from_ms, to_ms;
};

struct chart {
	const char	*id;		/* unique in the page, [a-z0-9-] */
	const char	*title;		/* read to those who cannot see it */
	const char	*summary;	/* the same, longer */
	const char	*zone;		/* IANA name; unknown: drawn in UTC */
	int64_t		 from_ms, to_ms;
	bool		 fahrenheit;	/* how numbers are written */
	bool		 has_max, has_min;
	centi_t		 max, min;	/* limits; a limit is itself in range */
	int64_t		 gap_ms;	/* a longer silence is drawn as one */
	const struct chart_point *points;	/* in time order */
	size_t		 npoints;
	const struct chart_span *alerts;
	size_t		 nalerts;
	const struct chart_span *found;	/* afterwards; as alerts, otherwise
					 * barred */
	size_t		 nfound;
	const struct chart_span *doors;
	size_t		 ndoors;
};

/* Enough for CHART_POINTS points with envelope and spans. */
#define CHART_POINTS	3000
#define CHART_BYTES	(256 * 1024)

/* Appends one <svg> element. Points outside the period are left out. */
void	chart_svg(struct buf *out, const struct chart *c);

#endif
