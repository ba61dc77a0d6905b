#include "engine-laws.h"
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MIN_MS		INT64_C(60000)
#define HOUR_MS		(60 * MIN_MS)
#define DAY_MS		(24 * HOUR_MS)

static const struct uuid of_unit;

static int64_t
max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct engine_rules
engine_laws_rules_at(const struct engine_rules *r, int64_t now_ms)
{
	struct engine_rules	 at = *r;

	at.day_start_at_ms = now_ms - now_ms % DAY_MS;
	if (r->suppressed_until_ms <= now_ms)
		at.suppressed = 0;
	return at;
}

static bool
same_alert(const struct engine_alert *a, const struct engine_alert *b)
{
	return a->type == b->type && a->severity == b->severity &&
	    uuid_eq(&a->sensor, &b->sensor) && uuid_eq(&a->id, &b->id) &&
	    a->acknowledged == b->acknowledged &&
	    a->opened_at_ms == b->opened_at_ms;
}

bool
engine_laws_same(const struct engine_state *a, const struct engine_state *b)
{
	const size_t	 n = (size_t)a->window_n;

	if (a->window_n != b->window_n || a->alerts_n != b->alerts_n ||
	    memcmp(a->window_at_ms, b->window_at_ms,
	    n * sizeof(a->window_at_ms[0])) != 0 ||
	    memcmp(a->window_temp, b->window_temp,
	    n * sizeof(a->window_temp[0])) != 0)
		return false;
	for (int i = 0; i < a->alerts_n; i++)
		if (!same_alert(&a->alerts[i], &b->alerts[i]))
			return false;
	return a->status == b->status && a->since_at_ms == b->since_at_ms &&
	    a->decided_at_ms == b->decided_at_ms &&
	    a->checkin_at_ms == b->checkin_at_ms &&
	    a->reading_at_ms == b->reading_at_ms &&
	    a->manual_at_ms == b->manual_at_ms &&
	    a->temp_at_ms == b->temp_at_ms && a->temp == b->temp &&
	    a->door == b->door && a->door_seen_at_ms == b->door_seen_at_ms &&
	    a->door_changed_at_ms == b->door_changed_at_ms &&
	    a->left_range_at_ms == b->left_range_at_ms &&
	    a->excursion_at_ms == b->excursion_at_ms &&
	    a->confirmed == b->confirmed &&
	    a->good_readings == b->good_readings &&
	    a->in_range_at_ms == b->in_range_at_ms &&
	    a->mask_day_at_ms == b->mask_day_at_ms &&
	    a->mask_used_ms == b->mask_used_ms &&
	    a->withheld == b->withheld && a->due_at_ms == b->due_at_ms;
}

/* Time as the unit knows it: it stands still for less than a minute. */
static int64_t
clock_of(const struct moment *m)
{
	const struct engine_state *s = m->before;
	const int64_t	 seen[] = { s->since_at_ms, s->decided_at_ms,
		s->checkin_at_ms, s->manual_at_ms, s->temp_at_ms,
		s->door_seen_at_ms, s->left_range_at_ms };
	int64_t		 newest = m->now;

	for (size_t i = 0; i < COUNT(seen); i++)
		newest = max64(newest, seen[i]);
	return newest - m->now <= MIN_MS ? newest : m->now;
}

static const struct engine_alert *
find(const struct engine_state *s, enum alert_type type,
    const struct uuid *sensor)
{
	for (int i = 0; i < s->alerts_n; i++)
		if (s->alerts[i].type == type &&
		    uuid_eq(&s->alerts[i].sensor, sensor))
			return &s->alerts[i];
	return NULL;
}

static bool
suppressed(const struct moment *m, enum alert_type type)
{
	return (m->r->suppressed & ENGINE_BIT(type)) != 0;
}

static bool
open_or_suppressed(const struct moment *m, enum alert_type type)
{
	return find(m->after, type, &of_unit) != NULL || suppressed(m, type);
}

static bool
out_of_range(const struct moment *m)
{
	const struct engine_state *s = m->after;

	return s->temp_at_ms != 0 &&
	    ((m->r->has_high && s->temp > m->r->high) ||
	    (m->r->has_low && s->temp < m->r->low));
}

