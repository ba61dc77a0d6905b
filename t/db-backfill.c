/* What a webhook lost is fetched, once, whatever happens on the way. A run
 * takes every organization's, so these tests run one after the other. */
#include "app/fetch.h"
#include "base/when.h"
#include "domain/enrol_secret.h"
#include "domain/rollup.h"
#include "domain/token.h"
#include "fixture.h"
#include "storage.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/options.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MINUTE		INT64_C(60000)
/* 2026-11-02 00:00 UTC; T in a query stands for it. */
#define START		INT64_C(1793577600000)
#define T		" to_timestamp(1793577600)"

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	criterion_options.jobs = 1;
}

static struct fixture	fx;
static struct db	*jobs, *ingest;
static struct storage	*network;
static int64_t		now_ms;

static void
connect_of(struct fixture *f, const char *key)
{
	struct buf	sql = BUF_INIT(2048);
	char		sealed[SEAL_TEXT];

	buf_printf(&sql, "UPDATE ttn_connections SET ttn_application_id = '"
	    STORAGE_APPLICATION "', server_url = 'http://127.0.0.1:%d',"
	    " ttn_api_key_encrypted = '%s', backfill_next_at =" T
	    " WHERE id = {connection}", network->port,
	    seal_close(&f->connection, ENROL_BACKFILL_KEY, key, sealed));
	fixture_sql(f, buf_str(&sql));
	buf_release(&sql);
}

static void
connect_storage(const char *key)
{
	connect_of(&fx, key);
}

/* Readings of these frames are there, ten minutes apart. */
static void
have(int first, int last)
{
	char	sql[512];

	snprintf(sql, sizeof(sql), "INSERT INTO sensor_readings"
	    " (organization_id, unit_id, device_id, recorded_at, f_cnt,"
	    " temperature, source) SELECT {org}, {unit}, {device}," T
	    " + n * interval '10 min', n, 4, 't'"
	    " FROM generate_series(%d, %d) n", first, last);
	fixture_sql(&fx, sql);
}

/* A message as the webhook brings it: the newest. */
static void
hear(uint32_t f_cnt)
{
	static struct uplink	u;
	struct ingest		*in = ingest_new();
	struct ingest_item	 item = { .secret_hash = fx.secret_hash,
				    .u = &u };

	u = (struct uplink){ .kind = UPLINK_READINGS, .f_cnt = f_cnt,
	    .eui = UPLINK_EUI_VALID, .session_key_id = "AYo=", .obs_count = 1,
	    .recorded_at_ms = START + f_cnt * 10 * MINUTE };
	memcpy(u.dev_eui, fx.dev_eui, sizeof(fx.dev_eui));
	u.obs[0] = (struct uplink_obs){ .at_ms = u.recorded_at_ms,
	    .has = UPLINK_HAS_TEMPERATURE, .temperature = 400 };
	item.received_at_ms = u.recorded_at_ms;
	cr_assert_eq(ingest_uplink(in, ingest, &item, u.recorded_at_ms),
	    INGEST_STORED);
	ingest_free(in);
}

/* The unit has readings of frames 0 to 10 and 31 to 41, ten minutes apart; the
 * network has them all. */
static void
set_up(void)
{
	fixture_make(&fx);
	fixture_sql(&fx, "UPDATE units SET primary_device_id = {device},"
	    " checkin_interval_seconds = 600 WHERE id = {unit}");
	jobs = fixture_db("fg_jobs");
	ingest = fixture_db("fg_ingest");
	have(0, 10);
	have(31, 40);
	hear(41);
	network = storage_start();
	memcpy(network->dev_eui, fx.dev_eui, sizeof(fx.dev_eui));
	for (int i = 0; i <= 41; i++)
		storage_keep(network, START + i * 10 * MINUTE, (uint32_t)i,
		    400 + i);
	connect_storage(STORAGE_KEY);
	now_ms = START + 415 * MINUTE;
}

