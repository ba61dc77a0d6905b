/*
 * replay.h - what a unit went through, judged from all that is known by now.
 *
 * Pure: what was measured, in the order it was measured, goes through the
 * engine with the rules of each time, and between two of them time passes as
 * the sweep lets it pass. Out come the excursions and a state to go on from.
 * Decides what of an excursion is told: readings out of range that no alert
 * told of when it was time, and that no suppression and no door excused.
 *
 * The same readings give the same, in whatever pieces they are fed: going from
 * a to b, and then to c, is going from a to c. What a person did to an alert
 * (acknowledge, resolve) is not part of it, nor are faults and batteries, for
 * they are not stored with readings.
 */
#ifndef FG_REPLAY_H
#define FG_REPLAY_H
#include "base/arena.h"
#include "domain/engine.h"

/* Of one instant in this order, and then in that of the sensor. */
enum replay_kind { REPLAY_DOOR, REPLAY_LOG, REPLAY_READING };

struct replay_item {		/* plain value */
	int64_t		 at_ms;
	enum replay_kind kind;
	struct uuid	 sensor;	/* nil: of no sensor of ours */
	centi_t		 temp;		/* not of a door */
	enum door_state	 door;
};

struct replay_rules {		/* in force from then on */
	int64_t		 from_ms;
	struct uuid	 primary;	/* sensor; nil: none */
	struct engine_rules rules;	/* their suppressed_until_ms is of no
					 * matter: when a suppression ends,
					 * other rules begin */
};

struct replay_span {		/* both ends within */
	int64_t	from_ms, to_ms;
};

struct replay_excursion {	/* plain value; n 0: none */
	int64_t	from_ms;		/* first reading out of range */
	int64_t	last_ms;		/* newest one */
	int64_t	to_ms;			/* what ended it; 0: it lasts */
	int64_t	sum, n;			/* of its readings */
	centi_t	worst, limit;
	bool	high;			/* else below the low limit */
	bool	confirmed;
};

struct replay {			/* plain value: everything before at_ms */
	int64_t			at_ms;
	struct engine_state	state;	/* its alerts are the engine's alone */
	struct replay_excursion	open;
	bool			excused;	/* open is, by the door */
};

/* In time order; rules begin no later than what is replayed. Borrowed. */
struct replay_feed {
	const struct replay_item *items;
	size_t			 nitems;
	const struct replay_rules *rules;
	size_t			 nrules;
	const struct replay_span *known;	/* alerts were open */
	size_t			 nknown;
	size_t			 item, rule;	/* how far it is; 0 at first */
};

struct replay_list {		/* in the order they ended; in the arena */
	struct replay_excursion	*v;
	size_t			 n, cap;
	struct arena		*arena;
};

void	 replay_list_add(struct replay_list *l,
	    const struct replay_excursion *e);
/* Nothing is known before at_ms. */
void	 replay_init(struct replay *r, int64_t at_ms);
/* Takes everything before until_ms. */
void	 replay_to(struct replay *r, struct replay_feed *f, int64_t until_ms,
	    struct replay_list *out);
/* The excursion that lasts, as far as it is told; or NULL. Borrowed from r. */
const struct replay_excursion *replay_open(const struct replay *r);

/*
 * Checkpoints: states to go on from, so that one late reading is a day's work
 * and not two years'. There is one for the end of a UTC day of the last
 * REPLAY_KEEP_DAYS and of each month, unless nothing was measured in it.
 */
#define REPLAY_KEEP_DAYS	31

struct replay_checkpoint {
	int64_t		 at_ms;
	const char	*text;		/* of replay_format() */
};

struct replay_work {
	struct replay_feed	 feed;
	const struct replay_checkpoint *old;	/* known ones behind the start */
	size_t			 nold;
	int64_t			 changed_ms;	/* newest late reading */
	int64_t			 until_ms;
	int64_t			 settled_ms;	/* no checkpoints after it */
	int64_t			 now_ms;
	/* What comes of it, in the arena. */
	struct arena		*arena;
	struct replay_list	 found;
	struct replay_checkpoint *made;
	size_t			 nmade, made_cap;
};

/* From r on up to until_ms; true: it got where it was known to get, so all
 * that comes behind r->at_ms is as it was before. */
bool	 replay_work(struct replay *r, struct replay_work *w);
/* A checkpoint out of turn: for one who has to stop there. */
void	 replay_work_stop(struct replay_work *w, const struct replay *r);

/* A line of text; caller owns nothing, it lives in the arena. False for what
 * is no such line, or another version's. */
const char *replay_format(const struct replay *r, struct arena *arena);
bool	 replay_parse(const char *text, struct replay *out);

#endif
