/*
 * plain.h - what cannot be prepared: maintenance, and rows by COPY.
 *
 * The text goes to the server as it stands: it is made of constants and of
 * names that this house makes itself, never of anybody's data. Statements of
 * db.h may stand between these, in a transaction of db.h or of plain_run().
 * What fails is logged here, by the word the text begins with.
 */
#ifndef FG_PLAIN_H
#define FG_PLAIN_H
#include "db/db.h"

/* *rows, where not NULL: how many it touched. */
enum db_rc	plain_run(struct db *db, const char *sql, int64_t *rows)
		    must_check;

/* COPY ... FROM STDIN: begin, put what it is to read in pieces of any size,
 * end; nothing else is asked of db in between. A failure in the middle is told
 * at the end. DB_CONFLICT: a row was there already, and none is now. */
struct plain_copy {
	PGconn	*conn;			/* borrowed from db */
};
enum db_rc	plain_copy_begin(struct plain_copy *c, struct db *db,
		    const char *sql) must_check;
void		plain_copy_put(struct plain_copy *c, const void *bytes,
		    size_t len);
enum db_rc	plain_copy_end(struct plain_copy *c, int64_t *rows) must_check;

#endif
