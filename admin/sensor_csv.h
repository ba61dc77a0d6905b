/*
 * sensor_csv.h - a list of sensors, as a spreadsheet has it.
 *
 * Decides the columns, what each may hold, and that a DevEUI, or a network's
 * id, stands there once. Collects every fault, by line and column, so that a list is put right
 * in one go. Knows no database.
 */
#ifndef FG_SENSOR_CSV_H
#define FG_SENSOR_CSV_H
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "domain/deveui.h"

#define SENSOR_CSV_ROWS		100000	/* at most */
#define SENSOR_CSV_FAULTS	20	/* told; the others are counted */

enum sensor_column {
	SENSOR_EUI, SENSOR_NAME, SENSOR_SITE, SENSOR_AREA, SENSOR_UNIT,
	SENSOR_MAKER, SENSOR_MODEL, SENSOR_INTERVAL, SENSOR_JOIN_EUI,
	SENSOR_TTN_ID,
	SENSOR_COLUMN__MAX
};

struct sensor_row {			/* NULL where a field is empty */
	size_t		 line;
	const char	*field[SENSOR_COLUMN__MAX];
};

struct sensor_csv {
	struct arena		 arena;		/* owns the texts */
	struct sensor_row	*v;
	size_t			 n, cap;
	struct buf		 faults;	/* a line each */
	size_t			 nfaults;
};

void	sensor_csv_init(struct sensor_csv *s);
void	sensor_csv_release(struct sensor_csv *s);
/* Reads all of it; look at nfaults afterwards. */
void	sensor_csv_read(struct sensor_csv *s, FILE *f);
/* Adds a fault; line 0 is none in particular. */
void	sensor_csv_fault(struct sensor_csv *s, size_t line,
	    enum sensor_column column, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));

#endif
