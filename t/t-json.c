/* What json_parse() lets in, what it keeps out, and what it costs. */
#include "base/json.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/buf.h"

static struct json_object *
parse(const char *s)
{
	return json_parse(s, strlen(s), NULL);
}

Test(json, takes_objects_and_arrays)
{
	static const char *const c[] = {
		"{}", "[]", " \t\r\n{ } \n", "[null]", "[true,false,null]",
		"{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]},\"b\":\"a\"}",
		"[-0,0,-1.5,1e5,1E+5,0.5e-3,10,1e-05]",
		"[\"\\u00e9\\\"\\\\\\/\"]",
		"{\"\":1}", "[\"K\xc3\xbchlraum\"]", "[\"a:b\",\"{\"]",
		"{\"a\\\":\":1}", "[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]",
		"[\"\\ud83d\\ude00\"]", "[\"\\\\u0000\"]",
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const char		*why = NULL;
		struct json_object	*o = json_parse(c[i], strlen(c[i]),
		    &why);

		cr_expect(o != NULL, "%s: %s", c[i], why);
		json_object_put(o);
	}
}

Test(json, refuses_what_is_not_strictly_json)
{
	static const char *const c[] = {
		"", " ", "1", "\"a\"", "null", "true", "{", "[", "}", "[1",
		"{\"a\"", "{\"a\":", "{\"a\":1", "[\"a", "[\"a\\", "[\"a\\\"",
		"[1,]", "[,1]", "[1,,2]", "{\"a\":1,}", "{,}", "{\"a\"::1}",
		"{\"a\"}", "{\"a\":}", "{a:1}", "{'a':1}", "{1:1}", "[1 2]",
		"[tru]", "[TRUE]", "[nul]", "[NULL]", "[True]", "[truefalse]",
		"[NaN]", "[nan]", "[-NaN]", "[Infinity]", "[-Infinity]",
		"[inf]", "[01]", "[-01]", "[00]", "[-]", "[1.]", "[1.e5]",
		"[.5]",
		"[+1]", "[--1]", "[1e]", "[1e+]", "[1.5.5]", "[1-1]", "[0x10]",
		"[1] 2", "[1]x", "{} {}", "[1]]", "[/*c*/1]", "[1]//c", "#[1]",
		"[\"\t\"]", "[\"a\nb\"]", "[\"\x01\"]", "[\"\\x41\"]",
		"[\"\\u12\"]", "[\"\\u00zz\"]", "[\"\\", "\xef\xbb\xbf[1]",
		"[\"\xff\"]", "[\"\xc0\x80\"]", "[\"\xed\xa0\x80\"]",
		"[\"\xe2\x82\"]", "[\"\\\xc3\xa9\"]", "[\xc3\xa9]",
		"[\"\\u0000\"]", "{\"a\\u0000b\":1}",
		"[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]",
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const char *why = NULL;

		cr_expect_null(json_parse(c[i], strlen(c[i]), &why), "%s",
		    c[i]);
		cr_expect_not_null(why, "%s", c[i]);
	}
	cr_expect_null(json_parse("[1]\0", 4, NULL), "NUL behind");
	cr_expect_null(json_parse("[\"a\0b\"]", 7, NULL), "NUL inside");
}

Test(json, lets_a_device_put_nul_in_a_text_but_not_in_a_name)
{
	static const struct {
		const char	*text;
		bool		 ok;
	} c[] = {
		{ "{\"a\":\"\\u0001\\u0000\\f\"}", true },
		{ "[\"\\u0000\"]", true },
		{ "{\"a\":[\"\\u0000\" , 1]}", true },
		{ "{\"\\u0000\":1}", false },
		{ "{\"a\\u0000\" \n :1}", false },
		{ "{\"a\":1,\"a\\u0000\":2}", false },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct json_object	*o = json_parse_device(c[i].text,
		    strlen(c[i].text), NULL);

		cr_expect_eq(o != NULL, c[i].ok, "%s", c[i].text);
		json_object_put(o);
		cr_expect_null(parse(c[i].text), "%s", c[i].text);
	}
	cr_expect_null(json_parse_device("[\"a\0b\"]", 7, NULL));
}

