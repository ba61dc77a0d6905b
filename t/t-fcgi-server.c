/* The FastCGI server as a web server meets it, over a real socket. */
#include "base/log.h"
#include "web/fcgi_record.h"
#include "web/fcgi_server.h"
#include <criterion/criterion.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BYTES(s)	s, sizeof(s) - 1
#define SHORT_MS	30	/* a limit that a test waits for */

/* What the program under the server does with a request, and sees of it. */
static struct {
	struct event_base	*base;
	struct fcgi_server	*server;
	enum { ECHO, HOLD } mood;
	struct fcgi_req		*held;
	int			 requests, closed, ticks;
	enum fcgi_why		 why;
	bool			 stopped, oversize;
} app;

static char	dir[] = "/tmp/fg-fcgi.XXXXXX";
static char	path[64];

static void
on_request(void *ctx, struct fcgi_req *req)
{
	const char	*name = fcgi_req_param(req, "NAME");
	const char	*body;
	size_t		 len;

	(void)ctx;
	app.requests++;
	app.oversize = fcgi_req_oversize(req);
	if (app.mood == HOLD) {
		app.held = req;
		fcgi_req_set_data(req, &app);
		return;
	}
	body = fcgi_req_body(req, &len);
	fcgi_req_write(req, name != NULL ? name : "?", 1);
	fcgi_req_write(req, body, len);
	fcgi_req_finish(req);
}

static void
on_timer(void *ctx, struct fcgi_req *req)
{
	(void)ctx;
	cr_assert_eq(req, app.held);
	app.ticks++;
}

static void
on_closed(void *ctx, struct fcgi_req *req, enum fcgi_why why)
{
	(void)ctx;
	cr_assert_eq(fcgi_req_data(req), &app);
	app.held = NULL;
	app.closed++;
	app.why = why;
}

static void
on_stopped(void *ctx)
{
	(void)ctx;
	app.stopped = true;
}

static int
listen_at_path(void)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };
	int			fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(fd, 64), 0);
	return fd;
}

static void
begin(void)
{
	static const struct fcgi_ops	ops = { on_request, on_timer,
					    on_closed, on_stopped };
	static const struct fcgi_limits	limits = { .conns = 4, .body = 16,
					    .queue = 1000, .read_ms = SHORT_MS,
					    .write_ms = SHORT_MS,
					    .idle_ms = SHORT_MS };

	log_open("t-fcgi-server", LOG_ERROR);
	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	app.base = event_base_new();
	app.server = fcgi_server_new(app.base, listen_at_path(), &limits,
	    &ops, NULL);
}

static void
end(void)
{
	fcgi_server_free(app.server);
	event_base_free(app.base);
	unlink(path);
	rmdir(dir);
}

TestSuite(fcgi_server, .init = begin, .fini = end);

static int
dial(void)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };
	int			fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

/* Runs the loop until nothing is left to do at once. */
static void
settle(void)
{
	for (int i = 0; i < 20; i++)
		event_base_loop(app.base, EVLOOP_NONBLOCK);
}

static bool	gone(void) { return fcgi_server_conns(app.server) == 0; }
static bool	ticked(void) { return app.ticks >= 3; }
static bool	lost(void) { return app.closed > 0; }

/* Runs the loop until it is so; the loop itself waits. */
static void
until(bool (*so)(void))
{
	while (!so())
		event_base_loop(app.base, EVLOOP_ONCE);
}

static void
record(int fd, uint8_t type, uint16_t id, const char *p, size_t len)
{
	uint8_t	h[FCGI_HEADER];

	fcgi_put_header(h, type, id, len);
	cr_assert_eq(write(fd, h, sizeof(h)), (ssize_t)sizeof(h));
	cr_assert_eq(write(fd, p, len), (ssize_t)len);
	settle();
}

static void
ask(int fd, uint16_t id, bool keep, const char *body)
{
	char	start[8] = { 0, 1, keep };

	record(fd, FCGI_T_BEGIN, id, start, sizeof(start));
	record(fd, FCGI_T_PARAMS, id, BYTES("\4\3NAMEfoo"));
	record(fd, FCGI_T_PARAMS, id, BYTES(""));
	if (*body != '\0')
		record(fd, FCGI_T_STDIN, id, body, strlen(body));
	record(fd, FCGI_T_STDIN, id, BYTES(""));
}

/* What the server has sent: output as text, "." for its end, "!" for the end
 * of the connection. */
