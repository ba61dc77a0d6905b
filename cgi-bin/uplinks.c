/*
 * uplinks - FastCGI program: takes messages of LoRaWAN networks.
 *
 * One program for all of them: what the spool keeps must be replayed in the
 * order in which it came, whoever sent it, by the one process whose turn it
 * is. A network is a route, a parser and a form.
 *
 * Networks send each message once, so whatever can be stored must be: 200
 * and 202 say that it is on disk, in the database or in the spool. What can
 * never be used is 202 as well, with the reason, for some installations send
 * again whatever is refused. Only a wrong secret (401), what is not JSON (400)
 * and a full spool (503) are refusals.
 *
 * Messages that wait together are stored together, and answered then.
 */
#include "app/guard.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/when.h"
#include "domain/devices.h"
#include "domain/ingest.h"
#include "domain/live_send.h"
#include "domain/reading_rows.h"
#include "domain/spool.h"
#include "domain/trail.h"
#include "domain/unit_step.h"
#include "domain/uplink_chirpstack.h"
#include "web/credential.h"
#include "web/group.h"
#include <string.h>

#define REPLAY_AT_ONCE	50	/* spooled messages between two requests */

static struct spool		*spool;
static struct live_sender	*sender;
static struct ingest		*ingest;

/* What a message is, as spooled: FORM_TTN, or an event of ChirpStack's. */
#define FORM_TTN		0
#define FORM_CHIRPSTACK(ev)	(16 + (uint32_t)(ev))

/* Messages in hand. */
static struct message {
	struct web_req	*req;
	uint32_t	 form;
	char		 hash[TOKEN_HASH];
	struct uplink	 u;
}				 messages[INGEST_MAX];
static struct ingest_item	 items[INGEST_MAX];
static size_t			 nmessages;

_Static_assert(INGEST_MAX >= WEB_TOGETHER, "all that may be put off");

/* False: *error says why it is none. */
static bool
parse(uint32_t form, const char *body, size_t len, struct uplink *out,
    const char **error)
{
	if (form == FORM_TTN)
		return uplink_parse(body, len, out, error);
	if (form < FORM_CHIRPSTACK(0) ||
	    form >= FORM_CHIRPSTACK(CHIRPSTACK_EVENT__MAX)) {
		*error = "of a form that is not known";
		return false;
	}
	return uplink_chirpstack_parse(body, len,
	    (enum chirpstack_event)(form - FORM_CHIRPSTACK(0)), out, error);
}

/* By any of the ways a webhook can be given one; or NULL. */
static const char *
find_secret(struct web_req *req)
{
	static const char *const headers[] = { "X-Webhook-Secret",
	    "X-Downlink-Apikey", NULL };
	const char	*secret = credential_header(req, headers), *coded;

	if (secret != NULL)
		return secret;
	coded = web_header(req, "Authorization");
	secret = credential_bearer(coded);
	return secret != NULL ? secret : credential_basic(coded, &req->arena);
}

static enum web_rc
respond_json(struct web_req *req, int status, struct json_object *model)
{
	const char	*text;
	size_t		 len;
	enum web_rc	 rc;

	json_put_str(model, "requestId", req->request_id);
	text = json_object_to_json_string_length(model,
	    JSON_C_TO_STRING_PLAIN, &len);
	rc = web_respond_raw(req, status, "application/json", text, len);
	json_object_put(model);
	return rc;
}

/* Taken note of, and not a reading: why, and of what. */
static enum web_rc
respond_unused(struct web_req *req, const struct uplink *u, const char *reason)
{
	struct json_object *model = json_object_new_object();

	json_put_bool(model, "accepted", true);
	json_put_bool(model, "processed", false);
	json_put_str(model, "eventType", uplink_kind_name(u->kind));
	json_put_str(model, "reason", reason);
	if (u->eui == UPLINK_EUI_VALID)
		json_put_str(model, "devEui", u->dev_eui);
	if (u->device_id[0] != '\0')
		json_put_str(model, "deviceId", u->device_id);
	return respond_json(req, 202, model);
}

static enum web_rc
respond_stored(struct web_req *req, const struct ingest_result *r,
    const char *note)
{
	struct json_object *model = json_object_new_object();
	char		    text[UUID_TEXT > WHEN_TEXT ? UUID_TEXT : WHEN_TEXT];

	json_put_bool(model, "success", true);
	json_put_str(model, "sensorId", uuid_format(&r->device, text));
	json_put_str(model, "unitId", uuid_is_nil(&r->unit) ? NULL
	    : uuid_format(&r->unit, text));
	json_put_int(model, "stored", r->stored);
	json_put_bool(model, "duplicate", r->rc == INGEST_DUPLICATE);
	json_put_bool(model, "late", r->rc == INGEST_LATE);
	json_put_str(model, "recordedAt", when_format(r->recorded_at_ms, text));
	json_put_bool(model, "timeReplaced", r->time_replaced);
	if (r->has_temperature)
		json_put_centi(model, "temperature", r->temperature);
	if (note != NULL)
		json_put_str(model, "message", note);
	return respond_json(req, 200, model);
}

