#include "base/json.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/log.h"
#include "base/when.h"

/* Members of all objects in the tree. */
static size_t
count_members(struct json_object *o)
{
	size_t	n = 0;

	if (json_object_is_type(o, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(o); i++)
			n += count_members(json_object_array_get_idx(o, i));
	} else if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, v) {
			(void)key;
			n += 1 + count_members(v);
		}
	}
	return n;
}

/* json-c's verdict on text that json_scan() found no fault with. */
static struct json_object *
build(const char *text, int len, const char **why)
{
	struct json_tokener	*tok = json_tokener_new_ex(JSON_DEPTH);
	enum json_tokener_error	 error;
	struct json_object	*o;

	if (tok == NULL) {
		*why = "out of memory";
		return NULL;
	}
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, text, len);
	error = json_tokener_get_error(tok);
	if (o == NULL)
		*why = error == json_tokener_continue ? "ends too early"
		    : json_tokener_error_desc(error);
	json_tokener_free(tok);
	return o;
}

static struct json_object *
parse(const char *text, size_t len, bool nul, const char **why)
{
	struct json_object	*o;
	const char		*fault;
	size_t			 members;

	if (len > INT_MAX)
		fault = "text too long";
	else if (nul)
		fault = json_scan_device(text, len, &members);
	else
		fault = json_scan(text, len, &members);
	o = fault == NULL ? build(text, (int)len, &fault) : NULL;
	/* json-c lets the last of equal keys win; then some are missing. */
	if (o != NULL && count_members(o) != members) {
		json_object_put(o);
		o = NULL;
		fault = "duplicate key";
	}
	if (o == NULL && why != NULL)
		*why = fault;
	return o;
}

struct json_object *
json_parse(const char *text, size_t len, const char **why)
{
	return parse(text, len, false, why);
}

struct json_object *
json_parse_device(const char *text, size_t len, const char **why)
{
	return parse(text, len, true, why);
}

static struct json_object *
member(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object	*v;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

const char *
json_str(struct json_object *o, const char *key, size_t *len)
{
	struct json_object	*v = member(o, key, json_type_string);

	if (v == NULL)
		return NULL;
	if (len != NULL)
		*len = (size_t)json_object_get_string_len(v);
	return json_object_get_string(v);
}

struct json_object *
json_obj(struct json_object *o, const char *key)
{
	return member(o, key, json_type_object);
}

struct json_object *
json_arr(struct json_object *o, const char *key)
{
	return member(o, key, json_type_array);
}

bool
json_int(struct json_object *o, const char *key, int64_t min, int64_t max,
    int64_t *out)
{
	struct json_object	*v = member(o, key, json_type_int);
	int64_t			 i;

	if (v == NULL)
		return false;
	/* Beyond 64 bits json-c gives the nearest it has: nothing at either
	 * end can be told from that, so neither end is an integer here. */
	i = json_object_get_int64(v);
	if (i == INT64_MIN || i == INT64_MAX || i < min || i > max)
		return false;
	*out = i;
	return true;
}

bool
json_num(struct json_object *o, const char *key, double *out)
{
	struct json_object	*v = member(o, key, json_type_double);
	double			 d;

	if (v == NULL)
		v = member(o, key, json_type_int);
	if (v == NULL)
		return false;
	d = json_object_get_double(v);
	if (!isfinite(d))
		return false;
	*out = d;
	return true;
}

void
json_put_str(struct json_object *o, const char *key, const char *v)
{
	json_put(o, key, v != NULL ? json_object_new_string(v) : NULL);
}

void
json_put_int(struct json_object *o, const char *key, int64_t v)
{
	json_put(o, key, json_object_new_int64(v));
}

void
json_put_bool(struct json_object *o, const char *key, bool v)
{
	json_put(o, key, json_object_new_boolean(v));
}

void
json_put_centi(struct json_object *o, const char *key, centi_t v)
{
	char	text[CENTI_TEXT];

	/* The text is what is written; the double only goes along. */
	json_put(o, key,
	    json_object_new_double_s(v / 100.0, centi_format(v, text)));
}

void
json_put_uuid(struct json_object *o, const char *key, const struct uuid *v)
{
	char	text[UUID_TEXT];

	json_put_str(o, key, uuid_is_nil(v) ? NULL : uuid_format(v, text));
}

void
json_put_when(struct json_object *o, const char *key, int64_t at_ms)
{
	char	text[WHEN_TEXT];

	json_put_str(o, key, at_ms == 0 ? NULL : when_format(at_ms, text));
}

void
json_put(struct json_object *o, const char *key, struct json_object *v)
{
	if (json_object_object_add_ex(o, key, v,
	    JSON_C_OBJECT_ADD_CONSTANT_KEY) != 0)
		bug("json_put: cannot add %s", key);
}
