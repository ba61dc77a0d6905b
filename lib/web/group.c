#include "web/group.h"
#include "base/log.h"
#include "base/mem.h"
#include "web/web_loop.h"
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

#define READ_MS		10000	/* nginx has the whole request when it comes */
#define WRITE_MS	10000
#define IDLE_MS		60000
#define GRACE_MS	5000	/* to finish what has come when it must end */

struct group {
	struct event_base	*base;
	struct web_loop		*web;
	struct event		*on_term, *on_int, *on_time;
	bool			 late;		/* the timeout is over */
	bool			 stopped;
};

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct group	*g = arg;

	(void)fd;
	(void)what;
	web_loop_stop(g->web, GRACE_MS);
}

static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	struct group	*g = arg;

	(void)fd;
	(void)what;
	g->late = true;
}

static void
on_stopped(void *ctx)
{
	struct group	*g = ctx;

	g->stopped = true;
}

static struct event *
watch(struct group *g, evutil_socket_t fd, short what, event_callback_fn fn)
{
	struct event	*ev = event_new(g->base, fd, what, fn, g);

	if (ev == NULL || (fd >= 0 && event_add(ev, NULL) < 0))
		fatal("group: no event");
	return ev;
}

static void *
group_open(const struct web_app *app, struct db *db)
{
	static const struct web_loop_ops	 ops = { .stopped = on_stopped };
	static const struct fcgi_limits		 limits = {
		.conns = WEB_TOGETHER,
		.read_ms = READ_MS,
		.write_ms = WRITE_MS,
		.idle_ms = IDLE_MS,
		.prompt = true,
	};
	struct group				*g = mem_alloc(sizeof(*g));

	g->base = event_base_new();
	if (g->base == NULL)
		fatal("no event loop");
	g->web = web_loop_new(g->base, app, db, &limits, &ops, g);
	g->on_term = watch(g, SIGTERM, EV_SIGNAL | EV_PERSIST, on_signal);
	g->on_int = watch(g, SIGINT, EV_SIGNAL | EV_PERSIST, on_signal);
	g->on_time = watch(g, -1, 0, on_time);
	return g;
}

/* What comes is accepted in one pass and read in the next: when a pass brings
 * nothing, all that there is has come. */
static void
gather(struct group *g)
{
	size_t	before;

	do {
		before = web_loop_arrivals(g->web);
		event_base_loop(g->base, EVLOOP_NONBLOCK);
	} while (web_loop_arrivals(g->web) != before && !g->stopped);
}

static enum gate_event
group_wait(void *source, int timeout_ms)
{
	struct group	*g = source;
	struct timeval	tv = { timeout_ms / 1000, timeout_ms % 1000 * 1000 };

	g->late = false;
	if (timeout_ms > 0)
		event_add(g->on_time, &tv);
	gather(g);
	while (web_loop_waiting(g->web) == 0 && timeout_ms != 0 && !g->late &&
	    !g->stopped) {
		event_base_loop(g->base, EVLOOP_ONCE);
		gather(g);
	}
	event_del(g->on_time);
	if (web_loop_waiting(g->web) > 0)
		return GATE_REQUEST;
	return g->stopped ? GATE_STOP : GATE_IDLE;
}

static void
group_close(void *source)
{
	struct group	*g = source;

	web_loop_free(g->web);
	event_free(g->on_term);
	event_free(g->on_int);
	event_free(g->on_time);
	event_base_free(g->base);
	free(g);
}

const struct web_source web_group = { group_open, group_wait, group_close };
