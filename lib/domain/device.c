#include "domain/device.h"
#include "base/ttn_id.h"
#include "domain/unit_watch.h"
#include <string.h>

const struct db_stmt device_heard = { "device_heard", 2, -1,
	"UPDATE device_state h SET last_seen_at = from_epoch_ms(q.seen_at),"
	"	last_f_cnt = coalesce(q.f_cnt, h.last_f_cnt),"
	"	last_session_key_id = coalesce(q.session_key_id,"
	"	    h.last_session_key_id),"
	"	gateway_count = q.gateways, rssi = q.rssi, snr = q.snr,"
	"	best_gateway_id = q.gateway_id,"
	"	battery_percent = coalesce(q.battery_percent,"
	"	    h.battery_percent),"
	"	battery_voltage = coalesce(q.battery_mv / 1000.0,"
	"	    h.battery_voltage),"
	"	doubts = coalesce(q.doubts, h.doubts),"
	"	clock_wrong = coalesce(q.clock_wrong, h.clock_wrong),"
	"	clock_ahead_ms = coalesce(q.clock_ahead_ms, h.clock_ahead_ms),"
	"	clock_since = coalesce(from_epoch_ms(q.clock_since),"
	"	    h.clock_since),"
	"	value = coalesce(q.value, h.value),"
	"	value_at = coalesce(from_epoch_ms(q.value_at), h.value_at),"
	"	value_since = coalesce(from_epoch_ms(q.value_since),"
	"	    h.value_since),"
	"	value_count = coalesce(q.value_count, h.value_count)"
	"  FROM unnest($2::device_news[]) q"
	" WHERE h.organization_id = $1::uuid AND h.device_id = q.device_id"
	"   AND (h.last_seen_at IS NULL"
	"	OR h.last_seen_at <= from_epoch_ms(q.seen_at))" };

static const struct db_stmt join_stmt = { "device_join", 3, -1,
	"UPDATE device_state SET last_join_at = from_epoch_ms($3::int8),"
	"	last_seen_at = greatest(last_seen_at, from_epoch_ms($3::int8))"
	" WHERE organization_id = $1::uuid AND device_id = $2::uuid" };

/* What the device itself tells in its messages is exact, and newer. */
static const struct db_stmt status_stmt = { "device_status", 5, -1,
	"UPDATE device_state SET"
	"	last_seen_at = greatest(last_seen_at, from_epoch_ms($3::int8)),"
	"	battery_percent = CASE WHEN battery_voltage IS NULL"
	"	    THEN coalesce($4::int2, battery_percent)"
	"	    ELSE battery_percent END,"
	"	battery_at = coalesce(from_epoch_ms($5::int8), battery_at)"
	" WHERE organization_id = $1::uuid AND device_id = $2::uuid"
	"   AND (battery_at IS NULL OR battery_at <= from_epoch_ms($3::int8))"
};

