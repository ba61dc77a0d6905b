#include "domain/door.h"
#include "base/json.h"
#include "base/when.h"
#include "domain/history.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct db_stmt list_stmt = { "door_events", 5, 6,
	"SELECT id, device_id, state, epoch_ms(\"timestamp\"),"
	"	duration_seconds, source"
	"  FROM door_events"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	PAGE_END("\"timestamp\"", "id", "$3", "$4", "$5") };

static const struct db_stmt mask_stmt = { "door_mask", 2, 5,
	"SELECT epoch_ms(s.door_mask_day), s.door_mask_ms,"
	"	epoch_ms(s.left_range_at), s.excursion_since IS NOT NULL,"
	"	r.door_open_max_mask_minutes_per_day"
	"  FROM unit_state s JOIN unit_rules r"
	"    ON r.organization_id = s.organization_id"
	"   AND r.unit_id = s.unit_id"
	" WHERE s.organization_id = $1::uuid AND s.unit_id = $2::uuid" };

static const struct db_stmt *const stmts[] = { &list_stmt, &mask_stmt };
const struct db_stmt_list door_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static bool
map_event(const PGresult *res, int row, struct arena *arena, void *v)
{
	struct door_event *out = v;
	const char	*state, *source;
	bool		 has;

	(void)arena;
	memset(out, 0, sizeof(*out));
	if (!db_uuid(res, row, 0, &out->id) ||
	    !db_opt_uuid(res, row, 1, &has, &out->device) ||
	    !db_text(res, row, 2, &state) ||
	    !door_state_parse(state, &out->state) ||
	    !db_i64(res, row, 3, &out->at_ms) ||
	    !db_opt_i32(res, row, 4, &has, &out->before_s) ||
	    !db_opt_text(res, row, 5, &source))
		return false;
	if (!has)
		out->before_s = -1;
	out->source = source == NULL ? '\0' : source[0];
	return true;
}

static struct cursor
place_of(const void *event)
{
	const struct door_event	*e = event;

	return (struct cursor){ e->at_ms, e->id };
}

static const struct page_list events = {
	{ &list_stmt, sizeof(struct door_event), map_event }, place_of
};

enum db_rc
door_events(struct db *db, const struct uuid *organization,
    const struct uuid *unit, struct page *page, struct arena *arena,
    struct door_event **v)
{
	return page_read(db, &events, page, arena, v,
	    db_arg_uuid(organization), db_arg_uuid(unit));
}

struct json_object *
door_event_to_json(const struct door_event *e, const struct unit *u)
{
	struct json_object	*o = json_object_new_object();
	char			 text[DISPLAY_TEXT];
	char			 before[WHEN_DURATION_TEXT];

	json_put_uuid(o, "id", &e->id);
	json_put_uuid(o, "deviceId", &e->device);
	json_put_str(o, "state", door_state_name(e->state));
	json_put_str(o, "stateLabel", e->state == DOOR_OPEN ? "Opened" :
	    "Closed");
	json_put_when(o, "at", e->at_ms);
	json_put_str(o, "localText",
	    display_time(e->at_ms, u->timezone, text));
	json_put(o, "previousSeconds", NULL);
	if (e->before_s >= 0)
		json_put_int(o, "previousSeconds", e->before_s);
	json_put_str(o, "previousText", e->before_s < 0 ? NULL :
	    when_duration(e->before_s, before));
	json_put_str(o, "source", e->source == '\0' ? NULL :
	    history_source(e->source));
	return o;
}

int64_t
door_mask_used_ms(const struct door_mask *m, int64_t day_start_ms,
    int64_t now_ms)
{
	int64_t	used = m->day_at_ms == day_start_ms ? m->used_ms : 0;
	int64_t	from = m->left_range_at_ms;

	if (from == 0 || m->excursion)
		return used;
	if (from < day_start_ms)
		from = day_start_ms;
	return now_ms > from ? used + now_ms - from : used;
}

static bool
map_mask(const PGresult *res, struct door_mask *m, struct door_day *day)
{
	bool	has;

	return db_opt_i64(res, 0, 0, &has, &m->day_at_ms) &&
	    db_i32(res, 0, 1, &m->used_ms) &&
	    db_opt_i64(res, 0, 2, &has, &m->left_range_at_ms) &&
	    db_bool(res, 0, 3, &m->excursion) &&
	    db_i32(res, 0, 4, &day->mask_min);
}

static enum db_rc
read_mask(struct db *db, const struct history_of *of, struct door_day *day)
{
	struct door_mask	 m = { .day_at_ms = 0 };
	PGresult		*res = NULL;
	enum db_rc		 rc;

	rc = db_one(db, &mask_stmt, &res, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit));
	if (rc == DB_OK && !map_mask(res, &m, day))
		rc = db_bad_row(&mask_stmt);
	PQclear(res);
	if (rc == DB_OK)
		day->mask_ms = door_mask_used_ms(&m, of->from_ms, of->to_ms);
	return rc;
}

enum db_rc
door_today(struct db *db, const struct uuid *organization,
    const struct unit *u, int64_t now_ms, struct arena *arena,
    struct door_day *out)
{
	struct history_of	 of = { .organization = *organization,
				    .unit = u->id, .to_ms = now_ms };
	struct history_span	*v;
	size_t			 n;
	enum db_rc		 rc;

	*out = (struct door_day){ 0 };
	if (!when_day_start(now_ms, u->timezone, &of.from_ms))
		of.from_ms = now_ms - now_ms % (24 * 3600 * 1000LL);
	out->start_ms = of.from_ms;
	rc = history_doors(db, &of, arena, &v, &n);
	if (rc != DB_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		/* One that is clipped was opened yesterday. */
		out->openings += v[i].from_ms > of.from_ms;
		out->open_ms += v[i].to_ms - v[i].from_ms;
	}
	return read_mask(db, &of, out);
}

struct json_object *
door_day_to_json(const struct door_day *d)
{
	struct json_object	*o = json_object_new_object();
	char			 text[WHEN_TEXT];

	json_put_when(o, "since", d->start_ms);
	json_put_int(o, "openings", d->openings);
	snprintf(text, sizeof(text), "%" PRId64 " times", d->openings);
	json_put_str(o, "openingsText", d->openings == 1 ? "once" : text);
	json_put_int(o, "openSeconds", d->open_ms / 1000);
	json_put_str(o, "openText", when_age(d->open_ms, text));
	json_put_int(o, "maskUsedSeconds", d->mask_ms / 1000);
	json_put_str(o, "maskUsedText", when_age(d->mask_ms, text));
	json_put_int(o, "maskBudgetSeconds", d->mask_min * INT64_C(60));
	json_put_str(o, "maskBudgetText",
	    when_age(d->mask_min * INT64_C(60000), text));
	return o;
}
