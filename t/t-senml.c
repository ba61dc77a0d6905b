/* What a record of a pack says, once its base fields are applied: the examples
 * of RFC 8428, and what is no record. */
#include "domain/senml.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NOW	INT64_C(1772431200000)		/* 2026-03-02T06:00:00Z */
#define OW	"urn:dev:ow:10e2073a01080063"

static struct senml	walk;

static void
tear_down(void)
{
	json_object_put(walk.pack);
	walk.pack = NULL;
}

TestSuite(senml, .fini = tear_down);

static void
begin(const char *text)
{
	const char	*why;

	tear_down();
	walk = (struct senml){ .now_ms = NOW,
	    .pack = json_parse(text, strlen(text), &why) };
	cr_assert_not_null(walk.pack, "%s: %s", text, why);
}

struct want {
	const char	*name, *unit;
	int64_t		 at_ms;
	double		 number;
};

/* Exactly these numbers, in this order. */
static void
says(const char *text, const struct want *want, size_t n)
{
	struct senml_record	r;

	begin(text);
	for (size_t i = 0; i < n; i++) {
		cr_assert(senml_next(&walk, &r), "%zu", i);
		cr_assert_null(r.fault, "%zu: %s %s", i, r.field, r.fault);
		cr_expect_str_eq(r.name, want[i].name);
		cr_expect_str_eq(r.unit, want[i].unit, "%zu", i);
		cr_expect_eq(r.at_ms, want[i].at_ms, "%zu", i);
		cr_expect_eq(r.kind, SENML_NUMBER);
		cr_expect(fabs(r.number - want[i].number) < 1e-9, "%zu", i);
	}
	cr_expect_not(senml_next(&walk, &r));
	cr_expect_null(walk.fault);
}
#define SAYS(text, ...)							\
	says(text, (const struct want[]){ __VA_ARGS__ },		\
	    sizeof((const struct want[]){ __VA_ARGS__ }) / sizeof(struct want))

Test(senml, a_single_datapoint)
{
	SAYS("[{\"n\":\"" OW "\",\"u\":\"Cel\",\"v\":23.1}]",
	    { OW, "Cel", NOW, 23.1 });
}

Test(senml, several_datapoints_share_the_base_name)
{
	SAYS("[{\"bn\":\"" OW ":\",\"n\":\"voltage\",\"u\":\"V\","
	    "\"v\":120.1},{\"n\":\"current\",\"u\":\"A\",\"v\":1.2}]",
	    { OW ":voltage", "V", NOW, 120.1 },
	    { OW ":current", "A", NOW, 1.2 });
}

Test(senml, times_are_counted_from_the_base_time)
{
	SAYS("[{\"bn\":\"urn:dev:ow:10e2073a0108006:\","
	    "\"bt\":1.276020076001e+09,\"bu\":\"A\",\"bver\":5,"
	    "\"n\":\"voltage\",\"u\":\"V\",\"v\":120.1},"
	    "{\"n\":\"current\",\"t\":-5,\"v\":1.2},"
	    "{\"n\":\"current\",\"t\":-4,\"v\":1.3},"
	    "{\"n\":\"current\",\"v\":1.7}]",
	    { "urn:dev:ow:10e2073a0108006:voltage", "V", 1276020076001, 120.1 },
	    { "urn:dev:ow:10e2073a0108006:current", "A", 1276020071001, 1.2 },
	    { "urn:dev:ow:10e2073a0108006:current", "A", 1276020072001, 1.3 },
	    { "urn:dev:ow:10e2073a0108006:current", "A", 1276020076001, 1.7 });
}

Test(senml, several_measurements_of_one_sensor)
{
	SAYS("[{\"bn\":\"" OW "\",\"bt\":1.320067464e+09,\"bu\":\"%RH\","
	    "\"v\":20},{\"u\":\"lon\",\"v\":24.30621},"
	    "{\"u\":\"lat\",\"v\":60.07965},{\"t\":60,\"v\":20.3},"
	    "{\"u\":\"%EL\",\"t\":150,\"v\":98}]",
	    { OW, "%RH", 1320067464000, 20 },
	    { OW, "lon", 1320067464000, 24.30621 },
	    { OW, "lat", 1320067464000, 60.07965 },
	    { OW, "%RH", 1320067524000, 20.3 },
	    { OW, "%EL", 1320067614000, 98 });
}

