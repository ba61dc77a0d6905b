#include "target.h"
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

struct target
target_of(const char *url)
{
	struct target	t = { .addr.sin_family = AF_INET };
	char		host[64];
	unsigned short	port;
	int		n = 0;

	if (sscanf(url, "http://%63[0-9.]:%hu%n", host, &port, &n) != 2 ||
	    url[n] != '/' || inet_pton(AF_INET, host, &t.addr.sin_addr) != 1)
		errx(1, "%s: not http://ADDRESS:PORT/PATH", url);
	t.addr.sin_port = htons(port);
	t.path = url + n;
	return t;
}

int
target_connect(const struct target *t)
{
	int	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int	on = 1;

	if (fd < 0 || connect(fd, (const struct sockaddr *)&t->addr,
	    sizeof(t->addr)) < 0)
		err(1, "connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}
