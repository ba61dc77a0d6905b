#include "app/excursion_page.h"
#include "app/guard.h"
#include "base/json.h"
#include "web/link.h"

#define LAST	5		/* shown on the unit's page */

static const char *
href(struct web_req *req, const struct web_value *args, const char *cursor)
{
	struct link	l;

	link_begin(&l, req->path);
	link_add(&l, "limit", args[EXCURSION_P_LIMIT].text);
	link_add(&l, "cursor", cursor);
	return link_end(&l, &req->arena);
}

/* At most limit of them; *next (NULL: none) is the cursor behind the last.
 * One more is asked for: it says whether there are more. */
static enum db_rc
put_list(struct web_req *req, const struct uuid *unit, struct cursor after,
    size_t limit, struct json_object *model, const char **next)
{
	struct json_object	*list;
	struct excursion_found	*v;
	struct cursor		 last;
	char			 text[CURSOR_TEXT];
	size_t			 n;
	enum db_rc		 rc;

	*next = NULL;
	rc = excursion_list(req->db, &guard_of(req)->organization, unit,
	    &after, (int32_t)limit + 1, &req->arena, &v, &n);
	if (rc != DB_OK)
		return rc;
	if (n > limit) {
		n = limit;
		last = excursion_cursor(&v[n - 1]);
		*next = arena_strdup(&req->arena, cursor_format(&last, text));
	}
	list = json_object_new_array();
	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, excursion_to_json(&v[i]));
	json_put(model, "excursions", list);
	json_put_bool(model, "hasExcursions", n > 0);
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
	const size_t	 limit = args[EXCURSION_P_LIMIT].present ?
			    (size_t)args[EXCURSION_P_LIMIT].i :
			    EXCURSION_PAGE_LIMIT;
	const char	*next;
	enum db_rc	 rc = DB_OK;

	if (unit != NULL)
		rc = put_unit(req, unit, model);
	if (rc == DB_OK)
		rc = put_list(req, unit,
		    cursor_param_value(&args[EXCURSION_P_CURSOR]), limit,
		    model, &next);
	if (rc != DB_OK)
		return rc;
	json_put_str(model, "nextCursor", next);
	if (!req->wants_json && next != NULL)
		json_put_str(model, "nextHref", href(req, args, next));
	return DB_OK;
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
	const char	*next;
	enum db_rc	 rc;

	rc = put_list(req, &u->id, cursor_first(), LAST, model, &next);
	json_put_bool(model, "moreExcursions", next != NULL);
	return rc;
}
