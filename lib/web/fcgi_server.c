#include "web/fcgi_impl.h"
#include "base/log.h"
#include "base/mem.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPT_BURST	64	/* then others get their turn */
#define RESERVE		32	/* descriptors that are not connections */
#define RETRY_MS	1000	/* after running out of descriptors */

void
fcgi_server_left(struct fcgi_server *s)
{
	s->nconns--;
	if (s->full && !s->stopping)
		event_add(&s->acceptable, NULL);
	s->full = false;
	if (s->stopping && s->nconns == 0) {
		event_del(&s->again);
		s->ops->stopped(s->ctx);
	}
}

/* Listening again later beats spinning on what cannot be accepted now. */
static void
on_acceptable(evutil_socket_t fd, short what, void *arg)
{
	struct fcgi_server	*s = arg;
	int			 conn;

	(void)what;
	for (int i = 0; i < ACCEPT_BURST && s->nconns < s->limits.conns; i++) {
		conn = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (conn >= 0) {
			fcgi_req_new(s, conn);
		} else if (errno == EMFILE || errno == ENFILE ||
		    errno == ENOBUFS || errno == ENOMEM) {
			log_warn("fcgi.accept", LOG_STR("why",
			    strerror(errno)));
			event_del(&s->acceptable);
			fcgi_arm(&s->again, RETRY_MS);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return;
		}
	}
	s->full = s->nconns >= s->limits.conns;
	if (s->full)
		event_del(&s->acceptable);
}

/* Time to accept again, or the grace of a stop is over. */
static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	struct fcgi_server	*s = arg;
	struct fcgi_req		*c;

	(void)fd;
	(void)what;
	if (!s->stopping)
		event_add(&s->acceptable, NULL);
	else
		LIST_FOREACH(c, &s->conns, next)
			fcgi_req_doom(c, FCGI_STOPPED);
}

/* What the descriptor limit, raised as far as it goes, leaves for us. */
static size_t
conns_allowed(size_t want)
{
	struct rlimit	rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0)
		fatal("getrlimit: %s", strerror(errno));
	rl.rlim_cur = rl.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &rl) < 0)
		log_warn("fcgi.descriptors", LOG_STR("why", strerror(errno)));
	getrlimit(RLIMIT_NOFILE, &rl);
	if (rl.rlim_cur <= RESERVE)
		fatal("too few descriptors: %zu", (size_t)rl.rlim_cur);
	return want < rl.rlim_cur - RESERVE ? want :
	    (size_t)rl.rlim_cur - RESERVE;
}

struct fcgi_server *
fcgi_server_new(struct event_base *base, int fd,
    const struct fcgi_limits *limits, const struct fcgi_ops *ops, void *ctx)
{
	struct fcgi_server	*s = mem_alloc(sizeof(*s));

	signal(SIGPIPE, SIG_IGN);
	LIST_INIT(&s->conns);
	s->base = base;
	s->fd = fd;
	s->limits = *limits;
	s->limits.conns = conns_allowed(limits->conns);
	s->ops = ops;
	s->ctx = ctx;
	if (evutil_make_socket_nonblocking(fd) < 0)
		fatal("descriptor %d: %s", fd, strerror(errno));
	event_assign(&s->acceptable, base, fd, EV_READ | EV_PERSIST,
	    on_acceptable, s);
	evtimer_assign(&s->again, base, on_again, s);
	event_add(&s->acceptable, NULL);
	return s;
}

void
fcgi_server_stop(struct fcgi_server *s, int64_t grace_ms)
{
	struct fcgi_req	*c;

	if (s->stopping)
		return;
	s->stopping = true;
	event_del(&s->acceptable);
	LIST_FOREACH(c, &s->conns, next)
		if (c->state == FCGI_IDLE)
			fcgi_req_doom(c, FCGI_STOPPED);
	if (s->nconns == 0)
		s->ops->stopped(s->ctx);
	else
		fcgi_arm(&s->again, grace_ms);
}

void
fcgi_server_free(struct fcgi_server *s)
{
	if (s == NULL)
		return;
	s->stopping = false;
	event_del(&s->again);
	while (!LIST_EMPTY(&s->conns)) {
		fcgi_req_doom(LIST_FIRST(&s->conns), FCGI_STOPPED);
		fcgi_req_free(LIST_FIRST(&s->conns));
	}
	event_del(&s->acceptable);
	close(s->fd);
	free(s);
}

size_t
fcgi_server_conns(const struct fcgi_server *s)
{
	return s->nconns;
}

size_t
fcgi_server_arrivals(const struct fcgi_server *s)
{
	return s->arrivals;
}

size_t
fcgi_server_room(const struct fcgi_server *s)
{
	return s->limits.conns;
}
