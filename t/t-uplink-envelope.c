/* Every kind of webhook message: whose it is, when, and how it was heard. */
#include "base/when.h"
#include "domain/uplink.h"
#include "uplink-case.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(uplink_envelope, knows_every_kind_of_message)
{
	static const struct {
		const char		*name;
		enum uplink_kind	 kind;
		const char		*device;
		const char		*recorded;
		const char		*now;
	} c[] = {
		{ "uplink-decoded", UPLINK_READINGS, "walkin-freezer-3",
		  "2026-04-11T06:15:04.148Z", "t -20.00 h 60.00 v 3008" },
		{ "uplink-undecoded", UPLINK_UNDECODED, "raw-probe-4",
		  "2026-04-11T06:16:10.797Z", "" },
		{ "uplink-three-gateways", UPLINK_READINGS, "dairy-case-1",
		  "2026-04-11T06:15:04.166Z",
		  "t 4.10 h 61.00 p 85.00 door closed" },
		{ "uplink-simulated", UPLINK_READINGS, "dairy-case-1",
		  "2026-04-11T06:40:00.400Z", "t 25.50" },
		{ "uplink-normalized", UPLINK_READINGS, "walkin-freezer-3",
		  "2026-04-11T06:15:04.148Z", "t -20.00 v 3008" },
		{ "uplink-mac-only", UPLINK_MAC_ONLY, "walkin-freezer-3",
		  "2026-04-11T06:17:04.148Z", "" },
		{ "uplink-series", UPLINK_READINGS, "batch-logger-2",
		  "2026-04-11T06:18:04.148Z", "t 4.10" },
		{ "join-accept", UPLINK_JOIN, "walkin-freezer-3",
		  "2026-04-11T05:58:30.736Z", "" },
		{ "location-solved", UPLINK_LOCATION, "truck-12",
		  "2026-04-11T06:20:00.112Z", "" },
		{ "downlink-queued", UPLINK_DOWNLINK_QUEUED,
		  "walkin-freezer-3", "2026-04-11T06:29:58.100Z", "" },
		{ "downlink-sent", UPLINK_DOWNLINK_SENT, "walkin-freezer-3",
		  "2026-04-11T06:30:01.190Z", "" },
		{ "downlink-ack", UPLINK_DOWNLINK_ACK, "walkin-freezer-3",
		  "2026-04-11T06:30:05.590Z", "" },
		{ "downlink-nack", UPLINK_DOWNLINK_NACK, "walkin-freezer-3",
		  "2026-04-11T06:30:05.590Z", "" },
		{ "downlink-failed", UPLINK_DOWNLINK_FAILED,
		  "walkin-freezer-3", "1970-01-01T00:00:00.000Z", "" },
		{ "downlink-queue-invalidated", UPLINK_DOWNLINK_INVALIDATED,
		  "walkin-freezer-3", "2026-04-11T06:31:05.590Z", "" },
		{ "service-data", UPLINK_SERVICE, "truck-12",
		  "2026-04-11T06:20:01.340Z", "" },
	};
	static struct uplink	u;
	char			recorded[WHEN_TEXT];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		case_message(c[i].name, &u);
		cr_expect_eq(u.kind, c[i].kind, "%s: kind %s", c[i].name,
		    uplink_kind_name(u.kind));
		cr_expect_str_eq(u.device_id, c[i].device, "%s", c[i].name);
		cr_expect_str_eq(u.application_id, "frostguard-test");
		when_format(u.recorded_at_ms, recorded);
		cr_expect_str_eq(recorded, c[i].recorded, "%s: %s", c[i].name,
		    recorded);
		cr_expect_str_eq(case_now(&u), c[i].now, "%s: %s", c[i].name,
		    case_now(&u));
	}
}

