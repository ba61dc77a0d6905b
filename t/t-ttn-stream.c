/* What The Things Stack says of stored messages, and of its troubles. */
#include "base/json.h"
#include "outside/ttn_storage.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static bool
count(struct json_object *message, void *arg)
{
	(void)message;
	return ++*(int *)arg < 3;
}

Test(ttn_stream, whole_lines_count_and_the_end_is_told)
{
	static const struct {
		const char		*name, *text;
		int			 want;
		enum ttn_stream_rc	 want_rc;
		const char		*want_error;
	} c[] = {
		{ "nothing stored", "", 0, TTN_STREAM_WHOLE, "" },
		{ "blank lines", "\n\r\n \n", 0, TTN_STREAM_WHOLE, "" },
		{ "two", "{\"result\":{}}\n{\"result\":{\"a\":1}}\n", 2,
		  TTN_STREAM_WHOLE, "" },
		{ "the last without its end", "{\"result\":{}}\n"
		  "{\"result\":{}}", 2, TTN_STREAM_WHOLE, "" },
		{ "cut within a line", "{\"result\":{}}\n{\"resu", 1,
		  TTN_STREAM_CUT, "" },
		{ "cut within its braces", "{\"result\":{}", 0,
		  TTN_STREAM_CUT, "" },
		{ "an error in the middle", "{\"result\":{}}\n{\"error\":"
		  "{\"message\":\"error:pkg/a:gone (x)\"}}\n{\"result\":{}}\n",
		  1, TTN_STREAM_CUT, "pkg/a:gone" },
		{ "an error with details", "{\"error\":{\"details\":"
		  "[{\"namespace\":\"pkg/b\",\"name\":\"busy\"}]}}\n", 0,
		  TTN_STREAM_CUT, "pkg/b:busy" },
		{ "an error that says nothing", "{\"error\":{}}\n", 0,
		  TTN_STREAM_CUT, "" },
		{ "an error with words not for a log", "{\"error\":"
		  "{\"message\":\"error:a\\nb (x)\"}}\n", 0, TTN_STREAM_CUT,
		  "" },
		{ "a page for people", "<html>\n", 0, TTN_STREAM_BAD, "" },
		{ "a list", "[]\n", 0, TTN_STREAM_BAD, "" },
		{ "no result", "{}\n", 0, TTN_STREAM_BAD, "" },
		{ "a result that is none", "{\"result\":7}\n", 0,
		  TTN_STREAM_BAD, "" },
		{ "after nonsense nothing counts", "{}\n{\"result\":{}}\n", 0,
		  TTN_STREAM_BAD, "" },
		{ "two in a line", "{\"result\":{}}{\"result\":{}}\n", 0,
		  TTN_STREAM_BAD, "" },
		{ "enough", "{\"result\":{}}\n{\"result\":{}}\n"
		  "{\"result\":{}}\n{\"result\":{}}\n", 3, TTN_STREAM_ENOUGH,
		  "" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct ttn_stream	s;
		int			n = 0;

		ttn_stream_init(&s, count, &n);
		(void)ttn_stream_add(&s, c[i].text, strlen(c[i].text));
		cr_expect_eq(ttn_stream_end(&s), c[i].want_rc, "%s",
		    c[i].name);
		cr_expect_eq(n, c[i].want, "%s: %d", c[i].name, n);
		cr_expect_str_eq(s.error.name, c[i].want_error, "%s", c[i].name);
		ttn_stream_release(&s);
	}
}

Test(ttn_stream, errors_tell_by_what_their_people_find_them)
{
	static const struct {
		const char	*text, *want;
	} c[] = {
		{ "0123456789abcdef0123456789abcdef",
		  "0123456789abcdef0123456789abcdef" },
		{ "a b", "" },
		{ "a\\nb", "" },
		{ "", "" },
		{ "0123456789012345678901234567890123456789012345678901234567"
		  "890123456789", "" },
	};
	char	text[256];

	for (size_t i = 0; i < COUNT(c); i++) {
		struct json_object	*o;
		struct ttn_error	 e;
		const char		*why;

		snprintf(text, sizeof(text), "{\"details\":[{\"name\":"
		    "\"x\",\"correlation_id\":\"%s\"}]}", c[i].text);
		o = json_parse(text, strlen(text), &why);
		cr_assert_not_null(o, "%s", text);
		ttn_error_read(o, &e);
		cr_expect_str_eq(e.correlation, c[i].want, "%s", text);
		cr_expect_str_eq(e.name, "", "half a name is none");
		json_object_put(o);
	}
}

/* Names are written into logs, where no key may be. */
Test(ttn_stream, a_server_that_repeats_our_key_is_not_repeated)
{
#define KEY	"NNSXS.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFG.ABCDEFGHIJKLMN"
	static const char *const	c[] = {
		"{\"message\":\"error:" KEY " (no)\"}",
		"{\"message\":\"error:pkg/x:" KEY "\"}",
		"{\"details\":[{\"namespace\":\"" KEY "\",\"name\":\"x\","
		"\"correlation_id\":\"" KEY "\"}]}",
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct json_object	*o = json_parse(c[i], strlen(c[i]),
					    NULL);
		struct ttn_error	 e;

		cr_assert_not_null(o, "%s", c[i]);
		ttn_error_read(o, &e);
		cr_expect_null(strstr(e.name, "NNSXS"), "%s", c[i]);
		cr_expect_null(strstr(e.correlation, "NNSXS"), "%s", c[i]);
		json_object_put(o);
	}
}

Test(ttn_stream, a_line_without_end_is_not_kept)
{
	static char		line[4096];
	struct ttn_stream	s;
	int			n = 0;

	memset(line, ' ', sizeof(line));
	ttn_stream_init(&s, count, &n);
	for (size_t len = 0; len <= TTN_STREAM_LINE_MAX; len += sizeof(line))
		(void)ttn_stream_add(&s, line, sizeof(line));
	cr_expect_eq(ttn_stream_end(&s), TTN_STREAM_BAD);
	ttn_stream_release(&s);
}

Test(ttn_stream, servers_are_clusters_or_addresses)
{
	static const struct {
		const char	*said, *want;
	} c[] = {
		{ "eu1", "https://eu1.cloud.thethings.network" },
		{ "https://ttn.example", "https://ttn.example" },
		{ "https://ttn.example:8443", "https://ttn.example:8443" },
		{ "http://127.0.0.1:80", "http://127.0.0.1:80" },
		{ "http://localhost", "http://localhost" },
		{ "http://ttn.example", NULL },
		{ "http://127.0.0.1.example", NULL },
		{ "http://localhost@ttn.example", NULL },
		{ "https://u:p@ttn.example", NULL },
		{ "https://ttn.example/api", NULL },
		{ "https://ttn.example?", NULL },
		{ "https://ttn.example:", NULL },
		{ "https://ttn.example:123456", NULL },
		{ "https://-x", NULL },
		{ "https://", NULL },
		{ "ftp://ttn.example", NULL },
		{ "eu1.cloud", NULL },
		{ "", NULL },
	};
	char	got[TTN_STORAGE_SERVER_MAX + 1];

	for (size_t i = 0; i < COUNT(c); i++) {
		bool	good = ttn_storage_server(c[i].said, got);

		cr_expect_eq(good, c[i].want != NULL, "%s", c[i].said);
		if (good && c[i].want != NULL)
			cr_expect_str_eq(got, c[i].want);
	}
}
