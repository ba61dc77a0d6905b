/* The connection on an event loop: order, failures, loss and return. */
#include "db/adb.h"
#include "fixture.h"
#include "base/conf.h"
#include <criterion/criterion.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct db_stmt listen_stmt = { "t_listen", 0, -1,
	"LISTEN adb_test" };
static const struct db_stmt echo_stmt = { "t_echo", 1, 1,
	"SELECT $1::text" };
static const struct db_stmt divide_stmt = { "t_divide", 1, 1,
	"SELECT 1 / $1::int8" };
static const struct db_stmt wrong_stmt = { "t_wrong", 0, 1,
	"SELECT nothing FROM nowhere" };
static const struct db_stmt columns_stmt = { "t_columns", 0, 1,
	"SELECT 1, 2" };
static const struct db_stmt sleep_stmt = { "t_sleep", 0, 1,
	"SELECT 1 FROM pg_sleep(60)" };
static const struct db_stmt pid_stmt = { "t_pid", 0, 1,
	"SELECT pg_backend_pid()::int8" };

static struct fixture		fx;
static struct event_base	*base;
static struct adb		*a;
static struct {			/* what came back */
	int		up, down;
	char		text[256];	/* answers, in their order */
	char		note[64];
} got;

static void
on_up(void *ctx)
{
	(void)ctx;
	got.up++;
}

static void
on_down(void *ctx)
{
	(void)ctx;
	got.down++;
}

static void
on_notified(void *ctx, const char *payload)
{
	(void)ctx;
	snprintf(got.note, sizeof(got.note), "%s", payload);
}

static void
on_done(void *ctx, enum db_rc rc, const PGresult *res)
{
	size_t	n = strlen(got.text);

	cr_assert_eq(ctx, &got);
	cr_assert_eq(rc == DB_OK, res != NULL);
	snprintf(got.text + n, sizeof(got.text) - n, "%s ",
	    rc == DB_OK ? PQgetvalue(res, 0, 0) : db_rc_name(rc));
}

static void
set_up(void)
{
	static const struct adb_ops	ops = { on_up, on_down, on_notified };
	char	path[] = "/tmp/fg-adb.XXXXXX", *why;
	int	fd = mkstemp(path);

	cr_assert_eq(write(fd, "database =\n", 11), 11);
	close(fd);
	cr_assert(conf_load(path, &why), "%s", why);
	unlink(path);
	fixture_make(&fx);
	base = event_base_new();
	a = adb_new(base, "", "fg_stream", "test", &listen_stmt, &ops, NULL);
}

static void
tear_down(void)
{
	adb_free(a);
	event_base_free(base);
	fixture_free(&fx);
}

TestSuite(adb, .init = set_up, .fini = tear_down);

/* Runs the loop until the counter has reached n; the loop waits. */
static void
until(const int *counter, int n)
{
	while (*counter < n)
		event_base_loop(base, EVLOOP_ONCE);
}

static void
until_answered(const char *want)
{
	while (strlen(got.text) < strlen(want))
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_str_eq(got.text, want, "answered: %s", got.text);
}

static bool
ask(const struct db_stmt *st)
{
	return adb_query_n(a, st, NULL, 0, on_done, &got);
}

static bool
echo(const char *text)
{
	return adb_query(a, &echo_stmt, on_done, &got, db_arg_text(text));
}

Test(adb, takes_nothing_before_it_is_up)
{
	cr_expect_not(adb_is_up(a));
	cr_expect_not(echo("x"));
	until(&got.up, 1);
	cr_expect(adb_is_up(a));
	cr_expect(echo("y"));
	until_answered("y ");
}

Test(adb, answers_in_order_and_never_from_within)
{
	until(&got.up, 1);
	for (char c[] = "a"; *c <= 'e'; ++*c)
		cr_assert(echo(c));
	cr_expect_str_eq(got.text, "");
	until_answered("a b c d e ");
}

Test(adb, lets_one_failure_be_one_statements)
{
	until(&got.up, 1);
	cr_assert(echo("a"));
	cr_assert(adb_query(a, &divide_stmt, on_done, &got, db_arg_i64(0)));
	cr_assert(echo("b"));
	cr_assert(ask(&wrong_stmt));
	cr_assert(ask(&columns_stmt));
	cr_assert(adb_query(a, &divide_stmt, on_done, &got, db_arg_i64(1)));
	until_answered("a fail b fail fail 1 ");
	cr_assert(ask(&wrong_stmt));	/* it was not prepared: again */
	until_answered("a fail b fail fail 1 fail ");
	cr_expect_eq(got.down, 0);
}

Test(adb, hears_what_others_notify)
{
	until(&got.up, 1);
	fixture_sql(&fx, "NOTIFY adb_test, 'hello'");
	while (got.note[0] == '\0')
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_str_eq(got.note, "hello");
}

Test(adb, answers_what_is_owed_when_it_is_lost_and_comes_back)
{
	char	kill[64];

	until(&got.up, 1);
	cr_assert(ask(&pid_stmt));
	while (got.text[0] == '\0')
		event_base_loop(base, EVLOOP_ONCE);
	snprintf(kill, sizeof(kill), "SELECT pg_terminate_backend(%.9s)",
	    got.text);
	got.text[0] = '\0';
	cr_assert(ask(&sleep_stmt));
	cr_assert(echo("x"));
	event_base_loop(base, EVLOOP_NONBLOCK);
	fixture_sql(&fx, kill);
	until_answered("down down ");
	until(&got.down, 1);
	cr_expect_not(adb_is_up(a));
	cr_expect_not(echo("x"));
	until(&got.up, 2);
	got.text[0] = '\0';
	cr_assert(echo("back"));	/* prepared anew */
	until_answered("back ");
	fixture_sql(&fx, "NOTIFY adb_test, 'again'");
	while (strcmp(got.note, "again") != 0)
		event_base_loop(base, EVLOOP_ONCE);
}

Test(adb, answers_what_is_owed_when_it_is_freed)
{
	until(&got.up, 1);
	cr_assert(echo("x"));
	adb_free(a);
	a = NULL;
	cr_expect_str_eq(got.text, "down ");
}

Test(adb, goes_on_trying_where_no_server_is)
{
	static const struct adb_ops	ops = { on_up, on_down, on_notified };

	adb_free(a);
	a = adb_new(base, "host=/nonexistent", "fg_stream", "test",
	    &listen_stmt, &ops, NULL);
	for (int i = 0; i < 4; i++)
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(got.up, 0);
	cr_expect_not(echo("x"));
}
