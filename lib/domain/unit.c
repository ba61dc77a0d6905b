#include "domain/unit.h"
#include "base/json.h"
#include "base/when.h"
#include "db/list.h"
#include <stdio.h>
#include <string.h>

/* One list, from either view: now_units (active ones) or unit_detail. */
#define UNIT_NCOLS	23
#define UNIT_COLUMNS							\
	"SELECT unit_id, site_id, area_id, name, site_name, area_name,"	\
	"	timezone, unit_type, status, epoch_ms(status_since),"	\
	"	temp_unit = 'F', temp_limit_low, temp_limit_high,"	\
	"	last_temperature, epoch_ms(temperature_at),"		\
	"	epoch_ms(last_checkin_at), checkin_interval_seconds,"	\
	"	last_humidity, door_state, epoch_ms(door_changed_at),"	\
	"	battery_percent, trend, alert_severity"

/*
 * What a filter means, whatever is asked of it. As CASE, because the plan is
 * made before it is known what is asked for: an OR is taken for a narrow
 * filter, and hundreds of units would be looked up one by one.
 */
#define UNIT_FILTER							\
	"  FROM now_units"						\
	" WHERE organization_id = $1::uuid"				\
	"   AND CASE WHEN num_nonnulls($2::uuid, $3::text, $4::text)"	\
	"	= 0 THEN true ELSE"					\
	"	($2::uuid IS NULL OR site_id = $2::uuid)"		\
	"	AND ($3::text IS NULL OR strpos(lower(concat_ws(' ',"	\
	"	    name, site_name, area_name)), lower($3::text)) > 0)"\
	"	AND ($4::text IS NULL"					\
	"	    OR status = $4::text::unit_status) END"

/* Where all is well, the order is that of the house, so that nothing moves. */
static const struct db_stmt list_stmt = { "unit_list", 5, UNIT_NCOLS,
	UNIT_COLUMNS UNIT_FILTER
	" ORDER BY urgency,"
	"	CASE WHEN status = 'ok' THEN NULL ELSE status_since END,"
	"	site_name, area_name, sort_order, name, unit_id"
	" LIMIT $5::int4" };

static const struct db_stmt count_stmt = { "unit_count", 4, 2,
	"SELECT status, count(*)" UNIT_FILTER " GROUP BY status" };

