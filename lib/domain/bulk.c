#include "domain/bulk.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "domain/bulk_answer.h"
#include "domain/bulk_find.h"
#include "domain/reading_rows.h"
#include "domain/unit_step.h"
#include <stdlib.h>

struct bulk {
	struct arena		 arena;		/* of what is to be told */
	struct live_list	 live;
	struct reading_rows	 readings;
	struct effect_rows	 effects;
	struct db_rows		 states, news;
	struct late_marks	 late;
	struct bulk_found	 found;
	/* Of the list in hand. */
	const struct api_key	*key;
	struct bulk_list	*list;
	const struct once	*once;
	int64_t			 now_ms;
	struct buf		*answer;
	bool			 recalled;	/* the answer is of before */
};

/* As they were before anything was asked: a transaction may be tried again. */
static void
begin(struct bulk *b)
{
	arena_clear(&b->arena);
	b->live = (struct live_list){ .arena = &b->arena };
	reading_rows_clear(&b->readings);
	unit_effects_clear(&b->effects);
	db_rows_clear(&b->states);
	db_rows_clear(&b->news);
	late_clear(&b->late);
	buf_clear(b->answer);
	for (size_t i = 0; i < b->list->n; i++)
		b->list->v[i].stored = 0;
}

static struct uuid
sensor_of(const struct bulk_item *it)
{
	return it->device != NULL ? it->device->id : (struct uuid){ 0 };
}

static struct engine_event
event_of(const struct unit_watch *w, const struct bulk_item *it)
{
	const struct uuid	sensor = sensor_of(it);

	return (struct engine_event){
		.kind = ENGINE_UPLINK, .at_ms = it->recorded_at_ms,
		.sensor = sensor,
		.is_primary = engine_is_primary(&w->primary_device, &sensor),
		.has_temp = ENGINE_TEMP_VALID, .temp = it->temperature,
		.door = it->door, .battery_percent = it->battery,
		.battery_mv = -1,
	};
}

/* Readings without a sensor speak for their unit: what it was told last is all
 * that is remembered from one list to the next. */
static struct plausible_value
last_of(const struct engine_state *s)
{
	return (struct plausible_value){ s->temp, s->temp_at_ms,
	    s->temp_at_ms, 1 };
}

/* The temperature becomes the one that is meant. Says what speaks against it. */
static unsigned
measure(struct plausible_value *last, struct unit_watch *w,
    struct bulk_item *it)
{
	struct device		*d = it->device;
	struct device_temp	 t;

	if (d == NULL)
		return plausible_value_take(last, w->type, it->raw,
		    it->recorded_at_ms);
	d->watch = w;
	t = device_measure(d, it->raw, it->recorded_at_ms);
	it->temperature = t.value;
	device_mentioned(d, it->battery, it->rssi_dbm, t.doubts,
	    it->recorded_at_ms);
	return t.doubts;
}

static void
save_reading(struct bulk *b, const struct unit_watch *w, struct bulk_item *it,
    unsigned doubts)
{
	const centi_t		t = it->temperature;
	const struct reading	r = {
		.unit = w->unit, .device = sensor_of(it),
		.recorded_at_ms = it->recorded_at_ms,
		.received_at_ms = b->now_ms, .f_cnt = -1,
		.rssi_dbm = it->rssi_dbm, .battery = it->battery,
		.source = it->source,
		.anomaly = engine_above(&w->rules, t) ||
		    engine_below(&w->rules, t),
		.temperature = t, .calibrated = it->raw != t, .raw = it->raw,
		.doubts = doubts, .has_humidity = it->has_humidity,
		.humidity_cpct = it->humidity_cpct, .door = it->door,
	};

	reading_rows_add(&b->readings, &r, &it->stored);
}

/* The readings of a unit, in the order they were measured. */
static void
take_unit(struct bulk *b, struct db *db, struct bulk_unit *u)
{
	struct unit_watch	*w = &u->watch;
	struct unit_step	step = { .db = db, .watch = w,
				    .effects = &b->effects, .live = &b->live,
				    .late = &b->late, .now_ms = b->now_ms };
	struct plausible_value	 last = last_of(&w->state);
	struct bulk_item	*told = NULL;

	if (u->n > 0)
		step.newest_ms = u->v[u->n - 1]->recorded_at_ms;
	for (size_t i = 0; i < u->n; i++) {
		const int64_t		 heard_ms = w->state.checkin_at_ms;
		struct bulk_item	*it = u->v[i];
		const unsigned		 doubts = measure(&last, w, it);
		const struct engine_event ev = event_of(w, it);

		step.device = ev.sensor;
		step.source = it->source;
		save_reading(b, w, it, doubts);
		if (!unit_step_take(&step, &ev, i == u->n - 1)) {
			it->status = BULK_LATE;
			continue;
		}
		it->status = BULK_STORED;
		if (it->recorded_at_ms > heard_ms)
			told = it;	/* not what may be there already */
	}
	if (told == NULL)
		return;
	w->has_humidity = told->has_humidity;
	w->humidity_cpct = told->humidity_cpct;
	unit_step_tell(w, &(struct unit_news){
	    .recorded_at_ms = told->recorded_at_ms,
	    .temperature = told->temperature,
	    .has_humidity = told->has_humidity,
	    .humidity_cpct = told->humidity_cpct,
	    .battery = told->battery }, &b->live);
}

