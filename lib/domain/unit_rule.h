/*
 * unit_rule.h - which rules are in force for a unit, and who said so.
 *
 * Decides how a rule is called and written for people, and in which order.
 * Inheritance itself (unit over site over organization over built-in, field by
 * field) is decided by the view unit_rule_sources.
 */
#ifndef FG_UNIT_RULE_H
#define FG_UNIT_RULE_H
#include "domain/unit.h"

/* Within a transaction of the organization. An array of {"name", "label",
 * "value", "valueText", "source", "sourceLabel", "levels"}; the caller's. */
enum db_rc	 unit_rule_list(struct db *db, const struct uuid *organization,
		    const struct unit *u, struct json_object **out) must_check;

extern const struct db_stmt_list unit_rule_stmts;

#endif
