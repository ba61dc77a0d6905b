#include "domain/uplink_value.h"
#include "base/when.h"
#include "domain/uplink_words.h"
#include <math.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX	48	/* longer is prose */
#define DIGITS_MAX	15	/* what a double holds exactly */
#define EPOCH_MIN_S	946684800	/* 2000: no LoRaWAN before that */
#define EPOCH_MAX_S	4102444800	/* 2100 */
#define PROBE_LIMIT	200.0	/* colder or hotter is no reading */

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number at the start of s; returns its length, 0 if there is none. */
static size_t
scan_number(const char *s, size_t len, struct value *out)
{
	size_t	i = 0, digits = 0;
	bool	negative = false, point = false;
	double	n = 0, scale = 1;

	if (i < len && (s[i] == '-' || s[i] == '+'))
		negative = s[i++] == '-';
	for (; i < len && digits <= DIGITS_MAX; i++) {
		if (is_digit(s[i])) {
			n = n * 10 + (s[i] - '0');
			scale *= point ? 10 : 1;
			digits++;
		} else if (!point && digits > 0 && i + 1 < len &&
		    (s[i] == '.' || s[i] == ',') && is_digit(s[i + 1])) {
			point = true;
		} else {
			break;
		}
	}
	if (digits == 0 || digits > DIGITS_MAX)
		return 0;
	out->number = (negative ? -n : n) / scale;
	out->fraction = point;
	return i;
}

static void
trim(const char **s, size_t *len)
{
	while (*len > 0 && (**s == ' ' || **s == '\t')) {
		(*s)++;
		(*len)--;
	}
	while (*len > 0 && ((*s)[*len - 1] == ' ' || (*s)[*len - 1] == '\t'))
		(*len)--;
}

static bool
is(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(s, word, len) == 0;
}

static bool
starts(const char *s, size_t len, const char *word)
{
	return len >= strlen(word) && strncasecmp(s, word, strlen(word)) == 0;
}

/* Cuts any of the degree signs that people use off the front. */
static bool
skip_degree(const char **s, size_t *len)
{
	static const char *const signs[] = {
		"\302\260", "\302\272", "\313\232", "degrees", "deg",
	};

	for (size_t i = 0; i < COUNT(signs); i++) {
		if (!starts(*s, *len, signs[i]))
			continue;
		*s += strlen(signs[i]);
		*len -= strlen(signs[i]);
		trim(s, len);
		return true;
	}
	return false;
}

enum value_unit
value_unit(const char *s, size_t len)
{
	static const struct {
		const char	*name;
		enum value_unit	 unit;
	} units[] = {
		{ "", VALUE_NO_UNIT },
		{ "\342\204\203", VALUE_CELSIUS },	/* one character */
		{ "C", VALUE_CELSIUS },
		{ "celsius", VALUE_CELSIUS },
		{ "\342\204\211", VALUE_FAHRENHEIT },
		{ "F", VALUE_FAHRENHEIT },
		{ "fahrenheit", VALUE_FAHRENHEIT },
		{ "K", VALUE_KELVIN },
		{ "kelvin", VALUE_KELVIN },
		{ "V", VALUE_VOLT },
		{ "volt", VALUE_VOLT },
		{ "volts", VALUE_VOLT },
		{ "mV", VALUE_MILLIVOLT },
		{ "%", VALUE_PERCENT },
		{ "% RH", VALUE_PERCENT },
		{ "%RH", VALUE_PERCENT },
		{ "percent", VALUE_PERCENT },
	};
	bool	degree;

	trim(&s, &len);
	degree = skip_degree(&s, &len);
	for (size_t i = degree ? 1 : 0; i < COUNT(units); i++)
		if (is(s, len, units[i].name))
			return units[i].unit;
	return VALUE_OTHER_UNIT;
}

