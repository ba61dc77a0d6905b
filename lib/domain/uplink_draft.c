#include "domain/uplink_draft.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_MAX_CPCT	300	/* a status from 0 to 3 is not a percentage */

static const struct draft_ranks nothing_yet = {
	FIELD_RANK_MAX, FIELD_RANK_MAX, FIELD_RANK_MAX, FIELD_RANK_MAX
};

void
draft_init(struct draft *d, struct uplink *u, struct uplink_why *why)
{
	d->u = u;
	d->why = why;
	d->temp_count = 0;
	d->unwell_count = 0;
	d->pins = false;
	d->battery_code = false;
	d->seen = 0;
	d->skip = 0;
	d->ranks[0] = nothing_yet;
	u->obs_count = 1;
	u->obs[0] = (struct uplink_obs){ .at_ms = u->recorded_at_ms };
}

/* Writes at *at; what does not fit is cut off between characters. */
static void
append(char *path, size_t *at, const char *s)
{
	while (*s != '\0' && *at < UPLINK_PATH_MAX)
		path[(*at)++] = *s++;
	while (((unsigned char)*s & 0xc0) == 0x80) {
		s--;
		(*at)--;
	}
	path[*at] = '\0';
}

static void
write_path(const struct draft_path *p, char *path, size_t *at)
{
	char	index[24];

	if (p->up != NULL)
		write_path(p->up, path, at);
	if (p->key == NULL) {
		snprintf(index, sizeof(index), "[%zu]", p->index);
		append(path, at, index);
		return;
	}
	if (*at > 0)
		append(path, at, ".");
	append(path, at, p->key);
}

static void
path_text(const struct draft_path *p, char path[UPLINK_PATH_MAX + 1])
{
	size_t	at = 0;

	path[0] = '\0';
	write_path(p, path, &at);
}

static void
copy_path(char dst[UPLINK_PATH_MAX + 1], const char *path)
{
	memcpy(dst, path, strlen(path) + 1);
}

void
draft_note(struct draft *d, const struct draft_path *path, bool used,
    const char *what)
{
	struct uplink_note	*n;

	if (d->why == NULL || d->why->count == UPLINK_NOTES_MAX)
		return;
	n = &d->why->note[d->why->count++];
	n->used = used;
	n->what = what;
	path_text(path, n->path);
}

static void
forget_obs(struct draft *d, unsigned obs)
{
	unsigned	kept = 0;

	for (unsigned i = 0; i < d->temp_count; i++)
		if (d->temps[i].obs != obs)
			d->temps[kept++] = d->temps[i];
	d->temp_count = kept;
}

/* The oldest but the message's own. */
static unsigned
oldest_obs(const struct uplink *u)
{
	unsigned	oldest = 1;

	for (unsigned i = 2; i < u->obs_count; i++)
		if (u->obs[i].at_ms < u->obs[oldest].at_ms)
			oldest = i;
	return oldest;
}

unsigned
draft_instant(struct draft *d, int64_t at_ms, bool history)
{
	struct uplink	*u = d->u;
	unsigned	 i;

	for (i = 1; i < u->obs_count; i++)
		if (llabs(u->obs[i].at_ms - at_ms) <
		    DRAFT_SAME_INSTANT_MS) {
			u->obs[i].history &= history;
			return i;
		}
	if (u->obs_count < UPLINK_OBS_MAX) {
		i = u->obs_count++;
	} else {
		i = oldest_obs(u);
		if (u->obs[i].at_ms > at_ms)
			return UPLINK_OBS_MAX;
		forget_obs(d, i);
	}
	u->obs[i] = (struct uplink_obs){ .at_ms = at_ms, .history = history };
	d->ranks[i] = nothing_yet;
	return i;
}

static void
add_temp(struct draft *d, unsigned obs, const struct draft_path *path,
    const struct field_name *name, const struct field *f)
{
	struct draft_temp	*t;

	if (d->temp_count == UPLINK_TEMPS_MAX)
		return;
	t = &d->temps[d->temp_count++];
	t->obs = obs;
	t->field = *f;
	t->places = name->bits & W_PLACES;
	t->channel = name->channel;
	path_text(path, t->path);
}

