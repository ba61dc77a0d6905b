/* A list of readings in any format: an item without a fault is within its
 * bounds, and a list is no longer than may be. */
#include "domain/bulk_list.h"
#include <stdlib.h>

#define NOW	INT64_C(1772431200000)

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check(const struct bulk_item *it)
{
	if (it->fault.code != NULL) {
		if (it->status != BULK_ERROR || it->fault.field == NULL)
			abort();
		return;
	}
	if (it->temperature < -7333 || it->temperature > 14889 ||
	    it->humidity_cpct < 0 || it->humidity_cpct > 10000 ||
	    it->battery < -1 || it->battery > 100 || it->rssi_dbm < -150 ||
	    it->rssi_dbm > 0 || it->recorded_at_ms > NOW + BULK_AHEAD_MS ||
	    it->recorded_at_ms < NOW - BULK_BEHIND_MS ||
	    (uuid_is_nil(&it->unit) && it->dev_eui[0] == '\0'))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char	*why;

	for (int f = 0; f < BULK_FORMAT__MAX; f++) {
		struct bulk_list	list = { 0 };

		if (bulk_list_read(&list, (enum bulk_format)f,
		    (const char *)data, len, NOW, false, &why)) {
			if (list.n == 0 || list.n > BULK_MAX)
				abort();
			for (size_t i = 0; i < list.n; i++)
				check(&list.v[i]);
		}
		bulk_list_release(&list);
	}
	return 0;
}
