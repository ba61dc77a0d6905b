/*
 * sensor.h - the sensors of a unit, as people see them.
 *
 * Reading only. What word describes each is sensor_status.h's to decide.
 */
#ifndef FG_SENSOR_H
#define FG_SENSOR_H
#include "db/db.h"
#include <json-c/json.h>

/* The primary one first: [{"id", "name", "devEui", "model", "status",
 * "statusLabel", "lastSeenAt", "doubts", "calibration", ...}]. Within the
 * organization's transaction. */
enum db_rc	 sensor_list(struct db *db, const struct uuid *organization,
		    const struct uuid *unit, int64_t now_ms,
		    struct json_object **out) must_check;

extern const struct db_stmt_list sensor_stmts;

#endif
