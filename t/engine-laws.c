#include "engine-laws.h"
#include "engine-oracle.h"
#include "engine-sample.h"
#include <string.h>

#define YEAR_MS		INT64_C(31536000000)

static const struct uuid of_unit;

static bool
law_no_out_of_range_unit_is_without_an_open_alert(const struct moment *m)
{
	return !oracle_out_of_range(m) || oracle_excused(m) ||
	    oracle_open_or_suppressed(m, ALERT_TEMP_EXCURSION);
}

static bool
law_no_silent_unit_is_without_an_open_alert(const struct moment *m)
{
	return !oracle_silent(m) ||
	    oracle_open_or_suppressed(m, ALERT_MONITORING_INTERRUPTED);
}

static bool
law_no_overdue_log_is_without_an_open_alert(const struct moment *m)
{
	return !oracle_log_overdue(m) ||
	    oracle_open_or_suppressed(m, ALERT_MISSED_MANUAL_ENTRY);
}

static bool
law_no_door_stays_open_without_an_alert(const struct moment *m)
{
	int64_t	 open_ms = oracle_clock_of(m) - m->after->door_changed_at_ms;

	return m->after->door != DOOR_OPEN ||
	    open_ms < m->r->door_warning_min * MIN_MS ||
	    oracle_open_or_suppressed(m, ALERT_DOOR_OPEN);
}

