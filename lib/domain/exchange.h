/*
 * exchange.h - what the streamers of several machines tell each other.
 *
 * Pure: text in, text out, the time passed in; the program carries it (NOTIFY
 * and LISTEN). Events are gathered into batches, at most one each
 * EXCHANGE_PERIOD_MS, and cut into messages that fit a notification. While no
 * other streamer has been heard, nothing is sent but a greeting, so a machine
 * alone costs the database nothing.
 *
 * Messages of one streamer are numbered. A number that is missing, or a first
 * word that is not a beginning, means that events were missed: everybody is
 * told to reload. What a streamer said itself is recognised and ignored.
 */
#ifndef FG_EXCHANGE_H
#define FG_EXCHANGE_H
#include "domain/live.h"

#define EXCHANGE_TEXT		7900	/* bytes of a message */
#define EXCHANGE_MESSAGES	16	/* of a batch; more are dropped */
#define EXCHANGE_PERIOD_MS	50
#define EXCHANGE_SIGN_MS	20000	/* a sign of life at least so often */
#define EXCHANGE_GONE_MS	70000	/* silent for longer: gone */

struct exchange;			/* opaque */

/* origin: random, another in each life of each streamer. */
struct exchange	*exchange_new(uint64_t origin);
void		 exchange_free(struct exchange *x);	/* NULL works */

/* The link to the others stands, at first or again; or is away. */
void		 exchange_up(struct exchange *x, int64_t now_ms);
void		 exchange_down(struct exchange *x);
/* An event of this machine. */
void		 exchange_add(struct exchange *x, const struct live_event *ev);
/* How long until a batch is due; negative: none is in sight. */
int64_t		 exchange_wait_ms(const struct exchange *x, int64_t now_ms);
/* The batch as a PostgreSQL array of messages, {m,m,...}. False: none due. */
bool		 exchange_take(struct exchange *x, int64_t now_ms,
		    struct buf *out);
/* A message that was received: what it brings goes to hear. False: garbled. */
bool		 exchange_receive(struct exchange *x, const char *text,
		    int64_t now_ms, live_hear *hear, void *ctx);

#endif
