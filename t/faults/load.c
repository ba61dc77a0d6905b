/*
 * load PORT SECRET SECONDS RATE DEVEUI=TEMPERATURE... - sensors that send.
 *
 * Each sensor is a process of its own that posts RATE messages a second to the
 * webhook at 127.0.0.1, each over a connection of its own, and writes a line
 * for every one once it is answered or given up: "STATUS DEVEUI TIME", the
 * status 0 where there was no answer. What got a 2xx must be in the database
 * with exactly that time.
 */
#include "base/clock.h"
#include "base/when.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_S	70	/* nginx gives up before */

struct load {
	struct sockaddr_in	 to;
	const char		*secret;
	int64_t			 end_us;
	int64_t			 pause_us;
};

struct sensor {
	char		 eui[17];
	const char	*temperature;
	int64_t		 at_ms;		/* of its last message */
	unsigned	 frame;
};

static int
write_message(const struct load *l, const struct sensor *s, char *p,
    size_t size)
{
	char	at[WHEN_TEXT], body[1024];
	int	len;

	when_format(s->at_ms, at);
	len = snprintf(body, sizeof(body), "{\"end_device_ids\":{\"dev_eui\":"
	    "\"%s\"},\"received_at\":\"%s\",\"uplink_message\":{\"f_port\":2,"
	    "\"session_key_id\":\"AYo=\",\"f_cnt\":%u,\"decoded_payload\":{"
	    "\"temperature\":%s},\"received_at\":\"%s\"}}", s->eui, at,
	    s->frame, s->temperature, at);
	return snprintf(p, size, "POST /webhooks/ttn HTTP/1.0\r\n"
	    "X-Webhook-Secret: %s\r\nContent-Length: %d\r\n\r\n%s", l->secret,
	    len, body);
}

/* The status of the answer; 0 if none came. */
static int
read_status(int fd)
{
	char	answer[4096];
	size_t	len = 0;
	ssize_t	n;

	while (len < sizeof(answer) - 1 && (n = read(fd, answer + len,
	    sizeof(answer) - 1 - len)) > 0)
		len += (size_t)n;
	answer[len] = '\0';
	return strncmp(answer, "HTTP/1.", 7) == 0 && len > 12 ?
	    (int)strtol(answer + 9, NULL, 10) : 0;
}

static int
post(const struct load *l, const struct sensor *s)
{
	const struct timeval	limit = { .tv_sec = ANSWER_S };
	char			message[2048];
	int			fd, len, status = 0;

	len = write_message(l, s, message, sizeof(message));
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (const struct sockaddr *)&l->to, sizeof(l->to)) == 0 &&
	    send(fd, message, (size_t)len, MSG_NOSIGNAL) == len)
		status = read_status(fd);
	close(fd);
	return status;
}

/* One write(2) a line: the lines of all sensors go to one file. */
static void
note(const struct sensor *s, int status)
{
	char	at[WHEN_TEXT], line[128];
	int	len;

	len = snprintf(line, sizeof(line), "%d %s %s\n", status, s->eui,
	    when_format(s->at_ms, at));
	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		_exit(1);
}

static void
run(const struct load *l, struct sensor *s)
{
	int64_t			next_us = clock_mono_us(), wait_us;
	struct timespec		ts;

	while (clock_mono_us() < l->end_us) {
		s->at_ms = clock_now_ms() > s->at_ms ? clock_now_ms()
		    : s->at_ms + 1;
		s->frame++;
		note(s, post(l, s));
		next_us += l->pause_us;
		wait_us = next_us - clock_mono_us();
		if (wait_us <= 0)
			continue;
		ts.tv_sec = wait_us / 1000000;
		ts.tv_nsec = wait_us % 1000000 * 1000;
		nanosleep(&ts, NULL);
	}
}

int
main(int argc, char **argv)
{
	struct load	l = { .to.sin_family = AF_INET };
	struct sensor	s = { .frame = 0 };

	if (argc < 6) {
		fprintf(stderr, "usage: load PORT SECRET SECONDS RATE "
		    "DEVEUI=TEMPERATURE...\n");
		return 2;
	}
	l.to.sin_port = htons((uint16_t)strtol(argv[1], NULL, 10));
	l.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l.secret = argv[2];
	l.end_us = clock_mono_us() + strtol(argv[3], NULL, 10) * 1000000;
	l.pause_us = 1000000 / strtol(argv[4], NULL, 10);
	for (int i = 5; i < argc; i++) {
		snprintf(s.eui, sizeof(s.eui), "%.16s", argv[i]);
		s.temperature = argv[i] + strcspn(argv[i], "=") + 1;
		if (fork() == 0) {
			run(&l, &s);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		continue;
	return 0;
}
