#include "domain/device.h"
#include <string.h>

/* The secret names the tenant for the rest of the transaction. */
static const struct db_stmt secret_stmt = { "device_secret", 1, 2,
	"SELECT organization_id,"
	"	set_config('frostguard.org_id', organization_id::text, true)"
	"  FROM webhook_secrets"
	" WHERE secret_hash = $1::bytea AND enabled" };

#define DEVICE_NCOLS	5
#define DEVICE_COLUMNS							\
	" d.id, d.unit_id, d.chemistry, d.low_battery_mv, d.status"

/* The usual way: a sensor with its DevEUI, attached to a unit. */
static const struct db_stmt find_stmt = { "device_find", 1,
	DEVICE_NCOLS + UNIT_WATCH_NCOLS,
	"SELECT" DEVICE_COLUMNS "," UNIT_WATCH_COLUMNS
	"  FROM devices d"
	"  JOIN unit_state s ON s.organization_id = d.organization_id"
	"   AND s.unit_id = d.unit_id" UNIT_WATCH_RULES
	" WHERE d.organization_id = current_org() AND d.device_eui = $1::text"
	"   AND d.deleted_at IS NULL"
	"   FOR NO KEY UPDATE OF s" };

/* The unusual: by the network's device id, or attached to nothing. */
static const struct db_stmt look_stmt = { "device_look", 2, DEVICE_NCOLS,
	"SELECT" DEVICE_COLUMNS " FROM devices d"
	" WHERE d.organization_id = current_org() AND d.deleted_at IS NULL"
	"   AND (d.device_eui = $1::text OR d.ttn_device_id = $2::text)"
	" ORDER BY d.device_eui = $1::text DESC NULLS LAST LIMIT 1" };

/* The last frame that reached us whole: has this one, or does it come now? Is
 * it this one? */
static const struct db_stmt frame_stmt = { "device_frame", 3, 2,
	"SELECT last_session_key_id IS NOT DISTINCT FROM $3::text"
	"	AND coalesce(last_f_cnt >= $2::int8 - 1, false),"
	"	coalesce(last_session_key_id = $3::text"
	"	AND last_f_cnt = $2::int8, false)"
	"  FROM device_state"
	" WHERE organization_id = current_org() AND device_id = $1::uuid" };

static const struct db_stmt seen_stmt = { "device_seen", 11, -1,
	"UPDATE device_state SET last_seen_at = from_epoch_ms($3::int8),"
	"	last_f_cnt = coalesce($4::int8, last_f_cnt),"
	"	last_session_key_id = coalesce($5::text, last_session_key_id),"
	"	gateway_count = $6::int2, rssi = $7::int2,"
	"	snr = $8::numeric(5,2), best_gateway_id = $9::text,"
	"	battery_percent = coalesce($10::int2, battery_percent),"
	"	battery_voltage = coalesce($11::int4 / 1000.0,"
	"	    battery_voltage)"
	" WHERE organization_id = $1::uuid AND device_id = $2::uuid"
	"   AND (last_seen_at IS NULL"
	"	OR last_seen_at <= from_epoch_ms($3::int8))" };

static const struct db_stmt join_stmt = { "device_join", 3, -1,
	"UPDATE device_state SET last_join_at = from_epoch_ms($3::int8),"
	"	last_seen_at = greatest(last_seen_at, from_epoch_ms($3::int8))"
	" WHERE organization_id = $1::uuid AND device_id = $2::uuid" };

static const struct db_stmt activate_stmt = { "device_activate", 2, -1,
	"UPDATE devices SET status = 'active'"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt *const stmts[] = {
	&secret_stmt, &find_stmt, &look_stmt, &frame_stmt, &seen_stmt,
	&join_stmt, &activate_stmt,
};
const struct db_stmt_list device_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static bool
map_device(const PGresult *res, int row, struct device *d)
{
	const char	*chemistry, *status;
	bool		 has;

	if (!db_uuid(res, row, 0, &d->id) ||
	    !db_opt_uuid(res, row, 1, &has, &d->unit) ||
	    !db_opt_text(res, row, 2, &chemistry) ||
	    !db_opt_i32(res, row, 3, &has, &d->low_battery_mv) ||
	    !db_text(res, row, 4, &status))
		return false;
	if (chemistry != NULL && !battery_chemistry_parse(chemistry,
	    strlen(chemistry), &d->chemistry))
		return false;
	d->active = strcmp(status, "active") == 0;
	d->rc = DEVICE_FOUND;
	return true;
}

static enum db_rc
recv_secret(struct db *db, struct device *d)
{
	PGresult	*res = NULL;
	enum db_rc	 rc = db_recv(db, &res);

	if (rc == DB_OK && PQntuples(res) == 1) {
		d->rc = DEVICE_UNKNOWN;
		if (!db_uuid(res, 0, 0, &d->organization))
			rc = db_bad_row(&secret_stmt);
	}
	PQclear(res);
	return rc;
}

/* By whatever else the message says of its device. */
static enum db_rc
find_unusual(struct db *db, const struct uplink *u, int64_t now_ms,
    struct device *d, struct unit_watch *watch)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(db, &look_stmt, &res,
	    db_arg_text(u->eui == UPLINK_EUI_VALID ? u->dev_eui : NULL),
	    db_arg_text(u->device_id[0] != '\0' ? u->device_id : NULL));
	if (rc == DB_OK && PQntuples(res) == 1 && !map_device(res, 0, d))
		rc = db_bad_row(&look_stmt);
	PQclear(res);
	if (rc != DB_OK || uuid_is_nil(&d->unit))
		return rc;
	return unit_watch_lock(db, &d->unit, now_ms, watch);
}

