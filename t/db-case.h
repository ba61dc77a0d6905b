/* Statements, and a table of the connection's own, to try db.h with. */
#ifndef T_DB_CASE_H
#define T_DB_CASE_H
#include "db/db.h"

extern const struct db_stmt	case_create;	/* the table, for these: */
extern const struct db_stmt	case_insert;	/* id below 100, its parent */
extern const struct db_stmt	case_count;
extern const struct db_stmt	case_add;	/* of two numbers */
extern const struct db_stmt	case_context;	/* organization and user */
extern const struct db_stmt	case_bad;	/* the server refuses it */
extern const struct db_stmt	case_forget;	/* all that was prepared */

/* Each of them must succeed. */
void	 case_run(struct db *db, const struct db_stmt *st);
int64_t	 case_number(struct db *db, const struct db_stmt *st);
int64_t	 case_sum(struct db *db, int64_t a, int64_t b);	/* by case_add */

#endif