static const struct db_stmt activate_stmt = { "device_activate", 2, -1,
	"UPDATE devices SET status = 'active'"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

/* Once in its life. An organization with two applications may have the same
 * id in both: the first keeps it. */
static const struct db_stmt learn_stmt = { "device_learn", 3, -1,
	"UPDATE devices SET ttn_device_id = $3::text"
	" WHERE organization_id = $1::uuid AND id = $2::uuid"
	"   AND ttn_device_id IS NULL AND NOT EXISTS (SELECT FROM devices"
	"	 WHERE organization_id = $1::uuid"
	"	   AND ttn_device_id = $3::text)" };

static const struct db_stmt *const stmts[] = {
	&device_heard, &join_stmt, &status_stmt, &activate_stmt, &learn_stmt,
};
const struct db_stmt_list device_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* What the message before has left. */
static bool
map_memory(const PGresult *res, int row, int col, struct device *d)
{
	struct plausible_clock	*clock = &d->clock;
	struct plausible_value	*value = &d->value;
	bool			 has;

	return db_opt_bool(res, row, col + 0, &has, &clock->wrong) &&
	    db_opt_i64(res, row, col + 1, &has, &clock->ahead_ms) &&
	    db_opt_i64(res, row, col + 2, &has, &clock->since_ms) &&
	    db_opt_centi(res, row, col + 3, &has, &value->value) &&
	    db_opt_i64(res, row, col + 4, &has, &value->at_ms) &&
	    db_opt_i64(res, row, col + 5, &has, &value->since_ms) &&
	    db_opt_i32(res, row, col + 6, &has, &value->count);
}

bool
device_map(const PGresult *res, int row, int col, struct device *d)
{
	const char	*chemistry, *status, *calibrations;
	bool		 has;

	if (!db_uuid(res, row, col, &d->id) ||
	    !db_opt_uuid(res, row, col + 1, &has, &d->unit) ||
	    !db_opt_text(res, row, col + 2, &chemistry) ||
	    !db_opt_i32(res, row, col + 3, &has, &d->low_battery_mv) ||
	    !db_text(res, row, col + 4, &status) ||
	    !db_opt_text(res, row, col + 5, &calibrations) ||
	    !map_memory(res, row, col + 6, d) ||
	    !db_bool(res, row, col + 13, &d->nameless))
		return false;
	if (calibrations != NULL &&
	    !calibration_parse(calibrations, &d->calibrations))
		return false;
	if (chemistry != NULL && !battery_chemistry_parse(chemistry,
	    strlen(chemistry), &d->chemistry))
		return false;
	d->active = strcmp(status, "active") == 0;
	return true;
}

bool
device_knows_frame(const struct device *d, const struct uplink *u)
{
	if (strcmp(d->session, u->session_key_id) != 0 || d->f_cnt < 0)
		return false;
	return u->normalized ? d->f_cnt >= (int64_t)u->f_cnt - 1 :
	    d->session[0] != '\0' && d->f_cnt == (int64_t)u->f_cnt;
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

/* Who is known by the DevEUI that it sent, and sent itself. */
static void
learn(struct device *d, const struct uplink *u)
{
	if (d->nameless && u->network == UPLINK_TTN && !u->simulated &&
	    u->eui == UPLINK_EUI_VALID && ttn_id_valid(u->device_id))
		d->learnt = u->device_id;
}

void
device_hear(struct device *d, const struct uplink *u,
    const struct uplink_obs *obs, int64_t at_ms)
{
	const int	battery = device_battery(d, obs);

	if (at_ms < d->seen_at_ms)
		return;
	learn(d, u);
	d->heard = true;
	d->seen_at_ms = at_ms;
	d->signal = (struct device_signal){ u->gateways, u->gateway_id,
	    u->has_signal, u->rssi_dbm, u->has_signal, u->snr_cdb };
	if (!u->normalized)
		d->f_cnt = u->f_cnt;
	if (u->session_key_id[0] != '\0')
		memcpy(d->session, u->session_key_id, sizeof(d->session));
	if (battery >= 0)
		d->battery = battery;
	if (obs->has & UPLINK_HAS_BATTERY_MV)
		d->battery_mv = obs->battery_mv;
}

void
device_mentioned(struct device *d, int battery, int rssi_dbm, unsigned doubts,
    int64_t at_ms)
{
	if (at_ms < d->seen_at_ms)
		return;
	d->heard = true;
	d->seen_at_ms = at_ms;
	d->signal = (struct device_signal){ .gateway_id = "",
	    .has_rssi = rssi_dbm != 0, .rssi_dbm = rssi_dbm };
	d->doubts = (int)doubts;
	if (battery >= 0)
		d->battery = battery;
}

struct device_temp
device_measure(struct device *d, centi_t raw, int64_t at_ms)
{
	struct device_temp	t = { .raw = raw };

	t.value = calibration_apply(&d->calibrations, raw, at_ms);
	t.doubts = plausible_value_take(&d->value, d->watch->type, raw, at_ms);
	d->measured = true;
	return t;
}

int64_t
device_told(struct device *d, int64_t told_ms, int64_t network_ms)
{
	d->told = true;
	return plausible_clock_take(&d->clock, told_ms, network_ms);
}

void
device_joined(struct db *db, const struct device *d, int64_t at_ms)
{
	db_send(db, &join_stmt, db_arg_uuid(&d->organization),
	    db_arg_uuid(&d->id), db_arg_i64(at_ms));
}

void
device_status(struct db *db, const struct device *d, const struct uplink *u,
    int64_t at_ms)
{
	db_send(db, &status_stmt, db_arg_uuid(&d->organization),
	    db_arg_uuid(&d->id), db_arg_i64(at_ms),
	    db_arg_i64_if(u->has_status_battery,
	    (u->status_battery_cpct + 50) / 100),
	    db_arg_i64_if(u->has_status_battery, at_ms));
}

static struct db_arg
arg_if(const char *text)
{
	return db_arg_text(*text != '\0' ? text : NULL);
}

void
device_save(struct device *d, struct db *db, struct db_rows *news)
{
	const struct device_signal	*s = &d->signal;
	const struct plausible_clock	*clock = &d->clock;
	const struct plausible_value	*value = &d->value;

	if (!d->heard)
		return;
	db_rows_add(news, db_arg_uuid(&d->id), db_arg_i64(d->seen_at_ms),
	    db_arg_i64_if(d->f_cnt >= 0, d->f_cnt), arg_if(d->session),
	    db_arg_i64_if(s->gateways > 0, s->gateways),
	    db_arg_i64_if(s->has_rssi, s->rssi_dbm),
	    s->has_snr ? db_arg_centi(s->snr_cdb) : db_arg_null(),
	    arg_if(s->gateway_id),
	    db_arg_i64_if(d->battery >= 0, d->battery),
	    db_arg_i64_if(d->battery_mv > 0, d->battery_mv),
	    db_arg_i64_if(d->doubts >= 0, d->doubts),
	    d->told ? db_arg_bool(clock->wrong) : db_arg_null(),
	    db_arg_i64_if(d->told, clock->ahead_ms),
	    db_arg_i64_if(d->told, clock->since_ms),
	    d->measured ? db_arg_centi(value->value) : db_arg_null(),
	    db_arg_i64_if(d->measured, value->at_ms),
	    db_arg_i64_if(d->measured, value->since_ms),
	    db_arg_i64_if(d->measured, value->count));
	if (!d->active)
		db_send(db, &activate_stmt, db_arg_uuid(&d->organization),
		    db_arg_uuid(&d->id));
	if (d->learnt != NULL)
		db_send(db, &learn_stmt, db_arg_uuid(&d->organization),
		    db_arg_uuid(&d->id), db_arg_text(d->learnt));
	d->heard = false;
	d->learnt = NULL;
}