static enum web_rc
spool_message(const struct message *m)
{
	struct web_req *req = m->req;
	const struct spool_record rec = { .received_ms = req->now_ms,
	    .form = m->form, .auth = m->hash, .body = req->body,
	    .body_len = req->body_len };

	if (spool_append(spool, &rec) != SPOOL_OK)
		return WEB_UNAVAILABLE;
	metric_add(M_UPLINKS_SPOOLED, 1);
	return respond_unused(req, &m->u, "stored on disk until the database "
	    "is back");
}

static enum web_rc
refuse_secret(struct web_req *req, enum web_rc rc, const char *message)
{
	metric_add(M_UPLINKS_UNAUTHORIZED, 1);
	return web_refuse(req, rc, NULL, message);
}

static enum web_rc
refuse_wrong_secret(struct web_req *req)
{
	return refuse_secret(req, WEB_BAD_TOKEN, "Invalid webhook secret");
}

/* What is wrong with a message is told to those who may send some. */
static enum web_rc
refuse_malformed(struct web_req *req, const char *hash, const char *field,
    const char *error)
{
	if (device_secret(req->db, hash) == DB_NONE)
		return refuse_wrong_secret(req);
	metric_add(M_UPLINKS_MALFORMED, 1);
	return web_refuse(req, WEB_INVALID, field, error);
}

static const char *
why_unknown(const struct uplink *u)
{
	static const struct {
		const char	*bad_eui, *nobody;
	} words[] = {
		[UPLINK_TTN] = {
			"end_device_ids.dev_eui is not 16 hexadecimal digits",
			"end_device_ids names no device" },
		[UPLINK_CHIRPSTACK] = {
			"deviceInfo.devEui is not 16 hexadecimal digits",
			"deviceInfo names no device" },
	};

	if (u->eui == UPLINK_EUI_INVALID)
		return words[u->network].bad_eui;
	if (u->eui == UPLINK_EUI_ABSENT && u->device_id[0] == '\0')
		return words[u->network].nobody;
	return "no such device in this organization";
}

/* Of a device that is known. */
static enum web_rc
respond_noted(struct web_req *req, const struct uplink *u)
{
	if (u->trouble == NULL)
		return respond_unused(req, u, "not a reading");
	metric_add(M_UPLINKS_TROUBLE, 1);
	return respond_unused(req, u, u->trouble);
}

static enum web_rc
respond(const struct message *m, const struct ingest_result *r)
{
	struct web_req		*req = m->req;
	const struct uplink	*u = &m->u;

	switch (r->rc) {
	case INGEST_STORED:
	case INGEST_DUPLICATE:
	case INGEST_LATE:
		return respond_stored(req, r, NULL);
	case INGEST_SEEN:
		return respond_stored(req, r, "no temperature to record");
	case INGEST_NO_UNIT:
		return respond_stored(req, r,
		    "the sensor is attached to no unit");
	case INGEST_NOTED:
		return respond_noted(req, u);
	case INGEST_UNKNOWN_DEVICE:
		return respond_unused(req, u, why_unknown(u));
	case INGEST_UNAUTHORIZED:
		return refuse_wrong_secret(req);
	default:
		/* The database is away, or we made a mistake: either way it
		 * is kept, so that nothing is lost. */
		return spool_message(m);
	}
}

/* A message to fill in, and whose it is; NULL: the request says of nobody. */
static struct message *
begin_message(struct web_req *req)
{
	struct message	*m = &messages[nmessages];
	const char	*secret = find_secret(req);

	if (secret == NULL)
		return NULL;
	token_hash(TOKEN_WEBHOOK, secret, strlen(secret), m->hash);
	m->req = req;
	return m;
}

static enum web_rc
refuse_nobody(struct web_req *req)
{
	return refuse_secret(req, WEB_UNAUTHENTICATED,
	    "Missing webhook secret");
}

static enum web_rc
take_message(struct message *m, uint32_t form)
{
	struct web_req	*req = m->req;
	const char	*error;

	m->form = form;
	if (!parse(form, req->body, req->body_len, &m->u, &error))
		return refuse_malformed(req, m->hash, "body", error);
	items[nmessages++] = (struct ingest_item){ .secret_hash = m->hash,
	    .u = &m->u, .received_at_ms = req->now_ms };
	return web_put_off(req);
}

static enum web_rc
take_ttn(struct web_req *req)
{
	struct message	*m = begin_message(req);

	return m == NULL ? refuse_nobody(req) : take_message(m, FORM_TTN);
}

