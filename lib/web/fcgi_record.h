/*
 * fcgi_record.h - the FastCGI record protocol: bytes in, events out, and back.
 *
 * Pure: no descriptor, no clock. The reader takes the bytes of one connection
 * in pieces of any size and gives the same events whatever the pieces were;
 * it holds one request at a time, as nginx never interleaves two, and keeps
 * at most params_max bytes of it. The body is passed on, not kept.
 */
#ifndef FG_FCGI_RECORD_H
#define FG_FCGI_RECORD_H
#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FCGI_HEADER	8	/* bytes of a record's header */
#define FCGI_END	16	/* bytes of an END_REQUEST record */
#define FCGI_CONTENT	65528	/* most we put in one record: no padding */
#define FCGI_VALUES	1024	/* longest GET_VALUES we read */

enum fcgi_status {		/* of END_REQUEST, as the protocol has them */
	FCGI_COMPLETE,
	FCGI_NO_MULTIPLEX,
	FCGI_OVERLOADED,
	FCGI_ROLE_UNKNOWN
};

enum fcgi_event_kind {
	FCGI_MORE,		/* all bytes are used up: bring more */
	FCGI_BEGIN,		/* a request: id, keep */
	FCGI_PARAMETERS,	/* all of its parameters: fcgi_param() */
	FCGI_BODY,		/* a piece of its body: p, len */
	FCGI_BODY_END,
	FCGI_ABORT,		/* the web server has lost interest */
	FCGI_REFUSE,		/* end request id at once with status */
	FCGI_ASK,		/* GET_VALUES: p, len; fcgi_put_values() */
	FCGI_STRANGE,		/* answer with fcgi_put_unknown(type) */
	FCGI_BROKEN		/* not FastCGI, or past a limit: close */
};

struct fcgi_event {
	enum fcgi_event_kind	 kind;
	uint16_t		 id;
	bool			 keep;	/* the connection outlives the request */
	enum fcgi_status	 status;
	uint8_t			 type;
	const char		*p;	/* borrowed until the next fcgi_read() */
	size_t			 len;
	const char		*why;	/* FCGI_BROKEN: static */
};

struct fcgi_reader {
	enum { FCGI_IN_HEADER, FCGI_IN_CONTENT, FCGI_IN_PADDING,
	    FCGI_IN_VAIN } state;
	enum { FCGI_NO_REQUEST, FCGI_WANT_PARAMS, FCGI_WANT_BODY,
	    FCGI_WANT_NOTHING } wants;
	uint8_t		 small[FCGI_HEADER];	/* header, or BEGIN's content */
	uint8_t		 filled;		/* of small */
	uint8_t		 type;
	uint8_t		 padding;		/* still to come */
	bool		 ours;			/* of the request in hand */
	bool		 empty;			/* a record without content */
	uint16_t	 id;			/* of the record */
	uint16_t	 request;		/* the one in hand; 0: none */
	size_t		 content;		/* still to come */
	struct buf	 params;		/* raw, then NUL-terminated */
	struct buf	 values;
	const char	*why;			/* FCGI_IN_VAIN */
};

void	fcgi_reader_init(struct fcgi_reader *r, size_t params_max);
void	fcgi_reader_release(struct fcgi_reader *r);
/* Uses up to len bytes, stops after the first event. Returns how many bytes
 * were used; fewer than len unless the event is FCGI_MORE. */
size_t	fcgi_read(struct fcgi_reader *r, const void *p, size_t len,
	    struct fcgi_event *ev);
/* The request has been answered: what still comes of it is skipped, the next
 * may begin. */
void	fcgi_reader_done(struct fcgi_reader *r);
/* Gives the parameters' memory back before that. */
void	fcgi_reader_forget(struct fcgi_reader *r);
/* After FCGI_PARAMETERS: a parameter's value, the first of that name, or NULL.
 * Borrowed until fcgi_reader_done(). */
const char *fcgi_param(const struct fcgi_reader *r, const char *name);

/* A header: type is one of the FCGI_T_ below. */
void	fcgi_put_header(uint8_t out[FCGI_HEADER], uint8_t type, uint16_t id,
	    size_t content);
void	fcgi_put_end(uint8_t out[FCGI_END], uint16_t id,
	    enum fcgi_status status);
void	fcgi_put_unknown(uint8_t out[FCGI_END], uint8_t type);
/* The answer to FCGI_ASK: which of the asked variables we know. */
void	fcgi_put_values(struct buf *out, const char *asked, size_t len,
	    size_t max_conns);
/* Bytes p as STDOUT records of request id take this much room ... */
size_t	fcgi_stdout_size(size_t len);
/* ... and are these. */
void	fcgi_put_stdout(uint8_t *out, uint16_t id, const void *p, size_t len);
/* Makes records of ours another request's. */
void	fcgi_set_id(uint8_t *records, size_t len, uint16_t id);

enum fcgi_type {
	FCGI_T_BEGIN = 1, FCGI_T_ABORT, FCGI_T_END, FCGI_T_PARAMS,
	FCGI_T_STDIN, FCGI_T_STDOUT, FCGI_T_STDERR, FCGI_T_DATA,
	FCGI_T_GET_VALUES, FCGI_T_VALUES, FCGI_T_UNKNOWN
};

#endif
