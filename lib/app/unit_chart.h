/*
 * unit_chart.h - the curve of a unit over one of the periods people choose.
 *
 * Joins domain/history.h and web/chart.h: decides the periods, how fine each
 * is drawn, and how long a silence is a gap.
 */
#ifndef FG_UNIT_CHART_H
#define FG_UNIT_CHART_H
#include "domain/unit.h"
#include "web/web.h"

/* A parameter's validator: "24h", "7d", "30d"; v->i is which, 0 the first. */
web_valid	 unit_chart_period;

/* Puts "periods", "chart", "lineLabel", "stats" and "readings" into a page's
 * model. Within the organization's transaction. */
enum db_rc	 unit_chart_put(struct web_req *req, const struct unit *u,
		    int64_t period, struct json_object *model) must_check;

#endif
