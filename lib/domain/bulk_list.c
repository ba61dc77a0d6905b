#include "domain/bulk_list.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "domain/bulk_senml.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS_MAX	64		/* of a line of CSV, */
#define FIELD_MAX	1024		/* and what one may hold */

const char bulk_too_many[] = "has more than 10,000 readings";

static const struct {
	const char	*type;
	enum bulk_format format;
} types[] = {
	{ "application/json", BULK_JSON },
	{ "application/x-ndjson", BULK_NDJSON },
	{ "application/ndjson", BULK_NDJSON },
	{ "application/jsonl", BULK_NDJSON },
	{ "text/csv", BULK_CSV },
	{ "application/senml+json", BULK_SENML },
};

bool
bulk_format_find(const char *content_type, enum bulk_format *out)
{
	size_t	len;

	*out = BULK_JSON;
	if (content_type == NULL || *content_type == '\0')
		return true;
	len = strcspn(content_type, "; \t");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].type) == len && strncasecmp(content_type,
		    types[i].type, len) == 0) {
			*out = types[i].format;
			return true;
		}
	return false;
}

struct bulk_item *
bulk_list_add(struct bulk_list *l)
{
	struct bulk_item	*it;

	if (l->n == BULK_MAX)
		return NULL;
	if (l->v == NULL)
		l->v = mem_alloc(mem_product(BULK_MAX, sizeof(*l->v)));
	it = &l->v[l->n];
	*it = (struct bulk_item)BULK_ITEM_INIT;
	it->index = l->n++;
	return it;
}

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

static const char *
read_json(struct bulk_list *l, const char *text, size_t len)
{
	struct json_object	*list;
	const char		*why = NULL;

	l->json = json_parse(text, len, &why);
	if (l->json == NULL)
		return why != NULL ? why : "is not JSON";
	list = l->json;
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

static const char *
read_lines(struct bulk_list *l, const char *text, size_t len)
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

struct table {			/* CSV being read */
	struct bulk_list	*l;
	const char		*name[FIELDS_MAX];
	size_t			 fields;	/* 0: no head yet */
};

static void
read_head(struct table *t, const struct csv_record *rec)
{
	t->fields = rec->n;
	for (size_t i = 0; i < rec->n; i++)
		t->name[i] = arena_strdup(&t->l->arena, rec->field[i].text);
}

static bool
read_record(struct table *t, const struct csv_record *rec)
{
	struct bulk_item	*it;

	if (t->fields == 0) {
		read_head(t, rec);
		return true;
	}
	if ((it = bulk_list_add(t->l)) == NULL)
		return false;
	if (rec->n != t->fields)
		bulk_item_fault(it, "VALIDATION_ERROR", "",
		    "is a line of more or fewer fields than the first");
	for (size_t i = 0; i < rec->n && i < t->fields; i++)
		bulk_item_set(it, t->name[i], BULK_ANY, rec->field[i].text,
		    rec->field[i].len);
	return true;
}

static const char *
read_csv(struct bulk_list *l, const char *text, size_t len)
{
	static const struct csv_limits limits = { FIELDS_MAX, FIELD_MAX,
	    FIELDS_MAX * (FIELD_MAX + 1) };
	struct table		 t = { .l = l };
	struct csv		*c = csv_new(&limits);
	const char		*end = text + len, *why = NULL;
	struct csv_record	 rec;
	enum csv_rc		 rc = CSV_RECORD;

	while (rc == CSV_RECORD && why == NULL) {
		rc = csv_read(c, &text, end, &rec);
		if (rc == CSV_MORE)
			rc = csv_end(c, &rec);
		if (rc == CSV_RECORD)
			why = read_record(&t, &rec) ? NULL : bulk_too_many;
	}
	if (rc == CSV_FAULT)
		why = arena_printf(&l->arena, "line %zu: %s",
		    csv_fault_line(c), csv_fault(c));
	csv_free(c);
	return why;
}

static const char *
read_senml(struct bulk_list *l, const char *text, size_t len)
{
	const char	*why = NULL;

	l->json = json_parse(text, len, &why);
	if (l->json == NULL)
		return why != NULL ? why : "is not JSON";
	return bulk_senml_read(l);
}

static const char *(*const readers[BULK_FORMAT__MAX])(struct bulk_list *l,
    const char *text, size_t len) = {
	[BULK_JSON] = read_json,
	[BULK_NDJSON] = read_lines,
	[BULK_CSV] = read_csv,
	[BULK_SENML] = read_senml,
};

bool
bulk_list_read(struct bulk_list *l, enum bulk_format format, const char *text,
    size_t len, int64_t now_ms, bool backfill, const char **why)
{
	l->now_ms = now_ms;
	*why = readers[format](l, text, len);
	if (*why == NULL && l->n == 0)
		*why = "has no readings";
	if (*why != NULL)
		return false;
	for (size_t i = 0; i < l->n; i++)
		bulk_item_end(&l->v[i], now_ms, backfill);
	return true;
}

void
bulk_list_release(struct bulk_list *l)
{
	free(l->v);
	arena_release(&l->arena);
	json_object_put(l->json);
	*l = (struct bulk_list){ 0 };
}
