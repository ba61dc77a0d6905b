/* Identifiers: their text, their order, and that none comes twice. */
#include "base/uuid.h"
#include <criterion/criterion.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT	"0190b6e1-7d5c-7abc-8def-0123456789ab"

Test(uuid, reads_either_case_and_writes_lower)
{
	struct uuid	u;
	char		buf[UUID_TEXT];

	cr_expect(uuid_parse(TEXT, 36, &u));
	cr_expect_str_eq(uuid_format(&u, buf), TEXT);
	cr_expect(uuid_parse("0190B6E1-7D5C-7ABC-8DEF-0123456789AB", 36, &u));
	cr_expect_str_eq(uuid_format(&u, buf), TEXT);
}

Test(uuid, refuses_any_other_form)
{
	static const char *const c[] = {
		"",
		"0190b6e17d5c7abc8def0123456789ab",
		"{0190b6e1-7d5c-7abc-8def-0123456789ab}",
		"0190b6e1-7d5c-7abc-8def-0123456789a",
		"0190b6e1-7d5c-7abc-8def-0123456789abc",
		"0190b6e1-7d5c-7abc-8def-0123456789ag",
		"0190b6e1-7d5c-7abc-8def0-123456789ab",
		"0190b6e1_7d5c_7abc_8def_0123456789ab",
		"-190b6e1-7d5c-7abc-8def-0123456789ab",
		"0190b6e1-7d5c-7abc-8def-0123456789 b",
	};
	struct uuid	u;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_not(uuid_parse(c[i], strlen(c[i]), &u), "%s", c[i]);
	cr_expect_not(uuid_parse(TEXT "0", 37, &u));
}

Test(uuid, carries_its_time_version_and_variant)
{
	struct uuid	u = uuid_make(0x0190b6e17d5c);
	char		buf[UUID_TEXT];

	uuid_format(&u, buf);
	cr_expect_arr_eq(buf, "0190b6e1-7d5c-7", 15, "%s", buf);
	cr_expect(strchr("89ab", buf[19]) != NULL, "%s", buf);
}

Test(uuid, sorts_by_time)
{
	struct uuid	a = uuid_make(1700000000000);
	struct uuid	b = uuid_make(1700000000001);

	cr_expect_lt(memcmp(a.b, b.b, sizeof(a.b)), 0);
}

Test(uuid, never_repeats_within_a_millisecond)
{
	struct uuid	u[2000];

	for (size_t i = 0; i < 2000; i++) {
		u[i] = uuid_make(1700000000000);
		for (size_t k = 0; k < i; k++)
			cr_assert_not(uuid_eq(&u[i], &u[k]));
	}
}

/* A child inherits the parent's stock of random bytes. */
Test(uuid, differs_between_parent_and_child)
{
	struct uuid	mine, theirs;
	int		fd[2];
	pid_t		pid;

	uuid_make(0);
	cr_assert_eq(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		theirs = uuid_make(0);
		_exit(write(fd[1], &theirs, sizeof(theirs)) !=
		    sizeof(theirs));
	}
	mine = uuid_make(0);
	cr_assert_eq(read(fd[0], &theirs, sizeof(theirs)), sizeof(theirs));
	waitpid(pid, NULL, 0);
	close(fd[0]);
	close(fd[1]);
	cr_expect_not(uuid_eq(&mine, &theirs));
}

Test(uuid, knows_nil)
{
	struct uuid	u = { { 0 } };

	cr_expect(uuid_is_nil(&u));
	u.b[15] = 1;
	cr_expect_not(uuid_is_nil(&u));
}
