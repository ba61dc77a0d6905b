/* Who may do what: the whole matrix, written out as people agreed on it. */
#include "domain/role.h"
#include <criterion/criterion.h>

/* Owner, admin, manager, staff, viewer, inspector. */
static const struct {
	enum permission	 p;
	const char	*who;
} matrix[] = {
	{ MAY_ANYONE,		"oamsvi" },
	{ MAY_SIGNED_IN,	"oamsvi" },
	{ MAY_DEVICE,		"------" },
	{ MAY_VIEW,		"oamsvi" },
	{ MAY_ACKNOWLEDGE,	"oams--" },
	{ MAY_RESOLVE,		"oams--" },
	{ MAY_LOG_MANUAL,	"oams--" },
	{ MAY_EDIT_UNITS,	"oam---" },
	{ MAY_MANAGE_UNITS,	"oa----" },
	{ MAY_MANAGE_DEVICES,	"oa----" },
	{ MAY_CONFIGURE_RULES,	"oa----" },
	{ MAY_MANAGE_USERS,	"oa----" },
	{ MAY_EXPORT,		"oam--i" },
	{ MAY_VIEW_AUDIT,	"oa----" },
	{ MAY_MANAGE_ORG,	"oa----" },
	{ MAY_OWN_ORG,		"o-----" },
};

Test(role, grants_exactly_the_matrix)
{
	cr_assert_eq(sizeof(matrix) / sizeof(matrix[0]), PERMISSION__MAX);
	for (int i = 0; i < PERMISSION__MAX; i++)
		for (int r = 0; r < ROLE__MAX; r++)
			cr_expect_eq(role_may((enum app_role)r, matrix[i].p),
			    matrix[i].who[r] != '-', "%s: %s",
			    app_role_name((enum app_role)r),
			    permission_name(matrix[i].p));
}

Test(role, grants_a_lower_rung_nothing_that_a_higher_one_lacks)
{
	for (int p = 0; p < PERMISSION__MAX; p++)
		for (int r = ROLE_OWNER; r < ROLE_VIEWER; r++)
			cr_expect(role_may((enum app_role)r,
			    (enum permission)p) ||
			    !role_may((enum app_role)(r + 1),
			    (enum permission)p), "%s: %s",
			    app_role_name((enum app_role)(r + 1)),
			    permission_name((enum permission)p));
}

Test(role, reads_back_every_name_it_writes)
{
	for (int r = 0; r < ROLE__MAX; r++) {
		enum app_role	 got = ROLE__MAX;

		cr_expect(app_role_parse(app_role_name((enum app_role)r),
		    &got));
		cr_expect_eq(got, (enum app_role)r);
		cr_expect_not_null(app_role_label((enum app_role)r));
	}
}

Test(role, refuses_a_name_that_is_not_quite_a_role)
{
	static const char *const	names[] = {
		"", "Owner", "owners", "own", "root", "inspector ", "superadmin",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum app_role	 got = ROLE__MAX;

		cr_expect(!app_role_parse(names[i], &got), "%s", names[i]);
		cr_expect_eq(got, ROLE__MAX);
	}
}
