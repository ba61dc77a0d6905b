/*
 * fcgi_impl.h - what fcgi_server.c (the listener) and fcgi_req.c (a request
 * and its connection) share, and nobody else sees.
 */
#ifndef FG_FCGI_IMPL_H
#define FG_FCGI_IMPL_H
#include "web/fcgi_record.h"
#include "web/fcgi_server.h"
#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/queue.h>

/*
 * A connection goes from IDLE to READING to ANSWERING, and back to IDLE when
 * it is kept, else to LEAVING. Any of them may become DOOMED, and only the
 * timer of a doomed connection frees it, or fcgi_req_finish() when nobody is
 * in the middle of it: no caller finds it gone.
 */
enum fcgi_state {
	FCGI_IDLE,		/* between requests */
	FCGI_READING,		/* parameters and body are coming */
	FCGI_ANSWERING,		/* the program has the request */
	FCGI_LEAVING,		/* answered; the rest is being written */
	FCGI_DOOMED			/* closes as soon as the loop comes round */
};

struct fcgi_req {
	LIST_ENTRY(fcgi_req)	 next;
	struct fcgi_server	*server;
	enum fcgi_state		 state;
	enum fcgi_why		 why;
	bool			 handed;	/* the program knows it */
	bool			 keep;
	bool			 oversize;
	bool			 in_use;	/* callers still need it */
	uint16_t		 id;
	int			 fd;
	int64_t			 period_ms;	/* of the program's timer */
	size_t			 written;	/* since the timer last came */
	struct fcgi_reader	 reader;
	struct buf		 body;
	struct evbuffer		*out;
	struct event		 readable, writable, timer;
	void			*data;
};

struct fcgi_server {
	LIST_HEAD(, fcgi_req)	 conns;
	size_t			 nconns;
	size_t			 arrivals;
	struct event_base	*base;
	struct fcgi_limits	 limits;
	const struct fcgi_ops	*ops;
	void			*ctx;
	int			 fd;
	bool			 full;		/* not accepting until one goes */
	bool			 stopping;
	struct event		 acceptable, again;
};

void	fcgi_arm(struct event *timer, int64_t ms);
/* A connection just accepted; owned by the server. */
void	fcgi_req_new(struct fcgi_server *s, int fd);
/* From here on nothing is read, written or announced but the end. */
void	fcgi_req_doom(struct fcgi_req *c, enum fcgi_why why);
/* From the loop or fcgi_server_free() only. */
void	fcgi_req_free(struct fcgi_req *c);
/* A connection has been freed. */
void	fcgi_server_left(struct fcgi_server *s);

#endif
