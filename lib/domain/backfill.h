/*
 * backfill.h - what is to be asked of a network's store, and what came of it.
 *
 * Decides which gaps (gap.h) are worth asking for, how few requests they make,
 * when a network is asked again after it failed, and when a gap is given up:
 * what the store did not have, it will not have. A gap that still goes on is
 * asked for again and again, ever more seldom. Asks nobody itself.
 *
 * As fg_jobs. A connection that is claimed is nobody else's for
 * BACKFILL_LEASE_MS; whoever has not ended by then has died.
 */
#ifndef FG_BACKFILL_H
#define FG_BACKFILL_H
#include "base/arena.h"
#include "db/db.h"
#include "domain/seal.h"

#define BACKFILL_LEASE_MS	(15 * INT64_C(60000))
#define BACKFILL_BACK_MS	(29 * 24 * INT64_C(3600000))	/* networks
				 * keep less, and ingest believes no more */

struct backfill_connection {	/* strings are the arena's, but for the key */
	struct uuid	 organization, id;
	const char	*application, *server;
	char		 key[SEAL_MAX + 1];	/* the caller clears it */
	int32_t		 failures;	/* in a row */
	int32_t		 others;	/* connections of the organization that
					 * may know a device as well */
};

struct backfill_gap {
	struct uuid	 unit, series;	/* as in the ledger */
	struct uuid	 device;
	const char	*name;		/* the network's for the device */
	int64_t		 from_ms, to_ms;	/* to_ms 0: it goes on */
};

/* Gaps of one device that are asked for at once. */
struct backfill_span {
	const struct backfill_gap *gaps;
	size_t		 n;
	int64_t		 from_ms, to_ms;
};

enum backfill_end {		/* of a connection's turn */
	BACKFILL_DONE,
	BACKFILL_LATER,		/* the network asked for it */
	BACKFILL_FAILED,	/* it had trouble: later and later */
	BACKFILL_LOCKED_OUT	/* our key is no good; a person must help */
};

struct backfill_trouble {	/* what the network had; for a person */
	int64_t		 wait_ms;	/* it asked for; 0: not */
	int32_t		 status;	/* of HTTP; 0: no answer */
	const char	*text;
	const char	*name, *correlation;	/* its own words; or "" */
};

/* Whose turn has come: organization and id. */
enum db_rc	 backfill_due(struct db *db, int64_t now_ms,
		    struct arena *arena, struct backfill_connection **v,
		    size_t *n) must_check;
/* Fills in the rest, and claims it. DB_NONE: somebody else has; DB_REFUSED:
 * its key does not open with this key file. */
enum db_rc	 backfill_claim(struct db *db, struct backfill_connection *c,
		    int64_t now_ms, struct arena *arena) must_check;
/* What has become due, by device and time; at most max. The ledger is made up
 * to now first, for rollup.h is up to an hour behind. */
enum db_rc	 backfill_gaps(struct db *db,
		    const struct backfill_connection *c, int64_t now_ms,
		    int32_t max, struct arena *arena, struct backfill_gap **v,
		    size_t *n) must_check;
/* Gaps in that order, as few spans as makes sense: out has room for n. Pure. */
size_t		 backfill_merge(const struct backfill_gap *v, size_t n,
		    int64_t now_ms, struct backfill_span *out);

/* Everything the network had of it is stored. What is still missing it does not
 * have. */
enum db_rc	 backfill_settle(struct db *db,
		    const struct backfill_connection *c,
		    const struct backfill_span *s, int64_t now_ms) must_check;
/* It knows no such device; perhaps another connection's application does, or
 * an administrator is about to make it known. */
enum db_rc	 backfill_unknown(struct db *db,
		    const struct backfill_connection *c,
		    const struct backfill_span *s, int64_t now_ms) must_check;
/* Gives the connection back; after BACKFILL_DONE t is NULL. */
enum db_rc	 backfill_release(struct db *db,
		    const struct backfill_connection *c,
		    enum backfill_end end, const struct backfill_trouble *t,
		    int64_t now_ms) must_check;
/* How long it is left alone; failures include this one. Pure. */
int64_t		 backfill_wait_ms(enum backfill_end end, int32_t failures,
		    int64_t wait_ms);

extern const struct db_stmt_list backfill_stmts;

#endif
