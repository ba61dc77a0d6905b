/* One spelling for a device's identity. */
#include "domain/deveui.h"
#include <criterion/criterion.h>
#include <string.h>

Test(deveui, brings_every_usual_spelling_to_one)
{
	static const char *const	spellings[] = {
		"A8:40:41:FF:FF:12:34:56", "a84041-ffff-123456",
		" A84041FFFF123456", "a84041ffff123456",
		"A8-40-41-FF-FF-12-34-56 ", "a840 41ff ff12 3456",
	};

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		char	eui[DEVEUI_TEXT] = "";

		cr_expect(deveui_parse(spellings[i], strlen(spellings[i]), eui)
		    && strcmp(eui, "a84041ffff123456") == 0, "%s: %s",
		    spellings[i], eui);
	}
}

Test(deveui, refuses_what_is_not_sixteen_hex_digits)
{
	static const struct {
		const char	*name;
		const char	*text;
		size_t		 len;
	} c[] = {
		{ "nothing", "", 0 },
		{ "separators only", ":-: -", 5 },
		{ "one digit short", "A84041FFFF12345", 15 },
		{ "one digit more", "a84041ffff1234567", 17 },
		{ "letters beyond f", "zz84041ffff12345", 16 },
		{ "other punctuation", "a84041.ffff.123456", 18 },
		{ "a NUL inside", "a84041ff\0f123456", 16 },
		{ "sign", "+84041ffff123456", 16 },
		{ "prefix", "0xa84041ffff123456", 18 },
		{ "full-width digits", "\357\274\220a84041ffff12345", 18 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		char	eui[DEVEUI_TEXT];

		cr_expect(!deveui_parse(c[i].text, c[i].len, eui), "%s",
		    c[i].name);
	}
}
