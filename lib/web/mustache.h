/*
 * mustache.h - Mustache: text to program, program and model to text.
 *
 * Everything of the public specification but lambdas: also inheritance
 * ({{<layout}}{{$title}}...{{/title}}{{/layout}}) and dynamic names
 * ({{>*kind}}). Knows no files: partials come from the caller.
 *
 * A section is skipped for what is absent, null, false, an empty list or an
 * empty string. The number 0 is a value: a temperature of 0 is shown.
 */
#ifndef FG_MUSTACHE_H
#define FG_MUSTACHE_H
#include "base/buf.h"
#include <json-c/json.h>

#define MUSTACHE_DEPTH	32		/* sections, blocks and partials */
#define MUSTACHE_MAX	(256 * 1024)	/* bytes of one template */

struct mustache;

struct mustache_fault {
	unsigned	 line;
	const char	*why;		/* static */
};

/* NULL on error, and *fault says why. Caller frees with mustache_free(). */
struct mustache	*mustache_compile(const char *text, size_t len,
		    struct mustache_fault *fault);
void		 mustache_free(struct mustache *m);

/* The partial of that name, NULL when there is none. Borrowed. */
typedef const struct mustache *mustache_find(void *arg, const char *name);

/* Calls found for the name of every partial and parent fixed in the text. */
void		 mustache_each_partial(const struct mustache *m,
		    void (*found)(void *arg, const char *name), void *arg);

/* Appends to out. False: nested too deeply, or out is full; what out holds is
 * then of no use. model is borrowed; NULL is an empty model. */
bool		 mustache_render(const struct mustache *m,
		    struct json_object *model, mustache_find *find, void *arg,
		    struct buf *out) __attribute__((warn_unused_result));

#endif
