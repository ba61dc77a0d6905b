/*
 * door.h - when a unit's door was opened and closed, and what that excused.
 *
 * Decides how changes of a door are listed, and what a day of them comes to:
 * openings, time open, and how much of the time for which an open door may
 * excuse a temperature is used up. What a door excuses is the engine's.
 *
 * All of it runs within a transaction of the organization.
 */
#ifndef FG_DOOR_H
#define FG_DOOR_H
#include "domain/page.h"
#include "domain/unit.h"

struct door_event {		/* plain value */
	struct uuid	 id;
	struct uuid	 device;	/* nil: none */
	enum door_state	 state;		/* from then on */
	int64_t		 at_ms;
	int32_t		 before_s;	/* in the state before; -1: unknown */
	char		 source;
};

/* Newest first. */
enum db_rc	 door_events(struct db *db, const struct uuid *organization,
		    const struct uuid *unit, struct page *page,
		    struct arena *arena, struct door_event **v) must_check;
struct json_object *door_event_to_json(const struct door_event *e,
		    const struct unit *u);

struct door_mask {		/* of struct engine_state and its rules */
	int64_t	day_at_ms;	/* what used_ms is of; 0: of none */
	int32_t	used_ms;
	int64_t	left_range_at_ms; /* 0: in range */
	bool	excursion;	/* out of range without the excuse */
};
/* How long a door has excused since the day began, up to now. Pure. */
int64_t		 door_mask_used_ms(const struct door_mask *m,
		    int64_t day_start_ms, int64_t now_ms);

struct door_day {		/* the place's day, up to now */
	int64_t	start_ms;
	int64_t	openings;
	int64_t	open_ms;
	int64_t	mask_ms;	/* used up */
	int32_t	mask_min;	/* of these */
};
enum db_rc	 door_today(struct db *db, const struct uuid *organization,
		    const struct unit *u, int64_t now_ms, struct arena *arena,
		    struct door_day *out) must_check;
struct json_object *door_day_to_json(const struct door_day *d);

extern const struct db_stmt_list door_stmts;

#endif
