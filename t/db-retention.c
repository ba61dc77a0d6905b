/* Old months go, but for what is held; and nobody who sends readings notices.
 * What these tests lock is everybody's: they run one after the other. */
#include "fixture.h"
#include "base/clock.h"
#include "base/when.h"
#include "domain/months.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/options.h>
#include <stdio.h>
#include <string.h>

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	criterion_options.jobs = 1;
}

#define NOW	"'2001-04-15Z'"		/* with 1 month kept, 2001-01 is old */
#define PART	"sensor_readings_y2001m01"
#define RETIRE	"SELECT gone || ' ' || kept FROM retire_reading_month("	\
		"'" PART "', " NOW ", '0.3 s')"
#define ROWS	"SELECT count(*) FROM sensor_readings"			\
		" WHERE recorded_at < '2001-02-01Z'"
#define HOLD(columns, values)						\
		"INSERT INTO retention_holds (organization_id, reason,"	\
		" placed_by" columns ") VALUES ({org}, 'case 7', 'Ann'"	\
		values ")"

static struct fixture	fx;

/* Three readings of January, one of February. */
static void
set_up(void)
{
	fixture_make(&fx);
	fixture_sql(&fx, "UPDATE retention_holds SET lifted_at = now(),"
	    " lifted_by_name = 'test', lift_reason = 'over'"
	    " WHERE lifted_at IS NULL");
	fixture_sql(&fx, "DELETE FROM partition_retention_overrides");
	fixture_sql(&fx, "DELETE FROM sensor_readings"
	    " WHERE recorded_at < '2002-01-01Z'");
	fixture_sql(&fx, "SELECT create_reading_partitions('2001-01-01', 2)");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) SELECT {org}, {unit},"
	    " t::timestamptz, 4 FROM unnest(ARRAY['2001-01-01Z',"
	    " '2001-01-15Z', '2001-01-31 23:59:59.999Z', '2001-02-01Z']) t");
}

static void
tear_down(void)
{
	fixture_free(&fx);
}

TestSuite(retention, .init = set_up, .fini = tear_down);

/* The SQLSTATE of what must fail. */
static const char *
failure(const char *sql)
{
	static char	 state[6];
	PGresult	*res = PQexec(fx.super, sql);
	const char	*s = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	snprintf(state, sizeof(state), "%s", s != NULL ? s : "none");
	PQclear(res);
	return state;
}

static PGconn *
another(void)
{
	PGconn	*conn = PQconnectdb("user=postgres"
		    " options='-c search_path=frostguard'");

	cr_assert_eq(PQstatus(conn), CONNECTION_OK);
	return conn;
}

static void
run_on(PGconn *conn, const char *sql)
{
	PGresult	*res = PQexec(conn, sql);

	cr_assert(PQresultStatus(res) == PGRES_COMMAND_OK ||
	    PQresultStatus(res) == PGRES_TUPLES_OK, "%s: %s", sql,
	    PQerrorMessage(conn));
	PQclear(res);
}

/* How many there are who wait for a lock. */
static int
waiting(PGconn *conn)
{
	PGresult	*res = PQexec(conn, "SELECT FROM pg_locks"
			    " WHERE NOT granted");
	int		 n = PQntuples(res);

	PQclear(res);
	return n;
}

