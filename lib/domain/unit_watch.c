#include "domain/unit_watch.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/when.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where in UNIT_WATCH_COLUMNS what begins. */
#define STATE_AT_COL	13
#define RULE_COL	26
#define RULE_INT_COL	14	/* behind RULE_COL, */
#define TYPE_COL	27	/* ... as is this */

/* The instants of the state, in the order of the columns. */
#define AT(member)	offsetof(struct engine_state, member)
static const size_t state_at[] = {
	AT(due_at_ms), AT(since_at_ms), AT(checkin_at_ms), AT(reading_at_ms),
	AT(manual_at_ms), AT(temp_at_ms), AT(in_range_at_ms),
	AT(left_range_at_ms), AT(excursion_at_ms), AT(door_seen_at_ms),
	AT(door_changed_at_ms), AT(mask_day_at_ms), AT(decided_at_ms),
};
#define STATE_AT_N	(sizeof(state_at) / sizeof(state_at[0]))

/* The whole numbers of the rules, in the order of the columns. */
#define RULE(member)	offsetof(struct engine_rules, member)
static const size_t rule_int[] = {
	RULE(checkin_interval_s), RULE(offline_warning_missed),
	RULE(offline_critical_missed), RULE(manual_missed),
	RULE(manual_interval_min), RULE(manual_grace_min),
	RULE(confirm_door_closed_s), RULE(confirm_door_open_s),
	RULE(max_excursion_min), RULE(door_grace_min), RULE(door_warning_min),
	RULE(door_critical_min), RULE(door_mask_min_per_day),
};
#define RULE_INT_N	(sizeof(rule_int) / sizeof(rule_int[0]))

static const struct db_stmt lock_stmt = { "unit_watch_lock", 1,
	UNIT_WATCH_NCOLS,
	"SELECT" UNIT_WATCH_COLUMNS " FROM unit_state s" UNIT_WATCH_RULES
	" WHERE s.organization_id = current_org() AND s.unit_id = $1::uuid"
	"   FOR NO KEY UPDATE OF s" };

#define SAVE_NCOLS	26
const struct db_stmt unit_watch_save = { "unit_watch_save", 2, -1,
	"UPDATE unit_state s SET status = q.status, door_state = q.door_state,"
	"	last_temperature = q.last_temperature,"
	"	confirmed = q.confirmed, good_readings = q.good_readings,"
	"	door_mask_ms = q.door_mask_ms, withheld = q.withheld,"
	"	window_at = q.window_at,"
	"	window_temperature = q.window_temperature, trend = q.trend,"
	"	due_at = from_epoch_ms(q.due_at),"
	"	status_since = from_epoch_ms(q.status_since),"
	"	last_checkin_at = from_epoch_ms(q.last_checkin_at),"
	"	last_reading_at = from_epoch_ms(q.last_reading_at),"
	"	last_manual_log_at = from_epoch_ms(q.last_manual_log_at),"
	"	temperature_at = from_epoch_ms(q.temperature_at),"
	"	in_range_at = from_epoch_ms(q.in_range_at),"
	"	left_range_at = from_epoch_ms(q.left_range_at),"
	"	excursion_since = from_epoch_ms(q.excursion_since),"
	"	door_seen_at = from_epoch_ms(q.door_seen_at),"
	"	door_changed_at = from_epoch_ms(q.door_changed_at),"
	"	door_mask_day = from_epoch_ms(q.door_mask_day),"
	"	decided_at = from_epoch_ms(q.decided_at),"
	"	last_humidity = coalesce(q.last_humidity, s.last_humidity),"
	"	open_alerts = q.open_alerts,"
	"	state_version = s.state_version + 1"
	"  FROM unnest($2::unit_step[]) q"
	" WHERE s.organization_id = $1::uuid AND s.unit_id = q.unit_id" };

static const struct db_stmt *const stmts[] = {
	&lock_stmt, &unit_watch_save,
};
const struct db_stmt_list unit_watch_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* A null instant is 0: never. */
static bool
map_at(const PGresult *res, int row, int col, int64_t *out)
{
	bool	has;

	*out = 0;
	return db_opt_i64(res, row, col, &has, out);
}

