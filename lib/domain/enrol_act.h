/*
 * enrol_act.h - an administrator at work on an organization, and the line of
 * the audit trail that each act leaves.
 *
 * Decides how acts are called in the trail, and what a line always tells.
 */
#ifndef FG_ENROL_ACT_H
#define FG_ENROL_ACT_H
#include "domain/trail.h"

struct enrol {			/* one organization being worked on */
	struct db	*db;
	struct uuid	 organization;
	int64_t		 now_ms;
	const char	*operator;	/* who does it, for the trail; or NULL */
};

enum enrol_event {
	ENROL_DID_ORGANIZATION, ENROL_DID_PERSON, ENROL_DID_PASSWORD,
	ENROL_DID_SITE, ENROL_DID_AREA, ENROL_DID_UNIT, ENROL_DID_DEVICE,
	ENROL_DID_PAIRED, ENROL_DID_UNPAIRED, ENROL_DID_TTN_ID,
	ENROL_DID_WEBHOOK, ENROL_DID_WEBHOOK_OFF, ENROL_DID_KEY,
	ENROL_DID_KEY_OFF, ENROL_DID_BACKFILL, ENROL_DID_BACKFILL_OFF
};

/* A line about what is called id and, if it has one, name; unit may be NULL.
 * data is the caller's to put. */
struct trail_line enrol_line(const struct enrol *e, enum enrol_event what,
		    const struct uuid *id, const char *name,
		    const struct uuid *unit);
/* Queues it. */
void		 enrol_note(struct enrol *e, enum enrol_event what,
		    const struct uuid *id, const char *name,
		    const struct uuid *unit);

#endif