Test(retention, keeps_exactly_what_a_hold_names)
{
	static const struct {
		const char	*hold;
		const char	*want;	/* rows gone, rows kept */
		const char	*left;
	} cases[] = {
		{ "SELECT 1", "3 0", "0" },
		{ HOLD("", ""), "0 3", "3" },
		{ HOLD(", unit_id", ", {unit}"), "0 3", "3" },
		{ HOLD(", site_id", ", {site}"), "0 3", "3" },
		{ HOLD(", unit_id, until_at", ", {unit}, '2001-01-15Z'"),
		    "1 2", "2" },
		{ HOLD(", from_at", ", '2001-01-15 00:00:00.001Z'"),
		    "2 1", "1" },
		{ HOLD(", from_at, until_at", ", '2001-02-01Z', NULL"),
		    "3 0", "0" },
		{ HOLD(", expires_at", ", '2001-04-15Z'"), "3 0", "0" },
		{ HOLD(", expires_at", ", '2001-04-15 00:01Z'"), "0 3", "3" },
		{ HOLD(", lifted_at, lifted_by_name, lift_reason",
		    ", now(), 'Ann', 'closed'"), "3 0", "0" },
		{ "INSERT INTO retention_holds (organization_id, reason,"
		    " placed_by) SELECT id, 'theirs', 'Bob'"
		    " FROM organizations WHERE id <> {org}", "3 0", "0" },
		{ "INSERT INTO partition_retention_overrides VALUES ('" PART
		    "', DEFAULT, 'case 1', 'Ann')", "0 3", "3" },
		{ "INSERT INTO partition_retention_overrides VALUES ('" PART
		    "', DEFAULT, 'case 1', 'Ann', '2001-04-14Z')", "3 0", "0" },
		{ "INSERT INTO partition_retention_overrides VALUES"
		    " ('sensor_readings_y2001m02', DEFAULT, 'x', 'Ann')",
		    "3 0", "0" },
	};
	struct fixture	them;

	fixture_make(&them);	/* somebody else to hold things */
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fixture_sql(&fx, "BEGIN");
		fixture_sql(&fx, cases[i].hold);
		cr_expect_str_eq(fixture_sql(&fx, "SELECT gone || ' ' || kept"
		    " FROM preview_retention(1, " NOW ")"
		    " WHERE part = '" PART "'"), cases[i].want,
		    "told beforehand: %s", cases[i].hold);
		cr_expect_str_eq(fixture_sql(&fx, RETIRE), cases[i].want,
		    "%s", cases[i].hold);
		cr_expect_str_eq(fixture_sql(&fx, ROWS), cases[i].left,
		    "%s", cases[i].hold);
		cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*)"
		    " FROM sensor_readings WHERE recorded_at = '2001-02-01Z'"),
		    "1", "the next month: %s", cases[i].hold);
		fixture_sql(&fx, "ROLLBACK");
	}
	fixture_free(&them);
}

Test(retention, a_held_site_holds_units_that_were_moved_away)
{
	fixture_sql(&fx, "INSERT INTO sites (organization_id, id, name)"
	    " VALUES ({org}, {their}, 'Elsewhere')");
	fixture_sql(&fx, "INSERT INTO areas (organization_id, id, site_id,"
	    " name) VALUES ({org}, {their}, {their}, 'Other room')");
	fixture_sql(&fx, HOLD(", site_id", ", {site}"));
	fixture_sql(&fx, "UPDATE units SET area_id = {their}"
	    " WHERE id = {unit}");
	cr_expect_str_eq(fixture_sql(&fx, RETIRE), "0 3");
}

Test(retention, what_is_held_is_found_as_before_and_goes_when_released)
{
	fixture_sql(&fx, HOLD(", unit_id, until_at",
	    ", {unit}, '2001-01-15Z'"));
	cr_expect_str_eq(fixture_sql(&fx, RETIRE), "1 2");
	cr_expect_str_eq(fixture_as(&fx, "fg_app", ROWS), "2",
	    "by the tenant, through row-level security");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(DISTINCT tableoid) ||"
	    " max(tableoid::regclass::text) FROM sensor_readings"
	    " WHERE recorded_at < '2001-02-01Z'"), "1" PART);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM pg_index"
	    " WHERE indrelid = '" PART "'::regclass"), "2", "has its indexes");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT readings_whole_from() ="
	    " '2001-02-01Z'"), "t");
	cr_expect_str_eq(fixture_sql(&fx, RETIRE), "0 2", "again");
	fixture_sql(&fx, "UPDATE retention_holds SET lifted_at = now(),"
	    " lifted_by_name = 'Ann', lift_reason = 'closed'"
	    " WHERE organization_id = {org}");
	cr_expect_str_eq(fixture_sql(&fx, RETIRE), "2 0");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT to_regclass('" PART "')"
	    " IS NULL"), "t");
}

