/*
 * enrol_device.h - making sensors: what they are, where they are, and how often
 * they are to be heard.
 *
 * Decides what belongs to a sensor. As enrol.h: queued, each act with its line
 * in the audit trail.
 */
#ifndef FG_ENROL_DEVICE_H
#define FG_ENROL_DEVICE_H
#include "domain/enrol_act.h"

struct enrol_device {
	const char	*dev_eui;	/* 16 lower-case hexadecimal digits */
	const char	*name;
	const char	*manufacturer, *model;	/* as the catalogue has them */
	const char	*join_eui;	/* as dev_eui, or NULL */
	const char	*ttn_id;	/* its network's id for it, or NULL */
	int32_t		 interval_s;	/* it was told to report each; or 0 */
};

/* unit NULL or nil: on none yet. */
struct uuid	 enrol_device(struct enrol *e, const struct uuid *unit,
		    const struct enrol_device *d);
/* Many at once, which takes as many statements as one; unit[i] is d[i]'s. A
 * few thousand at most: more is better done in parts. */
void		 enrol_devices(struct enrol *e, const struct enrol_device *d,
		    const struct uuid *unit, size_t n);
/* Expects of the units of which these are the primary sensors to hear as often
 * as they report: as they were told, else as their model does. */
void		 enrol_pace(struct enrol *e, const struct enrol_device *d,
		    size_t n);
/* Puts a sensor onto a unit, or (NULL) takes it off the one it is on. */
void		 enrol_device_move(struct enrol *e, const struct uuid *device,
		    const struct uuid *unit);
/* Its network's id for it; what was asked for by another is asked for again. */
void		 enrol_device_ttn_id(struct enrol *e,
		    const struct uuid *device, const char *ttn_id);

#endif
