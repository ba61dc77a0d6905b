/* What is UTF-8 and what only looks like it. */
#include "base/utf8.h"
#include <criterion/criterion.h>
#include <string.h>

Test(utf8, steps_over_each_character_that_is_well_formed)
{
	static const struct { const char *name, *s; size_t want; } c[] = {
		{ "ASCII",		"a",			1 },
		{ "DEL",		"\x7f",			1 },
		{ "U+0080",		"\xc2\x80",		2 },
		{ "U+07FF",		"\xdf\xbf",		2 },
		{ "U+0800",		"\xe0\xa0\x80",		3 },
		{ "below surrogates",	"\xed\x9f\xbf",		3 },
		{ "above surrogates",	"\xee\x80\x80",		3 },
		{ "U+FFFF",		"\xef\xbf\xbf",		3 },
		{ "U+10000",		"\xf0\x90\x80\x80",	4 },
		{ "U+10FFFF",		"\xf4\x8f\xbf\xbf",	4 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_eq(utf8_step(c[i].s, strlen(c[i].s)), c[i].want,
		    "%s", c[i].name);
		cr_expect(utf8_valid(c[i].s, strlen(c[i].s)), "%s", c[i].name);
	}
}

Test(utf8, refuses_what_is_ill_formed)
{
	static const struct { const char *name, *s; } c[] = {
		{ "lone continuation",	 "\x80" },
		{ "overlong slash",	 "\xc0\xaf" },
		{ "overlong 2 of 2",	 "\xc1\xbf" },
		{ "overlong 3",		 "\xe0\x9f\xbf" },
		{ "overlong 4",		 "\xf0\x8f\xbf\xbf" },
		{ "high surrogate",	 "\xed\xa0\x80" },
		{ "low surrogate",	 "\xed\xbf\xbf" },
		{ "above U+10FFFF",	 "\xf4\x90\x80\x80" },
		{ "five bytes",		 "\xf8\x88\x80\x80\x80" },
		{ "FE",			 "\xfe" },
		{ "FF",			 "\xff" },
		{ "cut after 1 of 2",	 "\xc3" },
		{ "cut after 2 of 3",	 "\xe2\x82" },
		{ "cut after 3 of 4",	 "\xf0\x9f\x98" },
		{ "ASCII for the third", "\xe2\x82" "a" },
		{ "lead for the second", "\xc3\xc3" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		cr_expect_eq(utf8_step(c[i].s, strlen(c[i].s)), 0,
		    "%s", c[i].name);
		cr_expect_not(utf8_valid(c[i].s, strlen(c[i].s)),
		    "%s", c[i].name);
	}
}

Test(utf8, knows_nothing_at_the_end)
{
	cr_expect_eq(utf8_step("a", 0), 0);
	cr_expect(utf8_valid("", 0));
	cr_expect(utf8_valid("a\0b", 3), "NUL is a character");
	cr_expect_not(utf8_valid("Gr\xc3\xbc\xc3\x9f" "e \xff", 9));
}

Test(utf8, a_bad_byte_is_found_wherever_it_is)
{
	char	text[21];

	for (size_t at = 0; at < 20; at++) {
		memcpy(text, "abcdefghijklmnopqrst", sizeof(text));
		cr_expect(utf8_valid(text, 20));
		text[at] = '\x80';
		cr_expect_not(utf8_valid(text, 20), "%zu", at);
		cr_expect(utf8_valid(text, at), "before %zu", at);
	}
}
