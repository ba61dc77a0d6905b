/* Telling the streamer: nothing a streamer does, or fails to do, may hold up
 * or fail a writer. */
#include "base/log.h"
#include "base/metrics.h"
#include "domain/live_send.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char	dir[] = "/tmp/fg-live.XXXXXX";
static char	path[64];

static void
begin(void)
{
	log_open("t-live-send", LOG_ERROR);
	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
}

static void
end(void)
{
	unlink(path);
	rmdir(dir);
}

TestSuite(live_send, .init = begin, .fini = end);

static int
streamer(void)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };
	int			fd = socket(AF_UNIX,
				    SOCK_DGRAM | SOCK_NONBLOCK, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	unlink(path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static struct live_event
event(unsigned char org, const char *data, size_t len)
{
	return (struct live_event){ .kind = LIVE_UNIT_STATE,
	    .org = { { org } }, .data = data, .len = len };
}

/* Receives one datagram as text: kind and organization of each event. */
static const char *
receive(int fd)
{
	static char		out[1024];
	unsigned char		in[2 * LIVE_DATAGRAM];
	ssize_t			n = recv(fd, in, sizeof(in), 0);
	struct live_event	ev;
	size_t			off = 0, len = 0;

	out[0] = '\0';
	while (n > 0 && live_next(in, (size_t)n, &off, &ev) == LIVE_EVENT)
		len += (size_t)snprintf(out + len, sizeof(out) - len,
		    "%s%d ", ev.kind == LIVE_RESET ? "reset" : "",
		    ev.org.b[0]);
	return out;
}

Test(live_send, sends_the_events_of_one_uplink_in_one_datagram)
{
	int			 fd = streamer();
	struct live_sender	*s = live_sender_new(path);
	struct live_event	 ev[] = { event(1, "{}", 2), event(2, "{}", 2) };

	live_send(s, ev, 2);
	cr_expect_str_eq(receive(fd), "1 2 ");
	cr_expect_str_eq(receive(fd), "");
	cr_expect_eq(metric_get(M_LIVE_SENT), 2);
	live_send(s, ev, 0);
	cr_expect_str_eq(receive(fd), "");
	live_sender_free(s);
	close(fd);
}

Test(live_send, starts_another_datagram_when_one_is_full)
{
	static char		 text[LIVE_DATA];
	int			 fd = streamer();
	struct live_sender	*s = live_sender_new(path);
	struct live_event	 ev[] = { event(1, text, 1500),
				    event(2, text, 2400), event(3, text, 200) };

	memset(text, 'x', sizeof(text));
	live_send(s, ev, 3);
	cr_expect_str_eq(receive(fd), "1 2 ");
	cr_expect_str_eq(receive(fd), "3 ");
	live_sender_free(s);
	close(fd);
}

Test(live_send, tells_an_event_that_is_too_long_as_a_loss)
{
	static char		 text[LIVE_DATA + 1];
	int			 fd = streamer();
	struct live_sender	*s = live_sender_new(path);
	struct live_event	 ev[] = { event(1, "{}", 2),
				    event(2, text, sizeof(text)),
				    event(3, "{}", 2) };

	memset(text, 'x', sizeof(text));
	live_send(s, ev, 3);
	cr_expect_str_eq(receive(fd), "1 ");
	cr_expect_str_eq(receive(fd), "reset2 3 ");
	live_send(s, ev + 1, 1);
	cr_expect_str_eq(receive(fd), "reset2 ");
	live_send(s, ev, 1);
	cr_expect_str_eq(receive(fd), "1 ", "told once");
	cr_expect_eq(metric_get(M_LIVE_DROPPED), 2);
	live_sender_free(s);
	close(fd);
}

Test(live_send, goes_on_without_a_streamer_and_with_the_next_one)
{
	struct live_sender	*s = live_sender_new(path);
	struct live_event	 ev = event(1, "{}", 2);
	int			 fd;

	live_send(s, &ev, 1);
	fd = streamer();
	live_send(s, &ev, 1);
	cr_expect_str_eq(receive(fd), "1 ", "whose readers know nothing yet");
	close(fd);
	live_send(s, &ev, 1);
	fd = streamer();
	live_send(s, &ev, 1);
	cr_expect_str_eq(receive(fd), "1 ");
	cr_expect_eq(metric_get(M_LIVE_DROPPED), 2);
	live_sender_free(s);
	close(fd);
}

/* Sends to a full queue, empties it, and says what comes next. */
static const char *
after_overflow(unsigned char orgs)
{
	int			 fd = streamer();
	struct live_sender	*s = live_sender_new(path);
	struct live_event	 ev = event(99, "{}", 2);
	const char		*got;

	while (metric_get(M_LIVE_DROPPED) == 0)
		live_send(s, &ev, 1);
	for (unsigned char i = 1; i <= orgs; i++) {
		ev = event(i, "{}", 2);
		live_send(s, &ev, 1);
	}
	while (*receive(fd) != '\0')
		;
	ev = event(7, "{}", 2);
	live_send(s, &ev, 1);
	got = receive(fd);
	live_sender_free(s);
	close(fd);
	return got;
}

Test(live_send, tells_the_organizations_whose_events_were_dropped)
{
	cr_expect_str_eq(after_overflow(3),
	    "reset99 reset1 reset2 reset3 7 ");
}

Test(live_send, tells_everybody_when_too_many_were_dropped)
{
	cr_expect_str_eq(after_overflow(20), "reset0 7 ");
}

Test(live_send, does_nothing_where_no_streamer_is_configured)
{
	struct live_sender	*s = live_sender_new("");
	struct live_event	 ev = event(1, "{}", 2);

	live_send(s, &ev, 1);
	cr_expect_eq(metric_get(M_LIVE_DROPPED), 0);
	live_sender_free(s);
	live_sender_free(NULL);
}
