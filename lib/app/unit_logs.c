#include "app/unit_logs.h"
#include "app/guard.h"
#include "base/conf.h"
#include "base/json.h"
#include "domain/live_send.h"
#include "web/link.h"
#include <string.h>

#define LAST	5		/* shown on the unit's page */

enum { L_ID, L_LIMIT, L_CURSOR };
enum { N_ID, N_TEMPERATURE, N_DEGREES, N_LOG, N_RECORDED, N_HUMIDITY, N_NOTES,
	N_ACTION, N_PHOTO };

static struct live_sender	*sender;

void
unit_logs_start(void)
{
	sender = live_sender_new(conf_text("stream_socket"));
}

const char *
unit_logs_degrees(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	(void)min;
	(void)max;
	if (len != 1 || (*s != 'C' && *s != 'F'))
		return "must be C or F";
	v->i = *s == 'F';
	return NULL;
}

/* As it is typed: "4.50", in the degrees of the unit's people. */
static void
put_limit(struct json_object *o, const char *key, struct opt_centi v,
    bool fahrenheit)
{
	char	text[CENTI_TEXT];

	json_put_str(o, key, !v.has ? NULL : centi_format(fahrenheit ?
	    centi_to_fahrenheit(v.t) : v.t, text));
}

/* A fresh one; its id makes a form that is sent twice one log. */
static struct json_object *
new_form(struct web_req *req, const struct unit *u)
{
	struct json_object	*o = json_object_new_object();
	struct uuid		 id = uuid_make(req->now_ms);

	json_put_uuid(o, "unitId", &u->id);
	json_put_uuid(o, "logId", &id);
	json_put_str(o, "degrees", u->fahrenheit ? "F" : "C");
	put_limit(o, "low", u->low, u->fahrenheit);
	put_limit(o, "high", u->high, u->fahrenheit);
	return o;
}

/* With what was typed, and what is the matter with it. */
static struct json_object *
kept_form(struct web_req *req, const struct unit *u, const char *problem)
{
	struct json_object	*o = new_form(req, u);

	json_put_str(o, "temperature", req->arg[N_TEMPERATURE].text);
	if (req->arg[N_DEGREES].present)
		json_put_str(o, "degrees", req->arg[N_DEGREES].text);
	if (req->arg[N_LOG].present)
		json_put_uuid(o, "logId", &req->arg[N_LOG].uuid);
	json_put_str(o, "humidity", req->arg[N_HUMIDITY].text);
	json_put_str(o, "notes", req->arg[N_NOTES].text);
	json_put_str(o, "correctiveAction", req->arg[N_ACTION].text);
	json_put_str(o, "problem", problem);
	return o;
}

static struct json_object *
to_json(const struct manual_log *v, size_t n, const struct unit *u)
{
	struct json_object	*list = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, manual_log_to_json(&v[i], u));
	return list;
}

static bool
may_log(struct web_req *req)
{
	return role_may(guard_of(req)->role, MAY_LOG_MANUAL);
}

static enum db_rc
put_logs(struct web_req *req, const struct unit *u, struct page *page,
    struct json_object *model)
{
	struct manual_log	*v;
	enum db_rc		 rc;

	rc = manual_log_list(req->db, &guard_of(req)->organization, &u->id,
	    page, &req->arena, &v);
	if (rc != DB_OK)
		return rc;
	json_put(model, "logs", to_json(v, page->n, u));
	json_put_bool(model, "hasLogs", page->n > 0);
	return DB_OK;
}

enum db_rc
unit_logs_put(struct web_req *req, const struct unit *u,
    struct json_object *model)
{
	struct page	page = page_first(LAST);
	enum db_rc	rc = put_logs(req, u, &page, model);

	json_put_bool(model, "moreLogs", page.more);
	if (may_log(req))
		json_put(model, "logForm", new_form(req, u));
	return rc;
}

static enum db_rc
build(struct web_req *req, struct json_object *model)
{
	struct page	page = cursor_param_page(&req->arg[L_LIMIT],
			    &req->arg[L_CURSOR], UNIT_LOGS_LIMIT);
	struct unit	u;
	enum db_rc	rc;

	rc = unit_find(req->db, &guard_of(req)->organization,
	    &req->arg[L_ID].uuid, &req->arena, &u);
	if (rc == DB_OK)
		rc = put_logs(req, &u, &page, model);
	if (rc != DB_OK)
		return rc;
	cursor_param_put(req, &page, &req->arg[L_LIMIT], model);
	if (req->wants_json)
		return DB_OK;
	json_put(model, "unit", unit_to_json(&u, req->now_ms));
	if (may_log(req))
		json_put(model, "logForm", new_form(req, &u));
	return DB_OK;
}