static const char *
hear(int fd)
{
	static char	out[8192];
	uint8_t		h[FCGI_HEADER];
	size_t		len = 0, n;
	ssize_t		got;

	settle();
	while ((got = read(fd, h, sizeof(h))) == sizeof(h)) {
		n = (size_t)h[4] << 8 | h[5];
		cr_assert_lt(len + n, sizeof(out) - 2);
		cr_assert_eq(read(fd, out + len, n), (ssize_t)n);
		if (h[1] == FCGI_T_END) {
			out[len] = "./o?"[out[len + 4] & 3];
			n = 1;
		}
		len += n;
	}
	if (got == 0)
		out[len++] = '!';
	out[len] = '\0';
	return out;
}

Test(fcgi_server, answers_and_closes)
{
	int	fd = dial();

	ask(fd, 1, false, "-body");
	cr_expect_str_eq(hear(fd), "f-body.!");
	cr_expect(gone());
	cr_expect_eq(app.closed, 0, "it was finished");
	close(fd);
}

Test(fcgi_server, keeps_a_connection_for_the_next_request)
{
	int	fd = dial();

	ask(fd, 1, true, "-one");
	cr_expect_str_eq(hear(fd), "f-one.");
	ask(fd, 7, true, "-two");
	cr_expect_str_eq(hear(fd), "f-two.");
	ask(fd, 1, false, "");
	cr_expect_str_eq(hear(fd), "f.!");
	cr_expect_eq(app.requests, 3);
	close(fd);
}

Test(fcgi_server, answers_several_at_once_in_any_order)
{
	int		 one = dial(), two = dial();
	struct fcgi_req	*first;

	app.mood = HOLD;
	ask(one, 1, false, "");
	first = app.held;
	ask(two, 1, false, "");
	fcgi_req_write(app.held, "2", 1);
	fcgi_req_finish(app.held);
	cr_expect_str_eq(hear(two), "2.!");
	cr_expect_str_eq(hear(one), "");
	fcgi_req_write(first, "1", 1);
	fcgi_req_flush(first);
	cr_expect_str_eq(hear(one), "1");
	fcgi_req_finish(first);
	cr_expect_str_eq(hear(one), ".!");
	close(one);
	close(two);
}

Test(fcgi_server, says_when_a_body_was_too_long)
{
	int	fd = dial();

	ask(fd, 1, true, "sixteen bytes, ok");
	cr_expect(app.oversize, "seventeen, really");
	cr_expect_str_eq(hear(fd), "f.");
	ask(fd, 1, true, "sixteen bytes ok");
	cr_expect_not(app.oversize);
	cr_expect_str_eq(hear(fd), "fsixteen bytes ok.");
	close(fd);
}

Test(fcgi_server, sends_one_frame_to_many_whatever_their_number)
{
	int		 one = dial(), two = dial();
	struct blob	*b = fcgi_frame(BYTES("hello"));
	struct fcgi_req	*first;
	uint8_t		 got[13];

	app.mood = HOLD;
	ask(one, 1, false, "");
	first = app.held;
	ask(two, 0x203, false, "");
	fcgi_req_send(first, b);
	fcgi_req_send(app.held, b);
	cr_expect_eq(b->refs, 1, "all of it is written");
	cr_assert_eq(read(one, got, sizeof(got)), 13);
	cr_expect_arr_eq(got, "\1\6\0\1\0\5\0\0hello", 13);
	cr_assert_eq(read(two, got, sizeof(got)), 13);
	cr_expect_arr_eq(got, "\1\6\2\3\0\5\0\0hello", 13);
	blob_unref(b);
	fcgi_req_finish(first);
	fcgi_req_finish(app.held);
	close(one);
	close(two);
}

Test(fcgi_server, tells_the_program_that_the_web_server_has_gone)
{
	int	fd = dial();

	app.mood = HOLD;
	ask(fd, 1, false, "");
	close(fd);
	settle();
	cr_expect_eq(app.closed, 1);
	cr_expect_eq(app.why, FCGI_GONE);
	cr_expect(gone());
	fd = dial();
	ask(fd, 1, true, "");
	record(fd, FCGI_T_ABORT, 1, BYTES(""));
	cr_expect_eq(app.closed, 2);
	cr_expect_str_eq(hear(fd), "!");
	close(fd);
}

Test(fcgi_server, never_announces_a_request_that_did_not_come)
{
	int	fd = dial();

	record(fd, FCGI_T_BEGIN, 1, BYTES("\0\1\0\0\0\0\0\0"));
	record(fd, FCGI_T_PARAMS, 1, BYTES("\4\3NAMEfoo"));
	close(fd);
	settle();
	fd = dial();
	cr_assert_eq(write(fd, BYTES("GET / HTTP/1.0\r\n\r\n")), 18);
	cr_expect_str_eq(hear(fd), "!");
	close(fd);
	cr_expect_eq(app.requests, 0);
	cr_expect_eq(app.closed, 0);
	cr_expect(gone());
}

