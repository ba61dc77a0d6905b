/* How much of a day an open door has excused. */
#include "domain/door.h"
#include <criterion/criterion.h>

#define DAY_START	INT64_C(1700000000000)
#define MINUTE		INT64_C(60000)
#define AT(minute)	(DAY_START + (minute) * MINUTE)

Test(door, has_excused_what_was_finished_today_and_what_lasts)
{
	static const struct {
		const char		*name;
		struct door_mask	 m;
		int64_t			 want_min;
	} c[] = {
		{ "nothing", { 0, 0, 0, false }, 0 },
		{ "finished", { AT(0), 7 * MINUTE, 0, false }, 7 },
		{ "yesterday's", { AT(-1440), 7 * MINUTE, 0, false }, 0 },
		{ "lasts", { 0, 0, AT(50), false }, 10 },
		{ "both", { AT(0), 7 * MINUTE, AT(50), false }, 17 },
		{ "lasts since before midnight", { AT(-1440), 7 * MINUTE,
		    AT(-30), false }, 60 },
		{ "not excused any more", { AT(0), 7 * MINUTE, AT(50), true },
		    7 },
		{ "a clock ahead", { 0, 0, AT(61), false }, 0 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(door_mask_used_ms(&c[i].m, DAY_START, AT(60)),
		    c[i].want_min * MINUTE, "%s", c[i].name);
}
