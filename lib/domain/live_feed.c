#include "domain/live_feed.h"
#include "base/log.h"
#include "base/mem.h"
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BURST		16	/* datagrams; then others get their turn */
#define WAITING_MAX	((size_t)4 * 1024 * 1024)

struct datagram {
	STAILQ_ENTRY(datagram)	 next;
	size_t			 len;
	char			 data[];
};

struct live_feed {
	int			 fd;
	struct event		*readable;
	live_hear		*hear;
	void			*ctx;
	STAILQ_HEAD(, datagram)	 waiting;
	size_t			 bytes;		/* of them */
	char			 in[BURST][LIVE_DATAGRAM];
	struct iovec		 iov[BURST];
	struct mmsghdr		 msg[BURST];
};

static void
wait_in_line(struct live_feed *f, const char *p, size_t len)
{
	struct datagram	*d = mem_alloc(sizeof(*d) + len);

	d->len = len;
	memcpy(d->data, p, len);
	STAILQ_INSERT_TAIL(&f->waiting, d, next);
	f->bytes += len;
}

/* Beyond the limit they stay with the kernel, and then with the senders, who
 * tell what they had to drop. */
void
live_feed_drain(struct live_feed *f)
{
	int	n = BURST;

	while (n == BURST && f->bytes < WAITING_MAX) {
		n = recvmmsg(f->fd, f->msg, BURST, 0, NULL);
		for (int i = 0; i < n; i++)
			wait_in_line(f, f->in[i], f->msg[i].msg_len);
	}
}

static void
take(struct live_feed *f, const struct datagram *d)
{
	struct live_event	ev;
	enum live_got		got;
	size_t			off = 0;

	while ((got = live_next(d->data, d->len, &off, &ev)) == LIVE_EVENT)
		f->hear(f->ctx, &ev);
	if (got == LIVE_GARBLED)
		log_warn("live.garbled", LOG_INT("bytes", (int64_t)d->len));
}

static void
take_first(struct live_feed *f)
{
	struct datagram	*d = STAILQ_FIRST(&f->waiting);

	STAILQ_REMOVE_HEAD(&f->waiting, next);
	f->bytes -= d->len;
	take(f, d);
	free(d);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct live_feed	*f = arg;

	(void)fd;
	(void)what;
	live_feed_drain(f);
	for (int i = 0; i < BURST && !STAILQ_EMPTY(&f->waiting); i++)
		take_first(f);
	if (!STAILQ_EMPTY(&f->waiting))
		event_active(f->readable, EV_READ, 1);
}

static void
open_socket(struct live_feed *f, const char *path)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(a.sun_path))
		fatal("stream_socket: path too long: %s", path);
	memcpy(a.sun_path, path, strlen(path) + 1);
	f->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (f->fd < 0)
		fatal("datagram socket: %s", strerror(errno));
	unlink(path);
	if (bind(f->fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    chmod(path, 0660) < 0)
		fatal("%s: %s", path, strerror(errno));
}

struct live_feed *
live_feed_new(struct event_base *base, const char *path, live_hear *hear,
    void *ctx)
{
	struct live_feed	*f = mem_alloc(sizeof(*f));

	f->hear = hear;
	f->ctx = ctx;
	STAILQ_INIT(&f->waiting);
	for (int i = 0; i < BURST; i++) {
		f->iov[i] = (struct iovec){ f->in[i], sizeof(f->in[i]) };
		f->msg[i].msg_hdr.msg_iov = &f->iov[i];
		f->msg[i].msg_hdr.msg_iovlen = 1;
	}
	open_socket(f, path);
	f->readable = event_new(base, f->fd, EV_READ | EV_PERSIST,
	    on_readable, f);
	event_add(f->readable, NULL);
	return f;
}

/* The path stays: it may be the next streamer's already. */
void
live_feed_free(struct live_feed *f)
{
	if (f == NULL)
		return;
	while (!STAILQ_EMPTY(&f->waiting)) {
		struct datagram	*d = STAILQ_FIRST(&f->waiting);

		STAILQ_REMOVE_HEAD(&f->waiting, next);
		free(d);
	}
	event_free(f->readable);
	close(f->fd);
	free(f);
}
