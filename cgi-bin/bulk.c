/*
 * bulk - FastCGI program: takes many readings at once, from customers' programs.
 *
 * 200 says that everything that could be stored is on disk, and for each
 * reading, in the order sent, what became of it: one that is refused is no
 * reason to refuse the others. Whoever sends a list again, because no answer
 * came, has it stored once; with an Idempotency-Key, gets the same answer.
 */
#include "app/guard.h"
#include "base/conf.h"
#include "base/gunzip.h"
#include "base/metrics.h"
#include "domain/bulk.h"
#include "domain/bulk_find.h"
#include "domain/bulk_format.h"
#include "domain/live_send.h"
#include "domain/reading_rows.h"
#include "domain/trail.h"
#include "domain/unit_step.h"
#include "web/credential.h"
#include <malloc.h>
#include <string.h>
#include <strings.h>

static struct live_sender	*sender;
static struct bulk		*bulk;

static const char *
find_key(struct web_req *req)
{
	static const char *const headers[] = { "X-API-Key", NULL };
	const char	*key = credential_header(req, headers);

	return key != NULL ? key :
	    credential_bearer(web_header(req, "Authorization"));
}

static enum web_rc
refuse_key(struct web_req *req, enum web_rc rc, const char *why)
{
	metric_add(M_BULK_UNAUTHORIZED, 1);
	return web_refuse(req, rc, NULL, why);
}

/* Whose key it is; it must be one for readings. */
static enum web_rc
admit(struct web_req *req, struct api_key *key)
{
	const char	*text = find_key(req);
	char		 hash[TOKEN_HASH];
	enum db_rc	 rc;

	if (text == NULL)
		return refuse_key(req, WEB_UNAUTHENTICATED, "Missing API key");
	token_hash(TOKEN_API_KEY, text, strlen(text), hash);
	rc = api_key_find(req->db, hash, req->now_ms, key);
	if (rc == DB_NONE)
		return refuse_key(req, WEB_BAD_TOKEN, "Invalid API key");
	if (rc != DB_OK)
		return web_rc_of_db(rc);
	return (key->scopes & API_BIT(API_READINGS_WRITE)) != 0 ? WEB_OK :
	    refuse_key(req, WEB_FORBIDDEN,
	    "This key is not for sending readings");
}

/* The body as it was before the sender compressed it; it lives in plain, or as
 * long as the request. */
static enum web_rc
unpack(struct web_req *req, struct buf *plain, const char **text, size_t *len)
{
	const char	*coding = web_header(req, "Content-Encoding");

	*text = req->body;
	*len = req->body_len;
	if (coding == NULL || *coding == '\0' ||
	    strcasecmp(coding, "identity") == 0)
		return WEB_OK;
	if (strcasecmp(coding, "gzip") != 0)
		return web_refuse(req, WEB_INVALID, "Content-Encoding",
		    "must be gzip, if anything");
	switch (gunzip(req->body, req->body_len, plain)) {
	case GUNZIP_OK:
		*text = buf_str(plain);
		*len = plain->len;
		return WEB_OK;
	case GUNZIP_TOO_LARGE:
		return WEB_TOO_LARGE;
	default:
		return web_refuse(req, WEB_INVALID, "body",
		    "is not gzip, or not all of it");
	}
}

static enum web_rc
read_list(struct web_req *req, const struct api_key *key, struct buf *plain,
    struct bulk_list *list)
{
	const struct bulk_format	*format;
	const char			*text, *why;
	size_t				 len;
	enum web_rc			 rc;

	format = bulk_format_find(web_header(req, "Content-Type"));
	if (format == NULL)
		return web_refuse(req, WEB_INVALID, "Content-Type",
		    "must be application/json, application/x-ndjson, "
		    "text/csv or application/senml+json");
	if (req->body_len == 0)
		return web_refuse(req, WEB_INVALID, "body", "must be given");
	rc = unpack(req, plain, &text, &len);
	if (rc != WEB_OK)
		return rc;
	if (!bulk_format_read(format, list, text, len, req->now_ms,
	    (key->scopes & API_BIT(API_BACKFILL)) != 0, &why))
		return web_refuse(req, WEB_INVALID, "body", why);
	return WEB_OK;
}

