#include "app/unit_readings.h"
#include "app/guard.h"
#include "base/json.h"
#include "domain/bucket.h"
#include "domain/unit.h"
#include "web/link.h"
#include <string.h>

#define PAGE_LIMIT	100
#define TRY_MS		(2 * PERIOD_DAY_MS)	/* seldom too many readings */
#define CSV_TYPE	"text/csv; charset=utf-8; header=present"

enum { R_ID, R_FROM, R_TO, R_LIMIT, R_CURSOR, R_BUCKET, R_DETAIL };

static const struct step {
	const char	*name;
	int64_t		 ms;		/* 0: every reading */
} steps[] = {
	{ "raw", 0 }, { "5m", 5 * BUCKET_MINUTE }, { "15m", 15 * BUCKET_MINUTE },
	{ "1h", PERIOD_HOUR_MS }, { "1d", PERIOD_DAY_MS },
};
#define NSTEPS	(sizeof(steps) / sizeof(steps[0]))

const char *
unit_readings_bucket(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	(void)min;
	(void)max;
	for (size_t i = 0; i < NSTEPS; i++)
		if (strlen(steps[i].name) == len &&
		    memcmp(steps[i].name, s, len) == 0) {
			v->i = (int64_t)i;
			return NULL;
		}
	return "must be raw, 5m, 15m, 1h or 1d";
}

/* What was asked, and what is found; all of it in the request's arena. */
struct query {
	struct history_of	 of;
	const struct step	*step;		/* NULL: whatever fits */
	struct history_page	 page;
	size_t			 limit;
	bool			 detail;
	struct history_unit	 unit;
	struct history_row	*rows;
	size_t			 nrows;
	struct bucket		*buckets;
	size_t			 nbuckets;
};

/* The period asked for; a day up to now where nothing was. */
static struct history_of
period_of(struct web_req *req)
{
	struct history_of	of = {
		.organization = guard_of(req)->organization,
		.unit = req->arg[R_ID].uuid,
		.to_ms = req->arg[R_TO].present ? req->arg[R_TO].i :
		    req->now_ms,
	};

	of.from_ms = req->arg[R_FROM].present ? req->arg[R_FROM].i :
	    of.to_ms - PERIOD_DAY_MS;
	return of;
}

static bool
wants_csv(struct web_req *req)
{
	const char	*accept = web_header(req, "Accept");

	return accept != NULL && strstr(accept, "text/csv") != NULL;
}

static void
read_query(struct web_req *req, struct query *q)
{
	bool	page = !req->wants_json && !wants_csv(req);
	bool	paged = page || req->arg[R_LIMIT].present ||
		    req->arg[R_CURSOR].present;

	q->of = period_of(req);
	q->page.has_after = req->arg[R_CURSOR].present;
	q->page.after = cursor_param_value(&req->arg[R_CURSOR]);
	if (req->arg[R_BUCKET].present && !page)
		q->step = &steps[req->arg[R_BUCKET].i];
	else
		q->step = paged ? &steps[0] : NULL;
	q->detail = page || wants_csv(req) || req->arg[R_DETAIL].i != 0;
	q->limit = page ? PAGE_LIMIT : UNIT_READINGS_AUTO;
	if (req->arg[R_LIMIT].present)
		q->limit = (size_t)req->arg[R_LIMIT].i;
	/* One more than the limit: it says whether there are more. */
	q->page.max = (int32_t)q->limit + 1;
	q->page.detail = q->detail;
}

static enum web_rc
refuse(struct web_req *req, const char *field, const char *why)
{
	return web_refuse(req, WEB_INVALID, field, why);
}

