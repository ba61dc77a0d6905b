#include "domain/alert_act.h"
#include <string.h>

static const struct db_stmt find_stmt = { "alert_act_find", 1, 4,
	"SELECT unit_id, alert_type, device_id, status FROM alerts"
	" WHERE organization_id = current_org() AND id = $1::uuid" };

static const struct db_stmt action_stmt = { "alert_act_action", 7, -1,
	"INSERT INTO corrective_actions (organization_id, id, alert_id,"
	"	unit_id, profile_id, description, action_taken, root_cause,"
	"	resolved_alert, action_at)"
	" VALUES (current_org(), $1::uuid, $2::uuid, $3::uuid, $4::uuid,"
	"	$5::text, $5::text, $6::text, true, from_epoch_ms($7::int8))" };

static const struct db_stmt *const stmts[] = { &find_stmt, &action_stmt };
const struct db_stmt_list alert_act_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

struct acting {
	const struct alert_act	*act;
	struct live_list	*live;
	enum alert_act_rc	 rc;
};

struct found {
	struct uuid		unit;
	struct engine_event	event;
	bool			resolved;
};

static bool
map_found(const PGresult *res, const struct alert_act *act, struct found *out)
{
	const char	*type, *status;
	bool		 has;

	memset(out, 0, sizeof(*out));
	out->event.kind = act->what == ALERT_RESOLVE ? ENGINE_RESOLVE
	    : ENGINE_ACKNOWLEDGE;
	out->event.at_ms = act->now_ms;
	if (!db_uuid(res, 0, 0, &out->unit) || !db_text(res, 0, 1, &type) ||
	    !alert_type_parse(type, &out->event.alert) ||
	    !db_opt_uuid(res, 0, 2, &has, &out->event.sensor) ||
	    !db_text(res, 0, 3, &status))
		return false;
	out->resolved = strcmp(status,
	    alert_status_name(ALERT_STATUS_RESOLVED)) == 0;
	return true;
}

static enum db_rc
find(struct db *db, const struct alert_act *act, struct found *out)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &find_stmt, &res, db_arg_uuid(&act->alert));
	if (rc == DB_OK && !map_found(res, act, out))
		rc = db_bad_row(&find_stmt);
	PQclear(res);
	return rc;
}

static void
save_action(struct db *db, const struct alert_act *act,
    const struct uuid *unit)
{
	struct uuid	id = uuid_make(act->now_ms);

	db_send(db, &action_stmt, db_arg_uuid(&id), db_arg_uuid(&act->alert),
	    db_arg_uuid(unit), db_arg_uuid(&act->profile),
	    db_arg_text(act->action), db_arg_text(act->root_cause),
	    db_arg_i64(act->now_ms));
}

static enum db_rc
judge(struct db *db, struct acting *a, const struct found *found)
{
	const struct alert_act	*act = a->act;
	const struct unit_actor	 actor = { .profile = act->profile,
		.note = act->what == ALERT_RESOLVE ? act->action : act->note };
	const struct engine_alert *open;
	struct engine_effects	 effects;
	struct unit_watch	 watch;
	enum db_rc		 rc;

	rc = unit_watch_lock(db, &found->unit, act->now_ms, &watch);
	if (rc != DB_OK)
		return rc;
	/* Resolved since we looked, and perhaps followed by another. */
	open = engine_alert_find(&watch.state, found->event.alert,
	    &found->event.sensor);
	if (open == NULL || !uuid_eq(&open->id, &act->alert)) {
		a->rc = ALERT_ACT_OVER;
		return DB_OK;
	}
	switch (engine_step(&watch.state, &watch.rules, &found->event,
	    act->now_ms, &effects)) {
	case ENGINE_OK:
		unit_effects_save_unit(db, &watch, &effects, &actor,
		    act->now_ms, a->live);
		if (act->what == ALERT_RESOLVE)
			save_action(db, act, &found->unit);
		a->rc = ALERT_ACT_DONE;
		break;
	case ENGINE_REFUSED:
		a->rc = ALERT_ACT_HOLDS;
		break;
	default:
		a->rc = ALERT_ACT_ALREADY;
	}
	return DB_OK;
}

static enum db_rc
pass(struct db *db, void *arg)
{
	struct acting	*a = arg;
	struct found	 found;
	enum db_rc	 rc;

	a->live->n = 0;
	rc = find(db, a->act, &found);
	if (rc == DB_OK && found.resolved) {
		a->rc = ALERT_ACT_OVER;
		return DB_OK;
	}
	return rc == DB_OK ? judge(db, a, &found) : rc;
}

enum alert_act_rc
alert_act(struct db *db, const struct alert_act *act, struct live_list *live)
{
	struct acting	a = { act, live, ALERT_ACT_FAIL };

	switch (db_tx(db, &act->organization, &act->profile, pass, &a)) {
	case DB_OK:
		return a.rc;
	case DB_NONE:
		return ALERT_ACT_NONE;
	case DB_DOWN:
	case DB_RETRY:
		return ALERT_ACT_DOWN;
	default:
		return ALERT_ACT_FAIL;
	}
}
