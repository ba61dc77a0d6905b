#include "storage.h"
#include "base/buf.h"
#include "base/when.h"
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

#define REQUEST_MAX	4096
#define ANSWER_MAX	(4 * 1024 * 1024)
#define LIMIT_MAX	1000
#define PATH "/api/v3/as/applications/" STORAGE_APPLICATION "/devices/"
#define STORED "/packages/storage/uplink_message?"

/* What was asked, as far as it was understood. */
struct question {
	int64_t	after_ms, before_ms;
	int	limit;
};

static void
wrong(struct storage *s, const char *why)
{
	s->wrong++;
	snprintf(s->why, sizeof(s->why), "%s", why);
}

static void
send_all(int fd, const char *p, size_t len)
{
	for (ssize_t n; len > 0; p += n, len -= (size_t)n)
		if ((n = send(fd, p, len, MSG_NOSIGNAL)) <= 0)
			return;
}

/* says: more header lines. sent: how much of the body really goes out. */
static void
reply(int fd, int status, const char *says, const struct buf *body,
    size_t sent)
{
	char	head[512];

	snprintf(head, sizeof(head), "HTTP/1.1 %d X\r\nConnection: close\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	    "X-Rate-Limit-Limit: 20\r\nX-Rate-Limit-Available: 19\r\n%s\r\n",
	    status, body->len, says);
	send_all(fd, head, strlen(head));
	send_all(fd, buf_str(body), sent);
}

static void
reply_error(int fd, int status, int code, const char *space, const char *name,
    const char *says)
{
	struct buf	body = BUF_INIT(1024);

	buf_printf(&body, "{\"code\":%d,\"message\":\"error:%s:%s (words)\","
	    "\"details\":[{\"@type\":\"type.googleapis.com/ttn.lorawan.v3."
	    "ErrorDetails\",\"namespace\":\"%s\",\"name\":\"%s\","
	    "\"message_format\":\"words\",\"correlation_id\":"
	    "\"0123456789abcdef0123456789abcdef\",\"code\":%d}]}", code, space,
	    name, space, name, code);
	reply(fd, status, says, &body, body.len);
	buf_release(&body);
}

static bool
has_header(const char *request, const char *line)
{
	const char	*found = strcasestr(request, line);

	return found != NULL && found[-1] == '\n';
}

/* after is required; nothing else than what there is. */
static bool
read_question(struct storage *s, const char *query, struct question *q)
{
	char	copy[512], *rest = copy, *pair, *value;

	*q = (struct question){ .before_ms = INT64_MAX, .limit = LIMIT_MAX };
	snprintf(copy, sizeof(copy), "%s", query);
	while ((pair = strsep(&rest, "&")) != NULL) {
		value = strchr(pair, '=');
		if (value == NULL)
			return wrong(s, "a parameter without a value"), false;
		*value++ = '\0';
		if (strcmp(pair, "limit") == 0)
			q->limit = (int)strtol(value, NULL, 10);
		else if (strcmp(pair, "after") == 0 ||
		    strcmp(pair, "before") == 0) {
			if (!when_parse(value, strlen(value), pair[0] == 'a' ?
			    &q->after_ms : &q->before_ms))
				return wrong(s, "no RFC 3339 time"), false;
		} else if (strcmp(pair, "order") != 0 ||
		    strcmp(value, "received_at") != 0)
			return wrong(s, "an unknown parameter"), false;
	}
	if (q->after_ms == 0 || q->limit < 1 || q->limit > LIMIT_MAX)
		return wrong(s, "no after, or no limit"), false;
	return true;
}

static int
by_time(const void *a, const void *b)
{
	const int64_t	at = *(const int64_t *)a, bt = *(const int64_t *)b;

	return (at > bt) - (at < bt);
}

static void
write_stored(struct storage *s, const struct question *q, struct buf *out)
{
	char	at[WHEN_TEXT];
	int	left = q->limit;

	qsort(s->message, (size_t)s->n, sizeof(s->message[0]), by_time);
	for (int i = 0; i < s->n && left > 0; i++) {
		if (s->message[i].at_ms <= q->after_ms ||
		    s->message[i].at_ms >= q->before_ms)
			continue;
		left--;
		when_format(s->message[i].at_ms, at);
		buf_printf(out, "{\"result\":{\"end_device_ids\":{"
		    "\"device_id\":\"eui-%s\",\"application_ids\":{"
		    "\"application_id\":\"" STORAGE_APPLICATION "\"},"
		    "\"dev_eui\":\"%s\"},\"received_at\":\"%s\","
		    "\"uplink_message\":{\"session_key_id\":\"AYo=\","
		    "\"f_port\":2,\"f_cnt\":%u,\"decoded_payload\":{"
		    "\"temperature\":%d.%02d},\"received_at\":\"%s\"}}}\n",
		    s->dev_eui, s->dev_eui, at, s->message[i].f_cnt,
		    s->message[i].centi / 100, s->message[i].centi % 100, at);
	}
}

static void
pack(const struct buf *in, struct buf *out)
{
	static unsigned char	bytes[ANSWER_MAX];
	z_stream		z = { .next_in = (const unsigned char *)
				    buf_str(in), .avail_in = (uInt)in->len,
				    .next_out = bytes,
				    .avail_out = sizeof(bytes) };

	cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_add(out, bytes, z.total_out);
	deflateEnd(&z);
}

