/* Where readings go: months, the default partition, the key that makes a
 * reading count once, and rows that stay in their page. Each test has a decade
 * of its own. */
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>

static void
store(struct fixture *f, const char *at)
{
	char	sql[200];

	snprintf(sql, sizeof(sql), "INSERT INTO sensor_readings"
	    " (organization_id, unit_id, recorded_at, temperature)"
	    " VALUES ({org}, {unit}, '%s', 4)", at);
	fixture_sql(f, sql);
}

/* The partition that holds the fixture's reading of that time. */
static const char *
partition(struct fixture *f, const char *at)
{
	char	sql[200];

	snprintf(sql, sizeof(sql), "SELECT tableoid::regclass"
	    " FROM sensor_readings WHERE organization_id = {org}"
	    " AND recorded_at = '%s'", at);
	return fixture_sql(f, sql);
}

Test(readings, have_a_partition_for_this_month_and_three_more)
{
	struct fixture	f;

	fixture_make(&f);
	for (int ahead = -2; ahead <= 3; ahead++) {
		char	sql[300];

		snprintf(sql, sizeof(sql), "SELECT to_regclass(to_char("
		    "(now() AT TIME ZONE 'UTC') + interval '%d months',"
		    "'\"sensor_readings_y\"YYYY\"m\"MM')) IS NOT NULL", ahead);
		cr_expect_str_eq(fixture_sql(&f, sql), "t", "%d", ahead);
	}
	fixture_free(&f);
}

Test(readings, fall_into_their_month_to_the_millisecond)
{
	struct fixture	f;

	fixture_make(&f);
	cr_expect_str_eq(fixture_sql(&f, "SELECT create_reading_partitions("
	    "'1981-12-15', 2)"), "2");
	cr_expect_str_eq(fixture_sql(&f, "SELECT create_reading_partitions("
	    "'1981-12-31', 2)"), "0", "made twice");
	store(&f, "1981-12-31 23:59:59.999Z");
	store(&f, "1982-01-01 00:00Z");
	cr_expect_str_eq(partition(&f, "1981-12-31 23:59:59.999Z"),
	    "sensor_readings_y1981m12");
	cr_expect_str_eq(partition(&f, "1982-01-01 00:00Z"),
	    "sensor_readings_y1982m01");
	fixture_free(&f);
}

Test(readings, move_from_the_default_partition_when_their_month_is_made)
{
	struct fixture	f;

	fixture_make(&f);
	store(&f, "1991-05-01 00:00Z");
	store(&f, "1991-06-01 00:00Z");
	cr_expect_str_eq(partition(&f, "1991-05-01Z"),
	    "sensor_readings_default");
	fixture_sql(&f, "SELECT create_reading_partitions('1991-05-01', 1)");
	cr_expect_str_eq(partition(&f, "1991-05-01Z"),
	    "sensor_readings_y1991m05");
	cr_expect_str_eq(partition(&f, "1991-06-01Z"),
	    "sensor_readings_default");
	fixture_free(&f);
}

Test(readings, are_counted_once)
{
	static const char	*rows[] = { "NULL", "{device}" };
	struct fixture		 f;

	fixture_make(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char	sql[400];

		snprintf(sql, sizeof(sql), "INSERT INTO sensor_readings"
		    " (organization_id, unit_id, device_id, recorded_at,"
		    " temperature) VALUES"
		    " ({org}, {unit}, %s, '2001-01-01Z', 4),"
		    " ({org}, {unit}, %s, '2001-01-01Z', 5)"
		    " ON CONFLICT DO NOTHING", rows[i], rows[i]);
		fixture_sql(&f, sql);
	}
	cr_expect_str_eq(fixture_sql(&f, "SELECT count(*) FROM sensor_readings"
	    " WHERE organization_id = {org}"), "2");
	fixture_free(&f);
}

/* Of the transaction's updates of a table, those that were not HOT. */
static const char *
moved(struct fixture *f, const char *table)
{
	char	sql[200];

	snprintf(sql, sizeof(sql), "SELECT pg_stat_get_xact_tuples_updated(o)"
	    " - pg_stat_get_xact_tuples_hot_updated(o)"
	    " FROM (SELECT '%s'::regclass::oid) t(o)", table);
	return fixture_sql(f, sql);
}

/* On a copy of the tables, for in a page of its own nobody else's rows are in
 * the way; the indexes are the same. */
Test(state, stays_in_its_page_when_a_reading_changes_it)
{
	struct fixture	f;

	fixture_make(&f);
	fixture_sql(&f, "BEGIN;"
	    "CREATE TEMP TABLE us (LIKE unit_state INCLUDING ALL);"
	    "CREATE TEMP TABLE ds (LIKE device_state INCLUDING ALL);"
	    "INSERT INTO us SELECT * FROM unit_state"
	    " WHERE organization_id = {org};"
	    "INSERT INTO ds SELECT * FROM device_state"
	    " WHERE organization_id = {org}");
	for (int i = 0; i < 20; i++) {
		fixture_sql(&f, "UPDATE us SET last_checkin_at ="
		    " clock_timestamp(), last_reading_at = clock_timestamp(),"
		    " last_temperature = 4, due_at = due_at, status = 'ok',"
		    " state_version = state_version + 1, trend = 'x'");
		fixture_sql(&f, "UPDATE ds SET last_f_cnt = 1, rssi = -90,"
		    " last_seen_at = clock_timestamp()");
	}
	cr_expect_str_eq(moved(&f, "us"), "0");
	cr_expect_str_eq(moved(&f, "ds"), "0");
	fixture_sql(&f, "UPDATE us SET due_at = due_at + '1 h'");
	cr_expect_str_eq(moved(&f, "us"), "1", "this test can fail");
	fixture_sql(&f, "ROLLBACK");
	fixture_free(&f);
}
