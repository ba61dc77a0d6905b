#include "domain/uplink_field.h"
#include <math.h>

/* Ranks of places: what hangs in the cold comes before what is in the logger,
 * and what is certain before what is guessed. */
enum {
	RANK_PROBE,
	RANK_PLAIN,
	RANK_GUESSED,
	RANK_INSIDE,
	RANK_SURFACE,
	RANK_MEAN = FIELD_RANK_MEAN	/* added to one of the others */
};

/* Nobody runs a sensor on less, or on more. */
#define BATTERY_MV_MIN	1
#define BATTERY_MV_MAX	60000
/* A voltage that nothing calls a battery's: what sensors run on. */
#define SUPPLY_MV_MIN	1500
#define SUPPLY_MV_MAX	7000
/* Above this a voltage is in millivolts. */
#define VOLTS_MAX	60
/* A bare number that has decimals and lies between these is in volts ... */
#define BARE_VOLTS_MIN	1.5
#define BARE_VOLTS_MAX	6.5
/* ... and one from here on is in millivolts. */
#define BARE_MV_MIN	500

#define KELVIN_ZERO	273.15
#define DOOR_NUMBER_MAX	2

struct veto {
	uint64_t	 bits;
	const char	*what;
};

#define VETO_COMMON							\
	{ W_LIMIT, "a limit or a setting" },				\
	{ W_ALARM, "an alarm, not a value" },				\
	{ W_PAST, "an old value without a time" },			\
	{ W_FOREIGN, "another quantity" },				\
	{ W_TIME | W_DURATION, "a time" },				\
	{ W_COUNT, "a count" },						\
	{ W_GOOD | W_BAD, "tells whether the sensor is well" }

static const struct veto temperature_vetoes[] = {
	VETO_COMMON,
	{ W_CHIP, "of electronics or a machine" },
	{ W_BATTERY, "the battery's own temperature" },
	{ W_STATE, "a state, not a value" },
	{ W_HUM | W_VOLTAGE, "several quantities" },
	{ 0, NULL }
};

static const struct veto humidity_vetoes[] = {
	VETO_COMMON,
	{ W_CHIP | W_SURFACE, "not the air's humidity" },
	{ W_STATE, "a state, not a value" },
	{ 0, NULL }
};

static const struct veto battery_vetoes[] = {
	VETO_COMMON,
	{ W_STATE, "a state, not a value" },
	{ W_CURRENT, "a current" },
	{ W_ELECTRIC | W_SURFACE, "not what the device runs on" },
	{ 0, NULL }
};

static const struct veto door_vetoes[] = {
	{ W_LIMIT, "a limit or a setting" },
	{ W_ALARM, "an alarm, not a state" },
	{ W_PAST, "an old state" },
	{ W_FOREIGN | W_ELECTRIC | W_SURFACE | W_CHIP, "not a door" },
	{ W_TIME, "a time" },
	{ W_GOOD | W_BAD, "tells whether the sensor is well" },
	{ 0, NULL }
};

static void
reject(struct field *out, const char *what)
{
	out->kind = FIELD_REJECTED;
	out->what = what;
}

static bool
vetoed(const struct veto *v, uint64_t bits, struct field *out)
{
	for (; v->bits != 0; v++)
		if ((bits & v->bits) != 0) {
			reject(out, v->what);
			return true;
		}
	return false;
}

static bool
is_number(const struct value *v)
{
	return v->kind == VALUE_NUMBER || v->kind == VALUE_NUMBER_TEXT;
}

static bool
is_switch(const struct value *v)
{
	return v->kind == VALUE_BOOL ||
	    (v->kind == VALUE_NUMBER && (v->number == 0 || v->number == 1));
}

