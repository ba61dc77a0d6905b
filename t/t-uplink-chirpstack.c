/* Every event of ChirpStack: whose it is, when, and how it was heard. */
#include "base/when.h"
#include "domain/uplink_chirpstack.h"
#include "uplink-case.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct uplink	u;

static void
parse(enum chirpstack_event ev, const char *body)
{
	const char	*why = NULL;

	cr_assert(uplink_chirpstack_parse(body, strlen(body), ev, &u, &why),
	    "%s: %s", body, why);
}

/* From data/chirpstack/NAME.json, sent as what stands before the hyphen. */
static void
message(const char *name)
{
	char		 path[4096], body[8192];
	const char	*dir = getenv("srcdir");
	size_t		 len;
	FILE		*f;

	snprintf(path, sizeof(path), "%s/t/data/chirpstack/%s.json",
	    dir != NULL ? dir : ".", name);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s", path);
	len = fread(body, 1, sizeof(body) - 1, f);
	body[len] = '\0';
	fclose(f);
	parse(chirpstack_event_find(name, strcspn(name, "-")), body);
}

Test(uplink_chirpstack, knows_every_kind_of_event)
{
	static const struct {
		const char		*name;
		enum uplink_kind	 kind;
		const char		*recorded;
		const char		*now;
	} c[] = {
		{ "up-decoded", UPLINK_READINGS, "2026-04-11T06:15:04.148Z",
		  "t -20.00 h 60.00 v 3008" },
		{ "up-undecoded", UPLINK_UNDECODED,
		  "2026-04-11T06:16:10.797Z", "" },
		{ "up-empty-object", UPLINK_UNDECODED,
		  "2026-04-11T06:15:04.148Z", "" },
		{ "up-mac-only", UPLINK_MAC_ONLY, "2026-04-11T06:17:04.148Z",
		  "" },
		{ "up-three-gateways", UPLINK_READINGS,
		  "2026-04-11T06:15:04.148Z",
		  "t 4.10 h 61.00 p 85.00 door closed" },
		{ "up-fault", UPLINK_READINGS, "2026-04-11T06:15:04.148Z",
		  "main fault TempC_DS" },
		{ "status", UPLINK_STATUS, "2026-04-11T06:20:00.112Z", "" },
		{ "join", UPLINK_JOIN, "2026-04-11T06:20:00.112Z", "" },
		{ "ack", UPLINK_DOWNLINK_ACK, "2026-04-11T06:20:00.112Z", "" },
		{ "ack-timeout", UPLINK_DOWNLINK_NACK,
		  "2026-04-11T06:20:00.112Z", "" },
		{ "txack", UPLINK_DOWNLINK_SENT, "2026-04-11T06:20:00.112Z",
		  "" },
		{ "log-codec", UPLINK_LOG, "2026-04-11T06:20:00.112Z", "" },
		{ "location", UPLINK_LOCATION, "2026-04-11T06:20:00.112Z",
		  "" },
		{ "integration", UPLINK_SERVICE, "2026-04-11T06:20:00.112Z",
		  "" },
	};
	char	recorded[WHEN_TEXT];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		message(c[i].name);
		cr_expect_eq(u.network, UPLINK_CHIRPSTACK);
		cr_expect_eq(u.kind, c[i].kind, "%s: kind %s", c[i].name,
		    uplink_kind_name(u.kind));
		cr_expect_eq(u.eui, UPLINK_EUI_VALID, "%s", c[i].name);
		cr_expect_str_eq(u.dev_eui, "a84041ffff5d0137");
		cr_expect_str_eq(u.application_id,
		    "c1f7f1b0-9a55-4a34-8d0a-6f2d9d3b7e21");
		cr_expect_str_eq(u.device_id, "", "a label is no id");
		when_format(u.recorded_at_ms, recorded);
		cr_expect_str_eq(recorded, c[i].recorded, "%s: %s", c[i].name,
		    recorded);
		cr_expect_str_eq(case_now(&u), c[i].now, "%s: %s", c[i].name,
		    case_now(&u));
	}
}