static void
read_text(struct value *out)
{
	const char	*s = out->text;
	size_t		 len = out->len, n;

	out->kind = VALUE_TEXT;
	trim(&s, &len);
	if (len == 0 || len > TEXT_MAX)
		return;
	if (is(s, len, "true") || is(s, len, "false")) {
		out->kind = VALUE_BOOL;
		out->number = is(s, len, "true") ? 1 : 0;
		return;
	}
	n = scan_number(s, len, out);
	if (n == 0)
		return;
	if (n == len - 1 && (s[n] == ',' || s[n] == ';'))
		n++;
	out->unit = value_unit(s + n, len - n);
	if (out->unit != VALUE_OTHER_UNIT)
		out->kind = VALUE_NUMBER_TEXT;
}

void
value_read(struct json_object *o, struct value *out)
{
	*out = (struct value){ VALUE_TREE, VALUE_NO_UNIT, 0, false, NULL, 0 };
	switch (json_object_get_type(o)) {
	case json_type_null:
		out->kind = VALUE_NULL;
		break;
	case json_type_boolean:
		out->kind = VALUE_BOOL;
		out->number = json_object_get_boolean(o) ? 1 : 0;
		break;
	case json_type_int:
	case json_type_double:
		out->number = json_object_get_double(o);
		out->kind = isfinite(out->number) ? VALUE_NUMBER : VALUE_NULL;
		out->fraction = out->number != trunc(out->number);
		break;
	case json_type_string:
		out->text = json_object_get_string(o);
		out->len = (size_t)json_object_get_string_len(o);
		read_text(out);
		break;
	default:
		break;
	}
}

/* RFC 3339; without a zone it is taken for UTC, with a blank for a T. */
static bool
text_time(const char *s, size_t len, int64_t *at_ms)
{
	char	zulu[] = "YYYY-MM-DDThh:mm:ssZ";

	if (when_parse(s, len, at_ms))
		return true;
	if (len != sizeof(zulu) - 2)
		return false;
	memcpy(zulu, s, len);
	zulu[strlen("YYYY-MM-DD")] = 'T';
	return when_parse(zulu, sizeof(zulu) - 1, at_ms);
}

bool
value_time(struct json_object *o, int64_t *at_ms)
{
	struct value	v;

	value_read(o, &v);
	if (v.text != NULL && text_time(v.text, v.len, at_ms))
		return *at_ms / 1000 >= EPOCH_MIN_S &&
		    *at_ms / 1000 <= EPOCH_MAX_S;
	if (v.kind != VALUE_NUMBER && v.kind != VALUE_NUMBER_TEXT)
		return false;
	if (v.number > EPOCH_MAX_S)
		v.number /= 1000;
	if (v.number < EPOCH_MIN_S || v.number > EPOCH_MAX_S)
		return false;
	*at_ms = (int64_t)(v.number * 1000);
	return true;
}

bool
value_is_missing(const struct value *v)
{
	static const char *const words[] = {
		"-", "absent", "broken", "disconnect", "err", "fail", "fault",
		"invalid", "missing", "n/a", "nan", "no ", "none", "nos",
		"not", "null", "open circuit", "out of range", "short",
		"unavail", "unplug",
	};
	const char	*s = v->text;
	size_t		 len = v->len;

	if (v->kind != VALUE_TEXT)
		return false;
	trim(&s, &len);
	for (size_t i = 0; i < COUNT(words); i++)
		if (starts(s, len, words[i]))
			return true;
	return false;
}

enum door_state
value_door(const struct value *v)
{
	struct uplink_words	w;
	uint64_t		way;

	if (v->text == NULL || v->len > TEXT_MAX)
		return DOOR_UNKNOWN;
	uplink_words_read(v->text, v->len, &w);
	way = w.bits & (W_OPEN | W_CLOSED);
	if ((w.bits & ~(W_DOORS | W_STATE | W_NEUTRAL)) != 0)
		return DOOR_UNKNOWN;
	return way == W_OPEN ? DOOR_OPEN :
	    way == W_CLOSED ? DOOR_CLOSED : DOOR_UNKNOWN;
}

const char *
value_fault(double celsius)
{
	/* -127 and -128 are within a probe's range, but what drivers return
	 * for one that does not answer; 327.67 and its like are beyond it. */
	if (fabs(celsius) <= PROBE_LIMIT && celsius != -127 && celsius != -128)
		return NULL;
	return "no value a probe can measure: broken or not connected";
}
