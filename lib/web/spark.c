#include "web/spark.h"

enum { MARGIN = 1 };		/* the stroke is not cut at the edges */

struct range {
	centi_t	lo, hi;
};

static bool
range_of(const struct spark_value *v, size_t n, struct range *r)
{
	bool	any = false;

	for (size_t i = 0; i < n; i++) {
		if (!v[i].has)
			continue;
		if (!any || v[i].t < r->lo)
			r->lo = v[i].t;
		if (!any || v[i].t > r->hi)
			r->hi = v[i].t;
		any = true;
	}
	if (any && r->hi - r->lo < SPARK_SPAN) {
		r->lo = (r->lo + r->hi - SPARK_SPAN) / 2;
		r->hi = r->lo + SPARK_SPAN;
	}
	return any;
}

static int
y_of(const struct range *r, centi_t t)
{
	int64_t	height = SPARK_HEIGHT - 2 * MARGIN;

	return (int)(MARGIN + height -
	    (t - r->lo) * height / (r->hi - r->lo));
}

void
spark_path(struct buf *out, const struct spark_value *v, size_t n)
{
	struct range	r = { 0, 0 };
	bool		drawing = false, alone = false;
	int		y, last = 0;

	if (!range_of(v, n, &r))
		return;
	for (size_t i = 0; i < n; i++) {
		if (v[i].has) {
			y = y_of(&r, v[i].t);
			if (!drawing)
				buf_printf(out, "M%zu %d", i * SPARK_STEP, y);
			else
				buf_printf(out, "%s%d%s%d", alone ? "l" : " ",
				    SPARK_STEP, y < last ? "" : " ", y - last);
			alone = !drawing;
			last = y;
		} else if (alone) {
			buf_puts(out, "h0");	/* a dot, by the line's cap */
			alone = false;
		}
		drawing = v[i].has;
	}
	if (alone)
		buf_puts(out, "h0");
}