Test(uplink_chirpstack, reads_all_that_an_uplink_tells)
{
	static const uint8_t	frame[] = {
		0xcb, 0xc0, 0x01, 0x9a, 0x02, 0x58, 0x01, 0xf8, 0x30, 0x7f,
		0xff,
	};

	message("up-decoded");
	cr_expect_str_eq(u.session_key_id, "01a4c3f0");
	cr_expect_eq(u.f_cnt, 14873);
	cr_expect_eq(u.f_port, 2);
	cr_expect_eq(u.gateways, 1);
	cr_expect_str_eq(u.gateway_id, "0016c001f153a14c");
	cr_expect(u.has_signal && u.rssi_dbm == -71 && u.snr_cdb == 920);
	cr_expect_eq(u.frame_len, sizeof(frame));
	cr_expect_arr_eq(u.frame, frame, sizeof(frame));
	cr_expect(!u.simulated && !u.normalized && !u.has_status_battery);
	message("up-three-gateways");
	cr_expect_eq(u.gateways, 3);
	cr_expect_str_eq(u.gateway_id, "24e124fffef54092");
	cr_expect(u.has_signal && u.rssi_dbm == -83 && u.snr_cdb == 750);
	message("up-first-frame");
	cr_expect_eq(u.f_cnt, 0, "which the network leaves out");
}

Test(uplink_chirpstack, takes_a_battery_level_only_where_there_is_one)
{
	static const struct {
		const char	*level;
		int32_t		 cpct;	/* -1: none */
	} c[] = {
		{ "75.59", 7559 }, { "100", 10000 }, { "0.4", 40 }, { "0", -1 },
		{ "-1", -1 }, { "100.1", -1 }, { "255", -1 }, { "1e999", -1 },
		{ "\"75\"", -1 }, { "null", -1 }, { "{}", -1 },
	};
	char	body[128];

	message("status");
	cr_expect(u.has_status_battery && u.status_battery_cpct == 7559);
	cr_expect_eq(u.status_battery_at_ms, u.recorded_at_ms);
	message("status-external");
	cr_expect(!u.has_status_battery);
	message("status-unknown");
	cr_expect(!u.has_status_battery);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(body, sizeof(body), "{\"batteryLevel\":%s}",
		    c[i].level);
		parse(CHIRPSTACK_STATUS, body);
		cr_expect_eq(u.has_status_battery, c[i].cpct >= 0, "%s", body);
		cr_expect(!u.has_status_battery ||
		    u.status_battery_cpct == c[i].cpct, "%s", body);
	}
}

Test(uplink_chirpstack, calls_trouble_only_what_keeps_readings_away)
{
	static const struct {
		const char	*body;
		bool		 trouble;
	} c[] = {
		{ "{\"level\":\"ERROR\",\"code\":\"UPLINK_CODEC\"}", true },
		{ "{\"code\":\"OTAA\"}", true },
		{ "{\"code\":\"UPLINK_MIC\"}", true },
		{ "{\"code\":\"UPLINK_F_CNT_RESET\"}", true },
		{ "{\"code\":\"UPLINK_F_CNT_RETRANSMISSION\"}", true },
		{ "{\"code\":\"DOWNLINK_GATEWAY\"}", false },
		{ "{\"code\":\"EXPIRED\"}", false },
		{ "{\"code\":\"uplink_codec\"}", false },
		{ "{\"code\":\"UPLINK_CODEC\\u0000\"}", false },
		{ "{\"code\":2}", false },
		{ "{}", false },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		parse(CHIRPSTACK_LOG, c[i].body);
		cr_expect_eq(u.kind, UPLINK_LOG);
		cr_expect_eq(u.trouble != NULL, c[i].trouble, "%s", c[i].body);
	}
}

Test(uplink_chirpstack, reads_no_temperature_from_anything_but_an_uplink)
{
	static const char	body[] = "{\"object\":{\"temperature\":4}}";

	for (int e = 0; e < CHIRPSTACK_EVENT__MAX; e++) {
		parse((enum chirpstack_event)e, body);
		cr_expect_str_eq(case_now(&u),
		    e == CHIRPSTACK_UP ? "t 4.00" : "", "%d", e);
	}
}