/* "{1,2,3}" into at most max numbers. */
static bool
map_numbers(const PGresult *res, int row, int col, int64_t *out, int max,
    int *n)
{
	const char	*s;
	char		*end;

	*n = 0;
	if (!db_text(res, row, col, &s) || *s != '{')
		return false;
	for (s++; *s != '\0' && *s != '}'; s = *end == ',' ? end + 1 : end) {
		if (*n == max)
			return false;
		out[(*n)++] = strtoll(s, &end, 10);
		if (end == s || (*end != ',' && *end != '}'))
			return false;
	}
	return true;
}

static bool
map_window(const PGresult *res, int row, int col, struct engine_state *st)
{
	int64_t	temps[ENGINE_WINDOW_MAX];
	int	n;

	if (!map_numbers(res, row, col, st->window_at_ms, ENGINE_WINDOW_MAX,
	    &st->window_n) || !map_numbers(res, row, col + 1, temps,
	    ENGINE_WINDOW_MAX, &n) || n != st->window_n)
		return false;
	for (int i = 0; i < n; i++)
		st->window_temp[i] = (centi_t)temps[i];
	return true;
}

/* [id, type, severity, device, acknowledged, since], as add_alert() writes. */
static bool
map_alert(struct json_object *row, struct engine_alert *out)
{
	const char	*text[4];

	if (json_object_array_length(row) != 6)
		return false;
	for (size_t i = 0; i < 4; i++)
		text[i] = json_object_get_string(
		    json_object_array_get_idx(row, i));
	memset(out, 0, sizeof(*out));
	out->acknowledged = json_object_get_boolean(
	    json_object_array_get_idx(row, 4));
	out->opened_at_ms = json_object_get_int64(
	    json_object_array_get_idx(row, 5));
	return uuid_parse(text[0], strlen(text[0]), &out->id) &&
	    alert_type_parse(text[1], &out->type) &&
	    alert_severity_parse(text[2], &out->severity) &&
	    (text[3] == NULL ||
	    uuid_parse(text[3], strlen(text[3]), &out->sensor));
}

/* A list in JSON, which is hardly ever there: NULL for the empty one. */
static bool
map_list(const PGresult *res, int row, int col, struct json_object **out)
{
	const char	*text;

	*out = NULL;
	if (!db_text(res, row, col, &text))
		return false;
	if (strcmp(text, "[]") == 0)
		return true;
	*out = json_tokener_parse(text);
	return json_object_is_type(*out, json_type_array);
}

static bool
map_alerts(const PGresult *res, int row, int col, struct engine_state *st)
{
	struct json_object	*list;
	size_t			 n;
	bool			 ok = map_list(res, row, col, &list);

	if (ok && list != NULL) {
		n = json_object_array_length(list);
		ok = n <= ENGINE_ALERTS_MAX;
		for (size_t i = 0; i < n && ok; i++)
			ok = map_alert(json_object_array_get_idx(list, i),
			    &st->alerts[i]);
		st->alerts_n = (int)n;
	}
	json_object_put(list);
	return ok;
}

static bool
map_state(const PGresult *res, int row, int col, struct unit_watch *out)
{
	struct engine_state *st = &out->state;
	const char	*status, *door, *trend;
	int32_t		 withheld;
	bool		 has;

	if (!db_uuid(res, row, col, &out->organization) ||
	    !db_uuid(res, row, col + 1, &out->unit) ||
	    !db_text(res, row, col + 2, &status) ||
	    !unit_status_parse(status, &st->status) ||
	    !db_text(res, row, col + 3, &door) ||
	    !door_state_parse(door, &st->door) ||
	    !db_opt_centi(res, row, col + 4, &has, &st->temp) ||
	    !db_bool(res, row, col + 5, &st->confirmed) ||
	    !db_i32(res, row, col + 6, &st->good_readings) ||
	    !db_i32(res, row, col + 7, &st->mask_used_ms) ||
	    !db_i32(res, row, col + 8, &withheld) ||
	    !map_window(res, row, col + 9, st) ||
	    !db_text(res, row, col + 11, &trend) ||
	    !map_alerts(res, row, col + 12, st))
		return false;
	st->withheld = (unsigned)withheld;
	(void)trend_parse(trend, &out->trend);	/* or empty: for the eye */
	for (size_t i = 0; i < STATE_AT_N; i++)
		if (!map_at(res, row, col + STATE_AT_COL + (int)i,
		    (int64_t *)((char *)st + state_at[i])))
			return false;
	return true;
}

