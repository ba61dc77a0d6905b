/* target.h - an address that loads are sent to. */
#ifndef FG_TARGET_H
#define FG_TARGET_H
#include <netinet/in.h>

struct target {			/* plain value; path borrowed from the URL */
	struct sockaddr_in	 addr;
	const char		*path;
};

/* Of http://ADDRESS:PORT/PATH; anything else ends the program. */
struct target	 target_of(const char *url);
/* A connected socket, or the end of the program. */
int		 target_connect(const struct target *t);

#endif
