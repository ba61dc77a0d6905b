#include "outside/http.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include <curl/curl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_S	10L
#define WHOLE_S		120L	/* for the whole answer */
#define STALL_S		20L	/* without a byte */
#define HEADER_MAX	1024
#define RETRY_MAX_S	86400

struct http {
	CURL	*curl;
};

struct passage {		/* one answer on its way */
	CURL			*curl;
	const struct http_ask	*ask;
	size_t			 left;
	enum http_rc		 rc;	/* why take() ended it; or HTTP_OK */
};

struct http *
http_new(void)
{
	struct http	*h = mem_alloc(sizeof(*h));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
	    (h->curl = curl_easy_init()) == NULL)
		fatal("libcurl does not start");
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->curl);
	free(h);
}

static size_t
take(char *p, size_t size, size_t n, void *arg)
{
	struct passage	*w = arg;
	size_t		 len = size * n;
	long		 status = 0;

	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	if (len > w->left)
		w->rc = HTTP_TOO_LARGE;
	else if (!w->ask->take(w->ask->arg, status, p, len))
		w->rc = HTTP_STOPPED;
	w->left -= w->rc == HTTP_OK ? len : 0;
	return w->rc == HTTP_OK ? len : 0;
}

/* Seconds in the header of this name; 0 where it has none, or a date. */
static int64_t
seconds(CURL *curl, const char *name)
{
	struct curl_header	*header;
	char			*end;
	long			 s;

	if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) !=
	    CURLHE_OK)
		return 0;
	s = strtol(header->value, &end, 10);
	if (end == header->value || *end != '\0' || s < 0)
		return 0;
	return s > RETRY_MAX_S ? RETRY_MAX_S : s;
}

static struct curl_slist *
add_header(struct curl_slist *list, const char *name, const char *value)
{
	struct buf	line = BUF_INIT(HEADER_MAX);

	buf_printf(&line, "%s%s", name, value);
	if (buf_failed(&line))
		bug("http: a header of more than %d bytes", HEADER_MAX);
	list = curl_slist_append(list, buf_str(&line));
	if (list == NULL)
		fatal("out of memory");
	sodium_memzero(line.data, line.len);
	buf_release(&line);
	return list;
}

static void
free_headers(struct curl_slist *list)
{
	for (struct curl_slist *l = list; l != NULL; l = l->next)
		sodium_memzero(l->data, strlen(l->data));
	curl_slist_free_all(list);
}

static void
prepare(CURL *c, struct passage *w, struct curl_slist *headers)
{
	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, w->ask->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "FrostGuard/" PACKAGE_VERSION);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, WHOLE_S);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, STALL_S);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, w);
}

enum http_rc
http_get(struct http *h, const struct http_ask *ask, struct http_answer *out)
{
	struct passage		 w = { h->curl, ask, ask->max, HTTP_OK };
	struct curl_slist	*headers = NULL;
	CURLcode		 code;

	*out = (struct http_answer){ 0 };
	headers = add_header(headers, "Accept: ", ask->accept);
	if (ask->bearer != NULL)
		headers = add_header(headers, "Authorization: Bearer ",
		    ask->bearer);
	prepare(h->curl, &w, headers);
	code = curl_easy_perform(h->curl);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &out->status);
	out->retry_s = seconds(h->curl, "X-Rate-Limit-Retry");
	if (out->retry_s == 0)
		out->retry_s = seconds(h->curl, "Retry-After");
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);
	free_headers(headers);
	if (w.rc != HTTP_OK)
		return w.rc;
	if (code == CURLE_OK)
		return HTTP_OK;
	return out->status != 0 ? HTTP_CUT : HTTP_DOWN;
}
