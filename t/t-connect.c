/* The password file: the role's own line, whole. */
#include "db/connect.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(connect, finds_the_password_of_exactly_the_role)
{
	static const struct { const char *role, *want; } c[] = {
		{ "fg_app", "a:b c" }, { "fg_ingest", "second" },
		{ "fg_stream", "" }, { "fg_jobs", "last" },
		{ "fg_in", NULL }, { "fg", NULL }, { "", NULL },
		{ "second", NULL }, { "fg_platform", NULL },
	};
	char	 path[] = "/tmp/t-connect-XXXXXX";
	FILE	*f = fdopen(mkstemp(path), "w");

	fputs("fg_app:a:b c\r\nfg_ingest:second\nfg_ingest:third\n"
	    "fg_stream:\n\nfg_jobs:last", f);
	fclose(f);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		char *got = connect_password(path, c[i].role);

		cr_expect_eq(got != NULL, c[i].want != NULL, "%s", c[i].role);
		cr_expect(got == NULL || strcmp(got, c[i].want) == 0,
		    "%s gave %s", c[i].role, got);
		free(got);
	}
	unlink(path);
}

Test(connect, has_no_password_without_the_file)
{
	cr_expect_null(connect_password("/nonexistent", "fg_app"));
}
