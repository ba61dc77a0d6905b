#include "domain/bulk_item.h"
#include "base/when.h"
#include "domain/engine.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define INVALID		"VALIDATION_ERROR"
#define NUMBER_MAX	31	/* characters */
#define KEY_MAX		31	/* of a field's name that count */

enum { SERIAL_MAX = 50, MODEL_MAX = 100 };

/* NULL when acceptable, else a static phrase that follows the field's name. */
typedef const char	*set_fn(struct bulk_item *it, const char *s,
			    size_t len);

static bool
is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(s, word, len) == 0;
}

/* As centi_parse(), and with an exponent, as some print small numbers. */
static bool
parse_hundredths(const char *s, size_t len, int32_t *out)
{
	char	 text[NUMBER_MAX + 1], *end;
	double	 d;

	if (centi_parse(s, len, out))
		return true;
	if (len == 0 || len > NUMBER_MAX)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	if (strspn(text, "+-.0123456789eE") < len)
		return false;
	d = strtod(text, &end);
	return *end == '\0' && end != text && centi_from_celsius(d, out);
}

static bool
parse_whole(const char *s, size_t len, int min, int max, int *out)
{
	int32_t	v;

	if (!parse_hundredths(s, len, &v) || v % 100 != 0 ||
	    v / 100 < min || v / 100 > max)
		return false;
	*out = v / 100;
	return true;
}

static const char *
set_unit(struct bulk_item *it, const char *s, size_t len)
{
	return uuid_parse(s, len, &it->unit) && !uuid_is_nil(&it->unit) ? NULL
	    : "must be a UUID";
}

static const char *
set_eui(struct bulk_item *it, const char *s, size_t len)
{
	return deveui_parse(s, len, it->dev_eui) ? NULL
	    : "must be 16 hexadecimal digits";
}

static const char *
set_serial(struct bulk_item *it, const char *s, size_t len)
{
	(void)it;
	(void)s;
	return len <= SERIAL_MAX ? NULL : "must be at most 50 characters";
}

static const char *
set_model(struct bulk_item *it, const char *s, size_t len)
{
	(void)it;
	(void)s;
	return len <= MODEL_MAX ? NULL : "must be at most 100 characters";
}

static const char *
set_temperature(struct bulk_item *it, const char *s, size_t len)
{
	return parse_hundredths(s, len, &it->temperature) ? NULL
	    : "must be a number of degrees";
}

static const char *
set_degrees(struct bulk_item *it, const char *s, size_t len)
{
	it->fahrenheit = is_word(s, len, "F") || is_word(s, len, "\u00b0F");
	return it->fahrenheit || is_word(s, len, "C") ||
	    is_word(s, len, "\u00b0C") ? NULL : "must be C or F";
}

static const char *
set_humidity(struct bulk_item *it, const char *s, size_t len)
{
	it->has_humidity = parse_hundredths(s, len, &it->humidity_cpct) &&
	    it->humidity_cpct >= 0 && it->humidity_cpct <= 10000;
	return it->has_humidity ? NULL : "must be 0 to 100";
}

static const char *
set_battery(struct bulk_item *it, const char *s, size_t len)
{
	return parse_whole(s, len, 0, 100, &it->battery) ? NULL
	    : "must be a whole number from 0 to 100";
}

static const char *
set_voltage(struct bulk_item *it, const char *s, size_t len)
{
	int32_t	v;

	(void)it;
	return parse_hundredths(s, len, &v) && v >= 0 && v <= 1000 ? NULL
	    : "must be 0 to 10";
}

static const char *
set_signal(struct bulk_item *it, const char *s, size_t len)
{
	return parse_whole(s, len, -150, 0, &it->rssi_dbm) ? NULL
	    : "must be a whole number from -150 to 0";
}

static const char *
set_door(struct bulk_item *it, const char *s, size_t len)
{
	bool	open = is_word(s, len, "true") || is_word(s, len, "1");

	if (!open && !is_word(s, len, "false") && !is_word(s, len, "0"))
		return "must be true or false";
	it->door = open ? DOOR_OPEN : DOOR_CLOSED;
	return NULL;
}

static const char *
set_source(struct bulk_item *it, const char *s, size_t len)
{
	static const struct {
		const char	*name;
		char		 source;
	} sources[] = {
		{ "api", 'a' }, { "ttn", 't' }, { "ble", 'b' },
		{ "simulator", 's' }, { "manual_sensor", 'h' },
	};

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (is_word(s, len, sources[i].name)) {
			it->source = sources[i].source;
			return NULL;
		}
	return "must be api, ttn, ble, simulator or manual_sensor";
}

static const char *
set_at(struct bulk_item *it, const char *s, size_t len)
{
	return when_parse(s, len, &it->recorded_at_ms) ? NULL
	    : "must be a time with its zone, as in 2026-03-02T06:15:04Z";
}

enum { F_UNIT, F_EUI, F_SERIAL, F_MODEL, F_TEMPERATURE, F_DEGREES, F_HUMIDITY,
	F_BATTERY, F_VOLTAGE, F_SIGNAL, F_DOOR, F_SOURCE, F_AT, F__MAX };

/* Serial, model and voltage belong to what other programs send in this form:
 * they are checked, and nothing is made of them. */
