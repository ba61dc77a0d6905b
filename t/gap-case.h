/*
 * gap-case.h - a unit whose sensor reports every ten minutes, for tests of
 * what is lacking.
 */
#ifndef GAP_CASE_H
#define GAP_CASE_H
#include "base/arena.h"
#include "domain/period.h"
#include "fixture.h"

#define MINUTE		INT64_C(60000)
/* 2026-11-02 00:00 UTC; T in a query stands for it. */
#define START		INT64_C(1793577600000)
#define T		" to_timestamp(1793577600)"
#define NOW		(START + 24 * PERIOD_HOUR_MS)

extern struct fixture	 fx;
extern struct db	*jobs, *app;
extern struct arena	 arena;

void	 case_set_up(void);
void	 case_tear_down(void);
/* One reading at each of these minutes, "0,10,30", as frames counted from first
 * on; a frame is left out where the minute is. */
void	 case_store(const char *minutes, int first);
void	 case_store_every_ten(int from, int to);
/* As those do who store what is late. */
void	 case_mark(int from, int to);
void	 case_roll(int64_t now_ms);
/* "from-to/frames status", in minutes. */
void	 case_expect_ledger(const char *want);

#endif
