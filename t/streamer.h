/*
 * streamer.h - the real streamer for tests: started, told things, read.
 *
 * Readers speak FastCGI to its socket as nginx does.
 */
#ifndef FG_T_STREAMER_H
#define FG_T_STREAMER_H
#include "base/buf.h"
#include "domain/live_send.h"
#include <sys/types.h>

struct streamer {
	char			 dir[32];
	char			 socket[64];	/* where readers connect */
	pid_t			 pid;
	struct live_sender	*writer;	/* of the same machine */
};

/* Starts cgi-bin/stream; keys are lines of configuration ("" for none). */
void	streamer_start(struct streamer *s, const char *keys);
/* Asks it to end and waits for that; it must end well. */
void	streamer_stop(struct streamer *s);
/* As after a crash: the next start is on the same sockets. */
void	streamer_kill(struct streamer *s);
void	streamer_again(struct streamer *s);

struct reader {
	int		fd;
	struct buf	got;		/* all its answer until now */
	bool		closed;
};

/* GET /stream unless method or path say otherwise; NULL: leave it out. */
struct reader_ask {
	const char	*method, *path, *query, *cookie, *last_id;
};
void	reader_open(struct reader *r, const struct streamer *s,
	    const struct reader_ask *ask);
void	reader_close(struct reader *r);
/* Waits until the answer has this text in it; false when it ends without. */
bool	reader_sees(struct reader *r, const char *text);
/* Waits for the end. */
bool	reader_ends(struct reader *r);
bool	reader_has(const struct reader *r, const char *text);
/* The value of the last "id: " line, static. */
const char *reader_last_id(const struct reader *r);

#endif