Test(uplink_envelope, reads_all_that_an_uplink_tells)
{
	static struct uplink	u;
	static const uint8_t	frame[] = {
		0xcb, 0xc0, 0x01, 0x9a, 0x02, 0x58, 0x01, 0xf8, 0x30, 0x7f,
		0xff,
	};

	case_message("uplink-decoded", &u);
	cr_expect_eq(u.eui, UPLINK_EUI_VALID);
	cr_expect_str_eq(u.dev_eui, "a84041ffff5d0137");
	cr_expect_eq(strlen(u.session_key_id), 24);
	cr_expect_eq(u.f_cnt, 14873);
	cr_expect_eq(u.f_port, 2);
	cr_expect_str_eq(u.brand, "dragino");
	cr_expect_str_eq(u.model, "lht65n");
	cr_expect_eq(u.gateways, 1);
	cr_expect_str_eq(u.gateway_id, "gw-loft");
	cr_expect(u.has_signal && u.rssi_dbm == -71 && u.snr_cdb == 920);
	cr_expect(u.has_status_battery && u.status_battery_cpct == 9012);
	cr_expect_eq(u.recorded_at_ms - u.status_battery_at_ms, 7200417);
	cr_expect_eq(u.frame_len, sizeof(frame));
	cr_expect_arr_eq(u.frame, frame, sizeof(frame));
	cr_expect(!u.simulated && !u.normalized);
	cr_expect_eq(u.temp_count, 2);
}

Test(uplink_envelope, names_the_gateway_that_heard_best)
{
	static struct uplink	 u;
	static const struct {
		const char	*name;
		const char	*rx;
		unsigned	 gateways;
		const char	*id;
		int32_t		 rssi, snr;
	} c[] = {
		{ "strongest",
		  "{\"gateway_ids\":{\"gateway_id\":\"a\"},\"rssi\":-90},"
		  "{\"gateway_ids\":{\"gateway_id\":\"b\"},\"rssi\":-80,"
		  "\"snr\":-3.25}", 2, "b", -80, -325 },
		{ "clearest of equals",
		  "{\"gateway_ids\":{\"gateway_id\":\"a\"},\"rssi\":-90,"
		  "\"snr\":1},{\"gateway_ids\":{\"gateway_id\":\"b\"},"
		  "\"rssi\":-90,\"snr\":2}", 2, "b", -90, 200 },
		{ "another network's",
		  "{\"gateway_ids\":{\"gateway_id\":\"packetbroker\"},"
		  "\"packet_broker\":{\"forwarder_gateway_id\":\"far\"},"
		  "\"channel_rssi\":-118}", 1, "far", -118, 0 },
		{ "no strength", "{\"gateway_ids\":{\"gateway_id\":\"test\"}}",
		  1, "test", 0, 0 },
		{ "absurd strength",
		  "{\"gateway_ids\":{\"gateway_id\":\"a\"},\"rssi\":1e9}",
		  1, "a", 0, 0 },
		{ "nobody", "", 0, "", 0, 0 },
		{ "not a gateway", "7,null,[]", 0, "", 0, 0 },
	};
	char			 body[1024];
	const char		*why;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		int	len = snprintf(body, sizeof(body),
			    "{\"uplink_message\":{\"rx_metadata\":[%s]}}",
			    c[i].rx);

		cr_assert(uplink_parse(body, (size_t)len, &u, &why), "%s", why);
		cr_expect_eq(u.gateways, c[i].gateways, "%s", c[i].name);
		cr_expect_str_eq(u.gateway_id, c[i].id, "%s", c[i].name);
		cr_expect_eq(u.has_signal, c[i].rssi != 0, "%s", c[i].name);
		cr_expect_eq(u.rssi_dbm, c[i].rssi, "%s", c[i].name);
		cr_expect_eq(u.snr_cdb, c[i].snr, "%s", c[i].name);
	}
}

Test(uplink_envelope, keeps_a_series_in_order_with_its_times)
{
	static struct uplink	u;
	static const centi_t	want[] = { 410, 400, 0 };

	case_message("uplink-series", &u);
	cr_assert_eq(u.obs_count, 3);
	for (unsigned i = 0; i < 3; i++) {
		cr_expect_eq(u.obs[i].temperature, want[i]);
		cr_expect_eq(u.obs[i].history, i > 0);
		cr_expect_eq(u.obs[0].at_ms - u.obs[i].at_ms, i * 600000);
	}
}

