#include "web/fcgi_impl.h"
#include "base/log.h"
#include "base/mem.h"
#include <errno.h>
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARAMS_MAX	(64 * 1024)
#define READ_SIZE	(16 * 1024)

static void	read_some(struct fcgi_req *c);
static void	listen_on(struct fcgi_req *c);
static void	on_readable(evutil_socket_t fd, short what, void *arg);
static void	on_writable(evutil_socket_t fd, short what, void *arg);
static void	on_timer(evutil_socket_t fd, short what, void *arg);

void
fcgi_arm(struct event *timer, int64_t ms)
{
	struct timeval	tv = { ms / 1000, ms % 1000 * 1000 };

	event_add(timer, &tv);
}

static void
enter(struct fcgi_req *c, enum fcgi_state state, int64_t ms)
{
	c->state = state;
	fcgi_arm(&c->timer, ms);
}

void
fcgi_req_doom(struct fcgi_req *c, enum fcgi_why why)
{
	if (c->state == FCGI_DOOMED)
		return;
	c->why = why;
	event_del(&c->readable);
	event_del(&c->writable);
	enter(c, FCGI_DOOMED, 0);
}

void
fcgi_req_free(struct fcgi_req *c)
{
	struct fcgi_server	*s = c->server;

	if (c->handed)
		s->ops->closed(s->ctx, c, c->why);
	event_del(&c->readable);
	event_del(&c->writable);
	event_del(&c->timer);
	close(c->fd);
	evbuffer_free(c->out);
	fcgi_reader_release(&c->reader);
	buf_release(&c->body);
	LIST_REMOVE(c, next);
	free(c);
	fcgi_server_left(s);
}

void
fcgi_req_new(struct fcgi_server *s, int fd)
{
	struct fcgi_req	*c = mem_alloc(sizeof(*c));

	c->server = s;
	c->fd = fd;
	if ((c->out = evbuffer_new()) == NULL)
		fatal("evbuffer_new failed");
	fcgi_reader_init(&c->reader, PARAMS_MAX);
	buf_init(&c->body, s->limits.body);
	event_assign(&c->readable, s->base, fd, EV_READ | EV_PERSIST,
	    on_readable, c);
	event_assign(&c->writable, s->base, fd, EV_WRITE, on_writable, c);
	evtimer_assign(&c->timer, s->base, on_timer, c);
	enter(c, FCGI_IDLE, s->limits.read_ms);
	LIST_INSERT_HEAD(&s->conns, c, next);
	s->nconns++;
	s->arrivals++;
	read_some(c);			/* it rarely comes without a word */
	listen_on(c);
}

/* Writes what the socket takes now, and waits for it to take the rest. */
static void
flush(struct fcgi_req *c)
{
	int	n = 0;

	if (c->state == FCGI_DOOMED ||
	    event_pending(&c->writable, EV_WRITE, NULL))
		return;
	while (evbuffer_get_length(c->out) > 0) {
		n = evbuffer_write(c->out, c->fd);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		c->written += (size_t)n;
	}
	if (n < 0 && errno != EAGAIN)
		fcgi_req_doom(c, FCGI_GONE);
	else if (n < 0)
		event_add(&c->writable, NULL);
	else if (c->state == FCGI_LEAVING)
		fcgi_req_doom(c, FCGI_GONE);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

static void
put(struct fcgi_req *c, const void *p, size_t len)
{
	if (c->state != FCGI_DOOMED && evbuffer_add(c->out, p, len) < 0)
		fatal("evbuffer_add failed");
}

static void
take_body(struct fcgi_req *c, const char *p, size_t len)
{
	if (len > c->body.max - c->body.len) {
		c->oversize = true;
		buf_release(&c->body);
	}
	if (!c->oversize)
		buf_add(&c->body, p, len);
}

static void
begin(struct fcgi_req *c, const struct fcgi_event *ev)
{
	c->id = ev->id;
	c->keep = ev->keep;
	c->oversize = false;
	c->period_ms = c->server->limits.write_ms;
	enter(c, FCGI_READING, c->server->limits.read_ms);
}

static void
hand_over(struct fcgi_req *c)
{
	c->handed = true;
	c->server->arrivals++;
	c->written = 0;
	enter(c, FCGI_ANSWERING, c->period_ms);
	c->server->ops->request(c->server->ctx, c);
}

static void
answer_question(struct fcgi_req *c, const struct fcgi_event *ev)
{
	struct buf	b = BUF_INIT(2 * FCGI_VALUES);

	fcgi_put_values(&b, ev->p, ev->len, c->server->limits.conns);
	put(c, buf_str(&b), b.len);
	buf_release(&b);
	flush(c);
}

/* Whether there is any point in reading on. */
static bool
listens(const struct fcgi_req *c)
{
	return c->state != FCGI_DOOMED && c->state != FCGI_LEAVING;
}

static void
handle(struct fcgi_req *c, const struct fcgi_event *ev)
{
	uint8_t	record[FCGI_END];

	switch (ev->kind) {
	case FCGI_MORE:
	case FCGI_PARAMETERS:
		break;
	case FCGI_BEGIN:
		begin(c, ev);
		break;
	case FCGI_BODY:
		take_body(c, ev->p, ev->len);
		break;
	case FCGI_BODY_END:
		hand_over(c);
		break;
	case FCGI_ASK:
		answer_question(c, ev);
		break;
	case FCGI_REFUSE:
		fcgi_put_end(record, ev->id, ev->status);
		put(c, record, sizeof(record));
		flush(c);
		break;
	case FCGI_STRANGE:
		fcgi_put_unknown(record, ev->type);
		put(c, record, sizeof(record));
		flush(c);
		break;
	case FCGI_BROKEN:
		log_warn("fcgi.broken", LOG_STR("why", ev->why));
		__attribute__((fallthrough));
	case FCGI_ABORT:
		fcgi_req_doom(c, FCGI_GONE);
		break;
	}
}

/* What may still come is waited for. */
static void
listen_on(struct fcgi_req *c)
{
	if (listens(c) && !event_pending(&c->readable, EV_READ, NULL) &&
	    !(c->state == FCGI_ANSWERING && c->server->limits.prompt))
		event_add(&c->readable, NULL);
}

static void
read_some(struct fcgi_req *c)
{
	static uint8_t		 in[READ_SIZE];
	struct fcgi_event	 ev;
	ssize_t			 n = read(c->fd, in, sizeof(in));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		fcgi_req_doom(c, FCGI_GONE);
		return;
	}
	c->in_use = true;
	for (size_t at = 0; at < (size_t)n && listens(c); ) {
		at += fcgi_read(&c->reader, in + at, (size_t)n - at, &ev);
		handle(c, &ev);
	}
	c->in_use = false;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	read_some(arg);
	listen_on(arg);
}

