/*
 * arena.h - memory that lives exactly as long as one request.
 *
 * Nothing is freed singly; arena_clear() keeps the blocks for the next
 * request. Running out of memory ends the process.
 */
#ifndef FG_ARENA_H
#define FG_ARENA_H
#include <stddef.h>

struct arena_block;
struct arena {
	struct arena_block	*head;	/* NULL: nothing allocated yet */
};

#define ARENA_INIT	{ NULL }

void	*arena_alloc(struct arena *a, size_t size);	/* zeroed, aligned */
char	*arena_strdup(struct arena *a, const char *s);
char	*arena_strndup(struct arena *a, const char *s, size_t len);
char	*arena_printf(struct arena *a, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	 arena_clear(struct arena *a);		/* keeps one block */
void	 arena_release(struct arena *a);

#endif
