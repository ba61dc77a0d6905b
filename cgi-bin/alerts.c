/* alerts - FastCGI program: the list, one alert, acknowledging, resolving. */
#include "app/alert_page.h"
#include "app/excursion_page.h"
#include "app/guard.h"
#include "base/conf.h"
#include "base/json.h"
#include "domain/alert_act.h"
#include "domain/live_send.h"
#include "domain/trail.h"
#include "domain/unit.h"

static const struct web_param list_params[] = { ALERT_PAGE_PARAMS };

static const struct web_param excursion_params[] = { EXCURSION_PAGE_PARAMS };

static const struct web_param one_params[] = {
	{ "id", IN_PATH, true, web_uuid, 0, 0 },
};

enum { A_ID, A_NOTES, A__MAX };
static const struct web_param acknowledge_params[A__MAX] = {
	[A_ID] = { "id", IN_PATH, true, web_uuid, 0, 0 },
	[A_NOTES] = { "notes", IN_BODY, false, web_text, 1, 1000 },
};

enum { R_ID, R_ACTION, R_CAUSE, R__MAX };
static const struct web_param resolve_params[R__MAX] = {
	[R_ID] = { "id", IN_PATH, true, web_uuid, 0, 0 },
	[R_ACTION] = { "correctiveAction", IN_BODY, true, web_text, 1, 2000 },
	[R_CAUSE] = { "rootCause", IN_BODY, false, web_text, 1, 2000 },
};

static struct live_sender	*sender;

static void
start(void)
{
	guard_start();
	sender = live_sender_new(conf_text("stream_socket"));
}

static enum web_rc
show_list(struct web_req *req)
{
	return alert_page_list(req, req->arg, NULL);
}

static enum web_rc
show_excursions(struct web_req *req)
{
	return excursion_page_list(req, req->arg, NULL);
}

/* What the caller may do to it; the page shows a form for each. */
static void
put_permissions(struct web_req *req, const struct alert *a,
    struct json_object *o)
{
	enum app_role	role = guard_of(req)->role;

	json_put_bool(o, "canAcknowledge", role_may(role, MAY_ACKNOWLEDGE) &&
	    (a->status == ALERT_STATUS_ACTIVE ||
	    a->status == ALERT_STATUS_ESCALATED));
	json_put_bool(o, "canResolve", role_may(role, MAY_RESOLVE) &&
	    alert_is_open(a));
}

/* How its unit is now, which is what people ask next; absent once the unit is
 * gone. */
static enum db_rc
put_unit(struct web_req *req, const struct alert *a,
    struct json_object *model)
{
	struct unit	u;
	enum db_rc	rc;

	rc = unit_find(req->db, &guard_of(req)->organization, &a->unit,
	    &req->arena, &u);
	if (rc == DB_OK)
		json_put(model, "unit", unit_to_summary(&u, req->now_ms));
	return rc == DB_NONE ? DB_OK : rc;
}

static enum db_rc
build_alert(struct web_req *req, struct json_object *model)
{
	const struct uuid	*org = &guard_of(req)->organization;
	struct json_object	*o, *timeline, *actions;
	struct alert		 a;
	enum db_rc		 rc;

	rc = alert_find(req->db, org, &req->arg[A_ID].uuid, &req->arena, &a);
	if (rc != DB_OK)
		return rc;
	o = alert_to_json(&a, req->now_ms);
	put_permissions(req, &a, o);
	json_put(model, "alert", o);
	rc = put_unit(req, &a, model);
	if (rc != DB_OK)
		return rc;
	rc = alert_timeline(req->db, org, &a, &timeline);
	if (rc != DB_OK)
		return rc;
	json_put(model, "timeline", timeline);
	rc = alert_actions(req->db, org, &a, &actions);
	if (rc != DB_OK)
		return rc;
	json_put(model, "actions", actions);
	json_put_bool(model, "hasActions",
	    json_object_array_length(actions) > 0);
	json_put_when(model, "now", req->now_ms);
	return DB_OK;
}

/* The alert with its story, added to the model. */
static enum web_rc
respond_alert(struct web_req *req, enum web_rc rc, struct json_object *model)
{
	enum db_rc	db_rc;

	guard_begin(req);
	db_rc = guard_end(req, build_alert(req, model));
	if (db_rc != DB_OK) {
		json_object_put(model);
		return web_rc_of_db(db_rc);
	}
	return web_respond_rc(req, rc, "alert/show", model);
}

static enum web_rc
show_one(struct web_req *req)
{
	return respond_alert(req, WEB_OK, json_object_new_object());
}

