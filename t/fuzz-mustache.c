/* A template, its model and a partial named p, parted by NUL bytes. What has
 * no tag is copied; nothing is longer than allowed; twice is the same. */
#include "base/json.h"
#include "web/mustache.h"
#include <stdlib.h>
#include <string.h>

#define OUT_MAX	4096

static const struct mustache *
find(void *arg, const char *name)
{
	return strcmp(name, "p") == 0 ? arg : NULL;
}

/* The bytes up to the next NUL; *data and *len are moved behind it. */
static const char *
part(const uint8_t **data, size_t *len, size_t *part_len)
{
	const char	*s = (const char *)*data;

	*part_len = *len == 0 ? 0 : strnlen(s, *len);
	*data += *part_len + (*part_len < *len);
	*len -= *part_len + (*part_len < *len);
	return s;
}

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct mustache_fault	 fault;
	struct mustache		*m, *p;
	struct json_object	*model;
	struct buf		 a = BUF_INIT(OUT_MAX), b = BUF_INIT(OUT_MAX);
	size_t			 n, tlen;
	const char		*text = part(&data, &len, &tlen), *s;

	if (tlen == 0 || (m = mustache_compile(text, tlen, &fault)) == NULL)
		return 0;
	s = part(&data, &len, &n);
	model = n == 0 ? NULL : json_parse(s, n, NULL);
	s = part(&data, &len, &n);
	p = n == 0 ? NULL : mustache_compile(s, n, &fault);
	if (mustache_render(m, model, find, p, &a)) {
		if (!mustache_render(m, model, find, p, &b) || a.len != b.len ||
		    memcmp(buf_str(&a), buf_str(&b), a.len) != 0)
			abort();
		if (memmem(text, tlen, "{{", 2) == NULL && (a.len != tlen ||
		    memcmp(buf_str(&a), text, tlen) != 0))
			abort();
	}
	if (a.len > OUT_MAX)
		abort();
	buf_release(&a);
	buf_release(&b);
	mustache_free(p);
	mustache_free(m);
	json_object_put(model);
	return 0;
}
