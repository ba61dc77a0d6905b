#include "domain/unit_effects.h"
#include "base/log.h"
#include "base/metrics.h"
#include "domain/alert_text.h"
#include "domain/trail.h"
#include <string.h>

static const struct db_stmt open_stmt = { "alert_open", 16, -1,
	"INSERT INTO alerts (organization_id, id, unit_id, site_id, area_id,"
	"	device_id, alert_type, severity, title, message,"
	"	trigger_temperature, threshold_violated, temp_limit,"
	"	triggered_at, first_active_at, metadata,"
	"	correlated_with_alert_id)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid,"
	"	$7::alert_type, $8::alert_severity, $9::text, $10::text,"
	"	$11::numeric(7,2), $12::text, $13::numeric(7,2),"
	"	from_epoch_ms($14::int8), from_epoch_ms($14::int8),"
	"	$15::jsonb, $16::uuid)" };

/* Re-armed: it was acknowledged, and is news again. */
static const struct db_stmt change_stmt = { "alert_change", 9, -1,
	"UPDATE alerts SET severity = $3::alert_severity, title = $4::text,"
	"	message = $5::text,"
	"	trigger_temperature = coalesce($6::numeric(7,2),"
	"	    trigger_temperature), metadata = metadata || $7::jsonb,"
	"	status = CASE WHEN $8::bool THEN 'active' ELSE status END,"
	"	updated_at = from_epoch_ms($9::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid"
	"   AND status <> 'resolved'" };

static const struct db_stmt acknowledge_stmt = { "alert_acknowledge", 5, -1,
	"UPDATE alerts SET status = 'acknowledged',"
	"	acknowledged_at = from_epoch_ms($3::int8),"
	"	acknowledged_by = $4::uuid, acknowledgment_notes = $5::text,"
	"	next_escalation_at = NULL, updated_at = from_epoch_ms($3::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid"
	"   AND status <> 'resolved'" };

static const struct db_stmt resolve_stmt = { "alert_resolve", 6, -1,
	"UPDATE alerts SET status = 'resolved',"
	"	resolved_at = from_epoch_ms($3::int8), resolved_by = $4::uuid,"
	"	resolution_type = $5::resolution_type,"
	"	resolution_notes = $6::text, next_escalation_at = NULL,"
	"	updated_at = from_epoch_ms($3::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid"
	"   AND status <> 'resolved'" };

static const struct db_stmt event_stmt = { "alert_events", 2, -1,
	"INSERT INTO alert_events (organization_id, id, alert_id, event_type,"
	"	actor_type, actor_id, note, data, at)"
	" SELECT $1::uuid, q.id, q.alert_id, q.event_type,"
	"	CASE WHEN q.actor_id IS NULL THEN 'system' ELSE 'user' END,"
	"	q.actor_id, q.note, q.data, from_epoch_ms(q.at)"
	"  FROM unnest($2::new_alert_event[]) q" };

static const struct db_stmt queue_stmt = { "alert_queue", 3, 1,
	"SELECT queue_deliveries($1::uuid, 0, from_epoch_ms($2::int8),"
	"	$3::text)" };

static const struct db_stmt *const stmts[] = {
	&open_stmt, &change_stmt, &acknowledge_stmt, &resolve_stmt,
	&event_stmt, &queue_stmt,
};
const struct db_stmt_list unit_effects_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* What every helper below needs. */
struct saving {
	struct db		*db;
	struct effect_rows	*rows;
	struct unit_watch	*w;
	const struct unit_actor	*actor;
	int64_t			 now_ms;
	struct live_list	*live;
};

/* What was known when the engine decided. */
static struct json_object *
op_data(const struct engine_op *op)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "reason", engine_reason_name(op->reason));
	if (op->duration_s > 0)
		json_put_int(o, "durationSeconds", op->duration_s);
	if (op->missed > 0)
		json_put_int(o, "missedCheckins", op->missed);
	if (op->battery_percent >= 0)
		json_put_int(o, "batteryPercent", op->battery_percent);
	if (op->battery_mv >= 0)
		json_put_int(o, "batteryMillivolts", op->battery_mv);
	if (op->has_temp)
		json_put_centi(o, "temperature", op->temp);
	if (op->suppressed)
		json_put_bool(o, "suppressed", true);
	if (op->correlated)
		json_put_str(o, "correlatedType",
		    alert_type_name(op->correlated_type));
	return o;
}

