#include "web/valid.h"
#include <criterion/criterion.h>

struct valid_case {
	web_valid	*valid;
	const char	*text;
	int64_t		 min, max;
	const char	*want;		/* NULL: acceptable */
};

static void
run(const struct valid_case *c, size_t n)
{
	struct web_value	 v;
	const char		*got;

	for (size_t i = 0; i < n; i++) {
		got = c[i].valid(c[i].text, strlen(c[i].text), c[i].min,
		    c[i].max, &v);
		cr_expect_eq(got == NULL, c[i].want == NULL, "%s: %s",
		    c[i].text, got);
		if (got != NULL && c[i].want != NULL)
			cr_expect_str_eq(got, c[i].want, "%s: %s", c[i].text,
			    got);
	}
}

#define WHOLE	"must be a whole number"
#define RANGE	"is out of range"
#define TRUTH	"must be true or false"
#define CONTROL	"has a control character in it"
#define DEGREES	"must be a temperature in degrees Celsius"
#define TIME	"must be a time like 2026-03-02T06:15:04Z"
#define SLUG	"takes only a-z, 0-9, _ and -"

Test(web_valid, a_text_is_utf8_without_control_characters)
{
	static const struct valid_case	c[] = {
		{ web_text, "Milk", 1, 4, NULL },
		{ web_text, "", 0, 4, NULL },
		{ web_text, "a\n\tb", 1, 4, NULL },
		{ web_text, "\xe2\x88\x92" "18\xc2\xb0", 1, 4, NULL },
		{ web_text, "", 1, 4, "is required" },
		{ web_text, " \n\t ", 1, 4, "is blank" },
		{ web_text, " a ", 1, 4, NULL },
		{ web_text, "  ", 0, 4, NULL },
		{ web_text, "ab", 3, 4, "is too short" },
		{ web_text, "abcde", 1, 4, "is too long" },
		{ web_text, "\xc3\xa9\xc3\xa9\xc3\xa9", 1, 2, "is too long" },
		{ web_text, "\xff", 1, 4, "is not UTF-8" },
		{ web_text, "a\xc3", 1, 4, "is not UTF-8" },
		{ web_text, "\xc0\x80", 1, 4, "is not UTF-8" },
		{ web_text, "a\rb", 1, 4, CONTROL },
		{ web_text, "\x1b[m", 1, 4, CONTROL },
		{ web_text, "\x7f", 1, 4, CONTROL },
	};

	run(c, sizeof(c) / sizeof(c[0]));
	cr_expect_str_eq(web_text("a\0b", 3, 0, 9, NULL), CONTROL);
}

Test(web_valid, a_number_is_digits_within_its_limits)
{
	static const struct valid_case	c[] = {
		{ web_int, "0", 0, 9, NULL },
		{ web_int, "9", 0, 9, NULL },
		{ web_int, "-9", -9, 0, NULL },
		{ web_int, "007", 0, 9, NULL },
		{ web_int, "999999999999999999", 0, INT64_MAX, NULL },
		{ web_int, "10", 0, 9, RANGE },
		{ web_int, "-1", 0, 9, RANGE },
		{ web_int, "1000000000000000000", 0, INT64_MAX, WHOLE },
		{ web_int, "99999999999999999999999", 0, INT64_MAX, WHOLE },
		{ web_int, "", 0, 9, WHOLE },
		{ web_int, "-", 0, 9, WHOLE },
		{ web_int, "--1", -9, 9, WHOLE },
		{ web_int, "+1", 0, 9, WHOLE },
		{ web_int, " 1", 0, 9, WHOLE },
		{ web_int, "1 ", 0, 9, WHOLE },
		{ web_int, "1.0", 0, 9, WHOLE },
		{ web_int, "0x1", 0, 9, WHOLE },
		{ web_int, "1e0", 0, 9, WHOLE },
		{ web_int, "NaN", 0, 9, WHOLE },
	};

	run(c, sizeof(c) / sizeof(c[0]));
}

