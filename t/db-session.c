/* From a password to a session, and back out. */
#include "base/clock.h"
#include "domain/session.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD	"a long password"
#define HOUR		(3600 * INT64_C(1000))

static struct fixture		fx;
static struct db		*app;
static struct arena		arena;
static struct session_request	req;
static char			email[64], ip[48], token[TOKEN_TEXT];

static void
set_up(void)
{
	char	*hash = session_password_hash(PASSWORD);
	char	 sql[512];

	fixture_make(&fx);
	app = fixture_db("fg_app");
	snprintf(sql, sizeof(sql), "UPDATE profiles SET password_hash = '%s'"
	    " WHERE id = {owner} RETURNING email", hash);
	free(hash);
	snprintf(email, sizeof(email), "%s", fixture_sql(&fx, sql));
	/* A place of the test's own: failures are counted there too. */
	snprintf(ip, sizeof(ip), "fd00::%x:%x", fx.org.b[14], fx.org.b[15]);
	req = (struct session_request){ .email = email, .password = PASSWORD,
	    .ip = ip, .user_agent = "test", .now_ms = clock_now_ms(),
	    .lasts_ms = HOUR };
}

static void
tear_down(void)
{
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
}

TestSuite(session, .init = set_up, .fini = tear_down);

static enum db_rc
find(int64_t now_ms)
{
	struct session	*s;
	enum db_rc	 rc = session_find(app, &arena, token, now_ms, &s);

	if (rc == DB_OK) {
		cr_expect(uuid_eq(&s->organization, &fx.org));
		cr_expect(uuid_eq(&s->profile, &fx.owner));
		cr_expect_eq(s->role, ROLE_OWNER);
		cr_expect_str_eq(s->name, "Olive Owner");
	}
	return rc;
}

Test(session, the_right_password_opens_one_until_it_expires)
{
	cr_assert_eq(session_start(app, &req, token), SESSION_OPENED);
	cr_expect_eq(find(req.now_ms), DB_OK);
	cr_expect_eq(find(req.now_ms + HOUR - 1), DB_OK);
	cr_expect_eq(find(req.now_ms + HOUR), DB_NONE);
	token[0] ^= 1;
	cr_expect_eq(find(req.now_ms), DB_NONE);
}

Test(session, the_database_does_not_hold_the_cookie)
{
	char	sql[256];

	cr_assert_eq(session_start(app, &req, token), SESSION_OPENED);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM sessions s"
	    " WHERE s::text LIKE '%%%s%%'", token);
	cr_expect_str_eq(fixture_sql(&fx, sql), "0");
}

Test(session, signing_out_ends_this_one_and_no_other)
{
	struct session	*s;
	char		 second[TOKEN_TEXT];

	cr_assert_eq(session_start(app, &req, second), SESSION_OPENED);
	cr_assert_eq(session_start(app, &req, token), SESSION_OPENED);
	cr_assert_eq(session_find(app, &arena, token, req.now_ms, &s), DB_OK);
	cr_expect_eq(session_end(app, s, token), DB_OK);
	cr_expect_eq(find(req.now_ms), DB_NONE);
	cr_expect_eq(session_end(app, s, token), DB_OK);
	memcpy(token, second, sizeof(token));
	cr_expect_eq(find(req.now_ms), DB_OK);
}

Test(session, who_has_left_is_not_let_in)
{
	cr_assert_eq(session_start(app, &req, token), SESSION_OPENED);
	fixture_sql(&fx, "UPDATE profiles SET deleted_at = now()"
	    " WHERE id = {owner}");
	cr_expect_eq(find(req.now_ms), DB_NONE);
	cr_expect_eq(session_start(app, &req, token), SESSION_WRONG);
}

static void
compare(void *known, const PGresult *answer)
{
	const struct session	**s = known;

	if (session_is(*s, answer))
		*s = NULL;
}

/* Asked for within a transaction of its own organization. */
static bool
is_as_it_was(const struct session *s, int64_t now_ms)
{
	db_begin(app, &s->organization, &s->profile);
	session_ask(app, s, now_ms, compare, &s);
	cr_assert_eq(db_commit(app), DB_OK);
	return s == NULL;
}

#define ROLE(r)	"UPDATE user_roles SET role = '" r "'"			\
	" WHERE organization_id = {org} AND user_id ="			\
	"	(SELECT user_id FROM profiles WHERE id = {owner})"
