/*
 * http.h - asks somebody else's server for something.
 *
 * Decides what is trusted of it: its certificate must be good, it may not send
 * us elsewhere, it must answer in time and within a size, counted after
 * unpacking. What the answer means is its asker's to know. Says nothing in the
 * log, for what it is given holds secrets.
 */
#ifndef FG_HTTP_H
#define FG_HTTP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_rc {
	HTTP_OK,		/* an answer came, whole: look at its status */
	HTTP_CUT,		/* it ended before its end, or took too long */
	HTTP_TOO_LARGE,
	HTTP_STOPPED,		/* its taker had enough */
	HTTP_DOWN		/* none came: no connection, no certificate */
};

/* A piece of the body as it comes, borrowed; false ends it. The status is
 * known by then. */
typedef bool http_take_fn(void *arg, long status, const char *p, size_t len);

struct http_ask {
	const char	*url;		/* https, or http to this machine */
	const char	*bearer;	/* NULL: who we are is not told */
	const char	*accept;	/* "application/json" */
	size_t		 max;		/* bytes of body */
	http_take_fn	*take;
	void		*arg;
};

struct http_answer {
	long	status;
	int64_t	retry_s;	/* it wants to be left alone so long; 0: not
				 * told */
};

struct http;				/* opaque: keeps connections open */

struct http	*http_new(void);
void		 http_free(struct http *h);	/* NULL works */
enum http_rc	 http_get(struct http *h, const struct http_ask *ask,
		    struct http_answer *out)
		    __attribute__((warn_unused_result));

#endif
