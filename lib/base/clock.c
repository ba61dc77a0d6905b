#include "base/clock.h"

#include <stdbool.h>
#include <time.h>

static struct {
	bool	set;
	int64_t	at_ms;
} frozen;

int64_t
clock_now_ms(void)
{
	struct timespec	ts;

	if (frozen.set)
		return frozen.at_ms;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
clock_freeze(int64_t now_ms)
{
	frozen.set = true;
	frozen.at_ms = now_ms;
}

int64_t
clock_mono_us(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}
