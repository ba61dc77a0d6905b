#include "domain/bulk_format.h"
#include "domain/bulk_csv.h"
#include "domain/bulk_json.h"
#include "domain/bulk_senml.h"
#include <string.h>
#include <strings.h>

struct bulk_format {
	const char	*type;
	bulk_read_fn	*read;
};

static const struct bulk_format formats[] = {
	{ "application/json", bulk_json_read },
	{ "application/x-ndjson", bulk_json_read_lines },
	{ "application/ndjson", bulk_json_read_lines },
	{ "application/jsonl", bulk_json_read_lines },
	{ "text/csv", bulk_csv_read },
	{ "application/senml+json", bulk_senml_read },
};

const struct bulk_format *
bulk_format_find(const char *content_type)
{
	size_t	len;

	if (content_type == NULL || *content_type == '\0')
		return &formats[0];
	len = strcspn(content_type, "; \t");
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strlen(formats[i].type) == len &&
		    strncasecmp(content_type, formats[i].type, len) == 0)
			return &formats[i];
	return NULL;
}

bool
bulk_format_read(const struct bulk_format *format, struct bulk_list *l,
    const char *text, size_t len, int64_t now_ms, bool backfill,
    const char **why)
{
	l->now_ms = now_ms;
	*why = format->read(l, text, len);
	if (*why == NULL && l->n == 0)
		*why = "has no readings";
	if (*why != NULL)
		return false;
	for (size_t i = 0; i < l->n; i++)
		bulk_item_end(&l->v[i], now_ms, backfill);
	return true;
}
