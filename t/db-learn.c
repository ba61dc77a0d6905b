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

#define USED(at) "SELECT coalesce(round(extract(epoch FROM"		\
	"	last_used_at) * 1000) = " at ", false)"			\
	"  FROM webhook_secrets WHERE organization_id = {org}"

static void
expect_used(const char *why, int64_t at_ms)
{
	char	sql[256];

	snprintf(sql, sizeof(sql), USED("%lld"), (long long)at_ms);
	cr_expect_str_eq(fixture_sql(&fx, sql), "t", "%s", why);
}

Test(learn, that_a_connection_is_used_is_noted_to_the_minute)
{
	const int64_t	began_ms = now_ms;
	struct uplink	u = case_message(now_ms, 400);

	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	expect_used("at once", began_ms);
	u = case_message(now_ms = began_ms + 59000, 410);
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	expect_used("not each time", began_ms);
	u = case_message(now_ms = began_ms + 61000, 400);
	snprintf(u.dev_eui, sizeof(u.dev_eui), "ffffffffffffffff");
	cr_expect_eq(case_ingest(&u), INGEST_UNKNOWN_DEVICE);
	expect_used("whatever it brings", began_ms + 61000);
}

Test(learn, what_we_fetch_ourselves_is_no_use_of_a_connection)
{
	struct uplink		u = case_message(now_ms, 400);
	struct ingest_item	item = { .secret_hash = fx.secret_hash,
				    .u = &u, .received_at_ms = now_ms,
				    .fetched = true };

	cr_expect_eq(ingest_uplink(in, db, &item, now_ms), INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_used_at FROM"
	    " webhook_secrets WHERE organization_id = {org}"), "");
}

/* Who waited here would keep all messages of its batch waiting. */
Test(learn, nobody_waits_to_note_that_a_connection_is_used)
{
	struct uplink	u = case_message(now_ms, 400);

	fixture_sql(&fx, "BEGIN");
	fixture_sql(&fx, "SELECT 1 FROM webhook_secrets"
	    " WHERE organization_id = {org} FOR UPDATE");
	cr_expect_eq(case_ingest(&u), INGEST_STORED);
	fixture_sql(&fx, "ROLLBACK");
}

/* In the network's console an id is soon given to another device. */
Test(learn, a_message_of_another_dev_eui_is_not_a_sensors_for_its_id)
{
	struct uplink	u = case_message(now_ms, 400);

	snprintf(u.device_id, sizeof(u.device_id), "%s", fx.ttn_id);
	snprintf(u.dev_eui, sizeof(u.dev_eui), "ffffffffffffffff");
	cr_expect_eq(case_ingest(&u), INGEST_UNKNOWN_DEVICE);
	fixture_sql(&fx, "UPDATE devices SET device_eui = NULL"
	    " WHERE id = {device}");
	cr_expect_eq(case_ingest(&u), INGEST_STORED, "it has none to tell");
	u.eui = UPLINK_EUI_INVALID;
	cr_expect_eq(case_ingest(&u), INGEST_UNKNOWN_DEVICE);
}
