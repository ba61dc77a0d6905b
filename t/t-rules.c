/* Rules: what is inherited from where, and a table that fits itself. */
#include "domain/rules.h"
#include <criterion/criterion.h>
#include <string.h>

#define SAYS(v)	{ true, (v) }
#define NOTHING	{ false, 77 }

Test(rules, lets_the_nearest_level_that_says_something_win)
{
	static const struct {
		struct rule_opt	 levels[RULE_BUILT_IN];
		int		 want;
		const char	*from;
	} c[] = {	/* unit, site, organization */
		{ { NOTHING, NOTHING, SAYS(2) }, 2, "organization" },
		{ { NOTHING, SAYS(3), SAYS(2) }, 3, "site" },
		{ { SAYS(4), SAYS(3), SAYS(2) }, 4, "unit" },
		{ { NOTHING, NOTHING, NOTHING }, 1, "default" },
		{ { NOTHING, SAYS(0), SAYS(2) }, 0, "site" },
		{ { SAYS(0), SAYS(3), NOTHING }, 0, "unit" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct rule_value	 got;

		got = rule_resolve(RULE_OFFLINE_WARNING, c[i].levels);
		cr_expect_eq(got.value, c[i].want, "row %zu: %d", i,
		    got.value);
		cr_expect_str_eq(rule_level_name(got.level), c[i].from,
		    "row %zu", i);
	}
}

Test(rules, falls_back_on_the_published_defaults)
{
	static const int	want[RULE__MAX] = {
		[RULE_MANUAL_INTERVAL] = 240, [RULE_MANUAL_GRACE] = 0,
		[RULE_EXPECTED_INTERVAL] = 60,
		[RULE_OFFLINE_MULTIPLIER] = 200,
		[RULE_OFFLINE_ADDITIONAL] = 2, [RULE_OFFLINE_WARNING] = 1,
		[RULE_OFFLINE_CRITICAL] = 5, [RULE_MANUAL_MISSED] = 5,
		[RULE_DOOR_WARNING] = 3, [RULE_DOOR_CRITICAL] = 10,
		[RULE_DOOR_MASK] = 60, [RULE_CONFIRM_DOOR_CLOSED] = 10,
		[RULE_CONFIRM_DOOR_OPEN] = 20, [RULE_MAX_EXCURSION] = 60,
	};
	static const struct rule_opt	 nothing[RULE_BUILT_IN];

	for (int r = 0; r < RULE__MAX; r++)
		cr_expect_eq(rule_resolve((enum rule)r, nothing).value,
		    want[r], "%s", rule_field((enum rule)r)->name);
}

Test(rules, describes_every_field_within_its_own_bounds)
{
	for (int r = 0; r < RULE__MAX; r++) {
		const struct rule_field	*f = rule_field((enum rule)r);

		cr_assert_not_null(f->name);
		cr_expect_eq(rule_field_find(f->name), f, "%s", f->name);
		cr_expect_leq(f->min, f->built_in, "%s", f->name);
		cr_expect_leq(f->built_in, f->max, "%s", f->name);
		cr_expect_gt(strlen(f->help), 10, "%s", f->name);
		cr_expect_gt(strlen(rule_unit_label(f->unit)), 0);
	}
}

Test(rules, knows_no_other_fields)
{
	static const char *const	names[] = {
		"", "manual_interval", "MANUAL_GRACE_MINUTES", "temp_max",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect_null(rule_field_find(names[i]), "%s", names[i]);
}