static enum web_rc
take_chirpstack(struct web_req *req)
{
	struct message		*m = begin_message(req);
	const struct web_value	*event = &req->arg[0];

	if (m == NULL)
		return refuse_nobody(req);
	if (!event->present)
		return refuse_malformed(req, m->hash, "event",
		    "ChirpStack adds it to the address");
	return take_message(m, FORM_CHIRPSTACK(chirpstack_event_find(
	    event->text, event->len)));
}

/* Datagrams hold several events: the fewer, the cheaper. */
static void
tell_all(void)
{
	static struct live_event all[2 * LIVE_LIST_MAX];
	size_t			 n = 0;

	for (size_t i = 0; i < nmessages; i++) {
		const struct live_list *live = &items[i].result.live;

		if (n + live->n > 2 * LIVE_LIST_MAX) {
			live_send(sender, all, n);
			n = 0;
		}
		memcpy(all + n, live->v, live->n * sizeof(*live->v));
		n += live->n;
	}
	live_send(sender, all, n);
}

static void
take_together(struct db *db)
{
	ingest_batch(ingest, db, items, nmessages, clock_now_ms());
	for (size_t i = 0; i < nmessages; i++) {
		struct message	*m = &messages[i];

		web_finish(m->req, respond(m, &items[i].result));
	}
	tell_all();
	nmessages = 0;
}

static enum web_rc
answer_probe(struct web_req *req, const char *service)
{
	struct json_object *model = json_object_new_object();
	char		    at[WHEN_TEXT];

	json_put_bool(model, "ok", true);
	json_put_str(model, "service", service);
	json_put_str(model, "timestamp", when_format(req->now_ms, at));
	return respond_json(req, 200, model);
}

static enum web_rc
answer_ttn(struct web_req *req)
{
	return answer_probe(req, "ttn-webhook");
}

static enum web_rc
answer_chirpstack(struct web_req *req)
{
	return answer_probe(req, "chirpstack-webhook");
}

/* A spooled message takes the way it would have taken. */
static enum spool_verdict
replay(const struct spool_record *rec, void *arg)
{
	struct uplink		 u;
	struct ingest_item	 item = { .secret_hash = rec->auth, .u = &u,
				    .received_at_ms = rec->received_ms };
	const char		*error;
	enum ingest_rc		 rc = INGEST_FAIL;

	if (parse(rec->form, rec->body, rec->body_len, &u, &error))
		rc = ingest_uplink(ingest, arg, &item, clock_now_ms());
	if (rc != INGEST_FAIL && rc != INGEST_DOWN) {
		live_send(sender, item.result.live.v, item.result.live.n);
		metric_add(M_UPLINKS_REPLAYED, 1);
	}
	return rc == INGEST_DOWN ? SPOOL_LATER :
	    rc == INGEST_FAIL ? SPOOL_ASIDE : SPOOL_DONE;
}

static bool
replay_spool(struct db *db)
{
	unsigned	files;

	return spool_waiting(spool, &files) > 0 && db_ping(db) == DB_OK &&
	    spool_replay(spool, REPLAY_AT_ONCE, replay, db) == REPLAY_AT_ONCE;
}

static void
start(void)
{
	guard_start();
	spool = spool_new(conf_text("spool_dir"),
	    conf_int("spool_max_bytes"));
	sender = live_sender_new(conf_text("stream_socket"));
	ingest = ingest_new();
}

static const struct web_param chirpstack_params[] = {
	{ "event", IN_QUERY, false, web_text, 1, 32 },
};

static const struct web_route routes[] = {
	/* method, path, permission, parameters, handler */
	{ "GET", "/webhooks/ttn", MAY_ANYONE, NULL, 0, answer_ttn },
	{ "POST", "/webhooks/ttn", MAY_DEVICE, NULL, 0, take_ttn },
	{ "GET", "/webhooks/chirpstack", MAY_ANYONE, NULL, 0,
	  answer_chirpstack },
	{ "POST", "/webhooks/chirpstack", MAY_DEVICE,
	  WEB_LIST(chirpstack_params), take_chirpstack },
};

static const struct db_stmt_list *const stmts[] = {
	&device_stmts, &devices_stmts, &late_stmts, &reading_rows_stmts,
	&unit_watch_stmts, &unit_step_stmts, &unit_effects_stmts,
	&trail_stmts, NULL
};

int
main(int argc, char **argv)
{
	static const struct web_app app = {
		.name = "uplinks",
		.help = "Takes webhook messages of LoRaWAN networks.",
		.routes = routes,
		.nroutes = sizeof(routes) / sizeof(routes[0]),
		.guard = guard_session,
		.permission_name = guard_permission_name,
		.body_max = UPLINK_BODY_MAX,
		.db_role = "fg_ingest",
		.stmts = stmts,
		.raw_body = true,
		.start = start,
		.idle = replay_spool,
		.source = &web_group,
		.together = take_together,
	};

	return web_main(argc, argv, &app);
}
