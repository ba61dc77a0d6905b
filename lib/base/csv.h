/*
 * csv.h - comma-separated text (RFC 4180) into records, as the bytes come.
 *
 * Decides where fields and records end, what is not well-formed, and how much
 * is too much; csv_head.h decides which field is which column. Pure: reads no
 * file, and holds one record at a time, however long the text is.
 *
 * Taken besides what the RFC says, because spreadsheets write it: a byte-order
 * mark, LF for CRLF, an empty line (skipped), a last record without its end,
 * and semicolons or tabs: whichever separator comes first in the text is the
 * separator. Refused: a quote in the middle of a field, text after a closing
 * quote, CR alone, NUL, and what is not UTF-8. A fault is for good.
 *
 *	while ((n = read(fd, p = chunk, sizeof(chunk))) > 0)
 *		while ((rc = csv_read(c, &p, chunk + n, &rec)) == CSV_RECORD)
 *			use(&rec);
 *	rc = csv_end(c, &rec);
 */
#ifndef FG_CSV_H
#define FG_CSV_H
#include <stddef.h>

struct csv;				/* a text being read; opaque */

struct csv_limits {			/* of one record */
	size_t	fields;
	size_t	field_bytes;		/* without quotes */
	size_t	bytes;			/* all fields, and a NUL for each */
};

struct csv_field {			/* NUL-terminated; has no NUL in it */
	const char	*text;
	size_t		 len;
};

struct csv_record {			/* owned by csv until it is called again */
	const struct csv_field	*field;
	size_t			 n;	/* at least 1 */
	size_t			 line;	/* where it begins; from 1 */
};

enum csv_rc {
	CSV_RECORD,		/* *out is filled in; there may be more */
	CSV_MORE,		/* the bytes are used up; from csv_end(): the end */
	CSV_FAULT		/* csv_fault() tells; nothing more will come */
};

struct csv	*csv_new(const struct csv_limits *limits);
void		 csv_free(struct csv *c);
/* Goes on with the bytes from *at to end, moving *at behind what it used. */
enum csv_rc	 csv_read(struct csv *c, const char **at, const char *end,
		    struct csv_record *out) __attribute__((warn_unused_result));
/* There are no more bytes: the last record, if its end was not marked. */
enum csv_rc	 csv_end(struct csv *c, struct csv_record *out)
		    __attribute__((warn_unused_result));

/* Of CSV_FAULT: a static phrase, and where; both count from 1. */
const char	*csv_fault(const struct csv *c);
size_t		 csv_fault_line(const struct csv *c);
size_t		 csv_fault_field(const struct csv *c);

#endif