Test(uplink_chirpstack, finds_an_event_by_its_whole_name)
{
	static const struct {
		const char		*name;
		enum chirpstack_event	 want;
	} c[] = {
		{ "up", CHIRPSTACK_UP }, { "join", CHIRPSTACK_JOIN },
		{ "status", CHIRPSTACK_STATUS }, { "ack", CHIRPSTACK_ACK },
		{ "txack", CHIRPSTACK_TXACK }, { "log", CHIRPSTACK_LOG },
		{ "location", CHIRPSTACK_LOCATION },
		{ "integration", CHIRPSTACK_INTEGRATION },
		{ "", CHIRPSTACK_OTHER }, { "u", CHIRPSTACK_OTHER },
		{ "upx", CHIRPSTACK_OTHER }, { "UP", CHIRPSTACK_OTHER },
		{ "uplink", CHIRPSTACK_OTHER }, { "ac", CHIRPSTACK_OTHER },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(chirpstack_event_find(c[i].name,
		    strlen(c[i].name)), c[i].want, "%s", c[i].name);
	cr_expect_eq(chirpstack_event_find("up\0", 3), CHIRPSTACK_OTHER);
	cr_expect_eq(chirpstack_event_find("upper", 2), CHIRPSTACK_UP);
}

Test(uplink_chirpstack, keeps_two_deliveries_of_a_frame_recognisable)
{
	parse(CHIRPSTACK_UP, "{\"deduplicationId\":\"one\",\"devAddr\":\"a\"}");
	cr_expect_str_eq(u.session_key_id, "a");
	parse(CHIRPSTACK_UP, "{\"deduplicationId\":\"one\"}");
	cr_expect_str_eq(u.session_key_id, "one");
	parse(CHIRPSTACK_UP, "{\"deduplicationId\":1,\"devAddr\":[]}");
	cr_expect_str_eq(u.session_key_id, "");
}

Test(uplink_chirpstack, leaves_out_what_is_of_the_wrong_type_or_size)
{
	parse(CHIRPSTACK_UP, "{\"deviceInfo\":{\"devEui\":7,\"applicationId\":"
	    "\"0123456789012345678901234567890123456\"},\"time\":\"soon\","
	    "\"fCnt\":4294967296,\"fPort\":256,\"data\":\"%%%\",\"rxInfo\":{},"
	    "\"object\":[]}");
	cr_expect_eq(u.kind, UPLINK_MAC_ONLY);
	cr_expect_eq(u.eui, UPLINK_EUI_ABSENT);
	cr_expect_str_eq(u.application_id, "");
	cr_expect(u.f_cnt == 0 && u.f_port == 0 && u.frame_len == 0);
	cr_expect(u.recorded_at_ms == 0 && u.gateways == 0 && !u.has_signal);
	parse(CHIRPSTACK_UP, "{\"deviceInfo\":{\"devEui\":\"a84041\"}}");
	cr_expect_eq(u.eui, UPLINK_EUI_INVALID);
	parse(CHIRPSTACK_UP, "{\"deviceInfo\":[],\"rxInfo\":[1,null,[],"
	    "{\"gatewayId\":9,\"rssi\":1e9}]}");
	cr_expect_eq(u.gateways, 1);
	cr_expect(!u.has_signal && u.gateway_id[0] == '\0');
}

Test(uplink_chirpstack, refuses_what_is_not_a_json_object)
{
	static const char *const	bodies[] = {
		"", " ", "{", "[]", "null", "7", "\"up\"", "{}{}",
		"{\"a\":1,\"a\":2}", "{\"object\":{\"t\":NaN}}", "{'a':1}",
		"{\"object\":{\"t\\u0000\":1}}", "\377\376{\"a\":1}",
		"\012\044a84041ffff5d0137",	/* its other encoding */
	};
	const char	*why;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		why = NULL;
		cr_expect(!uplink_chirpstack_parse(bodies[i],
		    strlen(bodies[i]), CHIRPSTACK_UP, &u, &why) && why != NULL,
		    "%s", bodies[i]);
	}
}
