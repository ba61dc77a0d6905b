/*
 * clock.h - what time it is, by the wall and by the stopwatch.
 *
 * Everything that decides takes "now" as a parameter; only programs ask the
 * clock, through here, so that --now moves it in jobs and tests never sleep.
 */
#ifndef FG_CLOCK_H
#define FG_CLOCK_H
#include <stdint.h>

int64_t	clock_now_ms(void);		/* UTC, milliseconds since the epoch */
void	clock_freeze(int64_t now_ms);	/* clock_now_ms() from here on */
int64_t	clock_mono_us(void);		/* for durations only; never frozen */

#endif
