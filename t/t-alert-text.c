/* The words people read at three in the morning. */
#include "domain/alert_text.h"
#include <criterion/criterion.h>

Test(alert_text, title_names_what_is_wrong_and_how_badly)
{
	static const struct {
		const char	*name;
		struct engine_op op;
		bool		 fahrenheit;
		const char	*want;
	} c[] = {
		{ "excursion", { .type = ALERT_TEMP_EXCURSION,
		    .severity = SEVERITY_WARNING, .has_temp = true,
		    .temp = 725, .limit = ENGINE_LIMIT_MAX,
		    .limit_value = 500 }, false,
		    "Temperature excursion: 7.25 °C, limit 5.00 °C" },
		{ "confirmed, in Fahrenheit", { .type = ALERT_TEMP_EXCURSION,
		    .severity = SEVERITY_CRITICAL, .has_temp = true,
		    .temp = 1230, .limit = ENGINE_LIMIT_MAX,
		    .limit_value = 500, .duration_s = 600 }, true,
		    "Temperature alarm: 54.14 °F, limit 41.00 °F, for "
		    "10 minutes" },
		{ "below zero", { .type = ALERT_TEMP_EXCURSION,
		    .severity = SEVERITY_WARNING, .has_temp = true,
		    .temp = -1204, .limit = ENGINE_LIMIT_MAX,
		    .limit_value = -1778 }, false,
		    "Temperature excursion: −12.04 °C, limit −17.78 °C" },
		{ "a hair below zero", { .type = ALERT_TEMP_EXCURSION,
		    .severity = SEVERITY_WARNING, .has_temp = true,
		    .temp = -4 }, false, "Temperature excursion: −0.04 °C" },
		{ "silence", { .type = ALERT_MONITORING_INTERRUPTED,
		    .severity = SEVERITY_CRITICAL, .duration_s = 1530 }, false,
		    "Monitoring interrupted: no data for 25 minutes" },
		{ "silence of days",
		    { .type = ALERT_MONITORING_INTERRUPTED,
		    .severity = SEVERITY_CRITICAL, .duration_s = 93784 },
		    false, "Monitoring interrupted: no data for 1 day 2 hours" },
		{ "door", { .type = ALERT_DOOR_OPEN,
		    .severity = SEVERITY_WARNING, .duration_s = 180 }, false,
		    "Door left open for 3 minutes" },
		{ "battery empty", { .type = ALERT_LOW_BATTERY,
		    .severity = SEVERITY_WARNING, .battery_percent = 0 },
		    false, "Low battery: 0 %" },
		{ "battery by voltage alone", { .type = ALERT_LOW_BATTERY,
		    .severity = SEVERITY_WARNING, .battery_percent = -1 },
		    false, "Low battery" },
		{ "fault: what was measured before is not news",
		    { .type = ALERT_SENSOR_FAULT,
		    .severity = SEVERITY_CRITICAL, .has_temp = true,
		    .temp = 335 }, false, "Sensor fault" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct buf	b = BUF_INIT(ALERT_TITLE_MAX);

		alert_title(&c[i].op, c[i].fahrenheit, &b);
		cr_expect_str_eq(buf_str(&b), c[i].want, "%s", c[i].name);
		buf_release(&b);
	}
}

Test(alert_text, every_kind_of_alert_says_what_to_do)
{
	for (int t = 0; t < ALERT_TYPE__MAX; t++) {
		struct engine_op op = { .type = (enum alert_type)t,
			.battery_percent = -1, .reason = ENGINE_WHY_ABOVE };
		struct buf	 title = BUF_INIT(ALERT_TITLE_MAX);
		struct buf	 message = BUF_INIT(ALERT_MESSAGE_MAX);

		alert_title(&op, false, &title);
		alert_message(&op, false, &message);
		cr_expect_not(buf_failed(&message));
		cr_expect_gt(message.len, title.len + 20, "%s",
		    alert_type_name(op.type));
		buf_release(&title);
		buf_release(&message);
	}
}
