/* The configuration file: what it takes, and how exactly it complains. */
#include "base/conf.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char	path[64];

static void
make_file(void)
{
	snprintf(path, sizeof(path), "/tmp/t-conf-XXXXXX");
	close(mkstemp(path));
	unsetenv("FROSTGUARD_CONF");
}

static void
remove_file(void)
{
	unlink(path);
}

TestSuite(conf, .init = make_file, .fini = remove_file);

static void
write_file(const char *text, size_t len)
{
	FILE	*f = fopen(path, "w");

	cr_assert_eq(fwrite(text, 1, len, f), len);
	fclose(f);
}

static void
load(const char *text)
{
	char	*why = NULL;

	write_file(text, strlen(text));
	cr_assert(conf_load(path, &why), "%s", why);
}

Test(conf, has_a_valid_default_for_every_key)
{
	size_t			 n;
	const struct conf_row	*row = conf_rows(&n);

	load("");
	for (size_t i = 0; i < n; i++) {
		cr_expect_gt(strlen(row[i].help), 20, "%s", row[i].key);
		cr_expect_eq(row[i].help[strlen(row[i].help) - 1], '.', "%s",
		    row[i].key);
		cr_expect(i == 0 || strcmp(row[i - 1].key, row[i].key) < 0,
		    "%s is out of order", row[i].key);
	}
	cr_expect_eq(conf_int("session_hours"), 12);
	cr_expect_eq(conf_ms("statement_timeout"), 5000);
	cr_expect_str_eq(conf_text("log_level"), "info");
}

Test(conf, takes_values_of_every_kind)
{
	load("# a comment\n"
	    "\n"
	    "  session_hours=24\n"
	    "\tbase_url =  https://frost.example/?a=b#c  \n"
	    "statement_timeout = 250ms\r\n"
	    "spool_dir = /srv/a path\n"
	    "database_password_file =\n"
	    "   # another\n"
	    "log_level = error");
	cr_expect_eq(conf_int("session_hours"), 24);
	cr_expect_str_eq(conf_text("base_url"),
	    "https://frost.example/?a=b#c");
	cr_expect_eq(conf_ms("statement_timeout"), 250);
	cr_expect_str_eq(conf_text("spool_dir"), "/srv/a path");
	cr_expect_str_eq(conf_text("database_password_file"), "");
	cr_expect_str_eq(conf_text("log_level"), "error");
}

Test(conf, reads_durations_in_every_unit)
{
	static const struct { const char *s; int64_t ms; } c[] = {
		{ "1000ms", 1000 }, { "1s", 1000 }, { "90s", 90000 },
		{ "10min", 600000 },
	};
	char	line[64];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(line, sizeof(line), "stream_ping = %s", c[i].s);
		load(line);
		cr_expect_eq(conf_ms("stream_ping"), c[i].ms, "%s", c[i].s);
	}
}

