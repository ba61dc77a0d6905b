/*
 * engine-oracle.h - what is so after a step, found without the engine.
 *
 * The rules of the house once more, in the plainest words, for the laws to
 * compare the engine with. Nothing here is shared with it.
 */
#ifndef ENGINE_ORACLE_H
#define ENGINE_ORACLE_H
#include "domain/engine.h"

#define MIN_MS		INT64_C(60000)

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

/* The rules as they are at another time: midnight passes, suppressions end. */
struct engine_rules oracle_rules_at(const struct engine_rules *r,
		    int64_t now_ms);
/* Time as the unit knows it: it stands still for less than a minute. */
int64_t	 oracle_clock_of(const struct moment *m);
const struct engine_alert *oracle_find(const struct engine_state *s,
		    enum alert_type type, const struct uuid *sensor);
bool	 oracle_suppressed(const struct moment *m, enum alert_type type);
bool	 oracle_open_or_suppressed(const struct moment *m,
		    enum alert_type type);
bool	 oracle_out_of_range(const struct moment *m);
/* Is an open door still an excuse? */
bool	 oracle_excused(const struct moment *m);
bool	 oracle_silent(const struct moment *m);
bool	 oracle_log_overdue(const struct moment *m);
bool	 oracle_plausible(const struct engine_event *ev);

#endif
