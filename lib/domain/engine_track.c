#include "domain/engine_pass.h"
#include <string.h>

#define WINDOW_MS	(45 * MINUTE_MS)
#define WINDOW_STEP_MS	(3 * MINUTE_MS)
#define WINDOW_ENOUGH	5	/* readings before a trend is one */
#define TREND_SLACK	28	/* half a degree F counts as standing still */
#define DAY_MS		(24 * 60 * MINUTE_MS)

bool
engine_above(const struct engine_rules *r, centi_t temp)
{
	return r->has_high && temp > r->high;
}

bool
engine_below(const struct engine_rules *r, centi_t temp)
{
	return r->has_low && temp < r->low;
}

bool
engine_is_primary(const struct uuid *primary, const struct uuid *sensor)
{
	return uuid_is_nil(primary) || uuid_is_nil(sensor) ||
	    uuid_eq(primary, sensor);
}

static bool
outside(const struct engine_rules *r, centi_t temp)
{
	return engine_above(r, temp) || engine_below(r, temp);
}

bool
engine_out_of_range(const struct engine_pass *p)
{
	return p->s->temp_at_ms != 0 && outside(p->r, p->s->temp);
}

/*
 * Inside the limits by the hysteresis. In a narrow range the band takes a
 * quarter of it from either side at most, or nothing could ever recover.
 */
static bool
good(const struct engine_rules *r, centi_t temp)
{
	centi_t	 band = r->hysteresis;

	if (r->has_high && r->has_low && band > (r->high - r->low) / 4)
		band = (r->high - r->low) / 4;
	return (!r->has_high || temp <= r->high - band) &&
	    (!r->has_low || temp >= r->low + band);
}

/* Every reading at most one sample in three minutes, for 45 minutes. */
static void
window_push(struct engine_state *s, int64_t at_ms, centi_t temp)
{
	int	 gone = 0;

	if (s->window_n > 0 &&
	    at_ms - s->window_at_ms[s->window_n - 1] < WINDOW_STEP_MS)
		return;
	while (gone < s->window_n && s->window_at_ms[gone] < at_ms - WINDOW_MS)
		gone++;
	s->window_n -= gone;
	memmove(s->window_at_ms, s->window_at_ms + gone,
	    (size_t)s->window_n * sizeof(s->window_at_ms[0]));
	memmove(s->window_temp, s->window_temp + gone,
	    (size_t)s->window_n * sizeof(s->window_temp[0]));
	s->window_at_ms[s->window_n] = at_ms;
	s->window_temp[s->window_n++] = temp;
}

/* A temperature to judge the unit by; older ones are for the records. */
void
engine_take_temp(struct engine_pass *p, centi_t temp)
{
	struct engine_state	*s = p->s;

	if (p->when <= s->temp_at_ms)
		return;
	s->temp = temp;
	s->temp_at_ms = p->when;
	if (outside(p->r, temp)) {
		window_push(s, p->when, temp);
	} else {
		s->window_n = 0;
		s->in_range_at_ms = p->when;
	}
	if (s->excursion_at_ms != 0 || s->good_readings >= ENGINE_GOOD_READINGS)
		return;
	if (!good(p->r, temp))
		s->good_readings = 0;
	else if ((s->good_readings += p->proof) > ENGINE_GOOD_READINGS)
		s->good_readings = ENGINE_GOOD_READINGS;
}

/* Door shut or unknown, 45 minutes out of range, and it does not get better. */
bool
engine_not_cooling(const struct engine_pass *p)
{
	const struct engine_state *s = p->s;
	bool	 (*outside_there)(const struct engine_rules *, centi_t);

	if (s->excursion_at_ms == 0 || s->door == DOOR_OPEN ||
	    !engine_out_of_range(p) || s->window_n < WINDOW_ENOUGH ||
	    s->in_range_at_ms >= s->temp_at_ms - WINDOW_MS)
		return false;
	outside_there = engine_above(p->r, s->temp) ? engine_above :
	    engine_below;
	for (int i = 0; i < s->window_n; i++)
		if (!outside_there(p->r, s->window_temp[i]))
			return false;
	return outside_there == engine_above ?
	    s->temp >= s->window_temp[0] - TREND_SLACK :
	    s->temp <= s->window_temp[0] + TREND_SLACK;
}

/* Charge the day's budget with the door mask that ends now. */
static void
end_mask(struct engine_pass *p)
{
	struct engine_state	*s = p->s;
	int64_t			 from = s->left_range_at_ms, used;

	if (s->mask_day_at_ms != p->r->day_start_at_ms) {
		s->mask_day_at_ms = p->r->day_start_at_ms;
		s->mask_used_ms = 0;
	}
	if (from < p->r->day_start_at_ms)
		from = p->r->day_start_at_ms;
	used = s->mask_used_ms + engine_elapsed(from, p->now);
	s->mask_used_ms = (int)(used < DAY_MS ? used : DAY_MS);
}

static void
look_for_excursion(struct engine_pass *p)
{
	struct engine_state	*s = p->s;
	bool			 masked = s->left_range_at_ms != 0;
	bool			 out = engine_out_of_range(p);

	if (out && !masked)
		s->left_range_at_ms = p->when;
	if (out && p->now < engine_mask_until(s, p->r))
		return;
	if (masked)
		end_mask(p);
	if (!out) {
		s->left_range_at_ms = 0;
		return;
	}
	s->excursion_at_ms = p->when;
	s->good_readings = 0;
}

