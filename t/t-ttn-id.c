/* What may stand in an address as an id of The Things Stack. */
#include "base/ttn_id.h"
#include <criterion/criterion.h>

Test(ttn_id, takes_what_the_network_takes)
{
	static const char *const c[] = {
		"abc", "0x1", "eui-70b3d57ed0000001", "a-b", "walk-in-cooler-2",
		"a-device-id-of-just-36-letters-so-ok",
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect(ttn_id_valid(c[i]), "%s", c[i]);
}

Test(ttn_id, refuses_everything_else)
{
	static const char *const c[] = {
		"", "a", "ab", "-", "---", "-ab", "ab-", "a--b", "Abc", "a b",
		"a_b", "a.b", "../x", "a/b", "a?b", "a%2fb", "k\xc3\xbche",
		"a-device-id-of-thirty-seven-letters-x", " abc", "abc\n",
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_not(ttn_id_valid(c[i]), "%s", c[i]);
}
