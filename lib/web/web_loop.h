/*
 * web_loop.h - a program's routes served on an event loop.
 *
 * Many requests at once, and answers that wait. Routes, parameters, guard and
 * refusals are as in any program; a handler answers as usual, puts the answer
 * off (web_put_off()), or takes the connection by web_later() and answers on
 * that when it is ready. The loop must not be kept waiting for what may take
 * long.
 */
#ifndef FG_WEB_LOOP_H
#define FG_WEB_LOOP_H
#include "web/fcgi_server.h"
#include "web/web.h"

struct web_loop;			/* opaque */

struct web_loop_ops {		/* as in struct fcgi_ops */
	void	(*timer)(void *ctx, struct fcgi_req *c);
	/* Only of connections taken. */
	void	(*closed)(void *ctx, struct fcgi_req *c, enum fcgi_why why);
	void	(*stopped)(void *ctx);
};

/* Serves descriptor 0. Handlers find ctx as req->ctx, and db as req->db.
 * limits->body is the app's. */
struct web_loop	*web_loop_new(struct event_base *base,
		    const struct web_app *app, struct db *db,
		    const struct fcgi_limits *limits,
		    const struct web_loop_ops *ops, void *ctx);
/* The connections it may hold: limits->conns, or what the system allows. */
size_t		 web_loop_room(const struct web_loop *l);
size_t		 web_loop_conns(const struct web_loop *l);
/* How many requests were put off and still wait; a number that grows as long
 * as anything comes. */
size_t		 web_loop_waiting(const struct web_loop *l);
size_t		 web_loop_arrivals(const struct web_loop *l);
void		 web_loop_stop(struct web_loop *l, int64_t grace_ms);
void		 web_loop_free(struct web_loop *l);	/* NULL works */

/* In a handler: what it returns is ignored, c is the program's to finish. */
struct fcgi_req	*web_later(struct web_req *req);
/* Finishes c with a refusal in the usual form. */
void		 web_loop_refuse(struct web_loop *l, struct fcgi_req *c,
		    enum web_rc rc);

#endif
