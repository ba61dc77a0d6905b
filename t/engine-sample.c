#include "engine-sample.h"
#include <stdio.h>
#include <string.h>

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

static bool
same_alert(const struct engine_alert *a, const struct engine_alert *b)
{
	return a->type == b->type && a->severity == b->severity &&
	    uuid_eq(&a->sensor, &b->sensor) && uuid_eq(&a->id, &b->id) &&
	    a->acknowledged == b->acknowledged &&
	    a->opened_at_ms == b->opened_at_ms;
}

bool
engine_sample_same(const struct engine_state *a, const struct engine_state *b)
{
	const size_t	 n = (size_t)a->window_n;

	if (a->window_n != b->window_n || a->alerts_n != b->alerts_n ||
	    memcmp(a->window_at_ms, b->window_at_ms,
	    n * sizeof(a->window_at_ms[0])) != 0 ||
	    memcmp(a->window_temp, b->window_temp,
	    n * sizeof(a->window_temp[0])) != 0)
		return false;
	for (int i = 0; i < a->alerts_n; i++)
		if (!same_alert(&a->alerts[i], &b->alerts[i]))
			return false;
	return a->status == b->status && a->since_at_ms == b->since_at_ms &&
	    a->decided_at_ms == b->decided_at_ms &&
	    a->checkin_at_ms == b->checkin_at_ms &&
	    a->reading_at_ms == b->reading_at_ms &&
	    a->manual_at_ms == b->manual_at_ms &&
	    a->temp_at_ms == b->temp_at_ms && a->temp == b->temp &&
	    a->door == b->door && a->door_seen_at_ms == b->door_seen_at_ms &&
	    a->door_changed_at_ms == b->door_changed_at_ms &&
	    a->left_range_at_ms == b->left_range_at_ms &&
	    a->excursion_at_ms == b->excursion_at_ms &&
	    a->confirmed == b->confirmed &&
	    a->good_readings == b->good_readings &&
	    a->in_range_at_ms == b->in_range_at_ms &&
	    a->mask_day_at_ms == b->mask_day_at_ms &&
	    a->mask_used_ms == b->mask_used_ms &&
	    a->withheld == b->withheld && a->due_at_ms == b->due_at_ms;
}
