/* Records of SenML become readings: those of one sensor and one instant are
 * one, and what is none of ours is refused alone. */
#include "domain/bulk_format.h"
#include "domain/bulk_senml.h"
#include "base/buf.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define NOW	INT64_C(1772431200000)		/* 2026-03-02T06:00:00Z */
#define A	"urn:dev:mac:a840410000000001"
#define B	"urn:dev:ow:10e2073a01080063"

static struct bulk_list	list;
static const char	*why;

static void
tear_down(void)
{
	bulk_list_release(&list);
}

TestSuite(bulk_senml, .fini = tear_down);

static bool
reads(const char *text)
{
	bulk_list_release(&list);
	return bulk_format_read(bulk_format_find("application/senml+json"),
	    &list, text, strlen(text), NOW, false, &why);
}

Test(bulk_senml, records_of_one_sensor_and_instant_are_one_reading)
{
	cr_assert(reads("[{\"bn\":\"" A "/\",\"bt\":1772431100,"
	    "\"n\":\"temperature\",\"u\":\"Cel\",\"v\":4.25},"
	    "{\"bn\":\"" B ":\",\"n\":\"temp\",\"u\":\"Cel\",\"v\":-18},"
	    "{\"n\":\"open\",\"vb\":false},"
	    "{\"bn\":\"" A "/\",\"n\":\"humidity\",\"u\":\"%RH\",\"v\":61.5},"
	    "{\"n\":\"battery\",\"u\":\"%EL\",\"v\":97.6},"
	    "{\"n\":\"rssi\",\"u\":\"dBm\",\"v\":-81},"
	    "{\"n\":\"temperature\",\"u\":\"Cel\",\"t\":60,\"v\":4.5}]"));
	cr_assert_eq(list.n, 3);
	for (size_t i = 0; i < list.n; i++)
		cr_expect_null(list.v[i].fault.code, "%zu: %s", i,
		    list.v[i].fault.message);
	cr_expect_eq(list.v[0].index, 0);
	cr_expect_str_eq(list.v[0].dev_eui, "a840410000000001");
	cr_expect_eq(list.v[0].temperature, 425);
	cr_expect_eq(list.v[0].humidity_cpct, 6150);
	cr_expect_eq(list.v[0].battery, 98);
	cr_expect_eq(list.v[0].rssi_dbm, -81);
	cr_expect_eq(list.v[0].door, DOOR_UNKNOWN);
	cr_expect_eq(list.v[0].recorded_at_ms, INT64_C(1772431100000));
	cr_expect_eq(list.v[1].index, 1);
	cr_expect_str_eq(list.v[1].dev_eui, "10e2073a01080063");
	cr_expect_eq(list.v[1].temperature, -1800);
	cr_expect_eq(list.v[1].door, DOOR_CLOSED);
	cr_expect_eq(list.v[2].index, 6);
	cr_expect_eq(list.v[2].temperature, 450);
}

Test(bulk_senml, order_within_a_reading_does_not_matter)
{
	cr_assert(reads("[{\"bn\":\"" A "\",\"vb\":true},"
	    "{\"u\":\"K\",\"v\":277.15},{\"u\":\"%RH\",\"v\":50}]"));
	cr_assert_eq(list.n, 1);
	cr_expect_null(list.v[0].fault.code);
	cr_expect_eq(list.v[0].temperature, 400);
	cr_expect_eq(list.v[0].door, DOOR_OPEN);
	cr_expect_eq(list.v[0].recorded_at_ms, NOW);
}

Test(bulk_senml, a_sensor_is_named_in_a_few_ways)
{
	static const struct { const char *name; bool ok; } c[] = {
		{ A, true }, { B, true }, { "a840410000000001", true },
		{ "URN:DEV:MAC:A840410000000001", true },
		{ A "_probe1", true }, { A "/3303/0/5700", true },
		{ A ":temp", true }, { A ".t", true }, { A "-t", true },
		{ "urn:dev:mac:a84041000000000", false },
		{ "urn:dev:mac:a8404100000000011", false },
		{ "urn:dev:mac:0024befe804ff1", false },
		{ "urn:dev:mac:a8:40:41:00:00:00:00:01", false },
		{ "urn:dev:os:32473-123456", false },
		{ "urn:dev:org:32473-a840410000000001", false },
		{ "urn:dev:mac:" A, false },
		{ "urn:dev:", false }, { "freezer", false },
		{ "a840410000000001x", false },
		{ "2001:db8::2/temperature", false },
	};
	char	text[256];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(text, sizeof(text),
		    "[{\"n\":\"%s\",\"u\":\"Cel\",\"v\":4}]", c[i].name);
		cr_assert(reads(text), "%s: %s", text, why);
		cr_expect_eq(list.v[0].fault.code == NULL, c[i].ok, "%s",
		    c[i].name);
		if (!c[i].ok)
			cr_expect_str_eq(list.v[0].fault.field, "n", "%s",
			    c[i].name);
	}
}

