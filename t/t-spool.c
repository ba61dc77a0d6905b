/* What the spool promises: nothing acknowledged is lost, nothing torn is
 * taken for a message. */
#include "domain/spool.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char	dir[64];

static void
make_dir(void)
{
	snprintf(dir, sizeof(dir), "/tmp/t-spool-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
}

static void
remove_dir(void)
{
	DIR		*d = opendir(dir);
	struct dirent	*e;

	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	rmdir(dir);
}

TestSuite(spool, .init = make_dir, .fini = remove_dir);

struct seen {
	unsigned	n, stop_at;
	char		bodies[512];
	char		auth[SPOOL_AUTH_MAX + 1];
	int64_t		received_ms;
	uint32_t	form;
};

static enum spool_verdict
collect(const struct spool_record *rec, void *arg)
{
	struct seen	*seen = arg;
	size_t		 at = strlen(seen->bodies);

	if (seen->stop_at != 0 && seen->n == seen->stop_at)
		return SPOOL_LATER;
	seen->n++;
	snprintf(seen->bodies + at, sizeof(seen->bodies) - at, "%.*s,",
	    (int)rec->body_len, rec->body);
	snprintf(seen->auth, sizeof(seen->auth), "%s", rec->auth);
	seen->received_ms = rec->received_ms;
	seen->form = rec->form;
	return SPOOL_DONE;
}

static void
append(struct spool *s, int64_t at, const char *body)
{
	struct spool_record rec = { at, "\\xab", body, strlen(body), 7 };

	cr_assert_eq(spool_append(s, &rec), SPOOL_OK);
}

/* The only file of the directory with that ending. */
static void
only_file(const char *ending, char path[128])
{
	DIR		*d = opendir(dir);
	struct dirent	*e;

	path[0] = '\0';
	while ((e = readdir(d)) != NULL) {
		size_t	len = strlen(e->d_name), n = strlen(ending);

		if (len > n && strcmp(e->d_name + len - n, ending) == 0)
			snprintf(path, 128, "%s/%.60s", dir, e->d_name);
	}
	closedir(d);
}

static void
put_file(const char *name, const void *bytes, size_t len)
{
	char	path[128];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	cr_assert_not_null(f);
	cr_assert_eq(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

Test(spool, gives_back_what_was_appended_in_order)
{
	struct spool	*s = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };
	unsigned	 files;

	append(s, 1000, "one");
	append(s, 2000, "two");
	cr_expect_eq(spool_replay(s, 10, collect, &seen), 2);
	cr_expect_str_eq(seen.bodies, "one,two,");
	cr_expect_str_eq(seen.auth, "\\xab");
	cr_expect_eq(seen.received_ms, 2000);
	cr_expect_eq(seen.form, 7);
	cr_expect_eq(spool_waiting(s, &files), 0);
	cr_expect_eq(files, 0);
	spool_free(s);
}

Test(spool, reads_what_was_written_before_records_had_a_form)
{
	/* A record of "old", as such a file has it, in this byte order. */
	static const struct {
		uint32_t	magic, auth_len, body_len, pad;
		int64_t		received_ms;
		unsigned char	sum[16];
		char		text[7];
	} old = { 0x31534746, 4, 3, 0, 1000, {
		0x33, 0x8a, 0x64, 0x93, 0xd7, 0xd1, 0x2b, 0xad, 0x19, 0x98,
		0x51, 0x1c, 0xd4, 0x74, 0xd0, 0x7e }, "\\xabold" };
	struct spool	*s = spool_new(dir, 1 << 20);
	struct seen	 seen = { .form = 7 };

	put_file("0000000001000-1-0.spool", &old, 47);
	cr_expect_eq(spool_replay(s, 100, collect, &seen), 1);
	cr_expect_str_eq(seen.bodies, "old,");
	cr_expect_str_eq(seen.auth, "\\xab");
	cr_expect_eq(seen.received_ms, 1000);
	cr_expect_eq(seen.form, 0);
	spool_free(s);
}

Test(spool, keeps_the_rest_when_the_database_goes_away_again)
{
	struct spool	*s = spool_new(dir, 1 << 20);
	struct seen	 first = { .stop_at = 1 }, second = { 0 };

	append(s, 1000, "one");
	append(s, 2000, "two");
	append(s, 3000, "three");
	cr_expect_eq(spool_replay(s, 10, collect, &first), 1);
	cr_expect_eq(spool_replay(s, 10, collect, &second), 2);
	cr_expect_str_eq(second.bodies, "two,three,");
	spool_free(s);
}

Test(spool, goes_on_where_a_bounded_replay_stopped)
{
	struct spool	*s = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };

	append(s, 1000, "one");
	append(s, 2000, "two");
	cr_expect_eq(spool_replay(s, 1, collect, &seen), 1);
	cr_expect_eq(spool_replay(s, 1, collect, &seen), 1);
	cr_expect_eq(spool_replay(s, 1, collect, &seen), 0);
	cr_expect_str_eq(seen.bodies, "one,two,");
	spool_free(s);
}

Test(spool, starts_a_half_replayed_file_over_after_a_crash)
{
	struct spool	*s = spool_new(dir, 1 << 20);
	struct seen	 before = { 0 }, after = { 0 };

	append(s, 1000, "one");
	append(s, 2000, "two");
	cr_expect_eq(spool_replay(s, 1, collect, &before), 1);
	spool_free(s);		/* as a killed process lets go of its lock */
	s = spool_new(dir, 1 << 20);
	cr_expect_eq(spool_replay(s, 10, collect, &after), 2);
	cr_expect_str_eq(after.bodies, "one,two,");
	spool_free(s);
}

Test(spool, does_not_touch_a_file_that_another_process_writes)
{
	struct spool	*writer = spool_new(dir, 1 << 20);
	struct spool	*reader = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };

	append(writer, 1000, "one");
	cr_expect_eq(spool_replay(reader, 10, collect, &seen), 0);
	spool_free(writer);
	cr_expect_eq(spool_replay(reader, 10, collect, &seen), 1);
	spool_free(reader);
}

