/*
 * exposure.h - what a unit's contents went through: how long, how warm.
 *
 * Decides how readings become time: a reading holds until the next one; where
 * the next one is further away than a gap, or there is none, it holds for one
 * expected interval, and then nothing is known. From that: time observed, time
 * above and below the limits (a limit is itself in range), the longest stretch
 * without a reading in range, and the mean kinetic temperature. Pure.
 */
#ifndef FG_EXPOSURE_H
#define FG_EXPOSURE_H
#include "domain/display.h"
#include "domain/mkt.h"
#include "domain/period.h"

struct exposure_rules {
	struct opt_centi low, high;	/* limits */
	int64_t		 interval_ms;	/* expected between readings; > 0 */
	int64_t		 gap_ms;	/* a longer silence is one */
};

struct excursion {		/* from the first reading outside until ... */
	int64_t	from_ms, to_ms;	/* from == to: there was none */
	centi_t	peak;		/* furthest from the limit */
};

struct exposure {
	struct exposure_rules rules;
	struct period	of;
	/* Results, after exposure_end(). */
	int64_t		 n;		/* readings within; 0: no min, ... */
	centi_t		 min, max;
	int64_t		 sum;		/* of all temperatures */
	struct mkt	 mkt;
	int64_t		 observed_ms, above_ms, below_ms;
	struct excursion longest;
	/* While it lasts. */
	bool		 has_last;
	int64_t		 last_at_ms;
	centi_t		 last;
	bool		 outside;	/* current continues with the next */
	struct excursion current;
};

void	exposure_begin(struct exposure *e, const struct exposure_rules *rules,
	    struct period of);
/* Readings in time order. One before the period counts for what it holds
 * within; of several at the same instant the last one holds. */
void	exposure_add(struct exposure *e, int64_t at_ms, centi_t t);
void	exposure_end(struct exposure *e);
centi_t	exposure_mean(const struct exposure *e);	/* of readings; n > 0 */

#endif
