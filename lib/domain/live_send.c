#include "domain/live_send.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LOST_MAX	8	/* organizations; with more, all are told */

struct live_sender {
	int			fd;	/* -1: there is no streamer */
	struct sockaddr_un	to;
	struct buf		out;	/* the datagram being filled */
	struct uuid		lost[LOST_MAX];
	size_t			nlost;	/* LOST_MAX + 1: everybody */
};

struct live_sender *
live_sender_new(const char *path)
{
	struct live_sender	*s = mem_alloc(sizeof(*s));

	s->fd = -1;
	buf_init(&s->out, LIVE_DATAGRAM);
	if (path[0] == '\0')
		return s;
	if (strlen(path) >= sizeof(s->to.sun_path))
		fatal("stream_socket: path too long: %s", path);
	s->to.sun_family = AF_UNIX;
	memcpy(s->to.sun_path, path, strlen(path) + 1);
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		fatal("datagram socket: %s", strerror(errno));
	return s;
}

void
live_sender_free(struct live_sender *s)
{
	if (s == NULL)
		return;
	if (s->fd >= 0)
		close(s->fd);
	buf_release(&s->out);
	free(s);
}

static void
remember_lost(struct live_sender *s, const struct uuid *org)
{
	for (size_t i = 0; i < s->nlost && i < LOST_MAX; i++)
		if (uuid_eq(&s->lost[i], org))
			return;
	if (s->nlost < LOST_MAX)
		s->lost[s->nlost] = *org;
	if (s->nlost <= LOST_MAX)
		s->nlost++;
}

/* Puts in front what must be told because earlier events were lost. */
static void
put_resets(struct live_sender *s)
{
	struct live_event	ev = { .kind = LIVE_RESET, .data = "{}",
				    .len = 2 };

	if (s->nlost > LOST_MAX)
		live_put(&s->out, &ev);
	for (size_t i = 0; i < s->nlost && s->nlost <= LOST_MAX; i++) {
		ev.org = s->lost[i];
		live_put(&s->out, &ev);
	}
}

/*
 * Sends the n events of which the datagram consists. A streamer that is not
 * running has lost nothing: when it starts, its readers reload anyway.
 */
static void
flush(struct live_sender *s, const struct live_event *ev, size_t n)
{
	if (sendto(s->fd, s->out.data, s->out.len, 0,
	    (const struct sockaddr *)&s->to, sizeof(s->to)) >= 0) {
		metric_add(M_LIVE_SENT, (int64_t)n);
		s->nlost = 0;
		return;
	}
	metric_add(M_LIVE_DROPPED, (int64_t)n);
	if (errno == ENOENT || errno == ECONNREFUSED) {
		s->nlost = 0;
		return;
	}
	log_warn("live.dropped", LOG_INT("events", (int64_t)n),
	    LOG_STR("why", strerror(errno)));
	for (size_t i = 0; i < n; i++)
		remember_lost(s, &ev[i].org);
}

static void
start(struct live_sender *s)
{
	buf_clear(&s->out);
	put_resets(s);
}

void
live_send(struct live_sender *s, const struct live_event *ev, size_t n)
{
	size_t	first = 0;

	if (s->fd < 0 || n == 0)
		return;
	start(s);
	for (size_t i = 0; i < n; i++) {
		live_put(&s->out, &ev[i]);
		if (!buf_failed(&s->out))
			continue;
		if (i > first)
			flush(s, ev + first, i - first);
		start(s);
		live_put(&s->out, &ev[i]);
		first = i;
		if (!buf_failed(&s->out))
			continue;
		/* Too long even alone: told as a loss. */
		metric_add(M_LIVE_DROPPED, 1);
		remember_lost(s, &ev[i].org);
		first = i + 1;
		start(s);
	}
	flush(s, ev + first, n - first);
}
