/* A whole request: method, path, query, type, cookie and body, parted by NUL
 * bytes. It has one answer; each line of its head is one of ours; the body is
 * as long as said and, under /api, JSON. */
#include "base/conf.h"
#include "base/json.h"
#include "demo.h"
#include "web/serve.h"
#include "web/template.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "REQUEST_METHOD", "DOCUMENT_URI",
	"QUERY_STRING", "CONTENT_TYPE", "HTTP_COOKIE", "CONTENT_LENGTH" };
enum { PATH = 1, LENGTH = 5, NAMES };

static char		 text[NAMES][300];
static const char	*body;
static struct buf	 out = BUF_INIT(1024 * 1024);

static const char *
get(void *unused, const char *name)
{
	for (size_t i = 0; i < NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return text[i];
	return unused;			/* NULL */
}

static size_t
read_body(void *unused, char *p, size_t len)
{
	(void)unused;
	memcpy(p, body, len);
	return len;
}

static void
write_answer(void *unused, const char *p, size_t len)
{
	(void)unused;
	buf_add(&out, p, len);
}

static void
check(const char *answer)
{
	const char		*end = strstr(answer, "\r\n\r\n");
	const char		*line = answer;
	struct json_object	*o;
	size_t			 len = 0;

	if (end == NULL || strncmp(answer, "Status: ", 8) != 0)
		abort();
	for (; line < end + 2; line = strstr(line, "\r\n") + 2) {
		if (strcspn(line, ":\r\n") != strspn(line, "ABCDEFGHIJKLMNOPQR"
		    "STUVWXYZabcdefghijklmnopqrstuvwxyz-"))
			abort();
		sscanf(line, "Content-Length: %zu", &len);
	}
	if (strlen(end + 4) != (strcmp(text[0], "HEAD") == 0 ? 0 : len))
		abort();
	if (strncmp(text[PATH], "/api/", 5) != 0 || end[4] == '\0')
		return;
	if ((o = json_parse(end + 4, len, NULL)) == NULL)
		abort();
	json_object_put(o);
}

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct gate_io	 io = { get, read_body, write_answer };
	static struct web_req		 req;
	const char			*s = (const char *)data, *end = s + len;
	char				*why;
	size_t				 n;

	if (req.impl == NULL) {
		if (!conf_load(NULL, &why))
			abort();
		template_open("/nonexistent");
		request_init(&req, &demo_app, NULL, gate_over(&io, NULL));
	}
	for (int i = 0; i < LENGTH; i++) {
		n = strnlen(s, (size_t)(end - s));
		snprintf(text[i], sizeof(text[i]), "%.*s", (int)n, s);
		s += n + (n < (size_t)(end - s));
	}
	body = s;
	snprintf(text[LENGTH], sizeof(text[LENGTH]), "%zd", end - s);
	buf_clear(&out);
	serve_request(&req);
	check(buf_str(&out));
	return 0;
}
