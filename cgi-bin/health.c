/* health - FastCGI program: alive, ready, and the counters of the machine. */
#include "app/guard.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/metrics.h"
#include "base/when.h"
#include "config.h"
#include "domain/spool.h"

static struct spool	*spool;

static const struct db_stmt default_stmt = { "health_default_partition", 0, 1,
	"SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
	" WHERE i.inhparent = 'sensor_readings'::regclass"
	"   AND c.relname = to_char(now() AT TIME ZONE 'UTC',"
	"	'\"sensor_readings_y\"YYYY\"m\"MM')" };
static const struct db_stmt *const own[] = { &default_stmt };
static const struct db_stmt_list own_stmts = { own, 1 };
static const struct db_stmt_list *const stmts[] = { &own_stmts, NULL };

static enum web_rc
respond_json(struct web_req *req, int status, struct json_object *model)
{
	size_t		 len;
	const char	*text = json_object_to_json_string_length(model,
			    JSON_C_TO_STRING_PLAIN, &len);
	enum web_rc	 rc;

	rc = web_respond_raw(req, status, "application/json", text, len);
	json_object_put(model);
	return rc;
}

static enum web_rc
show_health(struct web_req *req)
{
	struct json_object *model = json_object_new_object();
	char		    at[WHEN_TEXT];

	json_put_str(model, "status", "ok");
	json_put_str(model, "timestamp", when_format(req->now_ms, at));
	json_put_str(model, "version", PACKAGE_VERSION);
	return respond_json(req, 200, model);
}

static enum web_rc
show_live(struct web_req *req)
{
	struct json_object *model = json_object_new_object();

	json_put_bool(model, "live", true);
	return respond_json(req, 200, model);
}

/* Is there a partition for what arrives today? */
static enum db_rc
check_partition(struct db *db)
{
	PGresult	*res = NULL;
	int64_t		 n = 0;
	enum db_rc	 rc;

	rc = db_one(db, &default_stmt, &res);
	if (rc == DB_OK && (!db_i64(res, 0, 0, &n) || n == 0))
		rc = DB_NONE;
	PQclear(res);
	return rc;
}

static enum web_rc
show_ready(struct web_req *req)
{
	struct json_object *model = json_object_new_object();
	struct json_object *checks = json_object_new_object();
	unsigned	    files;
	int64_t		    version;
	bool		    database, schema, partition;

	database = db_ping(req->db) == DB_OK;
	schema = database && db_schema_version(req->db, &version) == DB_OK &&
	    version > 0;
	partition = schema && check_partition(req->db) == DB_OK;
	json_put_bool(checks, "database", database);
	json_put_bool(checks, "schema", schema);
	json_put_bool(checks, "partition", partition);
	json_put_int(checks, "spooledBytes", spool_waiting(spool, &files));
	json_put_bool(model, "ready", database && schema && partition);
	json_put(model, "checks", checks);
	return respond_json(req, database && schema && partition ? 200 : 503,
	    model);
}

static enum web_rc
show_metrics(struct web_req *req)
{
	struct buf	text = BUF_INIT(1024 * 1024);
	enum web_rc	rc;

	metrics_text(&text);
	rc = web_respond_raw(req, 200,
	    "text/plain; version=0.0.4; charset=utf-8", buf_str(&text),
	    text.len);
	buf_release(&text);
	return rc;
}

static const struct web_route routes[] = {
	/* method, path, permission, parameters, handler */
	{ "GET", "/health", MAY_ANYONE, NULL, 0, show_health },
	{ "GET", "/health/live", MAY_ANYONE, NULL, 0, show_live },
	{ "GET", "/health/ready", MAY_ANYONE, NULL, 0, show_ready },
	{ "GET", "/metrics", MAY_ANYONE, NULL, 0, show_metrics },
};

static void
start(void)
{
	spool = spool_new(conf_text("spool_dir"),
	    conf_int("spool_max_bytes"));
}

int
main(int argc, char **argv)
{
	static const struct web_app app = {
		.name = "health",
		.help = "Tells whether the system is alive and ready.",
		.routes = routes,
		.nroutes = sizeof(routes) / sizeof(routes[0]),
		.guard = guard_session,
		.permission_name = guard_permission_name,
		.body_max = 1024,
		.db_role = "fg_stream",
		.stmts = stmts,
		.start = start,
	};

	return web_main(argc, argv, &app);
}
