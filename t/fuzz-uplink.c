/* Any bytes as a webhook body: the answer is bounded, and the same twice. */
#include "base/json.h"
#include "domain/uplink.h"
#include <stdint.h>
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define require(ok)	do { if (!(ok)) abort(); } while (0)

static void
check_obs(const struct uplink *u, const struct uplink_obs *o)
{
	require(o->temp_first + o->temp_count <= u->temp_count);
	require(((o->has & UPLINK_HAS_TEMPERATURE) != 0) ==
	    (o->temp_count > 0));
	require(o->temperature >= -20000 && o->temperature <= 20000);
	require(o->humidity_cpct >= 0 && o->humidity_cpct <= 10000);
	require(o->battery_cpct >= 0 && o->battery_cpct <= 10000);
	require(o->battery_mv >= 0 && o->battery_mv <= 60000);
	require(o->door < DOOR_STATE__MAX);
	require(o->open_count >= 0 && o->open_time_s >= 0);
}

static bool
same_obs(const struct uplink_obs *a, const struct uplink_obs *b)
{
	return a->at_ms == b->at_ms && a->has == b->has &&
	    a->temperature == b->temperature && a->door == b->door;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct uplink	 u, again;
	static struct uplink_why why;
	const char		*error = NULL;
	struct json_object	*o;

	if (!uplink_parse((const char *)data, len, &u, &error)) {
		require(error != NULL);
		return 0;
	}
	/* Explaining changes nothing. */
	o = json_parse_device((const char *)data, len, NULL);
	require(uplink_read(o, &again, &why) == u.kind);
	require(why.count <= UPLINK_NOTES_MAX);
	require(u.obs_count == again.obs_count);
	require(u.obs_count <= UPLINK_OBS_MAX);
	require(u.temp_count <= UPLINK_TEMPS_MAX);
	require(u.fault_count <= UPLINK_FAULTS_MAX);
	for (unsigned i = 0; i < u.obs_count; i++) {
		check_obs(&u, &u.obs[i]);
		require(same_obs(&u.obs[i], &again.obs[i]));
	}
	uplink_read_payload(o, &again, NULL);
	json_object_put(o);
	return 0;
}
