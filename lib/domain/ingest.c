#include "domain/ingest.h"
#include "base/metrics.h"
#include "base/when.h"
#include "domain/device.h"
#include <stdlib.h>
#include <string.h>

/* A message at most this old is judged as of now. */
#define LIVE_MS		(60 * 1000LL)

static const struct db_stmt reading_stmt = { "ingest_reading", 13, -1,
	"INSERT INTO sensor_readings (organization_id, unit_id, device_id,"
	"	recorded_at, received_at, f_cnt, signal_strength, battery,"
	"	source, anomaly, temperature, humidity, door_open)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, from_epoch_ms($4::int8),"
	"	from_epoch_ms($5::int8), $6::int4, $7::int2, $8::int2,"
	"	$9::\"char\", $10::bool, $11::numeric(7,2), $12::numeric(5,2),"
	"	$13::bool)"
	" ON CONFLICT DO NOTHING" };

static const struct db_stmt door_stmt = { "ingest_door", 8, -1,
	"INSERT INTO door_events (organization_id, id, unit_id, device_id,"
	"	state, \"timestamp\", duration_seconds, is_initial, source)"
	" VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::door_state,"
	"	from_epoch_ms($6::int8), $7::int4, $7::int4 IS NULL,"
	"	$8::\"char\") ON CONFLICT DO NOTHING" };

static const struct db_stmt *const stmts[] = {
	&reading_stmt, &door_stmt,
};
const struct db_stmt_list ingest_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* One message on its way. */
struct passage {
	struct db		*db;
	struct arena		*arena;
	const char		*secret_hash;
	const struct uplink	*u;
	int64_t			 received_at_ms;
	int64_t			 now_ms;
	struct ingest_result	*out;
	struct device		 device;
	struct unit_watch	 watch;
	struct uplink_obs	 current;	/* what holds now */
	int64_t			 told_at_ms;	/* of the reading to be told, */
	bool			 late;		/* ... if it is new; or 0 */
	unsigned		 inserts;
};

/* False for a time nobody can have measured at. */
static bool
believable(const struct passage *p, int64_t at_ms)
{
	return at_ms != 0 && at_ms <= p->received_at_ms + INGEST_AHEAD_MS &&
	    at_ms >= p->received_at_ms - INGEST_BEHIND_MS;
}

/* With the probe out, what the logger measures in its own case is not the
 * unit's temperature. */
static bool
is_faulty(const struct passage *p, const struct uplink_obs *obs)
{
	for (unsigned i = 0; i < p->u->fault_count; i++)
		if (p->u->faults[i].main)
			return true;
	return p->u->fault_count > 0 && !(obs->has & UPLINK_HAS_TEMPERATURE);
}

static bool
has_temperature(const struct passage *p, const struct uplink_obs *obs)
{
	return obs->has & UPLINK_HAS_TEMPERATURE && !is_faulty(p, obs);
}

static struct engine_event
event_of(const struct passage *p, const struct uplink_obs *obs, int64_t at_ms)
{
	struct engine_event ev = {
		.kind = ENGINE_UPLINK,
		.at_ms = at_ms,
		.sensor = p->device.id,
		.is_primary = uuid_is_nil(&p->watch.primary_device) ||
		    uuid_eq(&p->watch.primary_device, &p->device.id),
		.battery_percent = -1,
		.battery_mv = -1,
		.battery_low_mv = p->device.low_battery_mv,
	};

	ev.door = obs->door;
	ev.battery_percent = device_battery(&p->device, obs);
	if (obs->has & UPLINK_HAS_BATTERY_MV)
		ev.battery_mv = obs->battery_mv;
	if (is_faulty(p, obs))
		ev.has_temp = ENGINE_TEMP_FAULT;
	else if (obs->has & UPLINK_HAS_TEMPERATURE) {
		ev.has_temp = ENGINE_TEMP_VALID;
		ev.temp = obs->temperature;
	}
	return ev;
}

static const char *
source_of(const struct passage *p)
{
	return p->u->simulated ? "s" : "t";
}

static void
save_reading(struct passage *p, const struct uplink_obs *obs, int64_t at_ms)
{
	const struct engine_rules *r = &p->watch.rules;
	const centi_t	t = obs->temperature;
	const int	battery = device_battery(&p->device, obs);

	db_send_counted(p->db, &reading_stmt, &p->out->stored,
	    db_arg_uuid(&p->watch.organization), db_arg_uuid(&p->watch.unit),
	    db_arg_uuid(&p->device.id),
	    db_arg_i64(at_ms), db_arg_i64(p->received_at_ms),
	    db_arg_i64_if(!p->u->normalized, p->u->f_cnt & 0x7fffffff),
	    db_arg_i64_if(p->u->has_signal, p->u->rssi_dbm),
	    db_arg_i64_if(battery >= 0, battery), db_arg_text(source_of(p)),
	    db_arg_bool((r->has_high && t > r->high) ||
	    (r->has_low && t < r->low)), db_arg_centi(t),
	    obs->has & UPLINK_HAS_HUMIDITY ? db_arg_centi(obs->humidity_cpct)
	    : db_arg_null(), obs->door == DOOR_UNKNOWN ? db_arg_null()
	    : db_arg_bool(obs->door == DOOR_OPEN));
	p->inserts++;
}

