#include "app/guard.h"
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

void
guard_begin(struct web_req *req)
{
	const struct session *s = guard_of(req);

	db_begin(req->db, &s->organization, &s->profile);
}

enum db_rc
guard_end(struct web_req *req, enum db_rc rc)
{
	if (rc == DB_OK)
		return db_commit(req->db);
	db_rollback(req->db);
	return rc;
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

enum web_rc
guard_session(struct web_req *req, int permission)
{
	const char	*token = web_cookie(req, SESSION_COOKIE);
	struct session	*s = NULL;
	enum db_rc	 rc;

	if (permission == MAY_ANYONE || permission == MAY_DEVICE)
		return WEB_OK;
	if (token == NULL || *token == '\0')
		return WEB_UNAUTHENTICATED;
	rc = session_find(req->db, &req->arena, token, req->now_ms, &s);
	if (rc == DB_NONE)
		return WEB_BAD_TOKEN;
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	if (permission != MAY_SIGNED_IN &&
	    !role_may(s->role, (enum permission)permission))
		return WEB_FORBIDDEN;
	req->session = s;
	req->csrf = s->csrf;
	page_context(req, s);
	return WEB_OK;
}
