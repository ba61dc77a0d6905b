/*
 * enrol_calibration.h - entering a sensor's calibration, and taking it back.
 *
 * Decides what is kept of one and who did it. Nothing of it is ever changed or
 * deleted: it expires, or is withdrawn from now on. It is applied to what comes
 * in from now on, however early it says that it holds.
 */
#ifndef FG_ENROL_CALIBRATION_H
#define FG_ENROL_CALIBRATION_H
#include "domain/calibration.h"
#include "domain/enrol_act.h"

struct enrol_sensor {
	struct uuid	id;
	struct uuid	unit;		/* that it is on; nil: none */
};

struct enrol_calibration {
	struct calibration	 holds;
	const char		*certificate;	/* or NULL */
};

/* Queues it, with its line in the audit trail. That it overlaps another of the
 * device makes the transaction DB_CONFLICT. */
void	 enrol_calibrate(struct enrol *e, const struct enrol_sensor *sensor,
	    const struct enrol_calibration *c);
/* Those that are not over yet hold no more. DB_NONE: there are none. */
enum db_rc enrol_calibration_withdraw(struct enrol *e,
	    const struct enrol_sensor *sensor) must_check;

#endif
