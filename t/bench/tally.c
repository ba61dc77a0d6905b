#include "tally.h"
#include "base/mem.h"
#include <stdio.h>
#include <stdlib.h>

void
tally_release(struct tally *t)
{
	free(t->v);
	*t = (struct tally)TALLY_INIT;
}

void
tally_add(struct tally *t, int64_t us)
{
	if (t->n == t->cap) {
		t->cap = t->cap > 0 ? mem_product(t->cap, 2) : 1024;
		t->v = mem_resize(t->v, mem_product(t->cap, sizeof(*t->v)));
	}
	t->v[t->n++] = us;
}

static int
compare(const void *a, const void *b)
{
	int64_t	x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The smallest value that so many percent do not exceed. */
static double
percentile_ms(const struct tally *t, size_t percent)
{
	return (double)t->v[(t->n * percent + 99) / 100 - 1] / 1000;
}

void
tally_print(struct tally *t, const char *name)
{
	if (t->n == 0)
		return;
	qsort(t->v, t->n, sizeof(*t->v), compare);
	printf("%sp50 %.3f\n%sp99 %.3f\n%smax %.3f\n",
	    name, percentile_ms(t, 50), name, percentile_ms(t, 99),
	    name, percentile_ms(t, 100));
}
