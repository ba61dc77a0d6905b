#include "web/gate.h"
#include "base/log.h"
#include "base/mem.h"
#include "web/fcgi_record.h"
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTENER	0	/* where the spawner put the socket */
#define LIBRARY_BUFFER	8192	/* what libfcgi writes at once */

struct gate {
	const struct gate_io	*io;
	void			*ctx;		/* io's */
	bool			 served;	/* CGI: the one request */
	FCGX_Request		 request;
	int			 epoll;
	int			 signals;
};

static const char *
cgi_param(void *unused, const char *name)
{
	(void)unused;
	return getenv(name);
}

static size_t
cgi_read(void *unused, char *p, size_t len)
{
	(void)unused;
	return fread(p, 1, len, stdin);
}

static void
cgi_write(void *unused, const char *p, size_t len)
{
	(void)unused;
	(void)fwrite(p, 1, len, stdout);
}

static const struct gate_io cgi = { cgi_param, cgi_read, cgi_write };

static const char *
fastcgi_param(void *request, const char *name)
{
	return FCGX_GetParam(name, ((FCGX_Request *)request)->envp);
}

static size_t
fastcgi_read(void *request, char *p, size_t len)
{
	int	n = FCGX_GetStr(p, (int)len, ((FCGX_Request *)request)->in);

	return n < 0 ? 0 : (size_t)n;
}

static bool
send_all(int fd, const uint8_t *p, size_t len)
{
	ssize_t	n;

	while (len > 0) {
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Past libfcgi, which would wake nginx for every 8 kB of it. */
static void
write_long(const FCGX_Request *r, const char *p, size_t len)
{
	static uint8_t	record[FCGI_HEADER + FCGI_CONTENT];
	bool		ok = FCGX_FFlush(r->out) == 0;

	for (size_t n; ok && len > 0; p += n, len -= n) {
		n = len < FCGI_CONTENT ? len : FCGI_CONTENT;
		fcgi_put_stdout(record, (uint16_t)r->requestId, p, n);
		ok = send_all(r->ipcFd, record, fcgi_stdout_size(n));
	}
}

/* A client that has gone is nobody's fault: failures are not looked at. */
static void
fastcgi_write(void *request, const char *p, size_t len)
{
	FCGX_Request	*r = request;

	if (len > LIBRARY_BUFFER)
		write_long(r, p, len);
	else
		(void)FCGX_PutStr(p, (int)len, r->out);
}

static const struct gate_io fastcgi = {
	fastcgi_param, fastcgi_read, fastcgi_write
};

bool
gate_is_fastcgi(void)
{
	int		listening = 0;
	socklen_t	len = sizeof(listening);

	return getsockopt(LISTENER, SOL_SOCKET, SO_ACCEPTCONN, &listening,
	    &len) == 0 && listening;
}

static void
watch(struct gate *g, int fd, uint32_t events)
{
	struct epoll_event	ev = { .events = events, .data.fd = fd };

	if (fd < 0 || epoll_ctl(g->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		fatal("gate: epoll: %s", strerror(errno));
}

/*
 * All workers wait for the same socket. EPOLLEXCLUSIVE wakes one of them for a
 * connection; should it come too late, accept() must not block, or the worker
 * would be deaf to signals.
 */
static void
listen_on(struct gate *g)
{
	int		flags = fcntl(LISTENER, F_GETFL);
	sigset_t	set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 ||
	    fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) < 0)
		fatal("gate: %s", strerror(errno));
	g->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	g->epoll = epoll_create1(EPOLL_CLOEXEC);
	watch(g, g->signals, EPOLLIN);
	watch(g, LISTENER, EPOLLIN | EPOLLEXCLUSIVE);
	if (FCGX_Init() != 0 ||
	    FCGX_InitRequest(&g->request, LISTENER, 0) != 0)
		fatal("gate: libfcgi does not start");
}

struct gate *
gate_over(const struct gate_io *io, void *ctx)
{
	struct gate	*g = mem_alloc(sizeof(*g));

	g->io = io;
	g->ctx = ctx;
	return g;
}

struct gate *
gate_open(void)
{
	struct gate	*g;

	if (!gate_is_fastcgi())
		return gate_over(&cgi, NULL);
	g = gate_over(&fastcgi, NULL);
	g->ctx = &g->request;
	listen_on(g);
	return g;
}

void *
gate_ctx(struct gate *g)
{
	return g->ctx;
}

void
gate_close(struct gate *g)
{
	if (g == NULL)
		return;
	if (g->io == &fastcgi) {
		FCGX_Free(&g->request, 1);
		close(g->epoll);
		close(g->signals);
	}
	free(g);
}

static enum gate_event
take(struct gate *g)
{
	int	rc = FCGX_Accept_r(&g->request);

	if (rc == 0)
		return GATE_REQUEST;
	if (rc == -EAGAIN || rc == -EINTR || rc == -ECONNABORTED)
		return GATE_IDLE;
	log_error("gate.accept", LOG_STR("why", strerror(-rc)));
	return GATE_STOP;
}

enum gate_event
gate_wait(struct gate *g, int timeout_ms)
{
	struct epoll_event	ev[2];
	int			n;

	if (g->io != &fastcgi) {
		if (g->served)
			return GATE_STOP;
		g->served = true;
		return GATE_REQUEST;
	}
	n = epoll_wait(g->epoll, ev, 2, timeout_ms);
	for (int i = 0; i < n; i++)
		if (ev[i].data.fd == g->signals)
			return GATE_STOP;
	return n > 0 ? take(g) : GATE_IDLE;
}

const char *
gate_param(struct gate *g, const char *name)
{
	return g->io->param(g->ctx, name);
}

size_t
gate_read(struct gate *g, char *p, size_t len)
{
	return g->io->read(g->ctx, p, len);
}

void
gate_write(struct gate *g, const char *p, size_t len)
{
	g->io->write(g->ctx, p, len);
}

/*
 * libfcgi ends a connection by waiting for nginx to close it, lest a reset
 * overtakes the answer. That can only happen while something of the request is
 * unread: a request read to its end is closed at once, and the worker is free.
 */
static void
finish(FCGX_Request *r)
{
	char	c;

	if (FCGX_GetStr(&c, 1, r->in) == 0)
		FCGX_Detach(r);
	FCGX_Finish_r(r);
}

void
gate_done(struct gate *g)
{
	if (g->io == &fastcgi)
		finish(&g->request);
	else
		fflush(stdout);
}
