#include "app/unit_doors.h"
#include "app/guard.h"
#include "base/json.h"

enum { D_ID, D_LIMIT, D_CURSOR };

enum db_rc
unit_doors_put(struct web_req *req, const struct unit *u,
    struct json_object *model)
{
	struct door_day	day;
	enum db_rc	rc;

	if (u->door == DOOR_UNKNOWN)
		return DB_OK;
	rc = door_today(req->db, &guard_of(req)->organization, u, req->now_ms,
	    &req->arena, &day);
	if (rc == DB_OK)
		json_put(model, "doorDay", door_day_to_json(&day));
	return rc;
}

static enum db_rc
put_events(struct web_req *req, const struct unit *u,
    struct json_object *model)
{
	struct page		 page = cursor_param_page(&req->arg[D_LIMIT],
				    &req->arg[D_CURSOR], UNIT_DOORS_LIMIT);
	struct json_object	*list;
	struct door_event	*v;
	enum db_rc		 rc;

	rc = door_events(req->db, &guard_of(req)->organization, &u->id, &page,
	    &req->arena, &v);
	if (rc != DB_OK)
		return rc;
	list = json_object_new_array();
	for (size_t i = 0; i < page.n; i++)
		json_object_array_add(list, door_event_to_json(&v[i], u));
	json_put(model, "events", list);
	cursor_param_put(req, &page, &req->arg[D_LIMIT], model);
	return DB_OK;
}

static enum db_rc
build(struct web_req *req, struct json_object *model)
{
	struct unit	u;
	enum db_rc	rc;

	rc = unit_find(req->db, &guard_of(req)->organization,
	    &req->arg[D_ID].uuid, &req->arena, &u);
	if (rc == DB_OK)
		rc = unit_doors_put(req, &u, model);
	if (rc == DB_OK)
		rc = put_events(req, &u, model);
	if (rc == DB_OK && !req->wants_json)
		json_put(model, "unit", unit_to_json(&u, req->now_ms));
	return rc;
}

enum web_rc
unit_doors_show(struct web_req *req)
{
	return guard_respond(req, "unit/doors", build);
}
