/*
 * route.h - which row of the table a method and a path belong to.
 *
 * Pure. A segment ":name" takes any non-empty segment; everything else is
 * compared as it stands. The first row that matches counts.
 */
#ifndef FG_ROUTE_H
#define FG_ROUTE_H
#include "base/buf.h"
#include "web/web.h"

#define ROUTE_VALUES	4	/* :name segments in a path */

struct route_value {		/* borrowed from the path */
	const char	*s;
	size_t		 len;
};

struct route_match {
	const struct web_route	*route;
	struct route_value	 value[ROUTE_VALUES];	/* in path order */
};

/* A table that contradicts itself is a bug: ends the process. */
void		 route_check(const struct web_app *app);
/* WEB_OK, WEB_NOT_FOUND, or WEB_METHOD when only the method is wrong. HEAD
 * goes where GET goes. */
enum web_rc	 route_find(const struct web_route *routes, size_t n,
		    const char *method, const char *path,
		    struct route_match *m) must_check;
/* The methods the path takes, "GET, HEAD, POST". */
void		 route_allow(const struct web_route *routes, size_t n,
		    const char *path, struct buf *out);
/* Position of ":name" among the path's values, or -1. */
int		 route_position(const struct web_route *r, const char *name);

#endif
