#include "domain/calibration.h"
#include <stdlib.h>
#include <string.h>

/* The number behind this character. */
static bool
take(const char **s, char before, int64_t *out)
{
	char	*end;

	if (**s != before)
		return false;
	*out = strtoll(*s + 1, &end, 10);
	if (end == *s + 1)
		return false;
	*s = end;
	return true;
}

bool
calibration_parse(const char *text, struct calibrations *out)
{
	char	before = '{';
	int64_t	offset;

	out->n = 0;
	if (strcmp(text, "{}") == 0)
		return true;
	do {
		struct calibration	*c = &out->v[out->n];

		if (out->n == CALIBRATION_MAX ||
		    !take(&text, before, &c->from_ms) ||
		    !take(&text, ',', &c->until_ms) ||
		    !take(&text, ',', &offset) ||
		    offset > CALIBRATION_OFFSET_MAX ||
		    offset < -CALIBRATION_OFFSET_MAX)
			return false;
		c->offset = (centi_t)offset;
		out->n++;
		before = ',';
	} while (*text == ',');
	return strcmp(text, "}") == 0;
}

centi_t
calibration_apply(const struct calibrations *c, centi_t raw, int64_t at_ms)
{
	for (size_t i = 0; i < c->n; i++)
		if (at_ms >= c->v[i].from_ms && at_ms < c->v[i].until_ms)
			return raw + c->v[i].offset;
	return raw;
}
