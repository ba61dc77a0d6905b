#include "streamer.h"
#include "base/clock.h"
#include "web/fcgi_record.h"
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS	10000	/* a test that waits for longer has failed */

static void
write_file(const struct streamer *s, const char *name, const char *text)
{
	char	path[64];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	cr_assert_not_null(f = fopen(path, "w"));
	fputs(text, f);
	fclose(f);
}

static int
listen_at(const char *path)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };
	int			fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	unlink(path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(fd, 1024), 0);
	return fd;
}

/* As spawn-fcgi does: the socket is descriptor 0. */
void
streamer_again(struct streamer *s)
{
	int	fd = listen_at(s->socket);
	char	path[64];

	snprintf(path, sizeof(path), "%s/conf", s->dir);
	s->pid = fork();
	cr_assert_geq(s->pid, 0);
	if (s->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);	/* of a failed test */
		dup2(fd, STDIN_FILENO);
		setenv("FROSTGUARD_CONF", path, 1);
		execl("cgi-bin/stream", "stream", (char *)NULL);
		_exit(127);
	}
	close(fd);
}

void
streamer_start(struct streamer *s, const char *keys)
{
	char	conf[2048];

	snprintf(s->dir, sizeof(s->dir), "/tmp/fg-stream.XXXXXX");
	cr_assert_not_null(mkdtemp(s->dir));
	snprintf(s->socket, sizeof(s->socket), "%s/web", s->dir);
	write_file(s, "key", "0123456789abcdef0123456789abcdef");
	snprintf(conf, sizeof(conf), "database =\n"
	    "key_file = %s/key\n"
	    "log_level = error\n"
	    "metrics_file =\n"
	    "stream_socket = %s/events\n%s\n", s->dir, s->dir, keys);
	write_file(s, "conf", conf);
	snprintf(conf, sizeof(conf), "%s/events", s->dir);
	s->writer = live_sender_new(conf);
	streamer_again(s);
}

static int
end(struct streamer *s, int signal)
{
	int	status;

	cr_assert_eq(kill(s->pid, signal), 0);
	cr_assert_eq(waitpid(s->pid, &status, 0), s->pid);
	return status;
}

void
streamer_kill(struct streamer *s)
{
	end(s, SIGKILL);
}

void
streamer_stop(struct streamer *s)
{
	static const char *const names[] = { "web", "events", "key", "conf" };
	int	status = end(s, SIGTERM);
	char	path[64];

	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "the streamer ended with status %#x", (unsigned)status);
	live_sender_free(s->writer);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", s->dir, names[i]);
		unlink(path);
	}
	rmdir(s->dir);
}

static void
put_record(struct buf *b, uint8_t type, const void *p, size_t len)
{
	uint8_t	h[FCGI_HEADER];

	fcgi_put_header(h, type, 1, len);
	buf_add(b, h, sizeof(h));
	buf_add(b, p, len);
}

static void
put_param(struct buf *b, const char *name, const char *value)
{
	uint8_t	h[5] = { (uint8_t)strlen(name), 0x80, 0, 0, 0 };

	if (value == NULL)
		return;
	h[3] = (uint8_t)(strlen(value) >> 8);
	h[4] = (uint8_t)strlen(value);
	buf_add(b, h, sizeof(h));
	buf_puts(b, name);
	buf_puts(b, value);
}

void
reader_open(struct reader *r, const struct streamer *s,
    const struct reader_ask *ask)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };
	struct buf		params = BUF_INIT(65536);
	struct buf		out = BUF_INIT(65536);
	char			cookie[128];

	snprintf(cookie, sizeof(cookie), "theme=dark; fg_session=%s",
	    ask->cookie != NULL ? ask->cookie : "");
	put_param(&params, "REQUEST_METHOD",
	    ask->method != NULL ? ask->method : "GET");
	put_param(&params, "DOCUMENT_URI",
	    ask->path != NULL ? ask->path : "/stream");
	put_param(&params, "QUERY_STRING", ask->query);
	put_param(&params, "HTTP_COOKIE",
	    ask->cookie != NULL ? cookie : NULL);
	put_param(&params, "HTTP_LAST_EVENT_ID", ask->last_id);
	put_record(&out, FCGI_T_BEGIN, "\0\1\0\0\0\0\0\0", 8);
	put_record(&out, FCGI_T_PARAMS, buf_str(&params), params.len);
	put_record(&out, FCGI_T_PARAMS, "", 0);
	put_record(&out, FCGI_T_STDIN, "", 0);
	*r = (struct reader){ .fd = socket(AF_UNIX, SOCK_STREAM, 0) };
	buf_init(&r->got, 1 << 24);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", s->socket);
	cr_assert_eq(connect(r->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(write(r->fd, out.data, out.len), (ssize_t)out.len);
	buf_release(&params);
	buf_release(&out);
}

void
reader_close(struct reader *r)
{
	close(r->fd);
	buf_release(&r->got);
}

static bool
read_all(struct reader *r, void *p, size_t len, int64_t until_us)
{
	struct pollfd	pfd = { .fd = r->fd, .events = POLLIN };

	for (size_t n = 0; n < len; ) {
		int64_t	left_ms = (until_us - clock_mono_us()) / 1000;
		ssize_t	got;

		cr_assert(left_ms > 0 && poll(&pfd, 1, (int)left_ms) > 0,
		    "the streamer says nothing after: %s", buf_str(&r->got));
		got = read(r->fd, (char *)p + n, len - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	return true;
}

/* One record of the answer. */
static void
read_record(struct reader *r, int64_t until_us)
{
	uint8_t	h[FCGI_HEADER];
	size_t	len;
	char	*p;

	if (!read_all(r, h, sizeof(h), until_us)) {
		r->closed = true;
		return;
	}
	len = (size_t)h[4] << 8 | h[5];
	p = malloc(len + 1);
	cr_assert(read_all(r, p, len, until_us), "half a record");
	if (h[1] == FCGI_T_STDOUT)
		buf_add(&r->got, p, len);
	free(p);
}

bool
reader_has(const struct reader *r, const char *text)
{
	return strstr(buf_str(&r->got), text) != NULL;
}

bool
reader_sees(struct reader *r, const char *text)
{
	int64_t	until_us = clock_mono_us() + PATIENCE_MS * INT64_C(1000);

	while (!reader_has(r, text) && !r->closed)
		read_record(r, until_us);
	return reader_has(r, text);
}

bool
reader_ends(struct reader *r)
{
	int64_t	until_us = clock_mono_us() + PATIENCE_MS * INT64_C(1000);

	while (!r->closed)
		read_record(r, until_us);
	return true;
}

const char *
reader_last_id(const struct reader *r)
{
	static char	 id[64];
	const char	*p = buf_str(&r->got), *last = NULL;

	while ((p = strstr(p, "\nid: ")) != NULL)
		last = p += 5;
	cr_assert_not_null(last, "no id in: %s", buf_str(&r->got));
	snprintf(id, sizeof(id), "%.*s", (int)strcspn(last, "\n"), last);
	return id;
}
