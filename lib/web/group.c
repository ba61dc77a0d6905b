#include "web/group.h"
#include "base/log.h"
#include "base/mem.h"
#include "web/web_loop.h"
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LISTENER	0	/* as spawn-fcgi leaves it */
#define WAIT_MS		1000	/* at most, lest a signal goes unheard */
#define READ_MS		10000	/* nginx has the whole request when it comes */
#define WRITE_MS	10000
#define IDLE_MS		60000
#define GRACE_MS	5000	/* to finish what has come when it must end */

/*
 * All workers wait for the same socket, and libevent would wake each of them
 * for every connection. While there is none, one waits at the door instead,
 * where EPOLLEXCLUSIVE wakes one of them; what libevent watches is looked at
 * then.
 */
struct group {
	int			 door;
	struct event_base	*base;
	struct web_loop		*web;
	struct event		*on_term, *on_int, *on_time;
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

/* The loop comes round: that is all. */
static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

static void
on_stopped(void *ctx)
{
	struct group	*g = ctx;

	g->stopped = true;
}

static struct event *
on(struct group *g, int sig)
{
	struct event	*ev = evsignal_new(g->base, sig, on_signal, g);

	if (ev == NULL || event_add(ev, NULL) < 0)
		fatal("group: no event");
	return ev;
}

static int
open_door(void)
{
	struct epoll_event	ev = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int			fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, LISTENER, &ev) < 0)
		fatal("group: epoll: %s", strerror(errno));
	return fd;
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
	g->on_term = on(g, SIGTERM);
	g->on_int = on(g, SIGINT);
	g->on_time = evtimer_new(g->base, on_time, NULL);
	if (g->on_time == NULL)
		fatal("group: no event");
	g->door = open_door();
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

/* A signal ends it early, or, should it come just before, is heard when the
 * time is over. */
static void
sit(struct group *g, int timeout_ms)
{
	struct timeval		tv = { timeout_ms / 1000,
				    timeout_ms % 1000 * 1000 };
	struct epoll_event	ev;

	if (web_loop_conns(g->web) == 0) {
		epoll_wait(g->door, &ev, 1, timeout_ms);
	} else {
		event_add(g->on_time, &tv);
		event_base_loop(g->base, EVLOOP_ONCE);
		event_del(g->on_time);
	}
}

static enum gate_event
group_wait(void *source, int timeout_ms)
{
	struct group	*g = source;

	if (timeout_ms < 0 || timeout_ms > WAIT_MS)
		timeout_ms = WAIT_MS;
	gather(g);
	if (web_loop_waiting(g->web) == 0 && timeout_ms > 0 && !g->stopped) {
		sit(g, timeout_ms);
		gather(g);
	}
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
	close(g->door);
	event_base_free(g->base);
	free(g);
}

const struct web_source web_group = { group_open, group_wait, group_close };
