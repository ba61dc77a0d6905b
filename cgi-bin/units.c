/* units - FastCGI program: the wall of all units, one unit, its readings. */
#include "app/alert_page.h"
#include "app/excursion_page.h"
#include "app/guard.h"
#include "app/unit_chart.h"
#include "app/unit_doors.h"
#include "app/unit_logs.h"
#include "app/unit_readings.h"
#include "app/unit_wall.h"
#include "base/json.h"
#include "domain/bucket.h"
#include "domain/coverage.h"
#include "domain/latest.h"
#include "domain/sensor.h"
#include "domain/summary.h"
#include "domain/trail.h"
#include "domain/unit_rule.h"

static const struct web_param wall_params[] = { UNIT_WALL_PARAMS };

enum { U_ID, U_PERIOD, U__MAX };
static const struct web_param unit_params[U__MAX] = {
	[U_ID] = { "id", IN_PATH, true, web_uuid, 0, 0 },
	[U_PERIOD] = { "period", IN_QUERY, false, unit_chart_period, 0, 0 },
};

static const struct web_param reading_params[] = { UNIT_READINGS_PARAMS };

static const struct web_param door_params[] = { UNIT_DOORS_PARAMS };
static const struct web_param log_params[] = { UNIT_LOGS_PARAMS };
static const struct web_param new_log_params[] = { UNIT_LOGS_NEW_PARAMS };

enum { S_ID, S_FROM, S_TO, S__MAX };
static const struct web_param summary_params[S__MAX] = {
	[S_ID] = { "id", IN_PATH, true, web_uuid, 0, 0 },
	[S_FROM] = { "from", IN_QUERY, false, web_time, 0, 0 },
	[S_TO] = { "to", IN_QUERY, false, web_time, 0, 0 },
};

enum { L_SITE, L_LIMIT, L_CURSOR, L__MAX };
static const struct web_param latest_params[L__MAX] = {
	[L_SITE] = { "site", IN_QUERY, false, web_uuid, 0, 0 },
	[L_LIMIT] = { "limit", IN_QUERY, false, web_int, 1, LATEST_LIMIT_MAX },
	[L_CURSOR] = { "cursor", IN_QUERY, false, cursor_param, 0, 0 },
};

static const struct web_param rule_params[] = {
	{ "id", IN_PATH, true, web_uuid, 0, 0 },
};

static const struct web_param excursion_params[] = {
	{ "id", IN_PATH, true, web_uuid, 0, 0 }, EXCURSION_PAGE_PARAMS
};

static const struct web_param alert_params[] = {
	{ "id", IN_PATH, true, web_uuid, 0, 0 }, ALERT_PAGE_PARAMS
};

static enum web_rc
show_wall(struct web_req *req)
{
	return guard_respond(req, "unit/now", unit_wall_put);
}

static enum db_rc
find_unit(struct web_req *req, struct unit *u, struct json_object *model)
{
	enum db_rc	rc;

	rc = unit_find(req->db, &guard_of(req)->organization,
	    &req->arg[0].uuid, &req->arena, u);
	if (rc == DB_OK)
		json_put(model, "unit", unit_to_json(u, req->now_ms));
	return rc;
}

static enum db_rc
put_rules(struct web_req *req, const struct unit *u,
    struct json_object *model)
{
	struct json_object	*rules;
	enum db_rc		 rc;

	rc = unit_rule_list(req->db, &guard_of(req)->organization, u, &rules);
	if (rc == DB_OK)
		json_put(model, "rules", rules);
	return rc;
}

static enum db_rc
build_unit(struct web_req *req, struct json_object *model)
{
	struct json_object	*banner, *sensors;
	struct unit		 u;
	enum db_rc		 rc;

	rc = find_unit(req, &u, model);
	if (rc != DB_OK)
		return rc;
	rc = sensor_list(req->db, &guard_of(req)->organization, &u.id,
	    req->now_ms, &sensors);
	if (rc != DB_OK)
		return rc;
	json_put(model, "sensors", sensors);
	if (req->wants_json)
		return DB_OK;
	json_put_bool(model, "hasSensors",
	    json_object_array_length(sensors) > 0);
	json_put_when(model, "now", req->now_ms);
	rc = alert_page_banner(req, &u.id, &banner);
	if (rc != DB_OK)
		return rc;
	json_put(model, "banner", banner);
	rc = unit_doors_put(req, &u, model);
	if (rc != DB_OK)
		return rc;
	rc = unit_logs_put(req, &u, model);
	if (rc != DB_OK)
		return rc;
	rc = excursion_page_put(req, &u, model);
	if (rc != DB_OK)
		return rc;
	rc = unit_chart_put(req, &u, req->arg[U_PERIOD].i, model);
	if (rc != DB_OK)
		return rc;
	return put_rules(req, &u, model);
}

static enum web_rc
show_unit(struct web_req *req)
{
	return guard_respond(req, "unit/show", build_unit);
}

static enum db_rc
build_rules(struct web_req *req, struct json_object *model)
{
	struct unit	u;
	enum db_rc	rc = find_unit(req, &u, model);

	return rc == DB_OK ? put_rules(req, &u, model) : rc;
}

static enum web_rc
show_rules(struct web_req *req)
{
	return guard_respond(req, "unit/rules", build_rules);
}

/* The period asked for; a day up to now where nothing was. */
static struct history_of
summary_period(struct web_req *req)
{
	struct history_of	of = {
		.organization = guard_of(req)->organization,
		.unit = req->arg[S_ID].uuid,
		.to_ms = req->arg[S_TO].present ? req->arg[S_TO].i :
		    req->now_ms,
	};

	of.from_ms = req->arg[S_FROM].present ? req->arg[S_FROM].i :
	    of.to_ms - PERIOD_DAY_MS;
	return of;
}

