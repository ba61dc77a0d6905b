#include "app/excursion_page.h"
#include "app/guard.h"
#include "base/json.h"

#define LAST	5		/* shown on the unit's page */

static enum db_rc
put_list(struct web_req *req, const struct uuid *unit, struct page *page,
    struct json_object *model)
{
	struct json_object	*list;
	struct excursion_found	*v;
	enum db_rc		 rc;

	rc = excursion_list(req->db, &guard_of(req)->organization, unit, page,
	    &req->arena, &v);
	if (rc != DB_OK)
		return rc;
	list = json_object_new_array();
	for (size_t i = 0; i < page->n; i++)
		json_object_array_add(list, excursion_to_json(&v[i]));
	json_put(model, "excursions", list);
	json_put_bool(model, "hasExcursions", page->n > 0);
	return DB_OK;
}

/* An empty list would say that a stranger's unit exists. */
static enum db_rc
put_unit(struct web_req *req, const struct uuid *unit,
    struct json_object *model)
{
	struct unit	u;
	enum db_rc	rc;

	rc = unit_find(req->db, &guard_of(req)->organization, unit,
	    &req->arena, &u);
	if (rc == DB_OK && !req->wants_json)
		json_put(model, "unit", unit_to_json(&u, req->now_ms));
	return rc;
}

static enum db_rc
build(struct web_req *req, const struct web_value *args,
    const struct uuid *unit, struct json_object *model)
{
	struct page	page = cursor_param_page(&args[EXCURSION_P_LIMIT],
			    &args[EXCURSION_P_CURSOR], EXCURSION_PAGE_LIMIT);
	enum db_rc	rc = DB_OK;

	if (unit != NULL)
		rc = put_unit(req, unit, model);
	if (rc == DB_OK)
		rc = put_list(req, unit, &page, model);
	if (rc == DB_OK)
		cursor_param_put(req, &page, &args[EXCURSION_P_LIMIT], model);
	return rc;
}

enum web_rc
excursion_page_list(struct web_req *req, const struct web_value *args,
    const struct uuid *unit)
{
	struct json_object	*model = json_object_new_object();
	enum db_rc		 rc;

	guard_begin(req);
	rc = guard_end(req, build(req, args, unit, model));
	if (rc == DB_OK)
		return web_respond(req, "excursion/list", model);
	json_object_put(model);
	return web_rc_of_db(rc);
}

enum db_rc
excursion_page_put(struct web_req *req, const struct unit *u,
    struct json_object *model)
{
	struct page	page = page_first(LAST);
	enum db_rc	rc = put_list(req, &u->id, &page, model);

	json_put_bool(model, "moreExcursions", page.more);
	return rc;
}
