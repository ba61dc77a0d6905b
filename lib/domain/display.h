/*
 * display.h - how values are written for people.
 *
 * Decides the words of a temperature, its limits and an instant: with the unit
 * the organization reads, a true minus sign, and the civil time of the place.
 * Machines get their own spelling: json_put_centi(), when_format().
 */
#ifndef FG_DISPLAY_H
#define FG_DISPLAY_H
#include "base/centi.h"
#include <stdint.h>

#define DISPLAY_TEXT	64

/* A temperature that may be missing, as a limit or a first reading may. */
struct opt_centi {
	bool	has;
	centi_t	t;
};

/* Each returns buf. */

/* "-18.02 °C" with U+2212 as the sign; "-" with a dash when there is none. */
const char	*display_temp(struct opt_centi v, bool fahrenheit,
		    char buf[DISPLAY_TEXT]);
/* "2.00 to 5.00 °C", "at most 5.00 °C", "at least ...", "no limits". */
const char	*display_limits(struct opt_centi low, struct opt_centi high,
		    bool fahrenheit, char buf[DISPLAY_TEXT]);
/* "0.56 K" or "1.01 °F": a distance between temperatures. */
const char	*display_difference(struct opt_centi v, bool fahrenheit,
		    char buf[DISPLAY_TEXT]);
/* "+0.30 °C", or with U+2212 as the sign: what is added to one. */
const char	*display_offset(centi_t offset, bool fahrenheit,
		    char buf[DISPLAY_TEXT]);
/* "-71 dBm" with U+2212 as the sign. */
const char	*display_signal(int32_t dbm, char buf[DISPLAY_TEXT]);
/* "2 Mar 2026, 07:15:04"; in UTC, and saying so, where zone is unknown. */
const char	*display_time(int64_t at_ms, const char *zone,
		    char buf[DISPLAY_TEXT]);

#endif