static enum web_rc
check_query(struct web_req *req, const struct query *q)
{
	int64_t	length = q->of.to_ms - q->of.from_ms;

	if (length <= 0)
		return refuse(req, "from", "must be before to");
	if (q->step == NULL)
		return bucket_count(&q->of, PERIOD_DAY_MS) <= BUCKET_MAX ?
		    WEB_OK : refuse(req, "from", "is too long before to");
	if (q->step->ms == 0)
		return length <= UNIT_READINGS_DAYS * PERIOD_DAY_MS ? WEB_OK :
		    refuse(req, "from", "must be at most two years before to"
		    " where single readings are asked for");
	if (bucket_count(&q->of, q->step->ms) > BUCKET_MAX)
		return refuse(req, "bucket", "is too fine for this period");
	if (req->arg[R_CURSOR].present)
		return refuse(req, "cursor", "is for single readings");
	if (req->arg[R_LIMIT].present)
		return refuse(req, "limit", "is for single readings");
	return WEB_OK;
}

/* The finest of which there are not too many, else the coarsest. */
static const struct step *
fitting(const struct history_of *of)
{
	const struct step	*s = &steps[1];

	while (s < &steps[NSTEPS - 1] &&
	    (of->to_ms - of->from_ms) / s->ms > UNIT_READINGS_AUTO)
		s++;
	return s;
}

/* Nothing follows in this transaction. */
static enum db_rc
find_rows(struct web_req *req, struct query *q)
{
	history_send_rows(req->db, &q->of, &q->page);
	db_send_commit(req->db);
	return history_recv_rows(req->db, &req->arena, &q->rows, &q->nrows);
}

/* DB_NONE: there is no such unit. *n: as far as it matters. */
static enum db_rc
find_unit(struct web_req *req, struct query *q, int64_t *n)
{
	int32_t	max = q->step == NULL ? UNIT_READINGS_AUTO + 1 : 0;

	return history_count(req->db, &q->of, max, &req->arena, &q->unit, n);
}

/* Whether they turn out to be readings or buckets. */
static enum db_rc
find_step(struct web_req *req, struct query *q)
{
	int64_t		n = 0;
	enum db_rc	rc;

	guard_begin(req);
	if (q->of.to_ms - q->of.from_ms > TRY_MS)
		rc = find_unit(req, q, &n);
	else {
		rc = find_rows(req, q);
		n = (int64_t)q->nrows;
	}
	if (rc == DB_OK)
		q->step = n <= UNIT_READINGS_AUTO ? &steps[0] :
		    fitting(&q->of);
	return guard_end(req, rc);
}

static enum db_rc
find_buckets(struct web_req *req, struct query *q)
{
	int64_t		unused;
	enum db_rc	rc;

	guard_begin(req);
	rc = find_unit(req, q, &unused);
	if (rc == DB_OK)
		rc = bucket_list(req->db, &q->of, q->step->ms, q->unit.zone,
		    &req->arena, &q->buckets, &q->nbuckets);
	return guard_end(req, rc);
}

static enum db_rc
find(struct web_req *req, struct query *q)
{
	int64_t		unused;
	enum db_rc	rc = DB_OK;

	if (q->step == NULL)
		rc = find_step(req, q);
	if (rc == DB_OK && q->step->ms != 0)
		return find_buckets(req, q);
	if (rc == DB_OK && q->rows == NULL) {
		guard_begin(req);
		rc = guard_end(req, find_rows(req, q));
	}
	if (rc != DB_OK || q->nrows > 0)
		return rc;
	/* An empty list would say that a stranger's unit exists. */
	guard_begin(req);
	return guard_end(req, find_unit(req, q, &unused));
}

/* The cursor behind the last row that is shown; NULL: there are no more. */
static const char *
next_cursor(const struct query *q, char text[CURSOR_TEXT])
{
	const struct history_row	*last;

	if (q->step->ms != 0 || q->nrows <= q->limit)
		return NULL;
	last = &q->rows[q->limit - 1];
	return cursor_format(&(struct cursor){ last->recorded_at_ms,
	    last->device }, text);
}

static size_t
shown(const struct query *q)
{
	return q->nrows < q->limit ? q->nrows : q->limit;
}

static const char *
next_href(struct web_req *req, const char *cursor)
{
	struct link	l;

	link_begin(&l, req->path);
	link_add(&l, "from", req->arg[R_FROM].text);
	link_add(&l, "to", req->arg[R_TO].text);
	link_add(&l, "limit", req->arg[R_LIMIT].text);
	link_add(&l, "cursor", cursor);
	return link_end(&l, &req->arena);
}

