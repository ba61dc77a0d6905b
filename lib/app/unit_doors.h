/*
 * unit_doors.h - a unit's door: its day on the unit's page, and its changes.
 *
 * Joins domain/door.h to the web.
 */
#ifndef FG_UNIT_DOORS_H
#define FG_UNIT_DOORS_H
#include "app/cursor_param.h"
#include "domain/door.h"
#include "web/web.h"

#define UNIT_DOORS_LIMIT	100
#define UNIT_DOORS_LIMIT_MAX	1000

#define UNIT_DOORS_PARAMS						\
	{ "id", IN_PATH, true, web_uuid, 0, 0 },			\
	{ "limit", IN_QUERY, false, web_int, 1, UNIT_DOORS_LIMIT_MAX },	\
	{ "cursor", IN_QUERY, false, cursor_param, 0, 0 }

web_handler	 unit_doors_show;
/* Within a transaction of the organization: "doorDay", of a unit whose door is
 * known. */
enum db_rc	 unit_doors_put(struct web_req *req, const struct unit *u,
		    struct json_object *model) must_check;

#endif
