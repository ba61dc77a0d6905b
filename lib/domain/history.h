/*
 * history.h - what a unit measured over a period, for charts and tables.
 *
 * Decides what belongs to a unit's curve (its primary sensor and whatever
 * stood in its place before; not a second sensor beside it), how a long period
 * is put into buckets, and when the door stood open or an alert about the
 * temperature did. Judges nothing: limits and states are the engine's.
 *
 * All of it runs within a transaction of the organization. Arrays live in the
 * arena.
 */
#ifndef FG_HISTORY_H
#define FG_HISTORY_H
#include "base/arena.h"
#include "db/db.h"
#include "domain/cursor.h"
#include "domain/display.h"
#include <json-c/json.h>

struct history_of {		/* whose, and from when up to before when */
	struct uuid	organization;
	struct uuid	unit;
	int64_t		from_ms, to_ms;
};

struct history_point {		/* a reading, or the middle of a bucket */
	int64_t	at_ms;
	centi_t	low, mean, high;
	int32_t	n;
};

struct history_span {
	int64_t	from_ms, to_ms;
};

struct history_stats {
	int64_t	n;		/* 0: the rest means nothing */
	centi_t	low, mean, high;
};

/* Oldest first, at most max: of more, the newest. bucket_ms 0: every
 * reading. */
enum db_rc	 history_points(struct db *db, const struct history_of *of,
		    int64_t bucket_ms, int32_t max, struct arena *arena,
		    struct history_point **v, size_t *n) must_check;
struct history_stats history_stats(const struct history_point *v, size_t n);

/* In time order, apart from each other, clipped to the period. */
enum db_rc	 history_doors(struct db *db, const struct history_of *of,
		    struct arena *arena, struct history_span **v, size_t *n)
		    must_check;
enum db_rc	 history_alerts(struct db *db, const struct history_of *of,
		    struct arena *arena, struct history_span **v, size_t *n)
		    must_check;

struct history_row {		/* one line of the table */
	int64_t		 recorded_at_ms;
	int64_t		 received_at_ms;
	struct uuid	 device;	/* nil: none */
	centi_t		 temperature;
	struct opt_centi humidity;	/* hundredths of a percent */
	int32_t		 battery;	/* percent, -1: not reported */
	int32_t		 signal;	/* dBm, 0: not reported */
	bool		 outside;	/* of the limits in force then */
	char		 source;
};

/* Newest first, every sensor's, behind the cursor. */
enum db_rc	 history_rows(struct db *db, const struct history_of *of,
		    const struct cursor *after, int32_t max,
		    struct arena *arena, struct history_row **v, size_t *n)
		    must_check;
struct json_object *history_row_to_json(const struct history_row *r);
struct json_object *history_point_to_json(const struct history_point *p);

extern const struct db_stmt_list history_stmts;

#endif