Test(json, refuses_duplicate_keys_however_they_are_spelt)
{
	static const char *const c[] = {
		"{\"a\":1,\"a\":1}",
		"{\"a\":1,\"b\":2,\"a\":null}",
		"{\"a\":1,\"\\u0061\":2}",
		"[{\"x\":{\"a\":1,\"a\":2}}]",
		"{\"\":1,\"\":2}",
		"{\"k\":{\"k\":[{\"k\":1},{\"k\":1,\"k\":1}]}}",
	};
	const char	*why;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_null(json_parse(c[i], strlen(c[i]), &why), "%s",
		    c[i]);
		cr_expect_str_eq(why, "duplicate key", "%s", c[i]);
	}
}

Test(json, says_of_a_text_that_was_cut_off_that_it_was)
{
	static const char *const c[] = { "{", "[1", "{\"a\"", "{\"a\":",
		"{\"a\":1", "{\"a\":[{}]" };
	const char	*why;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_null(json_parse(c[i], strlen(c[i]), &why), "%s",
		    c[i]);
		cr_expect_str_eq(why, "ends too early", "%s: %s", c[i], why);
	}
}

Test(json, ends_where_it_is_told)
{
	struct json_object	*o = json_parse("[1]garbage", 3, NULL);

	cr_expect_not_null(o);
	json_object_put(o);
	cr_expect_null(json_parse("[1]", 2, NULL));
}

Test(json, gives_members_of_the_asked_type_only)
{
	struct json_object	*o = parse("{\"s\":\"text\",\"n\":null,"
	    "\"o\":{},\"a\":[],\"i\":1,\"d\":1.5,\"b\":true}");
	size_t			 len = 0;
	double			 d = 0;
	int64_t			 i;

	cr_expect_str_eq(json_str(o, "s", &len), "text");
	cr_expect_eq(len, 4);
	cr_expect_not_null(json_obj(o, "o"));
	cr_expect_not_null(json_arr(o, "a"));
	cr_expect(json_num(o, "d", &d) && d == 1.5);
	cr_expect(json_num(o, "i", &d) && d == 1.0);

	cr_expect_null(json_str(o, "n", NULL));
	cr_expect_null(json_str(o, "i", NULL));
	cr_expect_null(json_str(o, "none", NULL));
	cr_expect_null(json_obj(o, "a"));
	cr_expect_null(json_arr(o, "o"));
	cr_expect_not(json_num(o, "s", &d));
	cr_expect_not(json_num(o, "b", &d));
	cr_expect_not(json_int(o, "d", 0, 9, &i));
	cr_expect_not(json_int(o, "b", 0, 9, &i));
	cr_expect_null(json_str(NULL, "s", NULL));
	cr_expect_null(json_str(json_arr(o, "a"), "s", NULL));
	json_object_put(o);
}

Test(json, refuses_integers_that_json_c_bent_into_64_bits)
{
	static const char *const c[] = {
		"9223372036854775808", "18446744073709551615",
		"18446744073709551616", "99999999999999999999999999",
		"-9223372036854775809", "-99999999999999999999999999",
		"5.0", "1e3", "\"7\"",
	};
	char	text[64];
	int64_t	i = 4711;

	for (size_t k = 0; k < sizeof(c) / sizeof(c[0]); k++) {
		struct json_object *o;

		snprintf(text, sizeof(text), "{\"i\":%s}", c[k]);
		o = parse(text);
		cr_expect_not(json_int(o, "i", INT64_MIN, INT64_MAX, &i),
		    "%s", c[k]);
		json_object_put(o);
	}
	cr_expect_eq(i, 4711);
}

Test(json, holds_integers_to_their_range)
{
	struct json_object	*o = parse("{\"i\":10,\"j\":-1}");
	int64_t			 i;

	cr_expect(json_int(o, "i", 10, 10, &i));
	cr_expect_not(json_int(o, "i", 0, 9, &i));
	cr_expect_not(json_int(o, "i", 11, 20, &i));
	cr_expect_not(json_int(o, "j", 0, 20, &i));
	json_object_put(o);
}

