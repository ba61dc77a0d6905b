#include "domain/engine_pass.h"
#include <limits.h>
#include <string.h>

#define BATTERY_LOW_PERCENT	10	/* and less, an empty one included */
#define BATTERY_GOOD_PERCENT	20	/* more than this ends it */
#define BATTERY_GOOD_MARGIN_MV	200	/* where there is no percentage */

static const struct uuid of_unit;	/* nil: no sensor's own alert */

/* What one concern looks like now. holds implies lasts. */
struct finding {
	bool			holds;	/* an alert must be open */
	bool			lasts;	/* an open alert stays open */
	enum alert_severity	severity;
	enum engine_reason	reason;	/* for holding */
	enum engine_reason	gone;	/* for ending */
	int64_t			since_ms;
	int			missed;
};

static bool
door_open_for(const struct engine_pass *p, int minutes)
{
	return p->now >= p->s->door_changed_at_ms + minutes * MINUTE_MS;
}

static void
find_door(const struct engine_pass *p, struct finding *f)
{
	bool	 critical = door_open_for(p, p->r->door_critical_min);

	f->lasts = p->s->door == DOOR_OPEN;
	f->holds = f->lasts &&
	    (critical || door_open_for(p, p->r->door_warning_min));
	f->severity = critical ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	f->reason = ENGINE_WHY_DOOR_OPEN;
	f->gone = ENGINE_WHY_DOOR_CLOSED;
	f->since_ms = p->s->door_changed_at_ms;
}

static void
find_excursion(const struct engine_pass *p, struct finding *f)
{
	f->lasts = p->s->excursion_at_ms != 0;
	f->holds = f->lasts && engine_out_of_range(p);
	f->severity = p->s->confirmed ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	f->reason = p->s->confirmed ? engine_confirm_reason(p) :
	    engine_excursion_reason(p);
	f->gone = ENGINE_WHY_RECOVERED;
	f->since_ms = p->s->left_range_at_ms;
}

static void
find_cooling_failure(const struct engine_pass *p, struct finding *f)
{
	find_excursion(p, f);
	f->holds = engine_not_cooling(p);
	f->severity = SEVERITY_WARNING;
	f->reason = ENGINE_WHY_NOT_COOLING;
}

static void
find_silence(const struct engine_pass *p, struct finding *f)
{
	const struct engine_state *s = p->s;

	f->holds = f->lasts = p->link == LINK_LATE || p->link == LINK_LOST;
	f->severity = p->link == LINK_LOST ? SEVERITY_CRITICAL :
	    SEVERITY_WARNING;
	f->reason = engine_silence_reason(p);
	f->gone = ENGINE_WHY_BACK;
	f->since_ms = p->link == LINK_LOST ? s->reading_at_ms :
	    s->checkin_at_ms;
	if (f->since_ms == 0)
		f->since_ms = p->r->created_at_ms;
	f->missed = engine_missed_checkins(f->since_ms,
	    p->r->checkin_interval_s, p->now);
}

static void
find_missing_log(const struct engine_pass *p, struct finding *f)
{
	find_silence(p, f);	/* how many check-ins were missed */
	f->holds = f->lasts = p->log_overdue;
	f->severity = SEVERITY_WARNING;
	f->reason = ENGINE_WHY_LOG_OVERDUE;
	f->gone = p->ev->kind == ENGINE_MANUAL_LOG ? ENGINE_WHY_LOGGED :
	    ENGINE_WHY_BACK;
	f->since_ms = engine_log_base(p->s, p->r);
	if (f->since_ms == 0)
		f->since_ms = p->r->created_at_ms;
}

/* In this order, so that an alert may name an earlier one as its cause. */
static const struct concern {
	enum alert_type	 type;
	void		(*find)(const struct engine_pass *, struct finding *);
	bool		 eases;		/* the severity may fall again */
	bool		 has_cause;
	enum alert_type	 cause;		/* when it is open too */
} concerns[] = {
	{ ALERT_DOOR_OPEN, find_door, false, false, 0 },
	{ ALERT_TEMP_EXCURSION, find_excursion, false, true,
	    ALERT_DOOR_OPEN },
	{ ALERT_SUSPECTED_COOLING_FAILURE, find_cooling_failure, false, true,
	    ALERT_TEMP_EXCURSION },
	{ ALERT_MONITORING_INTERRUPTED, find_silence, true, false, 0 },
	{ ALERT_MISSED_MANUAL_ENTRY, find_missing_log, false, false, 0 },
};
#define CONCERNS_N	(sizeof(concerns) / sizeof(concerns[0]))

