/* The secret that a program sends, out of whatever else it sends for one. */
#include "web/credential.h"
#include <criterion/criterion.h>

Test(credential, a_bearer_is_whatever_follows_the_word)
{
	static const struct { const char *said, *want; } c[] = {
		{ "Bearer x", "x" },
		{ "bearer fg_1 2", "fg_1 2" },
		{ "Bearer ", "" },
		{ "Bearer", NULL },
		{ "Bearerx", NULL },
		{ "Bearer\tx", NULL },
		{ " Bearer x", NULL },
		{ "Basic x", NULL },
		{ "", NULL },
		{ NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const char	*got = credential_bearer(c[i].said);

		if (c[i].want == NULL)
			cr_expect_null(got, "%s", c[i].said);
		else
			cr_expect_str_eq(got, c[i].want);
	}
}

Test(credential, of_user_and_password_it_is_the_password)
{
	static const struct { const char *what, *said, *want; } c[] = {
		{ "ttn:x", "Basic dHRuOng=", "x" },
		{ "case", "BASIC dHRuOng=", "x" },
		{ "no user", "Basic Ong=", "x" },
		{ "a colon in it", "Basic dTphOmI=", "a:b" },
		{ "no password", "Basic dTo=", "" },
		{ "no colon", "Basic dHRu", NULL },
		{ "no padding", "Basic dHRuOng", NULL },
		{ "more behind", "Basic dHRuOng=x", NULL },
		{ "no base64", "Basic %%", NULL },
		{ "a NUL that would hide an end", "Basic dTp4AHk=", NULL },
		{ "a NUL in the user", "Basic AHU6eA==", NULL },
		{ "nothing", "Basic ", NULL },
		{ "less", "Basic", NULL },
		{ "another scheme", "Bearer dHRuOng=", NULL },
		{ "no header", NULL, NULL },
	};
	struct arena	arena = ARENA_INIT;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const char	*got = credential_basic(c[i].said, &arena);

		if (c[i].want == NULL)
			cr_expect_null(got, "%s", c[i].what);
		else
			cr_expect_str_eq(got, c[i].want, "%s", c[i].what);
	}
	arena_release(&arena);
}
