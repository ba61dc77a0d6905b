/*
 * web.h - what a FastCGI program is made of: routes, parameters, handlers.
 *
 * Knows HTTP, sessions as an opaque pointer and nothing of refrigerators. A
 * program fills a struct web_app and calls web_main(); that serves FastCGI, or
 * one plain CGI request from the environment when started from a shell, and
 * answers --routes, --check, --print-config, --version and --help.
 *
 * Order of checks: 404, 405, 401/403, 413, forged forms (403), 400. A handler
 * runs only when its parameters have passed; it builds one json-c model and
 * hands it to web_respond(), which writes the JSON envelope under /api (or for
 * "Accept: application/json"), else renders the named template.
 */
#ifndef FG_WEB_H
#define FG_WEB_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/centi.h"
#include "base/uuid.h"
#include "db/db.h"
#include <json-c/json.h>

/* One answer per meaning; status.c derives status line and error code. */
enum web_rc {
	WEB_OK,
	WEB_CREATED,
	WEB_ACCEPTED,
	WEB_SEE_OTHER,		/* web_redirect() has set the place */
	WEB_INVALID,		/* VALIDATION_ERROR, details name the fields */
	WEB_UNAUTHENTICATED,	/* nothing says who it is; */
	WEB_BAD_TOKEN,		/* something does, but it is not acceptable:
				 * see sign_in below */
	WEB_FORBIDDEN,		/* the role may not */
	WEB_NO_ROLE,		/* has no role anywhere */
	WEB_FOREIGN,		/* has none in this organization */
	WEB_BAD_CSRF,
	WEB_NOT_FOUND,
	WEB_METHOD,
	WEB_CONFLICT,
	WEB_TOO_LARGE,
	WEB_RATE_LIMITED,	/* Retry-After is sent */
	WEB_ERROR,
	WEB_UNAVAILABLE,	/* Retry-After is sent */
	WEB__MAX
};

enum web_place {
	IN_PATH,		/* the :name of the path */
	IN_QUERY,
	IN_QUERY_MANY,		/* the same, and may be repeated */
	IN_BODY			/* form field or JSON member, by Content-Type */
};

struct web_value {		/* one validated parameter */
	bool		 present;	/* an empty optional field is not */
	const char	*text;		/* request lifetime */
	size_t		 len;
	int64_t		 i;		/* set by int, bool, time validators */
	centi_t		 centi;
	struct uuid	 uuid;
	struct web_value *next;		/* IN_QUERY_MANY: the one after it */
};

/* NULL when acceptable (and v's typed member set), else a static phrase that
 * follows the field's name. In a JSON body the value must be of the type that
 * fits the validator: a number for web_int and web_centi, a boolean for
 * web_bool, a text for all others and for a program's own. */
typedef const char *web_valid(const char *s, size_t len, int64_t min,
	    int64_t max, struct web_value *v);
web_valid web_text;		/* UTF-8, no controls but \n \t; characters */
web_valid web_int;
web_valid web_uuid;
web_valid web_time;		/* RFC 3339 -> i, epoch ms; 0, 0: any */
web_valid web_centi;		/* degrees C as decimal text; min..max centi */
web_valid web_bool;		/* true false 1 0 on -> i */
web_valid web_slug;		/* [a-z0-9_-], length */

struct web_param {
	const char	*name;
	enum web_place	 place;
	bool		 required;
	web_valid	*valid;
	int64_t		 min, max;
};

struct web_req;
typedef enum web_rc web_handler(struct web_req *req);

struct web_route {		/* no member has a default */
	const char	*method;
	const char	*path;		/* "/units/:id"; /api is understood;
					 * the first row that matches counts */
	int		 permission;	/* enum permission, opaque here */
	const struct web_param *params;	/* NULL: takes none */
	size_t		 nparams;
	web_handler	*handler;
};

/* Decides whether the caller may use the route; sets req->session, and
 * req->csrf where a browser could be tricked into asking (cookies). */
typedef enum web_rc web_guard(struct web_req *req, int permission);

struct web_app {
	const char	*name;
	const char	*help;		/* one sentence for --help */
	const struct web_route *routes;
	size_t		 nroutes;
	web_guard	*guard;
	const char	*(*permission_name)(int permission);
	size_t		 body_max;	/* bytes; more is 413 */
	const char	*db_role;	/* database user of this program's zone;
					 * NULL: it needs no database */
	/* For --check, of every module that has some; ends with NULL. NULL:
	 * no statements. */
	const struct db_stmt_list *const *stmts;
	/* Where a page sends a browser instead of refusing it with 401,
	 * "/sign-in"; the way back is added as "next". NULL: the program has
	 * no pages, its errors are JSON, always. */
	const char	*sign_in;
	/* Raw body programs (webhooks): the body is not parsed. Parameters of
	 * path and query are. */
	bool		 raw_body;
	/* Each may be NULL. start is called once, with the configuration
	 * loaded; idle about once a second between requests, or at once again
	 * if it says that there is more to do. */
	void		(*start)(void);
	bool		(*idle)(struct db *db);
	/* Each request is answered before the next is taken; or, with source
	 * web_group (group.h), those at hand are taken first, and what their
	 * handlers put off by web_put_off(), together answers. Nothing may
	 * still wait when it returns. */
	const struct web_source *source;
	void		(*together)(struct db *db);
	/* NULL: as above. Else this serves the socket that is descriptor 0, by
	 * a web_loop; it returns what main() does. */
	int		(*run)(const struct web_app *app);
};

