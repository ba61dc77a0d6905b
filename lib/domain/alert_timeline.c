#include "base/json.h"
#include "domain/alert.h"
#include <string.h>

static const struct db_stmt timeline_stmt = { "alert_timeline", 2, 5,
	"SELECT e.event_type, e.actor_type, coalesce(p.full_name, p.email),"
	"	e.note, epoch_ms(e.at)"
	"  FROM alert_events e"
	"  LEFT JOIN profiles p ON p.organization_id = e.organization_id"
	"   AND p.id = e.actor_id"
	" WHERE e.organization_id = $1::uuid AND e.alert_id = $2::uuid"
	" ORDER BY e.at, e.id LIMIT 500" };

static const struct db_stmt actions_stmt = { "alert_actions", 2, 4,
	"SELECT c.description, c.root_cause, epoch_ms(c.action_at),"
	"	coalesce(p.full_name, p.email)"
	"  FROM corrective_actions c"
	"  LEFT JOIN profiles p ON p.organization_id = c.organization_id"
	"   AND p.id = c.profile_id"
	" WHERE c.organization_id = $1::uuid AND c.alert_id = $2::uuid"
	" ORDER BY c.action_at, c.id LIMIT 100" };

static const struct db_stmt *const stmts[] = {
	&timeline_stmt, &actions_stmt,
};
const struct db_stmt_list alert_timeline_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static const struct {
	const char	*type, *label;
} labels[] = {
	{ "acknowledged", "Acknowledged" },
	{ "confirmed", "Confirmed" },
	{ "correlated", "Connected with another alert" },
	{ "corrective_action_logged", "Corrective action logged" },
	{ "created", "Triggered" },
	{ "escalation_exhausted", "Every escalation step taken" },
	{ "escalation_triggered", "Escalated" },
	{ "note_added", "Note" },
	{ "notification_failed", "Could not be told" },
	{ "notification_sent", "Told" },
	{ "reopened", "Reopened" },
	{ "resolved_auto", "Resolved by itself" },
	{ "resolved_manual", "Resolved" },
	{ "severity_escalated", "Became more severe" },
	{ "snooze_expired", "Snooze ended" },
	{ "snoozed", "Snoozed" },
	{ "suppressed", "Kept quiet by a suppression" },
};

static const char *
label_of(const char *type)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].type, type) == 0)
			return labels[i].label;
	return type;
}

static void
put_at(struct json_object *o, const struct alert *a, int64_t at_ms)
{
	char	text[DISPLAY_TEXT];

	json_put_when(o, "at", at_ms);
	json_put_str(o, "localText", display_time(at_ms, a->timezone, text));
}

static bool
map_event(const PGresult *res, int row, const struct alert *a,
    struct json_object *o)
{
	const char	*type, *actor_type, *name, *note;
	int64_t		 at;

	if (!db_text(res, row, 0, &type) ||
	    !db_text(res, row, 1, &actor_type) ||
	    !db_opt_text(res, row, 2, &name) ||
	    !db_opt_text(res, row, 3, &note) || !db_i64(res, row, 4, &at))
		return false;
	json_put_str(o, "type", type);
	json_put_str(o, "label", label_of(type));
	json_put_str(o, "actorType", actor_type);
	json_put_str(o, "actor", name);
	json_put_str(o, "note", note);
	put_at(o, a, at);
	return true;
}

static bool
map_action(const PGresult *res, int row, const struct alert *a,
    struct json_object *o)
{
	const char	*description, *cause, *name;
	int64_t		 at;

	if (!db_text(res, row, 0, &description) ||
	    !db_opt_text(res, row, 1, &cause) ||
	    !db_i64(res, row, 2, &at) || !db_opt_text(res, row, 3, &name))
		return false;
	json_put_str(o, "description", description);
	json_put_str(o, "rootCause", cause);
	json_put_str(o, "by", name);
	put_at(o, a, at);
	return true;
}

typedef bool map_fn(const PGresult *res, int row, const struct alert *a,
    struct json_object *o);

static enum db_rc
list(struct db *db, const struct db_stmt *st, map_fn *map,
    const struct uuid *organization, const struct alert *a,
    struct json_object **out)
{
	PGresult		*res = NULL;
	struct json_object	*v, *o;
	enum db_rc		 rc;

	rc = db_query(db, st, &res, db_arg_uuid(organization),
	    db_arg_uuid(&a->id));
	if (rc != DB_OK)
		return rc;
	v = json_object_new_array();
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++) {
		o = json_object_new_object();
		json_object_array_add(v, o);
		if (!map(res, i, a, o))
			rc = db_bad_row(st);
	}
	PQclear(res);
	if (rc == DB_OK)
		*out = v;
	else
		json_object_put(v);
	return rc;
}

enum db_rc
alert_timeline(struct db *db, const struct uuid *organization,
    const struct alert *a, struct json_object **out)
{
	return list(db, &timeline_stmt, map_event, organization, a, out);
}

enum db_rc
alert_actions(struct db *db, const struct uuid *organization,
    const struct alert *a, struct json_object **out)
{
	return list(db, &actions_stmt, map_action, organization, a, out);
}
