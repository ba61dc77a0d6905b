/*
 * template.h - the page templates of the installation, compiled once.
 *
 * A name is the path below the directory without ".html", of [a-z0-9/_-].
 * Templates are ours, not a user's: one that does not compile is logged.
 */
#ifndef FG_TEMPLATE_H
#define FG_TEMPLATE_H
#include "web/mustache.h"

void	template_open(const char *dir);		/* borrowed */
void	template_close(void);
/* Appends the page. False if it is missing or does not render (logged). */
bool	template_render(const char *name, struct json_object *model,
	    struct buf *out) __attribute__((warn_unused_result));
/* Compiles every template there is, and looks for the partials they name.
 * Says on standard error what is wrong; the number of faults. */
unsigned template_check_all(void);

#endif