static void
add_unwell(struct draft *d, const struct field_name *name,
    const struct field *f)
{
	if (d->unwell_count == DRAFT_UNWELL_MAX)
		return;
	d->unwell[d->unwell_count++] = (struct draft_unwell){
	    name->bits & W_PLACES, name->channel, f->what };
}

/* Whether the field beats what was there, of the lower rank or earlier. */
static bool
better(int *rank, const struct field *f)
{
	if (f->rank >= *rank)
		return false;
	*rank = f->rank;
	return true;
}

void
draft_add(struct draft *d, unsigned obs, const struct draft_path *path,
    const struct field_name *name, const struct field *f)
{
	struct uplink_obs	*o = &d->u->obs[obs];
	struct draft_ranks	*r = &d->ranks[obs];

	if (f->kind == FIELD_OTHER || (name->bits & d->skip) != 0)
		return;
	draft_note(d, path, f->kind != FIELD_REJECTED, f->what);
	/* The electronics' temperature is one: others tell it as the air's. */
	if (f->kind != FIELD_REJECTED || (name->bits & W_CHIP) != 0)
		d->seen |= name->bits & W_QUANTITIES;
	switch (f->kind) {
	case FIELD_TEMPERATURE:
	case FIELD_TEMP_FAULT:
		add_temp(d, obs, path, name, f);
		break;
	case FIELD_UNWELL:
		add_unwell(d, name, f);
		break;
	case FIELD_HUMIDITY:
		if (better(&r->humidity, f)) {
			o->has |= UPLINK_HAS_HUMIDITY;
			o->humidity_cpct = (int32_t)f->value;
		}
		break;
	case FIELD_BATTERY_MV:
		if (better(&r->mv, f)) {
			o->has |= UPLINK_HAS_BATTERY_MV;
			o->battery_mv = (int32_t)f->value;
		}
		break;
	case FIELD_BATTERY_PCT:
		if (better(&r->percent, f)) {
			o->has |= UPLINK_HAS_BATTERY_PCT;
			o->battery_cpct = (int32_t)f->value;
		}
		break;
	case FIELD_DOOR:
		if (better(&r->door, f))
			o->door = (enum door_state)f->value;
		break;
	case FIELD_OPEN_COUNT:
		o->has |= UPLINK_HAS_OPEN_COUNT;
		o->open_count = f->value;
		break;
	case FIELD_OPEN_TIME:
		o->has |= UPLINK_HAS_OPEN_TIME;
		o->open_time_s = f->value;
		break;
	default:
		if ((name->bits & W_BATTERY) != 0 &&
		    (name->bits & W_STATE) != 0)
			d->battery_code = true;
		break;
	}
}

/* What the device itself says is not connected is no reading. */
static void
apply_unwell(struct draft *d)
{
	for (unsigned i = 0; i < d->unwell_count; i++)
		for (unsigned j = 0; j < d->temp_count; j++) {
			const struct draft_unwell	*u = &d->unwell[i];
			struct draft_temp		*t = &d->temps[j];

			if ((u->places & ~t->places) != 0 ||
			    (u->channel != UPLINK_NO_CHANNEL &&
			    u->channel != t->channel))
				continue;
			t->field.kind = FIELD_TEMP_FAULT;
			t->field.what = u->what;
		}
}

/* Degrees Fahrenheit beside Celsius are the same reading twice. */
static void
drop_fahrenheit(struct draft *d, unsigned obs)
{
	bool		celsius = false;
	unsigned	kept = 0;

	for (unsigned i = 0; i < d->temp_count; i++)
		if (d->temps[i].obs == obs && !d->temps[i].field.fahrenheit)
			celsius = true;
	for (unsigned i = 0; celsius && i < d->temp_count; i++)
		if (d->temps[i].obs != obs || !d->temps[i].field.fahrenheit)
			d->temps[kept++] = d->temps[i];
	if (celsius)
		d->temp_count = kept;
}

/* Whether a comes before b when both measure well. */
static bool
precedes(const struct draft_temp *a, const struct draft_temp *b)
{
	if (a->field.rank != b->field.rank)
		return a->field.rank < b->field.rank;
	return a->channel < b->channel;
}