static void
tear_down(void)
{
	fixture_sql(&fx, "UPDATE ttn_connections SET backfill_next_at = NULL");
	storage_stop(network);
	db_free(jobs);
	db_free(ingest);
	fixture_free(&fx);
}

TestSuite(backfill, .init = set_up, .fini = tear_down);

static struct fetch
run(void)
{
	struct fetch	f = { .jobs = jobs, .ingest = ingest,
			    .now_ms = now_ms };

	cr_assert_eq(fetch_run(&f), DB_OK);
	cr_expect_eq(network->wrong, 0, "%s", network->why);
	return f;
}

static struct fetch
run_after(int64_t minutes)
{
	now_ms += minutes * MINUTE;
	return run();
}

#define READINGS "SELECT count(*) || ' of ' || count(DISTINCT recorded_at)" \
	" FROM sensor_readings WHERE unit_id = {unit}"
#define LEDGER "SELECT string_agg(concat("				\
	"round(extract(epoch FROM from_at -" T ") / 60), '-',"		\
	" round(extract(epoch FROM to_at -" T ") / 60), ' ', status), ', '"	\
	" ORDER BY from_at) FROM reading_gaps WHERE unit_id = {unit}"
#define TROUBLE "SELECT backfill_error FROM ttn_connections"		\
	" WHERE id = {connection}"

static void
expect(const char *query, const char *want)
{
	const char	*got = fixture_sql(&fx, query);

	cr_expect_str_eq(got, want, "%s", got);
}

Test(backfill, what_was_lost_is_fetched_and_the_gap_is_gone)
{
	struct fetch	f = run();

	cr_expect_eq(f.connections, 1);
	cr_expect_eq(f.stored, 20);
	cr_expect_eq(f.requests, 1);
	expect(READINGS, "42 of 42");
	expect(LEDGER, "");
	expect(TROUBLE, "");
	expect("SELECT string_agg(DISTINCT source::text, '')"
	    " FROM sensor_readings WHERE unit_id = {unit}", "t");
	expect("SELECT last_temperature FROM unit_state"
	    " WHERE unit_id = {unit}", "4.00");
}

Test(backfill, nothing_is_stored_or_asked_for_twice)
{
	(void)run();
	for (int i = 0; i < 3; i++)
		cr_expect_eq(run_after(5).requests, 0);
	expect(READINGS, "42 of 42");
	cr_expect_eq(network->requests, 1);
}

Test(backfill, gaps_near_each_other_are_one_question)
{
	fixture_sql(&fx, "DELETE FROM sensor_readings WHERE unit_id = {unit}"
	    " AND f_cnt IN (2, 5, 33)");
	cr_expect_eq(run().requests, 1);
	expect(READINGS, "42 of 42");
	expect(LEDGER, "");
}

Test(backfill, what_the_network_does_not_have_is_given_up)
{
	network->n = 0;
	have(42, 60);
	cr_expect_eq(run().stored, 0);
	expect(LEDGER, "100-310 unfillable");
	cr_expect_eq(run_after(60).requests, 0);
	cr_expect_eq(network->requests, 1);
}

Test(backfill, what_it_has_in_part_makes_the_gap_smaller)
{
	network->n = 0;
	have(42, 60);
	storage_keep(network, START + 200 * MINUTE, 20, 400);
	cr_expect_eq(run().stored, 1);
	expect(LEDGER, "100-200 unfillable, 200-310 unfillable");
	cr_expect_eq(run_after(60).requests, 0);
}

Test(backfill, messages_in_any_order_and_packed_are_the_same)
{
	network->mode = STORAGE_GZIP;
	cr_expect_eq(run().stored, 20);
	expect(READINGS, "42 of 42");
}

