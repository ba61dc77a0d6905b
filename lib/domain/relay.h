/*
 * relay.h - live events between the streamers of several machines.
 *
 * Carries exchange.h's messages by NOTIFY on the one connection that listens.
 * When the database is away the machine is alone for a while; afterwards the
 * numbers of the messages tell who missed something.
 */
#ifndef FG_RELAY_H
#define FG_RELAY_H
#include "db/adb.h"
#include "domain/live.h"

struct relay;				/* opaque: owns connection and timer */

struct relay_ops {
	live_hear	*hear;		/* what others tell */
	void		(*up)(void *ctx);	/* connected, or again */
};

/* origin: see exchange_new(). */
struct relay	*relay_new(struct event_base *base, const char *conninfo,
		    const char *role, uint64_t origin,
		    const struct relay_ops *ops, void *ctx);
void		 relay_free(struct relay *r);		/* NULL works */
/* An event of this machine, for the others. */
void		 relay_tell(struct relay *r, const struct live_event *ev);
/* For other statements; borrowed. */
struct adb	*relay_adb(struct relay *r);

extern const struct db_stmt_list relay_stmts;

#endif
