#include "engine-life.h"
#include "engine-laws.h"
#include "engine-sample.h"
#include <inttypes.h>
#include <string.h>

#define PICK(d, table)	((table)[draw_below((d), COUNT(table))])
#define PERCENT(d, n)	(draw_below((d), 100) < (n))

unsigned
draw_below(struct draw *d, unsigned n)
{
	if (d->len > 0) {
		d->len--;
		return *d->data++ % n;
	}
	d->seed += 0x9e3779b97f4a7c15;		/* splitmix64 */
	uint64_t z = d->seed;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (unsigned)((z ^ (z >> 31)) >> 32) % n;
}

static void
draw_limits(struct draw *d, struct engine_rules *r)
{
	static const centi_t	highs[] = { 500, 500, 0, -1778, 420 };
	static const int	ranges[] = { 100, 500, 2500 };
	static const centi_t	bands[] = { 56, 0, 300 };

	r->has_high = PERCENT(d, 95);
	r->has_low = PERCENT(d, 50);
	r->high = PICK(d, highs);
	r->low = r->high - PICK(d, ranges);
	r->hysteresis = PICK(d, bands);
}

static void
draw_times(struct draw *d, struct engine_rules *r)
{
	static const int	intervals[] = { 300, 300, 60, 1800 };
	static const int	missed[] = { 1, 5, 3 };
	static const int	confirms[] = { 600, 1200, 0, 5400 };
	static const int	minutes[] = { 10, 60, 3, 20, 240, 0, 1 };

	r->checkin_interval_s = PICK(d, intervals);
	r->offline_warning_missed = (int)draw_below(d, 3);
	r->offline_critical_missed = PICK(d, missed);
	r->manual_missed = PICK(d, missed);
	r->manual_interval_min = 1 + PICK(d, minutes);
	r->manual_grace_min = PICK(d, minutes);
	r->confirm_door_closed_s = PICK(d, confirms);
	r->confirm_door_open_s = PICK(d, confirms);
	r->max_excursion_min = PICK(d, minutes);
	r->door_grace_min = PICK(d, minutes);
	r->door_warning_min = PICK(d, minutes);
	r->door_critical_min = r->door_warning_min + PICK(d, minutes);
	r->door_mask_min_per_day = PICK(d, minutes);
}

static void
draw_people(struct draw *d, struct engine_rules *r)
{
	r->manual_enabled = PERCENT(d, 80);
	r->manual_monitoring = PERCENT(d, 25);
	r->has_sensor = PERCENT(d, 85);
}

static void
draw_suppression(struct draw *d, struct engine_rules *r, int64_t now)
{
	static const int	lengths_s[] = { 60, 600, 3600, 86400 };

	r->suppressed = PERCENT(d, 50) ? ~0u :
	    ENGINE_BIT(draw_below(d, ALERT_TYPE__MAX));
	r->suppressed_until_ms = now + INT64_C(1000) * PICK(d, lengths_s);
}

/* Most of the time nobody touches the rules. */
static void
draw_rules(struct draw *d, struct engine_rules *r, int64_t now)
{
	switch (draw_below(d, 30)) {
	case 0:
		draw_limits(d, r);
		break;
	case 1:
		draw_times(d, r);
		break;
	case 2:
		draw_people(d, r);
		break;
	case 3:
	case 4:
		draw_suppression(d, r, now);
		break;
	default:
		break;
	}
}

/* At and beside what decides, and what no probe can have measured. */
static centi_t
draw_temp(struct draw *d, const struct engine_rules *r)
{
	static const centi_t	around[] = { 0, 1, -1, -56, -57, 100, 400,
		-300, -1000 };
	static const centi_t	absurd[] = { 32767, -32768, 65535,
		ENGINE_FAULT_HIGH, ENGINE_FAULT_HIGH + 1, ENGINE_FAULT_LOW,
		ENGINE_FAULT_LOW - 1 };

	if (PERCENT(d, 4))
		return PICK(d, absurd);
	return (PERCENT(d, 80) ? r->high : r->low) + PICK(d, around);
}

