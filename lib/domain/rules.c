#include "domain/rules.h"
#include <stddef.h>
#include <string.h>

#define MONTH_MIN	44640		/* the longest anything may take */
#define WEEK_S		604800
#define COUNT_MAX	1000

static const struct rule_field fields[RULE__MAX] = {
	[RULE_MANUAL_INTERVAL] = { "manual_interval_minutes",
	    RULE_MINUTES, 240, 1, MONTH_MIN,
	    "How long a silent unit may go without a manual log" },
	[RULE_MANUAL_GRACE] = { "manual_grace_minutes",
	    RULE_MINUTES, 0, 0, MONTH_MIN,
	    "How late a manual log may be before somebody is told" },
	[RULE_EXPECTED_INTERVAL] = { "expected_reading_interval_seconds",
	    RULE_SECONDS, 60, 10, WEEK_S,
	    "How often a reading is expected; shown, not judged by" },
	[RULE_OFFLINE_MULTIPLIER] = { "offline_trigger_multiplier",
	    RULE_PERCENT, 200, 100, 9999,
	    "How many expected intervals make a reading late; shown only" },
	[RULE_OFFLINE_ADDITIONAL] = { "offline_trigger_additional_minutes",
	    RULE_MINUTES, 2, 0, MONTH_MIN,
	    "What is added to that; shown only" },
	[RULE_OFFLINE_WARNING] = { "offline_warning_missed_checkins",
	    RULE_CHECKINS, 1, 0, COUNT_MAX,
	    "Missed check-ins that make a unit offline; 0 for never" },
	[RULE_OFFLINE_CRITICAL] = { "offline_critical_missed_checkins",
	    RULE_CHECKINS, 5, 1, COUNT_MAX,
	    "Missed temperatures that interrupt the monitoring" },
	[RULE_MANUAL_MISSED] = { "manual_log_missed_checkins_threshold",
	    RULE_CHECKINS, 5, 1, COUNT_MAX,
	    "Missed temperatures before people must log" },
	[RULE_DOOR_WARNING] = { "door_open_warning_minutes",
	    RULE_MINUTES, 3, 0, MONTH_MIN,
	    "How long a door may stay open before a warning" },
	[RULE_DOOR_CRITICAL] = { "door_open_critical_minutes",
	    RULE_MINUTES, 10, 0, MONTH_MIN,
	    "How long before an open door is critical" },
	[RULE_DOOR_MASK] = { "door_open_max_mask_minutes_per_day",
	    RULE_MINUTES, 60, 0, MONTH_MIN,
	    "How long a day open doors may excuse a temperature" },
	[RULE_CONFIRM_DOOR_CLOSED] = { "excursion_confirm_minutes_door_closed",
	    RULE_MINUTES, 10, 0, MONTH_MIN,
	    "How long out of range makes an alarm, door closed" },
	[RULE_CONFIRM_DOOR_OPEN] = { "excursion_confirm_minutes_door_open",
	    RULE_MINUTES, 20, 0, MONTH_MIN,
	    "How long out of range makes an alarm, door open" },
	[RULE_MAX_EXCURSION] = { "max_excursion_minutes",
	    RULE_MINUTES, 60, 0, MONTH_MIN,
	    "How long out of range is an alarm whatever the door" },
};

const struct rule_field *
rule_field(enum rule r)
{
	return &fields[r];
}

const struct rule_field *
rule_field_find(const char *name)
{
	for (int i = 0; i < RULE__MAX; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

const char *
rule_unit_label(enum rule_unit u)
{
	static const char *const labels[] = {
		[RULE_MINUTES] = "minutes", [RULE_SECONDS] = "seconds",
		[RULE_CHECKINS] = "check-ins", [RULE_PERCENT] = "%",
	};

	return labels[u];
}

const char *
rule_level_name(enum rule_level l)
{
	static const char *const names[RULE_LEVEL__MAX] = {
		[RULE_OF_UNIT] = "unit", [RULE_OF_SITE] = "site",
		[RULE_OF_ORGANIZATION] = "organization",
		[RULE_BUILT_IN] = "default",
	};

	return names[l];
}

struct rule_value
rule_resolve(enum rule r, const struct rule_opt levels[RULE_BUILT_IN])
{
	for (int l = 0; l < RULE_BUILT_IN; l++)
		if (levels[l].has)
			return (struct rule_value){ levels[l].value,
			    (enum rule_level)l };
	return (struct rule_value){ fields[r].built_in, RULE_BUILT_IN };
}
