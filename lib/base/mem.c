#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Says so without allocating, which log_error() would. */
static void
die(void)
{
	static const char line[] = "{\"level\":\"error\",\"event\":"
	    "\"memory.exhausted\"}\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		_exit(2);
	_exit(1);
}

void *
mem_alloc(size_t size)
{
	void	*p = calloc(1, size > 0 ? size : 1);

	if (p == NULL)
		die();
	return p;
}

void *
mem_resize(void *p, size_t size)
{
	p = realloc(p, size > 0 ? size : 1);
	if (p == NULL)
		die();
	return p;
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

char *
mem_strndup(const char *s, size_t len)
{
	char	*p = mem_alloc(mem_sum(len, 1));

	memcpy(p, s, len);
	return p;
}

size_t
mem_sum(size_t a, size_t b)
{
	if (a > SIZE_MAX - b)
		die();
	return a + b;
}

size_t
mem_product(size_t a, size_t b)
{
	if (b > 0 && a > SIZE_MAX / b)
		die();
	return a * b;
}
