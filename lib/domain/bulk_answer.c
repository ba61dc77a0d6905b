#include "domain/bulk_answer.h"
#include "base/utf8.h"
#include <string.h>

#define SHOWN_MAX	64	/* bytes of a text, about */

/* JSON of our own words; a name nobody knows is the sender's, who knows it by
 * its beginning. */
static void
put_text(struct buf *out, const char *name, const char *text)
{
	const size_t		 len = strlen(text);
	struct json_object	*s;
	size_t			 n = 0, step = 1;

	while (n < SHOWN_MAX && n < len && step > 0)
		n += step = utf8_step(text + n, len - n);
	s = json_object_new_string_len(text, (int)n);
	buf_printf(out, ",\"%s\":%s", name, json_object_to_json_string_ext(s,
	    JSON_C_TO_STRING_PLAIN));
	json_object_put(s);
}

static void
put_item(struct buf *out, bool first, const struct bulk_item *it)
{
	char	unit[UUID_TEXT];

	buf_printf(out, "%s{\"index\":%zu,\"status\":\"%s\"", first ? "" :
	    ",", it->index, bulk_status_name(it->status));
	if (!uuid_is_nil(&it->unit))
		buf_printf(out, ",\"unitId\":\"%s\"",
		    uuid_format(&it->unit, unit));
	if (it->status == BULK_ERROR) {
		buf_printf(out, ",\"error\":{\"code\":\"%s\"", it->fault.code);
		put_text(out, "field", it->fault.field);
		put_text(out, "message", it->fault.message);
		buf_putc(out, '}');
	}
	buf_putc(out, '}');
}

static void
put_counts(struct buf *out, const struct bulk_list *l)
{
	size_t	count[BULK_STATUS__MAX] = { 0 };

	for (size_t i = 0; i < l->n; i++)
		count[l->v[i].status]++;
	buf_printf(out, "\"received\":%zu", l->n);
	for (int i = 0; i < BULK_STATUS__MAX; i++)
		buf_printf(out, ",\"%s\":%zu",
		    bulk_status_name((enum bulk_status)i), count[i]);
}

void
bulk_answer(const struct bulk_list *l, struct buf *out)
{
	buf_putc(out, '{');
	put_counts(out, l);
	buf_puts(out, ",\"results\":[");
	for (size_t i = 0; i < l->n; i++)
		put_item(out, i == 0, &l->v[i]);
	buf_puts(out, "]}");
}
