/*
 * logger.h - what other makers' loggers export: which column is which, and
 * what stands in it.
 *
 * Decides which headings are known, which ways of writing a time and a
 * temperature are, and refuses to guess where one could be another: a day and
 * a month, or degrees Celsius and Fahrenheit. Pure. A fault is a static phrase.
 */
#ifndef FG_LOGGER_H
#define FG_LOGGER_H
#include "base/centi.h"
#include "base/csv.h"

enum logger_column {
	LOGGER_TIME,
	LOGGER_DATE,		/* where it stands beside the time */
	LOGGER_TEMPERATURE,
	LOGGER_HUMIDITY,
	LOGGER_UNIT,
	LOGGER_COLUMN__MAX
};

enum logger_degrees { DEGREES_UNSAID, DEGREES_C, DEGREES_F };
enum logger_order { ORDER_UNSAID, ORDER_DMY, ORDER_MDY };

struct logger_head {			/* plain value */
	size_t			at[LOGGER_COLUMN__MAX];	/* its field and 1 */
	enum logger_degrees	degrees;	/* as the heading says */
};

/* A time as the logger's clock showed it. */
struct logger_time {
	int64_t	civil_ms;		/* as if it were UTC's */
	bool	has_offset;		/* then that is said, too */
	int64_t	east_ms;
};

/* Whether rec is the line of headings: it has a time and a temperature.
 * wanted has by column the heading to look for, exactly; NULL: a known one. */
bool		 logger_head(const struct csv_record *rec,
		    const char *const wanted[LOGGER_COLUMN__MAX],
		    struct logger_head *out);
/* Borrowed from rec, without the blanks around it, its length in *len; empty
 * where there is none. */
const char	*logger_field(const struct logger_head *h,
		    const struct csv_record *rec, enum logger_column column,
		    size_t *len);

/* NULL when good, else what is wrong. */
const char	*logger_time(const char *text, size_t len,
		    enum logger_order order, struct logger_time *out);
/* A unit in the field itself goes before degrees. */
const char	*logger_temperature(const char *text, size_t len,
		    enum logger_degrees degrees, centi_t *out);
/* An empty field is good, and *has false. */
const char	*logger_humidity(const char *text, size_t len, bool *has,
		    int32_t *cpct);

#endif