enum web_rc
unit_logs_show(struct web_req *req)
{
	return guard_respond(req, "unit/logs", build);
}

/* People get the form back as they filled it in, programs the error. */
static enum web_rc
refuse(struct web_req *req, enum web_rc refusal, const char *field,
    const char *why, const char *problem)
{
	struct page		 page = page_first(UNIT_LOGS_LIMIT);
	struct json_object	*model;
	struct unit		 u;
	enum db_rc		 rc;

	(void)web_refuse(req, refusal, field, why);
	if (req->wants_json)
		return refusal;
	model = json_object_new_object();
	guard_begin(req);
	rc = unit_find(req->db, &guard_of(req)->organization,
	    &req->arg[N_ID].uuid, &req->arena, &u);
	if (rc == DB_OK)
		rc = put_logs(req, &u, &page, model);
	rc = guard_end(req, rc);
	if (rc != DB_OK) {
		json_object_put(model);
		return web_rc_of_db(rc);
	}
	json_put(model, "unit", unit_to_json(&u, req->now_ms));
	json_put(model, "logForm", kept_form(req, &u, problem));
	return web_respond_rc(req, refusal, "unit/logs", model);
}

static enum web_rc
refuse_fault(struct web_req *req, const struct manual_log_fault *f)
{
	static const struct {
		const char	*field, *label;
	} labels[] = {
		{ "correctiveAction", "What is done about it" },
		{ "photoUrl", "The photo" },
		{ "recordedAt", "The time" },
		{ "temperature", "The temperature" },
	};
	const char	*label = f->field;

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].field, f->field) == 0)
			label = labels[i].label;
	return refuse(req, WEB_INVALID, f->field, f->why,
	    arena_printf(&req->arena, "%s %s.", label, f->why));
}

static enum web_rc
refuse_other(struct web_req *req)
{
	static const char	why[] = "This log was sent before, and said "
				    "something else then.";

	return refuse(req, WEB_CONFLICT, NULL, why, why);
}

/* Sent again, a log is answered as it was the first time. */
static enum web_rc
respond_done(struct web_req *req, const struct manual_log *l)
{
	struct json_object	*model;
	struct unit		 u;
	char			 id[UUID_TEXT];
	enum db_rc		 rc;

	if (!req->wants_json)
		return web_redirect(req, arena_printf(&req->arena,
		    "/units/%s#logs", uuid_format(&l->unit, id)), NULL);
	guard_begin(req);
	rc = guard_end(req, unit_find(req->db, &guard_of(req)->organization,
	    &l->unit, &req->arena, &u));
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	model = json_object_new_object();
	json_put(model, "log", manual_log_to_json(l, &u));
	return web_respond_rc(req, WEB_CREATED, NULL, model);
}

static struct manual_log_entry
entry_of(struct web_req *req)
{
	const struct web_value	*arg = req->arg;
	centi_t			 t = arg[N_TEMPERATURE].centi;

	return (struct manual_log_entry){
		.organization = guard_of(req)->organization,
		.profile = guard_of(req)->profile,
		.now_ms = req->now_ms,
		.says_when = arg[N_RECORDED].present,
		.log = {
			.id = arg[N_LOG].present ? arg[N_LOG].uuid :
			    uuid_make(req->now_ms),
			.unit = arg[N_ID].uuid,
			.temp = arg[N_DEGREES].i != 0 ?
			    centi_of_fahrenheit(t) : t,
			.humidity = { arg[N_HUMIDITY].present,
			    (centi_t)arg[N_HUMIDITY].i * 100 },
			.notes = arg[N_NOTES].text,
			.photo = arg[N_PHOTO].text,
			.action = arg[N_ACTION].text,
			.recorded_at_ms = arg[N_RECORDED].present ?
			    arg[N_RECORDED].i : req->now_ms,
		},
	};
}

enum web_rc
unit_logs_add(struct web_req *req)
{
	struct manual_log_entry	 entry = entry_of(req);
	struct live_list	 live = { .arena = &req->arena };
	struct manual_log_fault	 fault;
	struct manual_log	 log;

	switch (manual_log_enter(req->db, &entry, &req->arena, &log, &fault,
	    &live)) {
	case MANUAL_LOG_DONE:
		live_send(sender, live.v, live.n);
		return respond_done(req, &log);
	case MANUAL_LOG_REPEATED:
		return respond_done(req, &log);
	case MANUAL_LOG_INVALID:
		return refuse_fault(req, &fault);
	case MANUAL_LOG_OTHER:
		return refuse_other(req);
	case MANUAL_LOG_NONE:
		return WEB_NOT_FOUND;
	case MANUAL_LOG_DOWN:
		return WEB_UNAVAILABLE;
	default:
		return WEB_ERROR;
	}
}
