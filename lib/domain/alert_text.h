/*
 * alert_text.h - the words of an alert: its title and one sentence.
 *
 * Decides wording alone, from what the engine decided. Titles name what is
 * wrong and how badly; the unit's name stands beside them wherever they are
 * shown. Temperatures and durations are written as pages write them, in the
 * organization's unit.
 */
#ifndef FG_ALERT_TEXT_H
#define FG_ALERT_TEXT_H
#include "base/buf.h"
#include "domain/engine.h"

#define ALERT_TITLE_MAX		200
#define ALERT_MESSAGE_MAX	500

/* "Temperature alarm: 12.30 °C, limit 5.00 °C, for 10 minutes". Appends. */
void	alert_title(const struct engine_op *op, bool fahrenheit,
	    struct buf *out);
/* What it means and what to do. Appends. */
void	alert_message(const struct engine_op *op, bool fahrenheit,
	    struct buf *out);

#endif
