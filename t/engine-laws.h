/*
 * engine-laws.h - what must hold after every step of the engine.
 *
 * Each law is a function that knows the rules of the house but not how the
 * engine goes about them. t-engine-laws plays random lives of units against
 * them, fuzz-engine those that a fuzzer thinks of.
 */
#ifndef ENGINE_LAWS_H
#define ENGINE_LAWS_H
#include "domain/engine.h"

#define NOT_TOLD	(-1)

struct moment {
	const struct engine_rules	*r;
	const struct engine_event	*ev;
	int64_t				 now;
	enum engine_rc			 rc;
	const struct engine_state	*before, *after;
	const struct engine_effects	*out;
	bool	measured;		/* some temperature, some time */
	int	told[ALERT_TYPE__MAX];	/* severity people know of, per type */
};

/* The name of the first law that is broken; NULL when all hold. */
const char	*engine_laws_broken(const struct moment *m);
/* Field by field, for a struct has padding. */
bool		 engine_laws_same(const struct engine_state *a,
		    const struct engine_state *b);
/* The rules as they are at another time: midnight passes, suppressions end. */
struct engine_rules engine_laws_rules_at(const struct engine_rules *r,
		    int64_t now_ms);

#endif
