/*
 * pace - sends uplinks at a fixed pace, whether or not they are answered in
 * time, and measures from the moment each should have been sent: a server that
 * pauses is charged for everything that had to wait. Optionally readers of the
 * event stream listen meanwhile.
 *
 * Prints "NAME VALUE" lines: latencies in milliseconds.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "listen.h"
#include "message.h"
#include "tally.h"
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX	65536
#define PATIENCE_US	5000000		/* for what is still missing at the end */
#define EVENTS		256

struct options {
	const char	*url, *header, *body;
	const char	*stream, *cookie, *command;
	size_t		 conns, count, listeners;
	unsigned	 first, sensors;
	int64_t		 at_ms, step_ms;
	double		 rate;		/* 0: as fast as they are answered */
};

struct conn {
	int		fd;
	size_t		k;		/* the message it waits for */
	struct buf	in;
};

struct load {
	struct options		 o;
	struct message_form	*form;
	struct buf		 out;
	int			 epoll;
	struct conn		*conn, **idle;
	size_t			 nidle;
	struct listener		*listener;
	int64_t			 start_us;
	size_t			 sent, answered, refused;
	size_t			 heard;
	int64_t			*due_us;	/* of message k */
	int64_t			*last_us;	/* when the last reader had it */
	struct tally		 answers, frames;
};

static int64_t
due(const struct load *l, size_t k)
{
	return l->o.rate == 0 ? clock_mono_us() :
	    l->start_us + (int64_t)((double)k * 1e6 / l->o.rate);
}

static void
watch(struct load *l, int fd, void *who)
{
	struct epoll_event	ev = { .events = EPOLLIN, .data.ptr = who };

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		err(1, "epoll");
}

static void
send_next(struct load *l)
{
	struct conn	*c = l->idle[--l->nidle];
	const size_t	 k = l->sent++, of = k % l->o.sensors;
	struct message	 m = {
		.sensor = l->o.first + (unsigned)of,
		.at_ms = l->o.at_ms + (int64_t)(k / l->o.sensors) *
		    l->o.step_ms + (int64_t)of,
		.count = (unsigned)k,
		.celsius = 200 + (centi_t)(k % 200),
	};

	c->k = k;
	l->due_us[k] = due(l, k);
	message_put(l->form, &m, &l->out);
	if (send(c->fd, l->out.data, l->out.len, MSG_NOSIGNAL) !=
	    (ssize_t)l->out.len)
		err(1, "send");
}

static void
on_answer(struct load *l, struct conn *c)
{
	char	buf[4096];
	ssize_t	n = recv(c->fd, buf, sizeof(buf), MSG_DONTWAIT);
	int	status;

	if (n == 0)
		errx(1, "a connection was closed");
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		err(1, "recv");
	if (n > 0)
		buf_add(&c->in, buf, (size_t)n);
	if ((status = message_answered(&c->in)) == 0)
		return;
	if (status != 200 && l->refused++ == 0)
		warnx("refused: %s", buf_str(&c->in));
	tally_add(&l->answers, clock_mono_us() - l->due_us[c->k]);
	l->answered++;
	buf_clear(&c->in);
	l->idle[l->nidle++] = c;
}

static void
on_reading(void *ctx, int64_t at_ms)
{
	struct load	*l = ctx;
	const int64_t	 past = at_ms - l->o.at_ms, now = clock_mono_us();
	const int64_t	 k = past / l->o.step_ms * l->o.sensors +
			     past % l->o.step_ms;

	if (past < 0 || k >= (int64_t)l->sent)
		return;			/* not of this load */
	l->heard++;
	l->last_us[k] = now - l->due_us[k];
	tally_add(&l->frames, l->last_us[k]);
}

/* Until the next message may leave, or something is to be read. */
static void
wait(struct load *l)
{
	struct epoll_event	 ev[EVENTS];
	struct timespec		 ts = { .tv_nsec = 100 * 1000000 };
	int64_t			 left;
	int			 n;

	if (l->nidle > 0 && l->sent < l->o.count) {
		left = due(l, l->sent) - clock_mono_us();
		if (left < 0)
			left = 0;
		ts.tv_sec = left / 1000000;
		ts.tv_nsec = left % 1000000 * 1000;
	}
	n = epoll_pwait2(l->epoll, ev, EVENTS, &ts, NULL);
	for (int i = 0; i < n; i++) {
		char	*who = ev[i].data.ptr;

		if (who >= (char *)l->conn &&
		    who < (char *)(l->conn + l->o.conns))
			on_answer(l, ev[i].data.ptr);
		else
			listener_read(ev[i].data.ptr, on_reading, l);
	}
}

static void
run(struct load *l)
{
	const size_t	all = l->o.count * l->o.listeners;
	int64_t		end_us = INT64_MAX;

	l->start_us = clock_mono_us();
	while (l->answered < l->o.count || (l->heard < all &&
	    clock_mono_us() < end_us)) {
		while (l->nidle > 0 && l->sent < l->o.count &&
		    due(l, l->sent) <= clock_mono_us())
			send_next(l);
		wait(l);
		if (l->answered == l->o.count && end_us == INT64_MAX)
			end_us = clock_mono_us() + PATIENCE_US;
	}
}

