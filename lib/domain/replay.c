#include "domain/replay.h"
#include "domain/period.h"
#include <string.h>

#define NEVER	INT64_C(4102444800000000)	/* no suppression ends by it */

void
replay_init(struct replay *r, int64_t at_ms)
{
	*r = (struct replay){ .at_ms = at_ms };
	engine_state_init(&r->state);
}

/* Somebody was told in time, or nobody was to be told. */
static bool
is_known(const struct replay_feed *f, const struct engine_rules *rules,
    int64_t at_ms)
{
	if (rules->suppressed & ENGINE_BIT(ALERT_TEMP_EXCURSION))
		return true;
	for (size_t i = 0; i < f->nknown; i++)
		if (at_ms >= f->known[i].from_ms && at_ms <= f->known[i].to_ms)
			return true;
	return false;
}

const struct replay_excursion *
replay_open(const struct replay *r)
{
	return r->open.n > 0 && !r->excused ? &r->open : NULL;
}

void
replay_list_add(struct replay_list *l, const struct replay_excursion *e)
{
	struct replay_excursion	*v;

	if (l->n == l->cap) {
		l->cap = l->cap > 0 ? 2 * l->cap : 16;
		v = arena_alloc(l->arena, l->cap * sizeof(*v));
		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof(*v));
		l->v = v;
	}
	l->v[l->n++] = *e;
}

static void
end_excursion(struct replay *r, int64_t at_ms, struct replay_list *out)
{
	r->open.to_ms = at_ms;
	if (replay_open(r) != NULL)
		replay_list_add(out, &r->open);
	r->open = (struct replay_excursion){ .n = 0 };
	r->excused = false;
}

static void
add_reading(struct replay *r, const struct engine_rules *rules,
    int64_t at_ms, centi_t t)
{
	struct replay_excursion	*e = &r->open;

	if (e->n++ == 0) {
		e->from_ms = at_ms;
		e->worst = t;
		e->high = engine_above(rules, t);
		e->limit = e->high ? rules->high : rules->low;
		r->excused = true;
	}
	e->last_ms = at_ms;
	e->sum += t;
	if (e->high ? t > e->worst : t < e->worst)
		e->worst = t;
}

/* What the engine has made of an event, or of time alone. */
static void
follow(struct replay *r, const struct replay_feed *f, int64_t at_ms,
    bool measured, struct replay_list *out)
{
	const struct engine_state *s = &r->state;
	const struct engine_rules *rules = &f->rules[f->rule].rules;

	if (s->left_range_at_ms == 0) {
		end_excursion(r, at_ms, out);
		return;
	}
	if (measured && (engine_above(rules, s->temp) ||
	    engine_below(rules, s->temp))) {
		if (is_known(f, rules, at_ms))
			end_excursion(r, at_ms, out);
		else
			add_reading(r, rules, at_ms, s->temp);
	}
	if (r->open.n > 0 && s->excursion_at_ms != 0)
		r->excused = false;
	r->open.confirmed = r->open.n > 0 &&
	    (r->open.confirmed || s->confirmed);
}

static void
step(struct replay *r, const struct replay_feed *f,
    const struct engine_event *ev, int64_t at_ms, struct replay_list *out)
{
	const int64_t		before_ms = r->state.temp_at_ms;
	struct engine_rules	rules = f->rules[f->rule].rules;
	struct engine_effects	effects;

	rules.suppressed_until_ms = NEVER;
	if (engine_step(&r->state, &rules, ev, at_ms, &effects) == ENGINE_OK)
		follow(r, f, at_ms, r->state.temp_at_ms != before_ms, out);
}

static struct engine_event
event_of(const struct replay_feed *f, const struct replay_item *it)
{
	const struct replay_rules *rules = &f->rules[f->rule];
	const bool		   read = it->kind == REPLAY_READING;

	if (it->kind == REPLAY_LOG)
		return (struct engine_event){ .kind = ENGINE_MANUAL_LOG,
		    .at_ms = it->at_ms, .has_temp = ENGINE_TEMP_VALID,
		    .temp = it->temp };
	return (struct engine_event){ .kind = ENGINE_UPLINK,
	    .at_ms = it->at_ms, .sensor = it->sensor,
	    .is_primary = engine_is_primary(&rules->primary, &it->sensor),
	    .has_temp = read ? ENGINE_TEMP_VALID : ENGINE_TEMP_NONE,
	    .temp = it->temp, .door = it->door, .battery_percent = -1,
	    .battery_mv = -1 };
}

