/*
 * request.h - one request while it lasts: what came in, what will go out.
 *
 * For lib/web only: what a handler may see is struct web_req.
 */
#ifndef FG_REQUEST_H
#define FG_REQUEST_H
#include "web/gate.h"
#include "web/route.h"
#include "web/web.h"

#define REQUEST_HEADERS		16	/* that an answer may have */
#define REQUEST_DETAILS		20	/* fields a refusal names */
#define REQUEST_ANSWER_MAX	((size_t)8 * 1024 * 1024)

struct web_impl {
	struct gate		*gate;
	void			(*finished)(struct web_req *req); /* or NULL */
	struct route_match	 match;
	const char		*given_csrf;	/* of the form or the header */
	struct form		*form;		/* the parsed body, */
	struct json_object	*json;		/* either way */
	struct json_object	*context;	/* of pages */

	struct json_object	*details;	/* of a refusal: array */
	const char		*message;

	enum { REQUEST_NOW, REQUEST_PUT_OFF, REQUEST_TAKEN } later;
	int64_t			 start_us;
	bool			 answered;
	int			 status;
	struct {
		const char	*name;
		const char	*value;
	}			 header[REQUEST_HEADERS];
	size_t			 nheaders;
	struct buf		 answer;	/* the body */
};

/* impl and arena are reused from request to request. */
void	request_init(struct web_req *req, const struct web_app *app,
	    struct db *db, struct gate *gate);
void	request_release(struct web_req *req);
/* Reads what the server says of the request, but not its body. */
void	request_begin(struct web_req *req);
void	request_end(struct web_req *req);

/* The body into the arena; WEB_TOO_LARGE, or WEB_INVALID if it ends early. */
enum web_rc request_read_body(struct web_req *req) must_check;
/* A field that is not acceptable, and why. message is copied. */
void	request_detail(struct web_req *req, const char *field,
	    const char *message);

#endif