static const struct db_stmt find_stmt = { "unit_find", 2, UNIT_NCOLS,
	UNIT_COLUMNS
	"  FROM unit_detail"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND deleted_at IS NULL" };

static const struct db_stmt sites_stmt = { "unit_sites", 1, 2,
	"SELECT id, name FROM sites"
	" WHERE organization_id = $1::uuid AND deleted_at IS NULL"
	" ORDER BY name" };

static const struct db_stmt *const stmts[] = {
	&list_stmt, &count_stmt, &find_stmt, &sites_stmt,
};
const struct db_stmt_list unit_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

const enum unit_status unit_worst_first[UNIT_STATUS__MAX] = {
	UNIT_ALARM_ACTIVE, UNIT_EXCURSION, UNIT_MANUAL_REQUIRED,
	UNIT_MONITORING_INTERRUPTED, UNIT_OFFLINE, UNIT_RESTORING, UNIT_OK,
};

static bool
map_names(const PGresult *res, int row, struct arena *arena, struct unit *out)
{
	const char	**to[] = { &out->name, &out->site_name,
			    &out->area_name, &out->timezone };
	const char	*s;

	for (int i = 0; i < 4; i++) {
		if (!db_text(res, row, 3 + i, &s))
			return false;
		*to[i] = arena_strdup(arena, s);
	}
	return true;
}

/* A null instant stays 0: never. */
static bool
map_state(const PGresult *res, int row, struct unit *out)
{
	const char	*status, *door;
	bool		 has;

	return db_text(res, row, 8, &status) &&
	    unit_status_parse(status, &out->status) &&
	    db_i64(res, row, 9, &out->status_since_ms) &&
	    db_opt_centi(res, row, 13, &out->temp.has, &out->temp.t) &&
	    db_opt_i64(res, row, 14, &has, &out->temp_at_ms) &&
	    db_opt_i64(res, row, 15, &has, &out->checkin_at_ms) &&
	    db_opt_centi(res, row, 17, &out->humidity.has,
	    &out->humidity.t) &&
	    db_text(res, row, 18, &door) &&
	    door_state_parse(door, &out->door) &&
	    db_opt_i64(res, row, 19, &has, &out->door_since_ms);
}

static bool
map_alert(const PGresult *res, int row, struct unit *out)
{
	const char	*severity;

	if (!db_opt_text(res, row, 22, &severity))
		return false;
	out->has_alert = severity != NULL;
	return severity == NULL ||
	    alert_severity_parse(severity, &out->alert);
}

static bool
map_row(const PGresult *res, int row, struct arena *arena, void *v)
{
	struct unit	*out = v;
	const char	*type, *trend;
	bool		 has_battery;

	memset(out, 0, sizeof(*out));
	if (!db_uuid(res, row, 0, &out->id) ||
	    !db_uuid(res, row, 1, &out->site) ||
	    !db_uuid(res, row, 2, &out->area) ||
	    !map_names(res, row, arena, out) ||
	    !db_text(res, row, 7, &type) ||
	    !unit_type_parse(type, &out->type) ||
	    !map_state(res, row, out) ||
	    !db_bool(res, row, 10, &out->fahrenheit) ||
	    !db_opt_centi(res, row, 11, &out->low.has, &out->low.t) ||
	    !db_opt_centi(res, row, 12, &out->high.has, &out->high.t) ||
	    !db_i32(res, row, 16, &out->interval_s) ||
	    !db_opt_i32(res, row, 20, &has_battery, &out->battery) ||
	    !db_text(res, row, 21, &trend) || !map_alert(res, row, out))
		return false;
	if (!has_battery)
		out->battery = -1;
	(void)trend_parse(trend, &out->trend);	/* or empty: for the eye */
	return true;
}

enum db_rc
unit_list(struct db *db, const struct unit_filter *f, int32_t max,
    struct arena *arena, struct unit **v, size_t *n)
{
	static const struct db_list	list = { &list_stmt,
	    sizeof(struct unit), map_row };

	return db_list(db, &list, arena, v, n, db_arg_uuid(&f->organization),
	    db_arg_uuid(&f->site), db_arg_text(f->text),
	    db_arg_text(f->status), db_arg_i64(max));
}

enum db_rc
unit_count(struct db *db, const struct unit_filter *f,
    int64_t count[UNIT_STATUS__MAX])
{
	PGresult		*res = NULL;
	enum db_rc		 rc;
	enum unit_status	 status;
	const char		*name;

	memset(count, 0, UNIT_STATUS__MAX * sizeof(count[0]));
	rc = db_query(db, &count_stmt, &res, db_arg_uuid(&f->organization),
	    db_arg_uuid(&f->site), db_arg_text(f->text), db_arg_null());
	if (rc != DB_OK)
		return rc;
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++)
		if (!db_text(res, i, 0, &name) ||
		    !unit_status_parse(name, &status) ||
		    !db_i64(res, i, 1, &count[status]))
			rc = db_bad_row(&count_stmt);
	PQclear(res);
	return rc;
}

enum db_rc
unit_find(struct db *db, const struct uuid *organization,
    const struct uuid *id, struct arena *arena, struct unit *out)
{
	static const struct db_list	one = { &find_stmt,
	    sizeof(struct unit), map_row };

	return db_list_one(db, &one, arena, out, db_arg_uuid(organization),
	    db_arg_uuid(id));
}

enum db_rc
unit_sites(struct db *db, const struct uuid *organization,
    struct json_object **out)
{
	PGresult		*res = NULL;
	struct json_object	*site;
	enum db_rc		 rc;

	rc = db_query(db, &sites_stmt, &res, db_arg_uuid(organization));
	if (rc != DB_OK)
		return rc;
	*out = json_object_new_array();
	for (int i = 0; i < PQntuples(res); i++) {
		site = json_object_new_object();
		json_put_str(site, "id", PQgetvalue(res, i, 0));
		json_put_str(site, "name", PQgetvalue(res, i, 1));
		json_object_array_add(*out, site);
	}
	PQclear(res);
	return DB_OK;
}

/* To the second: hundreds of them share a page. */
static void
put_at(struct json_object *o, const char *key, int64_t at_ms)
{
	json_put_when(o, key, at_ms - at_ms % 1000);
}