/* Between what was announced and what is done, somebody placed a hold. */
Test(retention, honours_a_hold_placed_after_the_preview)
{
	cr_expect_str_eq(fixture_sql(&fx, "SELECT gone FROM"
	    " preview_retention(1, " NOW ") WHERE part = '" PART "'"), "3");
	fixture_sql(&fx, HOLD(", unit_id", ", {unit}"));
	cr_expect_str_eq(fixture_sql(&fx, RETIRE), "0 3");
	cr_expect_str_eq(fixture_sql(&fx, ROWS), "3");
}

/* ... or is placing it just now. */
Test(retention, waits_for_a_hold_that_is_being_placed)
{
	PGconn	*placing = another();
	char	 sql[300], org[UUID_TEXT];

	uuid_format(&fx.org, org);
	snprintf(sql, sizeof(sql), "INSERT INTO retention_holds"
	    " (organization_id, reason, placed_by)"
	    " VALUES ('%s', 'case 8', 'Ann')", org);
	run_on(placing, "BEGIN");
	run_on(placing, sql);
	cr_assert_eq(PQsendQuery(fx.super, RETIRE), 1);
	while (waiting(placing) == 0)
		;
	run_on(placing, "COMMIT");
	PQfinish(placing);
	for (PGresult *r; (r = PQgetResult(fx.super)) != NULL; PQclear(r))
		cr_expect_str_eq(PQgetvalue(r, 0, 0), "0 3");
}

Test(retention, that_fails_half_way_has_done_nothing)
{
	fixture_sql(&fx, HOLD(", unit_id, until_at",
	    ", {unit}, '2001-01-15Z'"));
	fixture_sql(&fx, "CREATE VIEW in_the_way AS SELECT * FROM " PART);
	cr_expect_str_eq(failure(RETIRE), "2BP01");
	cr_expect_str_eq(fixture_sql(&fx, ROWS), "3");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT to_regclass('" PART "_held')"
	    " IS NULL"), "t");
	fixture_sql(&fx, "DROP VIEW in_the_way");
	cr_expect_str_eq(fixture_sql(&fx, RETIRE), "1 2");
}

/* An ingest transaction that does not end: the month stays, and readings of
 * others come in meanwhile, each within the moment that a lock is waited for. */
Test(retention, gives_way_to_ingest)
{
	PGconn	*ingest = another(), *retire = another();
	int64_t	 longest_us = 0;
	int	 stored = 0;

	run_on(ingest, "BEGIN");
	run_on(ingest, "INSERT INTO sensor_readings (organization_id, unit_id,"
	    " recorded_at, temperature) SELECT id, id, now(), 4"
	    " FROM organizations LIMIT 1");
	cr_assert_eq(PQsendQuery(retire, "SELECT gone FROM"
	    " retire_reading_month('" PART "', " NOW ", '2.5 s')"), 1);
	while (PQconsumeInput(retire) && PQisBusy(retire)) {
		int64_t	began_us = clock_mono_us(), took_us;

		fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
		    " unit_id, recorded_at, temperature)"
		    " VALUES ({org}, {unit}, clock_timestamp(), 4)"
		    " ON CONFLICT DO NOTHING");
		took_us = clock_mono_us() - began_us;
		longest_us = took_us > longest_us ? took_us : longest_us;
		stored++;
	}
	for (PGresult *r; (r = PQgetResult(retire)) != NULL; PQclear(r))
		cr_expect_str_eq(PQresultErrorField(r, PG_DIAG_SQLSTATE),
		    "55P03");
	cr_expect_gt(stored, 10);
	cr_expect_lt(longest_us, 2000000);
	run_on(ingest, "ROLLBACK");
	cr_expect_str_eq(fixture_sql(&fx, ROWS), "3");
	cr_expect_str_eq(fixture_sql(&fx, RETIRE), "3 0");
	PQfinish(ingest);
	PQfinish(retire);
}

