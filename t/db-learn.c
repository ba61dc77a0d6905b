/* What a sensor's network calls it is learnt from its messages. */
#include "ingest-case.h"
#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(learn, .init = case_set_up, .fini = case_tear_down);

#define NAMED "SELECT ttn_device_id FROM devices WHERE id = {device}"

Test(learn, what_its_network_calls_a_sensor_is_learnt_once)
{
	static const struct {
		const char	*name, *id;
		enum uplink_network network;
		bool		 simulated;
		const char	*want;
	} c[] = {
		{ "what no network would take", "Probe 1", UPLINK_TTN, false,
		  "" },
		{ "another network's", "probe-1", UPLINK_CHIRPSTACK, false,
		  "" },
		{ "of a try", "probe-1", UPLINK_TTN, true, "" },
		{ "none", "", UPLINK_TTN, false, "" },
		{ "a name", "probe-1", UPLINK_TTN, false, "probe-1" },
		{ "another one later", "probe-2", UPLINK_TTN, false,
		  "probe-1" },
	};

	fixture_sql(&fx, "UPDATE devices SET ttn_device_id = NULL"
	    " WHERE id = {device}");
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct uplink	u = case_message(now_ms += 60000, 400);

		u.network = c[i].network;
		u.simulated = c[i].simulated;
		snprintf(u.device_id, sizeof(u.device_id), "%s", c[i].id);
		cr_expect_eq(case_ingest(&u), INGEST_STORED, "%s", c[i].name);
		cr_expect_str_eq(fixture_sql(&fx, NAMED), c[i].want, "%s",
		    c[i].name);
	}
}

Test(learn, an_id_that_another_sensor_has_is_not_learnt)
{
	struct uplink	u = case_message(now_ms, 400);

	fixture_sql(&fx, "UPDATE devices SET ttn_device_id = NULL"
	    " WHERE id = {device}");
	fixture_sql(&fx, "INSERT INTO devices (organization_id, ttn_device_id)"
	    " VALUES ({org}, 'probe-1')");
	snprintf(u.device_id, sizeof(u.device_id), "probe-1");
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, NAMED), "");
}
