/* An Idempotency-Key is short and harmless, whatever its sender makes of it. */
#include "domain/once.h"
#include <criterion/criterion.h>
#include <string.h>

Test(once, a_key_is_of_a_few_characters_and_not_too_long)
{
	static const struct { const char *key; bool want; } c[] = {
		{ "a", true },
		{ "2026-03-02T06:00:00+01:00", true },
		{ "Zg==/batch.7_a", true },
		{ "", false },
		{ "two words", false },
		{ "tab\t", false },
		{ "line\n", false },
		{ "a\"b", false },
		{ "a,b", false },
		{ "caf\xc3\xa9", false },
		{ "a\x7f", false },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(once_key_valid(c[i].key), c[i].want, "%s",
		    c[i].key);
}

Test(once, a_key_ends_at_the_limit)
{
	char	key[ONCE_KEY_MAX + 2];

	memset(key, 'k', sizeof(key));
	key[ONCE_KEY_MAX] = '\0';
	cr_expect(once_key_valid(key));
	key[ONCE_KEY_MAX] = 'k';
	key[ONCE_KEY_MAX + 1] = '\0';
	cr_expect_not(once_key_valid(key));
}