void
engine_end_excursion(struct engine_pass *p, int good_readings)
{
	p->s->left_range_at_ms = 0;
	p->s->excursion_at_ms = 0;
	p->s->confirmed = false;
	p->s->good_readings = good_readings;
}

static void
follow_excursion(struct engine_pass *p)
{
	struct engine_state	*s = p->s;

	if (good(p->r, s->temp))
		engine_end_excursion(p, p->answered ? p->proof : 0);
	else if (engine_out_of_range(p) &&
	    p->now >= engine_confirm_at(s, p->r))
		s->confirmed = true;
}

static bool
by_people_alone(const struct engine_rules *r)
{
	return r->manual_monitoring && !r->has_sensor;
}

static enum engine_link
find_link(const struct engine_pass *p)
{
	int64_t	 late_at;

	if (by_people_alone(p->r))
		return p->s->temp_at_ms != 0 ? LINK_UP : LINK_UNSEEN;
	if (p->now >= engine_lost_at(p->s, p->r))
		return LINK_LOST;
	if (p->s->reading_at_ms == 0)
		return LINK_UNSEEN;
	late_at = engine_late_at(p->s, p->r);
	return late_at != 0 && p->now >= late_at ? LINK_LATE : LINK_UP;
}

/* Who answers for the temperature, and whether people are late with it. */
void
engine_look(struct engine_pass *p)
{
	int64_t	 log_due_at = engine_log_due_at(p->s, p->r);

	p->link = find_link(p);
	p->log_overdue = log_due_at != 0 && p->now >= log_due_at;
	p->answered = p->link == LINK_UP &&
	    !(p->log_overdue && by_people_alone(p->r));
}

static enum unit_status
judge(const struct engine_pass *p)
{
	const struct engine_state *s = p->s;

	if (p->log_overdue && (p->link == LINK_LOST || by_people_alone(p->r)))
		return UNIT_MANUAL_REQUIRED;
	if (p->link == LINK_LOST)
		return UNIT_MONITORING_INTERRUPTED;
	if (s->excursion_at_ms != 0)
		return s->confirmed ? UNIT_ALARM_ACTIVE : UNIT_EXCURSION;
	if (p->link != LINK_UP)
		return UNIT_OFFLINE;
	return s->good_readings < ENGINE_GOOD_READINGS ? UNIT_RESTORING :
	    UNIT_OK;
}

enum engine_reason
engine_silence_reason(const struct engine_pass *p)
{
	const struct engine_state *s = p->s;

	if (s->checkin_at_ms == 0)
		return ENGINE_WHY_NEVER_SEEN;
	if (p->link == LINK_LOST && engine_missed_checkins(s->checkin_at_ms,
	    p->r->checkin_interval_s, p->now) < p->r->offline_critical_missed)
		return ENGINE_WHY_NO_TEMPERATURE;
	return ENGINE_WHY_MISSED;
}

enum engine_reason
engine_excursion_reason(const struct engine_pass *p)
{
	if (!engine_out_of_range(p))
		return ENGINE_WHY_BACK;
	return engine_above(p->r, p->s->temp) ? ENGINE_WHY_ABOVE :
	    ENGINE_WHY_BELOW;
}

/* Out of range past the confirm time, or past all patience. */
enum engine_reason
engine_confirm_reason(const struct engine_pass *p)
{
	return p->now < engine_longest_at(p->s, p->r) ?
	    ENGINE_WHY_CONFIRMED : ENGINE_WHY_MAX_EXCURSION;
}

static enum engine_reason
restoring_reason(const struct engine_pass *p, enum unit_status from)
{
	if (from != UNIT_EXCURSION && from != UNIT_ALARM_ACTIVE)
		return ENGINE_WHY_BACK;
	return p->ev->kind == ENGINE_RESOLVE ? ENGINE_WHY_PERSON :
	    ENGINE_WHY_RECOVERED;
}

static enum engine_reason
transition_reason(const struct engine_pass *p, enum unit_status from,
    enum unit_status to)
{
	switch (to) {
	case UNIT_OK:
		return ENGINE_WHY_STABLE;
	case UNIT_EXCURSION:
		return engine_excursion_reason(p);
	case UNIT_ALARM_ACTIVE:
		return engine_confirm_reason(p);
	case UNIT_MANUAL_REQUIRED:
		return ENGINE_WHY_LOG_OVERDUE;
	case UNIT_RESTORING:
		return restoring_reason(p, from);
	default:
		return from == UNIT_MANUAL_REQUIRED ? ENGINE_WHY_LOGGED :
		    engine_silence_reason(p);
	}
}

/* One evaluation: the two tracks, then the status both amount to. */
void
engine_follow(struct engine_pass *p)
{
	struct engine_state	*s = p->s;
	enum unit_status	 to;

	engine_look(p);
	if (!p->answered)
		s->good_readings = 0;	/* what was proven is stale */
	if (s->excursion_at_ms == 0)
		look_for_excursion(p);
	if (s->excursion_at_ms != 0)
		follow_excursion(p);
	to = judge(p);
	if (to == s->status)
		return;
	p->out->moved = true;
	p->out->transition = (struct engine_transition){ s->status, to,
	    transition_reason(p, s->status, to) };
	s->status = to;
	s->since_at_ms = p->now;
}
