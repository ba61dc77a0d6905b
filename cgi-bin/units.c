/* units - FastCGI program: the wall of all units, and one unit. */
#include "app/alert_page.h"
#include "app/guard.h"
#include "app/unit_chart.h"
#include "app/unit_wall.h"
#include "base/json.h"
#include "domain/history.h"
#include "domain/unit_rule.h"
#include "web/link.h"
#include <inttypes.h>
#include <string.h>

#define DAY_MS		(24 * 3600 * INT64_C(1000))
#define READINGS_LIMIT		100
#define READINGS_LIMIT_MAX	5000
#define BUCKETS_MAX		5000

static web_valid	valid_bucket;

static const struct web_param wall_params[] = { UNIT_WALL_PARAMS };

enum { U_ID, U_PERIOD, U__MAX };
static const struct web_param unit_params[U__MAX] = {
	[U_ID] = { "id", IN_PATH, true, web_uuid, 0, 0 },
	[U_PERIOD] = { "period", IN_QUERY, false, unit_chart_period, 0, 0 },
};

enum { R_ID, R_FROM, R_TO, R_LIMIT, R_CURSOR, R_BUCKET, R__MAX };
static const struct web_param reading_params[R__MAX] = {
	[R_ID] = { "id", IN_PATH, true, web_uuid, 0, 0 },
	[R_FROM] = { "from", IN_QUERY, false, web_time, 0, 0 },
	[R_TO] = { "to", IN_QUERY, false, web_time, 0, 0 },
	[R_LIMIT] = { "limit", IN_QUERY, false, web_int, 1,
	    READINGS_LIMIT_MAX },
	[R_CURSOR] = { "cursor", IN_QUERY, false, cursor_param, 0, 0 },
	[R_BUCKET] = { "bucket", IN_QUERY, false, valid_bucket, 0, 0 },
};

static const struct web_param rule_params[] = {
	{ "id", IN_PATH, true, web_uuid, 0, 0 },
};

static const struct web_param alert_params[] = {
	{ "id", IN_PATH, true, web_uuid, 0, 0 }, ALERT_PAGE_PARAMS
};

static const struct {
	const char	*name;
	int64_t		 ms;
} buckets[] = {
	{ "raw", 0 }, { "5m", 300000 }, { "15m", 900000 }, { "1h", 3600000 },
	{ "1d", DAY_MS },
};

static const char *
valid_bucket(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	(void)min;
	(void)max;
	for (size_t i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++)
		if (strlen(buckets[i].name) == len &&
		    memcmp(buckets[i].name, s, len) == 0) {
			v->i = buckets[i].ms;
			return NULL;
		}
	return "must be raw, 5m, 15m, 1h or 1d";
}

/* Runs build in the organization's transaction and answers with its model. */
typedef enum db_rc build_fn(struct web_req *req, struct json_object *model);

static enum web_rc
respond_with(struct web_req *req, const char *template_name, build_fn *build)
{
	struct json_object	*model = json_object_new_object();
	enum db_rc		 rc;

	guard_begin(req);
	rc = guard_end(req, build(req, model));
	if (rc == DB_OK)
		return web_respond(req, template_name, model);
	json_object_put(model);
	return web_rc_of_db(rc);
}

static enum web_rc
show_wall(struct web_req *req)
{
	return respond_with(req, "unit/now", unit_wall_put);
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
	struct json_object	*banner;
	struct unit		 u;
	enum db_rc		 rc;

	rc = find_unit(req, &u, model);
	if (rc != DB_OK || req->wants_json)
		return rc;
	json_put_when(model, "now", req->now_ms);
	rc = alert_page_banner(req, &u.id, &banner);
	if (rc != DB_OK)
		return rc;
	json_put(model, "banner", banner);
	rc = unit_chart_put(req, &u, req->arg[U_PERIOD].i, model);
	if (rc != DB_OK)
		return rc;
	return put_rules(req, &u, model);
}

static enum web_rc
show_unit(struct web_req *req)
{
	return respond_with(req, "unit/show", build_unit);
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
	return respond_with(req, "unit/rules", build_rules);
}

/* The period asked for; a day up to now where nothing was. */
static struct history_of
period_of(struct web_req *req)
{
	struct history_of	of = {
		.organization = guard_of(req)->organization,
		.unit = req->arg[R_ID].uuid,
		.to_ms = req->arg[R_TO].present ? req->arg[R_TO].i :
		    req->now_ms,
	};

	of.from_ms = req->arg[R_FROM].present ? req->arg[R_FROM].i :
	    of.to_ms - DAY_MS;
	return of;
}

static enum db_rc
put_buckets(struct web_req *req, const struct history_of *of,
    struct json_object *model)
{
	struct json_object	*list;
	struct history_point	*v;
	size_t			 n;
	enum db_rc		 rc;

