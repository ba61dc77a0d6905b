/*
 * unit_step.h - what a unit's sensors report, judged in the order it was
 * measured, whichever way it came.
 *
 * Decides by which time the engine judges an observation, and makes rows and
 * live events of what the engine decides. What it is an observation of, and
 * whether it is stored, is the caller's to know; so is the unit's lock.
 *
 * What is long past (late.h) tells nobody. Where nothing fresher is at hand it
 * is history, and the unit's state stays as it is; before a fresh reading it is
 * judged as if every alert were suppressed, so that what ended meanwhile is no
 * alert, and what lasts is one by the fresh reading.
 */
#ifndef FG_UNIT_STEP_H
#define FG_UNIT_STEP_H
#include "domain/late.h"
#include "domain/unit_effects.h"

struct unit_step {		/* plain value: a unit in a transaction */
	struct db		*db;
	struct unit_watch	*watch;
	struct effect_rows	*effects;
	struct live_list	*live;
	struct late_marks	*late;
	int64_t			 now_ms;
	int64_t			 newest_ms;	/* of what is at hand */
	struct uuid		 device;	/* nil: of no sensor of ours */
	char			 source;	/* as in struct reading */
};

/* ev, unless it is history: then false, and the unit is as it was. newest says
 * that nothing newer is at hand, so that time is judged up to now. Temperatures
 * and doors leave their marks in late. */
bool	 unit_step_take(struct unit_step *s, const struct engine_event *ev,
	    bool newest) must_check;

struct unit_news {		/* the newest reading, to be told once it is
				 * durable */
	int64_t	recorded_at_ms;
	centi_t	temperature;
	bool	has_humidity;
	int32_t	humidity_cpct;
	int	battery;	/* per cent; -1: not told */
};
void	 unit_step_tell(const struct unit_watch *w, const struct unit_news *n,
	    struct live_list *live);

extern const struct db_stmt_list unit_step_stmts;

#endif
