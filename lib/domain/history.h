/*
 * history.h - what a unit measured over a period, for charts and tables.
 *
 * Decides what belongs to a unit's curve (its primary sensor and whatever
 * stood in its place before; not a second sensor beside it), how readings are
 * listed and written, and when the door stood open or an alert about the
 * temperature did. Judges nothing: limits and states are the engine's. Long
 * periods are bucket.h's.
 *
 * All of it runs within a transaction of the organization. Arrays live in the
 * arena.
 */
#ifndef FG_HISTORY_H
#define FG_HISTORY_H
#include "base/arena.h"
#include "base/buf.h"
#include "db/db.h"
#include "domain/cursor.h"
#include "domain/display.h"
#include <json-c/json.h>

struct history_of {		/* whose, and from when up to before when */
	struct uuid	organization;
	struct uuid	unit;
	int64_t		from_ms, to_ms;
};

struct history_point {		/* a reading */
	int64_t	at_ms;
	centi_t	t;
};

/*
 * A second sensor in the unit would make one curve out of two: what is
 * attached to it now without being its primary sensor is left out. With
 * organization, unit, from and to as $1 to $4.
 */
#define HISTORY_CURVE							\
	"  FROM sensor_readings"					\
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"	\
	"   AND recorded_at >= from_epoch_ms($3::int8)"			\
	"   AND recorded_at < from_epoch_ms($4::int8)"			\
	"   AND (device_id IS NULL OR device_id <> ALL (ARRAY("		\
	"	SELECT d.id FROM devices d JOIN units u"		\
	"	    ON u.organization_id = d.organization_id"		\
	"	   AND u.id = d.unit_id"				\
	"	 WHERE d.organization_id = $1::uuid"			\
	"	   AND d.unit_id = $2::uuid"				\
	"	   AND d.id <> u.primary_device_id)))"

/* The unit's curve, oldest first, at most max: of more, the newest. */
enum db_rc	 history_points(struct db *db, const struct history_of *of,
		    int32_t max, struct arena *arena,
		    struct history_point **v, size_t *n) must_check;

struct history_span {
	int64_t	from_ms, to_ms;
};

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
	int16_t		 battery;	/* percent, -1: not reported */
	int16_t		 signal;	/* dBm, 0: not reported */
	bool		 outside;	/* of the limits in force then */
	char		 source;
	int16_t		 doubts;	/* PLAUSIBLE_* */
	struct opt_centi raw;		/* before the sensor's calibration */
};

/* What a list of readings needs to know of its unit. */
struct history_unit {
	const char	*zone;		/* of the site */
	int64_t		 interval_ms;	/* expected between readings */
};

struct history_page {		/* of a list, newest first, every sensor's */
	int32_t		max;
	bool		detail;		/* received_at_ms, source, raw too */
	bool		has_after;	/* then always in detail */
	struct cursor	after;
};

/* Sent and received apart, so that the end of the transaction may leave between
 * the two. None where there is no such unit. Readings without a device come
 * first among those of an instant; their cursor has the nil id. */
void		 history_send_rows(struct db *db, const struct history_of *of,
		    const struct history_page *page);
enum db_rc	 history_recv_rows(struct db *db, struct arena *arena,
		    struct history_row **v, size_t *n) must_check;
/* How many readings there are, all sensors', but no more than max. DB_NONE:
 * there is no such unit. */
enum db_rc	 history_count(struct db *db, const struct history_of *of,
		    int32_t max, struct arena *arena,
		    struct history_unit *unit, int64_t *n) must_check;

/* For pages. */
struct json_object *history_row_to_json(const struct history_row *r);
/* For machines: an array of objects, without the cost of building one, in
 * detail or only what was measured; and lines behind a heading (RFC 4180).
 * What speaks against a reading, and what it was before its calibration, is
 * told only where there is anything to tell.
 * Numbers in degrees Celsius, percent and dBm, times in UTC, nothing for what
 * was not reported. */
void		 history_write_json(struct buf *out,
		    const struct history_row *v, size_t n, bool detail);
void		 history_write_csv(struct buf *out,
		    const struct history_row *v, size_t n);
const char	*history_source(char source);	/* "ttn"; static */

extern const struct db_stmt_list history_stmts;

#endif
