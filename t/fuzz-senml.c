/* Any JSON as a pack: records come in order, each with a name, an instant and
 * a finite number or with a fault, and what spoils a pack ends it. */
#include "domain/senml.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOW		INT64_C(1772431200000)
#define AT_MAX_MS	INT64_C(253402300800000)

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check(const struct senml_record *r)
{
	if (r->fault != NULL) {
		if (r->field == NULL)
			abort();
		return;
	}
	if (r->name[0] == '\0' || strlen(r->name) >= SENML_NAME ||
	    strpbrk(r->name, " \"\\<>\n") != NULL || r->unit == NULL ||
	    r->at_ms < 0 || r->at_ms > AT_MAX_MS || isnan(r->number))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct senml		walk = { .now_ms = NOW };
	struct senml_record	r;
	size_t			before = 0;

	walk.pack = json_parse((const char *)data, len, NULL);
	if (!json_object_is_type(walk.pack, json_type_array)) {
		json_object_put(walk.pack);
		return 0;
	}
	while (senml_next(&walk, &r)) {
		if (r.index < before || walk.fault != NULL)
			abort();
		before = r.index + 1;
		check(&r);
	}
	if (walk.fault != NULL && senml_next(&walk, &r))
		abort();
	json_object_put(walk.pack);
	return 0;
}
