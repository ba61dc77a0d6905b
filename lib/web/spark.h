/*
 * spark.h - a trend as the "d" of one tiny SVG path.
 *
 * Five hundred of them share a page of 30 kB, hence whole numbers, relative
 * moves and as few of them as will do: the vertical scale is the trend's own
 * but never less than SPARK_SPAN, and a change below SPARK_QUIET is drawn flat.
 * A missing value is a gap. The text holds digits, signs, spaces and M l h
 * only: safe in an attribute as it is.
 */
#ifndef FG_SPARK_H
#define FG_SPARK_H
#include "base/buf.h"
#include "base/centi.h"

#define SPARK_STEP	4	/* viewBox units from value to value */
#define SPARK_HEIGHT	16
#define SPARK_SPAN	400	/* hundredths of a degree over the height */
#define SPARK_QUIET	2	/* viewBox units */

struct spark_value {
	bool	has;
	centi_t	t;
};

/* Appends nothing when there is no value. */
void	spark_path(struct buf *out, const struct spark_value *v, size_t n);

#endif
