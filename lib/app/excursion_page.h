/*
 * excursion_page.h - excursions found afterwards: the list, and the last few
 * on a unit's page.
 *
 * Joins domain/excursion.h to the web, for the programs that show it.
 */
#ifndef FG_EXCURSION_PAGE_H
#define FG_EXCURSION_PAGE_H
#include "app/cursor_param.h"
#include "domain/excursion.h"
#include "domain/unit.h"
#include "web/web.h"

#define EXCURSION_PAGE_LIMIT		50
#define EXCURSION_PAGE_LIMIT_MAX	500

/* Parameters of every such list, after those of the route's path. */
enum { EXCURSION_P_LIMIT, EXCURSION_P_CURSOR };
#define EXCURSION_PAGE_PARAMS						\
	{ "limit", IN_QUERY, false, web_int, 1, EXCURSION_PAGE_LIMIT_MAX }, \
	{ "cursor", IN_QUERY, false, cursor_param, 0, 0 }

/* Answers with a list: of the unit, or (NULL) of the organization. args are
 * the values of EXCURSION_PAGE_PARAMS. */
enum web_rc	 excursion_page_list(struct web_req *req,
		    const struct web_value *args, const struct uuid *unit);
/* Within a transaction of the organization, into the model of the unit's
 * page: "excursions", "hasExcursions", "moreExcursions". */
enum db_rc	 excursion_page_put(struct web_req *req, const struct unit *u,
		    struct json_object *model) must_check;

#endif