/* When time alone may change something: the engine's due time, or rules that
 * begin; whichever comes first. */
static int64_t
next_moment(const struct replay *r, const struct replay_feed *f, bool *rules)
{
	const size_t	next = f->rule + 1;
	int64_t		due = r->state.due_at_ms;

	if (due == 0)
		due = INT64_MAX;
	else if (due < r->at_ms)
		due = r->at_ms;
	*rules = next < f->nrules && f->rules[next].from_ms <= due;
	return *rules ? f->rules[next].from_ms : due;
}

/* Ticks up to before until_ms. */
static void
pass(struct replay *r, struct replay_feed *f, int64_t until_ms,
    struct replay_list *out)
{
	static const struct engine_event tick = { .kind = ENGINE_TICK };
	int64_t				 at_ms;
	bool				 rules;

	while ((at_ms = next_moment(r, f, &rules)) < until_ms) {
		f->rule += rules;
		if (at_ms < r->at_ms)	/* rules of before */
			continue;
		step(r, f, &tick, at_ms, out);
		r->at_ms = at_ms;
	}
	r->at_ms = until_ms;
}

void
replay_to(struct replay *r, struct replay_feed *f, int64_t until_ms,
    struct replay_list *out)
{
	for (; f->item < f->nitems &&
	    f->items[f->item].at_ms < until_ms; f->item++) {
		const struct replay_item	*it = &f->items[f->item];
		struct engine_event		 ev;

		if (it->at_ms < r->at_ms)
			continue;
		pass(r, f, it->at_ms, out);
		while (f->rule + 1 < f->nrules &&
		    f->rules[f->rule + 1].from_ms <= it->at_ms)
			f->rule++;
		ev = event_of(f, it);
		step(r, f, &ev, it->at_ms, out);
	}
	if (until_ms > r->at_ms)
		pass(r, f, until_ms, out);
}

/* A checkpoint is worth its row where it is recent, or ends a month. */
static bool
is_kept(const struct replay_work *w, int64_t at_ms)
{
	return at_ms >= w->now_ms - REPLAY_KEEP_DAYS * PERIOD_DAY_MS ||
	    period_start(PERIOD_MONTH, at_ms, "UTC") == at_ms;
}

static void
add_checkpoint(struct replay_work *w, int64_t at_ms, const char *text)
{
	struct replay_checkpoint	*v;

	if (w->nmade == w->made_cap) {
		w->made_cap = w->made_cap > 0 ? 2 * w->made_cap : 16;
		v = arena_alloc(w->arena, w->made_cap * sizeof(*v));
		if (w->nmade > 0)
			memcpy(v, w->made, w->nmade * sizeof(*v));
		w->made = v;
	}
	w->made[w->nmade++] = (struct replay_checkpoint){ at_ms, text };
}

static bool
was_there(const struct replay_work *w, int64_t at_ms, const char *text)
{
	for (size_t i = 0; i < w->nold; i++)
		if (w->old[i].at_ms == at_ms)
			return strcmp(w->old[i].text, text) == 0;
	return false;
}

bool
replay_work(struct replay *r, struct replay_work *w)
{
	const int64_t	last_ms = w->settled_ms < w->until_ms ? w->settled_ms :
			    w->until_ms;
	int64_t		day_ms = r->at_ms;
	size_t		taken = 0;
	const char	*text;

	w->found.arena = w->arena;
	while ((day_ms = day_ms / PERIOD_DAY_MS * PERIOD_DAY_MS +
	    PERIOD_DAY_MS) <= last_ms) {
		replay_to(r, &w->feed, day_ms, &w->found);
		if (w->feed.item == taken || !is_kept(w, day_ms))
			continue;
		taken = w->feed.item;
		text = replay_format(r, w->arena);
		if (day_ms > w->changed_ms && was_there(w, day_ms, text))
			return true;
		add_checkpoint(w, day_ms, text);
	}
	replay_to(r, &w->feed, w->until_ms, &w->found);
	return false;
}

void
replay_work_stop(struct replay_work *w, const struct replay *r)
{
	if (w->nmade == 0 || w->made[w->nmade - 1].at_ms != r->at_ms)
		add_checkpoint(w, r->at_ms, replay_format(r, w->arena));
}