/* [[bits, from, until], ...]: those in force, and when the first ends. */
static bool
map_suppressions(const PGresult *res, int row, int col, int64_t now_ms,
    struct engine_rules *r)
{
	struct json_object	*list, *one;
	int64_t			 v[3];
	bool			 ok = map_list(res, row, col, &list);
	size_t			 n = list == NULL ? 0 :
				    json_object_array_length(list);

	for (size_t i = 0; i < n && ok; i++) {
		one = json_object_array_get_idx(list, i);
		for (size_t k = 0; k < 3; k++)
			v[k] = json_object_get_int64(
			    json_object_array_get_idx(one, k));
		if (v[1] > now_ms || v[2] <= now_ms)
			continue;
		r->suppressed |= (unsigned)v[0];
		if (r->suppressed_until_ms == 0 ||
		    v[2] < r->suppressed_until_ms)
			r->suppressed_until_ms = v[2];
	}
	json_object_put(list);
	return ok;
}

static bool
map_rules(const PGresult *res, int row, int col, int64_t now_ms,
    struct unit_watch *out)
{
	struct engine_rules *r = &out->rules;
	const char	*zone;
	bool		 has;

	if (!db_uuid(res, row, col, &out->site) ||
	    !db_uuid(res, row, col + 1, &out->area) ||
	    !db_bool(res, row, col + 2, &out->active) ||
	    !db_opt_uuid(res, row, col + 3, &has, &out->primary_device) ||
	    !db_bool(res, row, col + 4, &out->fahrenheit) ||
	    !db_text(res, row, col + 5, &zone) ||
	    strlen(zone) >= sizeof(out->timezone) ||
	    !map_suppressions(res, row, col + 6, now_ms, r) ||
	    !map_at(res, row, col + 7, &r->created_at_ms) ||
	    !db_opt_centi(res, row, col + 8, &r->has_high, &r->high) ||
	    !db_opt_centi(res, row, col + 9, &r->has_low, &r->low) ||
	    !db_centi(res, row, col + 10, &r->hysteresis) ||
	    !db_bool(res, row, col + 11, &r->manual_enabled) ||
	    !db_bool(res, row, col + 12, &r->manual_monitoring) ||
	    !db_bool(res, row, col + 13, &r->has_sensor))
		return false;
	memcpy(out->timezone, zone, strlen(zone) + 1);
	return when_day_start(now_ms, zone, &r->day_start_at_ms);
}

bool
unit_watch_map_rules(const PGresult *res, int row, int col, int64_t at_ms,
    struct unit_watch *out)
{
	const char	*type;

	out->rules = (struct engine_rules){ .has_high = false };
	if (!map_rules(res, row, col, at_ms, out) ||
	    !db_text(res, row, col + TYPE_COL, &type) ||
	    !unit_type_parse(type, &out->type))
		return false;
	for (size_t i = 0; i < RULE_INT_N; i++)
		if (!db_i32(res, row, col + RULE_INT_COL + (int)i,
		    (int32_t *)((char *)&out->rules + rule_int[i])))
			return false;
	return true;
}

bool
unit_watch_map(const PGresult *res, int row, int col, int64_t now_ms,
    struct unit_watch *out)
{
	memset(out, 0, sizeof(*out));
	if (!map_state(res, row, col, out) ||
	    !unit_watch_map_rules(res, row, col + RULE_COL, now_ms, out))
		return false;
	out->loaded = out->state;
	return true;
}

enum db_rc
unit_watch_lock(struct db *db, const struct uuid *unit, int64_t now_ms,
    struct unit_watch *out)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &lock_stmt, &res, db_arg_uuid(unit));
	if (rc == DB_OK && !unit_watch_map(res, 0, 0, now_ms, out))
		rc = db_bad_row(&lock_stmt);
	PQclear(res);
	return rc;
}

