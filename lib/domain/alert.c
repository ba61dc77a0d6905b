#include "domain/alert.h"
#include "base/json.h"
#include "base/when.h"
#include <stdio.h>
#include <string.h>

#define ALERT_NCOLS	24
#define ALERT_COLUMNS							\
	"SELECT alert_id, unit_id, site_id, alert_type, severity,"	\
	"	status, title, message, unit_name,"			\
	"	concat_ws(' \302\267 ', site_name, area_name),"		\
	"	coalesce(timezone, 'UTC'), temp_unit = 'F',"		\
	"	trigger_temperature, temp_limit,"			\
	"	threshold_violated = 'max',"				\
	"	epoch_ms(triggered_at), epoch_ms(acknowledged_at),"	\
	"	acknowledged_by_name, acknowledgment_notes,"		\
	"	epoch_ms(resolved_at), resolved_by_name,"		\
	"	resolution_type, escalation_level"

#define ALERT_FILTER							\
	"  FROM alert_list"						\
	" WHERE organization_id = $1::uuid"				\
	"   AND ($2::uuid IS NULL OR unit_id = $2::uuid)"		\
	"   AND ($3::uuid IS NULL OR site_id = $3::uuid)"

#define ALERT_SEVERITY							\
	"   AND ($4::text IS NULL OR severity::text = $4::text)"

static const struct db_stmt list_stmt = { "alert_list", 8, ALERT_NCOLS,
	ALERT_COLUMNS ", 0" ALERT_FILTER ALERT_SEVERITY
	"   AND ($5::text IS NULL OR status::text = $5::text)"
	PAGE_END("triggered_at", "alert_id", "$6", "$7", "$8") };

/* A statement of its own, for the few open ones have an index. */
static const struct db_stmt open_stmt = { "alert_list_open", 7, ALERT_NCOLS,
	ALERT_COLUMNS ", 0" ALERT_FILTER ALERT_SEVERITY
	"   AND status <> 'resolved'"
	PAGE_END("triggered_at", "alert_id", "$5", "$6", "$7") };

static const struct db_stmt worst_stmt = { "alert_worst", 4, ALERT_NCOLS,
	ALERT_COLUMNS ", count(*) OVER ()" ALERT_FILTER
	"   AND status <> 'resolved'"
	" ORDER BY severity DESC, status = 'acknowledged', triggered_at,"
	"	alert_id"
	" LIMIT $4::int4" };

static const struct db_stmt find_stmt = { "alert_find", 2, ALERT_NCOLS,
	ALERT_COLUMNS ", 1"
	"  FROM alert_list"
	" WHERE organization_id = $1::uuid AND alert_id = $2::uuid" };

static const struct db_stmt *const stmts[] = {
	&list_stmt, &open_stmt, &worst_stmt, &find_stmt,
};
const struct db_stmt_list alert_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static const char *
text(const PGresult *res, int row, int col, struct arena *arena)
{
	const char	*s;

	return db_opt_text(res, row, col, &s) && s != NULL ?
	    arena_strdup(arena, s) : NULL;
}

static bool
map_kinds(const PGresult *res, int row, struct alert *out)
{
	const char	*type, *severity, *status;

	return db_text(res, row, 3, &type) &&
	    alert_type_parse(type, &out->type) &&
	    db_text(res, row, 4, &severity) &&
	    alert_severity_parse(severity, &out->severity) &&
	    db_text(res, row, 5, &status) &&
	    alert_status_parse(status, &out->status);
}

static bool
map_row(const PGresult *res, int row, struct arena *arena, void *v)
{
	struct alert	*out = v;
	bool	has;

	memset(out, 0, sizeof(*out));
	if (!db_uuid(res, row, 0, &out->id) ||
	    !db_uuid(res, row, 1, &out->unit) ||
	    !db_uuid(res, row, 2, &out->site) || !map_kinds(res, row, out) ||
	    !db_bool(res, row, 11, &out->fahrenheit) ||
	    !db_opt_centi(res, row, 12, &out->temp.has, &out->temp.t) ||
	    !db_opt_centi(res, row, 13, &out->limit.has, &out->limit.t) ||
	    !db_opt_bool(res, row, 14, &has, &out->limit_is_high) ||
	    !db_i64(res, row, 15, &out->triggered_at_ms) ||
	    !db_opt_i64(res, row, 16, &has, &out->acknowledged_at_ms) ||
	    !db_opt_i64(res, row, 19, &has, &out->resolved_at_ms) ||
	    !db_i32(res, row, 22, &out->escalation_level))
		return false;
	out->title = text(res, row, 6, arena);
	if (out->title == NULL)
		out->title = alert_type_label(out->type);
	out->message = text(res, row, 7, arena);
	out->unit_name = text(res, row, 8, arena);
	out->place = text(res, row, 9, arena);
	out->timezone = text(res, row, 10, arena);
	out->acknowledged_by = text(res, row, 17, arena);
	out->notes = text(res, row, 18, arena);
	out->resolved_by = text(res, row, 20, arena);
	out->resolution = text(res, row, 21, arena);
	return true;
}

static struct cursor
place_of(const void *alert)
{
	const struct alert	*a = alert;

	return (struct cursor){ a->triggered_at_ms, a->id };
}

