/* What a logger's fields may hold: whatever is taken is within its bounds, and
 * a fault is told for everything else. */
#include "domain/logger.h"
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char		*text = (const char *)data;
	struct logger_time	 at;
	centi_t			 t;
	int32_t			 humidity;
	bool			 has;

	for (int i = ORDER_UNSAID; i <= ORDER_MDY; i++)
		if (logger_time(text, len, (enum logger_order)i, &at) == NULL &&
		    (at.civil_ms < 0 || at.civil_ms > INT64_C(7289654400000) ||
		    at.east_ms > 54000000 || at.east_ms < -54000000))
			abort();
	for (int i = DEGREES_UNSAID; i <= DEGREES_F; i++)
		if (logger_temperature(text, len, (enum logger_degrees)i,
		    &t) == NULL && (t < -10000 || t > 15000))
			abort();
	if (logger_humidity(text, len, &has, &humidity) == NULL &&
	    (humidity < 0 || humidity > 10000 || (!has && humidity != 0)))
		abort();
	return 0;
}
