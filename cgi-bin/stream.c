/*
 * stream - FastCGI program: live updates as server-sent events.
 *
 *	writers of this machine --datagrams--> feed --+
 *						      v
 *	streamers elsewhere <----NOTIFY----> relay -> hub --> readers
 *						      ^
 *	sessions <-----------look up-------- viewers -+ who may, and still may
 *
 * One process, one event loop; nothing waits. What fails here costs the
 * reload of a page, never a reading.
 */
#include "app/guard.h"
#include "app/wish.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "domain/live_feed.h"
#include "domain/relay.h"
#include "domain/viewer_ask.h"
#include "web/web_loop.h"
#include <event2/event.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MAX	(2 * LIVE_DATA)	/* data is one line */
#define READ_MS		15000	/* a request must arrive within this */
#define IDLE_MS		60000
#define BREATH		64	/* deliveries between looks at the feed */
#define SPARE		100	/* connections to say "too many" on */
#define GRACE_MS	3000	/* a stop leaves this for the last bytes */
#define DOORS_MS	2000	/* without a database they open after this */
#define RETRY_MS	1000	/* readers come back after this ... */
#define RETRY_SPREAD_MS	3000	/* ... and up to this more, each its own */

struct stream {			/* all of it */
	const struct web_app	*app;
	struct event_base	*base;
	struct web_loop		*web;		/* NULL: doors are shut */
	int64_t			 started_ms;
	struct relay		*relay;
	struct live_feed	*feed;
	struct hub		*hub;
	struct viewers		*viewers;
	struct event		*each_second, *on_term, *on_int;
	LIST_HEAD(, reader)	 readers;
	size_t			 nreaders, max_readers;
	uint64_t		 delivered;
	uint64_t		 epoch;		/* of this life */
	struct blob		*ping;		/* good after event ... */
	uint64_t		 ping_seq;	/* ... with this number */
};

struct reader {
	LIST_ENTRY(reader)	 next;
	struct stream		*stream;
	struct fcgi_req		*conn;
	struct hub_reader	 place;		/* in the hub */
	struct viewer_seat	 seat;		/* of its session */
	struct wish		*wish;		/* until it is let in */
	bool			 head;		/* asks for the head only */
};

#define READER_OF(member, p)						\
	((struct reader *)(void *)((char *)(p) -			\
	offsetof(struct reader, member)))

/* Readers. */

static void
reader_free(struct reader *r)
{
	struct stream	*s = r->stream;

	hub_leave(&r->place);
	viewers_leave(&r->seat);
	LIST_REMOVE(r, next);
	free(r->wish);
	free(r);
	metric_set(M_STREAM_CLIENTS, (int64_t)--s->nreaders);
}

/* The stream ends; whoever it was may ask again. */
static void
dismiss(struct reader *r)
{
	fcgi_req_finish(r->conn);
	reader_free(r);
}

/* It was not let in. */
static void
refuse(struct reader *r, enum web_rc rc)
{
	web_loop_refuse(r->stream->web, r->conn, rc);
	reader_free(r);
}

static void
send_text(struct reader *r, struct buf *b)
{
	fcgi_req_write(r->conn, buf_str(b), b->len);
	fcgi_req_flush(r->conn);
	buf_release(b);
}

/* Leaves at once, so that proxy and browser know it is a stream. */
static void
send_head(struct reader *r)
{
	struct buf	b = BUF_INIT(FRAME_MAX);

	buf_puts(&b, "Status: 200 OK\r\n"
	    "Content-Type: text/event-stream\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Accel-Buffering: no\r\n"
	    "X-Content-Type-Options: nosniff\r\n\r\n");
	if (!r->head) {
		sse_retry(&b, RETRY_MS + randombytes_uniform(RETRY_SPREAD_MS));
		sse_comment(&b, "welcome");
	}
	send_text(r, &b);
}

static struct sse_id
position(const struct stream *s)
{
	return (struct sse_id){ s->epoch, hub_seq(s->hub) };
}

/* What it missed since it was last here, or the word to reload; from an empty
 * position on, where it is now. */
static void
send_missed(struct reader *r)
{
	struct stream	*s = r->stream;
	struct buf	 b = BUF_INIT(FRAME_MAX);

	if (!r->wish->resumes) {
		sse_position(&b, position(s));
	} else if (r->wish->last.epoch != s->epoch ||
	    !hub_resume(s->hub, &r->place, r->wish->last.seq)) {
		metric_add(M_STREAM_RESETS, 1);
		sse_event(&b, position(s), live_kind_name(LIVE_RESET), "{}",
		    2);
	}
	send_text(r, &b);
}

static enum web_rc
rc_of(enum viewer_verdict verdict)
{
	switch (verdict) {
	case VIEWER_MAY:
		return WEB_OK;
	case VIEWER_UNKNOWN:
		return WEB_BAD_TOKEN;
	case VIEWER_FORBIDDEN:
		return WEB_FORBIDDEN;
	default:
		return WEB_UNAVAILABLE;
	}
}

