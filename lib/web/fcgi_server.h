/*
 * fcgi_server.h - FastCGI requests on an event loop, answered whenever.
 *
 * For programs that hold many requests at once: streams, and answers that wait
 * for something else. Decides who is let in, how long a web server may take to
 * send and to read, and how much it may leave unread; what is answered is the
 * program's. Libfcgi cannot do this: it holds one request per thread.
 *
 * The program is called with a complete request, answers when it likes, and
 * calls fcgi_req_finish(). If the web server goes away first, or is too slow,
 * ops.closed comes instead. It comes from the loop alone, never from within a
 * call of the program's own; until then, what is written is dropped.
 */
#ifndef FG_FCGI_SERVER_H
#define FG_FCGI_SERVER_H
#include "base/blob.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct fcgi_server;			/* opaque: the listener */
struct fcgi_req;			/* opaque: a request, and its connection */

enum fcgi_why {				/* a request ended unfinished */
	FCGI_GONE,			/* the web server closed or aborted */
	FCGI_SLOW,			/* it does not read, or not fast enough */
	FCGI_STOPPED			/* the grace of fcgi_server_stop() */
};

struct fcgi_ops {
	void	(*request)(void *ctx, struct fcgi_req *req);
	/* As fcgi_req_timer() asked; may be NULL. */
	void	(*timer)(void *ctx, struct fcgi_req *req);
	/* req is gone when this returns. */
	void	(*closed)(void *ctx, struct fcgi_req *req, enum fcgi_why why);
	/* The last connection has closed after fcgi_server_stop(). */
	void	(*stopped)(void *ctx);
};

struct fcgi_limits {
	size_t	conns;		/* more wait in the kernel's queue */
	size_t	body;		/* bytes; more: fcgi_req_oversize() */
	size_t	queue;		/* bytes a stream may leave unread */
	int64_t	read_ms;	/* a request must arrive within this */
	int64_t	write_ms;	/* an answer must make progress within this */
	int64_t	idle_ms;	/* a kept connection may wait this long */
	bool	prompt;		/* answers come soon: until then nobody looks
				 * whether the web server is still there */
};

/* fd is a listening socket (spawn-fcgi gives descriptor 0); owned from here
 * on. As many connections as the descriptor limit allows, at most. */
struct fcgi_server	*fcgi_server_new(struct event_base *base, int fd,
			    const struct fcgi_limits *limits,
			    const struct fcgi_ops *ops, void *ctx);
/* Lets nobody in any more; requests in hand have grace_ms to be finished. */
void		 fcgi_server_stop(struct fcgi_server *s, int64_t grace_ms);
void		 fcgi_server_free(struct fcgi_server *s);	/* NULL works */
/* How many connections there are, and may be. */
size_t		 fcgi_server_conns(const struct fcgi_server *s);
size_t		 fcgi_server_room(const struct fcgi_server *s);
/* Connections and requests that have come until now. */
size_t		 fcgi_server_arrivals(const struct fcgi_server *s);

/* The request. Strings are borrowed until it is finished or forgotten. */
const char	*fcgi_req_param(const struct fcgi_req *req, const char *name);
const char	*fcgi_req_body(const struct fcgi_req *req, size_t *len);
bool		 fcgi_req_oversize(const struct fcgi_req *req);
/* Gives the memory of both back, for an answer that takes long. */
void		 fcgi_req_forget(struct fcgi_req *req);
void		 fcgi_req_set_data(struct fcgi_req *req, void *data);
void		*fcgi_req_data(const struct fcgi_req *req);

/* The answer: CGI header lines, an empty line, the body. Bytes leave with the
 * next send, flush or finish. */
void		 fcgi_req_write(struct fcgi_req *req, const void *p,
		    size_t len);
void		 fcgi_req_flush(struct fcgi_req *req);
/* Shared bytes, made once by fcgi_frame() for any number of requests. */
struct blob	*fcgi_frame(const void *p, size_t len);
void		 fcgi_req_send(struct fcgi_req *req, struct blob *frame);
/* ops.timer every ms from now on, until it is finished. */
void		 fcgi_req_timer(struct fcgi_req *req, int64_t ms);
/* The answer is complete; req is gone when this returns. */
void		 fcgi_req_finish(struct fcgi_req *req);

#endif
