#include "web/answer.h"
#include "base/json.h"
#include "base/log.h"
#include "web/escape.h"
#include "web/status.h"
#include "web/template.h"
#include <inttypes.h>
#include <string.h>

#define JSON_TYPE	"application/json"
#define HTML_TYPE	"text/html; charset=utf-8"

/* On pages: a script or a style that is not a file of ours does not run. */
static const struct {
	const char	*name;
	const char	*value;
} page_headers[] = {
	{ "Content-Security-Policy", "default-src 'self'; img-src 'self' "
	  "data:; base-uri 'none'; form-action 'self'; "
	  "frame-ancestors 'none'" },
	{ "Referrer-Policy", "same-origin" },
};

static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static void
add_header(struct web_req *req, const char *name, const char *value,
    bool replace)
{
	struct web_impl	*impl = req->impl;
	size_t		 i = replace ? 0 : impl->nheaders;

	if (!is_plain(value)) {
		log_error("web.header", LOG_STR("name", name));
		return;
	}
	while (i < impl->nheaders && strcmp(impl->header[i].name, name) != 0)
		i++;
	if (i == REQUEST_HEADERS)
		bug("an answer has too many headers");
	impl->header[i].name = name;
	impl->header[i].value = arena_strdup(&req->arena, value);
	if (i == impl->nheaders)
		impl->nheaders++;
}

void
web_set_header(struct web_req *req, const char *name, const char *value)
{
	add_header(req, name, value, true);
}

static void
default_header(struct web_req *req, const char *name, const char *value)
{
	for (size_t i = 0; i < req->impl->nheaders; i++)
		if (strcmp(req->impl->header[i].name, name) == 0)
			return;
	add_header(req, name, value, false);
}

void
web_set_cookie(struct web_req *req, const char *name, const char *value,
    int64_t max_age_s)
{
	const char	*https = gate_param(req->impl->gate, "HTTPS");
	bool		 secure = https != NULL && strcmp(https, "on") == 0;

	if (strpbrk(value, " \t,;\"\\") != NULL)
		bug("a cookie's value has a separator in it");
	add_header(req, "Set-Cookie", arena_printf(&req->arena,
	    "%s=%s; Path=/; Max-Age=%" PRId64 "; HttpOnly; SameSite=Lax%s",
	    name, value, max_age_s, secure ? "; Secure" : ""), false);
}

void
web_page_context(struct web_req *req, struct json_object *context)
{
	json_object_put(req->impl->context);
	req->impl->context = context;
}

/* A later answer takes the place of an earlier one. */
static struct buf *
begin(struct web_req *req, int status, const char *content_type)
{
	struct web_impl	*impl = req->impl;

	impl->answered = true;
	impl->status = status;
	buf_clear(&impl->answer);
	web_set_header(req, "Content-Type", content_type);
	return &impl->answer;
}

