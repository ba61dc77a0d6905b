#include "domain/alert_text.h"
#include "base/when.h"
#include "domain/display.h"

/* What each kind of alert asks of a person. */
static const char *const advice[ALERT_TYPE__MAX] = {
	[ALERT_ALARM_ACTIVE] = "Check the unit and its contents now.",
	[ALERT_TEMP_EXCURSION] = "Check the unit and its contents now.",
	[ALERT_SUSPECTED_COOLING_FAILURE] =
	    "The unit does not recover by itself: move what it holds and call "
	    "for service.",
	[ALERT_MONITORING_INTERRUPTED] =
	    "Nobody is watching this unit: check sensor and gateway, and log "
	    "temperatures by hand.",
	[ALERT_MISSED_MANUAL_ENTRY] = "Measure and log the temperature.",
	[ALERT_LOW_BATTERY] = "Replace the sensor's battery.",
	[ALERT_SENSOR_FAULT] =
	    "The probe is broken or unplugged: its readings are not used.",
	[ALERT_DOOR_OPEN] = "Close the door.",
	[ALERT_CALIBRATION_DUE] = "Have the sensor calibrated.",
};

static void
add_temperature(centi_t t, bool fahrenheit, struct buf *out)
{
	char	text[DISPLAY_TEXT];

	buf_puts(out, display_temp((struct opt_centi){ true, t }, fahrenheit,
	    text));
}

/* Nobody cares for the seconds of an hour. */
static int64_t
coarse(int64_t s)
{
	return s < 60 ? s : s < 86400 ? s - s % 60 : s - s % 3600;
}

static void
add_duration(const struct engine_op *op, const char *before, struct buf *out)
{
	char	text[WHEN_DURATION_TEXT];

	if (op->duration_s > 0)
		buf_printf(out, "%s%s", before,
		    when_duration(coarse(op->duration_s), text));
}

static void
add_detail(const struct engine_op *op, bool fahrenheit, struct buf *out)
{
	switch (op->type) {
	case ALERT_LOW_BATTERY:
		if (op->battery_percent >= 0)
			buf_printf(out, ": %d %%", op->battery_percent);
		break;
	case ALERT_MONITORING_INTERRUPTED:
		add_duration(op, ": no data for ", out);
		break;
	case ALERT_MISSED_MANUAL_ENTRY:
	case ALERT_DOOR_OPEN:
		add_duration(op, " for ", out);
		break;
	case ALERT_SENSOR_FAULT:
	case ALERT_CALIBRATION_DUE:
		break;
	default:
		if (op->has_temp) {
			buf_puts(out, ": ");
			add_temperature(op->temp, fahrenheit, out);
		}
		if (op->limit != ENGINE_LIMIT_NONE) {
			buf_puts(out, ", limit ");
			add_temperature(op->limit_value, fahrenheit, out);
		}
		add_duration(op, ", for ", out);
	}
}

void
alert_title(const struct engine_op *op, bool fahrenheit, struct buf *out)
{
	/* One alert per excursion: confirmed, it is called an alarm. */
	enum alert_type	type = op->type == ALERT_TEMP_EXCURSION &&
			    op->severity == SEVERITY_CRITICAL
			    ? ALERT_ALARM_ACTIVE : op->type;

	buf_puts(out, alert_type_label(type));
	add_detail(op, fahrenheit, out);
}

void
alert_message(const struct engine_op *op, bool fahrenheit, struct buf *out)
{
	alert_title(op, fahrenheit, out);
	buf_printf(out, " (%s). %s", engine_reason_text(op->reason),
	    advice[op->type]);
}
