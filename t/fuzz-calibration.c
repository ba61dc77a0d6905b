/* Calibrations that are taken are within their bounds, and each changes a
 * temperature by its own offset or not at all. */
#include "domain/calibration.h"
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define TEXT_MAX	4096

static bool
explains(const struct calibrations *c, centi_t change)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].offset == change)
			return true;
	return change == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char			text[TEXT_MAX];
	struct calibrations	c;

	if (len >= sizeof(text))
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (!calibration_parse(text, &c))
		return 0;
	if (c.n > CALIBRATION_MAX)
		abort();
	for (size_t i = 0; i < c.n; i++)
		if (labs(c.v[i].offset) > CALIBRATION_OFFSET_MAX ||
		    !explains(&c, calibration_apply(&c, 400, c.v[i].from_ms)
		    - 400))
			abort();
	return 0;
}