Test(fcgi_server, refuses_a_second_request_at_the_same_time)
{
	int	fd = dial();

	app.mood = HOLD;
	ask(fd, 1, true, "");
	record(fd, FCGI_T_BEGIN, 2, BYTES("\0\1\0\0\0\0\0\0"));
	cr_expect_str_eq(hear(fd), "/", "FCGI_NO_MULTIPLEX");
	fcgi_req_finish(app.held);
	cr_expect_str_eq(hear(fd), ".");
	close(fd);
}

Test(fcgi_server, closes_a_stream_that_is_not_read)
{
	static char	 text[500];
	struct blob	*b = fcgi_frame(text, sizeof(text));
	int		 fd = dial();

	app.mood = HOLD;
	ask(fd, 1, false, "");
	for (int i = 0; i < 100000 && b->refs < 4; i++)
		fcgi_req_send(app.held, b);
	cr_expect_eq(app.closed, 0, "not from within the call");
	fcgi_req_send(app.held, b);
	fcgi_req_write(app.held, "more", 4);
	settle();
	cr_expect_eq(app.closed, 1);
	cr_expect_eq(app.why, FCGI_SLOW);
	cr_expect_eq(b->refs, 1, "and lets go of what it held");
	blob_unref(b);
	close(fd);
}

Test(fcgi_server, closes_a_stream_that_makes_no_progress)
{
	static char	 text[500];
	struct blob	*b = fcgi_frame(text, sizeof(text));
	int		 fd = dial();

	app.mood = HOLD;
	ask(fd, 1, false, "");
	for (int i = 0; i < 100000 && b->refs < 2; i++)
		fcgi_req_send(app.held, b);
	until(lost);
	cr_expect_eq(app.why, FCGI_SLOW);
	blob_unref(b);
	close(fd);
}

Test(fcgi_server, ticks_as_the_program_asked)
{
	int	fd = dial();

	app.mood = HOLD;
	ask(fd, 1, false, "");
	fcgi_req_timer(app.held, 2);
	until(ticked);
	cr_expect_eq(app.closed, 0, "an idle stream is no slow one");
	fcgi_req_finish(app.held);
	close(fd);
}

Test(fcgi_server, closes_a_connection_on_which_nothing_comes)
{
	int	silent = dial(), half = dial(), kept = dial();

	settle();
	record(half, FCGI_T_BEGIN, 1, BYTES("\0\1\0\0\0\0\0\0"));
	ask(kept, 1, true, "");
	until(gone);
	cr_expect_str_eq(hear(silent), "!");
	cr_expect_str_eq(hear(half), "!");
	cr_expect_str_eq(hear(kept), "f.!");
	close(silent);
	close(half);
	close(kept);
}

Test(fcgi_server, lets_no_more_in_than_the_limit_until_one_goes)
{
	int	fd[5];

	app.mood = HOLD;
	for (int i = 0; i < 5; i++) {
		fd[i] = dial();
		ask(fd[i], 1, false, "");
	}
	cr_expect_eq(app.requests, 4);
	cr_expect_eq(fcgi_server_conns(app.server), 4);
	fcgi_req_finish(app.held);
	settle();
	cr_expect_eq(app.requests, 5);
	fcgi_req_finish(app.held);
	settle();
	cr_expect_eq(fcgi_server_conns(app.server), 3);
	for (int i = 0; i < 5; i++)
		close(fd[i]);
}

Test(fcgi_server, stops_when_the_last_request_is_finished)
{
	int	idle = dial(), busy = dial();

	settle();
	app.mood = HOLD;
	ask(busy, 1, true, "");
	fcgi_server_stop(app.server, 60000);
	cr_expect_str_eq(hear(idle), "!");
	cr_expect_not(app.stopped);
	fcgi_req_finish(app.held);
	cr_expect_str_eq(hear(busy), ".!", "kept no longer");
	cr_expect(app.stopped);
	close(idle);
	close(busy);
}

Test(fcgi_server, stops_without_those_who_overrun_their_grace)
{
	int	fd = dial();

	app.mood = HOLD;
	ask(fd, 1, false, "");
	fcgi_server_stop(app.server, 5);
	until(lost);
	cr_expect_eq(app.why, FCGI_STOPPED);
	settle();
	cr_expect(app.stopped);
	close(fd);
}

Test(fcgi_server, stops_at_once_when_idle)
{
	fcgi_server_stop(app.server, 60000);
	cr_expect(app.stopped);
}
