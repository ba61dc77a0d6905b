#include "domain/latest.h"
#include "base/json.h"

static const struct db_stmt latest_stmt = { "latest", 5, 9,
	"SELECT t.unit_id, u.name, r.site_id, epoch_ms(t.temperature_at),"
	"	t.last_temperature, t.last_humidity, t.status, t.door_state,"
	"	ds.battery_percent"
	"  FROM unit_state t"
	"  JOIN unit_rules r ON r.organization_id = t.organization_id"
	"	AND r.unit_id = t.unit_id AND r.is_active"
	"  JOIN units u ON u.organization_id = t.organization_id"
	"	AND u.id = t.unit_id"
	"  LEFT JOIN device_state ds ON ds.organization_id = t.organization_id"
	"	AND ds.device_id = r.primary_device_id"
	" WHERE t.organization_id = $1::uuid"
	"   AND ($2::uuid IS NULL OR r.site_id = $2::uuid)"
	"   AND (t.temperature_at, t.unit_id)"
	"	< (from_epoch_ms($3::int8), $4::uuid)"
	" ORDER BY t.temperature_at DESC, t.unit_id DESC LIMIT $5::int4" };

static const struct db_stmt *const stmts[] = { &latest_stmt };
const struct db_stmt_list latest_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static bool
put_numbers(const PGresult *res, int row, struct json_object *o)
{
	bool	has_humidity, has_battery;
	centi_t	t, humidity;
	int32_t	battery;

	if (!db_centi(res, row, 4, &t) ||
	    !db_opt_centi(res, row, 5, &has_humidity, &humidity) ||
	    !db_opt_i32(res, row, 8, &has_battery, &battery))
		return false;
	json_put_centi(o, "temperature", t);
	json_put(o, "humidity", NULL);
	if (has_humidity)
		json_put_centi(o, "humidity", humidity);
	json_put(o, "batteryPercent", NULL);
	if (has_battery)
		json_put_int(o, "batteryPercent", battery);
	return true;
}

/* NULL where the row does not map. key: the row's place in the order. */
static struct json_object *
row_to_json(const PGresult *res, int row, struct cursor *key)
{
	struct json_object	*o = json_object_new_object();
	struct uuid		 site;
	const char		*name, *status, *door;

	if (!db_uuid(res, row, 0, &key->id) || !db_text(res, row, 1, &name) ||
	    !db_uuid(res, row, 2, &site) ||
	    !db_i64(res, row, 3, &key->at_ms) || !put_numbers(res, row, o) ||
	    !db_text(res, row, 6, &status) || !db_text(res, row, 7, &door)) {
		json_object_put(o);
		return NULL;
	}
	json_put_uuid(o, "unitId", &key->id);
	json_put_str(o, "unitName", name);
	json_put_uuid(o, "siteId", &site);
	json_put_when(o, "recordedAt", key->at_ms);
	json_put_str(o, "status", status);
	json_put_str(o, "doorState", door);
	return o;
}

enum db_rc
latest_put(struct db *db, const struct latest_of *of,
    struct json_object *model)
{
	struct json_object	*list = json_object_new_array(), *o;
	struct cursor		 key;
	char			 text[CURSOR_TEXT];
	PGresult		*res = NULL;
	enum db_rc		 rc;
	int			 n;

	json_put(model, "readings", list);
	json_put(model, "nextCursor", NULL);
	/* One more than the limit: it says whether there are more. */
	rc = db_query(db, &latest_stmt, &res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->site), db_arg_i64(of->after.at_ms),
	    db_arg_uuid(&of->after.id), db_arg_i64(of->limit + 1));
	n = PQntuples(res);
	for (int i = 0; rc == DB_OK && i < n && i < of->limit; i++) {
		o = row_to_json(res, i, &key);
		if (o == NULL)
			rc = db_bad_row(&latest_stmt);
		else
			json_object_array_add(list, o);
	}
	if (rc == DB_OK && n > of->limit)
		json_put_str(model, "nextCursor", cursor_format(&key, text));
	PQclear(res);
	return rc;
}
