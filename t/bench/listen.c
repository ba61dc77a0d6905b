#include "listen.h"
#include "base/when.h"
#include "target.h"
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UNREAD_MAX	(1 << 20)

/* More of the stream; flags 0 waits for it. */
static void
receive(struct listener *l, int flags)
{
	char	buf[16384];
	ssize_t	n = recv(l->fd, buf, sizeof(buf), flags);

	if (n == 0)
		errx(1, "an event stream was closed");
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		err(1, "recv");
	if (n > 0)
		buf_add(&l->in, buf, (size_t)n);
	if (buf_failed(&l->in))
		errx(1, "an event without an end");
}

static void
drop(struct listener *l, size_t len)
{
	memmove(l->in.data, l->in.data + len, l->in.len - len + 1);
	l->in.len -= len;
}

/* HTTP/1.0, so that the stream is not cut into chunks. */
void
listener_open(struct listener *l, const char *url, const char *cookie)
{
	struct target	 t = target_of(url);
	struct buf	 b = BUF_INIT(8192);
	const char	*end;

	buf_init(&l->in, UNREAD_MAX);
	l->fd = target_connect(&t);
	buf_printf(&b, "GET %s HTTP/1.0\r\nHost: localhost\r\n"
	    "Accept: text/event-stream\r\nCookie: %s\r\n\r\n", t.path,
	    cookie);
	if (send(l->fd, b.data, b.len, MSG_NOSIGNAL) != (ssize_t)b.len)
		err(1, "send");
	buf_release(&b);
	while ((end = strstr(buf_str(&l->in), "\r\n\r\n")) == NULL)
		receive(l, 0);
	if (strncmp(l->in.data, "HTTP/1.1 200", 12) != 0)
		errx(1, "no event stream: %.12s", l->in.data);
	drop(l, (size_t)(end + 4 - l->in.data));
}

void
listener_close(struct listener *l)
{
	close(l->fd);
	buf_release(&l->in);
}

static void
take_line(const char *line, listener_heard *heard, void *ctx)
{
	static const char	key[] = "\"recordedAt\":\"";
	const char		*at;
	int64_t			 ms;

	if (strncmp(line, "data:", 5) != 0 ||
	    (at = strstr(line, key)) == NULL)
		return;
	at += sizeof(key) - 1;
	if (when_parse(at, strcspn(at, "\""), &ms))
		heard(ctx, ms);
}

void
listener_read(struct listener *l, listener_heard *heard, void *ctx)
{
	char	*line, *end;

	receive(l, MSG_DONTWAIT);
	if (l->in.len == 0)
		return;
	for (line = l->in.data; (end = strchr(line, '\n')) != NULL;
	    line = end + 1) {
		*end = '\0';
		take_line(line, heard, ctx);
	}
	drop(l, (size_t)(line - l->in.data));
}
