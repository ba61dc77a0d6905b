#include "domain/unit_live.h"

void
unit_live_tell(const struct unit_watch *w, enum live_kind kind,
    struct json_object *data, struct live_list *live)
{
	struct live_event  ev = { .kind = kind, .org = w->organization,
			       .site = w->site, .unit = w->unit };
	const char	  *text;

	text = json_object_to_json_string_length(data, JSON_C_TO_STRING_PLAIN,
	    &ev.len);
	if (live->n == LIVE_LIST_MAX - 1 || ev.len > LIVE_DATA) {
		ev = (struct live_event){ .kind = LIVE_RESET,
		    .org = w->organization, .data = "" };
		live->n = LIVE_LIST_MAX - 1;
	} else
		ev.data = arena_strndup(live->arena, text, ev.len);
	if (live->n < LIVE_LIST_MAX)
		live->v[live->n++] = ev;
	json_object_put(data);
}

static struct json_object *
with_unit(const struct unit_watch *w)
{
	struct json_object *o = json_object_new_object();

	json_put_uuid(o, "unitId", &w->unit);
	return o;
}

void
unit_live_tell_state(const struct unit_watch *w, struct live_list *live)
{
	const struct engine_state *st = &w->state;
	struct json_object *o = with_unit(w);

	json_put_str(o, "status", unit_status_name(st->status));
	json_put_str(o, "statusLabel", unit_status_label(st->status));
	json_put_when(o, "since", st->since_at_ms);
	if (st->temp_at_ms != 0)
		json_put_centi(o, "temperature", st->temp);
	json_put_str(o, "doorState", door_state_name(st->door));
	unit_live_tell(w, LIVE_UNIT_STATE, o, live);
}

void
unit_live_tell_alert(const struct unit_watch *w, enum live_kind kind,
    const struct unit_live_alert *a, struct live_list *live)
{
	const struct engine_op *op = a->op;
	struct json_object *o = with_unit(w);

	json_put_uuid(o, "alertId", &op->id);
	json_put_str(o, "type", alert_type_name(op->type));
	json_put_str(o, "typeLabel", alert_type_label(op->type));
	json_put_str(o, "severity", alert_severity_name(op->severity));
	json_put_str(o, "severityLabel", alert_severity_label(op->severity));
	json_put_str(o, "status", alert_status_name(a->status));
	json_put_str(o, "statusLabel", alert_status_label(a->status));
	if (a->title != NULL)
		json_put_str(o, "title", a->title);
	json_put_when(o, kind == LIVE_ALERT_TRIGGERED ? "triggeredAt" :
	    "updatedAt", a->at_ms);
	unit_live_tell(w, kind, o, live);
}
