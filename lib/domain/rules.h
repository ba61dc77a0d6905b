/*
 * rules.h - the fields of an alert rule, and which level's value counts.
 *
 * Decides names, bounds, defaults and wording of each field, and that the
 * nearest level that says something wins: unit, site, organization, built-in.
 * Zero says something. What the values do is engine.h's affair.
 */
#ifndef FG_RULES_H
#define FG_RULES_H
#include <stdbool.h>

enum rule {
	RULE_MANUAL_INTERVAL, RULE_MANUAL_GRACE, RULE_EXPECTED_INTERVAL,
	RULE_OFFLINE_MULTIPLIER, RULE_OFFLINE_ADDITIONAL,
	RULE_OFFLINE_WARNING, RULE_OFFLINE_CRITICAL, RULE_MANUAL_MISSED,
	RULE_DOOR_WARNING, RULE_DOOR_CRITICAL, RULE_DOOR_MASK,
	RULE_CONFIRM_DOOR_CLOSED, RULE_CONFIRM_DOOR_OPEN, RULE_MAX_EXCURSION,
	RULE__MAX
};

enum rule_unit {
	RULE_MINUTES, RULE_SECONDS, RULE_CHECKINS,
	RULE_PERCENT		/* numeric in SQL: 2.00 is 200 */
};

struct rule_field {
	const char	*name;		/* the column of alert_rules */
	enum rule_unit	 unit;
	int		 built_in;
	int		 min, max;	/* inclusive, as the column checks */
	const char	*help;		/* what it does, for the form */
};

enum rule_level {
	RULE_OF_UNIT, RULE_OF_SITE, RULE_OF_ORGANIZATION,
	RULE_BUILT_IN,
	RULE_LEVEL__MAX
};

/* What a level says about one field; nothing where it inherits. */
struct rule_opt {
	bool	has;
	int	value;
};

struct rule_value {
	int		value;
	enum rule_level	level;		/* where it comes from */
};

/* Static. */
const struct rule_field *rule_field(enum rule r);
/* NULL when no field has that name; static. */
const struct rule_field *rule_field_find(const char *name);
/* "minutes", "check-ins": static. */
const char	*rule_unit_label(enum rule_unit u);
/* "site", as the views spell it: static. */
const char	*rule_level_name(enum rule_level l);
/* levels: nearest first, as enum rule_level counts, without the built-in. */
struct rule_value rule_resolve(enum rule r,
		    const struct rule_opt levels[RULE_BUILT_IN]);

#endif
