#include "web/status.h"
#include <criterion/criterion.h>

Test(web_status, every_result_has_a_status_and_every_refusal_a_code)
{
	const struct status	*s;

	for (int rc = 0; rc < WEB__MAX; rc++) {
		s = status_of((enum web_rc)rc);
		cr_expect_eq(web_http_status((enum web_rc)rc), s->http);
		cr_expect_neq(s->http, 0, "%d", rc);
		cr_expect_eq(s->http >= 400, s->code != NULL, "%d", rc);
		cr_expect_eq(s->http >= 400, s->message != NULL, "%d", rc);
		cr_expect_neq(status_reason(s->http)[0], '\0', "%d", rc);
	}
}

Test(web_status, codes_are_those_clients_know)
{
	static const struct {
		enum web_rc	 rc;
		int		 http;
		const char	*code;
	} c[] = {
		{ WEB_INVALID, 400, "VALIDATION_ERROR" },
		{ WEB_UNAUTHENTICATED, 401, "AUTH_MISSING_TOKEN" },
		{ WEB_BAD_TOKEN, 401, "AUTH_INVALID_TOKEN" },
		{ WEB_FORBIDDEN, 403, "FORBIDDEN_INSUFFICIENT_ROLE" },
		{ WEB_NO_ROLE, 403, "FORBIDDEN_NO_ROLE" },
		{ WEB_FOREIGN, 403, "FORBIDDEN_ORG_ACCESS" },
		{ WEB_BAD_CSRF, 403, "FORBIDDEN_CSRF" },
		{ WEB_NOT_FOUND, 404, "NOT_FOUND" },
		{ WEB_METHOD, 405, "METHOD_NOT_ALLOWED" },
		{ WEB_CONFLICT, 409, "CONFLICT" },
		{ WEB_TOO_LARGE, 413, "PAYLOAD_TOO_LARGE" },
		{ WEB_RATE_LIMITED, 429, "RATE_LIMITED" },
		{ WEB_ERROR, 500, "INTERNAL_ERROR" },
		{ WEB_UNAVAILABLE, 503, "UNAVAILABLE" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_eq(status_of(c[i].rc)->http, c[i].http, "%s",
		    c[i].code);
		cr_expect_str_eq(status_of(c[i].rc)->code, c[i].code);
	}
}

Test(web_status, a_database_that_is_away_is_no_mistake_of_the_caller)
{
	static const struct {
		enum db_rc	db;
		enum web_rc	web;
	} c[] = {
		{ DB_OK, WEB_OK }, { DB_NONE, WEB_NOT_FOUND },
		{ DB_CONFLICT, WEB_CONFLICT }, { DB_REFUSED, WEB_ERROR },
		{ DB_RETRY, WEB_UNAVAILABLE }, { DB_DOWN, WEB_UNAVAILABLE },
		{ DB_FAIL, WEB_ERROR },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(web_rc_of_db(c[i].db), c[i].web, "%d", c[i].db);
}