static bool
law_at_most_one_open_alert_of_a_kind(const struct moment *m)
{
	const struct engine_state *s = m->after;

	if (s->alerts_n > ENGINE_ALERTS_MAX)
		return false;
	for (int i = 0; i < s->alerts_n; i++)
		if (oracle_find(s, s->alerts[i].type, &s->alerts[i].sensor) !=
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
		return oracle_out_of_range(m);
	case ALERT_SUSPECTED_COOLING_FAILURE:
		return !op->by_person && oracle_out_of_range(m);
	case ALERT_MONITORING_INTERRUPTED:
		return oracle_silent(m);
	case ALERT_MISSED_MANUAL_ENTRY:
		return oracle_log_overdue(m);
	case ALERT_DOOR_OPEN:
		return m->after->door == DOOR_OPEN && (!op->by_person ||
		    oracle_clock_of(m) - m->after->door_changed_at_ms >=
		    m->r->door_warning_min * MIN_MS);
	case ALERT_SENSOR_FAULT:
		return !op->by_person && !(its_own && oracle_plausible(ev));
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

/* The condition behind an alert that this step has opened or worsened. */
static bool
holds(const struct moment *m, enum alert_type type)
{
	switch (type) {
	case ALERT_TEMP_EXCURSION:
	case ALERT_SUSPECTED_COOLING_FAILURE:
		return oracle_out_of_range(m) && !oracle_excused(m);
	case ALERT_MONITORING_INTERRUPTED:
		return oracle_silent(m);
	case ALERT_MISSED_MANUAL_ENTRY:
		return oracle_log_overdue(m);
	case ALERT_DOOR_OPEN:
		return m->after->door == DOOR_OPEN;
	case ALERT_SENSOR_FAULT:
	case ALERT_LOW_BATTERY:
		return m->ev->kind == ENGINE_UPLINK;
	default:
		return false;
	}
}

static bool
law_nothing_opens_an_alert_without_its_condition(const struct moment *m)
{
	for (int i = 0; i < m->out->ops_n; i++) {
		const struct engine_op	*op = &m->out->ops[i];

		if ((op->kind == ENGINE_OP_OPEN ||
		    op->kind == ENGINE_OP_WITHHOLD) && !holds(m, op->type))
			return false;
	}
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
	    oracle_plausible(ev))
		return true;
	told = oracle_find(m->after, ALERT_SENSOR_FAULT, &ev->sensor) != NULL;
	return m->after->temp == m->before->temp &&
	    m->after->reading_at_ms <= m->before->reading_at_ms &&
	    (told || oracle_suppressed(m, ALERT_SENSOR_FAULT) ||
	    m->out->dropped > 0 || (ev->at_ms > 0 &&
	    ev->at_ms < m->after->checkin_at_ms));
}

static bool
law_ok_means_that_no_temperature_alert_is_open(const struct moment *m)
{
	return m->after->status != UNIT_OK ||
	    (oracle_find(m->after, ALERT_TEMP_EXCURSION, &of_unit) == NULL &&
	    oracle_find(m->after, ALERT_SUSPECTED_COOLING_FAILURE,
	    &of_unit) == NULL);
}

static bool
law_an_alarm_ends_only_in_range(const struct moment *m)
{
	return !m->before->confirmed || m->after->confirmed ||
	    !oracle_out_of_range(m);
}

static bool
law_the_state_agrees_with_itself(const struct moment *m)
{
	const struct engine_state *s = m->after;
	bool	 excursion = s->excursion_at_ms != 0;

	if (s->door != DOOR_UNKNOWN &&
	    s->door_changed_at_ms > s->door_seen_at_ms)
		return false;
	if (excursion && (s->left_range_at_ms == 0 || s->good_readings != 0))
		return false;
	return (excursion || !s->confirmed) &&
	    s->good_readings >= 0 && s->good_readings <= ENGINE_GOOD_READINGS &&
	    s->window_n >= 0 && s->window_n <= ENGINE_WINDOW_MAX &&
	    s->reading_at_ms <= s->checkin_at_ms;
}

static bool
law_nothing_has_happened_later_than_now(const struct moment *m)
{
	const struct engine_state *s = m->after;
	const int64_t	 seen[] = { s->since_at_ms, s->decided_at_ms,
		s->checkin_at_ms, s->manual_at_ms, s->temp_at_ms,
		s->door_seen_at_ms, s->left_range_at_ms, s->excursion_at_ms,
		s->in_range_at_ms };
	int64_t		 t = oracle_clock_of(m);

	for (size_t i = 0; i < COUNT(seen); i++)
		if (seen[i] > t)
			return false;
	return s->window_n == 0 || s->window_at_ms[s->window_n - 1] <= t;
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
		if (!apply(&s, &m->out->ops[i], oracle_clock_of(m)))
			return false;
	return m->out->ops_n <= ENGINE_OPS_MAX &&
	    engine_sample_same(&s, m->after);
}

static bool
law_every_open_alert_was_told_at_its_severity(const struct moment *m)
{
	for (int i = 0; i < m->after->alerts_n; i++) {
		const struct engine_alert *a = &m->after->alerts[i];

		if (uuid_is_nil(&a->sensor) && !a->acknowledged &&
		    !oracle_suppressed(m, a->type) &&
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
		    oracle_suppressed(m, m->out->ops[i].type))
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
	struct engine_rules	 then = oracle_rules_at(r, now);
	struct engine_effects	 out;
	struct engine_state	 untimed;

	*after = *s;
	if (engine_step(after, &then, &tick, now, &out) != ENGINE_OK)
		return false;
	untimed = *after;
	untimed.due_at_ms = s->due_at_ms;
	return !out.moved && out.ops_n == 0 && engine_sample_same(&untimed, s);
}

static bool
law_time_changes_nothing_before_it_is_due(const struct moment *m)
{
	int64_t	 due = m->after->due_at_ms, t = oracle_clock_of(m);
	int64_t	 last = due != 0 ? due - 1 : t + YEAR_MS;
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
	LAW(law_nothing_opens_an_alert_without_its_condition),
	LAW(law_a_unit_never_seen_is_not_ok),
	LAW(law_a_sentinel_is_a_fault_and_no_temperature),
	LAW(law_ok_means_that_no_temperature_alert_is_open),
	LAW(law_an_alarm_ends_only_in_range),
	LAW(law_the_state_agrees_with_itself),
	LAW(law_nothing_has_happened_later_than_now),
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
	    engine_sample_same(m->before, m->after);
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