static bool
suppressed(const struct engine_pass *p, enum alert_type type)
{
	return (p->r->suppressed & ENGINE_BIT(type)) != 0;
}

/* A line about an alert, with the facts of the moment; told unless muted. */
static struct engine_op *
add_op(struct engine_pass *p, enum engine_op_kind kind, enum alert_type type,
    const struct uuid *sensor, enum engine_reason reason)
{
	const struct engine_state *s = p->s;
	struct engine_op	*op = &p->out->ops[p->out->ops_n++];

	op->kind = kind;
	op->type = type;
	op->sensor = *sensor;
	op->reason = reason;
	op->suppressed = suppressed(p, type);
	op->notify = !op->suppressed;
	op->has_temp = s->temp_at_ms != 0;
	op->temp = s->temp;
	if (op->has_temp && engine_above(p->r, s->temp)) {
		op->limit = ENGINE_LIMIT_MAX;
		op->limit_value = p->r->high;
	} else if (op->has_temp && engine_below(p->r, s->temp)) {
		op->limit = ENGINE_LIMIT_MIN;
		op->limit_value = p->r->low;
	}
	op->battery_percent = op->battery_mv = -1;
	return op;
}

static int
seconds(int64_t since_ms, int64_t now_ms)
{
	int64_t	 s = engine_elapsed(since_ms, now_ms) / 1000;

	return s < INT_MAX ? (int)s : INT_MAX;
}

/* An op about an alert that is already open. */
static struct engine_op *
add_op_about(struct engine_pass *p, enum engine_op_kind kind,
    const struct engine_alert *a, enum engine_reason reason)
{
	struct engine_op	*op;

	op = add_op(p, kind, a->type, &a->sensor, reason);
	op->severity = a->severity;
	op->id = a->id;
	op->duration_s = seconds(a->opened_at_ms, p->now);
	return op;
}

void
engine_acknowledge(struct engine_pass *p, struct engine_alert *a)
{
	a->acknowledged = true;
	if (uuid_is_nil(&a->sensor))	/* whatever is unsaid is known now */
		p->s->withheld &= ~ENGINE_BIT(a->type);
	add_op_about(p, ENGINE_OP_ACKNOWLEDGE, a, ENGINE_WHY_PERSON)->notify =
	    false;
}

void
engine_resolve(struct engine_pass *p, struct engine_alert *a,
    enum engine_reason reason)
{
	struct engine_state	*s = p->s;
	size_t			 at = (size_t)(a - s->alerts);

	add_op_about(p, ENGINE_OP_RESOLVE, a, reason)->by_person =
	    reason == ENGINE_WHY_PERSON;
	s->alerts_n--;
	memmove(a, a + 1, ((size_t)s->alerts_n - at) * sizeof(*a));
}

/*
 * Open an alert, or note that a suppression keeps it quiet. Sensors leave room
 * for one alert of each type of the unit itself.
 */
static struct engine_op *
open_alert(struct engine_pass *p, enum alert_type type,
    enum alert_severity severity, const struct uuid *sensor,
    enum engine_reason reason)
{
	struct engine_state	*s = p->s;
	struct engine_op	*op;
	int			 room = ENGINE_ALERTS_MAX - s->alerts_n;

	if (!uuid_is_nil(sensor))
		room -= ALERT_TYPE__MAX;
	if (suppressed(p, type) && (s->withheld & ENGINE_BIT(type)) != 0)
		return NULL;
	if (!suppressed(p, type) && room <= 0) {
		p->out->dropped++;
		return NULL;
	}
	op = add_op(p, ENGINE_OP_OPEN, type, sensor, reason);
	op->severity = severity;
	if (op->suppressed) {
		op->kind = ENGINE_OP_WITHHOLD;
		s->withheld |= ENGINE_BIT(type);
		return op;
	}
	s->withheld &= ~ENGINE_BIT(type);
	s->alerts[s->alerts_n++] = (struct engine_alert){ .type = type,
	    .severity = severity, .sensor = *sensor, .opened_at_ms = p->now };
	return op;
}

/* What an open alert has to say since it was opened or last told about. */
static void
update_alert(struct engine_pass *p, const struct concern *c,
    const struct finding *f, struct engine_alert *a)
{
	unsigned		 bit = ENGINE_BIT(c->type);
	bool			 worse = f->severity > a->severity;
	bool			 eased = c->eases && f->severity < a->severity;
	bool			 unsaid = (p->s->withheld & bit) != 0;
	bool			 muted = suppressed(p, c->type);
	struct engine_op	*op;

	if (!worse && !eased && (!unsaid || muted))
		return;
	if (worse || eased)
		a->severity = f->severity;
	op = add_op_about(p, ENGINE_OP_CHANGE, a,
	    worse || eased ? f->reason : ENGINE_WHY_UNSUPPRESSED);
	op->duration_s = seconds(f->since_ms, p->now);
	op->missed = f->missed;
	op->notify = (worse || unsaid) && !muted;
	op->rearmed = worse && a->acknowledged;
	if (worse)
		a->acknowledged = false;
	if (op->notify)
		p->s->withheld &= ~bit;
	else if (worse)
		p->s->withheld |= bit;
}

