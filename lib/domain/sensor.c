#include "domain/sensor.h"
#include "base/json.h"
#include "base/when.h"
#include "domain/display.h"
#include "domain/sensor_status.h"

static const struct db_stmt list_stmt = { "sensor_list", 2, 14,
	"SELECT device_id, name, device_eui, manufacturer || '/' || model,"
	"	kind, is_primary, lora_status, registered,"
	"	uplink_interval_seconds, default_interval_seconds,"
	"	epoch_ms(last_seen_at), battery_percent, rssi, snr"
	"  FROM unit_sensors"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	" ORDER BY is_primary DESC NULLS LAST, lower(name), device_id"
	" LIMIT 100" };

static const struct db_stmt *const stmts[] = { &list_stmt };
const struct db_stmt_list sensor_stmts = { stmts, 1 };

static bool
put_name(const PGresult *res, int row, struct json_object *o)
{
	struct uuid	 id;
	const char	*name, *eui, *model;
	bool		 has, primary;

	if (!db_uuid(res, row, 0, &id) || !db_opt_text(res, row, 1, &name) ||
	    !db_opt_text(res, row, 2, &eui) ||
	    !db_opt_text(res, row, 3, &model) ||
	    !db_opt_bool(res, row, 5, &has, &primary))
		return false;
	json_put_uuid(o, "id", &id);
	json_put_str(o, "name", name);
	json_put_str(o, "devEui", eui);
	json_put_str(o, "model", model);
	json_put_bool(o, "isPrimary", has && primary);
	return true;
}

static bool
put_status(const PGresult *res, int row, int64_t now_ms,
    struct json_object *o)
{
	struct sensor_signs	 s = { .seen_at_ms = 0 };
	enum sensor_status	 status;
	int32_t			 told_s = 0, model_s = 0;
	const char		*lora, *kind;
	char			 age[WHEN_TEXT];
	bool			 has;

	if (!db_opt_text(res, row, 4, &kind) || !db_text(res, row, 6, &lora) ||
	    !lora_status_parse(lora, &s.lora) ||
	    !db_bool(res, row, 7, &s.registered) ||
	    !db_opt_i32(res, row, 8, &has, &told_s) ||
	    !db_opt_i32(res, row, 9, &has, &model_s) ||
	    !db_opt_i64(res, row, 10, &has, &s.seen_at_ms))
		return false;
	s.interval_s = sensor_interval_s(told_s, model_s, kind);
	status = sensor_status_of(&s, now_ms);
	json_put_str(o, "kind", kind);
	json_put_str(o, "status", sensor_status_name(status));
	json_put_str(o, "statusLabel", sensor_status_label(status));
	json_put_int(o, "intervalSeconds", s.interval_s);
	json_put_when(o, "lastSeenAt", s.seen_at_ms);
	json_put_str(o, "ageText", s.seen_at_ms == 0 ? NULL :
	    when_age(now_ms - s.seen_at_ms, age));
	return true;
}

static bool
put_radio(const PGresult *res, int row, struct json_object *o)
{
	bool	has_battery, has_rssi, has_snr;
	int32_t	battery, rssi;
	centi_t	snr;
	char	text[DISPLAY_TEXT];

	if (!db_opt_i32(res, row, 11, &has_battery, &battery) ||
	    !db_opt_i32(res, row, 12, &has_rssi, &rssi) ||
	    !db_opt_centi(res, row, 13, &has_snr, &snr))
		return false;
	json_put(o, "batteryPercent", NULL);
	json_put(o, "rssi", NULL);
	json_put(o, "snr", NULL);
	if (has_battery)
		json_put_int(o, "batteryPercent", battery);
	if (has_rssi)
		json_put_int(o, "rssi", rssi);
	if (has_snr)
		json_put_centi(o, "snr", snr);
	json_put_str(o, "signalText", !has_rssi ? NULL :
	    display_signal(rssi, text));
	return true;
}

enum db_rc
sensor_list(struct db *db, const struct uuid *organization,
    const struct uuid *unit, int64_t now_ms, struct json_object **out)
{
	PGresult		*res = NULL;
	struct json_object	*list, *o;
	enum db_rc		 rc;

	rc = db_query(db, &list_stmt, &res, db_arg_uuid(organization),
	    db_arg_uuid(unit));
	if (rc != DB_OK)
		return rc;
	list = json_object_new_array();
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++) {
		o = json_object_new_object();
		json_object_array_add(list, o);
		if (!put_name(res, i, o) || !put_status(res, i, now_ms, o) ||
		    !put_radio(res, i, o))
			rc = db_bad_row(&list_stmt);
	}
	PQclear(res);
	if (rc == DB_OK)
		*out = list;
	else
		json_object_put(list);
	return rc;
}