Test(spool, merges_what_several_processes_wrote_by_the_time_it_came)
{
	struct spool	*a = spool_new(dir, 1 << 20);
	struct spool	*b = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };

	append(b, 1000, "one");
	append(a, 2000, "two");
	append(b, 3000, "three");
	append(b, 4000, "four");
	append(a, 5000, "five");
	spool_free(b);
	cr_expect_eq(spool_replay(a, 2, collect, &seen), 2);
	cr_expect_eq(spool_replay(a, 10, collect, &seen), 3);
	cr_expect_str_eq(seen.bodies, "one,two,three,four,five,");
	spool_free(a);
}

Test(spool, is_replayed_by_one_process_at_a_time)
{
	struct spool	*a = spool_new(dir, 1 << 20);
	struct spool	*b = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };

	append(a, 1000, "one");
	append(a, 2000, "two");
	cr_expect_eq(spool_replay(a, 1, collect, &seen), 1);
	cr_expect_eq(spool_replay(b, 10, collect, &seen), 0);
	spool_free(a);
	cr_expect_eq(spool_replay(b, 10, collect, &seen), 2);
	cr_expect_str_eq(seen.bodies, "one,one,two,");
	spool_free(b);
}

Test(spool, waits_for_a_process_that_still_writes_but_not_for_ever)
{
	struct spool	*writer = spool_new(dir, 1 << 20);
	struct spool	*reader = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };
	unsigned	 calls = 0;

	append(writer, 1000, "one");
	append(reader, 2000, "two");
	while (calls < 100 && spool_replay(reader, 10, collect, &seen) == 0)
		calls++;
	cr_expect(calls > 0 && calls < 20, "%u calls", calls);
	cr_expect_str_eq(seen.bodies, "two,");
	spool_free(writer);
	cr_expect_eq(spool_replay(reader, 10, collect, &seen), 1);
	cr_expect_str_eq(seen.bodies, "two,one,");
	spool_free(reader);
}