static enum db_rc
build_summary(struct web_req *req, struct json_object *model)
{
	struct history_of	 of = summary_period(req);
	struct history_point	*v;
	struct exposure		 e;
	struct unit		 u;
	size_t			 n;
	enum db_rc		 rc;

	rc = unit_find(req->db, &of.organization, &of.unit, &req->arena, &u);
	if (rc == DB_OK)
		rc = summary_read(req->db, &of, &u, &req->arena, &v, &n, &e);
	if (rc == DB_OK)
		json_put(model, "summary", summary_to_json(&e, req->now_ms));
	return rc;
}

static enum db_rc
build_coverage(struct web_req *req, struct json_object *model)
{
	struct history_of	of = summary_period(req);
	struct coverage		c;
	struct unit		u;
	enum db_rc		rc;

	rc = unit_find(req->db, &of.organization, &of.unit, &req->arena, &u);
	if (rc == DB_OK)
		rc = coverage_read(req->db, &of, &u, req->now_ms, &req->arena,
		    &c);
	if (rc == DB_OK)
		json_put(model, "coverage", coverage_to_json(&c));
	return rc;
}

/* For programs: people have it on the unit's page. */
static enum web_rc
show_period(struct web_req *req, int days, const char *too_long,
    guard_build_fn *build)
{
	struct history_of	of = summary_period(req);

	if (of.from_ms >= of.to_ms)
		return web_refuse(req, WEB_INVALID, "from",
		    "must be before to");
	if (of.to_ms - of.from_ms > days * PERIOD_DAY_MS)
		return web_refuse(req, WEB_INVALID, "from", too_long);
	return guard_respond(req, NULL, build);
}

static enum web_rc
show_summary(struct web_req *req)
{
	return show_period(req, SUMMARY_DAYS,
	    "must be at most a year before to", build_summary);
}

static enum web_rc
show_coverage(struct web_req *req)
{
	return show_period(req, UNIT_READINGS_DAYS,
	    "must be at most two years before to", build_coverage);
}

static enum db_rc
build_latest(struct web_req *req, struct json_object *model)
{
	struct latest_of	of = {
		.organization = guard_of(req)->organization,
		.site = req->arg[L_SITE].uuid,
		.after = cursor_param_value(&req->arg[L_CURSOR]),
		.limit = req->arg[L_LIMIT].present ?
		    (int32_t)req->arg[L_LIMIT].i : LATEST_LIMIT,
	};

	return latest_put(req->db, &of, model);
}

/* For programs: people have the wall. */
static enum web_rc
show_latest(struct web_req *req)
{
	return guard_respond(req, NULL, build_latest);
}

/* An empty list would say that a stranger's unit exists. */
static enum web_rc
show_alerts(struct web_req *req)
{
	struct unit	u;
	enum db_rc	rc;

	guard_begin(req);
	rc = guard_end(req, unit_find(req->db, &guard_of(req)->organization,
	    &req->arg[0].uuid, &req->arena, &u));
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	return alert_page_list(req, req->arg + 1, &req->arg[0].uuid);
}

static enum web_rc
show_excursions(struct web_req *req)
{
	return excursion_page_list(req, req->arg + 1, &req->arg[0].uuid);
}

static void
start(void)
{
	guard_start();
	unit_logs_start();
}

static const struct web_route routes[] = {
	/* method, path, permission, parameters, handler */
	{ "GET", "/", MAY_VIEW, WEB_LIST(wall_params), show_wall },
	{ "GET", "/units", MAY_VIEW, WEB_LIST(wall_params), show_wall },
	{ "GET", "/units/:id", MAY_VIEW, WEB_LIST(unit_params), show_unit },
	{ "GET", "/units/:id/readings", MAY_VIEW, WEB_LIST(reading_params),
	    unit_readings_show },
	{ "GET", "/units/:id/door-events", MAY_VIEW, WEB_LIST(door_params),
	    unit_doors_show },
	{ "GET", "/units/:id/manual-logs", MAY_VIEW, WEB_LIST(log_params),
	    unit_logs_show },
	{ "POST", "/units/:id/manual-logs", MAY_LOG_MANUAL,
	    WEB_LIST(new_log_params), unit_logs_add },
	{ "GET", "/units/:id/summary", MAY_VIEW, WEB_LIST(summary_params),
	    show_summary },
	{ "GET", "/units/:id/coverage", MAY_VIEW, WEB_LIST(summary_params),
	    show_coverage },
	{ "GET", "/readings/latest", MAY_VIEW, WEB_LIST(latest_params),
	    show_latest },
	{ "GET", "/units/:id/effective-rules", MAY_VIEW,
	    WEB_LIST(rule_params), show_rules },
	{ "GET", "/units/:id/excursions", MAY_VIEW,
	    WEB_LIST(excursion_params), show_excursions },
	{ "GET", "/units/:id/alerts", MAY_VIEW, WEB_LIST(alert_params),
	    show_alerts },
};

static const struct db_stmt_list *const stmts[] = {
	&session_stmts, &unit_stmts, &unit_rule_stmts, &sensor_stmts,
	&history_stmts, &excursion_stmts, &bucket_stmts, &coverage_stmts, &latest_stmts,
	&alert_stmts,
	&door_stmts, &manual_log_stmts, &unit_watch_stmts,
	&unit_effects_stmts, &trail_stmts, NULL
};

int
main(int argc, char **argv)
{
	static const struct web_app app = {
		.name = "units",
		.help = "Shows where all units stand, and one unit closely; people "
		    "log temperatures here.",
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