Test(uplink_envelope, does_not_take_the_normalised_for_what_was_rejected)
{
	static const struct {
		const char	*decoded;
		const char	*normalized;
		const char	*want;
	} c[] = {
		{ "{\"temperatureBoard\":21}",
		  "[{\"air\":{\"temperature\":21}}]", "" },
		{ "{\"TempC_DS\":327.67}",
		  "[{\"air\":{\"temperature\":327.67}}]",
		  "main fault TempC_DS" },
		{ "{\"Bat_mV\":2950}", "[{\"battery\":2950}]", "v 2950" },
		{ "{\"battery\":85}", "[{\"battery\":85}]", "p 85.00" },
		{ "{\"Door_status\":\"OPEN\",\"ADC1_V\":0}",
		  "[{\"action\":{\"contactState\":\"open\"}}]", "" },
		{ "{\"bytes\":[1,2]}",
		  "[{\"air\":{\"temperature\":0,\"relativeHumidity\":50}}]",
		  "t 0.00 h 50.00" },
		{ "{}", "[{\"action\":{\"contactState\":\"closed\"}}]",
		  "door closed" },
		{ "null", "[{\"air\":{\"location\":\"indoor\","
		  "\"temperature\":20}},{\"air\":{\"location\":\"outdoor\","
		  "\"temperature\":-5}}]", "t -5.00" },
	};
	static struct uplink	 u;
	char			 body[1024];
	const char		*why;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		int	len = snprintf(body, sizeof(body),
			    "{\"uplink_message\":{\"decoded_payload\":%s,"
			    "\"normalized_payload\":%s}}", c[i].decoded,
			    c[i].normalized);

		cr_assert(uplink_parse(body, (size_t)len, &u, &why), "%s", why);
		cr_expect_str_eq(case_now(&u), c[i].want, "%s %s: %s",
		    c[i].decoded, c[i].normalized, case_now(&u));
	}
}

Test(uplink_envelope, tells_an_absent_eui_from_a_bad_one)
{
	static const struct {
		const char	*ids;
		enum uplink_eui	 want;
	} c[] = {
		{ "{\"dev_eui\":\"A8:40:41:FF:FF:12:34:56\"}",
		  UPLINK_EUI_VALID },
		{ "{\"dev_eui\":\"A84041FFFF12345\"}", UPLINK_EUI_INVALID },
		{ "{\"dev_eui\":\"zz84041ffff12345\"}", UPLINK_EUI_INVALID },
		{ "{\"dev_eui\":\"a84041ffff123456\\u0000\"}",
		  UPLINK_EUI_INVALID },
		{ "{\"dev_eui\":\"\"}", UPLINK_EUI_ABSENT },
		{ "{\"dev_eui\":12}", UPLINK_EUI_ABSENT },
		{ "{}", UPLINK_EUI_ABSENT },
		{ "[]", UPLINK_EUI_ABSENT },
	};
	static struct uplink	 u;
	char			 body[256];
	const char		*why;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		int	len = snprintf(body, sizeof(body),
			    "{\"end_device_ids\":%s}", c[i].ids);

		cr_assert(uplink_parse(body, (size_t)len, &u, &why), "%s", why);
		cr_expect_eq(u.eui, c[i].want, "%s", c[i].ids);
		cr_expect_eq(u.dev_eui[0] != '\0', u.eui == UPLINK_EUI_VALID);
	}
}

