#include "domain/uplink_envelope.h"
#include "base/json.h"
#include "base/when.h"
#include "domain/uplink_draft.h"
#include "domain/uplink_payload.h"
#include <sodium.h>
#include <string.h>

#define RSSI_MIN	(-250)
#define RSSI_MAX	100
#define SNR_MAX		100

void
envelope_clear(struct uplink *u, struct uplink_why *why)
{
	memset(u, 0, sizeof(*u));
	if (why != NULL)
		why->count = 0;
}

struct json_object *
envelope_open(const char *body, size_t len, struct uplink *out,
    const char **error)
{
	struct json_object	*o = json_parse_device(body, len, error);

	envelope_clear(out, NULL);
	if (o == NULL || json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	*error = "not a JSON object";
	return NULL;
}

void
envelope_text(char *dst, size_t size, struct json_object *o, const char *key)
{
	size_t		 len;
	const char	*s = json_str(o, key, &len);

	if (s == NULL || len >= size || memchr(s, '\0', len) != NULL)
		return;
	memcpy(dst, s, len);
	dst[len] = '\0';
}

int64_t
envelope_time(struct json_object *o, const char *key)
{
	size_t		 len;
	const char	*s = json_str(o, key, &len);
	int64_t		 at_ms;

	return s != NULL && when_parse(s, len, &at_ms) && at_ms > 0 ? at_ms : 0;
}

void
envelope_eui(struct uplink *u, struct json_object *o, const char *key)
{
	size_t		 len;
	const char	*eui = json_str(o, key, &len);

	if (eui == NULL || len == 0)
		return;
	if (deveui_parse(eui, len, u->dev_eui)) {
		u->eui = UPLINK_EUI_VALID;
	} else {
		u->eui = UPLINK_EUI_INVALID;
		u->dev_eui[0] = '\0';
	}
}

void
envelope_counters(struct uplink *u, struct json_object *m, const char *f_cnt,
    const char *f_port)
{
	int64_t	n;

	if (json_int(m, f_cnt, 0, UINT32_MAX, &n))
		u->f_cnt = (uint32_t)n;
	if (json_int(m, f_port, 0, UINT8_MAX, &n))
		u->f_port = (uint8_t)n;
}

void
envelope_frame(struct uplink *u, struct json_object *m, const char *key)
{
	size_t		 len;
	const char	*s = json_str(m, key, &len);

	if (s == NULL || sodium_base642bin(u->frame, sizeof(u->frame), s, len,
	    NULL, &u->frame_len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		u->frame_len = 0;
}

void
envelope_battery(struct uplink *u, double percent, int64_t at_ms)
{
	if (!(percent >= 0 && percent <= 100))
		return;
	u->has_status_battery = true;
	u->status_battery_cpct = (int32_t)(percent * 100 + 0.5);
	u->status_battery_at_ms = at_ms;
}

/* Networks leave out zeros, but a gateway that heard nothing did not hear the
 * frame: without a strength there is no signal to tell. */
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

void
envelope_gateways(struct uplink *u, struct json_object *list,
    envelope_id_fn *id)
{
	double	best_rssi = 0, best_snr = 0, rssi, snr;
	size_t	n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *gw = json_object_array_get_idx(list, i);

		if (!json_object_is_type(gw, json_type_object))
			continue;
		if (u->gateways++ == 0)
			id(u, gw);
		if (!read_signal(gw, &rssi, &snr) || (u->has_signal &&
		    (rssi < best_rssi ||
		    (rssi == best_rssi && snr <= best_snr))))
			continue;
		best_rssi = rssi;
		best_snr = snr;
		u->has_signal = true;
		u->gateway_id[0] = '\0';
		id(u, gw);
	}
	u->rssi_dbm = (int32_t)best_rssi;
	u->snr_cdb = (int32_t)(best_snr * 100 + (best_snr < 0 ? -0.5 : 0.5));
}

/* The vendor's decoder is asked first: the network's normaliser drops zeros,
 * passes what an unplugged probe reads, and calls a circuit board air. */
enum uplink_kind
envelope_observe(struct uplink *u, struct json_object *decoded,
    struct json_object *normalized, struct uplink_why *why)
{
	struct draft	d;

	if (decoded != NULL && json_object_object_length(decoded) == 0)
		decoded = NULL;
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
