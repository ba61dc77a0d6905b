/*
 * copy_rows.h - rows as COPY ... WITH (FORMAT binary) reads them.
 *
 * A row is copy_row() with how many columns, then that many values, each in
 * the form of its column's type. Pure: fills a buffer, which the caller sends
 * on (plain_copy_put()) and clears whenever it is large enough.
 */
#ifndef FG_COPY_ROWS_H
#define FG_COPY_ROWS_H
#include "base/buf.h"
#include "base/centi.h"
#include "base/uuid.h"
#include <stdint.h>

void	copy_head(struct buf *out);	/* before the first row */
void	copy_tail(struct buf *out);	/* after the last */
void	copy_row(struct buf *out, int columns);
void	copy_null(struct buf *out);
void	copy_bool(struct buf *out, bool v);
void	copy_char(struct buf *out, char v);		/* "char" */
void	copy_i16(struct buf *out, int16_t v);
void	copy_i32(struct buf *out, int32_t v);
void	copy_i64(struct buf *out, int64_t v);
void	copy_uuid(struct buf *out, const struct uuid *v);
void	copy_when(struct buf *out, int64_t at_ms);	/* timestamptz */
void	copy_centi(struct buf *out, centi_t v);		/* numeric(.., 2) */

#endif
