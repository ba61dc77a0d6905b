#include "domain/engine.h"

static const struct {
	const char	*name;		/* in audit rows and JSON */
	const char	*text;		/* as people read it */
} reasons[ENGINE_WHY__MAX] = {
	[ENGINE_WHY_NONE] =	    { "none", "no reason" },
	[ENGINE_WHY_ABOVE] =	    { "above_limit", "above the high limit" },
	[ENGINE_WHY_BELOW] =	    { "below_limit", "below the low limit" },
	[ENGINE_WHY_CONFIRMED] =
	    { "confirmed", "out of range past the confirm time" },
	[ENGINE_WHY_MAX_EXCURSION] =
	    { "max_excursion", "out of range for the longest time allowed" },
	[ENGINE_WHY_RECOVERED] =
	    { "recovered", "the temperature has recovered" },
	[ENGINE_WHY_STABLE] =
	    { "stable", "two good readings in a row" },
	[ENGINE_WHY_NOT_COOLING] =
	    { "not_cooling", "45 minutes out of range without improvement" },
	[ENGINE_WHY_MISSED] =	    { "missed_checkins", "missed check-ins" },
	[ENGINE_WHY_NO_TEMPERATURE] =
	    { "no_temperature", "the sensor reports, but no temperature" },
	[ENGINE_WHY_NEVER_SEEN] =
	    { "never_seen", "nothing has ever been received" },
	[ENGINE_WHY_BACK] =	    { "reporting", "reporting again" },
	[ENGINE_WHY_LOG_OVERDUE] =
	    { "log_overdue", "a manual temperature log is overdue" },
	[ENGINE_WHY_LOGGED] =
	    { "logged", "the temperature was logged by hand" },
	[ENGINE_WHY_DOOR_OPEN] =    { "door_open", "the door is open" },
	[ENGINE_WHY_DOOR_CLOSED] =  { "door_closed", "the door was closed" },
	[ENGINE_WHY_BATTERY_LOW] =  { "battery_low", "the battery is low" },
	[ENGINE_WHY_BATTERY_GOOD] =
	    { "battery_good", "the battery is good again" },
	[ENGINE_WHY_FAULT] =
	    { "fault", "the probe reports no temperature but a fault" },
	[ENGINE_WHY_FAULT_GONE] =
	    { "fault_gone", "the probe measures normally again" },
	[ENGINE_WHY_UNSUPPRESSED] =
	    { "unsuppressed", "a suppression has ended" },
	[ENGINE_WHY_PERSON] =	    { "person", "somebody decided so" },
};

const char *
engine_reason_name(enum engine_reason reason)
{
	return reasons[reason].name;
}

const char *
engine_reason_text(enum engine_reason reason)
{
	return reasons[reason].text;
}