/* The network's trouble, and when it is asked again. */
static const struct trouble {
	const char		*name;
	enum storage_mode	 mode;
	const char		*want;	/* what a person is told, begins so */
	int64_t			 minutes;	/* left alone so long */
} troubles[] = {
	{ "a key that was deleted", STORAGE_NO_KEY,
	  "unauthorized (HTTP 401) pkg/identityserver:api_key_not_found", 360 },
	{ "a key without the right", STORAGE_NO_RIGHT, "unauthorized (HTTP 403)"
	  " pkg/auth/rights:insufficient_application_rights", 360 },
	{ "asked too often", STORAGE_BUSY,
	  "busy (HTTP 429) pkg/ratelimit:rate_limit_exceeded", 2 },
	{ "a server out of order", STORAGE_BROKEN,
	  "down (HTTP 503) pkg/cluster:unavailable", 1 },
	{ "a page for people", STORAGE_PAGE, "refused (HTTP 200) ", 1 },
	{ "sent elsewhere", STORAGE_ELSEWHERE, "refused (HTTP 302) ", 1 },
	{ "cut off", STORAGE_CUT, "cut off (HTTP 200) ", 1 },
	{ "an error in the middle", STORAGE_ERROR,
	  "cut off (HTTP 200) pkg/storage:gone", 1 },
};

Test(backfill, after_trouble_a_network_is_left_alone_and_asked_again)
{
	for (size_t i = 0; i < COUNT(troubles); i++) {
		const struct trouble *t = &troubles[i];
		struct fetch	      f;

		fixture_sql(&fx, "DELETE FROM sensor_readings"
		    " WHERE unit_id = {unit} AND f_cnt BETWEEN 11 AND 30");
		fixture_sql(&fx, "DELETE FROM reading_gaps"
		    " WHERE unit_id = {unit}");
		network->mode = t->mode;
		f = run();
		cr_expect_eq(f.failed, 1, "%s", t->name);
		cr_expect_eq(f.requests, 1, "%s", t->name);
		expect(TROUBLE, t->want);
		cr_expect_null(strstr(fixture_sql(&fx, "SELECT to_jsonb(c)"
		    " - 'ttn_api_key_encrypted' FROM ttn_connections c"
		    " WHERE id = {connection}"), "NNSXS"));
		network->mode = STORAGE_GOOD;
		cr_expect_eq(run_after(t->minutes - 1).requests, 0, "%s",
		    t->name);
		f = run_after(1);
		cr_expect_geq(f.stored, 1, "%s", t->name);
		cr_expect_eq(f.failed, 0, "%s", t->name);
		expect(READINGS, "42 of 42");
		expect(TROUBLE, "");
		now_ms = START + 415 * MINUTE;
		fixture_sql(&fx, "UPDATE ttn_connections SET backfill_next_at ="
		    T " WHERE id = {connection}");
	}
}

Test(backfill, what_came_before_the_cut_is_kept)
{
	network->mode = STORAGE_CUT;
	cr_expect_gt(run().stored, 5);
	network->mode = STORAGE_GOOD;
	cr_expect_lt(run_after(1).stored, 15);
	expect(READINGS, "42 of 42");
}

Test(backfill, trouble_that_lasts_is_asked_after_ever_more_seldom)
{
	static const int64_t	waits[] = { 1, 5, 15, 60, 60 };

	network->mode = STORAGE_BROKEN;
	(void)run();
	for (size_t i = 0; i < COUNT(waits); i++) {
		cr_expect_eq(run_after(waits[i] - 1).requests, 0, "%zu", i);
		cr_expect_eq(run_after(1).requests, 1, "%zu", i);
	}
	expect("SELECT last_http_status || last_ttn_correlation_id"
	    " FROM ttn_connections WHERE id = {connection}",
	    "5030123456789abcdef0123456789abcdef");
	network->mode = STORAGE_GOOD;
	cr_expect_eq(run_after(60).stored, 20);
	expect("SELECT backfill_failures FROM ttn_connections"
	    " WHERE id = {connection}", "0");
}

