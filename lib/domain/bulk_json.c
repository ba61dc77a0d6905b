#include "domain/bulk_json.h"
#include "base/json.h"
#include <string.h>

static enum bulk_kind
kind_of(struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_boolean:
		return BULK_BOOL;
	case json_type_int:
	case json_type_double:
		return BULK_NUMBER;
	default:
		return BULK_TEXT;
	}
}

/* An object that says more of where a reading comes from. */
static bool
is_metadata(const char *name, struct json_object *v)
{
	return json_object_is_type(v, json_type_object) &&
	    (strcmp(name, "sourceMetadata") == 0 ||
	    strcmp(name, "source_metadata") == 0);
}

static void
read_object(struct bulk_item *it, struct json_object *o)
{
	if (!json_object_is_type(o, json_type_object)) {
		bulk_item_fault(it, "VALIDATION_ERROR", "", "is no object");
		return;
	}
	json_object_object_foreach(o, name, v) {
		const char	*text;

		if (v == NULL || is_metadata(name, v))
			continue;
		text = json_object_get_string(v);
		bulk_item_set(it, name, kind_of(v), text,
		    json_object_is_type(v, json_type_string) ?
		    (size_t)json_object_get_string_len(v) : strlen(text));
	}
}

const char *
bulk_json_parse(struct bulk_list *l, const char *text, size_t len)
{
	const char	*why = NULL;

	l->json = json_parse(text, len, &why);
	return l->json != NULL ? NULL : why != NULL ? why : "is not JSON";
}

const char *
bulk_json_read(struct bulk_list *l, const char *text, size_t len)
{
	const char		*why = bulk_json_parse(l, text, len);
	struct json_object	*list = l->json;

	if (why != NULL)
		return why;
	if (json_object_is_type(list, json_type_object)) {
		if (json_object_object_length(list) != 1)
			return "must have \"readings\" and nothing else";
		list = json_arr(list, "readings");
	}
	if (!json_object_is_type(list, json_type_array))
		return "must be a list, or an object whose \"readings\" is one";
	if (json_object_array_length(list) > BULK_MAX)
		return bulk_too_many;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		read_object(bulk_list_add(l), json_object_array_get_idx(list, i));
	return NULL;
}

static bool
is_blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(" \t\r", s[i]) == NULL || s[i] == '\0')
			return false;
	return true;
}

/* A line is forgotten when it has been read: what a fault borrows of it is
 * kept. */
static void
read_line(struct bulk_list *l, struct bulk_item *it, const char *text,
    size_t len)
{
	struct json_object	*o = json_parse(text, len, NULL);

	if (o == NULL)
		bulk_item_fault(it, "INVALID_JSON", "",
		    "is a line that is not JSON");
	else
		read_object(it, o);
	if (it->fault.field != NULL)
		it->fault.field = arena_strdup(&l->arena, it->fault.field);
	json_object_put(o);
}

const char *
bulk_json_read_lines(struct bulk_list *l, const char *text, size_t len)
{
	const char		*end = text + len, *eol;
	struct bulk_item	*it;

	for (; text < end; text = eol + 1) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (eol == NULL)
			eol = end;
		if (is_blank(text, (size_t)(eol - text)))
			continue;
		if ((it = bulk_list_add(l)) == NULL)
			return bulk_too_many;
		read_line(l, it, text, (size_t)(eol - text));
	}
	return NULL;
}
