#include "db/copy_rows.h"

#include <stdlib.h>
#include <string.h>

/* PostgreSQL counts microseconds from here, 2000-01-01. */
#define EPOCH_MS	INT64_C(946684800000)

static unsigned char *
store(unsigned char *p, uint64_t v, unsigned bytes)
{
	while (bytes-- > 0)
		*p++ = (unsigned char)(v >> 8 * bytes);
	return p;
}

static void
put(struct buf *out, uint64_t v, unsigned bytes)
{
	unsigned char	b[8];

	store(b, v, bytes);
	buf_add(out, b, bytes);
}

static void
put_sized(struct buf *out, uint64_t v, unsigned bytes)
{
	unsigned char	b[4 + 8];

	store(store(b, bytes, 4), v, bytes);
	buf_add(out, b, 4 + bytes);
}

void
copy_head(struct buf *out)
{
	static const char	signature[] = "PGCOPY\n\377\r\n";

	buf_add(out, signature, sizeof(signature));	/* its NUL too */
	put(out, 0, 4);			/* no flags, */
	put(out, 0, 4);			/* no extension */
}

void
copy_tail(struct buf *out)
{
	put(out, 0xffff, 2);
}

void
copy_row(struct buf *out, int columns)
{
	put(out, (uint64_t)columns, 2);
}

void
copy_null(struct buf *out)
{
	put(out, 0xffffffff, 4);
}

void
copy_bool(struct buf *out, bool v)
{
	put_sized(out, v, 1);
}

void
copy_char(struct buf *out, char v)
{
	put_sized(out, (unsigned char)v, 1);
}

void
copy_i16(struct buf *out, int16_t v)
{
	put_sized(out, (uint16_t)v, 2);
}

void
copy_i32(struct buf *out, int32_t v)
{
	put_sized(out, (uint32_t)v, 4);
}

void
copy_i64(struct buf *out, int64_t v)
{
	put_sized(out, (uint64_t)v, 8);
}

void
copy_uuid(struct buf *out, const struct uuid *v)
{
	unsigned char	b[4 + sizeof(v->b)];

	memcpy(store(b, sizeof(v->b), 4), v->b, sizeof(v->b));
	buf_add(out, b, sizeof(b));
}

void
copy_when(struct buf *out, int64_t at_ms)
{
	put_sized(out, (uint64_t)((at_ms - EPOCH_MS) * 1000), 8);
}

/* numeric: digits of ten thousand, the first worth that to the power of the
 * weight, without zeros at either end; then sign and decimals. */
void
copy_centi(struct buf *out, centi_t v)
{
	const uint32_t	a = (uint32_t)labs((long)v);
	const uint16_t	digit[3] = { (uint16_t)(a / 1000000),
			    (uint16_t)(a / 100 % 10000),
			    (uint16_t)(a % 100 * 100) };
	unsigned char	b[4 + 8 + 3 * 2], *p = b;
	int		first = 0, end = 3;

	while (first < end && digit[first] == 0)
		first++;
	while (end > first && digit[end - 1] == 0)
		end--;
	p = store(p, 8 + 2 * (uint64_t)(end - first), 4);
	p = store(p, (uint64_t)(end - first), 2);
	p = store(p, (uint64_t)(end > first ? 1 - first : 0) & 0xffff, 2);
	p = store(p, v < 0 ? 0x4000 : 0, 2);
	p = store(p, 2, 2);
	for (int i = first; i < end; i++)
		p = store(p, digit[i], 2);
	buf_add(out, b, (size_t)(p - b));
}
