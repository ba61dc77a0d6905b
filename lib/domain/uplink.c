#include "domain/uplink.h"
#include "base/json.h"
#include "domain/uplink_envelope.h"
#include <string.h>

/* The body has one of these members, and only that tells what it is. */
static const struct {
	const char		*key;
	enum uplink_kind	 kind;
} types[] = {
	{ "uplink_message", UPLINK_READINGS },
	{ "uplink_normalized", UPLINK_READINGS },
	{ "join_accept", UPLINK_JOIN },
	{ "downlink_queued", UPLINK_DOWNLINK_QUEUED },
	{ "downlink_sent", UPLINK_DOWNLINK_SENT },
	{ "downlink_ack", UPLINK_DOWNLINK_ACK },
	{ "downlink_nack", UPLINK_DOWNLINK_NACK },
	{ "downlink_failed", UPLINK_DOWNLINK_FAILED },
	{ "downlink_queue_invalidated", UPLINK_DOWNLINK_INVALIDATED },
	{ "location_solved", UPLINK_LOCATION },
	{ "service_data", UPLINK_SERVICE },
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void
read_ids(struct uplink *u, struct json_object *body)
{
	struct json_object	*ids = json_obj(body, "end_device_ids");

	envelope_text(u->device_id, sizeof(u->device_id), ids, "device_id");
	envelope_text(u->application_id, sizeof(u->application_id),
	    json_obj(ids, "application_ids"), "application_id");
	envelope_eui(u, ids, "dev_eui");
}

static void
read_gateway_id(struct uplink *u, struct json_object *gw)
{
	struct json_object	*peer = json_obj(gw, "packet_broker");

	envelope_text(u->gateway_id, sizeof(u->gateway_id),
	    json_obj(gw, "gateway_ids"), "gateway_id");
	/* Of another network: "packetbroker" is all of them. */
	envelope_text(u->gateway_id, sizeof(u->gateway_id), peer,
	    "forwarder_gateway_id");
}

static enum uplink_kind
read_uplink(struct uplink *u, struct json_object *m, struct uplink_why *why)
{
	struct json_object	*version = json_obj(m, "version_ids");
	struct json_object	*battery = json_obj(m,
				    "last_battery_percentage");
	struct json_object	*normalized;
	double			 percent;

	envelope_counters(u, m, "f_cnt", "f_port");
	envelope_text(u->brand, sizeof(u->brand), version, "brand_id");
	envelope_text(u->model, sizeof(u->model), version, "model_id");
	envelope_frame(u, m, "frm_payload");
	envelope_gateways(u, json_arr(m, "rx_metadata"), read_gateway_id);
	if (json_num(battery, "value", &percent))
		envelope_battery(u, percent,
		    envelope_time(battery, "received_at"));
	normalized = json_arr(m, "normalized_payload");
	if (normalized == NULL)
		normalized = json_obj(m, "normalized_payload");
	return envelope_observe(u, json_obj(m, "decoded_payload"), normalized,
	    why);
}

bool
uplink_is_message(struct json_object *o)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (json_obj(o, types[i].key) != NULL)
			return true;
	return json_obj(o, "end_device_ids") != NULL;
}

enum uplink_kind
uplink_read(struct json_object *body, struct uplink *out,
    struct uplink_why *why)
{
	struct json_object	*m = NULL, *simulated;
	size_t			 i;

	envelope_clear(out, why);
	for (i = 0; i < COUNT(types) && m == NULL; i++)
		if ((m = json_obj(body, types[i].key)) != NULL) {
			out->kind = types[i].kind;
			out->normalized =
			    strcmp(types[i].key, "uplink_normalized") == 0;
		}
	if (json_object_is_type(body, json_type_object) &&
	    json_object_object_get_ex(body, "simulated", &simulated))
		out->simulated = json_object_get_boolean(simulated);
	read_ids(out, body);
	envelope_text(out->session_key_id, sizeof(out->session_key_id), m,
	    "session_key_id");
	out->recorded_at_ms = envelope_time(m, "received_at");
	if (out->recorded_at_ms == 0)
		out->recorded_at_ms = envelope_time(body, "received_at");
	if (out->kind == UPLINK_READINGS)
		out->kind = read_uplink(out, m, why);
	return out->kind;
}

enum uplink_kind
uplink_read_payload(struct json_object *payload, struct uplink *out,
    struct uplink_why *why)
{
	envelope_clear(out, why);
	out->kind = envelope_observe(out, payload, NULL, why);
	return out->kind;
}

void
uplink_now(const struct uplink *u, struct uplink_obs *out)
{
	*out = (struct uplink_obs){ .at_ms = u->recorded_at_ms };
	for (unsigned i = 0; i < u->obs_count; i++) {
		const struct uplink_obs	*o = &u->obs[i];
		unsigned		 news = o->has & ~out->has;

		if (o->history)
			continue;
		if ((news & UPLINK_HAS_TEMPERATURE) != 0) {
			out->at_ms = o->at_ms;
			out->temperature = o->temperature;
			out->temp_first = o->temp_first;
			out->temp_count = o->temp_count;
		}
		if ((news & UPLINK_HAS_HUMIDITY) != 0)
			out->humidity_cpct = o->humidity_cpct;
		if ((news & UPLINK_HAS_BATTERY_MV) != 0)
			out->battery_mv = o->battery_mv;
		if ((news & UPLINK_HAS_BATTERY_PCT) != 0)
			out->battery_cpct = o->battery_cpct;
		if ((news & UPLINK_HAS_OPEN_COUNT) != 0)
			out->open_count = o->open_count;
		if ((news & UPLINK_HAS_OPEN_TIME) != 0)
			out->open_time_s = o->open_time_s;
		if (out->door == DOOR_UNKNOWN)
			out->door = o->door;
		out->has |= o->has;
	}
}

bool
uplink_parse(const char *body, size_t len, struct uplink *out,
    const char **error)
{
	struct json_object	*o = envelope_open(body, len, out, error);

	if (o == NULL)
		return false;
	uplink_read(o, out, NULL);
	json_object_put(o);
	return true;
}

const char *
uplink_kind_name(enum uplink_kind k)
{
	static const char *const names[UPLINK_KIND__MAX] = {
		[UPLINK_UNKNOWN] = "unknown",
		[UPLINK_READINGS] = "uplink_message",
		[UPLINK_UNDECODED] = "uplink_message without decoder",
		[UPLINK_MAC_ONLY] = "uplink_message without payload",
		[UPLINK_JOIN] = "join_accept",
		[UPLINK_DOWNLINK_QUEUED] = "downlink_queued",
		[UPLINK_DOWNLINK_SENT] = "downlink_sent",
		[UPLINK_DOWNLINK_ACK] = "downlink_ack",
		[UPLINK_DOWNLINK_NACK] = "downlink_nack",
		[UPLINK_DOWNLINK_FAILED] = "downlink_failed",
		[UPLINK_DOWNLINK_INVALIDATED] = "downlink_queue_invalidated",
		[UPLINK_LOCATION] = "location_solved",
		[UPLINK_SERVICE] = "service_data",
		[UPLINK_STATUS] = "status",
		[UPLINK_LOG] = "log",
	};

	return names[k];
}
