/*
 * tally.h - latencies of a load, and what they come to.
 *
 * In microseconds; percentiles are said in milliseconds. Every value is kept:
 * a load is some ten thousand of them.
 */
#ifndef FG_TALLY_H
#define FG_TALLY_H
#include <stddef.h>
#include <stdint.h>

struct tally {
	int64_t	*v;
	size_t	 n, cap;
};

#define TALLY_INIT	{ NULL, 0, 0 }

void	 tally_release(struct tally *t);
void	 tally_add(struct tally *t, int64_t us);
/* Prints the lines "NAMEp50 1.234", p99 and max; sorts t. */
void	 tally_print(struct tally *t, const char *name);

#endif
