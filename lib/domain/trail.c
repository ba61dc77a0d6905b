#include "domain/trail.h"

static const struct db_stmt lines_stmt = { "trail_lines", 2, -1,
	"INSERT INTO event_logs (organization_id, id, unit_id, site_id,"
	"	area_id, actor_id, actor_type, event_type, category, severity,"
	"	title, event_data, recorded_at)"
	" SELECT $1::uuid, q.id, q.unit_id, q.site_id, q.area_id, q.actor_id,"
	"	CASE WHEN q.actor_id IS NULL THEN 'system' ELSE 'user' END,"
	"	q.event_type, q.category, q.severity, q.title, q.data,"
	"	from_epoch_ms(q.at)"
	"  FROM unnest($2::new_event_log[]) q" };

static const struct db_stmt *const stmts[] = { &lines_stmt };
const struct db_stmt_list trail_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

void
trail_add(struct db_rows *rows, const struct trail_line *l)
{
	struct uuid	id = uuid_make(l->at_ms);

	db_rows_add(rows, db_arg_uuid(&id), db_arg_uuid(&l->unit),
	    db_arg_uuid(&l->site), db_arg_uuid(&l->area),
	    db_arg_uuid(&l->actor), db_arg_text(l->type),
	    db_arg_text(l->category), db_arg_text(l->severity),
	    db_arg_text(l->title), db_arg_text(
	    json_object_to_json_string_ext(l->data, JSON_C_TO_STRING_PLAIN)),
	    db_arg_i64(l->at_ms));
}

void
trail_send(struct db_rows *rows, struct db *db,
    const struct uuid *organization)
{
	db_rows_send(rows, db, &lines_stmt, db_arg_uuid(organization));
}

void
trail_write(struct db *db, const struct uuid *organization,
    const struct trail_line *l)
{
	struct db_rows	one = { 0 };

	trail_add(&one, l);
	trail_send(&one, db, organization);
	db_rows_release(&one);
}