static const struct {
	const char	*name;		/* as messages have it */
	const char	*key, *other;	/* in letters and digits */
	enum bulk_kind	 kind;
	set_fn		*set;
} fields[F__MAX] = {
	[F_UNIT] = { "unitId", "unitid", NULL, BULK_TEXT, set_unit },
	[F_EUI] = { "deviceEui", "deviceeui", "deveui", BULK_TEXT, set_eui },
	[F_SERIAL] = { "deviceSerial", "deviceserial", NULL, BULK_TEXT,
	    set_serial },
	[F_MODEL] = { "deviceModel", "devicemodel", NULL, BULK_TEXT,
	    set_model },
	[F_TEMPERATURE] = { "temperature", "temperature", NULL, BULK_NUMBER,
	    set_temperature },
	[F_DEGREES] = { "temperatureUnit", "temperatureunit", "unit",
	    BULK_TEXT, set_degrees },
	[F_HUMIDITY] = { "humidity", "humidity", NULL, BULK_NUMBER,
	    set_humidity },
	[F_BATTERY] = { "batteryLevel", "batterylevel", "battery", BULK_NUMBER,
	    set_battery },
	[F_VOLTAGE] = { "batteryVoltage", "batteryvoltage", NULL, BULK_NUMBER,
	    set_voltage },
	[F_SIGNAL] = { "signalStrength", "signalstrength", NULL, BULK_NUMBER,
	    set_signal },
	[F_DOOR] = { "doorOpen", "dooropen", NULL, BULK_BOOL, set_door },
	[F_SOURCE] = { "source", "source", NULL, BULK_TEXT, set_source },
	[F_AT] = { "recordedAt", "recordedat", "time", BULK_TEXT, set_at },
};

static const char *const kind_phrase[] = {
	[BULK_TEXT] = "must be a text",
	[BULK_NUMBER] = "must be a number",
	[BULK_BOOL] = "must be true or false",
};

/* A name by its letters and digits. False: it is longer than any of ours. */
static bool
normalize(const char *name, char key[KEY_MAX + 1])
{
	size_t	n = 0;

	for (; *name != '\0'; name++) {
		if (*name == '_' || *name == '-' || *name == ' ')
			continue;
		if (n == KEY_MAX)
			return false;
		key[n++] = *name >= 'A' && *name <= 'Z' ?
		    (char)(*name + 'a' - 'A') : *name;
	}
	key[n] = '\0';
	return true;
}

static int
find(const char *name)
{
	char	key[KEY_MAX + 1];
	int	f = 0;

	if (!normalize(name, key))
		return F__MAX;
	while (f < F__MAX && strcmp(key, fields[f].key) != 0 &&
	    (fields[f].other == NULL || strcmp(key, fields[f].other) != 0))
		f++;
	return f;
}

void
bulk_item_fault(struct bulk_item *it, const char *code, const char *field,
    const char *message)
{
	if (it->fault.code == NULL)
		it->fault = (struct bulk_fault){ code, field, message };
	it->status = BULK_ERROR;
}

void
bulk_item_set(struct bulk_item *it, const char *name, enum bulk_kind kind,
    const char *text, size_t len)
{
	const int	 f = find(name);
	const char	*why;

	if (f == F__MAX) {
		bulk_item_fault(it, INVALID, name, "is not known here");
		return;
	}
	if (kind == BULK_ANY && len == 0)
		return;
	if ((it->given & 1u << f) != 0)
		why = "is given twice";
	else if (kind != BULK_ANY && kind != fields[f].kind)
		why = kind_phrase[fields[f].kind];
	else
		why = fields[f].set(it, text, len);
	it->given |= 1u << f;
	if (why != NULL)
		bulk_item_fault(it, INVALID, fields[f].name, why);
}

/* Degrees Celsius, within what a sensor that works can tell. */
static void
end_temperature(struct bulk_item *it)
{
	const bool	good = !it->fahrenheit || centi_from_fahrenheit(
			    it->temperature / 100.0, &it->temperature);

	if (!good || it->temperature > ENGINE_FAULT_HIGH ||
	    it->temperature < ENGINE_FAULT_LOW)
		bulk_item_fault(it, INVALID, "temperature",
		    "must be from -73.33 to 148.89 degrees Celsius");
	it->raw = it->temperature;
}

static void
end_time(struct bulk_item *it, int64_t now_ms, bool backfill)
{
	const int64_t	behind = backfill ? BULK_BACKFILL_MS : BULK_BEHIND_MS;

	if (it->recorded_at_ms > now_ms + BULK_AHEAD_MS)
		bulk_item_fault(it, "TOO_NEW", "recordedAt",
		    "must not be more than 5 minutes ahead");
	else if (it->recorded_at_ms < now_ms - behind)
		bulk_item_fault(it, "TOO_OLD", "recordedAt", backfill ?
		    "must be of the last 24 months" :
		    "must be of the last 30 days; a key with the scope "
		    "backfill reaches 24 months");
}

void
bulk_item_end(struct bulk_item *it, int64_t now_ms, bool backfill)
{
	if ((it->given & (1u << F_UNIT | 1u << F_EUI)) == 0)
		bulk_item_fault(it, INVALID, "unitId", "must be given");
	if ((it->given & 1u << F_TEMPERATURE) == 0)
		bulk_item_fault(it, INVALID, "temperature", "must be given");
	if ((it->given & 1u << F_AT) == 0)
		it->recorded_at_ms = now_ms;
	if (it->fault.code != NULL)
		return;
	end_temperature(it);
	end_time(it, now_ms, backfill);
}

const char *
bulk_status_name(enum bulk_status s)
{
	static const char *const names[BULK_STATUS__MAX] = {
		[BULK_STORED] = "stored", [BULK_DUPLICATE] = "duplicate",
		[BULK_LATE] = "late", [BULK_ERROR] = "error",
	};

	return names[s];
}
