#include "domain/bulk.h"
#include "base/mem.h"
#include "domain/reading_rows.h"
#include "domain/rollup.h"
#include "domain/unit_step.h"
#include <stdlib.h>
#include <string.h>

/* An answer that is kept belongs to a key of the customer, and to this. */
#define SCOPE	"readings/bulk"

static const struct db_stmt devices_stmt = { "bulk_devices", 1, 3,
	"SELECT device_eui, id, unit_id FROM devices"
	" WHERE organization_id = current_org()"
	"   AND device_eui = ANY ($1::text[]) AND deleted_at IS NULL"
	" ORDER BY device_eui" };

static const struct db_stmt units_stmt = { "bulk_units", 1, UNIT_WATCH_NCOLS,
	"SELECT" UNIT_WATCH_COLUMNS " FROM unit_state s" UNIT_WATCH_RULES
	" WHERE s.organization_id = current_org()"
	"   AND s.unit_id = ANY ($1::uuid[])"
	" ORDER BY s.unit_id FOR NO KEY UPDATE OF s" };

/* Who comes second waits for the first to end. */
static const struct db_stmt claim_stmt = { "bulk_claim", 3, 1,
	"INSERT INTO idempotency_keys (organization_id, scope, key,"
	"	request_hash)"
	" VALUES (current_org(), $1::text, $2::text, $3::bytea)"
	" ON CONFLICT DO NOTHING RETURNING true" };

static const struct db_stmt recall_stmt = { "bulk_recall", 3, 2,
	"SELECT request_hash = $3::bytea, response::text FROM idempotency_keys"
	" WHERE organization_id = current_org() AND scope = $1::text"
	"   AND key = $2::text" };

static const struct db_stmt keep_stmt = { "bulk_keep", 3, -1,
	"UPDATE idempotency_keys SET status = 200, response = $3::jsonb"
	" WHERE organization_id = current_org() AND scope = $1::text"
	"   AND key = $2::text" };

static const struct db_stmt *const stmts[] = {
	&devices_stmt, &units_stmt, &claim_stmt, &recall_stmt, &keep_stmt,
	&rollup_mark_stmt,
};
const struct db_stmt_list bulk_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

struct bulk {
	struct arena		 arena;		/* of what is to be told */
	struct live_list	 live;
	struct reading_rows	 readings;
	struct effect_rows	 effects;
	struct db_rows		 states;
	struct bulk_item	*order[BULK_MAX];	/* good ones */
	size_t			 n;
	struct unit_watch	*watch;		/* of nwatches units, sorted */
	size_t			 nwatches;
	/* Of the list in hand. */
	const struct api_key	*key;
	struct bulk_list	*list;
	const struct bulk_once	*once;
	int64_t			 now_ms;
	struct buf		*answer;
	bool			 recalled;	/* the answer is of before */
};

static int
by_eui(const void *a, const void *b)
{
	return strcmp((*(struct bulk_item *const *)a)->dev_eui,
	    (*(struct bulk_item *const *)b)->dev_eui);
}

static int
compare_units(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

/* Of each unit in the order it was measured; of one instant, as sent. */
static int
by_unit(const void *a, const void *b)
{
	const struct bulk_item	*x = *(struct bulk_item *const *)a;
	const struct bulk_item	*y = *(struct bulk_item *const *)b;
	const int		 order = compare_units(&x->unit, &y->unit);

	if (order != 0)
		return order;
	if (x->recorded_at_ms != y->recorded_at_ms)
		return x->recorded_at_ms < y->recorded_at_ms ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Those without a fault, in an order. */
static void
sort(struct bulk *b, int (*order)(const void *, const void *))
{
	b->n = 0;
	for (size_t i = 0; i < b->list->n; i++)
		if (b->list->v[i].fault.code == NULL)
			b->order[b->n++] = &b->list->v[i];
	qsort(b->order, b->n, sizeof(b->order[0]), order);
}

/* As they were before anything was asked: a transaction may be tried again. */
static void
begin(struct bulk *b)
{
	arena_clear(&b->arena);
	b->live = (struct live_list){ .arena = &b->arena };
	reading_rows_clear(&b->readings);
	unit_effects_clear(&b->effects);
	db_rows_clear(&b->states);
	buf_clear(b->answer);
	b->recalled = false;
	for (size_t i = 0; i < b->list->n; i++)
		b->list->v[i].stored = 0;
}

static void
add_word(struct buf *array, const char *word)
{
	if (array->len > 1)
		buf_putc(array, ',');
	buf_puts(array, word);
}

/* DevEUIs of the items, which are in their order, each once. */
static void
list_euis(const struct bulk *b, struct buf *out)
{
	const char	*last = "";

	buf_putc(out, '{');
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->order[i]->dev_eui, last) != 0)
			add_word(out, last = b->order[i]->dev_eui);
	buf_putc(out, '}');
}

