/*
 * unit_wall.h - all units on one page, worst first: what the page Now holds.
 *
 * Joins domain/unit.h and web: decides which parameters filter the wall, and
 * what stands around the list (counts by state, sites to choose from, the
 * worst open alerts).
 */
#ifndef FG_UNIT_WALL_H
#define FG_UNIT_WALL_H
#include "domain/unit.h"
#include "web/web.h"

/* The parameters of the wall's routes, and nothing but these. */
#define UNIT_WALL_PARAMS						\
	{ "site", IN_QUERY, false, web_uuid, 0, 0 },			\
	{ "status", IN_QUERY, false, unit_wall_status, 0, 0 },		\
	{ "q", IN_QUERY, false, web_text, 1, 100 }
web_valid	 unit_wall_status;

/* Fills the model; what only people need is left out for programs. Within the
 * organization's transaction. */
enum db_rc	 unit_wall_put(struct web_req *req, struct json_object *model)
		    must_check;

#endif