static const char *
plain(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

static void
save_event(const struct saving *s, const struct uuid *alert, const char *type,
    struct json_object *data)
{
	struct uuid	id = uuid_make(s->now_ms);

	db_rows_add(&s->rows->events, db_arg_uuid(&id), db_arg_uuid(alert),
	    db_arg_text(type), db_arg_uuid(&s->actor->profile),
	    db_arg_text(s->actor->note), db_arg_text(plain(data)),
	    db_arg_i64(s->now_ms));
}

static void
save_audit(const struct saving *s, const char *type, const char *severity,
    const char *title, struct json_object *data)
{
	trail_add(&s->rows->audits, &(struct trail_line){
	    .unit = s->w->unit, .site = s->w->site, .area = s->w->area,
	    .actor = s->actor->profile, .type = type, .category = "alert",
	    .severity = severity, .title = title, .data = data,
	    .at_ms = s->now_ms });
}

static void
tell_alert(const struct saving *s, const struct engine_op *op,
    enum live_kind kind, enum alert_status status, const char *title)
{
	unit_live_tell_alert(s->w, kind, &(struct unit_live_alert){ op, status,
	    title, s->now_ms }, s->live);
}

static struct db_arg
arg_limit(const struct engine_op *op)
{
	static const char *const names[] = { NULL, "min", "max" };

	return db_arg_text(names[op->limit]);
}

static void
queue_deliveries(const struct saving *s, const struct engine_op *op,
    const char *reason)
{
	if (op->notify)
		db_send(s->db, &queue_stmt, db_arg_uuid(&op->id),
		    db_arg_i64(s->now_ms), db_arg_text(reason));
}

/* The engine's own list of open alerts learns the id. */
static void
give_id(struct unit_watch *w, struct engine_op *op, int64_t now_ms)
{
	struct engine_alert *a = engine_alert_find(&w->state, op->type,
				 &op->sensor);

	op->id = uuid_make(now_ms);
	if (a != NULL)
		a->id = op->id;
}

/* The open alert of its unit that an alert belongs with; nil: none. */
static struct uuid
cause_of(struct unit_watch *w, const struct engine_op *op)
{
	static const struct uuid	 of_unit;
	const struct engine_alert	*a = NULL;

	if (op->correlated)
		a = engine_alert_find(&w->state, op->correlated_type, &of_unit);
	return a != NULL ? a->id : of_unit;
}

static void
save_open(const struct saving *s, struct engine_op *op,
    struct json_object *data, const char *title, const char *message)
{
	const struct unit_watch *w = s->w;
	const struct uuid	 cause = cause_of(s->w, op);

	give_id(s->w, op, s->now_ms);
	db_send(s->db, &open_stmt, db_arg_uuid(&w->organization),
	    db_arg_uuid(&op->id), db_arg_uuid(&w->unit), db_arg_uuid(&w->site),
	    db_arg_uuid(&w->area), db_arg_uuid(&op->sensor),
	    db_arg_text(alert_type_name(op->type)),
	    db_arg_text(alert_severity_name(op->severity)),
	    db_arg_text(title), db_arg_text(message),
	    op->has_temp ? db_arg_centi(op->temp) : db_arg_null(),
	    arg_limit(op), op->limit == ENGINE_LIMIT_NONE ? db_arg_null()
	    : db_arg_centi(op->limit_value), db_arg_i64(s->now_ms),
	    db_arg_text(plain(data)), db_arg_uuid(&cause));
	save_event(s, &op->id, "created", data);
	save_audit(s, "alert_created", alert_severity_name(op->severity),
	    title, data);
	queue_deliveries(s, op, "opened");
	tell_alert(s, op, LIVE_ALERT_TRIGGERED, ALERT_STATUS_ACTIVE, title);
	metric_add(M_ALERTS_OPENED, 1);
}

static void
save_change(const struct saving *s, struct engine_op *op,
    struct json_object *data, const char *title, const char *message)
{
	const char	*what = op->reason == ENGINE_WHY_CONFIRMED ||
			    op->reason == ENGINE_WHY_MAX_EXCURSION
			    ? "confirmed" : "severity_escalated";
	const struct engine_alert *a;

	db_send(s->db, &change_stmt, db_arg_uuid(&s->w->organization),
	    db_arg_uuid(&op->id), db_arg_text(alert_severity_name(op->severity)),
	    db_arg_text(title), db_arg_text(message),
	    op->has_temp ? db_arg_centi(op->temp) : db_arg_null(),
	    db_arg_text(plain(data)), db_arg_bool(op->rearmed),
	    db_arg_i64(s->now_ms));
	save_event(s, &op->id, what, data);
	save_audit(s, "alert_escalated", alert_severity_name(op->severity),
	    title, data);
	queue_deliveries(s, op, what);
	a = engine_alert_find(&s->w->state, op->type, &op->sensor);
	tell_alert(s, op, LIVE_ALERT_UPDATED, a != NULL && a->acknowledged
	    ? ALERT_STATUS_ACKNOWLEDGED : ALERT_STATUS_ACTIVE, title);
}

static void
save_acknowledge(const struct saving *s, const struct engine_op *op,
    struct json_object *data, const char *title)
{
	db_send(s->db, &acknowledge_stmt, db_arg_uuid(&s->w->organization),
	    db_arg_uuid(&op->id), db_arg_i64(s->now_ms),
	    db_arg_uuid(&s->actor->profile), db_arg_text(s->actor->note));
	save_event(s, &op->id, "acknowledged", data);
	save_audit(s, "alert_acknowledged", "info", title, data);
	tell_alert(s, op, LIVE_ALERT_UPDATED, ALERT_STATUS_ACKNOWLEDGED, NULL);
}

static void
save_resolve(const struct saving *s, const struct engine_op *op,
    struct json_object *data, const char *title)
{
	db_send(s->db, &resolve_stmt, db_arg_uuid(&s->w->organization),
	    db_arg_uuid(&op->id), db_arg_i64(s->now_ms),
	    op->by_person ? db_arg_uuid(&s->actor->profile) : db_arg_null(),
	    db_arg_text(op->by_person ? "manual" : "auto"),
	    op->by_person ? db_arg_text(s->actor->note)
	    : db_arg_text(engine_reason_text(op->reason)));
	save_event(s, &op->id,
	    op->by_person ? "resolved_manual" : "resolved_auto", data);
	save_audit(s, "alert_resolved", "success", title, data);
	tell_alert(s, op, LIVE_ALERT_UPDATED, ALERT_STATUS_RESOLVED, NULL);
	metric_add(M_ALERTS_RESOLVED, 1);
}

static void
save_op(const struct saving *s, struct engine_op *op)
{
	struct buf	    title = BUF_INIT(ALERT_TITLE_MAX);
	struct buf	    message = BUF_INIT(ALERT_MESSAGE_MAX);
	struct json_object *data = op_data(op);

	alert_title(op, s->w->fahrenheit, &title);
	alert_message(op, s->w->fahrenheit, &message);
	json_put_str(data, "type", alert_type_name(op->type));
	switch (op->kind) {
	case ENGINE_OP_OPEN:
		save_open(s, op, data, buf_str(&title), buf_str(&message));
		break;
	case ENGINE_OP_CHANGE:
		save_change(s, op, data, buf_str(&title), buf_str(&message));
		break;
	case ENGINE_OP_ACKNOWLEDGE:
		save_acknowledge(s, op, data, buf_str(&title));
		break;
	case ENGINE_OP_RESOLVE:
		save_resolve(s, op, data, buf_str(&title));
		break;
	case ENGINE_OP_WITHHOLD:
		save_audit(s, "alert_suppressed", "info", buf_str(&title),
		    data);
		break;
	}
	json_object_put(data);
	buf_release(&title);
	buf_release(&message);
}

static const char *
transition_severity(enum unit_status to)
{
	switch (to) {
	case UNIT_ALARM_ACTIVE:
		return "critical";
	case UNIT_EXCURSION:
	case UNIT_MANUAL_REQUIRED:
	case UNIT_MONITORING_INTERRUPTED:
		return "warning";
	default:
		return "info";
	}
}

static void
save_transition(const struct saving *s, const struct engine_transition *t)
{
	struct json_object *data = json_object_new_object();
	char		    title[160];

	snprintf(title, sizeof(title), "%s → %s: %s", unit_status_label(t->from),
	    unit_status_label(t->to), engine_reason_text(t->reason));
	json_put_str(data, "from", unit_status_name(t->from));
	json_put_str(data, "to", unit_status_name(t->to));
	json_put_str(data, "reason", engine_reason_name(t->reason));
	if (s->w->state.temp_at_ms != 0)
		json_put_centi(data, "temperature", s->w->state.temp);
	json_put_str(data, "doorState", door_state_name(s->w->state.door));
	save_audit(s, "unit_state_change", transition_severity(t->to), title,
	    data);
	json_object_put(data);
}

void
unit_effects_save(struct effect_rows *rows, struct db *db,
    struct unit_watch *w, struct engine_effects *effects,
    const struct unit_actor *actor, int64_t now_ms, struct live_list *live)
{
	const struct saving s = { db, rows, w, actor, now_ms, live };

	if (effects->moved) {
		save_transition(&s, &effects->transition);
		unit_live_tell_state(w, live);
	}
	for (int i = 0; i < effects->ops_n; i++)
		save_op(&s, &effects->ops[i]);
	if (effects->dropped > 0)
		log_error("unit.too_many_alerts",
		    LOG_INT("dropped", effects->dropped));
}

void
unit_effects_send(struct effect_rows *rows, struct db *db,
    const struct uuid *organization)
{
	db_rows_send(&rows->events, db, &event_stmt,
	    db_arg_uuid(organization));
	trail_send(&rows->audits, db, organization);
}

void
unit_effects_save_unit(struct db *db, struct unit_watch *w,
    struct engine_effects *effects, const struct unit_actor *actor,
    int64_t now_ms, struct live_list *live)
{
	struct effect_rows	lines = { 0 };
	struct db_rows		state = { 0 };

	unit_effects_save(&lines, db, w, effects, actor, now_ms, live);
	unit_effects_send(&lines, db, &w->organization);
	unit_watch_add(&state, w);
	db_rows_send(&state, db, &unit_watch_save,
	    db_arg_uuid(&w->organization));
	unit_effects_release(&lines);
	db_rows_release(&state);
}

void
unit_effects_clear(struct effect_rows *rows)
{
	db_rows_clear(&rows->events);
	db_rows_clear(&rows->audits);
}

void
unit_effects_release(struct effect_rows *rows)
{
	db_rows_release(&rows->events);
	db_rows_release(&rows->audits);
}
