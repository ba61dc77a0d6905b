/* Log lines: whole JSON, no secrets, not too many. */
#include "base/log.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/log_limit.h"

#define NOON	INT64_C(1772452800000)

static char	text[1 << 16];
static int	out[2];

static void
capture(void)
{
	cr_assert_eq(pipe(out), 0);
	cr_assert_eq(dup2(out[1], STDERR_FILENO), STDERR_FILENO);
	close(out[1]);
	clock_freeze(NOON);
	log_open("t-log", LOG_INFO);
}

TestSuite(log, .init = capture);

/* Everything written so far; a test reads once. */
static const char *
captured(void)
{
	ssize_t	n;
	size_t	len = 0;

	close(STDERR_FILENO);
	while ((n = read(out[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return text;
}

static int
count_lines(const char *s)
{
	int	n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

Test(log, writes_one_json_object_a_line)
{
	log_info("start");
	log_request("req-1");
	log_warn("spool.full", LOG_STR("file", "/a"), LOG_INT("bytes", -7),
	    LOG_BOOL("replay", true), LOG_STR("none", NULL));
	log_request(NULL);
	log_error("end");
	cr_expect_str_eq(captured(),
	    "{\"level\":\"info\",\"time\":\"2026-03-02T12:00:00.000Z\","
	    "\"program\":\"t-log\",\"event\":\"start\"}\n"
	    "{\"level\":\"warn\",\"time\":\"2026-03-02T12:00:00.000Z\","
	    "\"program\":\"t-log\",\"event\":\"spool.full\","
	    "\"requestId\":\"req-1\",\"file\":\"/a\",\"bytes\":-7,"
	    "\"replay\":true,\"none\":null}\n"
	    "{\"level\":\"error\",\"time\":\"2026-03-02T12:00:00.000Z\","
	    "\"program\":\"t-log\",\"event\":\"end\"}\n");
}

Test(log, is_silent_below_its_level)
{
	log_open("t-log", LOG_WARN);
	log_debug("a");
	log_info("b");
	cr_expect_not(log_enabled(LOG_INFO));
	cr_expect(log_enabled(LOG_WARN));
	cr_expect_str_eq(captured(), "");
}

Test(log, never_shows_a_field_whose_key_names_a_secret)
{
	static const char *const keys[] = {
		"password", "Password", "new_password", "secret",
		"webhook_secret", "WEBHOOK-SECRET", "authorization",
		"Authorization", "token", "accessToken", "csrf_token",
		"cookie", "Set-Cookie", "api_key", "apikey", "apiKey",
		"X-API-Key", "app_key", "AppKey", "x-downlink-apikey",
		"privateKey", "passphrase", "nwk_key",
	};
	const char	*s;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		log_info("e", LOG_STR(keys[i], "hunter2"));
		log_info("e", LOG_INT(keys[i], 271828));
	}
	s = captured();
	cr_expect_null(strstr(s, "hunter2"), "%s", s);
	cr_expect_null(strstr(s, "271828"), "%s", s);
	cr_expect_eq(count_lines(s), 46);
}

Test(log, shows_keys_that_only_look_like_secrets)
{
	log_info("e", LOG_STR("key", "a"), LOG_STR("passed", "b"),
	    LOG_STR("keyboard", "c"));
	cr_expect_null(strstr(captured(), "redacted"));
}

Test(log, stays_valid_json_whatever_the_values)
{
	static const char nasty[] = "a\"b\\c\n\r\t\x01\x7f</script>\xff\xc3("
	    "\xed\xa0\x80 gr\xc3\xbc\xc3\x9f" "e";
	struct json_object	*o;
	const char		*s, *why;

	log_info("e", LOG_STR("v", nasty), LOG_STR("k\"\n", "v"));
	s = captured();
	cr_expect_eq(count_lines(s), 1);
	o = json_parse(s, strlen(s), &why);
	cr_assert_not_null(o, "%s: %s", why, s);
	cr_expect_not_null(strstr(json_str(o, "v", NULL),
	    "gr\xc3\xbc\xc3\x9f" "e"));
	json_object_put(o);
}

Test(log, cuts_long_values_and_drops_fields_that_do_not_fit)
{
	struct json_object	*o;
	const char		*s;
	size_t			 len;
	char			*big = malloc(100001);

	memset(big, '"', 100000);
	big[100000] = '\0';
	log_info("e", LOG_STR("a", big), LOG_STR("b", big), LOG_STR("c", big),
	    LOG_STR("d", big), LOG_STR("e", big), LOG_INT("f", 6));
	s = captured();
	cr_expect_leq(strlen(s), 4096, "a pipe writes it at once");
	o = json_parse(s, strlen(s), NULL);
	cr_assert_not_null(o, "%s", s);
	json_str(o, "a", &len);
	cr_expect_leq(len, 520);
	cr_expect_null(json_str(o, "e", NULL));
	cr_expect_not_null(strstr(s, "\"f\":6"));
	json_object_put(o);
	free(big);
}

Test(log, cuts_between_characters)
{
	char	value[600];

	memset(value, 'x', sizeof(value));
	memcpy(value + 511, "\xe2\x82\xac", 3);
	value[599] = '\0';
	log_info("e", LOG_STR("v", value));
	cr_expect_not_null(strstr(captured(), "x\xe2\x82\xac\xe2\x80\xa6\""));
}

Test(log, limits_each_event_and_tells_how_many_it_left_out)
{
	const char	*s;

	for (int i = 0; i < LOG_BURST + 7; i++) {
		log_warn("noisy");
		log_info("counted");
	}
	log_error("other");
	clock_freeze(NOON + 59999);
	log_warn("noisy");
	clock_freeze(NOON + 60000);
	log_warn("noisy");
	log_warn("noisy");
	s = captured();
	cr_expect_eq(count_lines(s), LOG_BURST + LOG_BURST + 7 + 1 + 2, "%d",
	    count_lines(s));
	s = strstr(s, "\"suppressed\":8}\n");
	cr_assert_not_null(s);
	cr_expect_null(strstr(s + 2, "\"suppressed"));
}

Test(log, knows_its_levels_by_name)
{
	enum log_level	l;

	cr_expect(log_level_parse("error", &l) && l == LOG_ERROR);
	cr_expect(log_level_parse("debug", &l) && l == LOG_DEBUG);
	cr_expect_not(log_level_parse("Error", &l));
	cr_expect_not(log_level_parse("", &l));
	cr_expect_not(log_level_parse("errors", &l));
}

Test(log, lets_fatal_end_the_process_with_1, .exit_code = 1)
{
	fatal("no %s", "database");
}

Test(log, lets_bug_abort, .signal = SIGABRT)
{
	bug("never");
}

Test(log_limit, begins_a_new_window_when_the_clock_is_set_back)
{
	int64_t	left_out = 0;

	cr_expect(log_limit_pass("e", NOON, 1, &left_out));
	cr_expect_not(log_limit_pass("e", NOON, 1, &left_out));
	cr_expect(log_limit_pass("e", NOON - 3600000, 1, &left_out));
	cr_expect_eq(left_out, 1);
}

Test(log_limit, tells_events_apart_when_there_are_many)
{
	char	event[32];
	int64_t	left_out;

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < LOG_LIMIT_EVENTS; i++) {
			snprintf(event, sizeof(event), "event.%d", i);
			cr_expect_eq(log_limit_pass(event, NOON, 1, &left_out),
			    round == 0, "%s", event);
		}
	cr_expect(log_limit_pass("one.more", NOON + 1, 1, &left_out));
	cr_expect_not(log_limit_pass("one.more", NOON + 1, 1, &left_out));
}
