/* Secrets as they are stored: what opens them, and what does not. */
#include "domain/seal.h"
#include "domain/token.h"
#include <criterion/criterion.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

static const struct uuid	row = { { 1, 2, 3 } }, other = { { 1, 2, 4 } };
static char			sealed[SEAL_TEXT], text[SEAL_MAX + 1];

static void
load_key(const char *key)
{
	char	path[] = "/tmp/t-seal-XXXXXX";
	int	fd = mkstemp(path);

	cr_assert_eq(write(fd, key, 32), 32);
	close(fd);
	cr_assert(token_key_load(path));
	unlink(path);
}

static void
set_up(void)
{
	load_key("0123456789abcdef0123456789abcdef");
	seal_close(&row, "api_key", "NNSXS.SECRET", sealed);
}

TestSuite(seal, .init = set_up);

Test(seal, opens_where_it_was_closed)
{
	char	again[SEAL_TEXT];

	cr_assert(seal_open(&row, "api_key", sealed, text));
	cr_expect_str_eq(text, "NNSXS.SECRET");
	seal_close(&row, "api_key", "NNSXS.SECRET", again);
	cr_expect_str_neq(again, sealed, "nobody sees that two are the same");
	cr_expect_null(strstr(sealed, "4e4e535853"), "nor what it is");
}

Test(seal, holds_the_longest_and_the_empty_secret)
{
	char	longest[SEAL_MAX + 1];

	memset(longest, 'x', SEAL_MAX);
	longest[SEAL_MAX] = '\0';
	seal_close(&row, "api_key", longest, sealed);
	cr_assert(seal_open(&row, "api_key", sealed, text));
	cr_expect_str_eq(text, longest);
	seal_close(&row, "api_key", "", sealed);
	cr_assert(seal_open(&row, "api_key", sealed, text));
	cr_expect_str_eq(text, "");
}

Test(seal, opens_nowhere_else)
{
	cr_expect_not(seal_open(&other, "api_key", sealed, text));
	cr_expect_not(seal_open(&row, "org_api_key", sealed, text));
	load_key("x123456789abcdef0123456789abcdef");
	cr_expect_not(seal_open(&row, "api_key", sealed, text));
}

Test(seal, does_not_open_when_any_of_it_has_changed)
{
	size_t	len = strlen(sealed);

	for (size_t i = 0; i < len; i++) {
		char	was = sealed[i];

		sealed[i] = was == '0' ? '1' : '0';
		cr_expect_not(seal_open(&row, "api_key", sealed, text),
		    "at %zu", i);
		sealed[i] = was;
	}
	for (size_t i = 0; i < len; i++) {
		char	cut[SEAL_TEXT];

		memcpy(cut, sealed, i);
		cut[i] = '\0';
		cr_expect_not(seal_open(&row, "api_key", cut, text),
		    "cut at %zu", i);
	}
}
