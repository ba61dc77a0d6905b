/*
 * buf.h - a growable byte buffer with a declared maximum and a sticky error.
 *
 * Append without checking, ask buf_failed() once at the end: whatever would
 * have gone past the maximum sets the error and leaves the contents as they
 * were. Running out of memory ends the process. data is NUL-terminated (the
 * NUL is not counted in len) as long as something was appended.
 */
#ifndef FG_BUF_H
#define FG_BUF_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char	*data;		/* NULL until the first append */
	size_t	 len;
	size_t	 cap;
	size_t	 max;		/* len never exceeds this */
	bool	 failed;
};

#define BUF_INIT(maximum)	{ NULL, 0, 0, (maximum), false }

void	 buf_init(struct buf *b, size_t max);
void	 buf_release(struct buf *b);	/* frees; b is usable again */
void	 buf_clear(struct buf *b);	/* len 0 and no error; keeps memory */
/* The bytes, NUL-terminated; caller frees with free(). b is empty after. */
char	*buf_detach(struct buf *b);

void	 buf_add(struct buf *b, const void *p, size_t len);
void	 buf_puts(struct buf *b, const char *s);
void	 buf_putc(struct buf *b, char c);
void	 buf_printf(struct buf *b, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	 buf_vprintf(struct buf *b, const char *fmt, va_list ap)
	    __attribute__((format(printf, 2, 0)));
bool	 buf_failed(const struct buf *b);
/* Borrowed; "" for an empty buffer, never NULL. */
const char *buf_str(const struct buf *b);

#endif