static void
draw_uplink(struct draw *d, const struct engine_rules *r,
    struct engine_event *ev)
{
	static const int	charges[] = { -1, 0, 10, 11, 20, 21, 90 };
	static const int	volts[] = { -1, 0, 2500, 2600, 2701, 3600 };

	ev->sensor.b[0] = (uint8_t)(1 + (PERCENT(d, 30) ?
	    draw_below(d, 3) : 0));
	ev->is_primary = ev->sensor.b[0] == 1;
	ev->battery_percent = ev->battery_mv = -1;
	if (PERCENT(d, 85)) {
		ev->has_temp = PERCENT(d, 95) ? ENGINE_TEMP_VALID :
		    ENGINE_TEMP_FAULT;
		ev->temp = draw_temp(d, r);
	}
	if (PERCENT(d, 30))
		ev->door = PERCENT(d, 60) ? DOOR_OPEN : DOOR_CLOSED;
	if (PERCENT(d, 20)) {
		ev->battery_percent = PICK(d, charges);
		ev->battery_mv = PICK(d, volts);
		ev->battery_low_mv = PERCENT(d, 20) ? 3000 : 0;
	}
}

static void
draw_event(struct draw *d, const struct engine_rules *r, int64_t now,
    struct engine_event *ev)
{
	static const enum engine_event_kind kinds[] = { ENGINE_UPLINK,
		ENGINE_UPLINK, ENGINE_UPLINK, ENGINE_UPLINK, ENGINE_UPLINK,
		ENGINE_TICK, ENGINE_TICK, ENGINE_MANUAL_LOG,
		ENGINE_ACKNOWLEDGE, ENGINE_RESOLVE };
	static const int	late_s[] = { 0, 0, 0, 0, 1, 60, 900, 86400,
		-3600 };

	memset(ev, 0, sizeof(*ev));
	ev->kind = PICK(d, kinds);
	ev->at_ms = now - INT64_C(1000) * PICK(d, late_s);
	if (ev->kind == ENGINE_UPLINK)
		draw_uplink(d, r, ev);
	else if (ev->kind == ENGINE_MANUAL_LOG)
		ev->temp = draw_temp(d, r);
	ev->alert = (enum alert_type)draw_below(d, ALERT_TYPE__MAX);
	if (ev->kind != ENGINE_UPLINK && (ev->alert == ALERT_SENSOR_FAULT ||
	    ev->alert == ALERT_LOW_BATTERY))
		ev->sensor.b[0] = (uint8_t)(1 + draw_below(d, 3));
}

void
life_draw(struct life *l, struct draw *d)
{
	static const int	steps_ms[] = { 300000, 300000, 300000, 60000,
		60000, 1000, 30000, 180000, 330000, 600000, 1200000, 3600000,
		14400000, 86400000, 1, 0 };
	static const int	back_ms[] = { 1, 60000, 60001, 3600000,
		86400000 };
	static const int	ages_s[] = { 0, 3600, 86400 };
	struct engine_rules	r = engine_sample_rules();
	int64_t			now = EPOCH;

	memset(l, 0, sizeof(*l));
	r.created_at_ms = now - INT64_C(1000) * PICK(d, ages_s);
	if (PERCENT(d, 70)) {
		draw_limits(d, &r);
		draw_times(d, &r);
		draw_people(d, &r);
	}
	l->n = 1 + (int)draw_below(d, LIFE_MAX);
	for (int i = 0; i < l->n; i++) {
		now += PERCENT(d, 2) ? -PICK(d, back_ms) : PICK(d, steps_ms);
		draw_rules(d, &r, now);
		l->steps[i].now = now;
		l->steps[i].r = r;
		draw_event(d, &r, now, &l->steps[i].ev);
	}
}