Test(json, refuses_numbers_too_large_for_a_double)
{
	struct json_object	*o = parse("{\"d\":1e999,\"e\":-1e999}");
	double			 d;

	cr_expect_not(json_num(o, "d", &d));
	cr_expect_not(json_num(o, "e", &d));
	json_object_put(o);
}

Test(json, builds_members_in_order)
{
	struct json_object	*o = json_object_new_object();

	json_put_str(o, "s", "a\"b");
	json_put_str(o, "n", NULL);
	json_put_int(o, "i", INT64_MAX);
	json_put_bool(o, "b", false);
	json_put(o, "a", json_object_new_array());
	cr_expect_str_eq(json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN), "{\"s\":\"a\\\"b\",\"n\":null,"
	    "\"i\":9223372036854775807,\"b\":false,\"a\":[]}");
	json_object_put(o);
}

/* Of this process alone: the machine may be busy with other tests. */
static int64_t
cpu_us(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* A megabyte with a hundred thousand keys: ten times the text may take ten
 * times as long, and some, but not a hundred times. */
Test(json, takes_linear_time_for_many_keys)
{
	int64_t	took[2];

	for (int round = 0; round < 2; round++) {
		int		 n = round == 0 ? 10000 : 100000;
		struct buf	 b = BUF_INIT(4000000);
		struct json_object *o;

		buf_putc(&b, '{');
		for (int i = 0; i < n; i++)
			buf_printf(&b, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
		buf_putc(&b, '}');
		took[round] = -cpu_us();
		o = json_parse(b.data, b.len, NULL);
		took[round] += cpu_us();
		cr_expect_eq(json_object_object_length(o), n);
		json_object_put(o);
		buf_release(&b);
	}
	cr_expect_lt(took[1], took[0] * 50 + 50000, "%lld us, %lld us",
	    (long long)took[0], (long long)took[1]);
}

/* "{}" takes json-c 200 times its space. */
Test(json, a_text_that_would_become_gigabytes_is_refused_before_it_does)
{
	static const struct {
		const char	*value;
		size_t		 n;
		const char	*want;		/* NULL: it is taken */
	} c[] = {
		{ "{}", 99999, NULL },
		{ "{}", 100000, "too many objects and arrays" },
		{ "[]", 100000, "too many objects and arrays" },
		{ "0", 400000, NULL },
		{ "0", 400001, "too many values" },
		{ "\"[{,\"", 200000, NULL },
	};
	struct buf	b = BUF_INIT(4000000);

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const char		*why = "taken";
		struct json_object	*o;

		buf_clear(&b);
		for (size_t k = 0; k < c[i].n; k++)
			buf_printf(&b, "%s%s", k > 0 ? "," : "[", c[i].value);
		buf_putc(&b, ']');
		o = json_parse(b.data, b.len, &why);
		cr_expect_str_eq(o != NULL ? "taken" : why,
		    c[i].want != NULL ? c[i].want : "taken", "%zu %s", c[i].n,
		    c[i].value);
		json_object_put(o);
	}
	buf_release(&b);
}

Test(json, writes_the_values_of_the_house_exactly)
{
	struct json_object	*o = json_object_new_object();
	struct uuid		 nil = { { 0 } }, u = { { 0x01, 0x90 } };

	json_put_centi(o, "t", -1801);
	json_put_centi(o, "z", 0);
	json_put_uuid(o, "u", &u);
	json_put_uuid(o, "n", &nil);
	json_put_when(o, "w", 1);
	json_put_when(o, "never", 0);
	cr_expect_str_eq(json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN), "{\"t\":-18.01,\"z\":0.00,"
	    "\"u\":\"01900000-0000-0000-0000-000000000000\",\"n\":null,"
	    "\"w\":\"1970-01-01T00:00:00.001Z\",\"never\":null}");
	json_object_put(o);
}