/* Fixed to the window's size: 16 numbers of at most 20 digits each. */
#define NUMBERS_TEXT	(ENGINE_WINDOW_MAX * 21 + 3)

static void
format_window(const struct engine_state *st, char at[NUMBERS_TEXT],
    char temps[NUMBERS_TEXT])
{
	int	a = 1, t = 1;

	at[0] = temps[0] = '{';
	for (int i = 0; i < st->window_n; i++) {
		a += snprintf(at + a, NUMBERS_TEXT - (size_t)a, "%s%" PRId64,
		    i > 0 ? "," : "", st->window_at_ms[i]);
		t += snprintf(temps + t, NUMBERS_TEXT - (size_t)t, "%s%d",
		    i > 0 ? "," : "", (int)st->window_temp[i]);
	}
	memcpy(at + a, "}", 2);
	memcpy(temps + t, "}", 2);
}

static void
add_alert(const struct engine_alert *a, struct buf *out)
{
	char	id[UUID_TEXT], sensor[UUID_TEXT];

	buf_printf(out, "[\"%s\",\"%s\",\"%s\",",
	    uuid_format(&a->id, id), alert_type_name(a->type),
	    alert_severity_name(a->severity));
	if (uuid_is_nil(&a->sensor))
		buf_puts(out, "null");
	else
		buf_printf(out, "\"%s\"", uuid_format(&a->sensor, sensor));
	buf_printf(out, ",%s,%" PRId64 "]", a->acknowledged ? "true" : "false",
	    a->opened_at_ms);
}

#define ALERT_TEXT	192	/* one of them, written out */
static void
format_alerts(const struct engine_state *st, struct buf *out)
{
	buf_putc(out, '[');
	for (int i = 0; i < st->alerts_n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		add_alert(&st->alerts[i], out);
	}
	buf_putc(out, ']');
}

void
unit_watch_recall(struct unit_watch *w, const struct uuid *device,
    int64_t at_ms, centi_t temp)
{
	if (uuid_is_nil(&w->primary_device) ||
	    uuid_eq(&w->primary_device, device))
		w->recalled |= trend_add(&w->trend, at_ms, temp);
}

void
unit_watch_add(struct db_rows *rows, struct unit_watch *w)
{
	const struct engine_state *st = &w->state;
	struct buf	 alerts = BUF_INIT(ENGINE_ALERTS_MAX * ALERT_TEXT);
	struct db_arg	 arg[SAVE_NCOLS];
	char		 at[NUMBERS_TEXT], temps[NUMBERS_TEXT];
	char		 trend[TREND_TEXT];
	int64_t		 at_ms;
	size_t		 n = 0;

	if (memcmp(st, &w->loaded, sizeof(*st)) == 0 && !w->recalled)
		return;
	if (st->temp_at_ms != w->loaded.temp_at_ms)
		(void)trend_add(&w->trend, st->temp_at_ms, st->temp);
	format_window(st, at, temps);
	format_alerts(st, &alerts);
	arg[n++] = db_arg_uuid(&w->unit);
	arg[n++] = db_arg_text(unit_status_name(st->status));
	arg[n++] = db_arg_text(door_state_name(st->door));
	arg[n++] = st->temp_at_ms == 0 ? db_arg_null() : db_arg_centi(st->temp);
	arg[n++] = db_arg_bool(st->confirmed);
	arg[n++] = db_arg_i64(st->good_readings);
	arg[n++] = db_arg_i64(st->mask_used_ms);
	arg[n++] = db_arg_i64(st->withheld);
	arg[n++] = db_arg_text(at);
	arg[n++] = db_arg_text(temps);
	arg[n++] = db_arg_text(trend_format(&w->trend, trend));
	for (size_t i = 0; i < STATE_AT_N; i++) {
		at_ms = *(const int64_t *)((const char *)st + state_at[i]);
		arg[n++] = db_arg_i64_if(at_ms != 0, at_ms);
	}
	arg[n++] = w->has_humidity ? db_arg_centi(w->humidity_cpct)
	    : db_arg_null();
	arg[n++] = db_arg_text(buf_str(&alerts));
	db_rows_add_n(rows, arg, n);
	buf_release(&alerts);
	w->loaded = *st;
}