Test(uplink_envelope, leaves_out_what_is_too_long_or_of_the_wrong_type)
{
	static const char	 body[] =
	    "{\"simulated\":\"\",\"received_at\":1,\"end_device_ids\":"
	    "{\"device_id\":\"0123456789012345678901234567890123456\"},"
	    "\"uplink_message\":{\"f_cnt\":4294967296,\"f_port\":256,"
	    "\"session_key_id\":7,\"frm_payload\":\"%%%\","
	    "\"rx_metadata\":{},\"last_battery_percentage\":{\"value\":101},"
	    "\"version_ids\":null,\"received_at\":\"soon\"}}";
	static struct uplink	 u;
	const char		*why;

	cr_assert(uplink_parse(body, sizeof(body) - 1, &u, &why), "%s", why);
	cr_expect_eq(u.kind, UPLINK_MAC_ONLY);
	cr_expect_str_eq(u.device_id, "");
	cr_expect_str_eq(u.session_key_id, "");
	cr_expect_str_eq(u.model, "");
	cr_expect(!u.simulated && !u.has_status_battery && !u.has_signal);
	cr_expect(u.f_cnt == 0 && u.f_port == 0 && u.frame_len == 0);
	cr_expect(u.recorded_at_ms == 0 && u.gateways == 0);
}

Test(uplink_envelope, refuses_what_is_not_a_json_object)
{
	static const char *const	bodies[] = {
		"", " ", "{", "[]", "null", "7", "\"uplink_message\"", "{}{}",
		"{\"a\":1,\"a\":2}", "{\"uplink_message\":{\"f_cnt\":NaN}}",
		"{\"uplink_message\":{\"decoded_payload\":{\"t\\u0000\":1}}}",
		"{'a':1}", "{\"a\":1}//", "\377\376{\"a\":1}",
	};
	static struct uplink	 u;
	const char		*why;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		why = NULL;
		cr_expect(!uplink_parse(bodies[i], strlen(bodies[i]), &u, &why)
		    && why != NULL, "%s", bodies[i]);
	}
}

Test(uplink_envelope, reads_a_message_whose_text_holds_nul)
{
	static const char	 body[] =
	    "{\"uplink_message\":{\"decoded_payload\":{\"temperature\":4,"
	    "\"data_sum\":\"\\u0001\\u0000\\f\"}}}";
	static struct uplink	 u;
	const char		*why;

	cr_assert(uplink_parse(body, sizeof(body) - 1, &u, &why), "%s", why);
	cr_expect_str_eq(case_now(&u), "t 4.00");
}

Test(uplink_envelope, calls_a_message_of_no_known_kind_unknown)
{
	static const char *const	bodies[] = {
		"{}", "{\"uplink_message\":null}", "{\"uplink_message\":[]}",
		"{\"end_device_ids\":{}}", "{\"temperature\":4}",
		"{\"mystery_event\":{\"temperature\":4}}",
	};
	static struct uplink	 u;
	const char		*why;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		cr_assert(uplink_parse(bodies[i], strlen(bodies[i]), &u, &why));
		cr_expect_eq(u.kind, UPLINK_UNKNOWN, "%s", bodies[i]);
		cr_expect_eq(u.obs_count, 0, "%s", bodies[i]);
	}
}

Test(uplink_envelope, drops_the_oldest_of_more_instants_than_it_has_room_for)
{
	static struct uplink	 u;
	static char		 body[8192];
	const char		*why;
	int			 len, n = UPLINK_OBS_MAX + 20;

	len = snprintf(body, sizeof(body),
	    "{\"uplink_message\":{\"decoded_payload\":{\"log\":[");
	for (int i = 0; i < n; i++)
		len += snprintf(body + len, sizeof(body) - (size_t)len,
		    "%s{\"time\":%d,\"temperature\":%d}", i > 0 ? "," : "",
		    1700000000 + i * 600, i);
	len += snprintf(body + len, sizeof(body) - (size_t)len, "]}}}");
	cr_assert(uplink_parse(body, (size_t)len, &u, &why), "%s", why);
	/* One place is the message's own instant, which says nothing here. */
	cr_assert_eq(u.obs_count, UPLINK_OBS_MAX - 1);
	for (int i = 0; i < UPLINK_OBS_MAX - 1; i++) {
		cr_expect_eq(u.obs[i].temperature, (n - 1 - i) * 100);
		cr_expect(u.obs[i].history);
	}
}