static enum web_rc
respond_csv(struct web_req *req, const struct query *q, const char *cursor)
{
	struct buf	*out = web_begin_raw(req, 200, CSV_TYPE);

	if (q->step->ms == 0)
		history_write_csv(out, q->rows, shown(q));
	else
		bucket_write_csv(out, q->buckets, q->nbuckets,
		    q->unit.interval_ms, req->now_ms);
	web_set_header(req, "Vary", "Accept");
	web_set_header(req, "Content-Disposition",
	    "attachment; filename=\"readings.csv\"");
	if (cursor != NULL)
		web_set_header(req, "Link", arena_printf(&req->arena,
		    "</api%s>; rel=\"next\"", next_href(req, cursor)));
	return WEB_OK;
}

static enum web_rc
respond_json(struct web_req *req, const struct query *q, const char *cursor)
{
	struct buf	*out = web_begin_data(req);

	buf_printf(out, "{\"bucket\":\"%s\",", q->step->name);
	if (q->step->ms == 0) {
		buf_puts(out, "\"readings\":");
		history_write_json(out, q->rows, shown(q), q->detail);
		buf_puts(out, ",\"nextCursor\":");
		if (cursor != NULL)
			buf_printf(out, "\"%s\"}", cursor);
		else
			buf_puts(out, "null}");
	} else {
		buf_puts(out, "\"buckets\":");
		bucket_write_json(out, q->buckets, q->nbuckets,
		    q->unit.interval_ms, req->now_ms);
		buf_puts(out, "}");
	}
	web_set_header(req, "Vary", "Accept");
	return web_end_data(req);
}

static struct json_object *
row_model(const struct unit *u, const struct history_row *r)
{
	struct json_object	*o = history_row_to_json(r);
	char			 text[DISPLAY_TEXT];

	json_put_str(o, "localText",
	    display_time(r->recorded_at_ms, u->timezone, text));
	json_put_str(o, "temperatureText", display_temp(
	    (struct opt_centi){ true, r->temperature }, u->fahrenheit, text));
	if (r->raw.has)
		json_put_str(o, "rawText", display_temp(r->raw, u->fahrenheit,
		    text));
	json_put_str(o, "rangeLabel", r->outside ? "no" : "yes");
	return o;
}

static enum web_rc
respond_page(struct web_req *req, const struct query *q, const struct unit *u,
    const char *cursor)
{
	struct json_object	*model = json_object_new_object();
	struct json_object	*list = json_object_new_array();

	json_put(model, "unit", unit_to_json(u, req->now_ms));
	for (size_t i = 0; i < shown(q); i++)
		json_object_array_add(list, row_model(u, &q->rows[i]));
	json_put(model, "readings", list);
	json_put_str(model, "nextHref", cursor == NULL ? NULL :
	    next_href(req, cursor));
	return web_respond(req, "unit/readings", model);
}

static enum web_rc
show_page(struct web_req *req, struct query *q)
{
	struct unit	u;
	char		text[CURSOR_TEXT];
	enum db_rc	rc;

	guard_begin(req);
	rc = unit_find(req->db, &q->of.organization, &q->of.unit, &req->arena,
	    &u);
	if (rc == DB_OK)
		rc = find_rows(req, q);
	rc = guard_end(req, rc);
	return rc != DB_OK ? web_rc_of_db(rc) :
	    respond_page(req, q, &u, next_cursor(q, text));
}

enum web_rc
unit_readings_show(struct web_req *req)
{
	struct query	 q = { .step = NULL };
	char		 text[CURSOR_TEXT];
	enum web_rc	 invalid;
	enum db_rc	 rc;

	read_query(req, &q);
	if ((invalid = check_query(req, &q)) != WEB_OK)
		return invalid;
	if (!req->wants_json && !wants_csv(req))
		return show_page(req, &q);
	rc = find(req, &q);
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	return wants_csv(req) ? respond_csv(req, &q, next_cursor(&q, text)) :
	    respond_json(req, &q, next_cursor(&q, text));
}