/* Is an open door still an excuse? */
static bool
excused(const struct moment *m)
{
	const struct engine_state *s = m->after;
	const struct engine_rules *r = m->r;
	int64_t	 t = clock_of(m), used = 0;

	if (s->mask_day_at_ms == r->day_start_at_ms)
		used = s->mask_used_ms;
	used += t - max64(s->left_range_at_ms, r->day_start_at_ms);
	return s->status == UNIT_OK && s->door == DOOR_OPEN &&
	    t - s->door_changed_at_ms < r->door_grace_min * MIN_MS &&
	    t - s->left_range_at_ms < r->max_excursion_min * MIN_MS &&
	    used < r->door_mask_min_per_day * MIN_MS;
}

static bool
watched_by_people(const struct moment *m)
{
	return m->r->manual_monitoring && !m->r->has_sensor;
}

/* The moment from which n intervals without a temperature have passed. */
static int64_t
without_temp(const struct moment *m, int n)
{
	const struct engine_state *s = m->after;

	return INT64_C(1000) * m->r->checkin_interval_s * n +
	    (s->reading_at_ms != 0 ? s->reading_at_ms + 30000 :
	    m->r->created_at_ms);
}

static bool
silent(const struct moment *m)
{
	const struct engine_state *s = m->after;
	int64_t	 t = clock_of(m);

	if (watched_by_people(m))
		return false;
	if (t >= without_temp(m, m->r->offline_critical_missed))
		return true;
	return s->reading_at_ms != 0 && m->r->offline_warning_missed > 0 &&
	    engine_missed_checkins(s->checkin_at_ms,
	    m->r->checkin_interval_s, t) >= m->r->offline_warning_missed;
}

static bool
log_overdue(const struct moment *m)
{
	const struct engine_state *s = m->after;
	const struct engine_rules *r = m->r;
	int64_t	 t = clock_of(m), wait, base;

	wait = (r->manual_interval_min + r->manual_grace_min) * MIN_MS;
	if (!r->manual_enabled)
		return false;
	if (r->manual_monitoring) {
		base = s->manual_at_ms != 0 ? s->manual_at_ms :
		    r->created_at_ms;
		return t - base > wait;
	}
	base = max64(s->reading_at_ms, s->manual_at_ms);
	return t >= without_temp(m, r->manual_missed) &&
	    t >= without_temp(m, r->offline_critical_missed) &&
	    (base == 0 || t - base > wait);
}

static bool
plausible(const struct engine_event *ev)
{
	return ev->kind == ENGINE_UPLINK && ev->has_temp == ENGINE_TEMP_VALID &&
	    ev->temp <= 14889 && ev->temp >= -7333;
}

static bool
law_no_out_of_range_unit_is_without_an_open_alert(const struct moment *m)
{
	return !out_of_range(m) || excused(m) ||
	    open_or_suppressed(m, ALERT_TEMP_EXCURSION);
}

static bool
law_no_silent_unit_is_without_an_open_alert(const struct moment *m)
{
	return !silent(m) ||
	    open_or_suppressed(m, ALERT_MONITORING_INTERRUPTED);
}

static bool
law_no_overdue_log_is_without_an_open_alert(const struct moment *m)
{
	return !log_overdue(m) ||
	    open_or_suppressed(m, ALERT_MISSED_MANUAL_ENTRY);
}

static bool
law_no_door_stays_open_without_an_alert(const struct moment *m)
{
	int64_t	 open_ms = clock_of(m) - m->after->door_changed_at_ms;

	return m->after->door != DOOR_OPEN ||
	    open_ms < m->r->door_warning_min * MIN_MS ||
	    open_or_suppressed(m, ALERT_DOOR_OPEN);
}

static bool
law_at_most_one_open_alert_of_a_kind(const struct moment *m)
{
	const struct engine_state *s = m->after;

	if (s->alerts_n > ENGINE_ALERTS_MAX)
		return false;
	for (int i = 0; i < s->alerts_n; i++)
		if (find(s, s->alerts[i].type, &s->alerts[i].sensor) !=
		    &s->alerts[i])
			return false;
	return true;
}

