/* A cursor comes back as it went, and nothing else is one. */
#include "domain/cursor.h"
#include <criterion/criterion.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define ID		"0197f3a2-7000-7000-8000-0000000000ff"

Test(cursor, comes_back_as_it_went)
{
	static const char *const texts[] = {
		"0." ID, "1772435704148." ID, "253402300799999." ID,
	};
	struct cursor	c;
	char		buf[CURSOR_TEXT];

	for (size_t i = 0; i < COUNT(texts); i++) {
		cr_assert(cursor_parse(texts[i], strlen(texts[i]), &c));
		cr_expect_str_eq(cursor_format(&c, buf), texts[i]);
	}
	c = cursor_first();
	cr_expect_str_eq(cursor_format(&c, buf),
	    "253402300799999.ffffffff-ffff-ffff-ffff-ffffffffffff");
	cr_expect(cursor_parse(buf, strlen(buf), &c));
}

Test(cursor, refuses_everything_else)
{
	static const char *const texts[] = {
		"", ".", ID, "." ID, "1", "1.", "-1." ID, "+1." ID, " 1." ID,
		"1." ID " ", "1." ID "0", "1.5." ID, "253402300800000." ID,
		"9999999999999999." ID, "18446744073709551617." ID,
		"1.0197f3a2-7000-7000-8000-0000000000fg", "1;" ID,
	};
	struct cursor	c;

	for (size_t i = 0; i < COUNT(texts); i++)
		cr_expect(!cursor_parse(texts[i], strlen(texts[i]), &c), "%s",
		    texts[i]);
	cr_expect(!cursor_parse("1." ID, 5, &c), "cut off");
}
