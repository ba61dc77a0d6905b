/*
 * api_key.h - the keys of an organization's own programs.
 *
 * Decides whose a key is, whether it still opens anything, and what: its
 * scopes. Only its hash is stored (token.h). That it was used is noted to the
 * minute, so that not every request writes. Making and revoking keys is
 * enrol.h.
 */
#ifndef FG_API_KEY_H
#define FG_API_KEY_H
#include "db/db.h"

enum api_scope {
	API_READINGS_WRITE,	/* send readings of the last days */
	API_BACKFILL,		/* ... and of the last two years */
	API_SCOPE__MAX
};
#define API_BIT(scope)		(1u << (scope))
#define API_SCOPES_TEXT	64	/* all of them, as an SQL array */

struct api_key {		/* plain value */
	struct uuid	id;
	struct uuid	organization;
	unsigned	scopes;		/* API_BIT()s */
};

/* "readings:write,backfill" as the SQL array of the same: false unless each
 * of them is a scope, and no other. */
bool		 api_scopes_format(const char *list,
		    char out[API_SCOPES_TEXT]) must_check;

/* In a transaction of its own. DB_NONE: nobody's, revoked, or expired. */
enum db_rc	 api_key_find(struct db *db, const char *key_hash,
		    int64_t now_ms, struct api_key *out) must_check;

extern const struct db_stmt_list api_key_stmts;

#endif
