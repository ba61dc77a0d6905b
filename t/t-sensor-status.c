/* A sensor in one word. */
#include "domain/sensor_status.h"
#include <criterion/criterion.h>

#define NOW_MS	INT64_C(1790000000000)

Test(sensor_status, follows_silence_once_it_was_heard)
{
	static const struct { int64_t silent_ms; enum sensor_status want; }
	    c[] = {
		{ -60000, SENSOR_ONLINE },	/* its clock is ahead */
		{ 0, SENSOR_ONLINE }, { 600000, SENSOR_ONLINE },
		{ 900000, SENSOR_ONLINE }, { 900001, SENSOR_LATE },
		{ 901000, SENSOR_LATE }, { 1800000, SENSOR_LATE },
		{ 1800001, SENSOR_NOT_REPORTING },
		{ 1801000, SENSOR_NOT_REPORTING },
		{ NOW_MS - 1, SENSOR_NOT_REPORTING },
	};

	/* However the network thinks of it, but for a fault. */
	for (int l = 0; l < LORA_FAULT; l++)
		for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
			const struct sensor_signs s = { (enum lora_status)l,
			    false, NOW_MS - c[i].silent_ms, 600 };

			cr_expect_eq(sensor_status_of(&s, NOW_MS), c[i].want,
			    "%s, case %zu: %s",
			    lora_status_name((enum lora_status)l), i,
			    sensor_status_name(sensor_status_of(&s, NOW_MS)));
		}
}

Test(sensor_status, follows_the_network_before_it_was_heard)
{
	static const struct {
		enum lora_status	lora;
		bool			registered;
		enum sensor_status	want;
	} c[] = {
		{ LORA_PENDING, false, SENSOR_PENDING },
		{ LORA_PENDING, true, SENSOR_JOINING },
		{ LORA_JOINING, false, SENSOR_JOINING },
		{ LORA_JOINING, true, SENSOR_JOINING },
		{ LORA_ACTIVE, false, SENSOR_NEVER },
		{ LORA_ACTIVE, true, SENSOR_NEVER },
		{ LORA_OFFLINE, true, SENSOR_NEVER },
		{ LORA_FAULT, true, SENSOR_ERROR },
		{ LORA_FAULT, false, SENSOR_ERROR },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const struct sensor_signs s = { c[i].lora, c[i].registered, 0,
		    600 };

		cr_expect_eq(sensor_status_of(&s, NOW_MS), c[i].want, "%zu",
		    i);
	}
}

Test(sensor_status, a_fault_outweighs_being_heard)
{
	const struct sensor_signs	s = { LORA_FAULT, true, NOW_MS, 600 };

	cr_expect_eq(sensor_status_of(&s, NOW_MS), SENSOR_ERROR);
}

Test(sensor_status, expects_what_it_was_told_then_its_model_then_its_kind)
{
	static const struct {
		int32_t		 told_s, model_s;
		const char	*kind;
		int32_t		 want;
	} c[] = {
		{ 300, 1200, "door", 300 }, { 0, 1200, "door", 1200 },
		{ 0, 0, "temperature", 600 },
		{ 0, 0, "temperature_humidity", 600 }, { 0, 0, NULL, 600 },
		{ 0, 0, "door", 86400 }, { 0, 0, "contact", 86400 },
		{ 0, 0, "leak", 3600 }, { 0, 0, "motion", 3600 },
		{ 0, 0, "", 3600 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(sensor_interval_s(c[i].told_s, c[i].model_s,
		    c[i].kind), c[i].want, "%zu", i);
}
