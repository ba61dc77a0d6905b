#include "domain/engine_pass.h"

void
engine_state_init(struct engine_state *state)
{
	*state = (struct engine_state){ .status = UNIT_OFFLINE,
	    .due_at_ms = 1 };
}

bool
engine_due(const struct engine_state *state, int64_t now_ms)
{
	return state->due_at_ms != 0 && state->due_at_ms <= now_ms;
}

static enum engine_temp
plausible(const struct engine_event *ev)
{
	if (ev->has_temp == ENGINE_TEMP_VALID &&
	    (ev->temp > ENGINE_FAULT_HIGH || ev->temp < ENGINE_FAULT_LOW))
		return ENGINE_TEMP_FAULT;
	return ev->has_temp;
}

/* Each part of a message is news if it is newer than what it replaces. */
static enum engine_rc
take_uplink(struct engine_pass *p)
{
	struct engine_state	*s = p->s;
	const struct engine_event *ev = p->ev;
	bool	 temp_news, door_news;

	p->temp = plausible(ev);
	p->sensor_news = p->when >= s->checkin_at_ms;
	temp_news = ev->is_primary && p->temp == ENGINE_TEMP_VALID &&
	    p->when > s->reading_at_ms;
	door_news = ev->door != DOOR_UNKNOWN && p->when > s->door_seen_at_ms;
	if (!p->sensor_news && !temp_news && !door_news)
		return ENGINE_LATE;
	if (p->sensor_news)
		s->checkin_at_ms = p->when;
	if (temp_news) {
		s->reading_at_ms = p->when;
		engine_take_temp(p, ev->temp);
	}
	if (door_news) {
		s->door_seen_at_ms = p->when;
		if (s->door != ev->door)
			s->door_changed_at_ms = p->when;
		s->door = ev->door;
	}
	return ENGINE_OK;
}

/*
 * A log answers the clock; where no sensor speaks for the unit it is also the
 * temperature, and proof enough, for a person has looked.
 */
static enum engine_rc
take_manual_log(struct engine_pass *p)
{
	struct engine_state	*s = p->s;

	if (p->when <= s->manual_at_ms)
		return ENGINE_LATE;
	s->manual_at_ms = p->when;
	p->proof = ENGINE_GOOD_READINGS;
	if (!p->r->has_sensor || s->reading_at_ms == 0 ||
	    p->now >= engine_lost_at(s, p->r))
		engine_take_temp(p, p->ev->temp);
	return ENGINE_OK;
}

static enum engine_rc
take_acknowledge(struct engine_pass *p)
{
	struct engine_alert	*a;

	a = engine_alert_find(p->s, p->ev->alert, &p->ev->sensor);
	if (a == NULL)
		return ENGINE_NO_ALERT;
	if (a->acknowledged)
		return ENGINE_REPEATED;
	engine_acknowledge(p, a);
	return ENGINE_OK;
}

/*
 * Refused while the state shows that the condition holds. Back in range but
 * not past the hysteresis, a person may call an excursion over.
 */
static enum engine_rc
take_resolve(struct engine_pass *p)
{
	struct engine_alert	*a;

	a = engine_alert_find(p->s, p->ev->alert, &p->ev->sensor);
	if (a == NULL)
		return ENGINE_NO_ALERT;
	engine_look(p);
	if (engine_holds(p, a->type))
		return ENGINE_REFUSED;
	if (a->type == ALERT_TEMP_EXCURSION)
		engine_end_excursion(p, 0);
	engine_resolve(p, a, ENGINE_WHY_PERSON);
	return ENGINE_OK;
}

static enum engine_rc
take_tick(struct engine_pass *p)
{
	(void)p;
	return ENGINE_OK;
}

static enum engine_rc (*const take[ENGINE_EVENT__MAX])(struct engine_pass *) = {
	[ENGINE_UPLINK] =	take_uplink,
	[ENGINE_MANUAL_LOG] =	take_manual_log,
	[ENGINE_ACKNOWLEDGE] =	take_acknowledge,
	[ENGINE_RESOLVE] =	take_resolve,
	[ENGINE_TICK] =		take_tick,
};

/* The timer is lazy: only a tick moves it later. */
static void
set_due(struct engine_pass *p)
{
	struct engine_state	*s = p->s;
	int64_t			 due = engine_next_due(p);

	if (p->ev->kind == ENGINE_TICK || s->due_at_ms == 0 ||
	    (due != 0 && due < s->due_at_ms))
		s->due_at_ms = due;
}

/* When it was measured; a sensor's clock may be ahead, or not say. */
static int64_t
moment(const struct engine_event *ev, int64_t now)
{
	bool	 measured = ev->kind == ENGINE_UPLINK ||
	    ev->kind == ENGINE_MANUAL_LOG;

	return measured && ev->at_ms > 0 && ev->at_ms < now ? ev->at_ms : now;
}

enum engine_rc
engine_step(struct engine_state *state, const struct engine_rules *rules,
    const struct engine_event *event, int64_t now_ms,
    struct engine_effects *out)
{
	struct engine_state	 next = *state;
	struct engine_pass	 p = { .s = &next, .r = rules, .ev = event,
	    .out = out, .proof = 1 };
	enum engine_rc		 rc;

	*out = (struct engine_effects){ 0 };
	p.now = engine_settle_clock(&next, now_ms);
	p.when = moment(event, p.now);
	rc = take[event->kind](&p);
	if (rc != ENGINE_OK)
		return rc;
	engine_follow(&p);
	engine_alert(&p);
	if (out->moved || out->ops_n > 0)
		next.decided_at_ms = p.now;
	set_due(&p);
	*state = next;
	return ENGINE_OK;
}
