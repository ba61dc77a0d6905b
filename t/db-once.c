/* A request that is sent again is carried out once, and gets the answer it got
 * before, for a while. */
#include "domain/once.h"
#include "base/clock.h"
#include "fixture.h"
#include <criterion/criterion.h>

static struct fixture	fx, other;
static struct db	*db, *jobs;
static struct buf	answer = BUF_INIT(256);
static bool		recalled;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	db = fixture_db("fg_ingest");
	jobs = fixture_db("fg_jobs");
}

static void
tear_down(void)
{
	buf_release(&answer);
	db_free(db);
	db_free(jobs);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(once, .init = set_up, .fini = tear_down);

/* A request that is answered with its key, in a list. */
static enum db_rc
carry_out(struct db *on, void *arg)
{
	const struct once	*once = arg;
	enum db_rc		 rc;

	buf_clear(&answer);
	rc = once_claim(once, on, &answer, &recalled);
	if (rc != DB_OK || recalled)
		return rc;
	buf_printf(&answer, "[\"%s\"]", once->hash + 2);
	once_keep(once, on, &answer);
	return DB_OK;
}

static enum db_rc
ask(const struct fixture *f, const char *scope, const char *key,
    const char *hash)
{
	struct once	once = { scope, key, hash };

	return db_tx(db, &f->org, NULL, carry_out, &once);
}

#define KEYS	"SELECT string_agg(key, ',' ORDER BY key)"		\
	" FROM idempotency_keys WHERE organization_id = {org}"

Test(once, who_comes_again_gets_the_answer_it_got)
{
	cr_expect_eq(ask(&fx, "a", "k", "\\x01"), DB_OK);
	cr_expect_not(recalled);
	cr_expect_eq(ask(&fx, "a", "k", "\\x01"), DB_OK);
	cr_expect(recalled);
	cr_expect_str_eq(buf_str(&answer), "[\"01\"]");
}

Test(once, a_key_with_another_request_is_a_conflict)
{
	cr_expect_eq(ask(&fx, "a", "k", "\\x01"), DB_OK);
	cr_expect_eq(ask(&fx, "a", "k", "\\x02"), DB_CONFLICT);
	cr_expect_eq(ask(&fx, "a", "k", "\\x01"), DB_OK);
	cr_expect_str_eq(buf_str(&answer), "[\"01\"]");
}

Test(once, a_key_is_of_one_organization_and_one_resource)
{
	cr_expect_eq(ask(&fx, "a", "k", "\\x01"), DB_OK);
	cr_expect_eq(ask(&other, "a", "k", "\\x02"), DB_OK);
	cr_expect_not(recalled);
	cr_expect_eq(ask(&fx, "b", "k", "\\x03"), DB_OK);
	cr_expect_not(recalled);
}

Test(once, without_a_key_nothing_is_kept)
{
	cr_expect_eq(ask(&fx, "a", NULL, "\\x01"), DB_OK);
	cr_expect_eq(ask(&fx, "a", NULL, "\\x01"), DB_OK);
	cr_expect_not(recalled);
	cr_expect_str_eq(fixture_sql(&fx, KEYS), "");
}

static enum db_rc
fail(struct db *on, void *arg)
{
	enum db_rc	rc = carry_out(on, arg);

	return rc == DB_OK ? DB_NONE : rc;
}

Test(once, what_failed_may_be_tried_again)
{
	struct once	once = { "a", "k", "\\x01" };

	cr_expect_eq(db_tx(db, &fx.org, NULL, fail, &once), DB_NONE);
	cr_expect_eq(ask(&fx, "a", "k", "\\x02"), DB_OK);
	cr_expect_not(recalled);
}

/* The only test with old keys: the job takes those of all organizations. */
Test(once, answers_are_forgotten_after_two_days)
{
	const int64_t	now_ms = clock_now_ms();
	int64_t		n;

	cr_expect_eq(ask(&fx, "a", "old", "\\x01"), DB_OK);
	cr_expect_eq(ask(&fx, "b", "old", "\\x01"), DB_OK);
	cr_expect_eq(ask(&other, "a", "old", "\\x01"), DB_OK);
	for (int i = 0; i < 2; i++)
		fixture_sql(i == 0 ? &fx : &other, "UPDATE idempotency_keys"
		    " SET created_at = now() - interval '48 hours 1 minute'"
		    " WHERE organization_id = {org}");
	cr_expect_eq(ask(&fx, "a", "young", "\\x01"), DB_OK);
	fixture_sql(&fx, "UPDATE idempotency_keys SET created_at = now()"
	    " - interval '47 hours 59 minutes' WHERE key = 'young'"
	    " AND organization_id = {org}");

	cr_expect_eq(once_forget(jobs, now_ms, true, &n), DB_OK);
	cr_expect_eq(n, 3);
	cr_expect_str_eq(fixture_sql(&fx, KEYS), "old,old,young");
	cr_expect_eq(once_forget(jobs, now_ms, false, &n), DB_OK);
	cr_expect_eq(n, 3);
	cr_expect_str_eq(fixture_sql(&fx, KEYS), "young");
	cr_expect_str_eq(fixture_sql(&other, KEYS), "");
	fixture_sql(&fx, "INSERT INTO idempotency_keys (organization_id, scope,"
	    " key, request_hash, created_at) SELECT {org}, 'many', i::text,"
	    " '\\x01', '2001-01-01Z' FROM generate_series(1, 20001) i");
	cr_expect_eq(once_forget(jobs, now_ms, false, &n), DB_OK);
	cr_expect_eq(n, 20001, "in several transactions");
	cr_expect_str_eq(fixture_sql(&fx, KEYS), "young");
	cr_expect_eq(once_forget(jobs, now_ms, false, &n), DB_OK);
	cr_expect_eq(n, 0);
}
