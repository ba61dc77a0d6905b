/* What customers' programs send: taken as it was meant, or refused by the
 * field that is wrong. */
#include "base/buf.h"
#include "domain/bulk_format.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define JSON	"application/json"
#define NDJSON	"application/x-ndjson"
#define CSV	"text/csv"
#define NOW	INT64_C(1772431200000)		/* 2026-03-02T06:00:00Z */
#define UNIT	"\"unitId\":\"01890000-0000-7000-8000-000000000001\""

static struct bulk_list	list;
static const char	*why;

static void
tear_down(void)
{
	bulk_list_release(&list);
}

TestSuite(bulk, .fini = tear_down);

static bool
reads(const char *type, const char *text)
{
	bulk_list_release(&list);
	return bulk_format_read(bulk_format_find(type), &list, text,
	    strlen(text), NOW, false, &why);
}

/* One reading's members, beside the unit. */
static const struct bulk_item *
item(const char *members)
{
	char	text[1024];

	snprintf(text, sizeof(text), "[{" UNIT ",%s}]", members);
	cr_assert(reads(JSON, text), "%s: %s", members, why);
	return &list.v[0];
}

Test(bulk, a_whole_reading_is_taken)
{
	const struct bulk_item	*it = item("\"temperature\":-18.25,"
	    "\"humidity\":61.5,\"battery_level\":91,\"signalStrength\":-81,"
	    "\"door_open\":true,\"source\":\"ble\",\"source_metadata\":{},"
	    "\"deviceEui\":\"A8-40-41-00-00-00-00-01\","
	    "\"recordedAt\":\"2026-03-02T06:59:00+01:00\"");

	cr_expect_null(it->fault.code, "%s", it->fault.message);
	cr_expect_eq(it->temperature, -1825);
	cr_expect_eq(it->humidity_cpct, 6150);
	cr_expect_eq(it->battery, 91);
	cr_expect_eq(it->rssi_dbm, -81);
	cr_expect_eq(it->door, DOOR_OPEN);
	cr_expect_eq(it->source, 'b');
	cr_expect_str_eq(it->dev_eui, "a840410000000001");
	cr_expect_eq(it->recorded_at_ms, NOW - 60000);
}

Test(bulk, what_is_not_said_is_now_and_celsius)
{
	const struct bulk_item	*it = item("\"temperature\":5,"
	    "\"humidity\":null");

	cr_expect_null(it->fault.code);
	cr_expect_eq(it->recorded_at_ms, NOW);
	cr_expect_eq(it->temperature, 500);
	cr_expect_eq(it->battery, -1);
	cr_expect_eq(it->door, DOOR_UNKNOWN);
}

Test(bulk, fahrenheit_is_converted_wherever_it_is_said)
{
	cr_expect_eq(item("\"temperature\":41,\"unit\":\"F\"")->temperature,
	    500);
	cr_expect_eq(item("\"unit\":\"F\",\"temperature\":0")->temperature,
	    -1778);
	cr_expect_eq(item("\"temperature_unit\":\"\xc2\xb0" "F\","
	    "\"temperature\":4.1e1")->temperature, 500);
}

