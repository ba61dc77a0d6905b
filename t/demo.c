#include "demo.h"
#include "base/json.h"
#include <string.h>

enum { MAY_ANYONE, MAY_GUEST, MAY_BOSS, MAY__MAX };
static const char *const permissions[MAY__MAX] = { "anyone", "guest", "boss" };

enum { Q_TEXT, Q_COUNT, Q_SINCE, Q_TAG, Q__MAX };
static const struct web_param query_params[Q__MAX] = {
	[Q_TEXT] = { "text", IN_QUERY, false, web_text, 0, 5 },
	[Q_COUNT] = { "count", IN_QUERY, true, web_int, 1, 9 },
	[Q_SINCE] = { "since", IN_QUERY, false, web_time, 0, 0 },
	[Q_TAG] = { "tag", IN_QUERY_MANY, false, web_slug, 1, 9 },
};

enum { T_ID, T_NAME, T_LIMIT, T_COUNT, T_ON, T__MAX };
static const struct web_param thing_params[T__MAX] = {
	[T_ID] = { "id", IN_PATH, true, web_slug, 1, 8 },
	[T_NAME] = { "name", IN_BODY, true, web_text, 1, 10 },
	[T_LIMIT] = { "limit", IN_BODY, false, web_centi, -3000, 500 },
	[T_COUNT] = { "count", IN_BODY, false, web_int, 0, 5 },
	[T_ON] = { "on", IN_BODY, false, web_bool, 0, 1 },
};

static enum web_rc
show_values(struct web_req *req)
{
	struct json_object	*o = json_object_new_object();
	const struct web_route	*r = req->route;
	const struct web_value	*v;
	char			*text;

	for (size_t i = 0; i < r->nparams; i++) {
		if (!req->arg[i].present)
			continue;
		text = arena_strdup(&req->arena, req->arg[i].text);
		for (v = req->arg[i].next; v != NULL; v = v->next)
			text = arena_printf(&req->arena, "%s,%s", text,
			    v->text);
		json_put_str(o, r->params[i].name, text);
	}
	json_put_int(o, "limitCenti", r->nparams > T_LIMIT ?
	    req->arg[T_LIMIT].centi : 0);
	return web_respond(req, "demo", o);
}

static enum web_rc
show_data(struct web_req *req)
{
	struct json_object	*o = json_object_new_object();

	json_put_str(o, "remote", web_remote(req));
	return web_respond(req, NULL, o);
}

static enum web_rc
change_thing(struct web_req *req)
{
	if (strcmp(req->arg[T_NAME].text, "taken") == 0)
		return web_refuse(req, WEB_CONFLICT, "name", "is taken");
	web_set_cookie(req, "seen", "1", 60);
	return req->wants_json ? show_values(req) :
	    web_redirect(req, "/things?x=1", NULL);
}

static enum web_rc
fail(struct web_req *req)
{
	(void)req;
	return WEB_UNAVAILABLE;
}

static enum web_rc
guard(struct web_req *req, int permission)
{
	const char		*who = web_cookie(req, "who");
	struct json_object	*context;

	if (permission == MAY_ANYONE)
		return WEB_OK;
	if (who == NULL)
		return WEB_UNAUTHENTICATED;
	if (permission == MAY_BOSS && strcmp(who, "boss") != 0)
		return WEB_FORBIDDEN;
	context = json_object_new_object();
	json_put_str(context, "me", who);
	web_page_context(req, context);
	req->csrf = "secret-of-the-form";
	return WEB_OK;
}

static const char *
permission_name(int permission)
{
	return permissions[permission];
}

static const struct web_route routes[] = {
	{ "GET", "/values", MAY_ANYONE, WEB_LIST(query_params), show_values },
	{ "GET", "/things", MAY_GUEST, NULL, 0, show_values },
	{ "POST", "/things/:id", MAY_GUEST, WEB_LIST(thing_params),
	    change_thing },
	{ "PUT", "/things/:id", MAY_BOSS, WEB_LIST(thing_params),
	    change_thing },
	{ "GET", "/data", MAY_ANYONE, NULL, 0, show_data },
	{ "GET", "/fail", MAY_ANYONE, NULL, 0, fail },
};

const struct web_app demo_app = {
	.name = "demo-app",
	.help = "Shows what it was given.",
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.guard = guard,
	.permission_name = permission_name,
	.body_max = 200,
	.sign_in = "/sign-in",
};
