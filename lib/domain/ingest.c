#include "domain/ingest.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "domain/reading_rows.h"
#include "domain/unit_step.h"
#include <stdlib.h>
#include <string.h>

struct ingest {
	struct arena		 arena;		/* of what is to be told */
	struct devices		 devices;
	struct reading_rows	 readings;
	struct effect_rows	 effects;
	struct late_marks	 late;
	struct device_ask	 ask[INGEST_MAX];
	struct passage {		/* one message on its way */
		struct db		*db;
		struct reading_rows	*readings;
		struct effect_rows	*effects;
		struct late_marks	*late;
		struct ingest_item	*item;
		struct device		*device;
		struct unit_watch	*watch;	/* NULL: of no watched unit */
		int64_t			 now_ms;
		struct uplink_obs	 current;	/* what holds now */
		int64_t			 ahead_ms;	/* its clock is, wrongly */
		int64_t			 told_at_ms;	/* reading to be told, */
		bool			 past;	/* ... if it is new; or 0 */
		unsigned		 inserts, doubted;
	}			 passage[INGEST_MAX];
};

/* False for a time nobody can have measured at. */
static bool
believable(const struct passage *p, int64_t at_ms)
{
	return at_ms != 0 && at_ms <= p->item->received_at_ms + INGEST_AHEAD_MS &&
	    at_ms >= p->item->received_at_ms - INGEST_BEHIND_MS;
}

/* Both kinds enabled deliver each frame twice, and a message whose time is not
 * believed cannot be known by it. */
static bool
may_be_second(const struct passage *p)
{
	return p->item->u->normalized ||
	    !believable(p, p->item->u->recorded_at_ms);
}

/* With the probe out, what the logger measures in its own case is not the
 * unit's temperature. */
static bool
is_faulty(const struct passage *p, const struct uplink_obs *obs)
{
	for (unsigned i = 0; i < p->item->u->fault_count; i++)
		if (p->item->u->faults[i].main)
			return true;
	return p->item->u->fault_count > 0 && !(obs->has & UPLINK_HAS_TEMPERATURE);
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
		.sensor = p->device->id,
		.is_primary = engine_is_primary(&p->watch->primary_device,
		    &p->device->id),
		.battery_percent = -1,
		.battery_mv = -1,
		.battery_low_mv = p->device->low_battery_mv,
	};

	ev.door = obs->door;
	ev.battery_percent = device_battery(p->device, obs);
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

static char
source_of(const struct passage *p)
{
	static const char	letters[] = {
		[UPLINK_TTN] = 't', [UPLINK_CHIRPSTACK] = 'c',
	};

	return p->item->u->simulated ? 's' : letters[p->item->u->network];
}

static void
save_reading(struct passage *p, const struct uplink_obs *obs,
    const struct device_temp *measured, int64_t at_ms)
{
	const struct engine_rules *rules = &p->watch->rules;
	const struct uplink	*u = p->item->u;
	const centi_t		 t = measured->value;
	const struct reading	 r = {
		.unit = p->watch->unit,
		.device = p->device->id,
		.recorded_at_ms = at_ms,
		.received_at_ms = p->item->received_at_ms,
		.f_cnt = u->normalized ? -1 : (int64_t)u->f_cnt,
		.rssi_dbm = u->has_signal ? u->rssi_dbm : 0,
		.battery = device_battery(p->device, obs),
		.source = source_of(p),
		.anomaly = engine_above(rules, t) || engine_below(rules, t),
		.temperature = t,
		.calibrated = measured->raw != t,
		.raw = measured->raw,
		.doubts = measured->doubts,
		.has_humidity = obs->has & UPLINK_HAS_HUMIDITY,
		.humidity_cpct = obs->humidity_cpct,
		.door = obs->door,
	};

	reading_rows_add(p->readings, &r, &p->item->result.stored);
	p->inserts++;
}

static void
tell_reading(struct passage *p)
{
	const struct uplink_obs *obs = &p->current;

	unit_step_tell(p->watch, &(struct unit_news){
	    .recorded_at_ms = p->told_at_ms,
	    .temperature = obs->temperature,
	    .has_humidity = obs->has & UPLINK_HAS_HUMIDITY,
	    .humidity_cpct = obs->humidity_cpct,
	    .battery = device_battery(p->device, obs),
	}, &p->item->result.live);
}

/* The temperature becomes the one that is meant. */
static void
measure(struct passage *p, struct uplink_obs *obs, int64_t at_ms, bool newest)
{
	struct device_temp	t = device_measure(p->device, obs->temperature,
				    at_ms);

	if (p->ahead_ms != 0)
		t.doubts |= PLAUSIBLE_CLOCK;
	p->doubted += t.doubts != 0;
	if (newest)
		p->device->doubts = (int)t.doubts;
	obs->temperature = t.value;
	save_reading(p, obs, &t, at_ms);
}

