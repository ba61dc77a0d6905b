#include "web/status.h"
#include "base/log.h"

static const struct status table[WEB__MAX] = {
	[WEB_OK] = { 200, NULL, NULL, NULL, 0 },
	[WEB_CREATED] = { 201, NULL, NULL, NULL, 0 },
	[WEB_ACCEPTED] = { 202, NULL, NULL, NULL, 0 },
	[WEB_SEE_OTHER] = { 303, NULL, NULL, NULL, 0 },
	[WEB_INVALID] = { 400, "VALIDATION_ERROR", "Not acceptable",
	    "Something in the request is not acceptable.", 0 },
	[WEB_UNAUTHENTICATED] = { 401, "AUTH_MISSING_TOKEN", "Not signed in",
	    "Please sign in first.", 0 },
	[WEB_BAD_TOKEN] = { 401, "AUTH_INVALID_TOKEN", "Not signed in",
	    "What you identified yourself with is not valid.", 0 },
	[WEB_FORBIDDEN] = { 403, "FORBIDDEN_INSUFFICIENT_ROLE", "Not allowed",
	    "Your role does not permit this.", 0 },
	[WEB_NO_ROLE] = { 403, "FORBIDDEN_NO_ROLE", "Not allowed",
	    "You do not belong to an organization yet.", 0 },
	[WEB_FOREIGN] = { 403, "FORBIDDEN_ORG_ACCESS", "Not allowed",
	    "You do not belong to this organization.", 0 },
	[WEB_BAD_CSRF] = { 403, "FORBIDDEN_CSRF", "Form expired",
	    "This form is no longer valid. Go back, reload the page and try "
	    "again.", 0 },
	[WEB_NOT_FOUND] = { 404, "NOT_FOUND", "Not found",
	    "There is nothing at this address.", 0 },
	[WEB_METHOD] = { 405, "METHOD_NOT_ALLOWED", "Not possible here",
	    "This address does not take that method.", 0 },
	[WEB_CONFLICT] = { 409, "CONFLICT", "Already changed",
	    "This contradicts what is stored already.", 0 },
	[WEB_TOO_LARGE] = { 413, "PAYLOAD_TOO_LARGE", "Too large",
	    "The request is larger than what is taken here.", 0 },
	[WEB_RATE_LIMITED] = { 429, "RATE_LIMITED", "Too many requests",
	    "Too many requests. Wait a little, then try again.", 10 },
	[WEB_ERROR] = { 500, "INTERNAL_ERROR", "Something went wrong",
	    "This is our mistake. It has been recorded.", 0 },
	[WEB_UNAVAILABLE] = { 503, "UNAVAILABLE", "Not available",
	    "The service is not available for the moment.", 5 },
};

static const struct {
	int		 http;
	const char	*reason;
} reasons[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
	{ 204, "No Content" }, { 303, "See Other" }, { 400, "Bad Request" },
	{ 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
	{ 405, "Method Not Allowed" }, { 409, "Conflict" },
	{ 413, "Content Too Large" }, { 429, "Too Many Requests" },
	{ 500, "Internal Server Error" }, { 503, "Service Unavailable" },
};

const struct status *
status_of(enum web_rc rc)
{
	if ((unsigned)rc >= WEB__MAX)
		bug("no such result: %d", (int)rc);
	return &table[rc];
}

int
web_http_status(enum web_rc rc)
{
	return status_of(rc)->http;
}

/* A status without a name of ours needs none: clients read the number. */
const char *
status_reason(int http)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].http == http)
			return reasons[i].reason;
	return "";
}

enum web_rc
web_rc_of_db(enum db_rc rc)
{
	switch (rc) {
	case DB_OK:
		return WEB_OK;
	case DB_NONE:
		return WEB_NOT_FOUND;
	case DB_CONFLICT:
		return WEB_CONFLICT;
	case DB_RETRY:
	case DB_DOWN:
		return WEB_UNAVAILABLE;
	default:
		return WEB_ERROR;
	}
}
