#include "domain/kinds.h"
#include <string.h>

struct word {
	const char	*name;		/* as in SQL and on the wire */
	const char	*label;		/* as people read it */
};

static const struct word unit_types[UNIT_TYPE__MAX] = {
	[UNIT_FRIDGE] =		 { "fridge", "Fridge" },
	[UNIT_FREEZER] =	 { "freezer", "Freezer" },
	[UNIT_DISPLAY_CASE] =	 { "display_case", "Display case" },
	[UNIT_WALK_IN_COOLER] =	 { "walk_in_cooler", "Walk-in cooler" },
	[UNIT_WALK_IN_FREEZER] = { "walk_in_freezer", "Walk-in freezer" },
	[UNIT_BLAST_CHILLER] =	 { "blast_chiller", "Blast chiller" },
};

static const struct word unit_statuses[UNIT_STATUS__MAX] = {
	[UNIT_OK] =		 { "ok", "OK" },
	[UNIT_EXCURSION] =	 { "excursion", "Excursion" },
	[UNIT_ALARM_ACTIVE] =	 { "alarm_active", "Alarm" },
	[UNIT_MONITORING_INTERRUPTED] =
	    { "monitoring_interrupted", "Monitoring interrupted" },
	[UNIT_MANUAL_REQUIRED] = { "manual_required", "Manual log required" },
	[UNIT_RESTORING] =	 { "restoring", "Restoring" },
	[UNIT_OFFLINE] =	 { "offline", "Offline" },
};

static const struct word alert_types[ALERT_TYPE__MAX] = {
	[ALERT_ALARM_ACTIVE] =	 { "alarm_active", "Temperature alarm" },
	[ALERT_MONITORING_INTERRUPTED] =
	    { "monitoring_interrupted", "Monitoring interrupted" },
	[ALERT_MISSED_MANUAL_ENTRY] =
	    { "missed_manual_entry", "Missed manual entry" },
	[ALERT_LOW_BATTERY] =	 { "low_battery", "Low battery" },
	[ALERT_SENSOR_FAULT] =	 { "sensor_fault", "Sensor fault" },
	[ALERT_DOOR_OPEN] =	 { "door_open", "Door left open" },
	[ALERT_CALIBRATION_DUE] = { "calibration_due", "Calibration due" },
	[ALERT_TEMP_EXCURSION] = { "temp_excursion", "Temperature excursion" },
	[ALERT_SUSPECTED_COOLING_FAILURE] =
	    { "suspected_cooling_failure", "Suspected cooling failure" },
};

static const struct word alert_severities[SEVERITY__MAX] = {
	[SEVERITY_INFO] =	{ "info", "Info" },
	[SEVERITY_WARNING] =	{ "warning", "Warning" },
	[SEVERITY_CRITICAL] =	{ "critical", "Critical" },
};

static const struct word alert_statuses[ALERT_STATUS__MAX] = {
	[ALERT_STATUS_ACTIVE] =	      { "active", "Active" },
	[ALERT_STATUS_ACKNOWLEDGED] = { "acknowledged", "Acknowledged" },
	[ALERT_STATUS_RESOLVED] =     { "resolved", "Resolved" },
	[ALERT_STATUS_ESCALATED] =    { "escalated", "Escalated" },
};

static const struct word lora_statuses[LORA_STATUS__MAX] = {
	[LORA_PENDING] = { "pending", "Pending" },
	[LORA_JOINING] = { "joining", "Joining" },
	[LORA_ACTIVE] =	 { "active", "Active" },
	[LORA_OFFLINE] = { "offline", "Offline" },
	[LORA_FAULT] =	 { "fault", "Fault" },
};

static const struct word door_states[DOOR_STATE__MAX] = {
	[DOOR_UNKNOWN] = { "unknown", "Unknown" },
	[DOOR_CLOSED] =	 { "closed", "Closed" },
	[DOOR_OPEN] =	 { "open", "Open" },
};

static bool
find(const struct word *words, int n, const char *s, int *out)
{
	for (int i = 0; i < n; i++)
		if (strcmp(words[i].name, s) == 0) {
			*out = i;
			return true;
		}
	return false;
}

/* The same three functions for every vocabulary. */
#define VOCABULARY(noun, table, max)					\
	const char *							\
	noun##_name(enum noun v)					\
	{								\
		return table[v].name;					\
	}								\
	bool								\
	noun##_parse(const char *s, enum noun *out)			\
	{								\
		int	i;						\
									\
		if (!find(table, max, s, &i))				\
			return false;					\
		*out = (enum noun)i;					\
		return true;						\
	}
#define LABELS(noun, table)						\
	const char *							\
	noun##_label(enum noun v)					\
	{								\
		return table[v].label;					\
	}

VOCABULARY(unit_type, unit_types, UNIT_TYPE__MAX)
VOCABULARY(unit_status, unit_statuses, UNIT_STATUS__MAX)
VOCABULARY(alert_type, alert_types, ALERT_TYPE__MAX)
VOCABULARY(alert_severity, alert_severities, SEVERITY__MAX)
VOCABULARY(alert_status, alert_statuses, ALERT_STATUS__MAX)
VOCABULARY(lora_status, lora_statuses, LORA_STATUS__MAX)
VOCABULARY(door_state, door_states, DOOR_STATE__MAX)
LABELS(unit_type, unit_types)
LABELS(unit_status, unit_statuses)
LABELS(alert_type, alert_types)
LABELS(alert_severity, alert_severities)
LABELS(alert_status, alert_statuses)
