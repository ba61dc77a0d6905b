/*
 * unit_readings.h - what a unit measured, as a list: page, JSON and CSV.
 *
 * Joins domain/history.h and domain/bucket.h to the web: decides parameters
 * and their bounds, and how fine the answer is. Without bucket, limit and
 * cursor the API gives at most UNIT_READINGS_AUTO points: readings, or where
 * there are more the finest buckets that are no more than that. "Accept:
 * text/csv" gives the same as CSV; Link names the next page.
 */
#ifndef FG_UNIT_READINGS_H
#define FG_UNIT_READINGS_H
#include "app/cursor_param.h"
#include "web/web.h"

#define UNIT_READINGS_AUTO	2000
#define UNIT_READINGS_MAX	5000	/* in a page of a list */
#define UNIT_READINGS_DAYS	731	/* of single readings: two years */

/* Parameters, after the unit's id in the path, and nothing but these. */
#define UNIT_READINGS_PARAMS						\
	{ "id", IN_PATH, true, web_uuid, 0, 0 },			\
	{ "from", IN_QUERY, false, web_time, 0, 0 },			\
	{ "to", IN_QUERY, false, web_time, 0, 0 },			\
	{ "limit", IN_QUERY, false, web_int, 1, UNIT_READINGS_MAX },	\
	{ "cursor", IN_QUERY, false, cursor_param, 0, 0 },		\
	{ "bucket", IN_QUERY, false, unit_readings_bucket, 0, 0 },	\
	{ "detail", IN_QUERY, false, web_bool, 0, 0 }
web_valid	 unit_readings_bucket;

web_handler	 unit_readings_show;

#endif