Test(senml, a_collection_of_resources_changes_its_base_name)
{
	SAYS("[{\"bn\":\"2001:db8::2/\",\"bt\":1.320078429e+09,"
	    "\"n\":\"temperature\",\"u\":\"Cel\",\"v\":25.2},"
	    "{\"n\":\"humidity\",\"u\":\"%RH\",\"v\":30},"
	    "{\"bn\":\"2001:db8::1/\",\"n\":\"temperature\",\"u\":\"Cel\","
	    "\"v\":12.3},{\"n\":\"humidity\",\"u\":\"%RH\",\"v\":67}]",
	    { "2001:db8::2/temperature", "Cel", 1320078429000, 25.2 },
	    { "2001:db8::2/humidity", "%RH", 1320078429000, 30 },
	    { "2001:db8::1/temperature", "Cel", 1320078429000, 12.3 },
	    { "2001:db8::1/humidity", "%RH", 1320078429000, 67 });
}

Test(senml, several_kinds_of_data)
{
	static const enum senml_kind	want[] = { SENML_NUMBER, SENML_OTHER,
	    SENML_BOOL, SENML_OTHER };
	struct senml_record		r;

	begin("[{\"bn\":\"" OW ":\",\"n\":\"temp\",\"u\":\"Cel\",\"v\":23.1},"
	    "{\"n\":\"label\",\"vs\":\"Machine Room\"},"
	    "{\"n\":\"open\",\"vb\":false},"
	    "{\"n\":\"nfc-reader\",\"vd\":\"aGkgCg\"}]");
	for (size_t i = 0; i < 4; i++) {
		cr_assert(senml_next(&walk, &r));
		cr_expect_null(r.fault);
		cr_expect_eq(r.kind, want[i], "%zu", i);
		cr_expect_eq(r.index, i);
	}
	cr_expect_not(r.truth);
}

Test(senml, base_fields_hold_until_they_are_given_again)
{
	SAYS("[{\"bn\":\"a\",\"bu\":\"Cel\",\"bv\":20,\"bt\":1772000000},"
	    "{\"v\":0.5},{},{\"u\":\"K\",\"t\":1.5},{\"bv\":0,\"bt\":0,\"bu\":"
	    "\"\",\"v\":-1}]",
	    { "a", "Cel", 1772000000000, 20.5 },
	    { "a", "K", 1772000001500, 20 },	/* the base value alone */
	    { "a", "", NOW, -1 });
}

/* Section 4.5.3: below 2^28 it is not counted from 1970. */
Test(senml, small_times_are_counted_from_now)
{
	SAYS("[{\"bn\":\"a\",\"v\":1},{\"t\":-0.25,\"v\":1},"
	    "{\"t\":268435455,\"v\":1},{\"t\":268435456,\"v\":1},"
	    "{\"bt\":-60,\"t\":-60,\"v\":1},"
	    "{\"bt\":268435400,\"t\":56,\"v\":1}]",
	    { "a", "", NOW, 1 }, { "a", "", NOW - 250, 1 },
	    { "a", "", NOW + INT64_C(268435455000), 1 },
	    { "a", "", INT64_C(268435456000), 1 },
	    { "a", "", NOW - 120000, 1 },
	    { "a", "", INT64_C(268435456000), 1 });
}

Test(senml, what_nobody_knows_is_passed_over)
{
	SAYS("[{\"n\":\"a\",\"v\":1,\"colour\":\"red\",\"s\":5,\"ut\":60,"
	    "\"bs\":1,\"x\":null}]", { "a", "", NOW, 1 });
}

