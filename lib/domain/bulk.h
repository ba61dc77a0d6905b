/*
 * bulk.h - many readings of many units, stored and judged at once.
 *
 * Decides whose unit and whose sensor a reading is of, what is new, and what
 * of it the engine is asked: of each unit in the order it was measured. All of
 * a list is one transaction; what its items lack, they lack alone. A unit of
 * another organization is as unknown as one that does not exist.
 *
 * With an idempotency key the answer is kept in the same transaction: sent
 * again, the list gets that answer and is not looked at.
 */
#ifndef FG_BULK_H
#define FG_BULK_H
#include "domain/api_key.h"
#include "domain/bulk_answer.h"
#include "domain/once.h"
#include "domain/unit_effects.h"

struct bulk;				/* opaque: room for a list */

struct bulk	*bulk_new(void);
void		 bulk_free(struct bulk *b);		/* NULL works */

/* DB_OK: the items have their status, and answer (a JSON object) says so.
 * DB_CONFLICT: the idempotency key came with another request. live lasts until
 * the next call. */
enum db_rc	 bulk_store(struct bulk *b, struct db *db,
		    const struct api_key *key, struct bulk_list *list,
		    const struct once *once, int64_t now_ms,
		    struct buf *answer, const struct live_list **live)
		    must_check;

#endif