Test(bulk, a_bad_field_is_named)
{
	static const struct {
		const char *members, *code, *field;
	} c[] = {
		{ "\"humidity\":5", "VALIDATION_ERROR", "temperature" },
		{ "\"temperature\":null", "VALIDATION_ERROR", "temperature" },
		{ "\"temperature\":\"5\"", "VALIDATION_ERROR", "temperature" },
		{ "\"temperature\":1e9", "VALIDATION_ERROR", "temperature" },
		{ "\"temperature\":149", "VALIDATION_ERROR", "temperature" },
		{ "\"temperature\":301,\"unit\":\"F\"", "VALIDATION_ERROR",
		    "temperature" },
		{ "\"temperature\":-73.34", "VALIDATION_ERROR", "temperature" },
		{ "\"temperature\":5,\"unit\":\"K\"", "VALIDATION_ERROR",
		    "temperatureUnit" },
		{ "\"temperature\":5,\"unit\":\"C\",\"temperatureUnit\":\"F\"",
		    "VALIDATION_ERROR", "temperatureUnit" },
		{ "\"temperature\":5,\"humidity\":101", "VALIDATION_ERROR",
		    "humidity" },
		{ "\"temperature\":5,\"humidity\":-0.01", "VALIDATION_ERROR",
		    "humidity" },
		{ "\"temperature\":5,\"battery\":50.5", "VALIDATION_ERROR",
		    "batteryLevel" },
		{ "\"temperature\":5,\"batteryVoltage\":11",
		    "VALIDATION_ERROR", "batteryVoltage" },
		{ "\"temperature\":5,\"signal_strength\":5",
		    "VALIDATION_ERROR", "signalStrength" },
		{ "\"temperature\":5,\"signalStrength\":-151",
		    "VALIDATION_ERROR", "signalStrength" },
		{ "\"temperature\":5,\"doorOpen\":\"true\"",
		    "VALIDATION_ERROR", "doorOpen" },
		{ "\"temperature\":5,\"source\":\"fax\"", "VALIDATION_ERROR",
		    "source" },
		{ "\"temperature\":5,\"deviceEui\":\"12\"",
		    "VALIDATION_ERROR", "deviceEui" },
		{ "\"temperature\":5,\"colour\":1", "VALIDATION_ERROR",
		    "colour" },
		{ "\"temperature\":5,\"unit_id\":\"x\"", "VALIDATION_ERROR",
		    "unitId" },
		{ "\"temperature\":5,\"recordedAt\":\"2026-03-02T06:00:00\"",
		    "VALIDATION_ERROR", "recordedAt" },
		{ "\"temperature\":5,\"recordedAt\":1772431200",
		    "VALIDATION_ERROR", "recordedAt" },
		{ "\"temperature\":5,\"time\":\"2026-03-02T06:05:00.001Z\"",
		    "TOO_NEW", "recordedAt" },
		{ "\"temperature\":5,\"time\":\"2026-01-31T05:59:59.999Z\"",
		    "TOO_OLD", "recordedAt" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const struct bulk_item	*it = item(c[i].members);

		cr_expect_eq(it->status, BULK_ERROR, "%s", c[i].members);
		cr_assert_not_null(it->fault.code, "%s", c[i].members);
		cr_expect_str_eq(it->fault.code, c[i].code, "%s",
		    c[i].members);
		cr_expect_str_eq(it->fault.field, c[i].field, "%s",
		    c[i].members);
	}
}

Test(bulk, the_ends_of_what_may_be_sent_are_within)
{
	static const char *const c[] = {
		"\"temperature\":148.89", "\"temperature\":-73.33",
		"\"temperature\":5,\"time\":\"2026-03-02T06:05:00Z\"",
		"\"temperature\":5,\"time\":\"2026-01-31T06:00:00Z\"",
		"\"temperature\":5,\"humidity\":0,\"battery\":100",
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_null(item(c[i])->fault.code, "%s", c[i]);
}

Test(bulk, backfill_reaches_two_years_and_no_further)
{
	static const char	text[] = "[{" UNIT ",\"temperature\":5,"
	    "\"time\":\"2024-03-03T06:00:00Z\"},{" UNIT ",\"temperature\":5,"
	    "\"time\":\"2024-03-01T06:00:00Z\"}]";

	cr_assert(bulk_format_read(bulk_format_find(JSON), &list, text,
	    strlen(text), NOW,
	    true, &why));
	cr_expect_null(list.v[0].fault.code);
	cr_expect_str_eq(list.v[1].fault.code, "TOO_OLD");
}

Test(bulk, one_bad_reading_leaves_the_others_good)
{
	cr_assert(reads(JSON, "{\"readings\":[{" UNIT
	    ",\"temperature\":1},7,null,{},{" UNIT ",\"temperature\":2}]}"));
	cr_expect_eq(list.n, 5);
	for (size_t i = 0; i < list.n; i++)
		cr_expect_eq(list.v[i].fault.code == NULL, i % 4 == 0, "%zu",
		    i);
}

Test(bulk, what_is_no_list_is_refused_as_a_whole)
{
	static const struct {
		const char	*type, *text;
	} c[] = {
		{ JSON, "[]" }, { JSON, "{}" }, { JSON, "7" },
		{ JSON, "{\"readings\":[]}" },
		{ JSON, "{\"readings\":[{}],\"more\":1}" },
		{ JSON, "{\"readings\":{}}" },
		{ JSON, "[{" UNIT ",\"temperature\":5}" },
		{ JSON, "[{\"temperature\":5,\"temperature\":6}]" },
		{ JSON, "[{\"temperature\":NaN}]" },
		{ NDJSON, "" }, { NDJSON, "\r\n \n" },
		{ CSV, "" }, { CSV, "unitId,temperature\r\n" },
		{ CSV, "unitId,temperature\n\"x,5\n" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_not(reads(c[i].type, c[i].text), "%s", c[i].text);
		cr_expect_not_null(why);
	}
}

Test(bulk, a_table_that_breaks_off_says_where)
{
	cr_expect_not(reads(CSV, "unitId,temperature\nx,5\n\"x,5\n"));
	cr_expect_str_eq(why, "line 3: no closing quote");
}

Test(bulk, a_line_that_is_cut_off_is_refused_alone)
{
	cr_assert(reads(NDJSON, "{" UNIT ",\"temperature\":5}\r\n\n"
	    "{" UNIT ",\"temp"));
	cr_expect_eq(list.n, 2);
	cr_expect_null(list.v[0].fault.code);
	cr_expect_str_eq(list.v[1].fault.code, "INVALID_JSON");
}

Test(bulk, a_table_from_a_spreadsheet_is_taken)
{
	cr_assert(reads(CSV, "\xef\xbb\xbf" "Unit ID;Temperature;"
	    "Door open;\"Recorded at\"\r\n"
	    "01890000-0000-7000-8000-000000000001;41;;"
	    "\"2026-03-02T05:00:00Z\"\r\n"
	    "01890000-0000-7000-8000-000000000001;4.5;1;\r\n"
	    "01890000-0000-7000-8000-000000000001;;0;\r\n"
	    "01890000-0000-7000-8000-000000000001;4\r\n"));
	cr_expect_eq(list.n, 4);
	cr_expect_null(list.v[0].fault.code);
	cr_expect_eq(list.v[0].temperature, 4100);
	cr_expect_eq(list.v[1].door, DOOR_OPEN);
	cr_expect_str_eq(list.v[2].fault.field, "temperature");
	cr_expect_eq(list.v[3].status, BULK_ERROR);
}

Test(bulk, a_table_without_a_column_says_so_of_each_line)
{
	cr_assert(reads(CSV, "unitId,colour\nx,red\n"));
	cr_expect_str_eq(list.v[0].fault.field, "unitId");
	cr_assert(reads(CSV, "temperature\n4\n"));
	cr_expect_str_eq(list.v[0].fault.field, "unitId");
}

Test(bulk, ten_thousand_are_taken_and_one_more_is_not)
{
	struct buf	b = BUF_INIT(1024 * 1024);

	for (size_t i = 0; i < BULK_MAX; i++)
		buf_puts(&b, "{\"temperature\":1}\n");
	cr_expect(reads(NDJSON, buf_str(&b)));
	cr_expect_eq(list.n, BULK_MAX);
	buf_puts(&b, "{}");
	cr_expect_not(reads(NDJSON, buf_str(&b)));
	buf_release(&b);
}

/* Else lines of nothing but "{}" would become gigabytes. */
Test(bulk, lines_are_forgotten_when_they_have_been_read)
{
	cr_expect(reads(NDJSON, "[{}]\n"
	    "{\"temperature\":1,\"colour\":2}"));
	cr_expect_null(list.json);
	cr_expect_str_eq(list.v[0].fault.message, "is no object");
	cr_expect_str_eq(list.v[1].fault.field, "colour");
}

Test(bulk, formats_are_told_by_their_type)
{
	static const struct {
		const char	*type, *want;
	} c[] = {
		{ NULL, JSON }, { "", JSON },
		{ "application/json; charset=utf-8", JSON },
		{ "Application/X-NDJSON", NDJSON },
		{ "text/csv;header=present", CSV },
	};
	static const char *const none[] = { "text/plain", "application/jsonx",
		"application/x-www-form-urlencoded", ";", "text/cs" };

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(bulk_format_find(c[i].type),
		    bulk_format_find(c[i].want), "%s", c[i].type);
	cr_expect_neq(bulk_format_find(JSON), bulk_format_find(NDJSON));
	cr_expect_neq(bulk_format_find(JSON), bulk_format_find(CSV));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		cr_expect_null(bulk_format_find(none[i]), "%s", none[i]);
}
