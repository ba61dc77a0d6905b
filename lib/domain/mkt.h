/*
 * mkt.h - mean kinetic temperature: the one temperature that would have done
 * as much harm as all of them.
 *
 *	T = (H/R) / -ln( sum(w exp(-H/(R T))) / sum(w) )	in kelvin
 *
 * with the constants of USP <1079.2>, H = 83.144 kJ/mol and R = 8.3144 J/(mol
 * K): H/R is 10000 K exactly. The weight of a temperature is how long it
 * lasted. Pure. Floating point, for exp and ln ask for it; what goes in and
 * comes out are hundredths of a degree. The sum keeps 15 digits from -80 to
 * 100 degrees, where exp() runs from 3e-23 to 2e-12.
 */
#ifndef FG_MKT_H
#define FG_MKT_H
#include "base/centi.h"

struct mkt {			/* zeroed: nothing yet */
	double	sum;
	int64_t	weight;
};

/* weight: any unit of time, 0 or more; below -273.15 nothing is a
 * temperature, and nothing is added. */
void	 mkt_add(struct mkt *m, centi_t t, int64_t weight);
/* False where nothing has a weight. Rounded half away from zero. */
bool	 mkt_value(const struct mkt *m, centi_t *out);
/* The same unrounded, in degrees Celsius, for who compares. */
bool	 mkt_exact(const struct mkt *m, double *out);

#endif
