/*
 * rows.h - many rows for one statement: one argument, an array of a row type.
 *
 * The statement makes rows of it again, by unnest($2::unit_step[]): one for a
 * hundred rows costs the server little more than one for a single row. The
 * values of a row are the columns of the type, in its order.
 */
#ifndef FG_DB_ROWS_H
#define FG_DB_ROWS_H
#include "base/buf.h"
#include "db/db.h"

#define DB_ROWS_MAX	((size_t)256 * 1024 * 1024)	/* bytes */

struct db_rows {			/* zeroed at first */
	size_t		 n;
	struct buf	 text;
};

/* Values are copied. */
void	 db_rows_add_n(struct db_rows *r, const struct db_arg *value, size_t n);
#define db_rows_add(r, ...)	db_rows_add_n(r, DB_ARGS(__VA_ARGS__))
/* No rows any more; the memory is kept. */
void	 db_rows_clear(struct db_rows *r);
void	 db_rows_release(struct db_rows *r);

/* As db_send_heard(), with the given arguments and then the rows; nothing is
 * sent where there are none. Clears r. hear may be NULL. */
void	 db_rows_send_n(struct db_rows *r, struct db *db, const struct db_stmt *st,
	    const struct db_arg *args, size_t nargs, db_hear_fn *hear,
	    void *ctx);
#define db_rows_send(r, db, st, ...)					\
	db_rows_send_n(r, db, st, DB_ARGS(__VA_ARGS__), NULL, NULL)
#define db_rows_send_heard(r, db, st, hear, ctx, ...)			\
	db_rows_send_n(r, db, st, DB_ARGS(__VA_ARGS__), hear, ctx)

#endif