static void
open_all(struct load *l)
{
	struct target	t = target_of(l->o.url);

	l->form = message_form_new(&t, l->o.header, l->o.body);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->conn = mem_alloc(mem_product(l->o.conns, sizeof(*l->conn)));
	l->idle = mem_alloc(mem_product(l->o.conns, sizeof(*l->idle)));
	l->listener = mem_alloc(mem_product(l->o.listeners,
	    sizeof(*l->listener)));
	l->due_us = mem_alloc(mem_product(l->o.count, sizeof(int64_t)));
	l->last_us = mem_alloc(mem_product(l->o.count, sizeof(int64_t)));
	buf_init(&l->out, ANSWER_MAX);
	for (size_t i = 0; i < l->o.conns; i++) {
		l->conn[i].fd = target_connect(&t);
		buf_init(&l->conn[i].in, ANSWER_MAX);
		l->idle[l->nidle++] = &l->conn[i];
		watch(l, l->conn[i].fd, &l->conn[i]);
	}
	for (size_t i = 0; i < l->o.listeners; i++) {
		listener_open(&l->listener[i], l->o.stream, l->o.cookie);
		watch(l, l->listener[i].fd, &l->listener[i]);
	}
}

static void
close_all(struct load *l)
{
	for (size_t i = 0; i < l->o.conns; i++) {
		close(l->conn[i].fd);
		buf_release(&l->conn[i].in);
	}
	for (size_t i = 0; i < l->o.listeners; i++)
		listener_close(&l->listener[i]);
	close(l->epoll);
	message_form_free(l->form);
	free(l->conn);
	free(l->idle);
	free(l->listener);
	free(l->due_us);
	free(l->last_us);
	buf_release(&l->out);
	tally_release(&l->answers);
	tally_release(&l->frames);
}

static void
report(struct load *l)
{
	double		seconds = (double)(clock_mono_us() - l->start_us) / 1e6;
	struct tally	last = TALLY_INIT;

	printf("rate %.1f\nrefused %zu\n", (double)l->answered / seconds,
	    l->refused);
	tally_print(&l->answers, "");
	if (l->o.listeners == 0)
		return;
	for (size_t k = 0; k < l->o.count; k++)
		if (l->last_us[k] > 0)
			tally_add(&last, l->last_us[k]);
	printf("lost %zu\n", l->o.count * l->o.listeners - l->heard);
	tally_print(&l->frames, "frame_");
	tally_print(&last, "last_");
	tally_release(&last);
}

static void
usage(void)
{
	fputs("usage: pace -u URL -H HEADER -b BODY [-c CONNECTIONS] "
	    "[-r RATE] [-n COUNT]\n"
	    "            [-f FIRST] [-s SENSORS] [-t AT_MS] [-i STEP_MS]\n"
	    "            [-e STREAM -C COOKIE -l LISTENERS [-x COMMAND]]\n"
	    "STEP_MS is at least SENSORS. COMMAND runs once all listeners are "
	    "connected.\n", stderr);
	exit(2);
}

static void
read_options(int argc, char **argv, struct options *o)
{
	int	c;

	while ((c = getopt(argc, argv, "b:c:e:f:i:l:n:r:s:t:u:x:C:H:")) != -1)
		switch (c) {
		case 'b': o->body = optarg; break;
		case 'c': o->conns = strtoul(optarg, NULL, 10); break;
		case 'e': o->stream = optarg; break;
		case 'f': o->first = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'i': o->step_ms = strtoll(optarg, NULL, 10); break;
		case 'l': o->listeners = strtoul(optarg, NULL, 10); break;
		case 'n': o->count = strtoul(optarg, NULL, 10); break;
		case 'r': o->rate = strtod(optarg, NULL); break;
		case 's': o->sensors = (unsigned)strtoul(optarg, NULL, 10); break;
		case 't': o->at_ms = strtoll(optarg, NULL, 10); break;
		case 'u': o->url = optarg; break;
		case 'x': o->command = optarg; break;
		case 'C': o->cookie = optarg; break;
		case 'H': o->header = optarg; break;
		default: usage();
		}
	if (optind != argc || o->url == NULL || o->header == NULL ||
	    o->body == NULL || o->conns == 0 || o->sensors == 0 ||
	    o->step_ms < o->sensors || (o->listeners > 0 &&
	    (o->stream == NULL || o->cookie == NULL)))
		usage();
}

int
main(int argc, char **argv)
{
	struct load	l = { .o = { .conns = 8, .count = 1000, .first = 1,
			    .sensors = 100, .step_ms = 100,
			    .at_ms = clock_now_ms() } };

	read_options(argc, argv, &l.o);
	open_all(&l);
	if (l.o.command != NULL && system(l.o.command) != 0)
		errx(1, "%s: failed", l.o.command);
	run(&l);
	report(&l);
	close_all(&l);
	return l.refused == 0 ? 0 : 1;
}
