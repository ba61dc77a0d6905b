/*
 * unit.h - a refrigerator as people see it: place, limits, where it stands.
 *
 * Decides what the wall of all units shows and in which order, worst first.
 * Reading only: what a unit's state becomes is decided by the engine, where
 * its rules come from is unit_rule.h.
 *
 * All of it runs within a transaction of the organization. Strings live in
 * the arena.
 */
#ifndef FG_UNIT_H
#define FG_UNIT_H
#include "base/arena.h"
#include "db/db.h"
#include "domain/display.h"
#include "domain/kinds.h"
#include "domain/trend.h"
#include <json-c/json.h>

#define UNIT_LIST_MAX	500
#define UNIT_BATTERY_LOW	20	/* percent */

struct unit {			/* plain value */
	struct uuid	 id, site, area;
	const char	*name, *site_name, *area_name;
	const char	*timezone;	/* of the site */
	enum unit_type	 type;
	enum unit_status status;
	int64_t		 status_since_ms;
	bool		 fahrenheit;	/* how its people read */
	struct opt_centi low, high;	/* limits in force */
	struct opt_centi temp;
	int64_t		 temp_at_ms;	/* 0: never */
	int64_t		 checkin_at_ms;	/* 0: never */
	int32_t		 interval_s;	/* expected between readings */
	struct opt_centi humidity;	/* hundredths of a percent */
	enum door_state	 door;
	int64_t		 door_since_ms;	/* 0: unknown */
	int32_t		 battery;	/* primary sensor's percent; -1 */
	bool		 has_alert;	/* an open one; the worst is */
	enum alert_severity alert;
	struct trend	 trend;
};

struct unit_filter {
	struct uuid	 organization;
	struct uuid	 site;		/* nil: all */
	const char	*status;	/* enum unit_status's name; NULL: all */
	const char	*text;		/* part of name or place; NULL: all */
};

/* Worst first; at most max. */
enum db_rc	 unit_list(struct db *db, const struct unit_filter *f,
		    int32_t max, struct arena *arena, struct unit **v,
		    size_t *n) must_check;
/* Of the filter, whatever its status: how many are in each. */
enum db_rc	 unit_count(struct db *db, const struct unit_filter *f,
		    int64_t count[UNIT_STATUS__MAX]) must_check;
/* DB_NONE: there is none, or it is another organization's. */
enum db_rc	 unit_find(struct db *db, const struct uuid *organization,
		    const struct uuid *id, struct arena *arena,
		    struct unit *out) must_check;
/* The order of states on the wall: worst first, each once. */
extern const enum unit_status unit_worst_first[UNIT_STATUS__MAX];

/* What a list of hundreds shows of each; and everything. */
struct json_object *unit_to_summary(const struct unit *u, int64_t now_ms);
struct json_object *unit_to_json(const struct unit *u, int64_t now_ms);

/* [{"id","name"}], by name: where units stand. */
enum db_rc	 unit_sites(struct db *db, const struct uuid *organization,
		    struct json_object **out) must_check;

extern const struct db_stmt_list unit_stmts;

#endif
