#include "outside/ttn_storage.h"
#include "base/json.h"
#include "base/ttn_id.h"
#include "base/when.h"
#include <stdio.h>
#include <string.h>

#define URL_MAX		1024
#define ANSWER_MAX	(64 * 1024 * 1024)	/* bytes, unpacked */
#define ERROR_MAX	(64 * 1024)

/* An answer on its way: messages, or an error and why. */
struct answer {
	struct ttn_stream	 stream;
	struct buf		 error;
	ttn_message_fn		*fn;
	void			*arg;
	struct ttn_answer	*out;
};

#define KEY_CHARACTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

bool
ttn_storage_key(const char *key)
{
	static const char	prefix[] = "NNSXS.";
	const char		*id = key + strlen(prefix);

	return strncmp(key, prefix, strlen(prefix)) == 0 &&
	    strspn(id, KEY_CHARACTERS) == 39 && id[39] == '.' &&
	    strspn(id + 40, KEY_CHARACTERS) == 52 && id[92] == '\0';
}

/* HOST or HOST:PORT. */
static bool
is_host(const char *s)
{
	size_t	name = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-"),
		digits;

	if (name == 0 || s[0] == '.' || s[0] == '-')
		return false;
	if (s[name] == '\0')
		return true;
	digits = strspn(s + name + 1, "0123456789");
	return s[name] == ':' && digits > 0 && digits <= 5 &&
	    s[name + 1 + digits] == '\0';
}

static const char *
behind(const char *s, const char *prefix)
{
	size_t	len = strlen(prefix);

	return strncmp(s, prefix, len) == 0 ? s + len : NULL;
}

static bool
is_here(const char *host)
{
	size_t	len = strcspn(host, ":");

	return (len == 9 && memcmp(host, "127.0.0.1", len) == 0) ||
	    (len == 9 && memcmp(host, "localhost", len) == 0);
}

bool
ttn_storage_server(const char *said, char out[TTN_STORAGE_SERVER_MAX + 1])
{
	const char	*host = behind(said, "https://");
	const char	*here = behind(said, "http://");
	size_t		 len = strlen(said);

	if (len >= 3 && len <= 8 && strspn(said,
	    "abcdefghijklmnopqrstuvwxyz0123456789") == len) {
		snprintf(out, TTN_STORAGE_SERVER_MAX + 1,
		    "https://%s.cloud.thethings.network", said);
		return true;
	}
	if (len > TTN_STORAGE_SERVER_MAX || !(host != NULL ? is_host(host) :
	    here != NULL && is_here(here) && is_host(here)))
		return false;
	memcpy(out, said, len + 1);
	return true;
}

const char *
ttn_rc_name(enum ttn_rc rc)
{
	static const char *const names[TTN__MAX] = {
		"ok", "cut off", "down", "busy", "unauthorized",
		"unknown device", "refused",
	};

	return names[rc];
}

static bool
take_message(struct json_object *message, void *arg)
{
	struct answer	*a = arg;

	a->out->messages++;
	return a->fn(message, a->arg);
}

static bool
take(void *arg, long status, const char *p, size_t len)
{
	struct answer	*a = arg;

	if (status == 200)
		return ttn_stream_add(&a->stream, p, len);
	buf_add(&a->error, p, len);
	return !buf_failed(&a->error);
}

static void
name_error(struct answer *a)
{
	struct json_object	*o;
	const char		*why;

	a->out->error = a->stream.error;
	if (a->error.len == 0)
		return;
	o = json_parse(buf_str(&a->error), a->error.len, &why);
	if (o != NULL)
		ttn_error_read(o, &a->out->error);
	json_object_put(o);
}

static enum ttn_rc
of_status(long status)
{
	switch (status) {
	case 401:
	case 403:
		return TTN_UNAUTHORIZED;
	case 404:
		return TTN_UNKNOWN;
	case 429:
		return TTN_BUSY;
	default:
		return status >= 500 ? TTN_DOWN : TTN_REFUSED;
	}
}

static enum ttn_rc
conclude(struct answer *a, enum http_rc rc, long status)
{
	if (rc == HTTP_DOWN)
		return TTN_DOWN;
	if (status != 200)
		return of_status(status);
	switch (ttn_stream_end(&a->stream)) {
	case TTN_STREAM_WHOLE:
		return rc == HTTP_OK ? TTN_OK : TTN_CUT;
	case TTN_STREAM_ENOUGH:
		return TTN_OK;
	case TTN_STREAM_CUT:
		return TTN_CUT;
	default:
		return TTN_REFUSED;
	}
}

enum ttn_rc
ttn_storage_get(const struct ttn_storage *s, const struct ttn_stored *what,
    ttn_message_fn *fn, void *arg, struct ttn_answer *out)
{
	char			after[WHEN_TEXT], before[WHEN_TEXT];
	struct buf		url = BUF_INIT(URL_MAX);
	struct answer		a = { .error = BUF_INIT(ERROR_MAX), .fn = fn,
				    .arg = arg, .out = out };
	struct http_ask		ask = { .bearer = s->key,
				    .accept = "application/json",
				    .max = ANSWER_MAX, .take = take,
				    .arg = &a };
	struct http_answer	answer;
	enum http_rc		asked;
	enum ttn_rc		rc = TTN_REFUSED;

	*out = (struct ttn_answer){ 0 };
	ttn_stream_init(&a.stream, take_message, &a);
	buf_printf(&url, "%s/api/v3/as/applications/%s/devices/%s/packages/"
	    "storage/uplink_message?after=%s&before=%s&limit=%d"
	    "&order=received_at", s->server, s->application, what->device,
	    when_format(what->after_ms, after),
	    when_format(what->before_ms, before), what->limit);
	if (!ttn_id_valid(what->device))
		rc = TTN_UNKNOWN;	/* it would not let anybody make it */
	else if (ttn_id_valid(s->application) && !buf_failed(&url)) {
		ask.url = buf_str(&url);
		asked = http_get(s->http, &ask, &answer);
		rc = conclude(&a, asked, answer.status);
		out->retry_s = answer.retry_s;
		out->status = (int)answer.status;
		name_error(&a);
	}
	ttn_stream_release(&a.stream);
	buf_release(&a.error);
	buf_release(&url);
	return rc;
}
