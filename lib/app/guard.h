/*
 * guard.h - joins the web to the domain: who may use a route.
 *
 * The one tier that includes both lib/web and lib/domain; only programs
 * include it. Gives every program the same meaning of a permission: enum
 * permission in the route row, a session cookie in the request.
 *
 * A GET of a session met before asks for it in the handler's own transaction
 * instead of in one before it: what the handler reads and whether it may are
 * answered together. Nothing leaves before that is known (web_req.unproven).
 */
#ifndef FG_GUARD_H
#define FG_GUARD_H
#include "domain/session.h"
#include "web/web.h"

/* For struct web_app: .guard and .permission_name. A page without a session
 * is sent to /sign-in, the API gets 401. */
enum web_rc	 guard_session(struct web_req *req, int permission);
const char	*guard_permission_name(int permission);
/* For .start: loads the key that sessions and secrets are hashed with. */
void		 guard_start(void);
/* The session the guard found; a handler without one is a bug. */
const struct session *guard_of(struct web_req *req);
/* A transaction in the caller's organization. */
void		 guard_begin(struct web_req *req);
/* Commits it when rc is DB_OK, else rolls it back and gives rc. */
enum db_rc	 guard_end(struct web_req *req, enum db_rc rc) must_check;
/* Runs build in such a transaction, and answers with its model. */
typedef enum db_rc guard_build_fn(struct web_req *req,
		    struct json_object *model);
enum web_rc	 guard_respond(struct web_req *req, const char *template_name,
		    guard_build_fn *build);

#endif
