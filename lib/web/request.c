#include "web/request.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REQUEST_ID_MAX	64
#define FIELD_MAX	100

void
request_init(struct web_req *req, const struct web_app *app, struct db *db,
    struct gate *gate)
{
	memset(req, 0, sizeof(*req));
	req->app = app;
	req->db = db;
	req->impl = mem_alloc(sizeof(*req->impl));
	req->impl->gate = gate;
	buf_init(&req->impl->answer, REQUEST_ANSWER_MAX);
}

void
request_release(struct web_req *req)
{
	arena_release(&req->arena);
	buf_release(&req->impl->answer);
	free(req->impl);
}

static const char *
param(struct web_req *req, const char *name)
{
	const char	*s = gate_param(req->impl->gate, name);

	return s == NULL ? "" : s;
}

/* Somebody's id goes into our log lines: only if it is a plain word. */
static const char *
request_id(struct web_req *req)
{
	static const char	 plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	const char		*given = param(req, "HTTP_X_REQUEST_ID");
	size_t			 len = strspn(given, plain);
	char			*id;
	struct uuid		 u;

	if (len > 0 && len <= REQUEST_ID_MAX && given[len] == '\0')
		return given;
	u = uuid_make(req->now_ms);
	id = arena_alloc(&req->arena, UUID_TEXT);
	return uuid_format(&u, id);
}

void
request_begin(struct web_req *req)
{
	const char	*path = param(req, "DOCUMENT_URI");

	if (*path == '\0')		/* by hand, from a shell */
		path = param(req, "PATH_INFO");
	req->wants_json = req->app->sign_in == NULL ||
	    strncmp(path, "/api/", 5) == 0 ||
	    strstr(param(req, "HTTP_ACCEPT"), "application/json") != NULL;
	if (strncmp(path, "/api/", 5) == 0)
		path += 4;
	req->path = path;
	req->method = param(req, "REQUEST_METHOD");
	req->query = param(req, "QUERY_STRING");
	req->body = "";
	req->now_ms = clock_now_ms();
	req->impl->start_us = clock_mono_us();
	req->request_id = request_id(req);
	log_request(req->request_id);
}

/* What belongs to the request goes; gate, arena and buffer stay. */
void
request_end(struct web_req *req)
{
	struct web_impl	*impl = req->impl;
	struct buf	 answer = impl->answer;
	struct web_impl	 kept = { .gate = impl->gate,
			    .finished = impl->finished };

	json_object_put(impl->json);
	json_object_put(impl->context);
	json_object_put(impl->details);
	buf_clear(&answer);
	kept.answer = answer;
	*impl = kept;
	arena_clear(&req->arena);
	*req = (struct web_req){ .app = req->app, .db = req->db,
	    .ctx = req->ctx, .arena = req->arena, .impl = impl };
	log_request(NULL);
}

static size_t
body_max(const struct web_app *app)
{
	int64_t	limit = conf_int("body_max");

	return app->body_max < (size_t)limit ? app->body_max : (size_t)limit;
}

enum web_rc
request_read_body(struct web_req *req)
{
	const char		*text = param(req, "CONTENT_LENGTH");
	struct web_value	 len = { .i = 0 };
	char			*body;

	if (*text != '\0' && web_int(text, strlen(text), 0,
	    (int64_t)body_max(req->app), &len) != NULL)
		return len.i > 0 ? WEB_TOO_LARGE :
		    web_refuse(req, WEB_INVALID, NULL,
		    "The Content-Length is not a number.");
	if (len.i == 0)
		return WEB_OK;
	body = arena_alloc(&req->arena, (size_t)len.i + 1);
	req->body_len = gate_read(req->impl->gate, body, (size_t)len.i);
	req->body = body;
	if (req->body_len < (size_t)len.i)
		return web_refuse(req, WEB_INVALID, NULL,
		    "The body ends too early.");
	return WEB_OK;
}

/* Names of unknown fields are the sender's, and go back in the answer. */
static bool
can_be_shown(const char *field)
{
	size_t	len = strlen(field);

	return len <= FIELD_MAX && utf8_valid(field, len);
}

void
request_detail(struct web_req *req, const char *field, const char *message)
{
	struct web_impl		*impl = req->impl;
	struct json_object	*detail;

	if (impl->details == NULL)
		impl->details = json_object_new_array();
	if (json_object_array_length(impl->details) >= REQUEST_DETAILS)
		return;
	detail = json_object_new_object();
	json_object_object_add(detail, "field", json_object_new_string(
	    can_be_shown(field) ? field : "?"));
	json_object_object_add(detail, "message",
	    json_object_new_string(message));
	json_object_array_add(impl->details, detail);
}

enum web_rc
web_refuse(struct web_req *req, enum web_rc rc, const char *field,
    const char *message)
{
	if (field != NULL)
		request_detail(req, field, message);
	else
		req->impl->message = arena_strdup(&req->arena, message);
	return rc;
}

const char *
web_header(struct web_req *req, const char *name)
{
	char	 variable[64] = "HTTP_";
	size_t	 n = 5;

	if (strcasecmp(name, "Content-Type") == 0)
		return gate_param(req->impl->gate, "CONTENT_TYPE");
	for (; *name != '\0' && n < sizeof(variable) - 1; name++, n++) {
		variable[n] = *name == '-' ? '_' : *name;
		if (*name >= 'a' && *name <= 'z')
			variable[n] = (char)(*name - 'a' + 'A');
	}
	if (*name != '\0')
		bug("a header's name is too long");
	return gate_param(req->impl->gate, variable);
}

const char *
web_cookie(struct web_req *req, const char *name)
{
	const char	*s = param(req, "HTTP_COOKIE");
	size_t		 len = strlen(name);

	for (; *s != '\0'; s += *s == ';') {
		s += strspn(s, " \t");
		if (strncmp(s, name, len) == 0 && s[len] == '=')
			return arena_strndup(&req->arena, s + len + 1,
			    strcspn(s + len + 1, "; \t"));
		s += strcspn(s, ";");
	}
	return NULL;
}

const char *
web_remote(struct web_req *req)
{
	return param(req, "REMOTE_ADDR");
}
