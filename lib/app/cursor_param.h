/* cursor_param.h - the parameter "cursor" of a list, as domain/cursor.h. */
#ifndef FG_CURSOR_PARAM_H
#define FG_CURSOR_PARAM_H
#include "domain/cursor.h"
#include "web/web.h"

web_valid	 cursor_param;
/* The first page where none was given. */
struct cursor	 cursor_param_value(const struct web_value *v);

#endif