Test(spool, takes_in_more_files_than_it_opens_at_once)
{
	struct seen	 seen = { 0 };
	struct spool	*s;
	unsigned	 files;

	for (int64_t i = 0; i < 100; i++) {
		s = spool_new(dir, 1 << 20);
		append(s, 1000 + i, "x");
		spool_free(s);
	}
	s = spool_new(dir, 1 << 20);
	cr_expect_eq(spool_replay(s, 1000, collect, &seen), 100);
	cr_expect_eq(seen.received_ms, 1099);
	cr_expect_eq(spool_waiting(s, &files), 0);
	spool_free(s);
}

Test(spool, refuses_more_than_its_limit_and_takes_it_after_a_replay)
{
	struct spool		*s = spool_new(dir, 200);
	struct spool_record	 rec = { 1000, "a", "0123456789", 10, 0 };
	struct seen		 seen = { 0 };
	unsigned		 n = 0;

	while (n < 100 && spool_append(s, &rec) == SPOOL_OK)
		n++;
	cr_expect(n > 0 && n < 10, "%u records in 200 bytes", n);
	cr_expect_eq(spool_append(s, &rec), SPOOL_FULL);
	cr_expect_eq(spool_replay(s, 100, collect, &seen), n);
	cr_expect_eq(spool_append(s, &rec), SPOOL_OK);
	spool_free(s);
}

Test(spool, sets_a_torn_record_aside_and_hands_over_what_stands_before_it)
{
	struct spool	*s = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };
	char		 path[128];

	append(s, 1000, "one");
	append(s, 2000, "two");
	spool_free(s);
	only_file(".spool", path);
	cr_assert_eq(truncate(path, 40 + 4 + 3 + 40 + 4 + 1), 0);
	s = spool_new(dir, 1 << 20);
	cr_expect_eq(spool_replay(s, 10, collect, &seen), 1);
	cr_expect_str_eq(seen.bodies, "one,");
	only_file(".torn", path);
	cr_expect_neq(path[0], '\0', "the torn file is kept");
	spool_free(s);
}

Test(spool, does_not_hand_over_a_record_whose_bytes_changed)
{
	struct spool	*s = spool_new(dir, 1 << 20);
	struct seen	 seen = { 0 };
	char		 path[128];
	int		 fd;

	append(s, 1000, "one");
	spool_free(s);
	only_file(".spool", path);
	fd = open(path, O_WRONLY);
	cr_assert_eq(pwrite(fd, "X", 1, 40 + 4 + 1), 1);
	close(fd);
	s = spool_new(dir, 1 << 20);
	cr_expect_eq(spool_replay(s, 10, collect, &seen), 0);
	cr_expect_str_eq(seen.bodies, "");
	spool_free(s);
}

static enum spool_verdict
fail_on_two(const struct spool_record *rec, void *arg)
{
	(void)arg;
	return strncmp(rec->body, "two", 3) == 0 ? SPOOL_ASIDE : SPOOL_DONE;
}

Test(spool, keeps_the_file_of_a_record_that_could_not_be_stored)
{
	struct spool	*s = spool_new(dir, 1 << 20);
	char		 path[128];
	unsigned	 files;

	append(s, 1000, "one");
	append(s, 2000, "two");
	append(s, 3000, "three");
	cr_expect_eq(spool_replay(s, 10, fail_on_two, NULL), 3);
	only_file(".failed", path);
	cr_expect_neq(path[0], '\0');
	cr_expect_eq(spool_waiting(s, &files), 0, "it is not tried for ever");
	spool_free(s);
}

Test(spool, survives_a_directory_that_does_not_exist)
{
	struct spool		*s = spool_new("/nonexistent/spool", 1 << 20);
	struct spool_record	 rec = { 1000, "a", "b", 1, 0 };
	struct seen		 seen = { 0 };

	cr_expect_eq(spool_append(s, &rec), SPOOL_FAIL);
	cr_expect_eq(spool_replay(s, 1, collect, &seen), 0);
	spool_free(s);
}
