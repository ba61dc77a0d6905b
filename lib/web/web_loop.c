#include "web/web_loop.h"
#include "base/mem.h"
#include "web/serve.h"
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* A request in hand: the one whose turn it is, or one put off. */
struct seat {
	SLIST_ENTRY(seat)	 next;		/* of the free ones */
	struct web_loop		*loop;
	struct web_req		 req;
	struct fcgi_req		*c;		/* NULL: gone, or taken */
	size_t			 read;		/* of its body */
};

struct web_loop {
	struct fcgi_server		*server;
	const struct web_app		*app;
	struct db			*db;
	const struct web_loop_ops	*ops;
	void				*ctx;
	SLIST_HEAD(, seat)		 free;
	size_t				 waiting;
};

static const char *
on_param(void *ctx, const char *name)
{
	struct seat	*s = ctx;

	return s->c != NULL ? fcgi_req_param(s->c, name) : NULL;
}

static size_t
on_read(void *ctx, char *p, size_t len)
{
	struct seat	*s = ctx;
	size_t		 all;
	const char	*body = fcgi_req_body(s->c, &all);

	if (len > all - s->read)
		len = all - s->read;
	memcpy(p, body + s->read, len);
	s->read += len;
	return len;
}

/* To one that has gone nobody answers. */
static void
on_write(void *ctx, const char *p, size_t len)
{
	struct seat	*s = ctx;

	if (s->c != NULL)
		fcgi_req_write(s->c, p, len);
}

/* The answer is complete. */
static void
leave(struct seat *s)
{
	struct fcgi_req	*c = s->c;

	s->c = NULL;
	SLIST_INSERT_HEAD(&s->loop->free, s, next);
	if (c != NULL)
		fcgi_req_finish(c);
}

static void
on_finished(struct web_req *req)
{
	struct seat	*s = gate_ctx(req->impl->gate);

	s->loop->waiting--;
	leave(s);
}

static struct seat *
new_seat(struct web_loop *l)
{
	static const struct gate_io	 io = { on_param, on_read, on_write };
	struct seat			*s = mem_alloc(sizeof(*s));

	s->loop = l;
	request_init(&s->req, l->app, l->db, gate_over(&io, s));
	s->req.ctx = l->ctx;
	s->req.impl->finished = on_finished;
	return s;
}

static struct seat *
take_seat(struct web_loop *l, struct fcgi_req *c)
{
	struct seat	*s = SLIST_FIRST(&l->free);

	if (s != NULL)
		SLIST_REMOVE_HEAD(&l->free, next);
	else
		s = new_seat(l);
	s->c = c;
	s->read = 0;
	return s;
}

static void
on_request(void *ctx, struct fcgi_req *c)
{
	struct web_loop	*l = ctx;
	struct seat	*s = take_seat(l, c);

	if (serve_request(&s->req)) {
		leave(s);
		return;
	}
	fcgi_req_set_data(c, s);
	l->waiting++;
}

static void
on_timer(void *ctx, struct fcgi_req *c)
{
	struct web_loop	*l = ctx;

	if (l->ops->timer != NULL)
		l->ops->timer(l->ctx, c);
}

/* What a connection holds is a seat, unless the program has taken it. */
static void
on_closed(void *ctx, struct fcgi_req *c, enum fcgi_why why)
{
	struct web_loop	*l = ctx;

	if (l->app->together == NULL)
		l->ops->closed(l->ctx, c, why);
	else
		((struct seat *)fcgi_req_data(c))->c = NULL;
}

static void
on_stopped(void *ctx)
{
	struct web_loop	*l = ctx;

	l->ops->stopped(l->ctx);
}

struct web_loop *
web_loop_new(struct event_base *base, const struct web_app *app,
    struct db *db, const struct fcgi_limits *limits,
    const struct web_loop_ops *ops, void *ctx)
{
	static const struct fcgi_ops	 server_ops = { on_request, on_timer,
					    on_closed, on_stopped };
	struct fcgi_limits		 own = *limits;
	struct web_loop			*l = mem_alloc(sizeof(*l));

	l->app = app;
	l->db = db;
	l->ops = ops;
	l->ctx = ctx;
	SLIST_INIT(&l->free);
	own.body = app->body_max;
	l->server = fcgi_server_new(base, 0, &own, &server_ops, l);
	return l;
}

size_t
web_loop_room(const struct web_loop *l)
{
	return fcgi_server_room(l->server);
}

size_t
web_loop_conns(const struct web_loop *l)
{
	return fcgi_server_conns(l->server);
}

size_t
web_loop_waiting(const struct web_loop *l)
{
	return l->waiting;
}

size_t
web_loop_arrivals(const struct web_loop *l)
{
	return fcgi_server_arrivals(l->server);
}

void
web_loop_stop(struct web_loop *l, int64_t grace_ms)
{
	fcgi_server_stop(l->server, grace_ms);
}

void
web_loop_free(struct web_loop *l)
{
	struct seat	*s;

	if (l == NULL)
		return;
	fcgi_server_free(l->server);
	while ((s = SLIST_FIRST(&l->free)) != NULL) {
		SLIST_REMOVE_HEAD(&l->free, next);
		gate_close(s->req.impl->gate);
		request_release(&s->req);
		free(s);
	}
	free(l);
}

struct fcgi_req *
web_later(struct web_req *req)
{
	struct seat	*s = gate_ctx(req->impl->gate);
	struct fcgi_req	*c = s->c;

	req->impl->later = REQUEST_TAKEN;
	s->c = NULL;
	return c;
}

void
web_loop_refuse(struct web_loop *l, struct fcgi_req *c, enum web_rc rc)
{
	struct seat	*s = take_seat(l, c);

	serve_refusal(&s->req, rc);
	leave(s);
}
