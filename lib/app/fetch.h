/*
 * fetch.h - messages that a network has kept become readings.
 *
 * Joins domain/backfill.h, the network's store and ingest: each message takes
 * the way it would have taken from the webhook, so what is there already is
 * there once. Asks for one thing at a time, and stops asking a network that is
 * busy, in trouble, or does not let us in.
 */
#ifndef FG_FETCH_H
#define FG_FETCH_H
#include "domain/backfill.h"
#include "domain/ingest.h"
#include "domain/live_send.h"

#define FETCH_PAGE	250	/* messages in an answer */

struct fetch {
	struct db	*jobs;		/* as fg_jobs: the ledger */
	struct db	*ingest;	/* as fg_ingest: where readings go */
	struct live_sender *sender;	/* NULL: nobody is told */
	int64_t		 now_ms;
	bool		 dry_run;	/* count what is due, ask nobody */
	/* What it came to. */
	int64_t		 connections, gaps, requests, messages;
	int64_t		 stored;	/* readings that were not there */
	int64_t		 failed;	/* connections that had trouble */
};

/* DB_OK also when networks had trouble, or the database with one connection. */
enum db_rc	 fetch_run(struct fetch *f) must_check;

extern const struct db_stmt_list fetch_stmts;

#endif