	rc = history_points(req->db, of, req->arg[R_BUCKET].i, BUCKETS_MAX,
	    &req->arena, &v, &n);
	if (rc != DB_OK)
		return rc;
	list = json_object_new_array();
	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, history_point_to_json(&v[i]));
	json_put(model, "buckets", list);
	return DB_OK;
}

static const char *
readings_href(struct web_req *req, const char *cursor)
{
	struct link	l;

	link_begin(&l, req->path);
	link_add(&l, "from", req->arg[R_FROM].text);
	link_add(&l, "to", req->arg[R_TO].text);
	link_add(&l, "limit", req->arg[R_LIMIT].text);
	link_add(&l, "cursor", cursor);
	return link_end(&l, &req->arena);
}

static struct json_object *
row_to_json(struct web_req *req, const struct unit *u,
    const struct history_row *r)
{
	struct json_object	*o = history_row_to_json(r);
	char			 text[DISPLAY_TEXT];

	if (req->wants_json)
		return o;
	json_put_str(o, "localText",
	    display_time(r->recorded_at_ms, u->timezone, text));
	json_put_str(o, "temperatureText", display_temp(
	    (struct opt_centi){ true, r->temperature }, u->fahrenheit, text));
	json_put_str(o, "rangeLabel", r->outside ? "no" : "yes");
	return o;
}

/* One more than the limit was asked for: it says whether there are more. */
static void
put_rows(struct web_req *req, const struct unit *u,
    const struct history_row *v, size_t n, size_t limit,
    struct json_object *model)
{
	struct json_object	*list = json_object_new_array();
	struct cursor		 next;
	char			 cursor[CURSOR_TEXT];

	for (size_t i = 0; i < n && i < limit; i++)
		json_object_array_add(list, row_to_json(req, u, &v[i]));
	json_put(model, "readings", list);
	json_put(model, "nextCursor", NULL);
	json_put(model, "nextHref", NULL);
	if (n <= limit)
		return;
	next = (struct cursor){ v[limit - 1].recorded_at_ms,
	    v[limit - 1].device };
	json_put_str(model, "nextCursor", cursor_format(&next, cursor));
	json_put_str(model, "nextHref", readings_href(req, cursor));
}

static enum db_rc
build_readings(struct web_req *req, struct json_object *model)
{
	struct history_of	 of = period_of(req);
	struct cursor		 after;
	size_t			 limit = req->arg[R_LIMIT].present ?
	    (size_t)req->arg[R_LIMIT].i : READINGS_LIMIT;
	struct history_row	*v;
	struct unit		 u;
	size_t			 n;
	enum db_rc		 rc;

	rc = find_unit(req, &u, model);
	if (rc != DB_OK)
		return rc;
	if (req->wants_json && req->arg[R_BUCKET].i != 0)
		return put_buckets(req, &of, model);
	after = cursor_param_value(&req->arg[R_CURSOR]);
	rc = history_rows(req->db, &of, &after, (int32_t)limit + 1,
	    &req->arena, &v, &n);
	if (rc == DB_OK)
		put_rows(req, &u, v, n, limit, model);
	return rc;
}

static enum web_rc
show_readings(struct web_req *req)
{
	if (req->arg[R_FROM].present && req->arg[R_TO].present &&
	    req->arg[R_FROM].i >= req->arg[R_TO].i)
		return web_refuse(req, WEB_INVALID, "from",
		    "must be before to");
	return respond_with(req, "unit/readings", build_readings);
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

static const struct web_route routes[] = {
	/* method, path, permission, parameters, handler */
	{ "GET", "/", MAY_VIEW, WEB_LIST(wall_params), show_wall },
	{ "GET", "/units", MAY_VIEW, WEB_LIST(wall_params), show_wall },
	{ "GET", "/units/:id", MAY_VIEW, WEB_LIST(unit_params), show_unit },
	{ "GET", "/units/:id/readings", MAY_VIEW, WEB_LIST(reading_params),
	    show_readings },
	{ "GET", "/units/:id/effective-rules", MAY_VIEW,
	    WEB_LIST(rule_params), show_rules },
	{ "GET", "/units/:id/alerts", MAY_VIEW, WEB_LIST(alert_params),
	    show_alerts },
};

static const struct db_stmt_list *const stmts[] = {
	&session_stmts, &unit_stmts, &unit_rule_stmts, &history_stmts,
	&alert_stmts, NULL
};

int
main(int argc, char **argv)
{
	static const struct web_app app = {
		.name = "units",
		.help = "Shows where all units stand, and one unit closely.",
		.routes = routes,
		.nroutes = sizeof(routes) / sizeof(routes[0]),
		.guard = guard_session,
		.permission_name = guard_permission_name,
		.body_max = 4096,
		.db_role = "fg_app",
		.stmts = stmts,
		.sign_in = "/sign-in",
		.start = guard_start,
	};

	return web_main(argc, argv, &app);
}