/* The unit beside the number, else a sibling's, else the name's. */
static enum value_unit
unit_of(const struct field_name *name, const struct value *v)
{
	static const struct {
		uint64_t	bit;
		enum value_unit	unit;
	} named[] = {
		{ W_FAHRENHEIT, VALUE_FAHRENHEIT },
		{ W_KELVIN, VALUE_KELVIN },
		{ W_CELSIUS, VALUE_CELSIUS },
		{ W_MILLIVOLTS, VALUE_MILLIVOLT },
		{ W_VOLTS, VALUE_VOLT },
		{ W_PERCENT, VALUE_PERCENT },
	};

	if (v->unit != VALUE_NO_UNIT)
		return v->unit;
	if (name->unit != VALUE_NO_UNIT)
		return name->unit;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if ((name->bits & named[i].bit) != 0)
			return named[i].unit;
	return VALUE_NO_UNIT;
}

/* A sibling's unit that cannot be this field's: of another field, unless the
 * two make up one measurement. */
static bool
unit_fits(const struct field_name *name, const struct value *v,
    enum value_unit low, enum value_unit high, enum value_unit *unit)
{
	*unit = unit_of(name, v);
	if (*unit == VALUE_NO_UNIT || (*unit >= low && *unit <= high))
		return true;
	if (v->unit != VALUE_NO_UNIT || name->bound)
		return false;
	*unit = VALUE_NO_UNIT;
	return true;
}

static int64_t
hundredths(double n)
{
	return llround(n * 100);
}

static int
place_rank(uint64_t bits)
{
	int	rank = RANK_PLAIN;

	if ((bits & W_SURFACE) != 0)
		rank = RANK_SURFACE;
	else if ((bits & W_PROBE) != 0)
		rank = RANK_PROBE;
	else if ((bits & W_INSIDE) != 0)
		rank = RANK_INSIDE;
	else if ((bits & (W_UNKNOWN | W_ELECTRIC | W_DOORS)) != 0)
		rank = RANK_GUESSED;
	return (bits & W_MEAN) != 0 ? rank + RANK_MEAN : rank;
}

static const char *
place_name(int rank)
{
	static const char *const names[] = {
		[RANK_PROBE] = "an external probe",
		[RANK_PLAIN] = "a temperature",
		[RANK_GUESSED] = "a temperature, by part of its name",
		[RANK_INSIDE] = "inside the logger",
		[RANK_SURFACE] = "soil, water or a surface",
	};

	return rank >= RANK_MEAN ? "an average" : names[rank];
}

static void
judge_temperature(const struct field_name *name, const struct value *v,
    struct field *out)
{
	enum value_unit	unit;
	double		celsius = v->number;
	centi_t		t;
	bool		ok;

	if (vetoed(temperature_vetoes, name->bits, out))
		return;
	if ((name->bits & (W_FLOW | W_AIR)) == W_FLOW) {
		reject(out, "of water on its way");
		return;
	}
	out->rank = place_rank(name->bits);
	out->what = place_name(out->rank);
	if (value_is_missing(v)) {
		out->kind = FIELD_TEMP_FAULT;
		out->what = "the device says that the sensor is missing";
		return;
	}
	if (!is_number(v)) {
		reject(out, "not a number");
		return;
	}
	if (!unit_fits(name, v, VALUE_CELSIUS, VALUE_KELVIN, &unit)) {
		reject(out, "not in a unit of temperature");
		return;
	}
	if (unit == VALUE_KELVIN)
		celsius -= KELVIN_ZERO;
	out->fahrenheit = unit == VALUE_FAHRENHEIT;
	ok = out->fahrenheit ? centi_from_fahrenheit(v->number, &t) :
	    centi_from_celsius(celsius, &t);
	out->kind = FIELD_TEMP_FAULT;
	out->value = t;
	if (ok && value_fault(celsius) == NULL)
		out->kind = FIELD_TEMPERATURE;
	else if ((name->bits & W_TEMP) == 0)
		reject(out, "too large for a temperature");
	else
		out->what = value_fault(CENTI_MAX);
}

static void
judge_humidity(const struct field_name *name, const struct value *v,
    struct field *out)
{
	enum value_unit	unit;

	if (vetoed(humidity_vetoes, name->bits, out))
		return;
	if (!is_number(v)) {
		reject(out, "not a number");
	} else if (!unit_fits(name, v, VALUE_PERCENT, VALUE_PERCENT, &unit)) {
		reject(out, "not in per cent");
	} else if (v->number < 0 || v->number > 100) {
		reject(out, "not from 0 to 100 %");
	} else {
		out->kind = FIELD_HUMIDITY;
		out->value = hundredths(v->number);
		out->rank = place_rank(name->bits);
		out->what = "humidity";
	}
}

