/*
 * trail.h - lines of the audit trail.
 *
 * Decides how what somebody did, or the system decided, becomes a line of
 * event_logs. Nobody changes or deletes one. What is worth a line, and in which
 * words, is its writer's to say.
 */
#ifndef FG_TRAIL_H
#define FG_TRAIL_H
#include "base/json.h"
#include "db/rows.h"

struct trail_line {		/* plain value; borrows its texts and data */
	struct uuid		 unit, site, area;	/* nil: of none */
	struct uuid		 actor;		/* nil: the system itself */
	const char		*type, *category, *severity, *title;
	struct json_object	*data;
	int64_t			 at_ms;
};

/* Among lines of one organization, for trail_send(). */
void	 trail_add(struct db_rows *rows, const struct trail_line *l);
/* Queues them, and clears rows. */
void	 trail_send(struct db_rows *rows, struct db *db,
	    const struct uuid *organization);
/* Queues one. */
void	 trail_write(struct db *db, const struct uuid *organization,
	    const struct trail_line *l);

extern const struct db_stmt_list trail_stmts;

#endif