Test(senml, a_bad_field_is_named_and_the_others_stand)
{
	static const struct { const char *record, *field; } c[] = {
		{ "7", "" }, { "[]", "" }, { "null", "" },
		{ "{\"n\":7,\"v\":1}", "n" },
		{ "{\"n\":\" a\",\"v\":1}", "n" },
		{ "{\"n\":\"_a\",\"v\":1}", "n" },
		{ "{\"n\":\"caf\xc3\xa9\",\"v\":1}", "n" },
		{ "{\"v\":1}", "n" },
		{ "{\"n\":\"a\"}", "v" },
		{ "{\"n\":\"a\",\"s\":1}", "v" },
		{ "{\"n\":\"a\",\"v\":\"1\"}", "v" },
		{ "{\"n\":\"a\",\"v\":null}", "v" },
		{ "{\"n\":\"a\",\"v\":1e999}", "v" },
		{ "{\"n\":\"a\",\"vb\":1}", "vb" },
		{ "{\"n\":\"a\",\"vb\":true,\"v\":1}", "v" },
		{ "{\"n\":\"a\",\"vs\":\"x\",\"vd\":\"eA\"}", "v" },
		{ "{\"n\":\"a\",\"v\":1,\"u\":{}}", "u" },
		{ "{\"n\":\"a\",\"v\":1,\"t\":\"now\"}", "t" },
		{ "{\"n\":\"a\",\"v\":1,\"t\":1e15}", "t" },
		{ "{\"n\":\"a\",\"v\":1,\"t\":-1e300}", "t" },
		{ "{\"n\":\"a\",\"v\":1,\"must_\":1}", "must_" },
	};
	char			text[256];
	struct senml_record	r;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(text, sizeof(text), "[%s,{\"n\":\"a\",\"v\":1}]",
		    c[i].record);
		begin(text);
		cr_assert(senml_next(&walk, &r), "%s", text);
		cr_assert_not_null(r.fault, "%s", text);
		cr_expect_str_eq(r.field, c[i].field, "%s", text);
		cr_assert(senml_next(&walk, &r), "%s", text);
		cr_expect_null(r.fault, "%s", text);
		cr_expect_eq(r.index, 1);
	}
}

Test(senml, a_name_has_an_end)
{
	struct buf		b = BUF_INIT(1024);
	struct senml_record	r;

	for (int more = 0; more < 2; more++) {
		buf_clear(&b);
		buf_printf(&b, "[{\"bn\":\"%064d\",\"n\":\"%0*d\",\"v\":1}]", 0,
		    SENML_NAME - 1 - 64 + more, 0);
		begin(buf_str(&b));
		cr_assert(senml_next(&walk, &r));
		cr_expect_eq(r.fault == NULL, more == 0);
	}
	buf_release(&b);
}

Test(senml, a_bad_base_field_spoils_the_pack)
{
	static const struct { const char *fields, *field; } c[] = {
		{ "\"bn\":7", "bn" }, { "\"bt\":\"1\"", "bt" },
		{ "\"bt\":1e999", "bt" }, { "\"bu\":null", "bu" },
		{ "\"bv\":true", "bv" }, { "\"bs\":\"\"", "bs" },
		{ "\"bver\":11", "bver" }, { "\"bver\":0", "bver" },
		{ "\"bver\":9.5", "bver" }, { "\"bver\":\"10\"", "bver" },
		{ "\"bver\":9", "bver" },	/* the first said 10 */
		{ "\"bmust_\":1", "bmust_" },
		{ "\"v\":\"1\",\"bn\":7", "bn" },
	};
	char			text[256];
	struct senml_record	r;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(text, sizeof(text), "[{\"n\":\"a\",\"v\":1,"
		    "\"bver\":10},{%s},{\"n\":\"a\",\"v\":1}]", c[i].fields);
		begin(text);
		cr_expect(senml_next(&walk, &r), "%s", text);
		cr_expect_not(senml_next(&walk, &r), "%s", text);
		cr_assert_not_null(walk.fault, "%s", text);
		cr_expect_str_eq(walk.field, c[i].field, "%s", text);
		cr_expect_eq(walk.next - 1, 1);
	}
}