static void
save_door(struct passage *p, const struct engine_state *before, int64_t at_ms)
{
	const struct engine_state *after = &p->watch.state;
	struct uuid	id;

	if (after->door == before->door)
		return;
	id = uuid_make(at_ms);
	db_send(p->db, &door_stmt, db_arg_uuid(&p->watch.organization),
	    db_arg_uuid(&id), db_arg_uuid(&p->watch.unit),
	    db_arg_uuid(&p->device.id), db_arg_text(door_state_name(
	    after->door)), db_arg_i64(at_ms),
	    db_arg_i64_if(before->door != DOOR_UNKNOWN,
	    (at_ms - before->door_changed_at_ms) / 1000),
	    db_arg_text(source_of(p)));
}

/* The engine's opinion of one event, made rows. False: it was history. */
static bool
judge(struct passage *p, const struct engine_event *ev, int64_t now_ms)
{
	static const struct unit_actor	system_actor;
	const struct engine_state	before = p->watch.state;
	struct engine_effects		effects;

	if (engine_step(&p->watch.state, &p->watch.rules, ev, now_ms,
	    &effects) != ENGINE_OK)
		return false;
	save_door(p, &before, ev->at_ms);
	unit_effects_save(p->db, &p->watch, &effects, &system_actor, now_ms,
	    &p->out->live);
	return true;
}

static void
tell_reading(struct passage *p)
{
	const struct uplink_obs *obs = &p->current;
	struct json_object *o = json_object_new_object();
	const int	    battery = device_battery(&p->device, obs);
	char		    text[WHEN_TEXT > UUID_TEXT ? WHEN_TEXT : UUID_TEXT];

	json_put_str(o, "unitId", uuid_format(&p->watch.unit, text));
	json_put_centi(o, "temperature", obs->temperature);
	if (obs->has & UPLINK_HAS_HUMIDITY)
		json_put_centi(o, "humidity", obs->humidity_cpct);
	if (battery >= 0)
		json_put_int(o, "battery", battery);
	json_put_str(o, "recordedAt", when_format(p->told_at_ms, text));
	unit_effects_tell(&p->watch, LIVE_SENSOR_READING, o, &p->out->live);
}

/* The time to judge an observation by: its own where the unit's history has
 * not gone past it, so that what arrives late is judged as if in time. */
static int64_t
judged_at(const struct passage *p, int64_t at_ms)
{
	const struct engine_state *st = &p->watch.state;

	if (p->now_ms - at_ms <= LIVE_MS || at_ms <= st->checkin_at_ms ||
	    at_ms <= st->decided_at_ms || at_ms <= st->manual_at_ms)
		return p->now_ms;
	return at_ms;
}

/* One observation: stored, judged, told. newest says that it is the one the
 * message is about; what is older was kept by the device. */
static void
observe(struct passage *p, const struct uplink_obs *obs, int64_t at_ms,
    bool newest)
{
	const bool		  has_temp = has_temperature(p, obs);
	const struct engine_event ev = event_of(p, obs, at_ms);
	const struct engine_event tick = { .kind = ENGINE_TICK };
	const int64_t		  then_ms = judged_at(p, at_ms);
	bool			  news;

	if (has_temp)
		save_reading(p, obs, at_ms);
	news = judge(p, &ev, then_ms);
	if (newest && then_ms < p->now_ms)
		(void)judge(p, &tick, p->now_ms);
	if (has_temp && news && newest) {
		p->watch.has_humidity = obs->has & UPLINK_HAS_HUMIDITY;
		p->watch.humidity_cpct = obs->humidity_cpct;
		p->told_at_ms = at_ms;
	}
	if (has_temp && !news)
		p->late = true;
}

/* What the device had kept first, in the order it was measured. */
static void
observe_all(struct passage *p)
{
	const struct uplink	*u = p->u;
	const int64_t		 now_ms = p->current.at_ms;

	for (unsigned i = u->obs_count; i-- > 0;)
		if (u->obs[i].history && believable(p, u->obs[i].at_ms))
			observe(p, &u->obs[i], u->obs[i].at_ms, false);
	observe(p, &p->current, believable(p, now_ms) ? now_ms
	    : p->out->recorded_at_ms, true);
}

static enum ingest_rc
verdict(const struct passage *p)
{
	if (p->inserts == 0)
		return INGEST_SEEN;
	if (p->out->stored == 0)
		return INGEST_DUPLICATE;
	return p->late ? INGEST_LATE : INGEST_STORED;
}