static void
put_age(struct json_object *o, const char *key, int64_t at_ms, int64_t now_ms)
{
	char	text[WHEN_TEXT];

	json_put_str(o, key, at_ms == 0 ? NULL :
	    when_age(now_ms > at_ms ? now_ms - at_ms : 0, text));
}

static void
put_temp(struct json_object *o, const char *key, struct opt_centi v)
{
	json_put(o, key, NULL);
	if (v.has)
		json_put_centi(o, key, v.t);
}

static void
put_place(struct json_object *o, const struct unit *u)
{
	char	place[600];

	snprintf(place, sizeof(place), "%s \302\267 %s", u->site_name,
	    u->area_name);
	json_put_str(o, "place", place);
}

static void
put_limits(struct json_object *o, const struct unit *u)
{
	char	text[DISPLAY_TEXT];

	put_temp(o, "temperatureMin", u->low);
	put_temp(o, "temperatureMax", u->high);
	json_put_str(o, "limitsText",
	    display_limits(u->low, u->high, u->fahrenheit, text));
}

/* Said only where the state does not say it: a sensor fault in a cold unit. */
static void
put_alert(struct json_object *o, const struct unit *u)
{
	bool	quiet = u->status == UNIT_OK || u->status == UNIT_RESTORING;

	json_put_str(o, "alertSeverity", u->has_alert ?
	    alert_severity_name(u->alert) : NULL);
	json_put_str(o, "alertLabel", u->has_alert && quiet ?
	    alert_severity_label(u->alert) : NULL);
}

struct json_object *
unit_to_summary(const struct unit *u, int64_t now_ms)
{
	struct json_object	*o = json_object_new_object();
	char			 text[DISPLAY_TEXT];

	json_put_uuid(o, "id", &u->id);
	json_put_str(o, "name", u->name);
	json_put_str(o, "type", unit_type_name(u->type));
	json_put_uuid(o, "siteId", &u->site);
	put_place(o, u);
	json_put_str(o, "status", unit_status_name(u->status));
	json_put_str(o, "statusLabel", unit_status_label(u->status));
	json_put_bool(o, "logDue", u->status == UNIT_MANUAL_REQUIRED);
	put_at(o, "statusSince", u->status_since_ms);
	json_put_bool(o, "fahrenheit", u->fahrenheit);
	put_temp(o, "temperature", u->temp);
	json_put_str(o, "temperatureText",
	    display_temp(u->temp, u->fahrenheit, text));
	put_at(o, "lastReadingAt", u->temp_at_ms);
	put_age(o, "ageText", u->temp_at_ms, now_ms);
	put_limits(o, u);
	put_alert(o, u);
	json_put_bool(o, "doorOpen", u->door == DOOR_OPEN);
	json_put(o, "batteryPercent", NULL);
	if (u->battery >= 0)
		json_put_int(o, "batteryPercent", u->battery);
	json_put_bool(o, "batteryLow",
	    u->battery >= 0 && u->battery < UNIT_BATTERY_LOW);
	return o;
}

static void
put_door(struct json_object *o, const struct unit *u, int64_t now_ms)
{
	bool	known = u->door != DOOR_UNKNOWN;

	json_put_str(o, "doorState", door_state_name(u->door));
	json_put_str(o, "doorLabel", !known ? NULL :
	    u->door == DOOR_OPEN ? "Open" : "Closed");
	put_at(o, "doorSince", known ? u->door_since_ms : 0);
	put_age(o, "doorAgeText", known ? u->door_since_ms : 0, now_ms);
}

struct json_object *
unit_to_json(const struct unit *u, int64_t now_ms)
{
	struct json_object	*o = unit_to_summary(u, now_ms);

	json_put_str(o, "typeLabel", unit_type_label(u->type));
	json_put_str(o, "siteName", u->site_name);
	json_put_uuid(o, "areaId", &u->area);
	json_put_str(o, "areaName", u->area_name);
	json_put_str(o, "timezone", u->timezone);
	put_age(o, "statusAgeText", u->status_since_ms, now_ms);
	put_at(o, "lastCheckinAt", u->checkin_at_ms);
	json_put_int(o, "checkinIntervalSeconds", u->interval_s);
	json_put(o, "humidity", NULL);
	if (u->humidity.has)
		json_put_int(o, "humidity", (u->humidity.t + 50) / 100);
	put_door(o, u, now_ms);
	return o;
}
