#include "domain/sensor_status.h"
#include <string.h>

#define HOUR_S	3600

static const struct {
	const char	*name, *label;
} words[SENSOR_STATUS__MAX] = {
	[SENSOR_PENDING] =	 { "pending", "Not joined yet" },
	[SENSOR_JOINING] =	 { "joining", "Joining" },
	[SENSOR_ERROR] =	 { "error", "Fault" },
	[SENSOR_NEVER] =	 { "never", "Never heard" },
	[SENSOR_ONLINE] =	 { "online", "Online" },
	[SENSOR_LATE] =		 { "late", "Late" },
	[SENSOR_NOT_REPORTING] = { "not_reporting", "Not reporting" },
};

/* Kinds that report at another pace than the rest. */
static const struct {
	const char	*kind;
	int32_t		 interval_s;
} paces[] = {
	{ "temperature", 600 }, { "temperature_humidity", 600 },
	{ "door", 24 * HOUR_S }, { "contact", 24 * HOUR_S },
};

int32_t
sensor_interval_s(int32_t told_s, int32_t model_s, const char *kind)
{
	if (told_s > 0)
		return told_s;
	if (model_s > 0)
		return model_s;
	/* Where the kind is not known, a temperature is waited for. */
	if (kind == NULL)
		kind = "temperature";
	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++)
		if (strcmp(paces[i].kind, kind) == 0)
			return paces[i].interval_s;
	return HOUR_S;
}

static enum sensor_status
before_first(const struct sensor_signs *s)
{
	switch (s->lora) {
	case LORA_PENDING:
		return s->registered ? SENSOR_JOINING : SENSOR_PENDING;
	case LORA_JOINING:
		return SENSOR_JOINING;
	default:
		return SENSOR_NEVER;
	}
}

enum sensor_status
sensor_status_of(const struct sensor_signs *s, int64_t now_ms)
{
	int64_t	silent_ms = now_ms - s->seen_at_ms;
	int64_t	interval_ms = (int64_t)s->interval_s * 1000;

	if (s->lora == LORA_FAULT)
		return SENSOR_ERROR;
	if (s->seen_at_ms == 0)
		return before_first(s);
	if (2 * silent_ms <= 3 * interval_ms)
		return SENSOR_ONLINE;
	return silent_ms <= 3 * interval_ms ? SENSOR_LATE :
	    SENSOR_NOT_REPORTING;
}

const char *
sensor_status_name(enum sensor_status s)
{
	return words[s].name;
}

const char *
sensor_status_label(enum sensor_status s)
{
	return words[s].label;
}
