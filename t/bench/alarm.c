/*
 * alarm - from sending an uplink that is out of range to the row of its alert,
 * as another connection to the database sees it.
 *
 * One at a time, on a system that is otherwise idle. The query is asked again
 * and again from the moment of sending: an answer may come before the alert or
 * after it. It gets the sensor's DevEUI and the reading's instant and gives a
 * row once there is an alert. Then the sensor is back in range. Prints "NAME
 * VALUE" lines, in milliseconds.
 */
#include "base/clock.h"
#include "base/when.h"
#include "message.h"
#include "tally.h"
#include <err.h>
#include <errno.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX	65536
#define PATIENCE_US	2000000
#define PAUSE_MS	20		/* between two alerts */

struct options {
	const char	*url, *header, *body, *database, *query;
	unsigned	 first, sensors, count;
	bool		 keep;		/* leave them out of range */
};

struct probe {
	struct options		 o;
	struct message_form	*form;
	int			 fd;
	struct buf		 io;
	PGconn			*db;
	struct tally		 answers, rows;
	unsigned		 missed;
};

static void
post(struct probe *p, const struct message *m)
{
	message_put(p->form, m, &p->io);
	if (send(p->fd, p->io.data, p->io.len, MSG_NOSIGNAL) !=
	    (ssize_t)p->io.len)
		err(1, "send");
	buf_clear(&p->io);
}

/* Takes what has come of the answer; with MSG_DONTWAIT perhaps nothing. */
static bool
is_answered(struct probe *p, int flags)
{
	char	buf[4096];
	ssize_t	n = recv(p->fd, buf, sizeof(buf), flags);
	int	status;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0)
		err(1, "recv");
	buf_add(&p->io, buf, (size_t)n);
	if ((status = message_answered(&p->io)) == 0)
		return false;
	if (status != 200)
		errx(1, "refused: %s", buf_str(&p->io));
	return true;
}

static bool
is_there(struct probe *p, const struct message *m)
{
	char		 eui[MESSAGE_EUI], at[WHEN_TEXT];
	const char	*values[2] = { message_eui(m->sensor, eui),
			    when_format(m->at_ms, at) };
	PGresult	*res = PQexecPrepared(p->db, "alarm", 2, values, NULL,
			    NULL, 0);
	bool		 there;

	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		errx(1, "%s", PQerrorMessage(p->db));
	there = PQntuples(res) > 0;
	PQclear(res);
	return there;
}

static void
raise_one(struct probe *p, unsigned k)
{
	struct message	m = { .sensor = p->o.first + k % p->o.sensors,
			    .at_ms = clock_now_ms(), .count = 2 * k,
			    .celsius = 1250 };
	int64_t		start = clock_mono_us(), spent = 0;
	bool		answered = false, there = false;

	post(p, &m);
	while (!(answered && there) && spent < PATIENCE_US) {
		if (!there && (there = is_there(p, &m)))
			tally_add(&p->rows, clock_mono_us() - start);
		if (!answered && (answered = is_answered(p, MSG_DONTWAIT)))
			tally_add(&p->answers, clock_mono_us() - start);
		spent = clock_mono_us() - start;
	}
	if (!there)
		p->missed++;
	while (!answered)
		answered = is_answered(p, 0);
	if (p->o.keep)
		return;
	m.at_ms++;
	m.count++;
	m.celsius = 300;
	post(p, &m);
	while (!is_answered(p, 0))
		continue;
}

static void
run(struct probe *p)
{
	static const struct timespec	pause = { 0, PAUSE_MS * 1000000 };

	for (unsigned k = 0; k < p->o.count; k++) {
		raise_one(p, k);
		nanosleep(&pause, NULL);
	}
}

static void
open_all(struct probe *p)
{
	struct target	 t = target_of(p->o.url);
	PGresult	*res;

	p->form = message_form_new(&t, p->o.header, p->o.body);
	p->fd = target_connect(&t);
	buf_init(&p->io, ANSWER_MAX);
	p->db = PQconnectdb(p->o.database);
	res = PQprepare(p->db, "alarm", p->o.query, 0, NULL);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		errx(1, "%s", PQerrorMessage(p->db));
	PQclear(res);
}

static void
close_all(struct probe *p)
{
	PQfinish(p->db);
	close(p->fd);
	message_form_free(p->form);
	buf_release(&p->io);
	tally_release(&p->answers);
	tally_release(&p->rows);
}

static void
usage(void)
{
	fputs("usage: alarm -u URL -H HEADER -b BODY -d CONNINFO -q QUERY\n"
	    "             [-k] [-n COUNT] [-f FIRST] [-s SENSORS]\n", stderr);
	exit(2);
}

static void
read_options(int argc, char **argv, struct options *o)
{
	int	c;

	while ((c = getopt(argc, argv, "b:d:f:kn:q:s:u:H:")) != -1)
		switch (c) {
		case 'b': o->body = optarg; break;
		case 'd': o->database = optarg; break;
		case 'f': o->first = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'k': o->keep = true; break;
		case 'n': o->count = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'q': o->query = optarg; break;
		case 's': o->sensors = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'u': o->url = optarg; break;
		case 'H': o->header = optarg; break;
		default: usage();
		}
	if (optind != argc || o->url == NULL || o->header == NULL ||
	    o->body == NULL || o->database == NULL || o->query == NULL ||
	    o->sensors == 0)
		usage();
}

int
main(int argc, char **argv)
{
	struct probe	p = { .o = { .first = 1, .sensors = 1, .count = 100 } };

	read_options(argc, argv, &p.o);
	open_all(&p);
	run(&p);
	printf("missed %u\n", p.missed);
	tally_print(&p.answers, "answer_");
	tally_print(&p.rows, "row_");
	close_all(&p);
	return 0;
}
