#include "engine-oracle.h"
#include "engine-sample.h"

#define DAY_MS		(1440 * MIN_MS)

static const struct uuid of_unit;

static int64_t
max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct engine_rules
oracle_rules_at(const struct engine_rules *r, int64_t now_ms)
{
	struct engine_rules	 at = *r;

	at.day_start_at_ms = now_ms - now_ms % DAY_MS;
	if (r->suppressed_until_ms <= now_ms)
		at.suppressed = 0;
	return at;
}

int64_t
oracle_clock_of(const struct moment *m)
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

const struct engine_alert *
oracle_find(const struct engine_state *s, enum alert_type type,
    const struct uuid *sensor)
{
	for (int i = 0; i < s->alerts_n; i++)
		if (s->alerts[i].type == type &&
		    uuid_eq(&s->alerts[i].sensor, sensor))
			return &s->alerts[i];
	return NULL;
}

bool
oracle_suppressed(const struct moment *m, enum alert_type type)
{
	return (m->r->suppressed & ENGINE_BIT(type)) != 0;
}

bool
oracle_open_or_suppressed(const struct moment *m, enum alert_type type)
{
	return oracle_find(m->after, type, &of_unit) != NULL ||
	    oracle_suppressed(m, type);
}

bool
oracle_out_of_range(const struct moment *m)
{
	const struct engine_state *s = m->after;

	return s->temp_at_ms != 0 &&
	    ((m->r->has_high && s->temp > m->r->high) ||
	    (m->r->has_low && s->temp < m->r->low));
}

bool
oracle_excused(const struct moment *m)
{
	const struct engine_state *s = m->after;
	const struct engine_rules *r = m->r;
	int64_t	 t = oracle_clock_of(m), used = 0;

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

bool
oracle_silent(const struct moment *m)
{
	const struct engine_state *s = m->after;
	int64_t	 t = oracle_clock_of(m);

	if (watched_by_people(m))
		return false;
	if (t >= without_temp(m, m->r->offline_critical_missed))
		return true;
	return s->reading_at_ms != 0 && m->r->offline_warning_missed > 0 &&
	    engine_missed_checkins(s->checkin_at_ms,
	    m->r->checkin_interval_s, t) >= m->r->offline_warning_missed;
}

bool
oracle_log_overdue(const struct moment *m)
{
	const struct engine_state *s = m->after;
	const struct engine_rules *r = m->r;
	int64_t	 t = oracle_clock_of(m), wait, base;

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

bool
oracle_plausible(const struct engine_event *ev)
{
	return ev->kind == ENGINE_UPLINK && ev->has_temp == ENGINE_TEMP_VALID &&
	    ev->temp <= 14889 && ev->temp >= -7333;
}
