/*
 * centi.h - a temperature in hundredths of a degree Celsius.
 *
 * Decides how temperatures are written, read and converted. Knows no limits:
 * what is plausible for a refrigerator is decided in lib/domain.
 * 41 degrees F is 500 exactly; everything else is rounded half away from zero.
 */
#ifndef FG_CENTI_H
#define FG_CENTI_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t centi_t;	/* 0.01 degrees Celsius */

#define CENTI_MIN	(-99999)	/* what numeric(7,2) holds is wider; */
#define CENTI_MAX	99999		/* beyond, nothing is a temperature */
#define CENTI_TEXT	16		/* bytes centi_format() may write */

/* Decimal text, optional sign, digits beyond the second rounded: "-18.004". */
bool	 centi_parse(const char *s, size_t len, centi_t *out);
/* "-18.00"; always two decimals. Returns buf. */
const char *centi_format(centi_t t, char buf[CENTI_TEXT]);
/* From a decoder's floating-point degrees; false for NaN, infinities, range. */
bool	 centi_from_celsius(double c, centi_t *out);
bool	 centi_from_fahrenheit(double f, centi_t *out);
/* Hundredths of a degree Fahrenheit, as people type and read them:
 * 4100 <-> 500. */
centi_t	 centi_of_fahrenheit(int32_t f);
int32_t	 centi_to_fahrenheit(centi_t t);

#endif
