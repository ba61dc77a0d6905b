/*
 * plausible.h - whether a sensor can have measured what it says, and when.
 *
 * Pure. Decides what speaks against a reading, from what its sensor said
 * before: a jump that nothing cold makes, a value that has not moved for longer
 * than a living sensor's does, a clock that the network's proves wrong. A doubt
 * is shown and withholds nothing: the engine judges what is doubted like
 * anything else, for a false alarm is better than a missed one. What is no
 * temperature at all ("not connected", 327.67) is uplink.h's to refuse.
 *
 * Values are those of the sensor itself, before any calibration: a new offset
 * is no jump.
 */
#ifndef FG_PLAUSIBLE_H
#define FG_PLAUSIBLE_H
#include "base/centi.h"
#include "domain/kinds.h"
#include <stdint.h>

/* As sensor_readings.doubts has them. */
enum {
	PLAUSIBLE_JUMP	= 1 << 0,
	PLAUSIBLE_STUCK	= 1 << 1,
	PLAUSIBLE_CLOCK	= 1 << 2,	/* corrected: it is the network's time,
					 * or was moved by as much */
	PLAUSIBLE__ALL	= (1 << 3) - 1
};

/*
 * The air of a cold room warms by what comes in through the door and cools by
 * less than a degree in a minute: this much between two readings, and so much
 * more for each minute between them, leaves room for a defrost and for a probe
 * that is taken out and held in a hand. Measured from the last value without a
 * doubt, so that one wrong value makes one doubt and not two; as the distance
 * allowed grows, a probe that was really moved is believed after a while. In a
 * blast chiller probes go from hot food into cold: there nothing is a jump.
 */
#define PLAUSIBLE_JUMP_CENTI		1000
#define PLAUSIBLE_JUMP_PER_MIN_CENTI	200

/* So many readings at least, over the hours that the value's own resolution
 * calls for: what is told in half degrees stands still for long in a good
 * freezer, hundredths never do. */
#define PLAUSIBLE_STUCK_READINGS	24
#define PLAUSIBLE_STUCK_FINE_H		12	/* hundredths are told */
#define PLAUSIBLE_STUCK_TENTH_H		24
#define PLAUSIBLE_STUCK_COARSE_H	72	/* halves or whole degrees */

struct plausible_value {	/* what is remembered; zeroed at first */
	centi_t	value;		/* the last that was no jump, */
	int64_t	at_ms;		/* ... when; 0: there was none */
	int64_t	since_ms;	/* it has been this one since, */
	int32_t	count;		/* ... in so many readings */
};

/* What speaks against the next value: PLAUSIBLE_JUMP, PLAUSIBLE_STUCK or 0. A
 * value no newer than what is remembered is history, and never in doubt. */
unsigned plausible_value_take(struct plausible_value *m, enum unit_type type,
	    centi_t value, int64_t at_ms);

/*
 * A message arrives within seconds. A time that is ahead of its arrival is
 * wrong; one far behind may be of something that was kept back, though nobody
 * keeps a newest value for a month. In between, what was kept back comes with an
 * age that changes from message to message, while a wrong clock is as wrong in
 * each: that, over PLAUSIBLE_PROOF_MS, is the proof. Less than
 * PLAUSIBLE_BEHIND_MS may be the age of the last sample of a list.
 */
#define PLAUSIBLE_AHEAD_MS	(5 * 60 * INT64_C(1000))
#define PLAUSIBLE_BEHIND_MS	(30 * 60 * INT64_C(1000))
#define PLAUSIBLE_AGE_MS	(30 * 24 * 3600 * INT64_C(1000))
#define PLAUSIBLE_SAME_MS	(2 * 60 * INT64_C(1000))
#define PLAUSIBLE_PROOF_MS	(10 * 60 * INT64_C(1000))

struct plausible_clock {	/* what is remembered; zeroed at first */
	int64_t	ahead_ms;	/* of the network's; behind: negative */
	int64_t	since_ms;	/* as much since; 0: it never told a time */
	bool	wrong;		/* that is proved */
};

/* A message told its newest value's time by the device's clock, and came at
 * that of the network. Returns by how much too late every time is that it
 * tells; 0: they are right, or not proved to be wrong. Where the error stays
 * the same, so does what is returned: what is sent again comes out the same. A
 * message older than what is remembered is judged, and forgotten. */
int64_t	 plausible_clock_take(struct plausible_clock *m, int64_t device_ms,
	    int64_t network_ms);

/* "jump", "stuck", "clock": of one bit; static. */
const char *plausible_name(unsigned doubt);
/* What people read: "changed faster than anything cold does". */
const char *plausible_label(unsigned doubt);

#endif
