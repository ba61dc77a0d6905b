/* kinds.h and role.h spell and order each vocabulary as the database does. */
#include "domain/kinds.h"
#include "domain/role.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>

#define NAME_OF(noun)							\
	static const char *						\
	noun(int v)							\
	{								\
		return noun##_name((enum noun)v);			\
	}
NAME_OF(alert_severity)
NAME_OF(alert_status)
NAME_OF(alert_type)
NAME_OF(app_role)
NAME_OF(door_state)
NAME_OF(lora_status)
NAME_OF(unit_status)
NAME_OF(unit_type)

static const struct vocabulary {
	const char	*enum_name;
	int		 max;
	const char	*(*name)(int v);
} vocabularies[] = {
	{ "alert_severity", SEVERITY__MAX, alert_severity },
	{ "alert_status", ALERT_STATUS__MAX, alert_status },
	{ "alert_type", ALERT_TYPE__MAX, alert_type },
	{ "app_role", ROLE__MAX, app_role },
	{ "door_state", DOOR_STATE__MAX, door_state },
	{ "lora_status", LORA_STATUS__MAX, lora_status },
	{ "unit_status", UNIT_STATUS__MAX, unit_status },
	{ "unit_type", UNIT_TYPE__MAX, unit_type },
};

Test(kinds, are_the_enums_of_the_database_value_by_value)
{
	struct fixture	f;

	fixture_make(&f);
	for (size_t i = 0; i < sizeof(vocabularies) / sizeof(*vocabularies);
	    i++) {
		const struct vocabulary	*v = &vocabularies[i];
		char			 sql[160], ours[512] = "{";

		for (int k = 0, len = 1; k < v->max; k++)
			len += snprintf(ours + len, sizeof(ours) - (size_t)len,
			    "%s%s", v->name(k), k + 1 < v->max ? "," : "}");
		snprintf(sql, sizeof(sql), "SELECT enum_range(NULL::%s)",
		    v->enum_name);
		cr_expect_str_eq(fixture_sql(&f, sql), ours, "%s",
		    v->enum_name);
	}
	fixture_free(&f);
}
