/*
 * gate.h - how a request comes in and the answer goes out: FastCGI or CGI.
 *
 * Knows no HTTP. FastCGI when the standard input is a listening socket; else
 * one request from the environment and the standard input. Or whatever an
 * event loop has at hand.
 */
#ifndef FG_GATE_H
#define FG_GATE_H
#include <stdbool.h>
#include <stddef.h>

struct gate;

enum gate_event {
	GATE_REQUEST,		/* there is one: gate_done() when answered */
	GATE_IDLE,		/* the time is over, or another worker had it */
	GATE_STOP		/* a signal, or the one CGI request is done */
};

bool		 gate_is_fastcgi(void);
struct gate	*gate_open(void);
/* A gate of somebody else's making: only gate_param(), gate_read() and
 * gate_write() are for it. io is borrowed. */
struct gate_io {
	const char	*(*param)(void *ctx, const char *name);
	size_t		 (*read)(void *ctx, char *p, size_t len);
	void		 (*write)(void *ctx, const char *p, size_t len);
};
struct gate	*gate_over(const struct gate_io *io, void *ctx);
void		*gate_ctx(struct gate *g);
void		 gate_close(struct gate *g);
/* Waits for a request; timeout_ms below 0 is for ever. SIGTERM and SIGINT are
 * only heard here: a request that has begun is always finished. */
enum gate_event	 gate_wait(struct gate *g, int timeout_ms);
/* A variable of the request, "REQUEST_METHOD"; NULL if absent. Borrowed until
 * gate_done(). */
const char	*gate_param(struct gate *g, const char *name);
/* Bytes of the body; less than len only at its end. */
size_t		 gate_read(struct gate *g, char *p, size_t len);
void		 gate_write(struct gate *g, const char *p, size_t len);
void		 gate_done(struct gate *g);

#endif
