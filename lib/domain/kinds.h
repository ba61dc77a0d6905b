/*
 * kinds.h - the closed vocabularies of the domain, as the database spells them.
 *
 * Each enum is the SQL enum of the same name (sql/migrations), value by value;
 * db-kinds compares them. X_name() gives the SQL and wire spelling (static),
 * X_parse() the reverse; X_label() what people read.
 */
#ifndef FG_KINDS_H
#define FG_KINDS_H
#include <stdbool.h>
#include <stddef.h>

enum unit_type {
	UNIT_FRIDGE, UNIT_FREEZER, UNIT_DISPLAY_CASE, UNIT_WALK_IN_COOLER,
	UNIT_WALK_IN_FREEZER, UNIT_BLAST_CHILLER, UNIT_TYPE__MAX
};

enum unit_status {
	UNIT_OK,			/* in range, reporting */
	UNIT_EXCURSION,			/* out of range, not yet confirmed */
	UNIT_ALARM_ACTIVE,		/* out of range past the confirm time */
	UNIT_MONITORING_INTERRUPTED,	/* silent; manual log not yet due */
	UNIT_MANUAL_REQUIRED,		/* silent; manual log overdue */
	UNIT_RESTORING,			/* back, not yet proven stable */
	UNIT_OFFLINE,			/* never seen, or a few missed check-ins */
	UNIT_STATUS__MAX
};

enum alert_type {
	ALERT_ALARM_ACTIVE, ALERT_MONITORING_INTERRUPTED,
	ALERT_MISSED_MANUAL_ENTRY, ALERT_LOW_BATTERY, ALERT_SENSOR_FAULT,
	ALERT_DOOR_OPEN, ALERT_CALIBRATION_DUE, ALERT_TEMP_EXCURSION,
	ALERT_SUSPECTED_COOLING_FAILURE, ALERT_TYPE__MAX
};

enum alert_severity {
	SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY__MAX
};

enum alert_status {
	ALERT_STATUS_ACTIVE, ALERT_STATUS_ACKNOWLEDGED, ALERT_STATUS_RESOLVED,
	ALERT_STATUS_ESCALATED, ALERT_STATUS__MAX
};

enum lora_status {		/* how a sensor stands with its network */
	LORA_PENDING, LORA_JOINING, LORA_ACTIVE, LORA_OFFLINE, LORA_FAULT,
	LORA_STATUS__MAX
};

enum door_state { DOOR_UNKNOWN, DOOR_CLOSED, DOOR_OPEN, DOOR_STATE__MAX };

const char	*unit_type_name(enum unit_type v);
const char	*unit_type_label(enum unit_type v);
bool		 unit_type_parse(const char *s, enum unit_type *out);
const char	*unit_status_name(enum unit_status v);
const char	*unit_status_label(enum unit_status v);
bool		 unit_status_parse(const char *s, enum unit_status *out);
const char	*alert_type_name(enum alert_type v);
const char	*alert_type_label(enum alert_type v);
bool		 alert_type_parse(const char *s, enum alert_type *out);
const char	*alert_severity_name(enum alert_severity v);
const char	*alert_severity_label(enum alert_severity v);
bool		 alert_severity_parse(const char *s, enum alert_severity *out);
const char	*alert_status_name(enum alert_status v);
const char	*alert_status_label(enum alert_status v);
bool		 alert_status_parse(const char *s, enum alert_status *out);
const char	*lora_status_name(enum lora_status v);
bool		 lora_status_parse(const char *s, enum lora_status *out);
const char	*door_state_name(enum door_state v);
bool		 door_state_parse(const char *s, enum door_state *out);

#endif
