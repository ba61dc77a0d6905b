/* A list of readings in any format: an item without a fault is within its
 * bounds, and a list is no longer than may be. */
#include "domain/bulk_format.h"
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
	static const char *const	types[] = { "application/json",
	    "application/x-ndjson", "text/csv", "application/senml+json" };
	const char			*why;

	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		struct bulk_list	list = { 0 };

		if (bulk_format_read(bulk_format_find(types[t]), &list,
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
