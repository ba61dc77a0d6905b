/*
 * alert_page.h - the parts about alerts that several programs' pages share.
 *
 * Joins lib/web and lib/domain: asks the domain, answers a request. Which
 * alerts there are and in what order is decided in domain/alert.h.
 */
#ifndef FG_ALERT_PAGE_H
#define FG_ALERT_PAGE_H
#include "app/cursor_param.h"
#include "domain/alert.h"
#include "web/web.h"

#define ALERT_PAGE_LIMIT	50
#define ALERT_PAGE_LIMIT_MAX	500

/* Parameters of every list of alerts, after those of the route's path. */
enum { ALERT_P_STATUS, ALERT_P_SEVERITY, ALERT_P_SITE, ALERT_P_LIMIT,
	ALERT_P_CURSOR, ALERT_P__MAX };
#define ALERT_PAGE_PARAMS						\
	{ "status", IN_QUERY, false, alert_page_status, 0, 0 },		\
	{ "severity", IN_QUERY, false, alert_page_severity, 0, 0 },	\
	{ "site", IN_QUERY, false, web_uuid, 0, 0 },			\
	{ "limit", IN_QUERY, false, web_int, 1, ALERT_PAGE_LIMIT_MAX },	\
	{ "cursor", IN_QUERY, false, cursor_param, 0, 0 }
web_valid alert_page_status;
web_valid alert_page_severity;

/* Answers with a list: of the unit, or (NULL) of the organization. args are
 * the values of ALERT_PAGE_PARAMS. */
enum web_rc	 alert_page_list(struct web_req *req,
		    const struct web_value *args, const struct uuid *unit);

/* The worst open alerts for the top of a page; NULL in *out when none is
 * open. Within the organization's transaction. unit may be NULL. */
enum db_rc	 alert_page_banner(struct web_req *req,
		    const struct uuid *unit, struct json_object **out)
		    must_check;

#endif