static void
add_fault(struct uplink *u, const struct draft_temp *t, bool is_main)
{
	struct uplink_fault	*f;

	if (u->fault_count == UPLINK_FAULTS_MAX)
		return;
	f = &u->faults[u->fault_count++];
	f->what = t->field.what;
	f->main = is_main;
	copy_path(f->path, t->path);
}

static void
note_main(struct draft *d, const struct draft_temp *t)
{
	struct draft_path	path = { NULL, t->path, 0 };

	draft_note(d, &path, true, "the main temperature");
}

static const struct draft_temp *
find_main(const struct draft *d, unsigned obs)
{
	const struct draft_temp	*best = NULL;

	for (unsigned i = 0; i < d->temp_count; i++) {
		const struct draft_temp	*t = &d->temps[i];

		if (t->obs == obs && t->field.kind == FIELD_TEMPERATURE &&
		    (best == NULL || precedes(t, best)))
			best = t;
	}
	return best;
}

/* Fills in the observation's temperatures. An average is one only where there
 * is nothing that it could be the average of. */
static void
settle(struct draft *d, unsigned obs)
{
	struct uplink			*u = d->u;
	struct uplink_obs		*o = &u->obs[obs];
	const struct draft_temp		*best = find_main(d, obs);

	o->temp_first = u->temp_count;
	for (unsigned i = 0; best != NULL && i < d->temp_count; i++) {
		const struct draft_temp	*t = &d->temps[i];

		if (t->obs != obs || t->field.kind != FIELD_TEMPERATURE ||
		    (t->field.rank >= FIELD_RANK_MEAN &&
		    best->field.rank < FIELD_RANK_MEAN))
			continue;
		u->temps[u->temp_count].value = (centi_t)t->field.value;
		copy_path(u->temps[u->temp_count].path, t->path);
		u->temp_count++;
	}
	o->temp_count = u->temp_count - o->temp_first;
	if (best == NULL)
		return;
	o->has |= UPLINK_HAS_TEMPERATURE;
	o->temperature = (centi_t)best->field.value;
	if (!o->history)
		note_main(d, best);
}

/* What does not work now; what did not work once is no news. */
static void
tell_faults(struct draft *d, unsigned obs)
{
	const struct draft_temp	*best = find_main(d, obs);

	for (unsigned i = 0; i < d->temp_count; i++) {
		const struct draft_temp	*t = &d->temps[i];

		if (t->obs == obs && t->field.kind == FIELD_TEMP_FAULT)
			add_fault(d->u, t, best == NULL || precedes(t, best));
	}
}

static bool
is_empty(const struct uplink_obs *o)
{
	return o->has == 0 && o->door == DOOR_UNKNOWN;
}

/* Newest first; the message's own instant before others of the same time. */
static int
newer(const void *a, const void *b)
{
	const struct uplink_obs	*x = a, *y = b;

	return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

static void
drop_empty(struct uplink *u)
{
	unsigned	kept = 0;

	for (unsigned i = 0; i < u->obs_count; i++)
		if (!is_empty(&u->obs[i]))
			u->obs[kept++] = u->obs[i];
	u->obs_count = kept;
}

void
draft_finish(struct draft *d)
{
	struct uplink	*u = d->u;
	bool		 own;

	apply_unwell(d);
	for (unsigned i = 0; i < u->obs_count; i++) {
		struct uplink_obs	*o = &u->obs[i];

		drop_fahrenheit(d, i);
		settle(d, i);
		if (!o->history)
			tell_faults(d, i);
		/* One of the wires is called a door, wired or not. */
		if (d->pins)
			o->door = DOOR_UNKNOWN;
		if (d->battery_code && o->battery_cpct <= CODE_MAX_CPCT)
			o->has &= ~(unsigned)UPLINK_HAS_BATTERY_PCT;
	}
	own = !is_empty(&u->obs[0]);
	drop_empty(u);
	if (own)
		qsort(u->obs + 1, u->obs_count - 1, sizeof(u->obs[0]), newer);
	else
		qsort(u->obs, u->obs_count, sizeof(u->obs[0]), newer);
}
