/*
 * uplink_value.h - what a decoder wrote: a number, its unit, a word, a time.
 *
 * "25 C", "3.4V", "63.5," and 3.4 are numbers; "80-100%" and "NoSensor"
 * are text. Knows how probes say that they are not there. Decides nothing
 * about what the value measures. Internal to uplink.
 */
#ifndef FG_UPLINK_VALUE_H
#define FG_UPLINK_VALUE_H
#include "base/centi.h"
#include "domain/kinds.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_unit {
	VALUE_NO_UNIT,		/* none was given */
	VALUE_CELSIUS,
	VALUE_FAHRENHEIT,
	VALUE_KELVIN,
	VALUE_VOLT,
	VALUE_MILLIVOLT,
	VALUE_PERCENT,
	VALUE_OTHER_UNIT	/* one was given that nothing here is in */
};

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,		/* or "true"; number is 0 or 1 */
	VALUE_NUMBER,
	VALUE_NUMBER_TEXT,	/* a number written as text */
	VALUE_TEXT,
	VALUE_TREE		/* an object or a list */
};

struct value {
	enum value_kind	 kind;
	enum value_unit	 unit;		/* as written beside the number */
	double		 number;	/* finite */
	bool		 fraction;	/* it has decimals */
	const char	*text;		/* borrowed; NULL unless text */
	size_t		 len;
};

void		 value_read(struct json_object *o, struct value *out);
enum value_unit	 value_unit(const char *text, size_t len);
/* An instant: RFC 3339, or seconds or milliseconds since the epoch. */
bool		 value_time(struct json_object *o, int64_t *at_ms);
/* Text such as "NoSensor" or "NULL" where a number belongs. */
bool		 value_is_missing(const struct value *v);
/* DOOR_UNKNOWN unless the text says open or closed and nothing else. */
enum door_state	 value_door(const struct value *v);
/* A phrase if no probe measures this, else NULL. Static. */
const char	*value_fault(double celsius);

#endif
