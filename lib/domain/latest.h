/*
 * latest.h - the newest value of every unit of an organization.
 *
 * What is known without looking at a reading: the state that each of them
 * changes. Newest first; units that are closed down or have never reported
 * are left out. Within a transaction of the organization.
 */
#ifndef FG_LATEST_H
#define FG_LATEST_H
#include "base/arena.h"
#include "db/db.h"
#include "domain/cursor.h"
#include <json-c/json.h>

#define LATEST_LIMIT		500
#define LATEST_LIMIT_MAX	5000

struct latest_of {
	struct uuid	organization;
	struct uuid	site;		/* nil: all */
	struct cursor	after;
	int32_t		limit;
};

/* Puts "readings" and "nextCursor" (of unit ids) into the model. */
enum db_rc	 latest_put(struct db *db, const struct latest_of *of,
		    struct json_object *model) must_check;

extern const struct db_stmt_list latest_stmts;

#endif
