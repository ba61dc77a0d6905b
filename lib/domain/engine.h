/*
 * engine.h - decides what a unit's condition is and whom that concerns.
 *
 * Pure: one state, one event, one clock in; the new state and the effects out.
 * No I/O, no allocation, no clock of its own. It decides everything about
 * food safety and nothing about delivery, wording or storage.
 *
 * Two tracks are kept apart and joined only in the status:
 *  - temperature: in range, excursion, confirmed, recovered, proven by two
 *    good readings. Time without data is never evidence of recovery.
 *  - connection: W missed check-ins of any sensor make a unit offline; C missed
 *    intervals without a *temperature of the primary sensor* make it
 *    interrupted, however lively its probe reports faults.
 *
 * Conventions: an _at_ms of 0 is "never" (NULL in SQL); limits are inclusive;
 * rule values lie within the bounds of rules.h; now_ms is later than 1970.
 * A batch is replayed in time order with now_ms = the item's own time, then
 * one tick with the true time. Whoever changes what rules are made from
 * (limits, suppressions, sensors) sets the unit's due time to now.
 */
#ifndef FG_ENGINE_H
#define FG_ENGINE_H
#include "base/centi.h"
#include "base/uuid.h"
#include "domain/kinds.h"
#include <stdbool.h>
#include <stdint.h>

#define ENGINE_CHECKIN_BUFFER_MS 30000	/* lateness nobody is told about */
#define ENGINE_WINDOW_MAX	16	/* samples: 45 minutes, 3 apart */
#define ENGINE_ALERTS_MAX	32	/* open at once on one unit */
#define ENGINE_OPS_MAX		8	/* a step: unit 5, sensor 2, person 1 */
#define ENGINE_GOOD_READINGS	2	/* in a row, before a unit is ok */
#define ENGINE_FAULT_HIGH	14889	/* 300 F: beyond this no reading, */
#define ENGINE_FAULT_LOW	(-7333)	/* -100 F: but a broken probe */
#define ENGINE_BATTERY_LOW_MV	2500	/* where the sensor's own is unknown */

/* Effective rules: what unit, site, organization and defaults agree on. */
struct engine_rules {
	bool	has_high, has_low;
	centi_t	high, low, hysteresis;
	int	checkin_interval_s;
	int	offline_warning_missed;		/* 0: no such level */
	int	offline_critical_missed;
	int	manual_missed;			/* before people must log */
	int	manual_interval_min;
	int	manual_grace_min;
	bool	manual_enabled;			/* people may be asked at all */
	bool	manual_monitoring;		/* logs are due by the clock */
	bool	has_sensor;			/* of temperature */
	int	confirm_door_closed_s;		/* also for a door unknown */
	int	confirm_door_open_s;
	int	max_excursion_min;		/* an alarm, door or not */
	int	door_grace_min;
	int	door_warning_min;
	int	door_critical_min;
	int	door_mask_min_per_day;
	int64_t	created_at_ms;			/* of the unit */
	int64_t	day_start_at_ms;		/* the site's last midnight */
	unsigned suppressed;			/* bits, ENGINE_BIT(type) */
	int64_t	suppressed_until_ms;		/* first of them to end; or 0 */
};
#define ENGINE_BIT(type)	(1u << (type))

/* One open alert. The alerts table is its storage, loaded with the state. */
struct engine_alert {
	enum alert_type		type;
	enum alert_severity	severity;
	struct uuid		sensor;		/* nil: of the unit itself */
	bool			acknowledged;
	int64_t			opened_at_ms;
	struct uuid		id;		/* the caller's own */
};

