/*
 * sensor_status.h - how a sensor is, in one word.
 *
 * Pure. Decides the word from when the sensor was heard last and how often it
 * should be; for one that never was, from how it stands with its network. What
 * follows for the refrigerator is the engine's, which judges units.
 */
#ifndef FG_SENSOR_STATUS_H
#define FG_SENSOR_STATUS_H
#include "domain/kinds.h"
#include <stdint.h>

enum sensor_status {
	SENSOR_PENDING,		/* the network does not know it yet */
	SENSOR_JOINING,		/* it does, but nothing has come */
	SENSOR_ERROR,
	SENSOR_NEVER,		/* all is set up, and nothing has come */
	SENSOR_ONLINE,		/* heard within 1.5 intervals */
	SENSOR_LATE,		/* within 3 */
	SENSOR_NOT_REPORTING,
	SENSOR_STATUS__MAX
};

struct sensor_signs {		/* plain value */
	enum lora_status lora;	/* LORA_ACTIVE for what needs no network */
	bool		 registered;	/* the network knows it */
	int64_t		 seen_at_ms;	/* 0: never */
	int32_t		 interval_s;	/* expected; sensor_interval_s() */
};

enum sensor_status sensor_status_of(const struct sensor_signs *s,
		    int64_t now_ms);
/* How often it should be heard: as it was told, else as its model is made,
 * else as its kind (NULL: unknown) usually does. 0 stands for unknown. */
int32_t		 sensor_interval_s(int32_t told_s, int32_t model_s,
		    const char *kind);
/* "not_reporting", "Not reporting": static. */
const char	*sensor_status_name(enum sensor_status s);
const char	*sensor_status_label(enum sensor_status s);

#endif
