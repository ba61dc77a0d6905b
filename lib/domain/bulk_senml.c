#include "domain/bulk_senml.h"
#include "base/mem.h"
#include "base/when.h"
#include "domain/bulk_json.h"
#include "domain/senml.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define INVALID	"VALIDATION_ERROR"

/* A unit, and the field of a reading that has it. */
static const struct {
	const char	*unit, *field;
	int		 decimals;
	double		 offset;
} units[] = {
	{ "Cel", "temperature", 4, 0 },
	{ "K", "temperature", 4, -273.15 },
	{ "%RH", "humidity", 4, 0 },
	{ "%EL", "batteryLevel", 0, 0 },
	{ "dBm", "signalStrength", 0, 0 },
};
#define NUNITS	(sizeof(units) / sizeof(units[0]))

struct measured {		/* a record on its way into a reading */
	size_t		 index;
	char		 dev_eui[DEVEUI_TEXT];
	int64_t		 at_ms;
	enum bulk_kind	 kind;
	const char	*field, *value;		/* of the reading */
	const char	*blamed, *fault;	/* NULL: none */
};

/* RFC 9039 has EUI-64 behind mac: and a 1-wire serial behind ow:, sixteen
 * digits each, then perhaps the part of the device. *part is what is behind. */
static bool
find_eui(const char *name, char eui[DEVEUI_TEXT], const char **part)
{
	static const char *const	schemes[] = { "urn:dev:mac:",
	    "urn:dev:ow:" };
	const size_t			digits = DEVEUI_TEXT - 1;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncasecmp(name, schemes[i], strlen(schemes[i])) == 0) {
			name += strlen(schemes[i]);
			break;
		}
	if (strspn(name, "0123456789abcdefABCDEF") != digits)
		return false;
	*part = name + digits;
	if (**part != '\0' && strchr(":/_.-", *(*part)++) == NULL)
		return false;
	return deveui_parse(name, digits, eui);
}

/* Of what is true or false we know the door. */
static bool
is_door(const char *part)
{
	return *part == '\0' || strcasecmp(part, "door") == 0 ||
	    strcasecmp(part, "open") == 0 ||
	    strcasecmp(part, "doorOpen") == 0;
}

static void
blame(struct measured *m, const char *field, const char *fault)
{
	m->blamed = field;
	m->fault = fault;
}

static void
take_number(struct measured *m, const struct senml_record *r,
    struct arena *arena)
{
	size_t	u = 0;

	while (u < NUNITS && strcmp(units[u].unit, r->unit) != 0)
		u++;
	if (u == NUNITS) {
		blame(m, "u", "must be Cel, K, %RH, %EL or dBm");
		return;
	}
	m->kind = BULK_NUMBER;
	m->field = units[u].field;
	m->value = arena_printf(arena, "%.*f", units[u].decimals,
	    r->number + units[u].offset);
}

static struct measured
take(const struct senml_record *r, struct arena *arena)
{
	struct measured	 m = { .index = r->index, .at_ms = r->at_ms,
			     .blamed = r->field, .fault = r->fault };
	const char	*part;

	if (m.fault != NULL)
		return m;
	if (!find_eui(r->name, m.dev_eui, &part))
		blame(&m, "n", "must have a DevEUI, as in "
		    "urn:dev:mac:a840410000000001");
	else if (r->kind == SENML_NUMBER)
		take_number(&m, r, arena);
	else if (r->kind == SENML_BOOL && is_door(part)) {
		m.kind = BULK_BOOL;
		m.field = "doorOpen";
		m.value = r->truth ? "true" : "false";
	} else
		blame(&m, r->kind == SENML_BOOL ? "n" : "v",
		    r->kind == SENML_BOOL ? "is true or false, and no door" :
		    "must be a number, or vb a door");
	return m;
}

/* Those of one reading are neighbours; those at fault come first. */
static int
by_reading(const void *a, const void *b)
{
	const struct measured	*x = a, *y = b;
	const int		 order = strcmp(x->dev_eui, y->dev_eui);

	if ((x->fault == NULL) != (y->fault == NULL))
		return x->fault == NULL ? 1 : -1;
	if (x->fault == NULL && order != 0)
		return order;
	if (x->fault == NULL && x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool
is_same(const struct measured *a, const struct measured *b)
{
	return a->fault == NULL && b->fault == NULL &&
	    a->at_ms == b->at_ms && strcmp(a->dev_eui, b->dev_eui) == 0;
}

static int
by_index(const void *a, const void *b)
{
	const struct bulk_item	*x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

static void
begin_item(struct bulk_item *it, const struct measured *m)
{
	char	at[WHEN_TEXT];

	it->index = m->index;
	if (m->fault != NULL) {
		bulk_item_fault(it, INVALID, m->blamed, m->fault);
		return;
	}
	when_format(m->at_ms, at);
	bulk_item_set(it, "deviceEui", BULK_TEXT, m->dev_eui,
	    strlen(m->dev_eui));
	bulk_item_set(it, "recordedAt", BULK_TEXT, at, strlen(at));
}

static const char *
join(struct bulk_list *l, const struct measured *v, size_t n)
{
	struct bulk_item	*it = NULL;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !is_same(&v[i - 1], &v[i])) {
			if ((it = bulk_list_add(l)) == NULL)
				return bulk_too_many;
			begin_item(it, &v[i]);
		}
		if (v[i].fault == NULL)
			bulk_item_set(it, v[i].field, v[i].kind, v[i].value,
			    strlen(v[i].value));
	}
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(l->v[0]), by_index);
	return NULL;
}

const char *
bulk_senml_read(struct bulk_list *l, const char *text, size_t len)
{
	const char		*why = bulk_json_parse(l, text, len);
	struct senml		 walk = { .pack = l->json, .now_ms = l->now_ms };
	struct senml_record	 record;
	struct measured		*v;
	size_t			 n = 0;

	if (why != NULL)
		return why;
	if (!json_object_is_type(l->json, json_type_array))
		return "must be a list of records";
	if (json_object_array_length(l->json) > BULK_SENML_MAX)
		return "has more than 40,000 records";
	v = mem_alloc(mem_product(json_object_array_length(l->json) + 1,
	    sizeof(*v)));
	while (senml_next(&walk, &record))
		v[n++] = take(&record, &l->arena);
	if (walk.fault != NULL)
		why = arena_printf(&l->arena, "record %zu: %s %s",
		    walk.next - 1, walk.field, walk.fault);
	else {
		qsort(v, n, sizeof(*v), by_reading);
		why = join(l, v, n);
	}
	free(v);
	return why;
}