/* A plain value: copy freely. All zero but the status means never seen. */
struct engine_state {
	enum unit_status status;
	int64_t	since_at_ms;		/* of the status */
	int64_t	decided_at_ms;		/* newest effect of any kind */
	int64_t	checkin_at_ms;		/* newest message of any sensor */
	int64_t	reading_at_ms;		/* newest temperature, primary sensor */
	int64_t	manual_at_ms;		/* newest manual log */
	int64_t	temp_at_ms;		/* when temp was taken, by whomever */
	centi_t	temp;			/* what the unit is judged by */
	enum door_state	door;
	int64_t	door_seen_at_ms;	/* newest report */
	int64_t	door_changed_at_ms;	/* newest report that differed */
	int64_t	left_range_at_ms;	/* 0: in range, no excursion */
	int64_t	excursion_at_ms;	/* 0: none, or masked by the door */
	bool	confirmed;		/* the excursion is an alarm */
	int	good_readings;		/* in a row, up to the two needed */
	int64_t	in_range_at_ms;		/* newest reading within the limits */
	int64_t	mask_day_at_ms;		/* midnight: mask_used_ms since */
	int	mask_used_ms;		/* finished door masks of that day */
	unsigned withheld;		/* bits: a suppression kept it quiet */
	int64_t	due_at_ms;		/* time alone changes nothing before */
	int	window_n;		/* out of range, oldest first */
	int64_t	window_at_ms[ENGINE_WINDOW_MAX];
	centi_t	window_temp[ENGINE_WINDOW_MAX];
	int	alerts_n;
	struct engine_alert alerts[ENGINE_ALERTS_MAX];
};

enum engine_event_kind {
	ENGINE_UPLINK,		/* a sensor spoke: temperature, door, battery */
	ENGINE_MANUAL_LOG,	/* a person measured: at_ms, temp */
	ENGINE_ACKNOWLEDGE,	/* of the alert (type, sensor) */
	ENGINE_RESOLVE,		/* of the alert (type, sensor), by a person */
	ENGINE_TICK,		/* nothing happened but time */
	ENGINE_EVENT__MAX
};

enum engine_temp {
	ENGINE_TEMP_NONE,	/* the message carries no temperature */
	ENGINE_TEMP_VALID,
	ENGINE_TEMP_FAULT,	/* sentinel, probe off, decoder error */
	ENGINE_TEMP__MAX
};

/* Unused fields are zero, battery fields -1 where not reported. */
struct engine_event {
	enum engine_event_kind	kind;
	int64_t			at_ms;		/* recorded; 0, or ahead: now */
	struct uuid		sensor;
	bool			is_primary;
	enum engine_temp	has_temp;
	centi_t			temp;
	enum door_state		door;		/* DOOR_UNKNOWN: not reported */
	int			battery_percent;
	int			battery_mv;
	int			battery_low_mv;	/* 0: ENGINE_BATTERY_LOW_MV */
	enum alert_type		alert;		/* acknowledge, resolve */
};

enum engine_rc {
	ENGINE_OK,		/* evaluated; state and effects are new */
	ENGINE_LATE,		/* nothing in it is newer: history, no effect */
	ENGINE_REPEATED,	/* already acknowledged: success, no effect */
	ENGINE_NO_ALERT,	/* no such alert is open */
	ENGINE_REFUSED,		/* its condition still holds */
};

enum engine_reason {
	ENGINE_WHY_NONE,
	ENGINE_WHY_ABOVE, ENGINE_WHY_BELOW,	/* out of range */
	ENGINE_WHY_CONFIRMED,		/* out of range past the confirm time */
	ENGINE_WHY_MAX_EXCURSION,	/* out of range past all patience */
	ENGINE_WHY_RECOVERED,		/* back past the hysteresis */
	ENGINE_WHY_STABLE,		/* two good readings in a row */
	ENGINE_WHY_NOT_COOLING,		/* 45 minutes without improvement */
	ENGINE_WHY_MISSED,		/* check-ins missed */
	ENGINE_WHY_NO_TEMPERATURE,	/* it reports, but no temperature */
	ENGINE_WHY_NEVER_SEEN,		/* and is overdue */
	ENGINE_WHY_BACK,		/* reporting again */
	ENGINE_WHY_LOG_OVERDUE, ENGINE_WHY_LOGGED,
	ENGINE_WHY_DOOR_OPEN, ENGINE_WHY_DOOR_CLOSED,
	ENGINE_WHY_BATTERY_LOW, ENGINE_WHY_BATTERY_GOOD,
	ENGINE_WHY_FAULT, ENGINE_WHY_FAULT_GONE,
	ENGINE_WHY_UNSUPPRESSED,	/* a suppression ended */
	ENGINE_WHY_PERSON,		/* somebody decided */
	ENGINE_WHY__MAX
};

