/* describe.h - a program's table of routes as JSON, for --routes. */
#ifndef FG_DESCRIBE_H
#define FG_DESCRIBE_H
#include "web/web.h"

/* Caller frees with json_object_put(). */
struct json_object	*describe_routes(const struct web_app *app);

#endif