/* One observation: stored, judged, told. The one the message is about is the
 * newest; what is older was kept by the device. */
static void
observe(struct passage *p, struct uplink_obs *obs, int64_t at_ms,
    int64_t newest_ms)
{
	const bool		  has_temp = has_temperature(p, obs);
	struct engine_event	  ev;
	struct unit_step	  step = { .db = p->db, .watch = p->watch,
				    .effects = p->effects,
				    .live = &p->item->result.live,
				    .late = p->late,
				    .now_ms = p->now_ms,
				    .newest_ms = newest_ms,
				    .device = p->device->id,
				    .source = source_of(p) };
	const bool		  newest = at_ms == newest_ms;
	bool			  news;

	if (has_temp)
		measure(p, obs, at_ms, newest);
	ev = event_of(p, obs, at_ms);
	news = unit_step_take(&step, &ev, newest);
	if (has_temp && news && newest) {
		p->watch->has_humidity = obs->has & UPLINK_HAS_HUMIDITY;
		p->watch->humidity_cpct = obs->humidity_cpct;
		p->told_at_ms = at_ms;
	}
	if (has_temp && !news)
		p->past = true;
}

/* What the device had kept first, in the order it was measured. A time that is
 * not the network's is by the device's clock. */
static void
observe_all(struct passage *p)
{
	const struct uplink	*u = p->item->u;
	const int64_t		 network_ms = p->item->result.recorded_at_ms;
	const int64_t		 told_ms = p->current.at_ms;
	int64_t			 newest_ms;

	if (told_ms != 0 && told_ms != u->recorded_at_ms)
		p->ahead_ms = device_told(p->device, told_ms, network_ms);
	newest_ms = p->ahead_ms == 0 && believable(p, told_ms) ? told_ms :
	    network_ms;
	for (unsigned i = u->obs_count; i-- > 0;) {
		struct uplink_obs	obs = u->obs[i];
		const int64_t		at_ms = obs.at_ms - p->ahead_ms;

		if (obs.history && believable(p, at_ms))
			observe(p, &obs, at_ms, newest_ms);
	}
	observe(p, &p->current, newest_ms, newest_ms);
	p->item->result.temperature = p->current.temperature;
}

/* Does the message say what a sensor measures, or at least that it lives? */
static bool
is_uplink(const struct uplink *u)
{
	return u->kind == UPLINK_READINGS || u->kind == UPLINK_UNDECODED ||
	    u->kind == UPLINK_MAC_ONLY;
}

static enum ingest_rc
take_uplink(struct passage *p)
{
	const struct uplink	*u = p->item->u;
	struct ingest_result	*out = &p->item->result;

	if (may_be_second(p) && device_knows_frame(p->device, u))
		return INGEST_DUPLICATE;
	device_hear(p->device, u, &p->current, out->recorded_at_ms);
	if (p->watch == NULL)
		return INGEST_NO_UNIT;
	observe_all(p);
	/* Whether it is new, the database will tell. */
	return p->inserts == 0 ? INGEST_SEEN : INGEST_STORED;
}

static enum ingest_rc
take(struct passage *p)
{
	const struct uplink	*u = p->item->u;
	struct ingest_result	*out = &p->item->result;
	const struct device	*d = p->device;

	out->time_replaced = !believable(p, u->recorded_at_ms);
	out->recorded_at_ms = out->time_replaced ? p->item->received_at_ms
	    : u->recorded_at_ms;
	out->organization = d->organization;
	if (uuid_is_nil(&out->organization))
		return INGEST_UNAUTHORIZED;
	if (uuid_is_nil(&d->id))
		return INGEST_UNKNOWN_DEVICE;
	out->device = d->id;
	if (p->watch != NULL)
		out->unit = p->watch->unit;
	uplink_now(u, &p->current);
	out->has_temperature = has_temperature(p, &p->current);
	out->temperature = p->current.temperature;
	if (is_uplink(u))
		return take_uplink(p);
	if (u->kind == UPLINK_JOIN)
		device_joined(p->db, d, out->recorded_at_ms);
	else if (u->kind == UPLINK_STATUS)
		device_status(p->db, d, u, out->recorded_at_ms);
	return INGEST_NOTED;
}

/* A batch, or the half of one. */
struct batch {
	struct ingest		*in;
	struct ingest_item	*items;
	size_t			 n;
	int64_t			 now_ms;
};