static void
agree(struct engine_pass *p, const struct concern *c)
{
	struct engine_alert	*a = engine_alert_find(p->s, c->type, &of_unit);
	struct finding		 f = { 0 };
	struct engine_op	*op;

	c->find(p, &f);
	if (!f.lasts)
		p->s->withheld &= ~ENGINE_BIT(c->type);
	if (a != NULL && !f.lasts)
		engine_resolve(p, a, f.gone);
	else if (a != NULL)
		update_alert(p, c, &f, a);
	if (a != NULL || !f.holds)
		return;
	op = open_alert(p, c->type, f.severity, &of_unit, f.reason);
	if (op == NULL)
		return;
	op->duration_s = seconds(f.since_ms, p->now);
	op->missed = f.missed;
	op->correlated = c->has_cause &&
	    engine_alert_find(p->s, c->cause, &of_unit) != NULL;
	op->correlated_type = c->cause;
}

/*
 * What a sensor's own message says about the sensor. Such a thing is known
 * for one message only: the next one decides anew.
 */
static struct engine_op *
agree_sensor(struct engine_pass *p, enum alert_type type, bool holds,
    enum engine_reason reason, bool good, enum engine_reason gone)
{
	struct engine_alert	*a;

	a = engine_alert_find(p->s, type, &p->ev->sensor);
	if (a == NULL && holds)
		return open_alert(p, type, type == ALERT_SENSOR_FAULT ?
		    SEVERITY_CRITICAL : SEVERITY_WARNING, &p->ev->sensor,
		    reason);
	if (a != NULL && good)
		engine_resolve(p, a, gone);
	return NULL;
}

static void
agree_battery(struct engine_pass *p)
{
	const struct engine_event *ev = p->ev;
	int			 percent = ev->battery_percent, low_mv;
	bool			 low, charged;
	struct engine_op	*op;

	low_mv = ev->battery_low_mv > 0 ? ev->battery_low_mv :
	    ENGINE_BATTERY_LOW_MV;
	low = (percent >= 0 && percent <= BATTERY_LOW_PERCENT) ||
	    (ev->battery_mv >= 0 && ev->battery_mv <= low_mv);
	charged = percent >= 0 ? percent > BATTERY_GOOD_PERCENT :
	    ev->battery_mv > low_mv + BATTERY_GOOD_MARGIN_MV;
	op = agree_sensor(p, ALERT_LOW_BATTERY, low, ENGINE_WHY_BATTERY_LOW,
	    charged && !low, ENGINE_WHY_BATTERY_GOOD);
	if (op == NULL)
		return;
	op->battery_percent = percent;
	op->battery_mv = ev->battery_mv;
}

/* Make the open alerts say what is so. */
void
engine_alert(struct engine_pass *p)
{
	const unsigned	 of_sensors = ENGINE_BIT(ALERT_LOW_BATTERY) |
	    ENGINE_BIT(ALERT_SENSOR_FAULT);

	p->s->withheld &= ~of_sensors | p->r->suppressed;
	if (p->sensor_news) {
		agree_sensor(p, ALERT_SENSOR_FAULT,
		    p->temp == ENGINE_TEMP_FAULT, ENGINE_WHY_FAULT,
		    p->temp == ENGINE_TEMP_VALID, ENGINE_WHY_FAULT_GONE);
		agree_battery(p);
	}
	for (size_t i = 0; i < CONCERNS_N; i++)
		agree(p, &concerns[i]);
}

/* False for types the unit's state knows nothing about. */
bool
engine_holds(const struct engine_pass *p, enum alert_type type)
{
	struct finding	 f = { 0 };

	for (size_t i = 0; i < CONCERNS_N; i++)
		if (concerns[i].type == type)
			concerns[i].find(p, &f);
	return f.holds;
}

struct engine_alert *
engine_alert_find(struct engine_state *s, enum alert_type type,
    const struct uuid *sensor)
{
	for (int i = 0; i < s->alerts_n; i++)
		if (s->alerts[i].type == type &&
		    uuid_eq(&s->alerts[i].sensor, sensor))
			return &s->alerts[i];
	return NULL;
}
