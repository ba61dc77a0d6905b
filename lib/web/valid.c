#include "web/valid.h"
#include "base/utf8.h"
#include "base/when.h"
#include <string.h>

#define OUT_OF_RANGE	"is out of range"

enum shape { TEXT, WHOLE, NUMBER, BOOLEAN };

static const char *const wants[] = {
	[TEXT] = "must be a text",
	[WHOLE] = "must be a whole number",
	[NUMBER] = "must be a number",
	[BOOLEAN] = "must be true or false",
};

static const struct kind {
	web_valid	*valid;
	const char	*name;
	enum shape	 shape;		/* in a JSON body */
} kinds[] = {
	{ web_text, "text", TEXT },	/* first: a program's own are this */
	{ web_int, "integer", WHOLE },
	{ web_uuid, "uuid", TEXT },
	{ web_time, "time", TEXT },
	{ web_centi, "celsius", NUMBER },
	{ web_bool, "boolean", BOOLEAN },
	{ web_slug, "slug", TEXT },
};

static const struct kind *
kind_of(web_valid *valid)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].valid == valid)
			return &kinds[i];
	return &kinds[0];
}

const char *
valid_name(web_valid *valid)
{
	return kind_of(valid)->name;
}

static bool
has_shape(struct json_object *v, enum shape shape)
{
	switch (json_object_get_type(v)) {
	case json_type_int:
		return shape == WHOLE || shape == NUMBER;
	case json_type_double:
		return shape == NUMBER;
	case json_type_boolean:
		return shape == BOOLEAN;
	case json_type_string:
		return shape == TEXT;
	default:
		return false;
	}
}

const char *
valid_json_fault(web_valid *valid, struct json_object *v)
{
	enum shape	shape = kind_of(valid)->shape;

	return has_shape(v, shape) ? NULL : wants[shape];
}

static const char *
length_fault(int64_t n, int64_t min, int64_t max)
{
	if (n < min)
		return n == 0 ? "is required" : "is too short";
	return n > max ? "is too long" : NULL;
}

const char *
web_text(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	int64_t	characters = 0;
	bool	blank = true;
	size_t	step;

	(void)v;
	for (size_t i = 0; i < len; i += step, characters++) {
		step = utf8_step(s + i, len - i);
		if (step == 0)
			return "is not UTF-8";
		blank = blank && strchr(" \t\n", s[i]) != NULL;
		if (((unsigned char)s[i] < 0x20 && s[i] != '\n' &&
		    s[i] != '\t') || s[i] == 0x7f)
			return "has a control character in it";
	}
	if (blank && min > 0 && characters > 0)
		return "is blank";
	return length_fault(characters, min, max);
}

static bool
whole_number(const char *s, size_t len, int64_t *out)
{
	bool	negative = len > 0 && s[0] == '-';
	int64_t	n = 0;

	s += negative;
	len -= negative;
	if (len == 0 || len > 18)	/* more digits could overflow */
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		n = n * 10 + (s[i] - '0');
	}
	*out = negative ? -n : n;
	return true;
}

const char *
web_int(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	if (!whole_number(s, len, &v->i))
		return "must be a whole number";
	return v->i < min || v->i > max ? OUT_OF_RANGE : NULL;
}

const char *
web_uuid(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	(void)min;
	(void)max;
	return uuid_parse(s, len, &v->uuid) ? NULL : "must be a UUID";
}

const char *
web_time(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	if (!when_parse(s, len, &v->i))
		return "must be a time like 2026-03-02T06:15:04Z";
	if (min == 0 && max == 0)
		return NULL;
	return v->i < min || v->i > max ? OUT_OF_RANGE : NULL;
}

const char *
web_centi(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	if (!centi_parse(s, len, &v->centi))
		return "must be a temperature in degrees Celsius";
	return v->centi < min || v->centi > max ? OUT_OF_RANGE : NULL;
}

const char *
web_bool(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	static const struct {
		const char	*text;
		int64_t		 i;
	} words[] = {
		{ "true", 1 }, { "false", 0 }, { "1", 1 }, { "0", 0 },
		{ "on", 1 },		/* a checked box of a form */
	};

	(void)min;
	(void)max;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (len != strlen(words[i].text) ||
		    memcmp(s, words[i].text, len) != 0)
			continue;
		v->i = words[i].i;
		return NULL;
	}
	return "must be true or false";
}

const char *
web_slug(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	(void)v;
	for (size_t i = 0; i < len; i++)
		if (memchr("abcdefghijklmnopqrstuvwxyz0123456789_-", s[i],
		    38) == NULL)
			return "takes only a-z, 0-9, _ and -";
	return length_fault((int64_t)len, min, max);
}
