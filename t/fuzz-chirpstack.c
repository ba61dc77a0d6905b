/* Any bytes as an event of ChirpStack, the first of which says which: the
 * answer is bounded, and what is no uplink measures nothing. */
#include "domain/uplink_chirpstack.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define require(ok)	do { if (!(ok)) abort(); } while (0)

static void
check_texts(const struct uplink *u)
{
	require(memchr(u->dev_eui, '\0', sizeof(u->dev_eui)) != NULL);
	require((u->eui == UPLINK_EUI_VALID) == (u->dev_eui[0] != '\0'));
	require(u->device_id[0] == '\0');
	require(memchr(u->application_id, '\0', UPLINK_ID_MAX + 1) != NULL);
	require(memchr(u->gateway_id, '\0', UPLINK_ID_MAX + 1) != NULL);
	require(memchr(u->session_key_id, '\0', UPLINK_SESSION_MAX + 1)
	    != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct uplink	 u;
	const char		*error = NULL;
	enum chirpstack_event	 ev;

	if (len == 0)
		return 0;
	ev = (enum chirpstack_event)(data[0] % CHIRPSTACK_EVENT__MAX);
	if (!uplink_chirpstack_parse((const char *)data + 1, len - 1, ev, &u,
	    &error)) {
		require(error != NULL);
		return 0;
	}
	check_texts(&u);
	require(u.obs_count <= UPLINK_OBS_MAX);
	require(u.frame_len <= UPLINK_FRAME_MAX);
	require(ev == CHIRPSTACK_UP || u.obs_count == 0);
	require((ev == CHIRPSTACK_OTHER) == (u.kind == UPLINK_UNKNOWN));
	require(u.trouble == NULL || ev == CHIRPSTACK_LOG);
	require(!u.has_status_battery || (u.status_battery_cpct >= 0 &&
	    u.status_battery_cpct <= 10000));
	require(!u.has_signal || u.gateways > 0);
	return 0;
}