Test(retention, a_month_is_made_beside_an_open_ingest_transaction)
{
	PGconn	*ingest = another();

	run_on(ingest, "BEGIN");
	run_on(ingest, "INSERT INTO sensor_readings (organization_id, unit_id,"
	    " recorded_at, temperature) SELECT id, id, now(), 4"
	    " FROM organizations LIMIT 1");
	fixture_sql(&fx, "SET statement_timeout = '5s'");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT make_reading_month("
	    "'2001-08-09Z')"), "0");
	run_on(ingest, "ROLLBACK");
	fixture_sql(&fx, "DROP TABLE sensor_readings_y2001m08");
	PQfinish(ingest);
}

static struct months
keep(const char *now, int64_t months)
{
	struct months	m = { .db = fixture_db("fg_owner"), .ahead = 3,
			    .keep = months };

	cr_assert(when_parse(now, strlen(now), &m.now_ms));
	cr_expect_eq(months_keep(&m), DB_OK);
	db_free(m.db);
	return m;
}

Test(months, are_made_ahead_and_given_their_strays,
    .init = set_up, .fini = tear_down)
{
	struct months	m;

	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) SELECT {org}, {unit},"
	    " t::timestamptz, 4 FROM unnest(ARRAY['2011-02-03Z',"
	    " '2011-02-28 23:59:59.999Z', '2010-05-01Z', '1960-01-01Z']) t");
	m = keep("2011-01-31T12:00:00Z", 0);
	cr_expect_eq(m.made, 5, "four, and the one of May: %d", (int)m.made);
	cr_expect_eq(m.moved, 3);
	cr_expect_eq(m.retired, 0);
	cr_expect_eq(m.health.in_default, 1, "nobody meant 1960");
	cr_expect_eq(m.health.ahead, 3);
	cr_expect_eq(m.left, 0);
	m = keep("2011-01-31T12:00:00Z", 0);
	cr_expect_eq(m.made + m.moved, 0, "again");
	m = keep("2011-05-01T00:00:00Z", 2);
	cr_expect_eq(m.made, 4);
	cr_expect_eq(m.retired, 5, "%d", (int)m.retired);
	cr_expect_eq(m.gone, 4 + 3, "%d", (int)m.gone);
	fixture_sql(&fx, "DELETE FROM sensor_readings_default");
}

Test(months, are_made_compact_once, .init = set_up, .fini = tear_down)
{
	struct months	m = keep("2001-03-03T23:59:59Z", 0);

	cr_expect_eq(m.compacted, 0, "late readings are still to come");
	m = keep("2001-03-04T00:00:00Z", 0);
	cr_expect_eq(m.compacted, 1);
	cr_expect_eq(m.left, 0);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT reloptions::text FROM"
	    " pg_class JOIN pg_index ON indexrelid = oid WHERE indisunique"
	    " AND indrelid = '" PART "'::regclass"), "{fillfactor=100}");
	cr_expect_str_eq(fixture_sql(&fx, ROWS), "3");
	m = keep("2001-03-04T00:00:00Z", 0);
	cr_expect_eq(m.compacted, 0);
}

/* From a day of February on: readings come in by time, and stand in the index
 * by unit, whose pages split in the middle. */
static void
add_three_days(const char *from)
{
	char	sql[640];

	snprintf(sql, sizeof(sql), "INSERT INTO sensor_readings"
	    " (organization_id, unit_id, device_id, recorded_at, received_at,"
	    " f_cnt, signal_strength, battery, source, temperature, humidity)"
	    " SELECT {org}, u, u, t, t + '180 ms', 1000, -90, 97, 't', 4.56,"
	    " 61.25 FROM generate_series('%s'::timestamptz,"
	    " '%s'::timestamptz + interval '3 days', '5 min') t,"
	    " (SELECT md5(i::text)::uuid FROM generate_series(1, 100) i) u(u)"
	    " ON CONFLICT DO NOTHING", from, from);
	fixture_sql(&fx, sql);
	fixture_sql(&fx, "ANALYZE sensor_readings_y2001m02");
}

static bool
takes_at_most(int bytes)
{
	char	sql[256];

	snprintf(sql, sizeof(sql), "SELECT round(pg_total_relation_size("
	    "'sensor_readings_y2001m02') / count(*)::numeric) <= %d"
	    " FROM sensor_readings_y2001m02", bytes);
	return strcmp(fixture_sql(&fx, sql), "t") == 0;
}