Test(web_valid, other_kinds_keep_to_their_form)
{
	static const struct valid_case	c[] = {
		{ web_uuid, "01a1f87a-7f3e-7c62-be4f-0c7df74dd407", 0, 0,
		    NULL },
		{ web_uuid, "01a1f87a7f3e7c62be4f0c7df74dd407", 0, 0,
		    "must be a UUID" },
		{ web_uuid, "", 0, 0, "must be a UUID" },
		{ web_uuid, "' OR 1=1", 0, 0, "must be a UUID" },
		{ web_time, "2026-03-02T06:15:04.148Z", 0, 0, NULL },
		{ web_time, "1970-01-01T00:00:01Z", 0, 1000, NULL },
		{ web_time, "1970-01-01T00:00:02Z", 0, 1000, RANGE },
		{ web_time, "2026-03-02", 0, 0, TIME },
		{ web_time, "yesterday", 0, 0, TIME },
		{ web_centi, "4.5", -3000, 500, NULL },
		{ web_centi, "-30", -3000, 500, NULL },
		{ web_centi, "5.01", -3000, 500, RANGE },
		{ web_centi, "-30.01", -3000, 500, RANGE },
		{ web_centi, "warm", -3000, 500, DEGREES },
		{ web_centi, "NaN", -3000, 500, DEGREES },
		{ web_centi, "", -3000, 500, DEGREES },
		{ web_bool, "true", 0, 1, NULL },
		{ web_bool, "false", 0, 1, NULL },
		{ web_bool, "on", 0, 1, NULL },
		{ web_bool, "True", 0, 1, TRUTH },
		{ web_bool, "yes", 0, 1, TRUTH },
		{ web_bool, "tru", 0, 1, TRUTH },
		{ web_bool, "", 0, 1, TRUTH },
		{ web_slug, "walk-in_2", 1, 10, NULL },
		{ web_slug, "", 1, 10, "is required" },
		{ web_slug, "a", 2, 10, "is too short" },
		{ web_slug, "abcdefghijk", 1, 10, "is too long" },
		{ web_slug, "Walk", 1, 10, SLUG },
		{ web_slug, "a/b", 1, 10, SLUG },
		{ web_slug, "..", 1, 10, SLUG },
	};

	run(c, sizeof(c) / sizeof(c[0]));
	cr_expect_str_eq(web_slug("a\0b", 3, 1, 10, NULL), SLUG);
}

Test(web_valid, the_typed_member_is_set)
{
	struct web_value	v = { .i = 7 };

	cr_expect_null(web_int("-42", 3, -99, 99, &v));
	cr_expect_eq(v.i, -42);
	cr_expect_null(web_bool("0", 1, 0, 1, &v));
	cr_expect_eq(v.i, 0);
	cr_expect_null(web_bool("1", 1, 0, 1, &v));
	cr_expect_eq(v.i, 1);
	cr_expect_null(web_time("1970-01-01T00:00:00.5Z", 22, 0, 0, &v));
	cr_expect_eq(v.i, 500);
	cr_expect_null(web_centi("-18.5", 5, -9999, 9999, &v));
	cr_expect_eq(v.centi, -1850);
	cr_expect_null(web_uuid("00000000-0000-0000-0000-0000000000ff", 36, 0,
	    0, &v));
	cr_expect_eq(v.uuid.b[15], 0xff);
}

static const char *
a_programs_own(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	return web_text(s, len, min, max, v);
}

Test(web_valid, a_json_value_must_have_the_validators_type)
{
	static const struct {
		web_valid	*valid;
		const char	*json;
		const char	*want;
	} c[] = {
		{ web_int, "1", NULL },
		{ web_int, "1.0", WHOLE },
		{ web_int, "\"1\"", WHOLE },
		{ web_int, "true", WHOLE },
		{ web_centi, "1", NULL },
		{ web_centi, "1.5", NULL },
		{ web_centi, "\"1.5\"", "must be a number" },
		{ web_bool, "false", NULL },
		{ web_bool, "0", TRUTH },
		{ web_bool, "\"on\"", TRUTH },
		{ web_text, "\"x\"", NULL },
		{ web_text, "1", "must be a text" },
		{ web_text, "[]", "must be a text" },
		{ web_uuid, "{}", "must be a text" },
		{ web_time, "1700000000", "must be a text" },
		{ web_slug, "null", "must be a text" },
		{ a_programs_own, "\"x\"", NULL },
		{ a_programs_own, "1", "must be a text" },
	};
	struct json_object	*v;
	const char		*got;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		v = json_tokener_parse(c[i].json);
		got = valid_json_fault(c[i].valid, v);
		cr_expect_eq(got == NULL, c[i].want == NULL, "%s", c[i].json);
		if (got != NULL && c[i].want != NULL)
			cr_expect_str_eq(got, c[i].want, "%s", c[i].json);
		json_object_put(v);
	}
	cr_expect_str_eq(valid_name(web_centi), "celsius");
	cr_expect_str_eq(valid_name(a_programs_own), "text");
}
