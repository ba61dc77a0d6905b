#include "domain/uplink.h"
#include "base/json.h"
#include "base/when.h"
#include "domain/uplink_draft.h"
#include "domain/uplink_payload.h"
#include <sodium.h>
#include <string.h>

#define RSSI_MIN	(-250)
#define RSSI_MAX	100
#define SNR_MAX		100

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
copy(char *dst, size_t size, struct json_object *o, const char *key)
{
	size_t		 len;
	const char	*s = json_str(o, key, &len);

	if (s == NULL || len >= size)
		return;
	memcpy(dst, s, len);
	dst[len] = '\0';
}

static int64_t
time_at(struct json_object *o, const char *key)
{
	size_t		 len;
	const char	*s = json_str(o, key, &len);
	int64_t		 at_ms;

	return s != NULL && when_parse(s, len, &at_ms) && at_ms > 0 ? at_ms : 0;
}

static void
read_ids(struct uplink *u, struct json_object *body)
{
	struct json_object	*ids = json_obj(body, "end_device_ids");
	size_t			 len;
	const char		*eui = json_str(ids, "dev_eui", &len);

	copy(u->device_id, sizeof(u->device_id), ids, "device_id");
	copy(u->application_id, sizeof(u->application_id),
	    json_obj(ids, "application_ids"), "application_id");
	if (eui == NULL || len == 0)
		return;
	if (deveui_parse(eui, len, u->dev_eui)) {
		u->eui = UPLINK_EUI_VALID;
	} else {
		u->eui = UPLINK_EUI_INVALID;
		u->dev_eui[0] = '\0';
	}
}

/* The network leaves out zeros, but a gateway that heard nothing did not hear
 * the frame: without a strength there is no signal to tell. */
static bool
read_signal(struct json_object *gw, double *rssi, double *snr)
{
	if (!json_num(gw, "rssi", rssi) && !json_num(gw, "channel_rssi", rssi))
		return false;
	if (!json_num(gw, "snr", snr))
		*snr = 0;
	return *rssi >= RSSI_MIN && *rssi <= RSSI_MAX &&
	    *snr >= -SNR_MAX && *snr <= SNR_MAX;
}

static void
read_gateway_id(struct uplink *u, struct json_object *gw)
{
	struct json_object	*peer = json_obj(gw, "packet_broker");

	u->gateway_id[0] = '\0';
	copy(u->gateway_id, sizeof(u->gateway_id),
	    json_obj(gw, "gateway_ids"), "gateway_id");
	/* Of another network: "packetbroker" is all of them. */
	copy(u->gateway_id, sizeof(u->gateway_id), peer,
	    "forwarder_gateway_id");
}

static void
read_gateways(struct uplink *u, struct json_object *list)
{
	double	best_rssi = 0, best_snr = 0, rssi, snr;
	size_t	n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *gw = json_object_array_get_idx(list, i);

		if (!json_object_is_type(gw, json_type_object))
			continue;
		if (u->gateways++ == 0)
			read_gateway_id(u, gw);
		if (!read_signal(gw, &rssi, &snr) || (u->has_signal &&
		    (rssi < best_rssi ||
		    (rssi == best_rssi && snr <= best_snr))))
			continue;
		best_rssi = rssi;
		best_snr = snr;
		u->has_signal = true;
		read_gateway_id(u, gw);
	}
	u->rssi_dbm = (int32_t)best_rssi;
	u->snr_cdb = (int32_t)(best_snr * 100 + (best_snr < 0 ? -0.5 : 0.5));
}

static void
read_status_battery(struct uplink *u, struct json_object *o)
{
	double	percent;

	if (!json_num(o, "value", &percent) || percent < 0 || percent > 100)
		return;
	u->has_status_battery = true;
	u->status_battery_cpct = (int32_t)(percent * 100 + 0.5);
	u->status_battery_at_ms = time_at(o, "received_at");
}

static void
read_frame(struct uplink *u, struct json_object *m)
{
	size_t		 len;
	const char	*s = json_str(m, "frm_payload", &len);

	if (s == NULL || sodium_base642bin(u->frame, sizeof(u->frame), s, len,
	    NULL, &u->frame_len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		u->frame_len = 0;
}

/* The vendor's decoder is asked first: the network's normaliser drops zeros,
 * passes what an unplugged probe reads, and calls a circuit board air. */
static enum uplink_kind
read_observations(struct uplink *u, struct json_object *decoded,
    struct json_object *normalized, struct uplink_why *why)
{
	struct draft	d;

	if (decoded == NULL && normalized == NULL)
		return u->frame_len > 0 ? UPLINK_UNDECODED : UPLINK_MAC_ONLY;
	draft_init(&d, u, why);
	if (decoded != NULL)
		payload_walk(&d, decoded);
	d.skip = d.seen;
	if (normalized != NULL)
		payload_walk_normalized(&d, normalized);
	draft_finish(&d);
	return UPLINK_READINGS;
}

static enum uplink_kind
read_uplink(struct uplink *u, struct json_object *m, struct uplink_why *why)
{
	struct json_object	*version = json_obj(m, "version_ids");
	struct json_object	*decoded = json_obj(m, "decoded_payload");
	struct json_object	*normalized;
	int64_t			 n;

	if (json_int(m, "f_cnt", 0, UINT32_MAX, &n))
		u->f_cnt = (uint32_t)n;
	if (json_int(m, "f_port", 0, UINT8_MAX, &n))
		u->f_port = (uint8_t)n;
	copy(u->brand, sizeof(u->brand), version, "brand_id");
	copy(u->model, sizeof(u->model), version, "model_id");
	read_frame(u, m);
	read_gateways(u, json_arr(m, "rx_metadata"));
	read_status_battery(u, json_obj(m, "last_battery_percentage"));
	if (decoded != NULL && json_object_object_length(decoded) == 0)
		decoded = NULL;
	normalized = json_arr(m, "normalized_payload");
	if (normalized == NULL)
		normalized = json_obj(m, "normalized_payload");
	return read_observations(u, decoded, normalized, why);
}

static void
clear(struct uplink *u, struct uplink_why *why)
{
	memset(u, 0, sizeof(*u));
	if (why != NULL)
		why->count = 0;
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

	clear(out, why);
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
	copy(out->session_key_id, sizeof(out->session_key_id), m,
	    "session_key_id");
	out->recorded_at_ms = time_at(m, "received_at");
	if (out->recorded_at_ms == 0)
		out->recorded_at_ms = time_at(body, "received_at");
	if (out->kind == UPLINK_READINGS)
		out->kind = read_uplink(out, m, why);
	return out->kind;
}

enum uplink_kind
uplink_read_payload(struct json_object *payload, struct uplink *out,
    struct uplink_why *why)
{
	clear(out, why);
	out->kind = read_observations(out, payload, NULL, why);
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
	struct json_object	*o = json_parse_device(body, len, error);

	clear(out, NULL);
	if (o != NULL && !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
		*error = "not a JSON object";
	}
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
	};

	return names[k];
}
