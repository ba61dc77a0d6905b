/*
 * import_file.h - a logger's file, line by line into readings.
 *
 * Decides whose each line is, which instant it means where clocks are set
 * back or forward, and that a line which cannot be understood is told by its
 * number and left out.
 */
#ifndef FG_IMPORT_FILE_H
#define FG_IMPORT_FILE_H
#include <stdio.h>

#include "domain/import.h"
#include "domain/logger.h"

#define IMPORT_HEAD_WITHIN	50	/* records: what loggers say first */
#define IMPORT_FAULTS_SHOWN	20
#define IMPORT_FAULTS_MAX	10000	/* then it is another kind of file */

struct import_wish {			/* strings are borrowed, or NULL */
	const char		*headings[LOGGER_COLUMN__MAX];
	const char		*site, *area, *unit;
	const char		*timezone;	/* NULL: the site's */
	enum logger_degrees	 degrees;
	enum logger_order	 order;
};

struct import_unit;

struct import_file {
	const struct import_wish *wish;
	struct import	*im;
	int64_t		 keep_after_ms;	/* older is soon deleted; 0: never */
	/* What there was. */
	int64_t		 forward;	/* times that no clock showed */
	int64_t		 twice;		/* that clocks showed twice */
	int64_t		 doomed;	/* readings older than are kept */
	int64_t		 readings, outside;	/* outside the limits */
	int64_t		 first_ms, last_ms;
	bool		 cut_off;	/* the last line has no end */
	/* Private. */
	struct logger_head head;
	bool		 has_head;
	size_t		 before_head;
	struct import_unit *units;
	size_t		 nunits, unit;	/* the one found last */
	int64_t		 shown, last_line;
	void		(*progress)(const struct import_file *f);
};

/* Reads all of it. False: stopped, and it is told why; what was stored by then
 * is, and the same again goes on. */
bool	import_file_read(struct import_file *f, FILE *from);
void	import_file_release(struct import_file *f);

#endif
