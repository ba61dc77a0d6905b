/*
 * alert.h - alerts as people see them: lists, one, and what happened to it.
 *
 * Reading only: when an alert opens, changes and closes is decided by the
 * engine; what a person may do to one goes through unit_watch.h.
 *
 * All of it runs within a transaction of the organization. Strings live in
 * the arena.
 */
#ifndef FG_ALERT_H
#define FG_ALERT_H
#include "base/arena.h"
#include "db/db.h"
#include "domain/display.h"
#include "domain/kinds.h"
#include "domain/page.h"
#include <json-c/json.h>

struct alert {			/* plain value; absent text is NULL */
	struct uuid		 id, unit, site;
	enum alert_type		 type;
	enum alert_severity	 severity;
	enum alert_status	 status;
	const char		*title, *message;
	const char		*unit_name, *place, *timezone;
	bool			 fahrenheit;
	struct opt_centi	 temp;
	struct opt_centi	 limit;
	bool			 limit_is_high;
	int64_t			 triggered_at_ms;
	int64_t			 acknowledged_at_ms;	/* 0: not */
	const char		*acknowledged_by, *notes;
	int64_t			 resolved_at_ms;	/* 0: not */
	const char		*resolved_by, *resolution;
	int32_t			 escalation_level;
};

struct alert_filter {
	struct uuid	 organization;
	struct uuid	 unit;		/* nil: all */
	struct uuid	 site;		/* nil: all */
	const char	*status;	/* enum alert_status's name, "open" for
					 * all but resolved; NULL: all */
	const char	*severity;	/* enum's name; NULL: all */
};

/* Newest first. */
enum db_rc	 alert_list(struct db *db, const struct alert_filter *f,
		    struct page *page, struct arena *arena, struct alert **v)
		    must_check;
/* The open ones of the filter, worst first, and how many there are in all. */
enum db_rc	 alert_worst(struct db *db, const struct alert_filter *f,
		    int32_t max, struct arena *arena, struct alert **v,
		    size_t *n, int64_t *total) must_check;
/* DB_NONE: there is none, or it is another organization's. */
enum db_rc	 alert_find(struct db *db, const struct uuid *organization,
		    const struct uuid *id, struct arena *arena,
		    struct alert *out) must_check;
bool		 alert_is_open(const struct alert *a);
struct json_object *alert_to_json(const struct alert *a, int64_t now_ms);

/* Oldest first: [{"type", "label", "at", "localText", "actor", "note"}]. */
enum db_rc	 alert_timeline(struct db *db, const struct uuid *organization,
		    const struct alert *a, struct json_object **out)
		    must_check;
/* Oldest first: [{"description", "rootCause", "at", "localText", "by"}]. */
enum db_rc	 alert_actions(struct db *db, const struct uuid *organization,
		    const struct alert *a, struct json_object **out)
		    must_check;

extern const struct db_stmt_list alert_stmts;
extern const struct db_stmt_list alert_timeline_stmts;

#endif
