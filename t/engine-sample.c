#include "engine-sample.h"
#include <stdio.h>

struct engine_rules
engine_sample_rules(void)
{
	return (struct engine_rules){
		.has_high = true, .high = F(410), .hysteresis = 56,
		.checkin_interval_s = 300,
		.offline_warning_missed = 1, .offline_critical_missed = 5,
		.manual_missed = 5, .manual_interval_min = 240,
		.manual_enabled = true, .has_sensor = true,
		.confirm_door_closed_s = 600, .confirm_door_open_s = 1200,
		.max_excursion_min = 60, .door_grace_min = 20,
		.door_warning_min = 3, .door_critical_min = 10,
		.door_mask_min_per_day = 60,
		.created_at_ms = EPOCH - 3600 * 1000,
		.day_start_at_ms = EPOCH - 9 * 3600 * 1000,
	};
}

const char *
engine_sample_ops(const struct engine_effects *out)
{
	static const char *const verbs[] = {
		[ENGINE_OP_OPEN] = "open", [ENGINE_OP_CHANGE] = "change",
		[ENGINE_OP_ACKNOWLEDGE] = "acknowledge",
		[ENGINE_OP_RESOLVE] = "resolve",
		[ENGINE_OP_WITHHOLD] = "withhold",
	};
	static char	 text[1024];
	size_t		 len = 0;

	text[0] = '\0';
	for (int i = 0; i < out->ops_n; i++) {
		const struct engine_op	*op = &out->ops[i];
		bool	 weighs = op->kind == ENGINE_OP_OPEN ||
		    op->kind == ENGINE_OP_CHANGE;

		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s %s%s%s", i > 0 ? ", " : "", verbs[op->kind],
		    alert_type_name(op->type), weighs ? " " : "",
		    weighs ? alert_severity_name(op->severity) : "");
	}
	return text;
}