static void
save_all(struct bulk *b, struct db *db)
{
	const struct uuid	*organization = &b->key->organization;

	reading_rows_send(&b->readings, db, organization);
	unit_effects_send(&b->effects, db, organization);
	for (size_t i = 0; i < b->found.ndevices; i++) {
		b->found.device[i].organization = *organization;
		device_save(&b->found.device[i], db, &b->news);
	}
	db_rows_send(&b->news, db, &device_heard, db_arg_uuid(organization));
	for (size_t i = 0; i < b->found.nunits; i++)
		unit_watch_add(&b->states, &b->found.unit[i].watch);
	db_rows_send(&b->states, db, &unit_watch_save,
	    db_arg_uuid(organization));
	late_send(&b->late, db, organization);
}

/* What was sent is there: whether it was before, the database has told. */
static void
conclude(struct bulk *b)
{
	for (size_t i = 0; i < b->list->n; i++) {
		struct bulk_item	*it = &b->list->v[i];

		if (it->status != BULK_ERROR && it->stored == 0)
			it->status = BULK_DUPLICATE;
		else if (it->stored < 0)
			bulk_item_fault(it, "CONFLICT", "temperature",
			    "is not what is stored of this sensor and instant");
	}
}

static enum db_rc
pass(struct db *db, void *arg)
{
	struct bulk	*b = arg;
	enum db_rc	 rc;

	begin(b);
	rc = once_claim(b->once, db, b->answer, &b->recalled);
	if (rc != DB_OK || b->recalled)
		return rc;
	rc = bulk_find(&b->found, db, b->list, b->now_ms);
	if (rc != DB_OK)
		return rc;
	for (size_t i = 0; i < b->found.nunits; i++)
		take_unit(b, db, &b->found.unit[i]);
	save_all(b, db);
	rc = db_wait(db);
	if (rc == DB_OK)
		rc = reading_rows_differ(&b->readings, db,
		    &b->key->organization);
	if (rc != DB_OK)
		return rc;
	conclude(b);
	bulk_answer(b->list, b->answer);
	once_keep(b->once, db, b->answer);
	return DB_OK;
}

/* Once it is durable. */
static void
count(const struct bulk_list *list)
{
	static const enum metric	of[BULK_STATUS__MAX] = {
		[BULK_STORED] = M_BULK_STORED,
		[BULK_DUPLICATE] = M_BULK_DUPLICATE,
		[BULK_LATE] = M_BULK_LATE,
		[BULK_ERROR] = M_BULK_REFUSED,
	};
	int64_t				n[BULK_STATUS__MAX] = { 0 };

	for (size_t i = 0; i < list->n; i++)
		n[list->v[i].status]++;
	for (int s = 0; s < BULK_STATUS__MAX; s++)
		metric_add(of[s], n[s]);
}

struct bulk *
bulk_new(void)
{
	return mem_alloc(sizeof(struct bulk));
}

void
bulk_free(struct bulk *b)
{
	if (b == NULL)
		return;
	arena_release(&b->arena);
	reading_rows_release(&b->readings);
	unit_effects_release(&b->effects);
	db_rows_release(&b->states);
	db_rows_release(&b->news);
	late_release(&b->late);
	bulk_found_release(&b->found);
	free(b);
}

enum db_rc
bulk_store(struct bulk *b, struct db *db, const struct api_key *key,
    struct bulk_list *list, const struct once *once, int64_t now_ms,
    struct buf *answer, const struct live_list **live)
{
	enum db_rc	rc;

	b->key = key;
	b->list = list;
	b->once = once;
	b->now_ms = now_ms;
	b->answer = answer;
	*live = &b->live;
	rc = db_tx(db, &key->organization, NULL, pass, b);
	if (rc == DB_OK && !b->recalled)
		count(list);
	return rc;
}
