#include "domain/unit_step.h"
#include "base/when.h"

/* What was measured at most this long ago is judged as of now. */
#define LIVE_MS		(60 * 1000LL)

static const struct db_stmt door_stmt = { "unit_step_door", 8, -1,
	"INSERT INTO door_events (organization_id, id, unit_id, device_id,"
	"	state, \"timestamp\", duration_seconds, is_initial, source)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::door_state,"
	"	from_epoch_ms($6::int8), $7::int4, $7::int4 IS NULL,"
	"	$8::\"char\") ON CONFLICT DO NOTHING" };

static const struct db_stmt *const stmts[] = {
	&door_stmt,
};
const struct db_stmt_list unit_step_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static void
save_door(const struct unit_step *s, enum door_state state, int64_t at_ms,
    const struct engine_state *before)
{
	const bool	known = before != NULL && before->door != DOOR_UNKNOWN;
	const int64_t	since_ms = known ? before->door_changed_at_ms : at_ms;
	const char	source[2] = { s->source, '\0' };
	struct uuid	id = uuid_make(at_ms);

	db_send(s->db, &door_stmt, db_arg_uuid(&s->watch->organization),
	    db_arg_uuid(&id), db_arg_uuid(&s->watch->unit),
	    db_arg_uuid(&s->device), db_arg_text(door_state_name(state)),
	    db_arg_i64(at_ms), db_arg_i64_if(known, (at_ms - since_ms) / 1000),
	    db_arg_text(source));
}

/* That an alert was withheld is no line of the trail where history withheld
 * it: what it comes to is told by a replay. */
static void
drop_withheld(struct engine_effects *e)
{
	int	n = 0;

	for (int i = 0; i < e->ops_n; i++)
		if (e->ops[i].kind != ENGINE_OP_WITHHOLD)
			e->ops[n++] = e->ops[i];
	e->ops_n = n;
}

/* The engine's opinion of one event, made rows; quietly, nobody is told of
 * more than is told already. False: it was history. */
static bool
judge(struct unit_step *s, const struct engine_event *ev, int64_t now_ms,
    bool quietly)
{
	static const struct unit_actor	system_actor;
	const struct engine_state	before = s->watch->state;
	struct engine_rules		rules = s->watch->rules;
	struct engine_effects		effects;

	if (quietly) {
		rules.suppressed = ~0u;
		rules.suppressed_until_ms = s->now_ms;
	}
	if (engine_step(&s->watch->state, &rules, ev, now_ms, &effects) !=
	    ENGINE_OK)
		return false;
	if (quietly)
		drop_withheld(&effects);
	if (s->watch->state.door != before.door)
		save_door(s, s->watch->state.door, ev->at_ms, &before);
	unit_effects_save(s->effects, s->db, s->watch, &effects, &system_actor,
	    now_ms, s->live);
	return true;
}

/* The time to judge an observation by: its own where the unit's history has
 * not gone past it, so that what arrives late is judged as if in time. */
static int64_t
judged_at(const struct unit_step *s, int64_t at_ms)
{
	const struct engine_state *st = &s->watch->state;

	if (s->now_ms - at_ms <= LIVE_MS || at_ms <= st->checkin_at_ms ||
	    at_ms <= st->decided_at_ms || at_ms <= st->manual_at_ms)
		return s->now_ms;
	return at_ms;
}

bool
unit_step_take(struct unit_step *s, const struct engine_event *ev,
    bool newest)
{
	static const struct engine_event tick = { .kind = ENGINE_TICK };
	const int64_t	then_ms = judged_at(s, ev->at_ms);
	const int	interval_s = s->watch->rules.checkin_interval_s;
	const bool	past = late_is(ev->at_ms, s->now_ms, interval_s);
	const bool	reading = ev->has_temp == ENGINE_TEMP_VALID;
	const bool	news = !late_is(s->newest_ms, s->now_ms, interval_s) &&
			    judge(s, ev, then_ms, past);

	if (news && newest && then_ms < s->now_ms)
		(void)judge(s, &tick, s->now_ms, false);
	if (!news && reading)
		unit_watch_recall(s->watch, &s->device, ev->at_ms, ev->temp);
	/* What the door did is settled by the replay: no reading has it. */
	if (!news && !reading && ev->door != DOOR_UNKNOWN)
		save_door(s, ev->door, ev->at_ms, NULL);
	if (reading || ev->door != DOOR_UNKNOWN)
		late_add(s->late, &s->watch->unit, ev->at_ms, s->now_ms,
		    news && !past);
	return news;
}

void
unit_step_tell(const struct unit_watch *w, const struct unit_news *n,
    struct live_list *live)
{
	struct json_object *o = json_object_new_object();
	char		    text[WHEN_TEXT > UUID_TEXT ? WHEN_TEXT : UUID_TEXT];

	json_put_str(o, "unitId", uuid_format(&w->unit, text));
	json_put_centi(o, "temperature", n->temperature);
	if (n->has_humidity)
		json_put_centi(o, "humidity", n->humidity_cpct);
	if (n->battery >= 0)
		json_put_int(o, "battery", n->battery);
	json_put_str(o, "recordedAt", when_format(n->recorded_at_ms, text));
	unit_live_tell(w, LIVE_SENSOR_READING, o, live);
}
