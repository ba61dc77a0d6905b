/* Whatever json_parse() takes is text that it takes again, as written by
 * json-c, with the same meaning; and it never holds what it promises not to. */
#include "base/json.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char		*why = NULL, *text;
	struct json_object	*o, *again;

	o = json_parse((const char *)data, len, &why);
	if (o == NULL) {
		if (why == NULL)
			abort();
		return 0;
	}
	if (memchr(data, 0, len) != NULL ||
	    !utf8_valid((const char *)data, len))
		abort();
	text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
	again = json_parse(text, strlen(text), &why);
	if (again == NULL || !json_object_equal(o, again))
		abort();
	json_object_put(again);
	json_object_put(o);
	return 0;
}
