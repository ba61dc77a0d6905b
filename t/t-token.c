/* What we keep of a secret. */
#include "domain/token.h"
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char	path[64];

static void
make_path(void)
{
	snprintf(path, sizeof(path), "/tmp/t-token-%d.key", (int)getpid());
	unlink(path);
}

static void
remove_path(void)
{
	unlink(path);
}

TestSuite(token, .init = make_path, .fini = remove_path);

static void
load_key(const char *bytes)
{
	int	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert_eq(write(fd, bytes, TOKEN_KEY_BYTES), TOKEN_KEY_BYTES);
	close(fd);
	cr_assert(token_key_load(path));
}

Test(token, hash_depends_on_text_purpose_and_key)
{
	char	a[TOKEN_HASH], b[TOKEN_HASH];

	load_key("0123456789abcdef0123456789abcdef");
	token_hash(TOKEN_WEBHOOK, "secret", 6, a);
	cr_expect_eq(strlen(a), TOKEN_HASH - 1);
	cr_expect_eq(strncmp(a, "\\x", 2), 0);
	cr_expect_str_eq(a, token_hash(TOKEN_WEBHOOK, "secret", 6, b));
	cr_expect_str_neq(a, token_hash(TOKEN_WEBHOOK, "secreT", 6, b));
	cr_expect_str_neq(a, token_hash(TOKEN_SESSION, "secret", 6, b));
	load_key("0123456789abcdef0123456789abcdeF");
	cr_expect_str_neq(a, token_hash(TOKEN_WEBHOOK, "secret", 6, b));
}

Test(token, does_not_confuse_where_the_purpose_ends)
{
	char	a[TOKEN_HASH], b[TOKEN_HASH];

	load_key("0123456789abcdef0123456789abcdef");
	cr_expect_str_neq(token_hash("ab", "c", 1, a),
	    token_hash("a", "bc", 2, b));
}

Test(token, refuses_to_hash_without_a_key, .signal = SIGABRT)
{
	char	a[TOKEN_HASH];

	token_hash(TOKEN_WEBHOOK, "secret", 6, a);
}

Test(token, refuses_a_key_file_of_the_wrong_size)
{
	int	fd = open(path, O_WRONLY | O_CREAT, 0600);

	cr_assert_eq(write(fd, "short", 5), 5);
	close(fd);
	cr_expect_not(token_key_load(path));
	cr_expect_eq(errno, EINVAL);
}

Test(token, refuses_a_key_file_that_is_not_there)
{
	cr_expect_not(token_key_load(path));
	cr_expect_eq(errno, ENOENT);
}

Test(token, makes_a_private_key_file_once)
{
	struct stat	st;

	cr_assert(token_key_create(path));
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);
	cr_expect(token_key_load(path));
	cr_expect_not(token_key_create(path), "it is never overwritten");
}

Test(token, never_makes_the_same_twice)
{
	char	a[TOKEN_TEXT], b[TOKEN_TEXT];

	token_make(a);
	token_make(b);
	cr_expect_eq(strlen(a), TOKEN_TEXT - 1);
	cr_expect_str_neq(a, b);
}