Test(backfill, a_server_that_is_not_there_is_down)
{
	fixture_sql(&fx, "UPDATE ttn_connections SET server_url ="
	    " 'http://127.0.0.1:1' WHERE id = {connection}");
	cr_expect_eq(run().failed, 1);
	expect(TROUBLE, "down (HTTP 0) ");
	expect(LEDGER, "100-310 open");
}

Test(backfill, a_wrong_key_locks_us_out)
{
	connect_storage("NNSXS.WRONG");
	cr_expect_eq(run().failed, 1);
	expect(TROUBLE, "unauthorized (HTTP 401) "
	    "pkg/auth/rights:unauthenticated");
	expect(LEDGER, "100-310 open");
}

Test(backfill, a_key_sealed_elsewhere_is_not_sent_anywhere)
{
	fixture_sql(&fx, "UPDATE ttn_connections SET ttn_api_key_encrypted ="
	    " set_byte(ttn_api_key_encrypted, 40, 1 +"
	    " get_byte(ttn_api_key_encrypted, 40) % 200)"
	    " WHERE id = {connection}");
	cr_expect_eq(run().failed, 1);
	cr_expect_eq(network->requests, 0);
	cr_expect_not_null(strstr(fixture_sql(&fx, TROUBLE), "set it again"));
}

Test(backfill, many_messages_come_page_by_page)
{
	network->n = 0;
	for (int i = 1; i < 600; i++)
		storage_keep(network, START + 100 * MINUTE + i * 20000,
		    (uint32_t)(1000 + i), 400);
	cr_expect_eq(run().requests, 3);
	expect("SELECT count(*) FROM sensor_readings WHERE unit_id = {unit}"
	    " AND f_cnt > 1000", "599");
	expect(LEDGER, "");
}

Test(backfill, a_device_the_application_does_not_know_is_given_up_in_the_end)
{
	memset(network->dev_eui, 'f', 16);
	have(42, 90);
	for (int i = 0; i < 3; i++) {
		expect(LEDGER, i == 0 ? "" : "100-310 open");
		cr_expect_eq(run().requests, 1, "%d", i);
		cr_expect_eq(run_after(59).requests, 0, "%d", i);
		now_ms += MINUTE;
	}
	expect(LEDGER, "100-310 unfillable");
	cr_expect_eq(run().requests, 0);
}

Test(backfill, a_sensor_still_silent_is_asked_after_ever_more_seldom)
{
	(void)run();
	now_ms = START + 500 * MINUTE;
	cr_expect_eq(run().requests, 1);
	expect(LEDGER, "410- open");
	cr_expect_eq(run_after(14).requests, 0);
	cr_expect_eq(run_after(1).requests, 1);
	cr_expect_eq(run_after(29).requests, 0);
	cr_expect_eq(run_after(1).requests, 1);
	/* The webhook is broken, and the network has it. */
	storage_keep(network, START + 540 * MINUTE, 42, 410);
	cr_expect_eq(run_after(60).stored, 1);
	expect(READINGS, "43 of 43");
}

Test(backfill, what_a_sensor_never_heard_sent_is_fetched)
{
	fixture_sql(&fx, "DELETE FROM sensor_readings WHERE unit_id = {unit}");
	fixture_sql(&fx, "UPDATE device_state SET last_seen_at = NULL"
	    " WHERE device_id = {device}");
	fixture_sql(&fx, "UPDATE devices SET ttn_device_id = 'eui-' ||"
	    " device_eui, attached_at =" T " - interval '60 d'"
	    " WHERE id = {device}");
	cr_expect_eq(run().stored, 42);
	expect(READINGS, "42 of 42");
	expect("SELECT string_agg(status, ',') FROM reading_gaps"
	    " WHERE unit_id = {unit}", "");
}

Test(backfill, messages_too_old_to_be_believed_are_not_taken_for_new)
{
	struct rollup	r = { .db = jobs };

	r.now_ms = now_ms = START + 31 * 24 * 60 * MINUTE;
	cr_assert_eq(rollup_run(&r), DB_OK);
	expect(LEDGER, "100-310 open, 410- open");
	(void)run();
	expect("SELECT count(*) FROM sensor_readings WHERE unit_id = {unit}"
	    " AND recorded_at >" T " + interval '1 day'", "0");
	expect(LEDGER, "100-310 unfillable, 410- open");
}

