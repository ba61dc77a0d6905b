/* mustache-case.h - a table of templates, models and what comes out. */
#ifndef FG_T_MUSTACHE_CASE_H
#define FG_T_MUSTACHE_CASE_H
#include <stddef.h>

struct mustache_case {
	const char	*name;
	const char	*template;
	const char	*model;		/* JSON */
	const char	*want;
};

struct mustache_partial_case {
	const char	*name;
	const char	*template;
	const char	*model;
	const char	*want;
	const char	*partials[8];	/* name, text, ...; NULL ends */
};

#define MUSTACHE_CASES(a)	(a), sizeof(a) / sizeof((a)[0])

void	mustache_cases(const struct mustache_case *c, size_t n);
void	mustache_partial_cases(const struct mustache_partial_case *c,
	    size_t n);

#endif
