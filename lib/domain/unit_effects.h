/*
 * unit_effects.h - what the engine decided, made rows and live events.
 *
 * Decides which rows an effect becomes: the alert, a line of its timeline, a
 * line of the audit trail, queued deliveries; and which of it people who are
 * watching are told (unit_live.h). Everything is queued in the caller's
 * transaction, so that reading and alert become durable together or not at all.
 */
#ifndef FG_UNIT_EFFECTS_H
#define FG_UNIT_EFFECTS_H
#include "domain/unit_live.h"

/* Who made it happen. */
struct unit_actor {
	struct uuid	 profile;	/* nil: the system itself */
	const char	*note;		/* of a person; may be NULL; borrowed */
};

/* Lines of timelines and of the trail, of many units of one organization.
 * Zeroed at first. */
struct effect_rows {
	struct db_rows	 events;
	struct db_rows	 audits;
};

/* Queues the effects, or adds them to rows; alerts that open get their ids, in
 * w->state too. What is to be told after the commit is appended to live. */
void	 unit_effects_save(struct effect_rows *rows, struct db *db,
	    struct unit_watch *w, struct engine_effects *effects,
	    const struct unit_actor *actor, int64_t now_ms,
	    struct live_list *live);
/* Queues rows, and clears them. */
void	 unit_effects_send(struct effect_rows *rows, struct db *db,
	    const struct uuid *organization);
void	 unit_effects_clear(struct effect_rows *rows);
void	 unit_effects_release(struct effect_rows *rows);
/* All there is to save of one unit: its effects, and its state. */
void	 unit_effects_save_unit(struct db *db, struct unit_watch *w,
	    struct engine_effects *effects, const struct unit_actor *actor,
	    int64_t now_ms, struct live_list *live);

extern const struct db_stmt_list unit_effects_stmts;

#endif
