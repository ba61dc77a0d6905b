/* auth - FastCGI program: signing in, signing out, who am I. */
#include "app/guard.h"
#include "base/conf.h"
#include "base/json.h"
#include <string.h>

enum { IN_EMAIL, IN_PASSWORD, IN_NEXT, IN__MAX };
static const struct web_param sign_in_params[IN__MAX] = {
	[IN_EMAIL] = { "email", IN_BODY, true, web_text, 3,
	    SESSION_EMAIL_MAX },
	[IN_PASSWORD] = { "password", IN_BODY, true, web_text, 1,
	    SESSION_PASSWORD_MAX },
	[IN_NEXT] = { "next", IN_BODY, false, web_text, 0, 512 },
};

static const struct web_param form_params[] = {
	{ "next", IN_QUERY, false, web_text, 0, 512 },
};

/* Only a path of ours: "//elsewhere" and "\elsewhere" are other hosts. */
static const char *
safe_next(const struct web_value *next)
{
	if (!next->present || next->text[0] != '/' || next->text[1] == '/' ||
	    strpbrk(next->text, "\\\n\t") != NULL)
		return "/";
	return next->text;
}

static enum web_rc
respond_form(struct web_req *req, enum web_rc rc, const char *next,
    const char *email, const char *problem)
{
	struct json_object *model = json_object_new_object();

	json_put_str(model, "title", "Sign in");
	json_put_str(model, "next", next);
	json_put_str(model, "email", email);
	json_put_str(model, "problem", problem);
	return web_respond_rc(req, rc, "auth/sign-in", model);
}

static enum web_rc
show_form(struct web_req *req)
{
	return respond_form(req, WEB_OK, safe_next(&req->arg[0]), NULL, NULL);
}

static struct json_object *
session_model(const char *email)
{
	struct json_object *model = json_object_new_object();

	json_put_str(model, "email", email);
	return model;
}

/* A refusal: the form again for a person, an error for a program. */
static enum web_rc
refuse(struct web_req *req, enum web_rc rc, const char *problem)
{
	if (req->wants_json)
		return web_refuse(req, rc, NULL, problem);
	return respond_form(req, rc, safe_next(&req->arg[IN_NEXT]),
	    req->arg[IN_EMAIL].text, problem);
}

static enum web_rc
sign_in(struct web_req *req)
{
	const struct session_request r = {
		.email = req->arg[IN_EMAIL].text,
		.password = req->arg[IN_PASSWORD].text,
		.ip = web_remote(req),
		.user_agent = web_header(req, "User-Agent"),
		.now_ms = req->now_ms,
		.lasts_ms = conf_int("session_hours") * 3600 * 1000,
	};
	char	token[TOKEN_TEXT];

	switch (session_start(req->db, &r, token)) {
	case SESSION_OPENED:
		web_set_cookie(req, SESSION_COOKIE, token, r.lasts_ms / 1000);
		return web_redirect(req, safe_next(&req->arg[IN_NEXT]),
		    session_model(r.email));
	case SESSION_WRONG:
		return refuse(req, WEB_BAD_TOKEN,
		    "E-mail address or password is wrong.");
	case SESSION_LOCKED:
		return refuse(req, WEB_RATE_LIMITED,
		    "Too many failed attempts. Wait a little, then try again.");
	default:
		return WEB_UNAVAILABLE;
	}
}

static enum web_rc
sign_out(struct web_req *req)
{
	enum db_rc	rc;

	rc = session_end(req->db, guard_of(req),
	    web_cookie(req, SESSION_COOKIE));
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	web_set_cookie(req, SESSION_COOKIE, "", 0);
	return web_redirect(req, "/sign-in", json_object_new_object());
}

static enum web_rc
who_am_i(struct web_req *req)
{
	const struct session *s = guard_of(req);
	struct json_object   *model = json_object_new_object();
	char		      id[UUID_TEXT];

	json_put_str(model, "id", uuid_format(&s->profile, id));
	json_put_str(model, "organizationId", uuid_format(&s->organization,
	    id));
	json_put_str(model, "organization", s->organization_name);
	json_put_str(model, "email", s->email);
	json_put_str(model, "name", s->name);
	json_put_str(model, "role", app_role_name(s->role));
	json_put_str(model, "timezone", s->timezone);
	json_put_str(model, "temperatureUnit", s->fahrenheit ? "F" : "C");
	json_put_str(model, "csrfToken", s->csrf);
	return web_respond(req, "auth/me", model);
}

static const struct web_route routes[] = {
	/* method, path, permission, parameters, handler */
	{ "GET", "/sign-in", MAY_ANYONE, WEB_LIST(form_params), show_form },
	{ "POST", "/sign-in", MAY_ANYONE, WEB_LIST(sign_in_params), sign_in },
	{ "POST", "/sign-out", MAY_SIGNED_IN, NULL, 0, sign_out },
	{ "GET", "/auth/me", MAY_SIGNED_IN, NULL, 0, who_am_i },
	{ "POST", "/auth/sign-in", MAY_ANYONE, WEB_LIST(sign_in_params),
	    sign_in },
	{ "POST", "/auth/logout", MAY_SIGNED_IN, NULL, 0, sign_out },
};

static const struct db_stmt_list *const stmts[] = { &session_stmts, NULL };

int
main(int argc, char **argv)
{
	static const struct web_app app = {
		.name = "auth",
		.help = "Signs people in and out.",
		.routes = routes,
		.nroutes = sizeof(routes) / sizeof(routes[0]),
		.guard = guard_session,
		.permission_name = guard_permission_name,
		.body_max = 8192,
		.db_role = "fg_app",
		.stmts = stmts,
		.sign_in = "/sign-in",
		.start = guard_start,
	};

	return web_main(argc, argv, &app);
}