/* Does the message say what a sensor measures, or at least that it lives? */
static bool
is_uplink(const struct uplink *u)
{
	return u->kind == UPLINK_READINGS || u->kind == UPLINK_UNDECODED ||
	    u->kind == UPLINK_MAC_ONLY;
}

static enum db_rc
take_uplink(struct passage *p)
{
	bool		known = false;
	enum db_rc	rc;

	/* Both kinds enabled deliver each frame twice, and a message whose
	 * time is not believed cannot be known by it. */
	if (p->u->normalized || p->out->time_replaced) {
		rc = device_knows_frame(p->db, &p->device, p->u, &known);
		if (rc != DB_OK)
			return rc;
	}
	if (known) {
		p->out->rc = INGEST_DUPLICATE;
		return DB_OK;
	}
	device_seen(p->db, &p->device, p->u, &p->current,
	    p->out->recorded_at_ms);
	if (uuid_is_nil(&p->device.unit)) {
		p->out->rc = INGEST_NO_UNIT;
		return DB_OK;
	}
	observe_all(p);
	unit_watch_save(p->db, &p->watch);
	return DB_OK;
}

static const enum ingest_rc not_found[] = {
	[DEVICE_FOUND] = INGEST__MAX,
	[DEVICE_UNKNOWN] = INGEST_UNKNOWN_DEVICE,
	[DEVICE_UNAUTHORIZED] = INGEST_UNAUTHORIZED,
};

static enum db_rc
pass(struct db *db, void *arg)
{
	struct passage		*p = arg;
	struct ingest_result	*out = p->out;
	const struct uplink	*u = p->u;
	enum db_rc		 rc;

	memset(out, 0, sizeof(*out));
	out->rc = INGEST__MAX;
	out->live.arena = p->arena;
	p->told_at_ms = 0;
	p->late = false;
	p->inserts = 0;
	out->time_replaced = !believable(p, u->recorded_at_ms);
	out->recorded_at_ms = out->time_replaced ? p->received_at_ms
	    : u->recorded_at_ms;
	rc = device_find(db, p->secret_hash, u, p->now_ms, &p->device,
	    &p->watch);
	out->organization = p->device.organization;
	out->device = p->device.id;
	out->unit = p->device.unit;
	if (rc != DB_OK || p->device.rc != DEVICE_FOUND) {
		out->rc = not_found[p->device.rc];
		return rc;
	}
	uplink_now(u, &p->current);
	out->has_temperature = has_temperature(p, &p->current);
	out->temperature = p->current.temperature;
	if (is_uplink(u))
		return take_uplink(p);
	if (u->kind == UPLINK_JOIN)
		device_joined(db, &p->device, out->recorded_at_ms);
	out->rc = INGEST_NOTED;
	return DB_OK;
}

/* The counter each outcome is counted by. */
static const enum metric outcome_metric[INGEST__MAX] = {
	[INGEST_STORED] = M_UPLINKS_STORED,
	[INGEST_SEEN] = M_UPLINKS_NOT_A_READING,
	[INGEST_DUPLICATE] = M_UPLINKS_DUPLICATE,
	[INGEST_LATE] = M_UPLINKS_LATE,
	[INGEST_NO_UNIT] = M_UPLINKS_NOT_A_READING,
	[INGEST_NOTED] = M_UPLINKS_NOT_A_READING,
	[INGEST_UNAUTHORIZED] = M_UPLINKS_UNAUTHORIZED,
	[INGEST_UNKNOWN_DEVICE] = M_UPLINKS_UNKNOWN_DEVICE,
	[INGEST_DOWN] = METRIC__MAX,
	[INGEST_FAIL] = METRIC__MAX,
};

enum ingest_rc
ingest_uplink(struct db *db, struct arena *arena, const char *secret_hash,
    const struct uplink *u, int64_t received_at_ms, int64_t now_ms,
    struct ingest_result *out)
{
	struct passage	p = { .db = db, .arena = arena,
			    .secret_hash = secret_hash, .u = u,
			    .received_at_ms = received_at_ms,
			    .now_ms = now_ms, .out = out };

	switch (db_tx(db, NULL, NULL, pass, &p)) {
	case DB_OK:
		break;
	case DB_DOWN:
	case DB_RETRY:
		return out->rc = INGEST_DOWN;
	default:
		return out->rc = INGEST_FAIL;
	}
	if (out->rc == INGEST__MAX)
		out->rc = verdict(&p);
	if (out->stored > 0 && p.told_at_ms != 0)
		tell_reading(&p);
	if (outcome_metric[out->rc] != METRIC__MAX)
		metric_add(outcome_metric[out->rc], 1);
	if (out->time_replaced)
		metric_add(M_UPLINKS_IMPLAUSIBLE_TIME, 1);
	if (u->fault_count > 0)
		metric_add(M_SENSOR_FAULTS, 1);
	return out->rc;
}