enum db_rc
device_find(struct db *db, const char *secret_hash, const struct uplink *u,
    int64_t now_ms, struct device *out, struct unit_watch *watch)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	memset(out, 0, sizeof(*out));
	out->rc = DEVICE_UNAUTHORIZED;
	watch->active = false;
	db_send(db, &secret_stmt, db_arg_text(secret_hash));
	db_send(db, &find_stmt, db_arg_text(u->dev_eui));
	rc = recv_secret(db, out);
	if (rc == DB_OK)
		rc = db_recv(db, &res);
	if (rc != DB_OK || out->rc == DEVICE_UNAUTHORIZED)
		goto out;
	if (PQntuples(res) != 1)
		rc = find_unusual(db, u, now_ms, out, watch);
	else if (!map_device(res, 0, out) ||
	    !unit_watch_map(res, 0, DEVICE_NCOLS, now_ms, watch))
		rc = db_bad_row(&find_stmt);
	/* Closed down is as if attached to nothing. */
	if (rc == DB_OK && !watch->active)
		memset(&out->unit, 0, sizeof(out->unit));
out:
	PQclear(res);
	return rc;
}

enum db_rc
device_secret(struct db *db, const char *secret_hash)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &secret_stmt, &res, db_arg_text(secret_hash));
	PQclear(res);
	return rc;
}

static struct db_arg
arg_session(const struct uplink *u)
{
	return u->session_key_id[0] == '\0' ? db_arg_null()
	    : db_arg_text(u->session_key_id);
}

enum db_rc
device_knows_frame(struct db *db, const struct device *d,
    const struct uplink *u, bool *known)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &frame_stmt, &res, db_arg_uuid(&d->id),
	    db_arg_i64(u->f_cnt), arg_session(u));
	if (rc == DB_OK && !db_bool(res, 0, u->normalized ? 0 : 1, known))
		rc = db_bad_row(&frame_stmt);
	PQclear(res);
	return rc;
}

int
device_battery(const struct device *d, const struct uplink_obs *obs)
{
	if (obs->has & UPLINK_HAS_BATTERY_MV)
		return battery_percent(d->chemistry, obs->battery_mv);
	if (obs->has & UPLINK_HAS_BATTERY_PCT)
		return (obs->battery_cpct + 50) / 100;
	return -1;
}

void
device_seen(struct db *db, const struct device *d, const struct uplink *u,
    const struct uplink_obs *obs, int64_t at_ms)
{
	const int	battery = device_battery(d, obs);

	if (!d->active)
		db_send(db, &activate_stmt, db_arg_uuid(&d->organization),
		    db_arg_uuid(&d->id));
	db_send(db, &seen_stmt, db_arg_uuid(&d->organization),
	    db_arg_uuid(&d->id), db_arg_i64(at_ms),
	    db_arg_i64_if(!u->normalized, u->f_cnt), arg_session(u),
	    db_arg_i64_if(u->gateways > 0, u->gateways),
	    db_arg_i64_if(u->has_signal, u->rssi_dbm),
	    u->has_signal ? db_arg_centi(u->snr_cdb) : db_arg_null(),
	    db_arg_text(u->gateway_id[0] != '\0' ? u->gateway_id : NULL),
	    db_arg_i64_if(battery >= 0, battery),
	    db_arg_i64_if(obs->has & UPLINK_HAS_BATTERY_MV, obs->battery_mv));
}

void
device_joined(struct db *db, const struct device *d, int64_t at_ms)
{
	db_send(db, &join_stmt, db_arg_uuid(&d->organization),
	    db_arg_uuid(&d->id), db_arg_i64(at_ms));
}
