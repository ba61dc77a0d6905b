/*
 * mem.h - memory that is never refused, and sums of sizes that never wrap.
 *
 * Running out of memory ends the process: whoever supervises it starts it
 * again, and no half-recovered state is left behind.
 */
#ifndef FG_MEM_H
#define FG_MEM_H
#include <stddef.h>

/* Caller frees with free(). */
void	*mem_alloc(size_t size);		/* zeroed */
void	*mem_resize(void *p, size_t size);
char	*mem_strdup(const char *s);
char	*mem_strndup(const char *s, size_t len);
size_t	 mem_sum(size_t a, size_t b);		/* ends the process on wrap */
size_t	 mem_product(size_t a, size_t b);

#endif
