#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

#define ALIGN		16
#define BLOCK_SIZE	((size_t)32 * 1024)

struct arena_block {
	struct arena_block	*next;
	size_t			 size;	/* of data */
	size_t			 used;
	_Alignas(ALIGN) char	 data[];
};

static struct arena_block *
block_new(size_t size)
{
	struct arena_block	*b;

	b = mem_resize(NULL, mem_sum(sizeof(*b), size));
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

/* A block with size bytes left. One made for a single large object goes
 * behind the head, which stays open for the small ones. */
static struct arena_block *
block_for(struct arena *a, size_t size)
{
	struct arena_block	*b = a->head;

	if (b != NULL && size <= b->size - b->used)
		return b;
	b = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE);
	if (size > BLOCK_SIZE && a->head != NULL) {
		b->next = a->head->next;
		a->head->next = b;
	} else {
		b->next = a->head;
		a->head = b;
	}
	return b;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct arena_block	*b;
	void			*p;

	size = mem_sum(size, ALIGN - 1) & ~(size_t)(ALIGN - 1);
	b = block_for(a, size);
	p = b->data + b->used;
	b->used += size;
	return memset(p, 0, size);
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char	*p = arena_alloc(a, mem_sum(len, 1));

	memcpy(p, s, len);
	return p;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list	 ap;
	char	*p;
	int	 n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		bug("arena_printf: bad format %s", fmt);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void
arena_clear(struct arena *a)
{
	struct arena_block	*keep = NULL, *b, *next;

	for (b = a->head; b != NULL; b = next) {
		next = b->next;
		if (keep == NULL && b->size == BLOCK_SIZE)
			keep = b;
		else
			free(b);
	}
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
	}
	a->head = keep;
}

void
arena_release(struct arena *a)
{
	arena_clear(a);
	free(a->head);
	a->head = NULL;
}