#define OWNER(what)	"UPDATE profiles SET " what " WHERE id = {owner}"
#define ORG(what)	"UPDATE organizations SET " what " WHERE id = {org}"

Test(session, one_found_before_is_no_longer_the_same_once_anything_is_changed)
{
	static const struct {
		const char	*change, *back;
	} cases[] = {
		{ ROLE("viewer"), ROLE("owner") },
		{ OWNER("full_name = 'Oscar'"),
		  OWNER("full_name = 'Olive Owner'") },
		{ OWNER("email = 'x' || email"),
		  OWNER("email = substr(email, 2)") },
		{ OWNER("deleted_at = now()"), OWNER("deleted_at = NULL") },
		{ ORG("name = name || '!'"), ORG("name = rtrim(name, '!')") },
		{ ORG("timezone = 'Asia/Tokyo'"), ORG("timezone = 'UTC'") },
		{ ORG("temp_unit = 'F'"), ORG("temp_unit = 'C'") },
	};
	struct session	*s;

	cr_assert_eq(session_start(app, &req, token), SESSION_OPENED);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_assert_eq(session_find(app, &arena, token, req.now_ms, &s),
		    DB_OK);
		cr_expect(is_as_it_was(s, req.now_ms), "before %s",
		    cases[i].change);
		fixture_sql(&fx, cases[i].change);
		cr_expect_not(is_as_it_was(s, req.now_ms), "%s",
		    cases[i].change);
		fixture_sql(&fx, cases[i].back);
	}
	cr_expect_not(is_as_it_was(s, req.now_ms + HOUR), "expired");
	cr_assert_eq(session_end(app, s, token), DB_OK);
	cr_expect_not(is_as_it_was(s, req.now_ms), "ended");
}

Test(session, wrong_passwords_lock_the_address_and_time_unlocks_it)
{
	req.password = "a wrong password";
	for (int i = 0; i <= SESSION_TRIES_ADDRESS; i++)
		cr_expect_eq(session_start(app, &req, token), SESSION_WRONG);
	req.password = PASSWORD;
	cr_expect_eq(session_start(app, &req, token), SESSION_LOCKED);
	req.now_ms += 1001;
	cr_expect_eq(session_start(app, &req, token), SESSION_OPENED);
	/* And what was is forgiven: no lock after the next mistake. */
	req.password = "a wrong password";
	cr_expect_eq(session_start(app, &req, token), SESSION_WRONG);
	req.password = PASSWORD;
	cr_expect_eq(session_start(app, &req, token), SESSION_OPENED);
}

Test(session, an_unknown_address_is_only_wrong)
{
	req.email = "nobody@nowhere.example";
	cr_expect_eq(session_start(app, &req, token), SESSION_WRONG);
	req.email = "' OR true --";
	cr_expect_eq(session_start(app, &req, token), SESSION_WRONG);
}

Test(session, another_spelling_of_an_address_is_not_another_address)
{
	size_t	at = strcspn(email, "@");

	req.password = "a wrong password";
	for (int i = 0; i <= SESSION_TRIES_ADDRESS; i++) {
		email[at + 1] ^= ' ';	/* upper case, lower case, ... */
		cr_expect_eq(session_start(app, &req, token), SESSION_WRONG);
	}
	req.password = PASSWORD;
	cr_expect_eq(session_start(app, &req, token), SESSION_LOCKED);
	email[at + 1] ^= ' ';
	cr_expect_eq(session_start(app, &req, token), SESSION_LOCKED);
	req.now_ms += 1001;
	cr_expect_eq(session_start(app, &req, token), SESSION_OPENED);
}

Test(session, a_browser_may_call_itself_anything)
{
	req.user_agent = "\xff\xfe \"'";
	cr_expect_eq(session_start(app, &req, token), SESSION_OPENED);
	req.user_agent = NULL;
	cr_expect_eq(session_start(app, &req, token), SESSION_OPENED);
}

Test(session, the_longest_address_there_may_be_is_only_wrong)
{
	static const char	wide[] = "\xf0\x9f\x98\x80";	/* 4 bytes */
	char			address[4 * SESSION_EMAIL_MAX + 1] = "";

	for (size_t i = 0; i < SESSION_EMAIL_MAX; i++)
		memcpy(address + 4 * i, wide, sizeof(wide));
	req.email = address;
	cr_expect_eq(session_start(app, &req, token), SESSION_WRONG);
}