/* The condition behind an alert that this step has resolved. */
static bool
still_holds(const struct moment *m, const struct engine_op *op)
{
	const struct engine_event *ev = m->ev;
	bool	 its_own = ev->kind == ENGINE_UPLINK &&
	    uuid_eq(&ev->sensor, &op->sensor);

	switch (op->type) {
	case ALERT_TEMP_EXCURSION:
		return out_of_range(m);
	case ALERT_SUSPECTED_COOLING_FAILURE:
		return !op->by_person && out_of_range(m);
	case ALERT_MONITORING_INTERRUPTED:
		return silent(m);
	case ALERT_MISSED_MANUAL_ENTRY:
		return log_overdue(m);
	case ALERT_DOOR_OPEN:
		return m->after->door == DOOR_OPEN && (!op->by_person ||
		    clock_of(m) - m->after->door_changed_at_ms >=
		    m->r->door_warning_min * MIN_MS);
	case ALERT_SENSOR_FAULT:
		return !op->by_person && !(its_own && plausible(ev));
	case ALERT_LOW_BATTERY:
		return !op->by_person && !(its_own &&
		    (ev->battery_percent > 20 ||
		    (ev->battery_percent < 0 && ev->battery_mv > 2500)));
	default:
		return !op->by_person;
	}
}

static bool
law_nothing_resolves_an_alert_while_its_condition_holds(const struct moment *m)
{
	for (int i = 0; i < m->out->ops_n; i++)
		if (m->out->ops[i].kind == ENGINE_OP_RESOLVE &&
		    still_holds(m, &m->out->ops[i]))
			return false;
	return true;
}

static bool
law_a_unit_never_seen_is_not_ok(const struct moment *m)
{
	return m->measured || m->after->status != UNIT_OK;
}

static bool
law_a_sentinel_is_a_fault_and_no_temperature(const struct moment *m)
{
	const struct engine_event *ev = m->ev;
	bool	 told;

	if (ev->kind != ENGINE_UPLINK || ev->has_temp == ENGINE_TEMP_NONE ||
	    plausible(ev))
		return true;
	told = find(m->after, ALERT_SENSOR_FAULT, &ev->sensor) != NULL;
	return m->after->temp == m->before->temp &&
	    m->after->reading_at_ms <= max64(m->before->reading_at_ms, 1) &&
	    (told || suppressed(m, ALERT_SENSOR_FAULT) ||
	    m->out->dropped > 0 || (ev->at_ms > 0 &&
	    ev->at_ms < m->after->checkin_at_ms));
}

static bool
law_ok_means_that_no_temperature_alert_is_open(const struct moment *m)
{
	return m->after->status != UNIT_OK ||
	    (find(m->after, ALERT_TEMP_EXCURSION, &of_unit) == NULL &&
	    find(m->after, ALERT_SUSPECTED_COOLING_FAILURE, &of_unit) == NULL);
}

static bool
law_an_alarm_ends_only_in_range(const struct moment *m)
{
	return !m->before->confirmed || m->after->confirmed ||
	    !out_of_range(m);
}

/* What a database would make of the operations. */
static bool
apply(struct engine_state *s, const struct engine_op *op, int64_t now)
{
	struct engine_alert	*a = engine_alert_find(s, op->type,
				    &op->sensor);

	if (op->kind == ENGINE_OP_WITHHOLD)
		return a == NULL;
	if ((a == NULL) != (op->kind == ENGINE_OP_OPEN))
		return false;
	if (op->kind == ENGINE_OP_OPEN)
		s->alerts[s->alerts_n++] = (struct engine_alert){
		    .type = op->type, .severity = op->severity,
		    .sensor = op->sensor, .opened_at_ms = now };
	else if (op->kind == ENGINE_OP_ACKNOWLEDGE)
		a->acknowledged = true;
	else if (op->kind == ENGINE_OP_RESOLVE)
		memmove(a, a + 1, (size_t)(s->alerts + --s->alerts_n - a) *
		    sizeof(*a));
	else if (op->severity < a->severity &&
	    op->type != ALERT_MONITORING_INTERRUPTED)
		return false;
	else {
		if (op->rearmed != (a->acknowledged &&
		    op->severity > a->severity))
			return false;
		a->severity = op->severity;
		a->acknowledged = a->acknowledged && !op->rearmed;
	}
	return true;
}

static bool
law_the_operations_are_the_whole_difference(const struct moment *m)
{
	struct engine_state	 s = *m->after;

	s.alerts_n = m->before->alerts_n;
	memcpy(s.alerts, m->before->alerts, sizeof(s.alerts));
	for (int i = 0; i < m->out->ops_n; i++)
		if (!apply(&s, &m->out->ops[i], clock_of(m)))
			return false;
	return m->out->ops_n <= ENGINE_OPS_MAX &&
	    engine_laws_same(&s, m->after);
}