static void
reply_stored(struct storage *s, int fd, const struct question *q)
{
	struct buf	body = BUF_INIT(ANSWER_MAX), other = body;

	write_stored(s, q, &body);
	switch (s->mode) {
	case STORAGE_CUT:
		reply(fd, 200, "", &body, body.len * 2 / 3);
		break;
	case STORAGE_ERROR:
		buf_add(&other, buf_str(&body), (size_t)(strchr(buf_str(&body),
		    '\n') + 1 - buf_str(&body)));
		buf_puts(&other, "{\"error\":{\"code\":14,\"message\":"
		    "\"error:pkg/storage:gone (away)\"}}\n");
		reply(fd, 200, "", &other, other.len);
		break;
	case STORAGE_GZIP:
		pack(&body, &other);
		reply(fd, 200, "Content-Encoding: gzip\r\n", &other,
		    other.len);
		break;
	default:
		reply(fd, 200, "", &body, body.len);
	}
	buf_release(&body);
	buf_release(&other);
}

/* Trouble that does not ask who asks. */
static bool
reply_trouble(struct storage *s, int fd)
{
	struct buf	page = BUF_INIT(100);
	char		there[100];

	if (s->mode == STORAGE_BUSY)
		reply_error(fd, 429, 8, "pkg/ratelimit", "rate_limit_exceeded",
		    "X-Rate-Limit-Retry: 120\r\n");
	else if (s->mode == STORAGE_BROKEN)
		reply_error(fd, 503, 14, "pkg/cluster", "unavailable", "");
	else if (s->mode == STORAGE_NO_KEY)
		reply_error(fd, 401, 16, "pkg/identityserver",
		    "api_key_not_found", "");
	else if (s->mode == STORAGE_NO_RIGHT)
		reply_error(fd, 403, 7, "pkg/auth/rights",
		    "insufficient_application_rights", "");
	else if (s->mode == STORAGE_PAGE) {
		buf_puts(&page, "<html>\nWelcome\n</html>\n");
		reply(fd, 200, "", &page, page.len);
		buf_release(&page);
	} else if (s->mode == STORAGE_ELSEWHERE) {
		snprintf(there, sizeof(there), "Location: http://127.0.0.1:%d"
		    "/elsewhere\r\n", s->port);
		reply(fd, 302, there, &page, 0);
	} else
		return false;
	return true;
}

static void
serve(struct storage *s, int fd, const char *request)
{
	struct question	 q;
	const char	*device, *query;

	s->requests++;
	if (sscanf(request, "GET %511[^ ] HTTP/1.1\r\n", s->target) != 1 ||
	    strncmp(s->target, PATH, strlen(PATH)) != 0 ||
	    (query = strstr(s->target, STORED)) == NULL) {
		wrong(s, "not the storage's address");
		reply_error(fd, 404, 5, "pkg/webui", "not_found", "");
		return;
	}
	if (!has_header(request, "User-Agent: FrostGuard/") ||
	    !has_header(request, "Accept: application/json\r\n"))
		wrong(s, "no User-Agent, or another Accept");
	if (!has_header(request, "Authorization: Bearer " STORAGE_KEY "\r\n")) {
		reply_error(fd, 401, 16, "pkg/auth/rights", "unauthenticated",
		    "");
		return;
	}
	if (reply_trouble(s, fd))
		return;
	device = s->target + strlen(PATH);
	if (strncmp(device, "eui-", 4) != 0 || strncmp(device + 4, s->dev_eui,
	    16) != 0 || device + 20 != query)
		reply_error(fd, 404, 5, "pkg/applicationserver",
		    "device_not_found", "");
	else if (!read_question(s, query + strlen(STORED), &q))
		reply_error(fd, 400, 3, "pkg/rpc", "validation", "");
	else
		reply_stored(s, fd, &q);
}

static void
run(struct storage *s, int listener)
{
	char	request[REQUEST_MAX];
	size_t	len;
	ssize_t	n;
	int	fd;

	for (;;) {
		if ((fd = accept(listener, NULL, NULL)) < 0)
			continue;
		len = 0;
		do {
			n = recv(fd, request + len, sizeof(request) - 1 - len,
			    0);
			len += n > 0 ? (size_t)n : 0;
			request[len] = '\0';
		} while (n > 0 && strstr(request, "\r\n\r\n") == NULL);
		if (len > 0)
			serve(s, fd, request);
		close(fd);
	}
}

struct storage *
storage_start(void)
{
	struct sockaddr_in	addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t		len = sizeof(addr);
	struct storage		*s;
	pid_t			parent = getpid(), pid;
	int			fd = socket(AF_INET, SOCK_STREAM, 0);

	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(s, MAP_FAILED);
	cr_assert_eq(bind(fd, (struct sockaddr *)&addr, len), 0);
	cr_assert_eq(listen(fd, 8), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	s->port = ntohs(addr.sin_port);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			run(s, fd);
		_exit(0);
	}
	close(fd);
	s->pid = pid;
	return s;
}

void
storage_stop(struct storage *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s, sizeof(*s));
}

void
storage_keep(struct storage *s, int64_t at_ms, uint32_t f_cnt, int32_t centi)
{
	cr_assert_lt(s->n, STORAGE_MESSAGES);
	s->message[s->n].at_ms = at_ms;
	s->message[s->n].f_cnt = f_cnt;
	s->message[s->n++].centi = centi;
}
