#include "domain/engine_pass.h"
#include <limits.h>

#define CLOCK_SLACK_MS	MINUTE_MS	/* workers may disagree by less */

int64_t
engine_elapsed(int64_t since_ms, int64_t now_ms)
{
	return now_ms > since_ms ? now_ms - since_ms : 0;
}

int
engine_missed_checkins(int64_t last_at_ms, int interval_s, int64_t now_ms)
{
	int64_t	 silent, missed;

	silent = engine_elapsed(last_at_ms + ENGINE_CHECKIN_BUFFER_MS, now_ms);
	missed = silent / (INT64_C(1000) * (interval_s > 0 ? interval_s : 1));
	return missed < INT_MAX ? (int)missed : INT_MAX;
}

static int64_t
intervals_ms(const struct engine_rules *r, int n)
{
	return INT64_C(1000) * r->checkin_interval_s * n;
}

/* When n check-ins without a temperature will have been missed. */
static int64_t
untold_at(const struct engine_state *s, const struct engine_rules *r, int n)
{
	return intervals_ms(r, n) + (s->reading_at_ms != 0 ?
	    s->reading_at_ms + ENGINE_CHECKIN_BUFFER_MS : r->created_at_ms);
}

int64_t
engine_late_at(const struct engine_state *s, const struct engine_rules *r)
{
	if (s->reading_at_ms == 0 || r->offline_warning_missed == 0)
		return 0;
	return s->checkin_at_ms + ENGINE_CHECKIN_BUFFER_MS +
	    intervals_ms(r, r->offline_warning_missed);
}

int64_t
engine_lost_at(const struct engine_state *s, const struct engine_rules *r)
{
	return untold_at(s, r, r->offline_critical_missed);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What the wait for a manual log counts from; 0 when it is due anyway. */
int64_t
engine_log_base(const struct engine_state *s, const struct engine_rules *r)
{
	if (!r->manual_monitoring)
		return later(s->reading_at_ms, s->manual_at_ms);
	return s->manual_at_ms != 0 ? s->manual_at_ms : r->created_at_ms;
}

int64_t
engine_log_due_at(const struct engine_state *s, const struct engine_rules *r)
{
	int64_t	 base = engine_log_base(s, r), due = 0;

	if (!r->manual_enabled)
		return 0;
	if (base != 0)		/* strictly more than the wait: hence + 1 */
		due = base + 1 + MINUTE_MS *
		    (r->manual_interval_min + r->manual_grace_min);
	if (r->manual_monitoring)
		return due;
	due = later(due, untold_at(s, r, r->manual_missed));
	return later(due, engine_lost_at(s, r));
}

/* When no open door and no confirm time is an excuse any more. */
int64_t
engine_longest_at(const struct engine_state *s, const struct engine_rules *r)
{
	return s->left_range_at_ms + r->max_excursion_min * MINUTE_MS;
}

/*
 * An open door excuses a unit that was ok: for the grace after opening, within
 * the day's budget, and never for longer than the longest excursion.
 */
int64_t
engine_mask_until(const struct engine_state *s, const struct engine_rules *r)
{
	int64_t	 until, budget, longest = engine_longest_at(s, r);

	if (s->door != DOOR_OPEN || s->good_readings < ENGINE_GOOD_READINGS)
		return 0;
	budget = r->door_mask_min_per_day * MINUTE_MS;
	if (s->mask_day_at_ms == r->day_start_at_ms)
		budget -= s->mask_used_ms;
	until = later(s->left_range_at_ms, r->day_start_at_ms) + budget;
	if (until > s->door_changed_at_ms + r->door_grace_min * MINUTE_MS)
		until = s->door_changed_at_ms + r->door_grace_min * MINUTE_MS;
	return until < longest ? until : longest;
}

int64_t
engine_confirm_at(const struct engine_state *s, const struct engine_rules *r)
{
	int64_t	 confirm, longest = engine_longest_at(s, r);

	confirm = s->excursion_at_ms + INT64_C(1000) * (s->door == DOOR_OPEN ?
	    r->confirm_door_open_s : r->confirm_door_closed_s);
	return confirm < longest ? confirm : longest;
}

/* The earliest moment at which time alone could change something; 0: none. */
int64_t
engine_next_due(const struct engine_pass *p)
{
	const struct engine_state *s = p->s;
	const struct engine_rules *r = p->r;
	bool	 open = s->door == DOOR_OPEN;
	bool	 masked = s->left_range_at_ms != 0 && s->excursion_at_ms == 0;
	bool	 waiting = s->excursion_at_ms != 0 && !s->confirmed;
	bool	 quiet = (s->withheld & r->suppressed) != 0;
	int64_t	 due = 0;
	const int64_t	 moments[] = {
		engine_late_at(s, r),
		engine_lost_at(s, r),
		engine_log_due_at(s, r),
		masked ? engine_mask_until(s, r) : 0,
		waiting ? engine_confirm_at(s, r) : 0,
		open ? s->door_changed_at_ms +
		    r->door_warning_min * MINUTE_MS : 0,
		open ? s->door_changed_at_ms +
		    r->door_critical_min * MINUTE_MS : 0,
		quiet ? later(r->suppressed_until_ms, p->now + 1) : 0,
	};

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		if (moments[i] > p->now && (due == 0 || moments[i] < due))
			due = moments[i];
	return due;
}

/*
 * Time never runs back for a unit: nothing decided is undone by a clock.
 * Workers disagree by moments: then time stands still. A clock set back would
 * stop every timer until it has caught up, so the state's moments move back
 * with it and what has elapsed stays elapsed. Returns the time to judge by.
 */
int64_t
engine_settle_clock(struct engine_state *s, int64_t now_ms)
{
	int64_t	*const moments[] = {
		&s->since_at_ms, &s->decided_at_ms, &s->checkin_at_ms,
		&s->reading_at_ms, &s->manual_at_ms, &s->temp_at_ms,
		&s->door_seen_at_ms, &s->door_changed_at_ms,
		&s->left_range_at_ms, &s->excursion_at_ms, &s->in_range_at_ms,
	};
	const size_t	 n = sizeof(moments) / sizeof(moments[0]);
	int64_t		 newest = now_ms;

	for (size_t i = 0; i < n; i++)
		newest = later(newest, *moments[i]);
	if (newest - now_ms <= CLOCK_SLACK_MS)
		return newest;
	for (size_t i = 0; i < n; i++)
		if (*moments[i] != 0)
			*moments[i] = later(1, *moments[i] - (newest - now_ms));
	for (int i = 0; i < s->window_n; i++)
		s->window_at_ms[i] -= newest - now_ms;
	return now_ms;
}
