/*
 * unit_logs.h - a unit's temperatures logged by hand: the form, the list.
 *
 * Joins domain/manual_log.h to the web: decides parameters, what the form
 * keeps when a log is not acceptable, and who is shown it.
 */
#ifndef FG_UNIT_LOGS_H
#define FG_UNIT_LOGS_H
#include "app/cursor_param.h"
#include "domain/manual_log.h"
#include "web/web.h"

#define UNIT_LOGS_LIMIT		50
#define UNIT_LOGS_LIMIT_MAX	500

/* Of the list, and of a new one; nothing but these. */
#define UNIT_LOGS_PARAMS						\
	{ "id", IN_PATH, true, web_uuid, 0, 0 },			\
	{ "limit", IN_QUERY, false, web_int, 1, UNIT_LOGS_LIMIT_MAX },	\
	{ "cursor", IN_QUERY, false, cursor_param, 0, 0 }
#define UNIT_LOGS_NEW_PARAMS						\
	{ "id", IN_PATH, true, web_uuid, 0, 0 },			\
	{ "temperature", IN_BODY, true, web_centi, CENTI_MIN, CENTI_MAX }, \
	{ "temperatureUnit", IN_BODY, false, unit_logs_degrees, 0, 0 },	\
	{ "logId", IN_BODY, false, web_uuid, 0, 0 },			\
	{ "recordedAt", IN_BODY, false, web_time, 0, 0 },		\
	{ "humidity", IN_BODY, false, web_int, 0, 100 },		\
	{ "notes", IN_BODY, false, web_text, 1, MANUAL_LOG_NOTES },	\
	{ "correctiveAction", IN_BODY, false, web_text, 1,		\
	    MANUAL_LOG_ACTION },					\
	{ "photoUrl", IN_BODY, false, web_text, 1, MANUAL_LOG_PHOTO }
web_valid	 unit_logs_degrees;	/* C or F -> i: is it F? */

/* Once, before the first request. */
void		 unit_logs_start(void);
web_handler	 unit_logs_show;
web_handler	 unit_logs_add;
/* Within a transaction of the organization, into the model of the unit's page:
 * the form, for who may log, and the last few logs. */
enum db_rc	 unit_logs_put(struct web_req *req, const struct unit *u,
		    struct json_object *model) must_check;

#endif
