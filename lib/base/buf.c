#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_CAP	64

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf)BUF_INIT(max);
}

void
buf_release(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

char *
buf_detach(struct buf *b)
{
	char	*p = b->data != NULL ? b->data : mem_strdup("");

	buf_init(b, b->max);
	return p;
}

/* Makes room for extra bytes and a NUL, or sets the sticky error. */
static bool
grow(struct buf *b, size_t extra)
{
	size_t	want, cap;

	if (b->failed || extra > b->max - b->len || extra == SIZE_MAX) {
		b->failed = true;
		return false;
	}
	want = mem_sum(b->len, extra + 1);
	for (cap = b->cap > 0 ? b->cap : FIRST_CAP; cap < want; )
		cap = mem_product(cap, 2);
	b->data = mem_resize(b->data, cap);
	b->cap = cap;
	return true;
}

/* Mostly there is room: cells of many rows come one at a time. */
static inline bool
reserve(struct buf *b, size_t extra)
{
	if (!b->failed && extra < b->cap - b->len && extra <= b->max - b->len)
		return true;
	return grow(b, extra);
}

void
buf_add(struct buf *b, const void *p, size_t len)
{
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, p, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list	again;
	size_t	room = b->cap - b->len;
	int	n;

	va_copy(again, ap);
	n = vsnprintf(b->data != NULL ? b->data + b->len : NULL, room, fmt, ap);
	if (n < 0 || !reserve(b, (size_t)n)) {
		b->failed = true;
		if (b->data != NULL)
			b->data[b->len] = '\0';
	} else {
		if ((size_t)n >= room)
			vsnprintf(b->data + b->len, b->cap - b->len, fmt,
			    again);
		b->len += (size_t)n;
	}
	va_end(again);
}

bool
buf_failed(const struct buf *b)
{
	return b->failed;
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}