/* With what was typed: nobody writes that twice. */
static enum web_rc
refuse(struct web_req *req, const struct alert_act *a, const char *why)
{
	struct json_object	*model = json_object_new_object();

	web_refuse(req, WEB_CONFLICT, NULL, why);
	json_put_str(model, "problem", why);
	json_put_str(model, "typedNotes", a->note);
	json_put_str(model, "typedAction", a->action);
	json_put_str(model, "typedCause", a->root_cause);
	return respond_alert(req, WEB_CONFLICT, model);
}

/* Back to the alert's page; programs get the alert as it now is. */
static enum web_rc
respond_done(struct web_req *req, const char *word)
{
	struct json_object	*model;
	char			 id[UUID_TEXT];

	if (req->wants_json) {
		model = json_object_new_object();
		json_put_str(model, "result", word);
		return respond_alert(req, WEB_OK, model);
	}
	return web_redirect(req, arena_printf(&req->arena, "/alerts/%s",
	    uuid_format(&req->arg[A_ID].uuid, id)), NULL);
}

static enum web_rc
act(struct web_req *req, struct alert_act *a, const char *word)
{
	struct live_list	live = { .arena = &req->arena };

	a->organization = guard_of(req)->organization;
	a->profile = guard_of(req)->profile;
	a->alert = req->arg[0].uuid;
	a->now_ms = req->now_ms;
	switch (alert_act(req->db, a, &live)) {
	case ALERT_ACT_DONE:
		live_send(sender, live.v, live.n);
		return respond_done(req, word);
	case ALERT_ACT_ALREADY:
		return respond_done(req, "already acknowledged");
	case ALERT_ACT_OVER:
		return refuse(req, a, "This alert is resolved already.");
	case ALERT_ACT_HOLDS:
		return refuse(req, a, "What this alert is about is still so. "
		    "It can be resolved once that is over.");
	case ALERT_ACT_NONE:
		return WEB_NOT_FOUND;
	case ALERT_ACT_DOWN:
		return WEB_UNAVAILABLE;
	default:
		return WEB_ERROR;
	}
}

static enum web_rc
acknowledge(struct web_req *req)
{
	struct alert_act	a = {
		.what = ALERT_ACKNOWLEDGE,
		.note = req->arg[A_NOTES].text,
	};

	return act(req, &a, "acknowledged");
}

static enum web_rc
resolve(struct web_req *req)
{
	struct alert_act	a = {
		.what = ALERT_RESOLVE,
		.action = req->arg[R_ACTION].text,
		.root_cause = req->arg[R_CAUSE].text,
	};

	return act(req, &a, "resolved");
}

static const struct web_route routes[] = {
	/* method, path, permission, parameters, handler */
	{ "GET", "/alerts", MAY_VIEW, WEB_LIST(list_params), show_list },
	{ "GET", "/alerts/excursions", MAY_VIEW, WEB_LIST(excursion_params),
	    show_excursions },
	{ "GET", "/alerts/:id", MAY_VIEW, WEB_LIST(one_params), show_one },
	{ "POST", "/alerts/:id/acknowledge", MAY_ACKNOWLEDGE,
	    WEB_LIST(acknowledge_params), acknowledge },
	{ "PUT", "/alerts/:id/acknowledge", MAY_ACKNOWLEDGE,
	    WEB_LIST(acknowledge_params), acknowledge },
	{ "POST", "/alerts/:id/resolve", MAY_RESOLVE,
	    WEB_LIST(resolve_params), resolve },
	{ "PUT", "/alerts/:id/resolve", MAY_RESOLVE,
	    WEB_LIST(resolve_params), resolve },
};

static const struct db_stmt_list *const stmts[] = {
	&session_stmts, &excursion_stmts, &alert_stmts, &alert_timeline_stmts, &unit_stmts,
	&alert_act_stmts, &unit_watch_stmts, &unit_effects_stmts,
	&trail_stmts, NULL
};

int
main(int argc, char **argv)
{
	static const struct web_app app = {
		.name = "alerts",
		.help = "Shows alerts; people acknowledge and resolve them "
		    "here.",
		.routes = routes,
		.nroutes = sizeof(routes) / sizeof(routes[0]),
		.guard = guard_session,
		.permission_name = guard_permission_name,
		.body_max = 32768,
		.db_role = "fg_app",
		.stmts = stmts,
		.sign_in = "/sign-in",
		.start = start,
	};

	return web_main(argc, argv, &app);
}