#define WEB_LIST(a)	(a), sizeof(a) / sizeof((a)[0])

/* What main() returns: 0, 1 when it could not start, 2 for bad options. */
int	 web_main(int argc, char **argv, const struct web_app *app);

struct web_req {
	const struct web_app	*app;
	const struct web_route	*route;
	struct arena		 arena;		/* this request's memory */
	struct db		*db;
	void			*ctx;		/* as web_loop_new() was told */
	void			*session;	/* in the arena; guard's type */
	/* The token a form of this session carries; set by the guard. Then
	 * anything but GET and HEAD must bring it as the field "csrf" or the
	 * header X-CSRF-Token, or is refused. NULL: not needed. */
	const char		*csrf;
	const struct web_value	*arg;		/* by index of route->params */
	const char		*method;
	const char		*path;		/* without /api and query */
	const char		*query;		/* "" if there is none */
	bool			 wants_json;	/* under /api, by Accept, or
						 * there are no pages */
	const char		*body;		/* NUL-terminated */
	size_t			 body_len;
	int64_t			 now_ms;
	const char		*request_id;
	/* Where it may be repeated, the guard may take something for granted
	 * and say so in unproven; the handler's transaction asks, and takes
	 * that back. An answer still unproven at its end never leaves: the
	 * request is handled once more, and may then not be repeated. */
	bool			 may_repeat;
	bool			 unproven;
	struct web_impl		*impl;		/* web's own */
};

/* Header of the request, "X-Webhook-Secret"; NULL if absent. Borrowed. */
const char	*web_header(struct web_req *req, const char *name);
const char	*web_cookie(struct web_req *req, const char *name);
const char	*web_remote(struct web_req *req);	/* address, or "" */

/* Answers. model is taken over (put). Pages get, beside the model's own
 * members, those of web_page_context(). Without a template there is no page:
 * everybody gets JSON. */
enum web_rc	 web_respond(struct web_req *req, const char *template_name,
		    struct json_object *model);
/* What web_respond() gives the API, for lists so long that building a model of
 * them would cost more than all else: whoever has begun appends the model as
 * JSON text, then ends. What is too long is an error. */
struct buf	*web_begin_data(struct web_req *req);
enum web_rc	 web_end_data(struct web_req *req);
/* The same for plain data, without the envelope. */
struct buf	*web_begin_raw(struct web_req *req, int status,
		    const char *content_type);
/* With another status. From WEB_INVALID on, the API gets the error that
 * web_refuse() described instead of the model. */
enum web_rc	 web_respond_rc(struct web_req *req, enum web_rc rc,
		    const char *template_name, struct json_object *model);
/* Plain data without the envelope (webhook answers, health, metrics). */
enum web_rc	 web_respond_raw(struct web_req *req, int status,
		    const char *content_type, const char *body, size_t len);
/* 303 for pages; under /api the model is answered instead of it. location is
 * a path of ours. */
enum web_rc	 web_redirect(struct web_req *req, const char *location,
		    struct json_object *model);
/* In a handler of an app with together: req lives on, and is answered later,
 * by web_finish(), whose rc is what the handler would have returned. At most
 * WEB_TOGETHER are put off at once. Return what web_put_off() returns. */
#define WEB_TOGETHER	256
enum web_rc	 web_put_off(struct web_req *req);
void		 web_finish(struct web_req *req, enum web_rc rc);
/* A refusal in words of its own: return what it returns. field (may be NULL)
 * is what it is about; called again, it adds a field. message is shown to
 * people and copied. */
enum web_rc	 web_refuse(struct web_req *req, enum web_rc rc,
		    const char *field, const char *message);
void		 web_set_header(struct web_req *req, const char *name,
		    const char *value);
/* HttpOnly, SameSite=Lax, Secure where the request came over TLS. max_age_s 0
 * deletes. */
void		 web_set_cookie(struct web_req *req, const char *name,
		    const char *value, int64_t max_age_s);
/* Merged into every page's model by the guard ("me", "csrf"); owned by req. */
void		 web_page_context(struct web_req *req,
		    struct json_object *context);
enum web_rc	 web_rc_of_db(enum db_rc rc);	/* the one translation */
int		 web_http_status(enum web_rc rc);

#endif