enum db_rc
alert_list(struct db *db, const struct alert_filter *f, struct page *page,
    struct arena *arena, struct alert **v)
{
	static const struct page_list	every = {
		{ &list_stmt, sizeof(struct alert), map_row }, place_of };
	static const struct page_list	open = {
		{ &open_stmt, sizeof(struct alert), map_row }, place_of };

	if (f->status != NULL && strcmp(f->status, "open") == 0)
		return page_read(db, &open, page, arena, v,
		    db_arg_uuid(&f->organization), db_arg_uuid(&f->unit),
		    db_arg_uuid(&f->site), db_arg_text(f->severity));
	return page_read(db, &every, page, arena, v,
	    db_arg_uuid(&f->organization), db_arg_uuid(&f->unit),
	    db_arg_uuid(&f->site), db_arg_text(f->severity),
	    db_arg_text(f->status));
}

enum db_rc
alert_worst(struct db *db, const struct alert_filter *f, int32_t max,
    struct arena *arena, struct alert **v, size_t *n, int64_t *total)
{
	static const struct db_list	worst = { &worst_stmt,
	    sizeof(struct alert), map_row };
	PGresult			*res = NULL;
	enum db_rc			 rc;

	*total = 0;
	rc = db_query(db, &worst_stmt, &res, db_arg_uuid(&f->organization),
	    db_arg_uuid(&f->unit), db_arg_uuid(&f->site), db_arg_i64(max));
	if (rc == DB_OK)
		rc = db_list_read(res, &worst, arena, v, n);
	if (rc == DB_OK && *n > 0 &&
	    !db_i64(res, 0, ALERT_NCOLS - 1, total))
		rc = db_bad_row(&worst_stmt);
	PQclear(res);
	return rc;
}

enum db_rc
alert_find(struct db *db, const struct uuid *organization,
    const struct uuid *id, struct arena *arena, struct alert *out)
{
	static const struct db_list	one = { &find_stmt,
	    sizeof(struct alert), map_row };

	return db_list_one(db, &one, arena, out, db_arg_uuid(organization),
	    db_arg_uuid(id));
}

bool
alert_is_open(const struct alert *a)
{
	return a->status != ALERT_STATUS_RESOLVED;
}

/* "triggeredAt" for machines and "triggeredText" for people; 0 is null. */
static void
put_at(struct json_object *o, const struct alert *a, const char *key,
    const char *text_key, int64_t at_ms)
{
	char	text[DISPLAY_TEXT];

	json_put_when(o, key, at_ms);
	json_put_str(o, text_key, at_ms == 0 ? NULL :
	    display_time(at_ms, a->timezone, text));
}

static void
put_temps(struct json_object *o, const struct alert *a)
{
	struct opt_centi	none = { false, 0 };
	char			text[DISPLAY_TEXT];

	json_put(o, "temperature", NULL);
	json_put(o, "temperatureText", NULL);
	json_put(o, "limit", NULL);
	json_put(o, "limitText", NULL);
	if (a->temp.has)
		json_put_centi(o, "temperature", a->temp.t);
	/* Where no limit was broken, it is not what the alert is about. */
	if (a->temp.has && a->limit.has)
		json_put_str(o, "temperatureText",
		    display_temp(a->temp, a->fahrenheit, text));
	if (a->limit.has) {
		json_put_centi(o, "limit", a->limit.t);
		json_put_str(o, "limitText", display_limits(
		    a->limit_is_high ? none : a->limit,
		    a->limit_is_high ? a->limit : none, a->fahrenheit, text));
	}
}

struct json_object *
alert_to_json(const struct alert *a, int64_t now_ms)
{
	struct json_object	*o = json_object_new_object();
	int64_t			 age = now_ms - a->triggered_at_ms;
	char			 text[WHEN_TEXT];

	json_put_uuid(o, "id", &a->id);
	json_put_uuid(o, "unitId", &a->unit);
	json_put_uuid(o, "siteId", &a->site);
	json_put_str(o, "unitName", a->unit_name);
	json_put_str(o, "place", a->place);
	json_put_str(o, "type", alert_type_name(a->type));
	json_put_str(o, "typeLabel", alert_type_label(a->type));
	json_put_str(o, "severity", alert_severity_name(a->severity));
	json_put_str(o, "severityLabel", alert_severity_label(a->severity));
	json_put_str(o, "status", alert_status_name(a->status));
	json_put_str(o, "statusLabel", alert_status_label(a->status));
	json_put_str(o, "title", a->title);
	json_put_str(o, "message", a->message);
	put_temps(o, a);
	put_at(o, a, "triggeredAt", "triggeredText", a->triggered_at_ms);
	json_put_str(o, "ageText", when_age(age > 0 ? age : 0, text));
	put_at(o, a, "acknowledgedAt", "acknowledgedText",
	    a->acknowledged_at_ms);
	json_put_str(o, "acknowledgedBy", a->acknowledged_by);
	json_put_str(o, "acknowledgmentNotes", a->notes);
	put_at(o, a, "resolvedAt", "resolvedText", a->resolved_at_ms);
	json_put_str(o, "resolvedBy", a->resolved_by);
	json_put_str(o, "resolutionType", a->resolution);
	json_put_str(o, "resolutionLabel", a->resolution == NULL ? NULL :
	    strcmp(a->resolution, "auto") == 0 ? "by itself" : "by a person");
	json_put_int(o, "escalationLevel", a->escalation_level);
	return o;
}