static void
let_in(struct reader *r)
{
	hub_join(r->stream->hub, &r->place, &r->seat.viewer->facts.org,
	    r->wish->rooms, r->wish->nrooms);
	send_missed(r);
	free(r->wish);
	r->wish = NULL;
	fcgi_req_forget(r->conn);
	fcgi_req_timer(r->conn, conf_ms("stream_ping"));
}

static void
on_admit(void *ctx, struct viewer_seat *seat, enum viewer_verdict verdict)
{
	struct reader	*r = READER_OF(seat, seat);
	struct viewer	*v = seat->viewer;
	enum web_rc	 rc = rc_of(verdict);

	(void)ctx;
	if (rc == WEB_OK && !wish_settle(r->wish, &v->facts))
		rc = WEB_FOREIGN;
	if (rc == WEB_OK &&
	    v->nseats > (size_t)conf_int("stream_clients_per_session"))
		rc = WEB_RATE_LIMITED;
	if (rc != WEB_OK) {
		refuse(r, rc);
		return;
	}
	send_head(r);
	if (r->head)
		dismiss(r);
	else
		let_in(r);
}

static bool
look_up(void *ctx, struct viewer *v)
{
	struct stream	*s = ctx;

	return viewer_ask(v, relay_adb(s->relay));
}

static void
on_expel(void *ctx, struct viewer_seat *seat)
{
	(void)ctx;
	dismiss(READER_OF(seat, seat));
}

/* Events. */

static struct blob *
render(void *ctx, const struct live_event *ev, uint64_t seq)
{
	struct stream	*s = ctx;
	struct buf	 b = BUF_INIT(FRAME_MAX);
	struct blob	*frame;

	sse_event(&b, (struct sse_id){ s->epoch, seq },
	    live_kind_name(ev->kind), ev->data, ev->len);
	frame = fcgi_frame(buf_str(&b), b.len);
	buf_release(&b);
	return frame;
}

static void
deliver(void *ctx, struct hub_reader *place, struct blob *frame)
{
	struct stream	*s = ctx;

	fcgi_req_send(READER_OF(place, place)->conn, frame);
	metric_add(M_STREAM_EVENTS, 1);
	/* Thousands of readers take longer than the kernel's queue is long. */
	if (++s->delivered % BREATH == 0)
		live_feed_drain(s->feed);
}

static void
on_remote(void *ctx, const struct live_event *ev)
{
	struct stream	*s = ctx;

	hub_publish(s->hub, ev);
}

static void
on_local(void *ctx, const struct live_event *ev)
{
	struct stream	*s = ctx;

	hub_publish(s->hub, ev);
	relay_tell(s->relay, ev);
}

/* Requests. */

/* The session is looked up later: here only that there is a cookie. */
static enum web_rc
guard(struct web_req *req, int permission)
{
	const char	*token = web_cookie(req, SESSION_COOKIE);

	(void)permission;	/* one route; viewers ask the role */
	if (token == NULL || *token == '\0')
		return WEB_UNAUTHENTICATED;
	req->session = arena_alloc(&req->arena, TOKEN_HASH);
	token_hash(TOKEN_SESSION, token, strlen(token), req->session);
	return WEB_OK;
}

static enum web_rc
watch(struct web_req *req)
{
	struct stream	*s = req->ctx;
	struct reader	*r;
	struct wish	 wish;

	if (wish_read(req, &wish) != WEB_OK)
		return WEB_INVALID;
	if (s->nreaders >= s->max_readers)
		return WEB_UNAVAILABLE;
	r = mem_alloc(sizeof(*r));
	r->stream = s;
	r->wish = mem_alloc(sizeof(*r->wish));
	*r->wish = wish;
	r->head = strcmp(req->method, "HEAD") == 0;
	r->conn = web_later(req);
	fcgi_req_set_data(r->conn, r);
	LIST_INSERT_HEAD(&s->readers, r, next);
	metric_set(M_STREAM_CLIENTS, (int64_t)++s->nreaders);
	viewers_take(s->viewers, &r->seat, req->session, viewer_now_ms());
	return WEB_OK;
}

/* A comment, and the position: it moves on though no event may be for this
 * reader's rooms. */
static void
on_ping(void *ctx, struct fcgi_req *conn)
{
	struct stream	*s = ctx;
	struct reader	*r = fcgi_req_data(conn);
	struct buf	 b = BUF_INIT(FRAME_MAX);

	if (r->wish != NULL)
		return;			/* not let in yet */
	if (s->ping == NULL || s->ping_seq != hub_seq(s->hub)) {
		s->ping_seq = hub_seq(s->hub);
		sse_comment(&b, "ping");
		sse_position(&b, position(s));
		blob_unref(s->ping);
		s->ping = fcgi_frame(buf_str(&b), b.len);
		buf_release(&b);
	}
	fcgi_req_send(conn, s->ping);
}

