/*
 * uplink_field.h - what one field measures, by the words that name it.
 *
 * Decides for a single value: temperature, humidity, battery, door or nothing
 * of ours; in which unit; and how far up it ranks among several of the same
 * kind. Knows nothing of the other fields. Internal to uplink.
 */
#ifndef FG_UPLINK_FIELD_H
#define FG_UPLINK_FIELD_H
#include "domain/uplink_value.h"
#include "domain/uplink_words.h"

enum field_kind {
	FIELD_OTHER,		/* none of our business */
	FIELD_REJECTED,		/* looks like ours, but is not a value of it */
	FIELD_TEMPERATURE,	/* hundredths of a degree Celsius */
	FIELD_TEMP_FAULT,	/* where a temperature should stand */
	FIELD_HUMIDITY,		/* hundredths of a per cent */
	FIELD_BATTERY_MV,
	FIELD_BATTERY_PCT,	/* hundredths of a per cent */
	FIELD_DOOR,		/* enum door_state */
	FIELD_OPEN_COUNT,
	FIELD_OPEN_TIME,	/* seconds */
	FIELD_UNWELL		/* the sensor of these places is not usable */
};

struct field_name {
	uint64_t	 bits;		/* of the name and what it stands in */
	int		 channel;
	enum value_unit	 unit;		/* a sibling names it */
	bool		 bound;		/* that sibling speaks of this alone */
};

struct field {
	enum field_kind	 kind;
	int64_t		 value;
	int		 rank;		/* the lower, the more to be believed */
	bool		 fahrenheit;	/* converted */
	const char	*what;		/* static: why it is what it is */
};

#define FIELD_RANK_MEAN	10	/* from here on it is an average */
#define FIELD_RANK_MAX	100

/* True for text that could be a number as well as a code: "4". Believed
 * only where the payload shows that its maker writes numbers as text. */
bool	field_is_doubtful(const struct field_name *name,
	    const struct value *v);
void	field_judge(const struct field_name *name, const struct value *v,
	    struct field *out);

#endif
