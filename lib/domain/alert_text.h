/*
 * alert_text.h - the words of an alert: its title and one sentence.
 *
 * Decides wording alone, from what the engine decided. Titles name what is
 * wrong and how badly; the unit's name stands beside them wherever they are
 * shown. Temperatures are written in the organization's unit, one decimal,
 * with a plain minus: a typographic one would halve what fits into an SMS.
 */
#ifndef FG_ALERT_TEXT_H
#define FG_ALERT_TEXT_H
#include "base/buf.h"
#include "domain/engine.h"

#define ALERT_TITLE_MAX		200
#define ALERT_MESSAGE_MAX	500

/* "Temperature alarm: 12.3 °C, limit 5.0 °C, for 10 min". Appends. */
void	alert_title(const struct engine_op *op, bool fahrenheit,
	    struct buf *out);
/* What it means and what to do. Appends. */
void	alert_message(const struct engine_op *op, bool fahrenheit,
	    struct buf *out);
/* "5.0 °C" or "41.0 °F"; appends. */
void	alert_temperature(centi_t t, bool fahrenheit, struct buf *out);

#endif
