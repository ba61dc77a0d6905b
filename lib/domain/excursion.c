#include "domain/excursion.h"
#include "base/json.h"
#include "base/when.h"
#include <stdio.h>

static const struct db_stmt list_stmt = { "excursion_list", 5, 17,
	"SELECT excursion_id, unit_id, unit_name,"
	"	concat_ws(' \302\267 ', site_name, area_name), timezone,"
	"	temp_unit = 'F', epoch_ms(from_at), epoch_ms(last_at),"
	"	epoch_ms(to_at), is_high, confirmed, temp_limit, worst, mean,"
	"	reading_count, epoch_ms(found_at), epoch_ms(corrected_at)"
	"  FROM excursion_list"
	" WHERE organization_id = $1::uuid"
	"   AND ($2::uuid IS NULL OR unit_id = $2::uuid)"
	PAGE_END("found_at", "excursion_id", "$3", "$4", "$5") };

static const struct db_stmt spans_stmt = { "excursion_spans", 4, 2,
	"SELECT epoch_ms(from_at), epoch_ms(coalesce(to_at, last_at))"
	"  FROM excursions"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND withdrawn_at IS NULL AND from_at < from_epoch_ms($4::int8)"
	"   AND coalesce(to_at, last_at) > from_epoch_ms($3::int8)"
	" ORDER BY from_at" };

static const struct db_stmt *const stmts[] = { &list_stmt, &spans_stmt };
const struct db_stmt_list excursion_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static bool
map_names(const PGresult *res, int row, struct arena *arena,
    struct excursion_found *e)
{
	if (!db_text(res, row, 2, &e->unit_name) ||
	    !db_text(res, row, 3, &e->place) ||
	    !db_text(res, row, 4, &e->timezone))
		return false;
	e->unit_name = arena_strdup(arena, e->unit_name);
	e->place = arena_strdup(arena, e->place);
	e->timezone = arena_strdup(arena, e->timezone);
	return true;
}

static bool
map_row(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct excursion_found	*e = out;
	bool			 has;

	return db_uuid(res, row, 0, &e->id) &&
	    db_uuid(res, row, 1, &e->unit) &&
	    map_names(res, row, arena, e) &&
	    db_bool(res, row, 5, &e->fahrenheit) &&
	    db_i64(res, row, 6, &e->from_ms) &&
	    db_i64(res, row, 7, &e->last_ms) &&
	    db_opt_i64(res, row, 8, &has, &e->to_ms) &&
	    db_bool(res, row, 9, &e->high) &&
	    db_bool(res, row, 10, &e->confirmed) &&
	    db_centi(res, row, 11, &e->limit) &&
	    db_centi(res, row, 12, &e->worst) &&
	    db_centi(res, row, 13, &e->mean) &&
	    db_i64(res, row, 14, &e->n) &&
	    db_i64(res, row, 15, &e->found_at_ms) &&
	    db_opt_i64(res, row, 16, &has, &e->corrected_at_ms);
}

static struct cursor
place_of(const void *found)
{
	const struct excursion_found	*e = found;

	return (struct cursor){ e->found_at_ms, e->id };
}

static const struct page_list all = {
	{ &list_stmt, sizeof(struct excursion_found), map_row }, place_of
};

enum db_rc
excursion_list(struct db *db, const struct uuid *organization,
    const struct uuid *unit, struct page *page, struct arena *arena,
    struct excursion_found **v)
{
	return page_read(db, &all, page, arena, v, db_arg_uuid(organization),
	    db_arg_uuid(unit));
}

static bool
map_span(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct history_span	*s = out;

	(void)arena;
	return db_i64(res, row, 0, &s->from_ms) &&
	    db_i64(res, row, 1, &s->to_ms);
}

enum db_rc
excursion_spans(struct db *db, const struct history_of *of,
    struct arena *arena, struct history_span **v, size_t *n)
{
	static const struct db_list	spans = { &spans_stmt,
	    sizeof(struct history_span), map_span };

	return db_list(db, &spans, arena, v, n, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(of->from_ms),
	    db_arg_i64(of->to_ms));
}

static void
put_temp(struct json_object *o, const char *key, const char *text_key,
    const struct excursion_found *e, centi_t t)
{
	char	text[DISPLAY_TEXT];

	json_put_centi(o, key, t);
	json_put_str(o, text_key, display_temp((struct opt_centi){ true, t },
	    e->fahrenheit, text));
}

static void
put_time(struct json_object *o, const char *key, const char *text_key,
    const struct excursion_found *e, int64_t at_ms)
{
	char	text[DISPLAY_TEXT];

	json_put_when(o, key, at_ms);
	json_put_str(o, text_key, at_ms == 0 ? NULL :
	    display_time(at_ms, e->timezone, text));
}

/* How long, as far as it is known. */
static void
put_duration(struct json_object *o, const struct excursion_found *e)
{
	const int64_t	end_ms = e->to_ms != 0 ? e->to_ms : e->last_ms;
	char		text[WHEN_TEXT];

	json_put_bool(o, "lasting", e->to_ms == 0);
	json_put_int(o, "durationSeconds", (end_ms - e->from_ms) / 1000);
	json_put_str(o, "durationText", when_age(end_ms - e->from_ms, text));
}

struct json_object *
excursion_to_json(const struct excursion_found *e)
{
	struct json_object	*o = json_object_new_object();

	json_put_uuid(o, "id", &e->id);
	json_put_uuid(o, "unitId", &e->unit);
	json_put_str(o, "unitName", e->unit_name);
	json_put_str(o, "place", e->place);
	json_put_bool(o, "foundAfterwards", true);
	json_put_str(o, "kind", e->high ? "high" : "low");
	json_put_str(o, "kindLabel", e->high ? "above" : "below");
	put_temp(o, "limit", "limitText", e, e->limit);
	put_temp(o, "worst", "worstText", e, e->worst);
	put_temp(o, "mean", "meanText", e, e->mean);
	json_put_int(o, "readings", e->n);
	json_put_bool(o, "confirmed", e->confirmed);
	put_time(o, "from", "fromText", e, e->from_ms);
	put_time(o, "to", "toText", e, e->to_ms);
	put_time(o, "lastReadingAt", "lastReadingText", e, e->last_ms);
	put_duration(o, e);
	put_time(o, "foundAt", "foundText", e, e->found_at_ms);
	put_time(o, "correctedAt", "correctedText", e, e->corrected_at_ms);
	return o;
}