/* A reader that took nothing between two ticks will not take more later. */
static void
tick(struct fcgi_req *c)
{
	struct fcgi_server	*s = c->server;

	if (c->written == 0 && evbuffer_get_length(c->out) > 0) {
		fcgi_req_doom(c, FCGI_SLOW);
		return;
	}
	c->written = 0;
	fcgi_arm(&c->timer, c->period_ms);
	if (s->ops->timer != NULL)
		s->ops->timer(s->ctx, c);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct fcgi_req	*c = arg;

	(void)fd;
	(void)what;
	if (c->state == FCGI_ANSWERING) {
		tick(c);
	} else if (c->state == FCGI_LEAVING && c->written > 0) {
		c->written = 0;
		fcgi_arm(&c->timer, c->server->limits.write_ms);
	} else {
		fcgi_req_free(c);
	}
}

const char *
fcgi_req_param(const struct fcgi_req *req, const char *name)
{
	return fcgi_param(&req->reader, name);
}

const char *
fcgi_req_body(const struct fcgi_req *req, size_t *len)
{
	*len = req->body.len;
	return buf_str(&req->body);
}

bool
fcgi_req_oversize(const struct fcgi_req *req)
{
	return req->oversize;
}

void
fcgi_req_forget(struct fcgi_req *req)
{
	fcgi_reader_forget(&req->reader);
	buf_release(&req->body);
}

void
fcgi_req_set_data(struct fcgi_req *req, void *data)
{
	req->data = data;
}

void *
fcgi_req_data(const struct fcgi_req *req)
{
	return req->data;
}

void
fcgi_req_write(struct fcgi_req *req, const void *p, size_t len)
{
	uint8_t		 header[FCGI_HEADER];
	const char	*in = p;

	while (len > 0) {
		size_t	n = len < FCGI_CONTENT ? len : FCGI_CONTENT;

		fcgi_put_header(header, FCGI_T_STDOUT, req->id, n);
		put(req, header, sizeof(header));
		put(req, in, n);
		in += n;
		len -= n;
	}
}

void
fcgi_req_flush(struct fcgi_req *req)
{
	flush(req);
}

/* Nginx numbers every request 1, so that is what frames are made for. */
struct blob *
fcgi_frame(const void *p, size_t len)
{
	struct blob	*b = blob_new(fcgi_stdout_size(len));

	fcgi_put_stdout(b->data, 1, p, len);
	return b;
}

static void
release_frame(const void *p, size_t len, void *frame)
{
	(void)p;
	(void)len;
	blob_unref(frame);
}

void
fcgi_req_send(struct fcgi_req *req, struct blob *frame)
{
	if (req->state == FCGI_DOOMED)
		return;
	if (req->id != 1) {
		struct blob	*copy = blob_new(frame->len);

		memcpy(copy->data, frame->data, frame->len);
		fcgi_set_id(copy->data, copy->len, req->id);
		frame = copy;
	} else {
		blob_ref(frame);
	}
	if (evbuffer_add_reference(req->out, frame->data, frame->len,
	    release_frame, frame) < 0)
		fatal("evbuffer_add_reference failed");
	flush(req);
	if (evbuffer_get_length(req->out) > req->server->limits.queue)
		fcgi_req_doom(req, FCGI_SLOW);
}

void
fcgi_req_timer(struct fcgi_req *req, int64_t ms)
{
	if (req->state != FCGI_ANSWERING)
		return;
	req->period_ms = ms;
	fcgi_arm(&req->timer, ms);
}

void
fcgi_req_finish(struct fcgi_req *req)
{
	uint8_t	end[FCGI_END];

	req->handed = false;
	req->data = NULL;
	if (req->state == FCGI_DOOMED)
		return;
	fcgi_put_end(end, req->id, FCGI_COMPLETE);
	put(req, end, sizeof(end));
	fcgi_reader_done(&req->reader);
	buf_release(&req->body);
	if (req->keep && !req->server->stopping)
		enter(req, FCGI_IDLE, req->server->limits.idle_ms);
	else
		enter(req, FCGI_LEAVING, req->server->limits.write_ms);
	flush(req);
	listen_on(req);
	if (req->state == FCGI_DOOMED && !req->in_use)
		fcgi_req_free(req);
}
