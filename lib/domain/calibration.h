/*
 * calibration.h - what is added to what a sensor says, and for how long.
 *
 * Pure. Decides which of a sensor's calibrations holds at an instant; none
 * overlaps another, as the database sees to. They are applied to what comes in,
 * by the time it was measured at; what is stored stays as it is. How one is
 * entered is enrol_calibration.h.
 */
#ifndef FG_CALIBRATION_H
#define FG_CALIBRATION_H
#include "base/centi.h"

#define CALIBRATION_MAX		8	/* that can still matter */
#define CALIBRATION_OFFSET_MAX	1000	/* hundredths of a kelvin */

struct calibration {
	int64_t	from_ms, until_ms;	/* INT64_MAX: for ever */
	centi_t	offset;
};

struct calibrations {			/* of one sensor; plain value */
	size_t			n;
	struct calibration	v[CALIBRATION_MAX];
};

/* As devices.calibrations has them: "{from,until,offset,...}". */
bool	 calibration_parse(const char *text, struct calibrations *out);
/* The temperature that the sensor's value of that instant stands for. */
centi_t	 calibration_apply(const struct calibrations *c, centi_t raw,
	    int64_t at_ms);

#endif