static enum web_rc
read_once(struct web_req *req, struct once *once, char hash[TOKEN_HASH])
{
	const char	*key = web_header(req, "Idempotency-Key");

	if (key == NULL || *key == '\0')
		return WEB_OK;
	if (!once_key_valid(key))
		return web_refuse(req, WEB_INVALID, "Idempotency-Key",
		    "must be at most 255 of A-Z a-z 0-9 - _ . : / + =");
	once->key = key;
	once->hash = token_hash(TOKEN_REQUEST, req->body, req->body_len, hash);
	return WEB_OK;
}

static enum web_rc
store(struct web_req *req, const struct api_key *key, struct bulk_list *list)
{
	struct once		 once = { .scope = "readings/bulk" };
	const struct live_list	*live;
	struct buf		 answer = BUF_INIT(BULK_ANSWER_MAX), *out;
	char			 hash[TOKEN_HASH];
	enum web_rc		 rc = read_once(req, &once, hash);

	if (rc != WEB_OK)
		goto out;
	rc = web_rc_of_db(bulk_store(bulk, req->db, key, list, &once,
	    req->now_ms, &answer, &live));
	if (rc == WEB_CONFLICT)
		rc = web_refuse(req, rc, "Idempotency-Key",
		    "came with another request before");
	if (rc != WEB_OK)
		goto out;
	live_send(sender, live->v, live->n);
	out = web_begin_data(req);
	buf_add(out, answer.data, answer.len);
	rc = web_end_data(req);
out:
	buf_release(&answer);
	return rc;
}

/* A list of so many takes megabytes, which are given back: such lists are
 * seldom, and the next may be another worker's. */
#define LONG_LIST	1000

static void
shrink(void)
{
	bulk_free(bulk);
	bulk = bulk_new();
	(void)malloc_trim(0);
}

static enum web_rc
take_readings(struct web_req *req)
{
	struct bulk_list	list = { 0 };
	struct buf		plain = BUF_INIT(BULK_BODY_MAX);
	struct api_key		key;
	bool			is_long;
	enum web_rc		rc = admit(req, &key);

	if (rc != WEB_OK)
		return rc;
	rc = read_list(req, &key, &plain, &list);
	if (rc == WEB_OK)
		rc = store(req, &key, &list);
	else
		metric_add(M_BULK_MALFORMED, 1);
	is_long = list.n >= LONG_LIST;
	bulk_list_release(&list);
	buf_release(&plain);
	if (is_long)
		shrink();
	return rc;
}

static void
start(void)
{
	guard_start();
	sender = live_sender_new(conf_text("stream_socket"));
	bulk = bulk_new();
}

static const struct web_route routes[] = {
	/* method, path, permission, parameters, handler */
	{ "POST", "/readings/bulk", MAY_DEVICE, NULL, 0, take_readings },
};

static const struct db_stmt_list *const stmts[] = {
	&api_key_stmts, &once_stmts, &bulk_find_stmts, &device_stmts,
	&late_stmts, &reading_rows_stmts, &unit_watch_stmts, &unit_step_stmts,
	&unit_effects_stmts, &trail_stmts, NULL
};

int
main(int argc, char **argv)
{
	static const struct web_app app = {
		.name = "bulk",
		.help = "Takes many readings at once.",
		.routes = routes,
		.nroutes = sizeof(routes) / sizeof(routes[0]),
		.guard = guard_session,
		.permission_name = guard_permission_name,
		.body_max = BULK_BODY_MAX,
		.db_role = "fg_ingest",
		.stmts = stmts,
		.raw_body = true,
		.start = start,
	};

	return web_main(argc, argv, &app);
}