static void
take_volts(const struct field_name *name, double volts, struct field *out)
{
	bool	battery = (name->bits & (W_BATTERY | W_SUPPLY)) != 0;
	int64_t	mv = volts > 0 && volts <= VOLTS_MAX ?
	    llround(volts * 1000) : 0;

	if (mv < (battery ? BATTERY_MV_MIN : SUPPLY_MV_MIN) ||
	    mv > (battery ? BATTERY_MV_MAX : SUPPLY_MV_MAX)) {
		reject(out, "no voltage that a sensor runs on");
		return;
	}
	out->kind = FIELD_BATTERY_MV;
	out->value = mv;
	out->what = "battery voltage";
}

static void
take_percent(double percent, struct field *out)
{
	if (percent < 0 || percent > 100) {
		reject(out, "not from 0 to 100 %");
		return;
	}
	out->kind = FIELD_BATTERY_PCT;
	out->value = hundredths(percent);
	out->what = "battery charge";
}

/* "battery": 98, 3.6 or 3594: only the number can say what it counts. */
static void
take_bare(const struct field_name *name, const struct value *v,
    struct field *out)
{
	if ((name->bits & W_UNKNOWN) != 0)
		reject(out, "no unit, and not all words of its name are known");
	else if (v->number >= BARE_MV_MIN)
		take_volts(name, v->number / 1000, out);
	else if (v->fraction && v->number >= BARE_VOLTS_MIN &&
	    v->number <= BARE_VOLTS_MAX)
		take_volts(name, v->number, out);
	else if (v->number > BARE_VOLTS_MIN && v->number < 5)
		reject(out, "could be volts or per cent");
	else
		take_percent(v->number, out);
}

static void
judge_battery(const struct field_name *name, const struct value *v,
    struct field *out)
{
	uint64_t	bits = name->bits;
	enum value_unit	unit;

	if (vetoed(battery_vetoes, bits, out))
		return;
	if (!is_number(v)) {
		reject(out, "not a number");
		return;
	}
	if (!unit_fits(name, v, VALUE_VOLT, VALUE_PERCENT, &unit)) {
		reject(out, "in a unit that no battery is measured in");
		return;
	}
	if ((bits & (W_BATTERY | W_SUPPLY)) == 0 &&
	    ((bits & (W_UNKNOWN | (W_PLACES & ~W_INSIDE))) != 0 ||
	    name->channel != UPLINK_NO_CHANNEL)) {
		reject(out, "a voltage that is measured");
		return;
	}
	out->rank = (bits & W_BATTERY) == 0 ? RANK_INSIDE :
	    place_rank(bits & (W_UNKNOWN | W_MEAN));
	if (unit == VALUE_NO_UNIT && (bits & W_VOLTAGE) != 0)
		unit = VALUE_VOLT;
	if (unit == VALUE_VOLT && v->number > VOLTS_MAX)
		unit = VALUE_MILLIVOLT;
	if (unit == VALUE_VOLT)
		take_volts(name, v->number, out);
	else if (unit == VALUE_MILLIVOLT)
		take_volts(name, v->number / 1000, out);
	else if (unit == VALUE_PERCENT)
		take_percent(v->number, out);
	else
		take_bare(name, v, out);
}

static void
judge_opening(const struct field_name *name, const struct value *v,
    struct field *out)
{
	bool	count = (name->bits & W_COUNT) != 0;

	if (vetoed(door_vetoes, name->bits, out))
		return;
	if (!is_number(v) || v->fraction || v->number < 0 ||
	    v->number > UINT32_MAX) {
		reject(out, "not a whole number");
		return;
	}
	out->kind = count ? FIELD_OPEN_COUNT : FIELD_OPEN_TIME;
	out->what = count ? "how often it was opened" :
	    "how long it was open";
	out->value = (int64_t)v->number;
	/* Minutes are what it is in where nothing says seconds. */
	if (!count && (name->bits & W_SECONDS) == 0)
		out->value *= 60;
}