Test(bulk_senml, what_is_none_of_ours_is_refused_alone)
{
	static const struct { const char *record, *field; } c[] = {
		{ "{\"u\":\"lon\",\"v\":24.3}", "u" },
		{ "{\"v\":24.3}", "u" }, { "{\"u\":\"cel\",\"v\":4}", "u" },
		{ "{\"u\":\"Cel\",\"vs\":\"4\"}", "v" },
		{ "{\"vd\":\"aGkgCg\"}", "v" },
		{ "{\"n\":\"/motion\",\"vb\":true}", "n" },
		{ "{\"u\":\"Cel\",\"v\":\"4\"}", "v" },
		{ "{\"bn\":\"x\",\"u\":\"Cel\",\"v\":4}", "n" },
		{ "7", "" },
		/* These are readings, and bad ones. */
		{ "{\"t\":-60,\"u\":\"Cel\",\"v\":150}", "temperature" },
		{ "{\"t\":-60,\"u\":\"K\",\"v\":-1}", "temperature" },
		{ "{\"t\":-60,\"u\":\"Cel\",\"v\":1e300}", "temperature" },
		{ "{\"t\":-60,\"u\":\"%RH\",\"v\":50}", "temperature" },
		{ "{\"t\":-60,\"vb\":true}", "temperature" },
		{ "{\"t\":301,\"u\":\"Cel\",\"v\":4}", "recordedAt" },
		{ "{\"t\":-2592001,\"u\":\"Cel\",\"v\":4}", "recordedAt" },
	};
	char	text[256];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(text, sizeof(text), "[{\"bn\":\"" A "\",\"u\":\"Cel\""
		    ",\"v\":4},%s]", c[i].record);
		cr_assert(reads(text), "%s: %s", text, why);
		cr_assert_eq(list.n, 2, "%s", text);
		cr_expect_null(list.v[0].fault.code, "%s", text);
		cr_expect_eq(list.v[1].index, 1);
		cr_assert_not_null(list.v[1].fault.code, "%s", text);
		cr_expect_str_eq(list.v[1].fault.field, c[i].field, "%s",
		    text);
	}
}

Test(bulk_senml, a_measurement_given_twice_is_a_fault)
{
	cr_assert(reads("[{\"bn\":\"" A "\",\"u\":\"Cel\",\"v\":4},"
	    "{\"u\":\"K\",\"v\":277.15}]"));
	cr_assert_eq(list.n, 1);
	cr_expect_str_eq(list.v[0].fault.message, "is given twice");
}

Test(bulk_senml, what_is_no_pack_is_refused_as_a_whole)
{
	static const struct { const char *text, *want; } c[] = {
		{ "[]", "has no readings" },
		{ "[{\"bn\":\"" A "\",\"bt\":0}]", "has no readings" },
		{ "{}", "must be a list of records" },
		{ "{\"readings\":[]}", "must be a list of records" },
		{ "[{\"n\":\"" A "\",\"u\":\"Cel\",\"v\":4},{\"bver\":11}]",
		    "record 1: bver must be a whole number from 1 to 10" },
		{ "[{\"bt\":\"x\"}]", "record 0: bt must be a number" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_not(reads(c[i].text), "%s", c[i].text);
		cr_expect_str_eq(why, c[i].want);
	}
	cr_expect_not(reads("[{\"n\":\"" A "\",\"u\":\"Cel\",\"v\":4}"));
}

/* A reading each second, of two records, or one more. */
static bool
reads_many(size_t n, bool one_more)
{
	struct buf	b = BUF_INIT(BULK_BODY_MAX);
	bool		ok;

	buf_puts(&b, "[{\"bn\":\"" A "\"}");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, ",{\"t\":-%zu,\"u\":\"Cel\",\"v\":4},"
		    "{\"t\":-%zu,\"u\":\"%%RH\",\"v\":40}", i, i);
	if (one_more)
		buf_puts(&b, ",7");
	buf_putc(&b, ']');
	ok = reads(buf_str(&b));
	buf_release(&b);
	return ok;
}

Test(bulk_senml, ten_thousand_readings_are_taken_and_one_more_is_not)
{
	cr_assert(reads_many(BULK_MAX, false), "%s", why);
	cr_expect_eq(list.n, BULK_MAX);
	for (size_t i = 0; i < list.n; i++)
		cr_expect(list.v[i].fault.code == NULL &&
		    list.v[i].index == 2 * i + 1 && list.v[i].has_humidity);
	cr_expect_not(reads_many(BULK_MAX, true));
	cr_expect_str_eq(why, "has more than 10,000 readings");
}