static void
on_closed(void *ctx, struct fcgi_req *conn, enum fcgi_why why)
{
	(void)ctx;
	if (why == FCGI_SLOW)
		metric_add(M_STREAM_DROPPED, 1);
	reader_free(fcgi_req_data(conn));
}

static void
on_stopped(void *ctx)
{
	struct stream	*s = ctx;

	event_base_loopexit(s->base, NULL);
}

/* The program. */

/* Those who came while it started wait before the door rather than be told
 * that nobody knows them yet. */
static void
open_doors(void *ctx)
{
	static const struct web_loop_ops ops = { on_ping, on_closed,
					    on_stopped };
	const struct fcgi_limits	 limits = {
		.conns = (size_t)conf_int("stream_clients") + SPARE,
		.queue = (size_t)conf_int("stream_queue"),
		.read_ms = READ_MS,
		.write_ms = conf_ms("stream_ping"),
		.idle_ms = IDLE_MS,
	};
	struct stream			*s = ctx;

	if (s->web != NULL)
		return;
	s->web = web_loop_new(s->base, s->app, NULL, &limits, &ops, s);
	if (web_loop_room(s->web) <= SPARE)
		fatal("the system allows too few open files");
	s->max_readers = web_loop_room(s->web) - SPARE;
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct stream	*s = arg;

	(void)fd;
	(void)what;
	viewers_tick(s->viewers, viewer_now_ms());
	hub_sweep(s->hub, viewer_now_ms());
	if (viewer_now_ms() - s->started_ms >= DOORS_MS)
		open_doors(s);
}

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct stream	*s = arg;
	struct reader	*r, *next;

	(void)fd;
	(void)what;
	for (r = LIST_FIRST(&s->readers); r != NULL; r = next) {
		next = LIST_NEXT(r, next);
		if (r->wish != NULL)
			refuse(r, WEB_UNAVAILABLE);
		else
			dismiss(r);
	}
	if (s->web != NULL)
		web_loop_stop(s->web, GRACE_MS);
	else
		on_stopped(s);
}

static void
start(struct stream *s)
{
	static const struct viewer_ops	viewer_ops = { look_up, on_admit,
					    on_expel };
	static const struct hub_ops	hub_ops = { render, deliver };
	static const struct relay_ops	relay_ops = { on_remote, open_doors };

	LIST_INIT(&s->readers);
	s->started_ms = viewer_now_ms();
	metric_set(M_STREAM_CLIENTS, 0);	/* a killed one left a number */
	randombytes_buf(&s->epoch, sizeof(s->epoch));
	s->hub = hub_new(&(struct hub_limits){
	    .ring = (size_t)conf_int("stream_ring"),
	    .ring_bytes = (size_t)conf_int("stream_ring_bytes"),
	    .keep_ms = conf_ms("stream_keep") }, &hub_ops, s);
	s->viewers = viewers_new(conf_ms("stream_recheck"), &viewer_ops, s);
	s->relay = relay_new(s->base, conf_text("stream_database"),
	    s->app->db_role, s->epoch, &relay_ops, s);
	s->feed = live_feed_new(s->base, conf_text("stream_socket"), on_local,
	    s);
}

static void
stop(struct stream *s)
{
	web_loop_free(s->web);
	live_feed_free(s->feed);
	relay_free(s->relay);
	viewers_free(s->viewers);
	hub_free(s->hub);
	blob_unref(s->ping);
}

static int
run(const struct web_app *app)
{
	struct timeval	second = { 1, 0 };
	struct stream	s = { .app = app, .base = event_base_new() };

	if (s.base == NULL)
		fatal("no event loop");
	start(&s);
	s.each_second = event_new(s.base, -1, EV_PERSIST, on_second, &s);
	s.on_term = evsignal_new(s.base, SIGTERM, on_signal, &s);
	s.on_int = evsignal_new(s.base, SIGINT, on_signal, &s);
	event_add(s.each_second, &second);
	event_add(s.on_term, NULL);
	event_add(s.on_int, NULL);
	log_info("stream.started");
	event_base_dispatch(s.base);
	event_free(s.each_second);
	event_free(s.on_term);
	event_free(s.on_int);
	stop(&s);
	event_base_free(s.base);
	return 0;
}

static const struct web_route routes[] = {
	{ "GET", "/stream", MAY_VIEW, WEB_LIST(wish_params), watch },
};

static const struct db_stmt_list *const stmts[] = {
	&relay_stmts, &viewer_stmts, NULL
};

int
main(int argc, char **argv)
{
	static const struct web_app	app = {
		.name = "stream",
		.help = "Live updates as server-sent events.",
		.routes = routes,
		.nroutes = sizeof(routes) / sizeof(routes[0]),
		.guard = guard,
		.permission_name = guard_permission_name,
		.db_role = "fg_stream",
		.stmts = stmts,
		.start = guard_start,
		.run = run,
	};

	return web_main(argc, argv, &app);
}