static void
put_json(struct buf *b, struct json_object *o)
{
	size_t		 len;
	const char	*s = json_object_to_json_string_length(o,
			    JSON_C_TO_STRING_PLAIN |
			    JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	buf_add(b, s, len);
}

static struct buf *
begin_envelope(struct web_req *req, enum web_rc rc)
{
	struct buf	*b = begin(req, web_http_status(rc), JSON_TYPE);

	buf_puts(b, "{\"ok\":true,\"data\":");
	return b;
}

/* A request id is a plain word: nothing in it needs escaping. */
static void
end_envelope(struct web_req *req)
{
	buf_printf(&req->impl->answer, ",\"requestId\":\"%s\"}\n",
	    req->request_id);
}

static enum web_rc
respond_json(struct web_req *req, enum web_rc rc, struct json_object *model)
{
	put_json(begin_envelope(req, rc), model);
	end_envelope(req);
	return rc;
}

struct buf *
web_begin_data(struct web_req *req)
{
	return begin_envelope(req, WEB_OK);
}

enum web_rc
web_end_data(struct web_req *req)
{
	end_envelope(req);
	return WEB_OK;
}

struct buf *
web_begin_raw(struct web_req *req, int status, const char *content_type)
{
	return begin(req, status, content_type);
}

static void
merge_context(struct web_req *req, struct json_object *model)
{
	if (req->impl->context == NULL)
		return;
	json_object_object_foreach(req->impl->context, key, v)
		if (!json_object_object_get_ex(model, key, NULL))
			json_object_object_add(model, key,
			    json_object_get(v));
}

static bool
respond_page(struct web_req *req, int status, const char *template_name,
    struct json_object *model)
{
	struct buf	*b = begin(req, status, HTML_TYPE);

	merge_context(req, model);
	for (size_t i = 0; i < sizeof(page_headers) / sizeof(page_headers[0]);
	    i++)
		default_header(req, page_headers[i].name,
		    page_headers[i].value);
	return template_render(template_name, model, b);
}

static struct json_object *
error_model(struct web_req *req, enum web_rc rc)
{
	const struct status	*s = status_of(rc);
	struct web_impl		*impl = req->impl;
	struct json_object	*error = json_object_new_object();

	json_put_str(error, "code", s->code);
	json_put_str(error, "message",
	    impl->message != NULL ? impl->message : s->message);
	if (impl->details != NULL)
		json_put(error, "details", json_object_get(impl->details));
	json_put_str(error, "requestId", req->request_id);
	return error;
}

static void
error_json(struct web_req *req, enum web_rc rc)
{
	struct buf		*b = begin(req, web_http_status(rc), JSON_TYPE);
	struct json_object	*error = error_model(req, rc);

	buf_puts(b, "{\"ok\":false,\"error\":");
	put_json(b, error);
	buf_puts(b, "}\n");
	json_object_put(error);
}

/* A page even when the template for errors is what is missing. */
static void
error_plain(struct web_req *req, enum web_rc rc)
{
	const struct status	*s = status_of(rc);
	struct buf		*b = begin(req, s->http, HTML_TYPE);

	buf_printf(b, "<!doctype html><html lang=\"en\">"
	    "<meta charset=\"utf-8\"><title>%s</title><h1>%s</h1><p>%s</p><p>Request ", s->title,
	    s->title, s->message);
	escape_html(b, req->request_id, strlen(req->request_id));
	buf_puts(b, "</p></html>\n");
}

static void
error_page(struct web_req *req, enum web_rc rc)
{
	struct json_object	*model = json_object_new_object();
	struct json_object	*error = error_model(req, rc);

	json_put_str(error, "title", status_of(rc)->title);
	json_put(model, "error", error);
	if (!respond_page(req, web_http_status(rc), "error", model))
		error_plain(req, rc);
	json_object_put(model);
}

/* Who is not signed in goes to sign in, and comes back to where it was. */
static bool
send_to_sign_in(struct web_req *req)
{
	struct buf	to = BUF_INIT(4096);
	bool		reads = strcmp(req->method, "GET") == 0;

	if (req->wants_json)
		return false;
	buf_puts(&to, req->app->sign_in);
	if (reads && strcmp(req->path, "/") != 0) {
		buf_puts(&to, "?next=");
		escape_url(&to, req->path, strlen(req->path));
		if (*req->query != '\0') {
			buf_puts(&to, "%3F");
			escape_url(&to, req->query, strlen(req->query));
		}
	}
	web_redirect(req, buf_failed(&to) ? req->app->sign_in : buf_str(&to),
	    NULL);
	buf_release(&to);
	return true;
}

/* What a refusal says to the client's software. */
static void
refusal_headers(struct web_req *req, enum web_rc rc)
{
	const struct status	*s = status_of(rc);

	if (s->retry_after_s > 0)
		default_header(req, "Retry-After",
		    arena_printf(&req->arena, "%d", s->retry_after_s));
	if (s->http == 401 && req->wants_json)
		default_header(req, "WWW-Authenticate", "Bearer");
}

void
answer_rc(struct web_req *req, enum web_rc rc)
{
	if (status_of(rc)->code == NULL)
		bug("%s %s: nothing was answered", req->method, req->path);
	if (status_of(rc)->http == 401 && send_to_sign_in(req))
		return;
	refusal_headers(req, rc);
	if (req->wants_json)
		error_json(req, rc);
	else
		error_page(req, rc);
}

enum web_rc
web_respond_rc(struct web_req *req, enum web_rc rc, const char *template_name,
    struct json_object *model)
{
	if (req->wants_json && status_of(rc)->code != NULL)
		answer_rc(req, rc);
	else if (req->wants_json || template_name == NULL)
		respond_json(req, rc, model);
	else if (!respond_page(req, web_http_status(rc), template_name, model))
		answer_rc(req, rc = WEB_ERROR);
	else
		refusal_headers(req, rc);
	json_object_put(model);
	return rc;
}

enum web_rc
web_respond(struct web_req *req, const char *template_name,
    struct json_object *model)
{
	return web_respond_rc(req, WEB_OK, template_name, model);
}

enum web_rc
web_respond_raw(struct web_req *req, int status, const char *content_type,
    const char *body, size_t len)
{
	buf_add(begin(req, status, content_type), body, len);
	return WEB_OK;
}

/* "//host" and "/\host" would be places of somebody else. */
static bool
is_ours(const char *location)
{
	return location[0] == '/' && location[1] != '/' &&
	    strchr(location, '\\') == NULL && is_plain(location);
}

enum web_rc
web_redirect(struct web_req *req, const char *location,
    struct json_object *model)
{
	if (req->wants_json)
		return web_respond_rc(req, WEB_OK, NULL, model);
	json_object_put(model);
	if (!is_ours(location)) {
		log_error("web.redirect");
		location = "/";
	}
	begin(req, 303, HTML_TYPE);
	web_set_header(req, "Location", location);
	return WEB_SEE_OTHER;
}

void
answer_send(struct web_req *req)
{
	struct web_impl	*impl = req->impl;
	struct buf	 head = BUF_INIT(16384);

	if (buf_failed(&impl->answer)) {
		log_error("web.answer_too_long");
		buf_clear(&impl->answer);
		answer_rc(req, WEB_ERROR);
	}
	default_header(req, "Cache-Control", "no-store");
	default_header(req, "X-Content-Type-Options", "nosniff");
	default_header(req, "X-Request-Id", req->request_id);
	buf_printf(&head, "Status: %d %s\r\n", impl->status,
	    status_reason(impl->status));
	for (size_t i = 0; i < impl->nheaders; i++)
		buf_printf(&head, "%s: %s\r\n", impl->header[i].name,
		    impl->header[i].value);
	buf_printf(&head, "Content-Length: %zu\r\n\r\n", impl->answer.len);
	gate_write(impl->gate, buf_str(&head), head.len);
	if (strcmp(req->method, "HEAD") != 0)
		gate_write(impl->gate, buf_str(&impl->answer),
		    impl->answer.len);
	buf_release(&head);
}