enum engine_op_kind {
	ENGINE_OP_OPEN,		/* insert */
	ENGINE_OP_CHANGE,	/* severity in place, or news after silence */
	ENGINE_OP_ACKNOWLEDGE,
	ENGINE_OP_RESOLVE,	/* by_person or automatically */
	ENGINE_OP_WITHHOLD,	/* a suppression kept it quiet: audit only */
};

enum engine_limit { ENGINE_LIMIT_NONE, ENGINE_LIMIT_MIN, ENGINE_LIMIT_MAX };

/* One thing to do to one alert, and one line for the audit trail. */
struct engine_op {
	enum engine_op_kind	kind;
	enum alert_type		type;
	enum alert_severity	severity;
	struct uuid		sensor;		/* nil: of the unit itself */
	struct uuid		id;		/* as loaded; nil: opening */
	enum engine_reason	reason;
	bool			notify;		/* queue deliveries */
	bool			rearmed;	/* was acknowledged */
	bool			by_person;	/* resolved manually */
	bool			suppressed;	/* hence not notified */
	bool			has_temp;
	centi_t			temp;
	enum engine_limit	limit;		/* which one is violated */
	centi_t			limit_value;
	int			duration_s;	/* of the condition; resolving:
						 * of the alert */
	int			missed;		/* check-ins */
	int			battery_percent; /* -1: unknown */
	int			battery_mv;	/* -1: unknown */
	bool			correlated;	/* with this open one: */
	enum alert_type		correlated_type;
};

/* Also an audit line: unit_state_change. */
struct engine_transition {
	enum unit_status	from, to;
	enum engine_reason	reason;
};

struct engine_effects {
	bool	moved;				/* transition is meaningful */
	struct engine_transition transition;
	int	ops_n;				/* in the order to apply */
	struct engine_op ops[ENGINE_OPS_MAX];
	int	dropped;			/* beyond ENGINE_ALERTS_MAX */
};

/* Never seen, and due at once. */
void	engine_state_init(struct engine_state *state);

/* The decision. Unless ENGINE_OK, state is untouched and effects are empty. */
__attribute__((warn_unused_result))
enum engine_rc engine_step(struct engine_state *state,
	    const struct engine_rules *rules, const struct engine_event *event,
	    int64_t now_ms, struct engine_effects *out);

/* Beyond the limits that are in force? */
bool	engine_above(const struct engine_rules *rules, centi_t temp);
bool	engine_below(const struct engine_rules *rules, centi_t temp);
/* Is the sensor's temperature the unit's? That of its primary sensor is; where
 * it has none (nil), that of any; and what no sensor (nil) told. */
bool	engine_is_primary(const struct uuid *primary,
	    const struct uuid *sensor);
/* Is a tick worth its while? */
bool	engine_due(const struct engine_state *state, int64_t now_ms);
/* Whole intervals without a word, after the buffer; last_at_ms is not 0. */
int	engine_missed_checkins(int64_t last_at_ms, int interval_s,
	    int64_t now_ms);
/* NULL when no such alert is open; borrowed from state. */
struct engine_alert *engine_alert_find(struct engine_state *state,
	    enum alert_type type, const struct uuid *sensor);
/* "above the high limit": static. */
const char *engine_reason_text(enum engine_reason reason);
/* "above_limit", for audit rows and JSON: static. */
const char *engine_reason_name(enum engine_reason reason);

#endif