static void
list_units(const struct bulk *b, struct buf *out)
{
	char	text[UUID_TEXT];

	buf_putc(out, '{');
	for (size_t i = 0; i < b->n; i++)
		if (i == 0 || !uuid_eq(&b->order[i]->unit,
		    &b->order[i - 1]->unit))
			add_word(out, uuid_format(&b->order[i]->unit, text));
	buf_putc(out, '}');
}

/* The item's device, and its unit where the item names none. */
static void
attach(struct bulk_item *it, const struct uuid *device,
    const struct uuid *unit)
{
	it->device = *device;
	if (uuid_is_nil(&it->unit))
		it->unit = *unit;
	if (uuid_is_nil(&it->unit))
		bulk_item_fault(it, "UNIT_NOT_FOUND", "deviceEui",
		    "is a sensor on no unit; name the unit");
}

/* Both the rows and the items are in the order of the DevEUI. */
static bool
map_devices(struct bulk *b, const PGresult *res)
{
	struct uuid	 device, unit;
	const char	*eui;
	size_t		 k = 0;
	bool		 has;

	for (int i = 0; i < PQntuples(res); i++) {
		if (!db_text(res, i, 0, &eui) || !db_uuid(res, i, 1, &device) ||
		    !db_opt_uuid(res, i, 2, &has, &unit))
			return false;
		if (!has)
			unit = (struct uuid){ 0 };
		while (k < b->n && strcmp(b->order[k]->dev_eui, eui) < 0)
			k++;
		for (; k < b->n && strcmp(b->order[k]->dev_eui, eui) == 0; k++)
			attach(b->order[k], &device, &unit);
	}
	return true;
}

static enum db_rc
find_devices(struct bulk *b, struct db *db)
{
	struct buf	 euis = BUF_INIT(BULK_MAX * (DEVEUI_TEXT + 1) + 3);
	PGresult	*res = NULL;
	enum db_rc	 rc = DB_OK;

	sort(b, by_eui);
	if (b->n == 0 || b->order[b->n - 1]->dev_eui[0] == '\0')
		return DB_OK;
	list_euis(b, &euis);
	rc = db_query(db, &devices_stmt, &res, db_arg_text(buf_str(&euis)));
	if (rc == DB_OK && !map_devices(b, res))
		rc = db_bad_row(&devices_stmt);
	PQclear(res);
	buf_release(&euis);
	for (size_t i = 0; i < b->n && rc == DB_OK; i++)
		if (b->order[i]->dev_eui[0] != '\0' &&
		    uuid_is_nil(&b->order[i]->device))
			bulk_item_fault(b->order[i], "DEVICE_NOT_FOUND",
			    "deviceEui", "is no sensor of yours");
	return rc;
}

static bool
map_units(struct bulk *b, const PGresult *res)
{
	const size_t	n = (size_t)PQntuples(res);

	b->watch = mem_resize(b->watch, mem_product(n + 1, sizeof(*b->watch)));
	for (b->nwatches = 0; b->nwatches < n; b->nwatches++)
		if (!unit_watch_map(res, (int)b->nwatches, 0, b->now_ms,
		    &b->watch[b->nwatches]))
			return false;
	return true;
}

static enum db_rc
lock_units(struct bulk *b, struct db *db)
{
	struct buf	 units = BUF_INIT(BULK_MAX * (UUID_TEXT + 1) + 3);
	PGresult	*res = NULL;
	enum db_rc	 rc;

	sort(b, by_unit);
	b->nwatches = 0;
	if (b->n == 0)
		return DB_OK;
	list_units(b, &units);
	rc = db_query(db, &units_stmt, &res, db_arg_text(buf_str(&units)));
	if (rc == DB_OK && !map_units(b, res))
		rc = db_bad_row(&units_stmt);
	PQclear(res);
	buf_release(&units);
	return rc;
}

