#include "web/web_loop.h"
#include "base/mem.h"
#include "web/serve.h"
#include <stdlib.h>
#include <string.h>

struct web_loop {
	struct fcgi_server		*server;
	const struct web_loop_ops	*ops;
	void				*ctx;
	struct web_req			 req;	/* for the one that is new */
	struct web_req			 late;	/* and for one to be refused, */
						/* perhaps in between */
	struct fcgi_req			*c;	/* whose turn it is */
	size_t				 taken;	/* of its body */
};

static const char *
on_param(void *ctx, const char *name)
{
	struct web_loop	*l = ctx;

	return fcgi_req_param(l->c, name);
}

static size_t
on_read(void *ctx, char *p, size_t len)
{
	struct web_loop	*l = ctx;
	size_t		 all;
	const char	*body = fcgi_req_body(l->c, &all);

	if (len > all - l->taken)
		len = all - l->taken;
	memcpy(p, body + l->taken, len);
	l->taken += len;
	return len;
}

static void
on_write(void *ctx, const char *p, size_t len)
{
	struct web_loop	*l = ctx;

	fcgi_req_write(l->c, p, len);
}

static const struct gate_io	io = { on_param, on_read, on_write };

static void
on_request(void *ctx, struct fcgi_req *c)
{
	struct web_loop	*l = ctx;

	l->c = c;
	l->taken = 0;
	serve_request(&l->req);
	if (l->c != NULL)		/* not web_later() */
		fcgi_req_finish(c);
}

static void
on_timer(void *ctx, struct fcgi_req *c)
{
	struct web_loop	*l = ctx;

	if (l->ops->timer != NULL)
		l->ops->timer(l->ctx, c);
}

static void
on_closed(void *ctx, struct fcgi_req *c, enum fcgi_why why)
{
	struct web_loop	*l = ctx;

	l->ops->closed(l->ctx, c, why);
}

static void
on_stopped(void *ctx)
{
	struct web_loop	*l = ctx;

	l->ops->stopped(l->ctx);
}

struct web_loop *
web_loop_new(struct event_base *base, const struct web_app *app,
    const struct fcgi_limits *limits, const struct web_loop_ops *ops,
    void *ctx)
{
	static const struct fcgi_ops	 server_ops = { on_request, on_timer,
					    on_closed, on_stopped };
	struct fcgi_limits		 own = *limits;
	struct web_loop			*l = mem_alloc(sizeof(*l));
	struct gate			*gate;

	l->ops = ops;
	l->ctx = ctx;
	gate = gate_over(&io, l);
	request_init(&l->req, app, NULL, gate);
	request_init(&l->late, app, NULL, gate);
	l->req.ctx = ctx;
	own.body = app->body_max;
	l->server = fcgi_server_new(base, 0, &own, &server_ops, l);
	return l;
}

size_t
web_loop_room(const struct web_loop *l)
{
	return fcgi_server_room(l->server);
}

void
web_loop_stop(struct web_loop *l, int64_t grace_ms)
{
	fcgi_server_stop(l->server, grace_ms);
}

void
web_loop_free(struct web_loop *l)
{
	if (l == NULL)
		return;
	fcgi_server_free(l->server);
	gate_close(l->req.impl->gate);
	request_release(&l->req);
	request_release(&l->late);
	free(l);
}

struct fcgi_req *
web_later(struct web_req *req)
{
	struct web_loop	*l = gate_ctx(req->impl->gate);
	struct fcgi_req	*c = l->c;

	req->impl->later = true;
	l->c = NULL;
	return c;
}

void
web_loop_refuse(struct web_loop *l, struct fcgi_req *c, enum web_rc rc)
{
	l->c = c;
	serve_refusal(&l->late, rc);
	l->c = NULL;
	fcgi_req_finish(c);
}