/* With nothing left in it of another test. */
static void
set_up_anew(void)
{
	set_up();
	fixture_sql(&fx, "DROP TABLE sensor_readings_y2001m02");
	fixture_sql(&fx, "SELECT create_reading_partitions('2001-02-01', 1)");
}

/* Without the months that were made ahead, which another test would count. */
static void
tear_down_ahead(void)
{
	fixture_sql(&fx, "DROP TABLE IF EXISTS sensor_readings_y2001m03,"
	    " sensor_readings_y2001m04, sensor_readings_y2001m05,"
	    " sensor_readings_y2001m06, sensor_readings_y2001m07");
	tear_down();
}

Test(months, take_at_most_200_bytes_a_reading_once_compact,
    .init = set_up_anew, .fini = tear_down_ahead)
{
	add_three_days("2001-02-02Z");
	cr_expect_not(takes_at_most(240), "it grew loose");
	cr_expect_geq(keep("2001-04-04T00:00:00Z", 0).compacted, 1);
	cr_expect(takes_at_most(200));
}

Test(months, that_grow_loose_get_full_pages_before_they_are_over,
    .init = set_up_anew, .fini = tear_down_ahead)
{
	struct months	m;

	add_three_days("2001-02-02Z");
	m = keep("2001-02-06T00:00:00Z", 0);
	cr_expect_eq(m.filled, 1);
	cr_expect_eq(m.compacted, 0);
	cr_expect(takes_at_most(200));
	m = keep("2001-02-06T00:00:00Z", 0);
	cr_expect_eq(m.filled, 0, "it is not loose any more");
	add_three_days("2001-02-05Z");
	cr_expect_eq(keep("2001-01-31T00:00:00Z", 0).filled, 0, "to come");
	cr_expect_eq(keep("2001-03-31T23:59:59Z", 0).filled, 1, "late ones");
	cr_expect(takes_at_most(200));
}

Test(months, are_let_be_while_small,
    .init = set_up, .fini = tear_down_ahead)
{
	fixture_sql(&fx, "ANALYZE sensor_readings_y2001m01");
	cr_expect_eq(keep("2001-02-06T00:00:00Z", 0).filled, 0);
}

Test(months, a_dry_run_changes_nothing, .init = set_up, .fini = tear_down)
{
	struct months	m = { .db = fixture_db("fg_owner"), .ahead = 3,
			    .keep = 1, .dry_run = true };

	cr_assert(when_parse("2001-04-15T00:00:00Z", 20, &m.now_ms));
	cr_expect_eq(months_keep(&m), DB_OK);
	cr_expect_eq(m.made, 4);
	cr_expect_eq(m.retired, 1 + 1);
	cr_expect_eq(m.gone, 3 + 1);
	cr_expect_eq(m.compacted, 2);
	cr_expect_str_eq(fixture_sql(&fx, ROWS), "3");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT to_regclass("
	    "'sensor_readings_y2001m05') IS NULL"), "t");
	db_free(m.db);
}

Test(holds, leave_a_trail, .init = set_up, .fini = tear_down)
{
	fixture_sql(&fx, HOLD(", unit_id", ", {unit}"));
	fixture_sql(&fx, "UPDATE retention_holds SET lifted_at = now(),"
	    " lifted_by_name = 'Cy', lift_reason = 'settled'"
	    " WHERE organization_id = {org}");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(event_type || ' '"
	    " || (event_data->>'placed_by') || ' ' || coalesce("
	    "event_data->>'lifted_by_name', '-'), ', ' ORDER BY event_type)"
	    " FROM event_logs WHERE organization_id = {org}"),
	    "hold.lifted Ann Cy, hold.placed Ann -");
	cr_expect_str_eq(failure("INSERT INTO retention_holds"
	    " (organization_id, reason, placed_by) SELECT id, '', 'Ann'"
	    " FROM organizations LIMIT 1"), "23514", "no reason");
	cr_expect_str_eq(failure("UPDATE retention_holds SET lifted_at = now(),"
	    " lifted_by_name = NULL, lift_reason = NULL"), "23514", "by whom?");
}