static struct engine_event
event_of(const struct unit_watch *w, const struct bulk_item *it)
{
	return (struct engine_event){
		.kind = ENGINE_UPLINK, .at_ms = it->recorded_at_ms,
		.sensor = it->device,
		/* Of no sensor: it is the unit's own temperature. */
		.is_primary = uuid_is_nil(&it->device) ||
		    uuid_is_nil(&w->primary_device) ||
		    uuid_eq(&w->primary_device, &it->device),
		.has_temp = ENGINE_TEMP_VALID, .temp = it->temperature,
		.door = it->door, .battery_percent = it->battery,
		.battery_mv = -1,
	};
}

static void
save_reading(struct bulk *b, const struct unit_watch *w, struct bulk_item *it)
{
	const centi_t		t = it->temperature;
	const struct reading	r = {
		.unit = w->unit, .device = it->device,
		.recorded_at_ms = it->recorded_at_ms,
		.received_at_ms = b->now_ms, .f_cnt = -1,
		.rssi_dbm = it->rssi_dbm, .battery = it->battery,
		.source = it->source,
		.anomaly = (w->rules.has_high && t > w->rules.high) ||
		    (w->rules.has_low && t < w->rules.low),
		.temperature = t, .has_humidity = it->has_humidity,
		.humidity_cpct = it->humidity_cpct, .door = it->door,
	};

	reading_rows_add(&b->readings, &r, &it->stored);
}

static void
mark_late(struct bulk *b, struct db *db, const struct unit_watch *w,
    struct bulk_item *const *v, size_t n)
{
	size_t	late = 0;

	while (late < n && rollup_is_late(v[late]->recorded_at_ms, b->now_ms))
		late++;
	if (late > 0)
		rollup_mark(db, &w->organization, &w->unit,
		    v[0]->recorded_at_ms, v[late - 1]->recorded_at_ms);
}

/* The readings of a unit, in the order they were measured. */
static void
take_unit(struct bulk *b, struct db *db, struct unit_watch *w,
    struct bulk_item *const *v, size_t n)
{
	struct unit_step	step = { .db = db, .watch = w,
				    .effects = &b->effects, .live = &b->live,
				    .now_ms = b->now_ms };
	struct bulk_item	*told = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct engine_event	ev = event_of(w, v[i]);

		step.device = v[i]->device;
		step.source = v[i]->source;
		save_reading(b, w, v[i]);
		if (!unit_step_take(&step, &ev, i == n - 1)) {
			v[i]->status = BULK_LATE;
			continue;
		}
		v[i]->status = BULK_STORED;
		told = v[i];
	}
	mark_late(b, db, w, v, n);
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
refuse_unit(struct bulk_item *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bulk_item_fault(v[i], "UNIT_NOT_FOUND", "unitId",
		    "is no unit of yours that is watched");
}

/* The items and the locked units are both in the order of the unit. */
static void
take_all(struct bulk *b, struct db *db)
{
	struct unit_watch	*w = b->watch, *end = w + b->nwatches;
	size_t			 n;

	for (size_t i = 0; i < b->n; i += n) {
		const struct uuid	*unit = &b->order[i]->unit;

		for (n = 1; i + n < b->n &&
		    uuid_eq(&b->order[i + n]->unit, unit); n++)
			continue;
		while (w < end && compare_units(&w->unit, unit) < 0)
			w++;
		if (w == end || !w->active || !uuid_eq(&w->unit, unit))
			refuse_unit(&b->order[i], n);
		else
			take_unit(b, db, w, &b->order[i], n);
	}
}

static void
save_all(struct bulk *b, struct db *db)
{
	const struct uuid	*organization = &b->key->organization;

	reading_rows_send(&b->readings, db, organization);
	unit_effects_send(&b->effects, db, organization);
	for (size_t i = 0; i < b->nwatches; i++)
		unit_watch_add(&b->states, &b->watch[i]);
	db_rows_send(&b->states, db, &unit_watch_save,
	    db_arg_uuid(organization));
}

/* What was sent is there: whether it was before, the database has told. */
static void
conclude(struct bulk *b, int64_t count[BULK_STATUS__MAX])
{
	for (size_t i = 0; i < b->list->n; i++) {
		struct bulk_item	*it = &b->list->v[i];

		if (it->status != BULK_ERROR && it->stored == 0)
			it->status = BULK_DUPLICATE;
		count[it->status]++;
	}
}

