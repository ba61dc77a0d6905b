#include "domain/api_key.h"
#include <stdio.h>
#include <string.h>

/* The key names the tenant of what follows: nobody's names none. */
static const struct db_stmt tenant_stmt = { "api_key_tenant", 1, 1,
	"SELECT set_config('frostguard.org_id', coalesce("
	"	(SELECT organization_id::text FROM api_key_directory"
	"	  WHERE key_hash = $1::bytea AND enabled), ''), true)" };

#define THIS_KEY							\
	" organization_id = current_org() AND id = ("			\
	"	SELECT api_key_id FROM api_key_directory"		\
	"	 WHERE key_hash = $1::bytea AND enabled)"		\
	"   AND revoked_at IS NULL AND (expires_at IS NULL"		\
	"	OR expires_at > from_epoch_ms($2::int8))"

/* As many columns as there are scopes, and two. */
static const struct db_stmt find_stmt = { "api_key_find", 2, 4,
	"SELECT organization_id, id, 'readings:write' = ANY (scopes),"
	"	'backfill' = ANY (scopes)"
	"  FROM api_keys WHERE" THIS_KEY };

static const struct db_stmt used_stmt = { "api_key_used", 2, -1,
	"UPDATE api_keys SET last_used_at = from_epoch_ms($2::int8)"
	" WHERE" THIS_KEY
	"   AND (last_used_at IS NULL OR last_used_at <"
	"	from_epoch_ms($2::int8) - interval '1 minute')" };

static const struct db_stmt *const stmts[] = {
	&tenant_stmt, &find_stmt, &used_stmt,
};
const struct db_stmt_list api_key_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static const char *const scopes[API_SCOPE__MAX] = {
	[API_READINGS_WRITE] = "readings:write",
	[API_BACKFILL] = "backfill",
};

static bool
is_scope(const char *s, size_t len)
{
	for (size_t i = 0; i < API_SCOPE__MAX; i++)
		if (strlen(scopes[i]) == len && memcmp(scopes[i], s, len) == 0)
			return true;
	return false;
}

bool
api_scopes_format(const char *list, char out[API_SCOPES_TEXT])
{
	const char	*s = list;
	size_t		 len;
	int		 n;

	for (;;) {
		len = strcspn(s, ",");
		if (!is_scope(s, len))
			return false;
		if (s[len] == '\0')
			break;
		s += len + 1;
	}
	n = snprintf(out, API_SCOPES_TEXT, "{%s}", list);
	return n > 0 && n < API_SCOPES_TEXT;
}

static bool
map_key(const PGresult *res, struct api_key *out)
{
	bool	has[API_SCOPE__MAX];

	if (!db_uuid(res, 0, 0, &out->organization) ||
	    !db_uuid(res, 0, 1, &out->id))
		return false;
	out->scopes = 0;
	for (int i = 0; i < API_SCOPE__MAX; i++) {
		if (!db_bool(res, 0, 2 + i, &has[i]))
			return false;
		if (has[i])
			out->scopes |= API_BIT(i);
	}
	return true;
}

struct search {			/* a key being looked for */
	const char	*hash;
	int64_t		 now_ms;
	struct api_key	*out;
	bool		 found, mapped;
};

static void
hear_key(void *ctx, const PGresult *res)
{
	struct search	*s = ctx;

	s->found = PQntuples(res) > 0;
	s->mapped = s->found && map_key(res, s->out);
}

static enum db_rc
search(struct db *db, void *arg)
{
	struct search	*s = arg;

	db_send(db, &tenant_stmt, db_arg_text(s->hash));
	db_send_heard(db, &find_stmt, hear_key, s, db_arg_text(s->hash),
	    db_arg_i64(s->now_ms));
	db_send(db, &used_stmt, db_arg_text(s->hash), db_arg_i64(s->now_ms));
	return DB_OK;
}

enum db_rc
api_key_find(struct db *db, const char *key_hash, int64_t now_ms,
    struct api_key *out)
{
	struct search	s = { .hash = key_hash, .now_ms = now_ms, .out = out };
	enum db_rc	rc = db_tx(db, NULL, NULL, search, &s);

	if (rc != DB_OK)
		return rc;
	if (!s.found)
		return DB_NONE;
	return s.mapped ? DB_OK : db_bad_row(&find_stmt);
}
