#include "app/guard.h"
#include "app/known.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"
#include <errno.h>
#include <string.h>

const char *
guard_permission_name(int permission)
{
	return permission_name((enum permission)permission);
}

void
guard_start(void)
{
	if (!token_key_load(conf_text("key_file")))
		fatal("%s: %s", conf_text("key_file"), strerror(errno));
}

const struct session *
guard_of(struct web_req *req)
{
	if (req->session == NULL)
		bug("%s %s: a handler asks for a session its route does not",
		    req->method, req->path);
	return req->session;
}

static void
hear_session(void *req, const PGresult *answer)
{
	struct web_req	*r = req;

	if (session_is(guard_of(r), answer))
		r->unproven = false;
}

void
guard_begin(struct web_req *req)
{
	const struct session *s = guard_of(req);

	db_begin(req->db, &s->organization, &s->profile);
	if (req->unproven)
		session_ask(req->db, s, req->now_ms, hear_session, req);
}

enum db_rc
guard_end(struct web_req *req, enum db_rc rc)
{
	if (rc == DB_OK)
		return db_commit(req->db);
	db_rollback(req->db);
	return rc;
}

enum web_rc
guard_respond(struct web_req *req, const char *template_name,
    guard_build_fn *build)
{
	struct json_object	*model = json_object_new_object();
	enum db_rc		 rc;

	guard_begin(req);
	rc = guard_end(req, build(req, model));
	if (rc == DB_OK)
		return web_respond(req, template_name, model);
	json_object_put(model);
	return web_rc_of_db(rc);
}

/* What every page shows of the person it is for. */
static void
page_context(struct web_req *req, const struct session *s)
{
	struct json_object *me = json_object_new_object();
	struct json_object *context = json_object_new_object();

	json_put_str(me, "name", s->name);
	json_put_str(me, "email", s->email);
	json_put_str(me, "role", app_role_name(s->role));
	json_put_str(me, "roleLabel", app_role_label(s->role));
	json_put_str(me, "organization", s->organization_name);
	json_put_bool(me, "mayAcknowledge",
	    role_may(s->role, MAY_ACKNOWLEDGE));
	json_put_bool(me, "mayResolve", role_may(s->role, MAY_RESOLVE));
	json_put(context, "me", me);
	json_put_str(context, "csrf", s->csrf);
	web_page_context(req, context);
}

/* Taken for granted where that can be taken back. */
static bool
is_known(struct web_req *req, const char *token, struct session **out)
{
	const struct session	*s;
	char			 hash[TOKEN_HASH];

	if (!req->may_repeat)
		return false;
	token_hash(TOKEN_SESSION, token, strlen(token), hash);
	if ((s = known_find(hash, req->now_ms)) == NULL)
		return false;
	*out = arena_alloc(&req->arena, sizeof(**out));
	**out = *s;
	return req->unproven = true;
}

static enum db_rc
find(struct web_req *req, const char *token, struct session **out)
{
	enum db_rc	rc;

	rc = session_find(req->db, &req->arena, token, req->now_ms, out);
	if (rc == DB_OK)
		known_keep(*out, req->now_ms);
	return rc;
}

enum web_rc
guard_session(struct web_req *req, int permission)
{
	const char	*token = web_cookie(req, SESSION_COOKIE);
	struct session	*s = NULL;
	enum db_rc	 rc = DB_OK;

	if (permission == MAY_ANYONE || permission == MAY_DEVICE)
		return WEB_OK;
	if (token == NULL || *token == '\0')
		return WEB_UNAUTHENTICATED;
	if (!is_known(req, token, &s))
		rc = find(req, token, &s);
	if (rc == DB_NONE)
		return WEB_BAD_TOKEN;
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	if (permission != MAY_SIGNED_IN &&
	    !role_may(s->role, (enum permission)permission))
		return WEB_FORBIDDEN;
	req->session = s;
	req->csrf = s->csrf;
	if (!req->wants_json)
		page_context(req, s);
	return WEB_OK;
}
