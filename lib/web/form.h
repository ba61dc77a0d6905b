/*
 * form.h - application/x-www-form-urlencoded: queries and form bodies.
 *
 * Pure. Decodes %XX and "+", and CR LF or CR to LF (browsers send what a text
 * area holds with CR LF). Does not decide which names are welcome, nor how
 * often.
 */
#ifndef FG_FORM_H
#define FG_FORM_H
#include "base/arena.h"

#define FORM_PAIRS	64	/* more than any form of ours has */

struct form_pair {		/* NUL-terminated, owned by the arena */
	const char	*name;
	size_t		 name_len;
	const char	*value;
	size_t		 value_len;
};

struct form {
	struct form_pair	pair[FORM_PAIRS];
	size_t			n;
};

/* NULL when well-formed, else a static phrase. */
const char	*form_parse(struct arena *a, const char *text, size_t len,
		    struct form *out) __attribute__((warn_unused_result));

#endif