static bool
law_every_open_alert_was_told_at_its_severity(const struct moment *m)
{
	for (int i = 0; i < m->after->alerts_n; i++) {
		const struct engine_alert *a = &m->after->alerts[i];

		if (uuid_is_nil(&a->sensor) && !a->acknowledged &&
		    !suppressed(m, a->type) &&
		    m->told[a->type] < (int)a->severity)
			return false;
	}
	return true;
}

static bool
law_the_suppressed_is_not_told(const struct moment *m)
{
	for (int i = 0; i < m->out->ops_n; i++)
		if (m->out->ops[i].notify &&
		    suppressed(m, m->out->ops[i].type))
			return false;
	return true;
}

static bool
law_a_transition_is_what_it_says(const struct moment *m)
{
	const struct engine_transition *t = &m->out->transition;

	if (!m->out->moved)
		return m->before->status == m->after->status;
	return t->from == m->before->status && t->to == m->after->status &&
	    t->from != t->to && t->reason != ENGINE_WHY_NONE;
}

/* A tick on a copy; false when it does or changes more than the timer. */
static bool
idle(const struct engine_state *s, const struct engine_rules *r, int64_t now,
    struct engine_state *after)
{
	static const struct engine_event tick = { .kind = ENGINE_TICK };
	struct engine_rules	 then = engine_laws_rules_at(r, now);
	struct engine_effects	 out;
	struct engine_state	 untimed;

	*after = *s;
	if (engine_step(after, &then, &tick, now, &out) != ENGINE_OK)
		return false;
	untimed = *after;
	untimed.due_at_ms = s->due_at_ms;
	return !out.moved && out.ops_n == 0 && engine_laws_same(&untimed, s);
}

static bool
law_time_changes_nothing_before_it_is_due(const struct moment *m)
{
	int64_t	 due = m->after->due_at_ms, t = clock_of(m);
	int64_t	 last = due != 0 ? due - 1 : t + 400 * DAY_MS;
	const int64_t	 times[] = { t, t + (last - t) / 2, last };

	for (size_t i = 0; i < COUNT(times) && times[0] < last; i++) {
		struct engine_state	 s;

		if (!idle(m->after, m->r, times[i], &s) ||
		    (s.due_at_ms != 0 && s.due_at_ms < due))
			return false;
	}
	return true;
}

static bool
law_ticks_are_idempotent(const struct moment *m)
{
	static const struct engine_event tick = { .kind = ENGINE_TICK };
	struct engine_state	 once = *m->after, twice;
	struct engine_effects	 out;

	return engine_step(&once, m->r, &tick, m->now, &out) == ENGINE_OK &&
	    idle(&once, m->r, m->now, &twice) &&
	    once.due_at_ms == twice.due_at_ms &&
	    (once.due_at_ms == 0 || once.due_at_ms > m->now);
}

#define LAW(f)	{ #f, f }
static const struct {
	const char	*name;
	bool		(*holds)(const struct moment *);
} laws[] = {
	LAW(law_no_out_of_range_unit_is_without_an_open_alert),
	LAW(law_no_silent_unit_is_without_an_open_alert),
	LAW(law_no_overdue_log_is_without_an_open_alert),
	LAW(law_no_door_stays_open_without_an_alert),
	LAW(law_at_most_one_open_alert_of_a_kind),
	LAW(law_nothing_resolves_an_alert_while_its_condition_holds),
	LAW(law_a_unit_never_seen_is_not_ok),
	LAW(law_a_sentinel_is_a_fault_and_no_temperature),
	LAW(law_ok_means_that_no_temperature_alert_is_open),
	LAW(law_an_alarm_ends_only_in_range),
	LAW(law_the_operations_are_the_whole_difference),
	LAW(law_every_open_alert_was_told_at_its_severity),
	LAW(law_the_suppressed_is_not_told),
	LAW(law_a_transition_is_what_it_says),
	LAW(law_time_changes_nothing_before_it_is_due),
	LAW(law_ticks_are_idempotent),
};

static bool
changed_nothing(const struct moment *m)
{
	return m->out->ops_n == 0 && !m->out->moved &&
	    engine_laws_same(m->before, m->after);
}

const char *
engine_laws_broken(const struct moment *m)
{
	if (m->rc != ENGINE_OK)
		return changed_nothing(m) ? NULL :
		    "law_what_is_refused_or_late_changes_nothing";
	for (size_t i = 0; i < COUNT(laws); i++)
		if (!laws[i].holds(m))
			return laws[i].name;
	return NULL;
}
