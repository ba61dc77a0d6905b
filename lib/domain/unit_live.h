/*
 * unit_live.h - what people who are watching a unit are told of it.
 *
 * Decides how news of a unit, of its condition and of its alerts is worded for
 * machines, and that of more than fits only "reload" is told. Who gets it, and
 * how, is live.h and live_send.h.
 */
#ifndef FG_UNIT_LIVE_H
#define FG_UNIT_LIVE_H
#include "base/arena.h"
#include "base/json.h"
#include "domain/live.h"
#include "domain/unit_watch.h"

/* What is to be told after a commit; data lives in the arena. Of more than it
 * holds only "reload" is told. */
#define LIVE_LIST_MAX	64
struct live_list {
	struct arena		*arena;
	size_t			 n;
	struct live_event	 v[LIVE_LIST_MAX];
};

/* Each appends to live. */
/* The unit's condition as it is now. */
void	 unit_live_tell_state(const struct unit_watch *w,
	    struct live_list *live);
struct unit_live_alert {	/* borrowed */
	const struct engine_op	*op;		/* what happened to it */
	enum alert_status	 status;	/* since */
	const char		*title;		/* NULL: it has not changed */
	int64_t			 at_ms;
};
void	 unit_live_tell_alert(const struct unit_watch *w, enum live_kind kind,
	    const struct unit_live_alert *a, struct live_list *live);
/* An event of this unit; data is taken over (put). */
void	 unit_live_tell(const struct unit_watch *w, enum live_kind kind,
	    struct json_object *data, struct live_list *live);

#endif