/* A step as a line: who said what, and what came of it. */
static void
print_step(FILE *f, const struct life_step *s, const struct moment *m)
{
	static const char *const kinds[] = { "uplink", "log", "acknowledge",
		"resolve", "tick" };
	const struct engine_event *ev = m->ev;
	const struct engine_rules *r = &s->r;

	fprintf(f, "%+" PRId64 " ms (at %+" PRId64 ") %s sensor %d%s temp "
	    "%d/%d door %s battery %d%%/%d mV alert %s\n",
	    s->now - EPOCH, ev->at_ms - EPOCH, kinds[ev->kind],
	    ev->sensor.b[0], ev->is_primary ? " primary" : "", ev->has_temp,
	    ev->temp, door_state_name(ev->door), ev->battery_percent,
	    ev->battery_mv, alert_type_name(ev->alert));
	fprintf(f, "\tlimits %d(%d)..%d(%d) band %d interval %d s missed "
	    "%d/%d/%d manual %d+%d min %d%d%d confirm %d/%d s max %d door "
	    "%d/%d/%d/%d min suppressed %#x until %+" PRId64 "\n",
	    r->low, r->has_low, r->high, r->has_high, r->hysteresis,
	    r->checkin_interval_s, r->offline_warning_missed,
	    r->offline_critical_missed, r->manual_missed,
	    r->manual_interval_min, r->manual_grace_min, r->manual_enabled,
	    r->manual_monitoring, r->has_sensor, r->confirm_door_closed_s,
	    r->confirm_door_open_s, r->max_excursion_min, r->door_grace_min,
	    r->door_warning_min, r->door_critical_min,
	    r->door_mask_min_per_day, r->suppressed,
	    r->suppressed_until_ms - EPOCH);
	fprintf(f, "\t-> rc %d %s good %d due %+" PRId64 " [%s]\n", m->rc,
	    unit_status_name(m->after->status), m->after->good_readings,
	    m->after->due_at_ms - EPOCH, engine_sample_ops(m->out));
}

static void
hear(struct moment *m)
{
	for (int i = 0; i < m->out->ops_n; i++) {
		const struct engine_op	*op = &m->out->ops[i];

		if (op->kind == ENGINE_OP_RESOLVE)
			m->told[op->type] = NOT_TOLD;
		else if (op->notify)
			m->told[op->type] = (int)op->severity;
	}
}

const char *
life_play(const struct life *l, struct engine_state *end, FILE *trace)
{
	struct engine_state	 before;
	struct engine_effects	 out;
	struct moment		 m = { .before = &before, .after = end,
		.out = &out };
	const char		*broken = NULL;

	for (int i = 0; i < ALERT_TYPE__MAX; i++)
		m.told[i] = NOT_TOLD;
	engine_state_init(end);
	for (int i = 0; i < l->n && broken == NULL; i++) {
		const struct life_step	*s = &l->steps[i];
		struct engine_rules	 r;

		r = oracle_rules_at(&s->r, s->now);
		if (i > 0 && memcmp(&s->r, &s[-1].r, sizeof(s->r)) != 0)
			end->due_at_ms = s->now;	/* rules have changed */
		before = *end;
		m.r = &r;
		m.ev = &s->ev;
		m.now = s->now;
		m.measured |= s->ev.kind == ENGINE_MANUAL_LOG ||
		    (s->ev.is_primary && s->ev.has_temp == ENGINE_TEMP_VALID);
		m.rc = engine_step(end, &r, &s->ev, s->now, &out);
		hear(&m);
		broken = engine_laws_broken(&m);
		if (trace != NULL)
			print_step(trace, s, &m);
	}
	return broken;
}

void
life_shrink(struct life *l)
{
	struct engine_state	 end;

	for (int i = 0; i < l->n;) {
		struct life	 less = *l;

		memmove(&less.steps[i], &less.steps[i + 1],
		    (size_t)(less.n - i - 1) * sizeof(less.steps[0]));
		less.n--;
		if (life_play(&less, &end, NULL) != NULL) {
			*l = less;
			i = 0;
		} else {
			i++;
		}
	}
}
