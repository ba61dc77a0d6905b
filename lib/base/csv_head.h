/*
 * csv_head.h - which field of a record is which column, as the first record
 * names them.
 *
 * Decides which names are the same: letters and digits count, their case does
 * not, so "dev_eui", "Dev EUI" and "DevEUI" are one column. Pure. Does not
 * decide what a column may hold.
 */
#ifndef FG_CSV_HEAD_H
#define FG_CSV_HEAD_H
#include "base/csv.h"
#include <stdbool.h>

#define CSV_COLUMNS	32		/* that a table may have */

struct csv_column {
	const char	*name;
	bool		 required;	/* in the head; its fields may be empty */
};

struct csv_head {			/* plain value */
	size_t	fields;			/* of a record */
	size_t	at[CSV_COLUMNS];	/* by column: its field and 1; 0: none */
};

/* False: fault has a phrase that names the column. */
bool		 csv_head_read(const struct csv_record *first,
		    const struct csv_column *columns, size_t n,
		    struct csv_head *out, char *fault, size_t size)
		    __attribute__((warn_unused_result));
/* Borrowed from r; "" where the text has no such column, or the record ends
 * before it. */
const char	*csv_head_field(const struct csv_head *h,
		    const struct csv_record *r, size_t column);

#endif