/* JSON of our own words; a name nobody knows is the sender's. */
static void
put_text(struct buf *out, const char *name, const char *text)
{
	struct json_object	*s = json_object_new_string(text);

	buf_printf(out, ",\"%s\":%s", name, json_object_to_json_string_ext(s,
	    JSON_C_TO_STRING_PLAIN));
	json_object_put(s);
}

static void
put_item(struct buf *out, size_t index, const struct bulk_item *it)
{
	char	unit[UUID_TEXT];

	buf_printf(out, "%s{\"index\":%zu,\"status\":\"%s\"", index > 0 ? ","
	    : "", index, bulk_status_name(it->status));
	if (!uuid_is_nil(&it->unit))
		buf_printf(out, ",\"unitId\":\"%s\"",
		    uuid_format(&it->unit, unit));
	if (it->status == BULK_ERROR) {
		buf_printf(out, ",\"error\":{\"code\":\"%s\"", it->fault.code);
		put_text(out, "field", it->fault.field);
		put_text(out, "message", it->fault.message);
		buf_putc(out, '}');
	}
	buf_putc(out, '}');
}

static void
format_answer(const struct bulk *b, const int64_t count[BULK_STATUS__MAX])
{
	buf_printf(b->answer, "{\"received\":%zu", b->list->n);
	for (int i = 0; i < BULK_STATUS__MAX; i++)
		buf_printf(b->answer, ",\"%s\":%lld",
		    bulk_status_name((enum bulk_status)i),
		    (long long)count[i]);
	buf_puts(b->answer, ",\"results\":[");
	for (size_t i = 0; i < b->list->n; i++)
		put_item(b->answer, i, &b->list->v[i]);
	buf_puts(b->answer, "]}");
}

static enum db_rc
recall(struct bulk *b, struct db *db)
{
	PGresult	*res = NULL;
	const char	*answer;
	bool		 same;
	enum db_rc	 rc;

	rc = db_one(db, &recall_stmt, &res, db_arg_text(SCOPE),
	    db_arg_text(b->once->key), db_arg_text(b->once->hash));
	if (rc == DB_OK && (!db_bool(res, 0, 0, &same) ||
	    !db_text(res, 0, 1, &answer)))
		rc = db_bad_row(&recall_stmt);
	if (rc == DB_OK && !same)
		rc = DB_CONFLICT;
	if (rc == DB_OK) {
		buf_puts(b->answer, answer);
		b->recalled = true;
	}
	PQclear(res);
	return rc;
}

/* DB_OK with *recalled: it has been answered before. */
static enum db_rc
claim(struct bulk *b, struct db *db)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	if (b->once->key == NULL)
		return DB_OK;
	rc = db_query(db, &claim_stmt, &res, db_arg_text(SCOPE),
	    db_arg_text(b->once->key), db_arg_text(b->once->hash));
	if (rc == DB_OK && PQntuples(res) == 0)
		rc = recall(b, db);
	PQclear(res);
	return rc;
}

static enum db_rc
pass(struct db *db, void *arg)
{
	struct bulk	*b = arg;
	int64_t		 count[BULK_STATUS__MAX] = { 0 };
	enum db_rc	 rc;

	begin(b);
	rc = claim(b, db);
	if (rc != DB_OK || b->recalled)
		return rc;
	rc = find_devices(b, db);
	if (rc == DB_OK)
		rc = lock_units(b, db);
	if (rc != DB_OK)
		return rc;
	take_all(b, db);
	save_all(b, db);
	rc = db_wait(db);
	if (rc != DB_OK)
		return rc;
	conclude(b, count);
	format_answer(b, count);
	if (b->once->key != NULL)
		db_send(db, &keep_stmt, db_arg_text(SCOPE),
		    db_arg_text(b->once->key), db_arg_text(buf_str(b->answer)));
	return DB_OK;
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
	free(b->watch);
	free(b);
}

enum db_rc
bulk_store(struct bulk *b, struct db *db, const struct api_key *key,
    struct bulk_list *list, const struct bulk_once *once, int64_t now_ms,
    struct buf *answer, const struct live_list **live)
{
	b->key = key;
	b->list = list;
	b->once = once;
	b->now_ms = now_ms;
	b->answer = answer;
	*live = &b->live;
	return db_tx(db, &key->organization, NULL, pass, b);
}
