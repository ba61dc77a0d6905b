#include "domain/once.h"
#include <string.h>

/* Who comes second waits for the first to end. */
static const struct db_stmt claim_stmt = { "once_claim", 3, 1,
	"INSERT INTO idempotency_keys (organization_id, scope, key,"
	"	request_hash)"
	" VALUES (current_org(), $1::text, $2::text, $3::bytea)"
	" ON CONFLICT DO NOTHING RETURNING true" };

static const struct db_stmt recall_stmt = { "once_recall", 3, 2,
	"SELECT request_hash = $3::bytea, response::text FROM idempotency_keys"
	" WHERE organization_id = current_org() AND scope = $1::text"
	"   AND key = $2::text" };

static const struct db_stmt keep_stmt = { "once_keep", 3, -1,
	"UPDATE idempotency_keys SET status = 200, response = $3::jsonb"
	" WHERE organization_id = current_org() AND scope = $1::text"
	"   AND key = $2::text" };

static const struct db_stmt *const stmts[] = {
	&claim_stmt, &recall_stmt, &keep_stmt,
};
const struct db_stmt_list once_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

#define FORGET_MAX	10000		/* in a transaction */

static const struct db_stmt old_stmt = { "once_old", 1, 2,
	"SELECT organization_id, count(*) FROM idempotency_keys"
	" WHERE created_at < from_epoch_ms($1::int8)"
	" GROUP BY organization_id" };

/* By their places: a plan for a few keys would join many with each other. */
static const struct db_stmt forget_stmt = { "once_forget", 3, -1,
	"DELETE FROM idempotency_keys WHERE organization_id = $1::uuid"
	"   AND ctid = ANY (ARRAY(SELECT ctid FROM idempotency_keys"
	"	WHERE organization_id = $1::uuid"
	"	  AND created_at < from_epoch_ms($2::int8) LIMIT $3::int4))" };

static const struct db_stmt *const forget_list[] = {
	&old_stmt, &forget_stmt,
};
const struct db_stmt_list once_forget_stmts = { forget_list,
	sizeof(forget_list) / sizeof(forget_list[0]) };

bool
once_key_valid(const char *key)
{
	const size_t	len = strspn(key,
			    "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+=");

	return len > 0 && len <= ONCE_KEY_MAX && key[len] == '\0';
}

static enum db_rc
recall(const struct once *once, struct db *db, struct buf *answer)
{
	PGresult	*res = NULL;
	const char	*text;
	bool		 same;
	enum db_rc	 rc;

	rc = db_one(db, &recall_stmt, &res, db_arg_text(once->scope),
	    db_arg_text(once->key), db_arg_text(once->hash));
	if (rc == DB_OK && (!db_bool(res, 0, 0, &same) ||
	    !db_text(res, 0, 1, &text)))
		rc = db_bad_row(&recall_stmt);
	if (rc == DB_OK && !same)
		rc = DB_CONFLICT;
	if (rc == DB_NONE)
		rc = DB_RETRY;		/* forgotten between the two */
	if (rc == DB_OK)
		buf_puts(answer, text);
	PQclear(res);
	return rc;
}

enum db_rc
once_claim(const struct once *once, struct db *db, struct buf *answer,
    bool *recalled)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	*recalled = false;
	if (once->key == NULL)
		return DB_OK;
	rc = db_query(db, &claim_stmt, &res, db_arg_text(once->scope),
	    db_arg_text(once->key), db_arg_text(once->hash));
	if (rc == DB_OK && PQntuples(res) == 0) {
		*recalled = true;
		rc = recall(once, db, answer);
	}
	PQclear(res);
	return rc;
}

void
once_keep(const struct once *once, struct db *db, struct buf *answer)
{
	if (once->key == NULL)
		return;
	db_send(db, &keep_stmt, db_arg_text(once->scope),
	    db_arg_text(once->key), db_arg_text(buf_str(answer)));
}

struct forgetting {
	struct uuid	organization;
	int64_t		before_ms;
	int64_t		gone;
};

static enum db_rc
forget_some(struct db *db, void *arg)
{
	struct forgetting	*f = arg;

	f->gone = 0;
	db_send_counted(db, &forget_stmt, &f->gone,
	    db_arg_uuid(&f->organization), db_arg_i64(f->before_ms),
	    db_arg_i64(FORGET_MAX));
	return DB_OK;
}

static enum db_rc
forget_all(struct db *db, struct forgetting *f, int64_t *n)
{
	enum db_rc	rc;

	do {
		rc = db_tx(db, &f->organization, NULL, forget_some, f);
		if (rc == DB_OK)
			*n += f->gone;
	} while (rc == DB_OK && f->gone == FORGET_MAX);
	return rc;
}

enum db_rc
once_forget(struct db *db, int64_t now_ms, bool dry_run, int64_t *n)
{
	struct forgetting	 f = { .before_ms = now_ms - ONCE_KEPT_MS };
	PGresult		*res = NULL;
	int64_t			 old;
	enum db_rc		 rc;

	*n = 0;
	rc = db_query(db, &old_stmt, &res, db_arg_i64(f.before_ms));
	for (int i = 0; rc == DB_OK && i < PQntuples(res); i++)
		if (!db_uuid(res, i, 0, &f.organization) ||
		    !db_i64(res, i, 1, &old))
			rc = db_bad_row(&old_stmt);
		else if (dry_run)
			*n += old;
		else
			rc = forget_all(db, &f, n);
	PQclear(res);
	return rc;
}