Test(conf, refuses_bad_lines_with_file_and_line)
{
	static const struct { const char *text, *want; } c[] = {
		{ "sesion_hours = 1", "1: sesion_hours: unknown key" },
		{ "#\n\nx = 1", "3: x: unknown key" },
		{ "= 1", "1: : unknown key" },
		{ "session_hours", "1: session_hours: no \"=\"" },
		{ "session_hours 12", "1: session_hours 12: no \"=\"" },
		{ "session_hours = 1\nsession_hours = 1",
		  "2: session_hours: given twice" },
		{ "session_hours =", "1: session_hours: not an integer" },
		{ "session_hours = 1h", "1: session_hours: not an integer" },
		{ "session_hours = -", "1: session_hours: not an integer" },
		{ "session_hours = 0", "1: session_hours: out of range" },
		{ "session_hours = -1", "1: session_hours: out of range" },
		{ "session_hours = 721", "1: session_hours: out of range" },
		{ "session_hours = 99999999999999999999",
		  "1: session_hours: out of range" },
		{ "session_hours = 18446744073709551617",
		  "1: session_hours: out of range" },
		{ "stream_ping = 20", "1: stream_ping: not a duration such as "
		  "250ms, 30s, 5min, 2h" },
		{ "stream_ping = s", "1: stream_ping: not a duration such as "
		  "250ms, 30s, 5min, 2h" },
		{ "stream_ping = 1 s", "1: stream_ping: not a duration such as "
		  "250ms, 30s, 5min, 2h" },
		{ "stream_ping = 1ms", "1: stream_ping: out of range" },
		{ "stream_ping = 9000000000000000000d",
		  "1: stream_ping: not a duration such as 250ms, 30s, 5min, "
		  "2h" },
		{ "spool_dir = var/spool",
		  "1: spool_dir: not an absolute path" },
		{ "spool_dir =", "1: spool_dir: wrong length" },
		{ "log_level = loud",
		  "1: log_level: none of debug, info, warn, error" },
	};
	char	*why, want[256];

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		write_file(c[i].text, strlen(c[i].text));
		cr_assert_not(conf_load(path, &why), "%s", c[i].text);
		snprintf(want, sizeof(want), "%s:%s", path, c[i].want);
		cr_expect_str_eq(why, want);
		free(why);
		cr_expect_eq(conf_int("session_hours"), 12);
	}
}

Test(conf, refuses_nul_and_paths_too_long_for_a_socket)
{
	char	*why, line[256];

	write_file("session_hours = 1\0 2\n", 21);
	cr_expect_not(conf_load(path, &why));
	cr_expect(strstr(why, "contains NUL") != NULL, "%s", why);
	free(why);
	snprintf(line, sizeof(line), "stream_socket = /%0107d", 0);
	write_file(line, strlen(line));
	cr_expect_not(conf_load(path, &why));
	cr_expect(strstr(why, "wrong length") != NULL, "%s", why);
	free(why);
}

Test(conf, misses_a_file_that_was_named)
{
	char	*why;

	cr_expect_not(conf_load("/nonexistent/conf", &why));
	cr_expect_str_eq(why, "/nonexistent/conf: No such file or directory");
	free(why);
	setenv("FROSTGUARD_CONF", "/nonexistent/env", 1);
	cr_expect_not(conf_load(NULL, &why));
	cr_expect_str_eq(why, "/nonexistent/env: No such file or directory");
	free(why);
	cr_expect_not(conf_load("/tmp", &why), "a directory");
	free(why);
}

Test(conf, reads_the_file_that_the_environment_names)
{
	char	*why = NULL;

	write_file("session_hours = 7", 17);
	setenv("FROSTGUARD_CONF", path, 1);
	cr_assert(conf_load(NULL, &why), "%s", why);
	cr_expect_eq(conf_int("session_hours"), 7);
}

Test(conf, prints_a_file_it_would_take_without_secrets)
{
	char	*text, *why, *line;
	size_t	 len;
	FILE	*f = open_memstream(&text, &len);

	load("database = host=db password=hunter2\nsession_hours = 3\n");
	conf_print(f);
	fclose(f);
	cr_expect_null(strstr(text, "hunter2"));
	cr_expect_not_null(strstr(text, "# database is hidden\n"));
	line = strstr(text, "session_hours = 3\n");
	cr_expect_not_null(line);
	write_file(text, len);
	cr_expect(conf_load(path, &why));
	cr_expect_eq(conf_int("session_hours"), 3);
	free(text);
}

Test(conf, stops_a_program_that_asks_for_an_unknown_key, .signal = SIGABRT)
{
	load("");
	conf_text("sesion_hours");
}

Test(conf, stops_a_program_that_asks_for_another_kind, .signal = SIGABRT)
{
	load("");
	conf_text("session_hours");
}

Test(conf, stops_a_program_that_asks_before_loading, .signal = SIGABRT)
{
	conf_int("session_hours");
}
