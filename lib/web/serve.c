#include "web/serve.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "web/answer.h"
#include "web/params.h"
#include <sodium.h>
#include <string.h>

static void
set_allow(struct web_req *req)
{
	struct buf	allow = BUF_INIT(256);

	route_allow(req->app->routes, req->app->nroutes, req->path, &allow);
	web_set_header(req, "Allow", buf_str(&allow));
	buf_release(&allow);
}

static enum web_rc
find_route(struct web_req *req)
{
	struct route_match	*m = &req->impl->match;
	enum web_rc		 rc;

	rc = route_find(req->app->routes, req->app->nroutes, req->method,
	    req->path, m);
	if (rc == WEB_METHOD)
		set_allow(req);
	req->route = m->route;
	return rc;
}

static bool
same_token(const char *want, const char *given)
{
	size_t	len = strlen(want);

	return given != NULL && strlen(given) == len &&
	    sodium_memcmp(want, given, len) == 0;
}

/* A browser says where a form comes from; what is no browser says nothing. */
static bool
from_elsewhere(struct web_req *req)
{
	const char	*site = web_header(req, "Sec-Fetch-Site");

	return site != NULL && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0;
}

static bool
is_forged(struct web_req *req)
{
	if (req->app->raw_body || strcmp(req->route->method, "GET") == 0)
		return false;
	return from_elsewhere(req) || (req->csrf != NULL &&
	    !same_token(req->csrf, req->impl->given_csrf));
}

/* The order of checks is part of the interface: see web.h. */
static enum web_rc
handle(struct web_req *req)
{
	enum web_rc	rc;

	if ((rc = find_route(req)) != WEB_OK)
		return rc;
	if ((rc = req->app->guard(req, req->route->permission)) != WEB_OK)
		return rc;
	if ((rc = request_read_body(req)) != WEB_OK)
		return rc;
	if ((rc = params_parse(req)) != WEB_OK)
		return rc;
	if (is_forged(req))
		return WEB_BAD_CSRF;
	if ((rc = params_check(req)) != WEB_OK)
		return rc;
	return req->route->handler(req);
}

static void
finish(struct web_req *req, enum web_rc rc)
{
	int64_t	took_us;

	if (!req->impl->answered)
		answer_rc(req, rc);
	answer_send(req);
	took_us = clock_mono_us() - req->impl->start_us;
	metric_add(M_HTTP_REQUESTS, 1);
	metric_time(M_HTTP_SECONDS, took_us);
	if (req->impl->status >= 500)
		metric_add(M_HTTP_ERRORS, 1);
	log_debug("http.request", LOG_STR("method", req->method),
	    LOG_STR("route", req->route == NULL ? NULL : req->route->path),
	    LOG_INT("status", req->impl->status), LOG_INT("us", took_us));
	request_end(req);
}

/* What changes nothing, and brings nothing that is gone once read. */
static bool
may_repeat(struct web_req *req)
{
	const char	*length = gate_param(req->impl->gate, "CONTENT_LENGTH");

	return (strcmp(req->method, "GET") == 0 ||
	    strcmp(req->method, "HEAD") == 0) &&
	    (length == NULL || *length == '\0');
}

static enum web_rc
handle_until_proven(struct web_req *req)
{
	enum web_rc	rc;

	req->may_repeat = may_repeat(req);
	rc = handle(req);
	if (req->unproven) {
		request_end(req);
		request_begin(req);
		rc = handle(req);
	}
	return rc;
}

bool
serve_request(struct web_req *req)
{
	enum web_rc	rc;

	request_begin(req);
	rc = handle_until_proven(req);
	switch (req->impl->later) {
	case REQUEST_NOW:
		finish(req, rc);
		return true;
	case REQUEST_TAKEN:
		request_end(req);
		return true;
	default:
		return false;
	}
}

void
serve_refusal(struct web_req *req, enum web_rc rc)
{
	request_begin(req);
	finish(req, rc);
}

/* The connection may end meanwhile, and what it lent with it. */
enum web_rc
web_put_off(struct web_req *req)
{
	req->method = arena_strdup(&req->arena, req->method);
	req->path = arena_strdup(&req->arena, req->path);
	req->query = arena_strdup(&req->arena, req->query);
	req->request_id = arena_strdup(&req->arena, req->request_id);
	req->impl->later = REQUEST_PUT_OFF;
	return WEB_OK;
}

void
web_finish(struct web_req *req, enum web_rc rc)
{
	if (req->impl->later != REQUEST_PUT_OFF)
		bug("web_finish: nobody put this off");
	finish(req, rc);
	if (req->impl->finished != NULL)
		req->impl->finished(req);
}
