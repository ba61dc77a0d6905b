#include "domain/uplink_chirpstack.h"
#include "base/json.h"
#include "domain/uplink_envelope.h"
#include <string.h>

typedef enum uplink_kind	 read_fn(struct uplink *u,
				    struct json_object *body,
				    struct uplink_why *why);

static void
read_gateway_id(struct uplink *u, struct json_object *gw)
{
	envelope_text(u->gateway_id, sizeof(u->gateway_id), gw, "gatewayId");
}

static enum uplink_kind
read_up(struct uplink *u, struct json_object *body, struct uplink_why *why)
{
	envelope_counters(u, body, "fCnt", "fPort");
	envelope_frame(u, body, "data");
	envelope_gateways(u, json_arr(body, "rxInfo"), read_gateway_id);
	return envelope_observe(u, json_obj(body, "object"), NULL, why);
}

/* The least that a device can tell is 1/254 full: 0 says that it has mains, or
 * does not know, where the network does not say so in words. */
static enum uplink_kind
read_status(struct uplink *u, struct json_object *body, struct uplink_why *why)
{
	double	percent;

	(void)why;
	if (json_num(body, "batteryLevel", &percent) && percent > 0)
		envelope_battery(u, percent, u->recorded_at_ms);
	return UPLINK_STATUS;
}

static enum uplink_kind
read_ack(struct uplink *u, struct json_object *body, struct uplink_why *why)
{
	struct json_object	*acknowledged;

	(void)u;
	(void)why;
	return json_object_object_get_ex(body, "acknowledged",
	    &acknowledged) && json_object_get_boolean(acknowledged) ?
	    UPLINK_DOWNLINK_ACK : UPLINK_DOWNLINK_NACK;
}

/* Only what stops readings, or changes them, is trouble of ours. */
static enum uplink_kind
read_log(struct uplink *u, struct json_object *body, struct uplink_why *why)
{
	static const struct {
		const char	*code, *what;
	} troubles[] = {
		{ "UPLINK_CODEC", "its payload decoder failed" },
		{ "OTAA", "it could not join" },
		{ "UPLINK_F_CNT_RESET", "its frame counter began anew" },
		{ "UPLINK_MIC", "its frames are signed by another key" },
		{ "UPLINK_F_CNT_RETRANSMISSION", "it sent a frame again" },
	};
	char	code[UPLINK_ID_MAX + 1] = "";

	(void)why;
	envelope_text(code, sizeof(code), body, "code");
	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
		if (strcmp(code, troubles[i].code) == 0)
			u->trouble = troubles[i].what;
	return UPLINK_LOG;
}

static const struct {
	const char		*name;
	enum uplink_kind	 kind;
	read_fn			*read;	/* NULL: nothing more than its kind */
} events[CHIRPSTACK_EVENT__MAX] = {
	[CHIRPSTACK_OTHER] = { "", UPLINK_UNKNOWN, NULL },
	[CHIRPSTACK_UP] = { "up", UPLINK_READINGS, read_up },
	[CHIRPSTACK_STATUS] = { "status", UPLINK_STATUS, read_status },
	[CHIRPSTACK_JOIN] = { "join", UPLINK_JOIN, NULL },
	[CHIRPSTACK_ACK] = { "ack", UPLINK_DOWNLINK_ACK, read_ack },
	[CHIRPSTACK_TXACK] = { "txack", UPLINK_DOWNLINK_SENT, NULL },
	[CHIRPSTACK_LOG] = { "log", UPLINK_LOG, read_log },
	[CHIRPSTACK_LOCATION] = { "location", UPLINK_LOCATION, NULL },
	[CHIRPSTACK_INTEGRATION] = { "integration", UPLINK_SERVICE, NULL },
};

enum chirpstack_event
chirpstack_event_find(const char *s, size_t len)
{
	for (int e = CHIRPSTACK_OTHER + 1; e < CHIRPSTACK_EVENT__MAX; e++)
		if (strlen(events[e].name) == len &&
		    memcmp(events[e].name, s, len) == 0)
			return (enum chirpstack_event)e;
	return CHIRPSTACK_OTHER;
}

/* What the frames of one activation share; without it at least what two
 * deliveries of one frame do. */
static void
read_session(struct uplink *u, struct json_object *body)
{
	envelope_text(u->session_key_id, sizeof(u->session_key_id), body,
	    "deduplicationId");
	envelope_text(u->session_key_id, sizeof(u->session_key_id), body,
	    "devAddr");
}

bool
uplink_chirpstack_is_event(struct json_object *o)
{
	return json_obj(o, "deviceInfo") != NULL;
}

enum uplink_kind
uplink_chirpstack_read(struct json_object *body, enum chirpstack_event ev,
    struct uplink *out, struct uplink_why *why)
{
	struct json_object	*device = json_obj(body, "deviceInfo");

	envelope_clear(out, why);
	out->network = UPLINK_CHIRPSTACK;
	envelope_eui(out, device, "devEui");
	envelope_text(out->application_id, sizeof(out->application_id), device,
	    "applicationId");
	read_session(out, body);
	out->recorded_at_ms = envelope_time(body, "time");
	out->kind = events[ev].kind;
	if (events[ev].read != NULL)
		out->kind = events[ev].read(out, body, why);
	return out->kind;
}

bool
uplink_chirpstack_parse(const char *body, size_t len, enum chirpstack_event ev,
    struct uplink *out, const char **error)
{
	struct json_object	*o = envelope_open(body, len, out, error);

	if (o == NULL)
		return false;
	uplink_chirpstack_read(o, ev, out, NULL);
	json_object_put(o);
	return true;
}
