#include "app/alert_page.h"
#include "app/guard.h"
#include "base/json.h"
#include "web/link.h"
#include <inttypes.h>
#include <string.h>

#define BANNER_MAX	5

/* What can be asked for, in the order of the tabs; the API's names too. */
static const struct tab {
	const char	*status;	/* as asked for */
	const char	*label;
	const char	*empty;		/* what an empty list says */
} tabs[] = {
	{ "open", "Open", "No open alerts." },
	{ "active", "Not acknowledged", "No alert waits for anybody." },
	{ "acknowledged", "Acknowledged",
	    "Nobody is working on an alert just now." },
	{ "escalated", "Escalated", "No alert has been escalated." },
	{ "resolved", "Resolved", "No alert has been resolved yet." },
	{ "all", "All", "There has not been an alert yet." },
};
#define NTABS	(sizeof(tabs) / sizeof(tabs[0]))

const char *
alert_page_status(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	(void)min;
	(void)max;
	for (size_t i = 0; i < NTABS; i++)
		if (strlen(tabs[i].status) == len &&
		    memcmp(tabs[i].status, s, len) == 0) {
			v->i = (int64_t)i;
			return NULL;
		}
	return "must be open, active, acknowledged, escalated, resolved or "
	    "all";
}

const char *
alert_page_severity(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	enum alert_severity	severity;

	(void)min;
	(void)max;
	if (strlen(s) != len || !alert_severity_parse(s, &severity))
		return "must be info, warning or critical";
	v->i = severity;
	return NULL;
}

/* The path with what it is filtered by; replaced status, then the cursor. */
static const char *
href(struct web_req *req, const struct web_value *args, const char *status,
    const char *cursor)
{
	struct link	l;

	link_begin(&l, req->path);
	link_add(&l, "status", status);
	link_add(&l, "severity", args[ALERT_P_SEVERITY].text);
	link_add(&l, "site", args[ALERT_P_SITE].text);
	link_add(&l, "limit", args[ALERT_P_LIMIT].text);
	link_add(&l, "cursor", cursor);
	return link_end(&l, &req->arena);
}

static struct json_object *
tab_list(struct web_req *req, const struct web_value *args,
    const struct tab *chosen)
{
	struct json_object	*v = json_object_new_array();
	struct json_object	*o;

	for (size_t i = 0; i < NTABS; i++) {
		o = json_object_new_object();
		json_put_str(o, "label", tabs[i].label);
		json_put_str(o, "href", href(req, args, tabs[i].status, NULL));
		json_put_bool(o, "selected", &tabs[i] == chosen);
		json_object_array_add(v, o);
	}
	return v;
}

/* Beside the list: what was found afterwards, of the same. */
static const char *
excursions_href(struct web_req *req)
{
	const int	of = (int)(strlen(req->path) - strlen("/alerts"));

	return of == 0 ? "/alerts/excursions" :
	    arena_printf(&req->arena, "%.*s/excursions", of, req->path);
}

static struct json_object *
alerts_to_json(const struct alert *v, size_t n, int64_t now_ms)
{
	struct json_object	*list = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, alert_to_json(&v[i], now_ms));
	return list;
}

static enum web_rc
respond(struct web_req *req, const struct web_value *args,
    const struct tab *tab, const struct alert *v, const struct page *page)
{
	struct json_object	*model = json_object_new_object();
	char			 next[CURSOR_TEXT];

	json_put(model, "alerts", alerts_to_json(v, page->n, req->now_ms));
	json_put_str(model, "nextCursor", page->more ?
	    cursor_format(&page->next, next) : NULL);
	if (!req->wants_json) {
		json_put_when(model, "now", req->now_ms);
		json_put(model, "tabs", tab_list(req, args, tab));
		json_put_str(model, "excursionsHref", excursions_href(req));
		json_put_str(model, "emptyText", tab->empty);
		json_put_str(model, "nextHref", page->more ?
		    href(req, args, tab->status, next) : NULL);
	}
	return web_respond(req, "alert/list", model);
}

enum web_rc
alert_page_list(struct web_req *req, const struct web_value *args,
    const struct uuid *unit)
{
	/* Without being asked, people see what is open, programs everything. */
	const struct tab	*tab = args[ALERT_P_STATUS].present ?
	    &tabs[args[ALERT_P_STATUS].i] :
	    &tabs[req->wants_json || unit != NULL ? NTABS - 1 : 0];
	struct page		 page = cursor_param_page(
	    &args[ALERT_P_LIMIT], &args[ALERT_P_CURSOR], ALERT_PAGE_LIMIT);
	struct alert_filter	 f = {
		.organization = guard_of(req)->organization,
		.site = args[ALERT_P_SITE].uuid,
		.severity = args[ALERT_P_SEVERITY].text,
		.status = strcmp(tab->status, "all") == 0 ? NULL : tab->status,
	};
	struct alert		*v;
	enum db_rc		 rc;

	if (unit != NULL)
		f.unit = *unit;
	guard_begin(req);
	rc = alert_list(req->db, &f, &page, &req->arena, &v);
	rc = guard_end(req, rc);
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	return respond(req, args, tab, v, &page);
}

enum db_rc
alert_page_banner(struct web_req *req, const struct uuid *unit,
    struct json_object **out)
{
	struct alert_filter	 f = {
		.organization = guard_of(req)->organization
	};
	struct alert		*v;
	size_t			 n;
	int64_t			 total;
	char			 id[UUID_TEXT];
	enum db_rc		 rc;

	*out = NULL;
	if (unit != NULL)
		f.unit = *unit;
	rc = alert_worst(req->db, &f, BANNER_MAX, &req->arena, &v, &n, &total);
	if (rc != DB_OK || n == 0)
		return rc;
	*out = json_object_new_object();
	json_put(*out, "alerts", alerts_to_json(v, n, req->now_ms));
	json_put_int(*out, "total", total);
	json_put_str(*out, "href", unit == NULL ? "/alerts" :
	    arena_printf(&req->arena, "/units/%s/alerts?status=open",
	    uuid_format(unit, id)));
	json_put_str(*out, "label", total == 1 ? "Open alerts" :
	    arena_printf(&req->arena, "All %" PRId64 " open alerts", total));
	return DB_OK;
}
