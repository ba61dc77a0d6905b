#include "app/unit_wall.h"
#include "app/alert_page.h"
#include "app/guard.h"
#include "base/json.h"
#include "web/link.h"
#include "web/spark.h"
#include <string.h>

enum { W_SITE, W_STATUS, W_TEXT };	/* of UNIT_WALL_PARAMS */

const char *
unit_wall_status(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	enum unit_status	status;

	(void)min;
	(void)max;
	if (strlen(s) != len || !unit_status_parse(s, &status))
		return "is not a state a unit can be in";
	v->i = status;
	return NULL;
}

static const char *
trend_path(struct web_req *req, const struct unit *u)
{
	struct spark_value	v[TREND_HOURS];
	struct trend		t = u->trend;
	struct buf		path = BUF_INIT(1024);
	const char		*s;
	int			lead;

	trend_align(&t, req->now_ms);
	lead = TREND_HOURS - t.n;
	for (int i = 0; i < TREND_HOURS; i++)
		v[i] = i < lead ? (struct spark_value){ false, 0 } :
		    (struct spark_value){ t.has[i - lead], t.value[i - lead] };
	spark_path(&path, v, TREND_HOURS);
	s = arena_strdup(&req->arena, buf_str(&path));
	buf_release(&path);
	return s;
}

static struct json_object *
units_to_json(struct web_req *req, const struct unit *v, size_t n)
{
	struct json_object	*list = json_object_new_array();
	struct json_object	*o;

	for (size_t i = 0; i < n; i++) {
		o = unit_to_summary(&v[i], req->now_ms);
		json_put_str(o, "trend", trend_path(req, &v[i]));
		json_object_array_add(list, o);
	}
	return list;
}

/* The wall with another status in its filter; NULL: every status. */
static const char *
wall_href(struct web_req *req, const char *status)
{
	struct link	l;

	link_begin(&l, "/");
	link_add(&l, "status", status);
	link_add(&l, "site", req->arg[W_SITE].text);
	link_add(&l, "q", req->arg[W_TEXT].text);
	return link_end(&l, &req->arena);
}

/* A state that no unit is in is left out, unless it is what was asked for. */
static void
put_counts(struct web_req *req, const int64_t count[UNIT_STATUS__MAX],
    struct json_object *model)
{
	struct json_object	*list = json_object_new_array(), *o;
	int64_t			 total = 0;

	for (int i = 0; i < UNIT_STATUS__MAX; i++) {
		enum unit_status	s = unit_worst_first[i];
		bool			chosen = req->arg[W_STATUS].present &&
					    req->arg[W_STATUS].i == s;

		total += count[s];
		if (count[s] == 0 && !chosen)
			continue;
		o = json_object_new_object();
		json_put_str(o, "status", unit_status_name(s));
		json_put_str(o, "statusLabel", unit_status_label(s));
		json_put_int(o, "count", count[s]);
		json_put_bool(o, "selected", chosen);
		json_put_str(o, "href", wall_href(req, unit_status_name(s)));
		json_object_array_add(list, o);
	}
	json_put(model, "counts", list);
	json_put_int(model, "total", total);
}

static void
put_sites(struct web_req *req, struct json_object *sites,
    struct json_object *model)
{
	const char	*chosen = req->arg[W_SITE].text;
	size_t		 n = json_object_array_length(sites);

	for (size_t i = 0; chosen != NULL && i < n; i++) {
		struct json_object	*site;

		site = json_object_array_get_idx(sites, i);
		json_put_bool(site, "selected",
		    strcmp(json_str(site, "id", NULL), chosen) == 0);
	}
	json_put_bool(model, "hasSites", n > 1);
	json_put(model, "sites", sites);
}

/* What only the page shows around the list. */
static enum db_rc
put_surroundings(struct web_req *req, struct json_object *model)
{
	struct json_object	*sites, *banner;
	enum db_rc		 rc;

	rc = unit_sites(req->db, &guard_of(req)->organization, &sites);
	if (rc != DB_OK)
		return rc;
	put_sites(req, sites, model);
	json_put_str(model, "allHref", wall_href(req, NULL));
	json_put_str(model, "status", req->arg[W_STATUS].text);
	json_put_str(model, "q", req->arg[W_TEXT].text);
	json_put_bool(model, "filtered", req->arg[W_STATUS].present ||
	    req->arg[W_SITE].present || req->arg[W_TEXT].present);
	json_put_when(model, "now", req->now_ms);
	rc = alert_page_banner(req, NULL, &banner);
	json_put(model, "banner", banner);
	return rc;
}

/* Whoever asks for no one state, and gets all units, has them counted. */
static enum db_rc
count_states(struct web_req *req, const struct unit_filter *f,
    const struct unit *v, size_t n, bool more,
    int64_t count[UNIT_STATUS__MAX])
{
	if (f->status != NULL || more)
		return unit_count(req->db, f, count);
	memset(count, 0, UNIT_STATUS__MAX * sizeof(count[0]));
	for (size_t i = 0; i < n; i++)
		count[v[i].status]++;
	return DB_OK;
}

enum db_rc
unit_wall_put(struct web_req *req, struct json_object *model)
{
	struct unit_filter	 f = {
		.organization = guard_of(req)->organization,
		.site = req->arg[W_SITE].uuid,
		.status = req->arg[W_STATUS].text,
		.text = req->arg[W_TEXT].text,
	};
	int64_t			 count[UNIT_STATUS__MAX];
	struct unit		*v;
	size_t			 n;
	bool			 more;
	enum db_rc		 rc;

	rc = unit_list(req->db, &f, UNIT_LIST_MAX + 1, &req->arena, &v, &n);
	more = rc == DB_OK && n > UNIT_LIST_MAX;
	if (more)
		n = UNIT_LIST_MAX;
	if (rc == DB_OK)
		rc = count_states(req, &f, v, n, more, count);
	if (rc != DB_OK)
		return rc;
	json_put(model, "units", units_to_json(req, v, n));
	json_put_int(model, "limit", UNIT_LIST_MAX);
	json_put_bool(model, "more", more);
	put_counts(req, count, model);
	return req->wants_json ? DB_OK : put_surroundings(req, model);
}
