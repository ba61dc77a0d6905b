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

/* Without printf's generality: a wall writes thousands of these. */
static void
put_number(struct buf *out, int v)
{
	char	digits[12];
	size_t	n = sizeof(digits);
	bool	negative = v < 0;

	do {
		digits[--n] = (char)('0' + (negative ? -(v % 10) : v % 10));
		v /= 10;
	} while (v != 0);
	if (negative)
		digits[--n] = '-';
	buf_add(out, digits + n, sizeof(digits) - n);
}

static void
put_command(struct buf *out, char command, int v)
{
	buf_putc(out, command);
	put_number(out, v);
}

struct pen {
	struct buf	*out;
	bool		 down;
	bool		 drawn;		/* anything since it went down */
	int		 y;
	int		 flat;		/* steps without a change, not yet drawn */
};

static void
draw_flat(struct pen *p)
{
	if (p->flat > 0)
		put_command(p->out, 'h', p->flat * SPARK_STEP);
	p->drawn = p->drawn || p->flat > 0;
	p->flat = 0;
}

static void
pen_up(struct pen *p)
{
	draw_flat(p);
	if (p->down && !p->drawn)
		buf_puts(p->out, "h0");	/* a dot, by the line's cap */
	p->down = false;
}

static void
pen_to(struct pen *p, int y)
{
	if (y - p->y < SPARK_QUIET && p->y - y < SPARK_QUIET) {
		p->flat++;
		return;
	}
	draw_flat(p);
	put_command(p->out, 'l', SPARK_STEP);
	if (y > p->y)
		buf_putc(p->out, ' ');	/* a minus separates by itself */
	put_number(p->out, y - p->y);
	p->drawn = true;
	p->y = y;
}

static void
pen_down(struct pen *p, size_t i, int y)
{
	put_command(p->out, 'M', (int)i * SPARK_STEP);
	put_command(p->out, ' ', y);
	*p = (struct pen){ .out = p->out, .down = true, .y = y };
}

void
spark_path(struct buf *out, const struct spark_value *v, size_t n)
{
	struct range	r = { 0, 0 };
	struct pen	pen = { .out = out };

	if (!range_of(v, n, &r))
		return;
	for (size_t i = 0; i < n; i++)
		if (!v[i].has)
			pen_up(&pen);
		else if (pen.down)
			pen_to(&pen, y_of(&r, v[i].t));
		else
			pen_down(&pen, i, y_of(&r, v[i].t));
	pen_up(&pen);
}