Test(backfill, a_connection_that_another_works_for_is_left_to_it)
{
	struct backfill_connection	c = { .organization = fx.org,
					    .id = fx.connection };
	struct arena			arena = ARENA_INIT;

	cr_assert_eq(backfill_claim(jobs, &c, now_ms, &arena), DB_OK);
	cr_expect_eq(run().requests, 0);
	cr_expect_eq(backfill_claim(jobs, &c, now_ms, &arena), DB_NONE);
	cr_expect_eq(run_after(15).requests, 1, "but not one who died");
	arena_release(&arena);
}

Test(backfill, a_connection_that_is_disabled_or_has_no_key_is_asked_nothing)
{
	fixture_sql(&fx, "UPDATE ttn_connections SET is_enabled = false"
	    " WHERE id = {connection}");
	cr_expect_eq(run().connections, 0);
	fixture_sql(&fx, "UPDATE ttn_connections SET is_enabled = true,"
	    " ttn_api_key_encrypted = NULL WHERE id = {connection}");
	cr_expect_eq(run().connections, 0);
	cr_expect_eq(network->requests, 0);
}

/* Years of somebody's history have just come: rollup.h works through them by
 * and by, and here one statement would. */
Test(backfill, what_the_ledger_has_not_come_to_is_left_to_it)
{
	fixture_sql(&fx, "INSERT INTO reading_rollups (organization_id, until)"
	    " VALUES ({org}," T " - interval '700 days')");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, device_id, recorded_at, temperature) SELECT {org},"
	    " {unit}, {device}," T " - d * interval '1 day', 4"
	    "  FROM generate_series(2, 9) d");
	cr_expect_eq(run().stored, 20);
	expect("SELECT min(from_at) >=" T " - interval '3 days'"
	    "  FROM reading_gaps WHERE unit_id = {unit}", "t");
	cr_expect_leq(network->requests, 2);
}

/* What the database refuses of one of them, here by a trigger. */
Test(backfill, one_organizations_trouble_is_not_the_others)
{
	struct fixture	other;
	struct fetch	f = { .jobs = jobs, .ingest = ingest,
			    .now_ms = now_ms };

	fixture_make(&other);
	connect_of(&other, STORAGE_KEY);
	fixture_sql(&other, "UPDATE ttn_connections SET backfill_next_at ="
	    T " - interval '1 day' WHERE id = {connection}");
	fixture_sql(&other, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) VALUES ({org}, {unit}," T
	    ", 4)");
	fixture_sql(&other, "CREATE FUNCTION refuse_gap() RETURNS trigger"
	    " LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$");
	fixture_sql(&other, "CREATE TRIGGER refuse_gap BEFORE INSERT ON"
	    " reading_gaps FOR EACH ROW WHEN (NEW.organization_id = {org})"
	    " EXECUTE FUNCTION refuse_gap()");
	cr_expect_eq(fetch_run(&f), DB_OK);
	fixture_sql(&other, "DROP TRIGGER refuse_gap ON reading_gaps");
	fixture_sql(&other, "DROP FUNCTION refuse_gap");
	cr_expect_eq(f.connections, 2);
	cr_expect_eq(f.failed, 1);
	cr_expect_eq(f.stored, 20);
	fixture_free(&other);
}

Test(backfill, a_dry_run_asks_nobody)
{
	struct fetch	f = { .jobs = jobs, .ingest = ingest,
			    .now_ms = now_ms, .dry_run = true };

	cr_assert_eq(fetch_run(&f), DB_OK);
	cr_expect_eq(f.connections, 1);
	cr_expect_eq(network->requests, 0);
	expect(LEDGER, "");
}