static void
begin(struct batch *b, struct db *db)
{
	struct ingest	*in = b->in;

	reading_rows_clear(&in->readings);
	unit_effects_clear(&in->effects);
	late_clear(&in->late);
	for (size_t i = 0; i < b->n; i++) {
		struct ingest_item	*item = &b->items[i];

		item->result = (struct ingest_result){
		    .live.arena = &in->arena };
		in->passage[i] = (struct passage){ .db = db, .item = item,
		    .readings = &in->readings,
		    .effects = &in->effects, .late = &in->late,
		    .now_ms = b->now_ms };
		in->ask[i] = (struct device_ask){
		    .secret_hash = item->secret_hash, .u = item->u,
		    .fetched = item->fetched,
		    .recall = may_be_second(&in->passage[i]) };
	}
}

/* All messages of one secret. */
static void
take_party(struct batch *b, struct db *db, const struct device_party *party)
{
	struct ingest	*in = b->in;

	devices_turn(&in->devices, db, party);
	for (size_t i = 0; i < b->n; i++) {
		struct passage	*p = &in->passage[i];

		if (in->ask[i].party != party)
			continue;
		p->device = in->ask[i].device;
		p->watch = p->device->watch;
		p->item->result.rc = take(p);
	}
	reading_rows_send(&in->readings, db, &party->organization);
	unit_effects_send(&in->effects, db, &party->organization);
	late_send(&in->late, db, &party->organization);
}

/* What two parties of one organization share is saved when both have had
 * their turn. */
static enum db_rc
pass(struct db *db, void *arg)
{
	struct batch		*b = arg;
	struct devices		*all = &b->in->devices;
	enum db_rc		 rc;

	begin(b, db);
	rc = devices_find(all, db, b->in->ask, b->n, b->now_ms);
	if (rc != DB_OK)
		return rc;
	for (size_t i = 0; i < all->nparties; i++)
		take_party(b, db, &all->party[i]);
	for (size_t i = 0; i < all->nparties; i++) {
		devices_turn(all, db, &all->party[i]);
		devices_save(all, db, &all->party[i]);
	}
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

/* It is durable, if it was new. */
static void
conclude(struct passage *p)
{
	struct ingest_result	*out = &p->item->result;

	if (out->rc == INGEST_STORED && out->stored == 0)
		out->rc = INGEST_DUPLICATE;
	else if (out->rc == INGEST_STORED && p->past)
		out->rc = INGEST_LATE;
	if (out->stored > 0 && p->told_at_ms != 0)
		tell_reading(p);
	metric_add(outcome_metric[out->rc], 1);
	if (out->time_replaced)
		metric_add(M_UPLINKS_IMPLAUSIBLE_TIME, 1);
	if (p->item->u->fault_count > 0)
		metric_add(M_SENSOR_FAULTS, 1);
	if (out->stored > 0)
		metric_add(M_READINGS_DOUBTED, p->doubted);
}

static void
give_up(struct batch *b, enum ingest_rc rc)
{
	for (size_t i = 0; i < b->n; i++)
		b->items[i].result = (struct ingest_result){ .rc = rc };
}

/* A batch that the database refuses is tried by halves, down to the message
 * that it is refused for. */
static void
ingest_some(struct batch *b, struct db *db)
{
	const size_t	half = b->n / 2;
	struct batch	first = *b, second = *b;

	switch (db_tx(db, NULL, NULL, pass, b)) {
	case DB_OK:
		for (size_t i = 0; i < b->n; i++)
			conclude(&b->in->passage[i]);
		return;
	case DB_DOWN:
	case DB_RETRY:
		give_up(b, INGEST_DOWN);
		return;
	default:
		if (b->n == 1) {
			give_up(b, INGEST_FAIL);
			return;
		}
	}
	first.n = half;
	second.n -= half;
	second.items += half;
	ingest_some(&first, db);
	ingest_some(&second, db);
}

struct ingest *
ingest_new(void)
{
	return mem_alloc(sizeof(struct ingest));
}

void
ingest_free(struct ingest *in)
{
	if (in == NULL)
		return;
	arena_release(&in->arena);
	devices_release(&in->devices);
	reading_rows_release(&in->readings);
	unit_effects_release(&in->effects);
	late_release(&in->late);
	free(in);
}

void
ingest_batch(struct ingest *in, struct db *db, struct ingest_item *items,
    size_t n, int64_t now_ms)
{
	struct batch	b = { in, items, n, now_ms };

	arena_clear(&in->arena);
	if (n > 0)
		ingest_some(&b, db);
}

enum ingest_rc
ingest_uplink(struct ingest *in, struct db *db, struct ingest_item *item,
    int64_t now_ms)
{
	ingest_batch(in, db, item, 1, now_ms);
	return item->result.rc;
}
