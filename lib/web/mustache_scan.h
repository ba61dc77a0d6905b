/*
 * mustache_scan.h - where the tags of a template are, and what their lines
 * look like. Knows the delimiters and no meaning beyond the sigil.
 */
#ifndef FG_MUSTACHE_SCAN_H
#define FG_MUSTACHE_SCAN_H
#include <stdbool.h>
#include <stddef.h>

struct span {			/* borrowed bytes of the template */
	const char	*s;
	size_t		 len;
};

struct scan {
	const char	*src;
	size_t		 len;
	struct span	 left, right;	/* the delimiters */
};

struct tag {
	char		 sigil;		/* '\0' for a plain name */
	struct span	 name;
	size_t		 start, end;
	/* Nothing but blanks left and right of it on its line? Then the line
	 * is from line to next. */
	bool		 blank_before, blank_after;
	size_t		 line, next;
};

struct span	 span_trim(struct span s);
/* The first space, or NULL. */
const char	*span_space(struct span s);

bool		 scan_line_starts(const struct scan *sc, size_t at);
/* Behind the blanks at the position; behind the newline, or the end. */
size_t		 scan_skip_blanks(const struct scan *sc, size_t at);
size_t		 scan_skip_line(const struct scan *sc, size_t at);

/* The first tag at or after from. False when there is none (*why is NULL, and
 * t->start is the end of the text) or when it is bad (*why is static). */
bool		 scan_tag(const struct scan *sc, size_t from, struct tag *t,
		    const char **why);

#endif