/* The way a switch or a number goes; false if nothing fixes it. */
static bool
door_number(uint64_t bits, const struct value *v, bool *open)
{
	bool	named = (bits & (W_DOOR | W_OPEN | W_CLOSED)) != 0 ||
	    ((bits & W_CONTACT) != 0 && (bits & W_STATE) != 0);
	bool	text = v->kind == VALUE_NUMBER_TEXT && v->unit == VALUE_NO_UNIT;

	if (!named || (bits & (W_MAGNET | W_UNKNOWN)) != 0 || v->fraction ||
	    !(v->kind == VALUE_BOOL || v->kind == VALUE_NUMBER || text) ||
	    v->number < 0 || v->number > DOOR_NUMBER_MAX)
		return false;
	*open = v->number == 1;
	if ((bits & (W_OPEN | W_CLOSED)) == W_CLOSED)
		*open = !*open;
	return true;
}

static void
judge_door(const struct field_name *name, const struct value *v,
    struct field *out)
{
	enum door_state	state = value_door(v);
	bool		open;

	if (vetoed(door_vetoes, name->bits, out))
		return;
	if (state == DOOR_UNKNOWN && door_number(name->bits, v, &open))
		state = open ? DOOR_OPEN : DOOR_CLOSED;
	if (state == DOOR_UNKNOWN) {
		reject(out, "does not say open or closed");
		return;
	}
	out->kind = FIELD_DOOR;
	out->value = state;
	out->what = "door";
	out->rank = (name->bits & W_DOOR) != 0 ? RANK_PROBE :
	    (name->bits & (W_CONTACT | W_MAGNET)) != 0 ? RANK_PLAIN :
	    RANK_GUESSED;
}

bool
field_is_doubtful(const struct field_name *name, const struct value *v)
{
	return v->kind == VALUE_NUMBER_TEXT && !v->fraction &&
	    unit_of(name, v) == VALUE_NO_UNIT;
}

/* "thermistorProperlyConnected": false; "Ambient_Temperature_Failure": 1. */
static bool
is_unwell(uint64_t bits, const struct value *v)
{
	return is_switch(v) && (bits & (W_TEMP | W_PLACES)) != 0 &&
	    (((bits & W_BAD) != 0 && v->number == 1) ||
	    ((bits & W_GOOD) != 0 && v->number == 0));
}

void
field_judge(const struct field_name *name, const struct value *v,
    struct field *out)
{
	struct field_name	n = *name;

	*out = (struct field){ FIELD_OTHER, 0, FIELD_RANK_MAX, false, NULL };
	if (v->kind == VALUE_NULL || v->kind == VALUE_TREE)
		return;
	/* No word for it, but a unit that only temperatures have. */
	if ((n.bits & W_QUANTITIES) == 0 &&
	    (v->unit == VALUE_CELSIUS || v->unit == VALUE_FAHRENHEIT ||
	    (n.bound && (n.unit == VALUE_CELSIUS ||
	    n.unit == VALUE_FAHRENHEIT))))
		n.bits |= W_TEMP | W_UNKNOWN;
	if (is_unwell(n.bits, v)) {
		out->kind = FIELD_UNWELL;
		out->what = "the device says that the sensor is not well";
	} else if ((n.bits & W_TEMP) != 0 ||
	    ((n.bits & W_T) != 0 && (n.bits & W_PLACES) != 0)) {
		judge_temperature(&n, v, out);
	} else if ((n.bits & W_HUM) != 0) {
		judge_humidity(&n, v, out);
	} else if ((n.bits & (W_DOOR | W_OPEN)) != 0 &&
	    (n.bits & (W_COUNT | W_DURATION)) != 0) {
		judge_opening(&n, v, out);
	} else if ((n.bits & (W_BATTERY | W_VOLTAGE)) != 0) {
		judge_battery(&n, v, out);
	} else if ((n.bits & W_DOORS) != 0) {
		judge_door(&n, v, out);
	}
}
