/*
 * once.h - a request that may be sent again, and is carried out once.
 *
 * Decides what an Idempotency-Key may look like, and what becomes of a request
 * that carries one: the first to come claims it, and keeps its answer in the
 * same transaction; who comes again, with the same request, gets that answer.
 * A key belongs to an organization and to what was asked (scope), and is kept
 * for ONCE_KEPT_MS.
 */
#ifndef FG_ONCE_H
#define FG_ONCE_H
#include "base/buf.h"
#include "db/db.h"

#define ONCE_KEY_MAX	255		/* bytes */
#define ONCE_KEPT_MS	(48 * 3600 * INT64_C(1000))

struct once {			/* borrows all */
	const char	*scope;
	const char	*key;	/* the sender's; NULL: none, and nothing is kept */
	const char	*hash;	/* of the request, as bytea text */
};

/* False: not a key that we keep. */
bool		 once_key_valid(const char *key);
/* In a transaction of the organization. DB_OK: it is ours to carry out, unless
 * *recalled: then answer has what was answered before. DB_CONFLICT: the key
 * came with another request. Waits for who is carrying it out just now. */
enum db_rc	 once_claim(const struct once *once, struct db *db,
		    struct buf *answer, bool *recalled) must_check;
/* Queues that this, JSON, was the answer. */
void		 once_keep(const struct once *once, struct db *db,
		    struct buf *answer);

extern const struct db_stmt_list once_stmts;

/* For a job of all organizations: forgets the keys that were kept long enough,
 * of which there are *n; of a dry run *n is what there is to forget. */
enum db_rc	 once_forget(struct db *db, int64_t now_ms, bool dry_run,
		    int64_t *n) must_check;
extern const struct db_stmt_list once_forget_stmts;

#endif
