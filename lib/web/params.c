#include "web/params.h"
#include "base/json.h"
#include "web/form.h"
#include "web/valid.h"
#include <string.h>
#include <strings.h>

#define CSRF_FIELD	"csrf"		/* in any form, by no route's table */
#define FORM_TYPE	"application/x-www-form-urlencoded"
#define JSON_TYPE	"application/json"

static bool
body_is(struct web_req *req, const char *type)
{
	const char	*s = web_header(req, "Content-Type");
	size_t		 len = strlen(type);

	return s != NULL && strncasecmp(s, type, len) == 0 &&
	    strchr(" ;", s[len]) != NULL;
}

static enum web_rc
malformed(struct web_req *req, const char *where, const char *why)
{
	return web_refuse(req, WEB_INVALID, NULL,
	    arena_printf(&req->arena, "%s: %s.", where, why));
}

static enum web_rc
parse_json(struct web_req *req)
{
	const char	*why;

	req->impl->json = json_parse(req->body, req->body_len, &why);
	if (req->impl->json == NULL)
		return malformed(req, "The body is not JSON", why);
	if (!json_object_is_type(req->impl->json, json_type_object))
		return malformed(req, "The body is not JSON",
		    "it must be an object");
	return WEB_OK;
}

static enum web_rc
parse_form(struct web_req *req)
{
	struct form	*form = arena_alloc(&req->arena, sizeof(*form));
	const char	*why;

	why = form_parse(&req->arena, req->body, req->body_len, form);
	if (why != NULL)
		return malformed(req, "The form cannot be read", why);
	for (size_t i = 0; i < form->n; i++)
		if (strcmp(form->pair[i].name, CSRF_FIELD) == 0)
			req->impl->given_csrf = form->pair[i].value;
	req->impl->form = form;
	return WEB_OK;
}

enum web_rc
params_parse(struct web_req *req)
{
	req->impl->given_csrf = web_header(req, "X-CSRF-Token");
	if (req->app->raw_body || req->body_len == 0)
		return WEB_OK;
	if (body_is(req, JSON_TYPE))
		return parse_json(req);
	if (body_is(req, FORM_TYPE))
		return parse_form(req);
	return web_refuse(req, WEB_INVALID, NULL,
	    "The Content-Type must be " JSON_TYPE " or " FORM_TYPE ".");
}

struct filling {		/* by index of the route's parameters */
	struct web_req		*req;
	const struct web_route	*route;
	struct web_value	*arg;
	bool			*seen;
};

/* Index of the parameter, now seen; or -1 after naming the fault. */
static int
find(struct filling *f, enum web_place place, const char *name)
{
	const struct web_param	*p = f->route->params;
	bool			 many;

	for (size_t i = 0; i < f->route->nparams; i++) {
		many = place == IN_QUERY && p[i].place == IN_QUERY_MANY;
		if ((p[i].place != place && !many) ||
		    strcmp(p[i].name, name) != 0)
			continue;
		if (f->seen[i] && !many) {
			request_detail(f->req, name, "is given twice");
			return -1;
		}
		f->seen[i] = true;
		return (int)i;
	}
	request_detail(f->req, name, "is not known here");
	return -1;
}

static void
take(struct filling *f, size_t i, const char *s, size_t len)
{
	const struct web_param	*p = &f->route->params[i];
	struct web_value	*v = &f->arg[i];
	const char		*why;

	while (v->present && v->next != NULL)
		v = v->next;
	if (v->present)			/* one of many */
		v = v->next = arena_alloc(&f->req->arena, sizeof(*v));
	why = p->valid(s, len, p->min, p->max, v);
	if (why != NULL)
		request_detail(f->req, p->name, why);
	v->text = s;
	v->len = len;
	v->present = true;
}

static void
take_path(struct filling *f)
{
	const struct web_route		*r = f->route;
	const struct route_value	*value;

	for (size_t i = 0; i < r->nparams; i++) {
		if (r->params[i].place != IN_PATH)
			continue;
		value = &f->req->impl->match.value[
		    route_position(r, r->params[i].name)];
		take(f, i, arena_strndup(&f->req->arena, value->s,
		    value->len), value->len);
	}
}

/* An empty field that need not be given is what a form sends for "none". */
static void
take_form(struct filling *f, enum web_place place, const struct form *form)
{
	const struct form_pair	*pair;
	int			 i;

	for (pair = form->pair; pair < form->pair + form->n; pair++) {
		if (place == IN_BODY && strcmp(pair->name, CSRF_FIELD) == 0)
			continue;
		i = find(f, place, pair->name);
		if (i >= 0 && (pair->value_len > 0 ||
		    f->route->params[i].required))
			take(f, (size_t)i, pair->value, pair->value_len);
	}
}

static enum web_rc
take_query(struct filling *f)
{
	struct web_req	*req = f->req;
	struct form	*form;
	const char	*why;

	if (*req->query == '\0')
		return WEB_OK;
	form = arena_alloc(&req->arena, sizeof(*form));
	why = form_parse(&req->arena, req->query, strlen(req->query), form);
	if (why != NULL)
		return malformed(req, "The query cannot be read", why);
	take_form(f, IN_QUERY, form);
	return WEB_OK;
}

static void
take_member(struct filling *f, size_t i, struct json_object *v)
{
	const struct web_param	*p = &f->route->params[i];
	const char		*why = valid_json_fault(p->valid, v);
	const char		*s = json_object_get_string(v);

	if (why != NULL) {
		request_detail(f->req, p->name, why);
		f->arg[i].present = true;
		return;
	}
	take(f, i, s, json_object_is_type(v, json_type_string) ?
	    (size_t)json_object_get_string_len(v) : strlen(s));
}

static void
take_json(struct filling *f)
{
	int	i;

	json_object_object_foreach(f->req->impl->json, name, v) {
		i = find(f, IN_BODY, name);
		if (i >= 0 && v != NULL)	/* null: not given */
			take_member(f, (size_t)i, v);
	}
}

enum web_rc
params_check(struct web_req *req)
{
	const struct web_route	*r = req->route;
	struct filling		 f = { .req = req, .route = r };
	enum web_rc		 rc;

	f.arg = arena_alloc(&req->arena, (r->nparams + 1) * sizeof(*f.arg));
	f.seen = arena_alloc(&req->arena, (r->nparams + 1) * sizeof(*f.seen));
	req->arg = f.arg;
	take_path(&f);
	rc = take_query(&f);
	if (rc != WEB_OK)
		return rc;
	if (req->impl->json != NULL)
		take_json(&f);
	if (req->impl->form != NULL)
		take_form(&f, IN_BODY, req->impl->form);
	for (size_t i = 0; i < r->nparams; i++)
		if (r->params[i].required && !f.arg[i].present)
			request_detail(req, r->params[i].name, "is required");
	return req->impl->details == NULL ? WEB_OK : WEB_INVALID;
}
