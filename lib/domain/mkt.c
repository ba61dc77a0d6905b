#include "domain/mkt.h"
#include <math.h>

#define H_BY_R		10000.0		/* kelvin */
#define ZERO_CENTI	27315		/* 0 degrees C in hundredths of kelvin */

void
mkt_add(struct mkt *m, centi_t t, int64_t weight)
{
	double	kelvin = (t + ZERO_CENTI) / 100.0;

	if (t <= -ZERO_CENTI || weight <= 0)
		return;
	m->sum += (double)weight * exp(-H_BY_R / kelvin);
	m->weight += weight;
}

bool
mkt_exact(const struct mkt *m, double *out)
{
	if (m->weight <= 0)
		return false;
	*out = H_BY_R / -log(m->sum / (double)m->weight) -
	    ZERO_CENTI / 100.0;
	return true;
}

bool
mkt_value(const struct mkt *m, centi_t *out)
{
	double	celsius;

	return mkt_exact(m, &celsius) && centi_from_celsius(celsius, out);
}
