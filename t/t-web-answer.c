/* What an answer's head may contain; its body is looked at by web.sh. */
#include "web/answer.h"
#include <criterion/criterion.h>
#include <signal.h>

static const struct web_app	app = { .name = "t" };
static struct web_req		req;

static void
setup(void)
{
	request_init(&req, &app, NULL, gate_open());
	req.method = "GET";
	req.path = "/units";
	req.query = "";
	req.request_id = "r1";
}

static void
teardown(void)
{
	struct gate	*gate = req.impl->gate;

	request_end(&req);
	request_release(&req);
	gate_close(gate);
}

static const char *
header(const char *name)
{
	for (size_t i = 0; i < req.impl->nheaders; i++)
		if (strcmp(req.impl->header[i].name, name) == 0)
			return req.impl->header[i].value;
	return "";
}

TestSuite(web_answer, .init = setup, .fini = teardown);

Test(web_answer, a_header_set_again_is_replaced)
{
	web_set_header(&req, "Cache-Control", "no-store");
	web_set_header(&req, "Cache-Control", "max-age=5");
	cr_expect_str_eq(header("Cache-Control"), "max-age=5");
	cr_expect_eq(req.impl->nheaders, 1);
}

Test(web_answer, a_value_cannot_begin_another_header)
{
	web_set_header(&req, "X-A", "a\r\nSet-Cookie: b=c");
	web_set_header(&req, "X-B", "a\nb");
	web_set_header(&req, "X-C", "a\x7f");
	cr_expect_eq(req.impl->nheaders, 0);
}

Test(web_answer, each_cookie_is_a_header)
{
	web_set_cookie(&req, "a", "1", 60);
	web_set_cookie(&req, "b", "", 0);
	cr_expect_eq(req.impl->nheaders, 2);
	cr_expect_str_eq(req.impl->header[0].value,
	    "a=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
	cr_expect_str_eq(req.impl->header[1].value,
	    "b=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

Test(web_answer, a_cookie_over_tls_stays_there)
{
	setenv("HTTPS", "on", 1);
	web_set_cookie(&req, "a", "1", 60);
	cr_expect_str_eq(header("Set-Cookie"),
	    "a=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
}

Test(web_answer, a_cookie_cannot_bring_attributes, .signal = SIGABRT)
{
	web_set_cookie(&req, "a", "1; Domain=evil", 60);
}

Test(web_answer, a_redirect_stays_in_the_house)
{
	static const struct {
		const char	*to, *want;
	} c[] = {
		{ "/units?x=1", "/units?x=1" },
		{ "//evil.example", "/" },
		{ "/\\evil.example", "/" },
		{ "https://evil.example", "/" },
		{ "units", "/" },
		{ "", "/" },
		{ "/a\r\nSet-Cookie: b=c", "/" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_eq(web_redirect(&req, c[i].to, NULL), WEB_SEE_OTHER);
		cr_expect_str_eq(header("Location"), c[i].want, "%s",
		    c[i].to);
		cr_expect_eq(req.impl->status, 303);
	}
}

Test(web_answer, details_are_collected_and_bounded)
{
	cr_expect_eq(web_refuse(&req, WEB_INVALID, "a", "is odd"),
	    WEB_INVALID);
	for (int i = 0; i < 100; i++)
		web_refuse(&req, WEB_INVALID, "b", "is odd");
	cr_expect_eq(json_object_array_length(req.impl->details),
	    REQUEST_DETAILS);
}

Test(web_answer, a_senders_field_name_comes_back_as_text_or_not_at_all)
{
	static const struct {
		const char	*name, *want;
	} c[] = {
		{ "caf\xc3\xa9", "caf\xc3\xa9" }, { "\xff", "?" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "?" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		request_detail(&req, c[i].name, "is not known here");
		cr_expect_str_eq(json_object_get_string(
		    json_object_object_get(json_object_array_get_idx(
		    req.impl->details, i), "field")), c[i].want);
	}
}

Test(web_answer, a_handler_that_answers_nothing_is_a_bug, .signal = SIGABRT)
{
	answer_rc(&req, WEB_OK);
}
