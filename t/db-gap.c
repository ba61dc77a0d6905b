/* The ledger of gaps is what the readings say, whatever came when. */
#include "domain/gap.h"
#include "gap-case.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

TestSuite(gap, .init = case_set_up, .fini = case_tear_down);

Test(gap, counters_tell_how_many_frames_are_missing)
{
	static const struct {
		const char	*name, *earlier, *later, *want;
	} c[] = {
		{ "the next one", "7", "8", "0" },
		{ "one missing", "7", "9", "1" },
		{ "the same again", "7", "7", "0" },
		{ "the first ever", "NULL", "7", "" },
		{ "of a source that does not count", "7", "NULL", "" },
		{ "a join: begun anew", "7", "0", "" },
		{ "a join, and frames lost after it", "400", "6", "" },
		{ "out of order", "9", "8", "" },
		{ "16 bits turn over", "65535", "0", "0" },
		{ "16 bits turn over with some missing", "65530", "3", "8" },
		{ "a counter that does not stop at 16 bits", "65535", "65536",
		  "0" },
		{ "a reset shortly before 16 bits are full", "65000", "1", "" },
		{ "more than 16 bits do not turn over there", "131071", "0",
		  "" },
		{ "32 bits turn over, of which the low 31 are kept",
		  "2147483647", "0", "0" },
		{ "... with some missing", "2147483646", "3", "4" },
		{ "the largest step there is", "0", "16384", "16383" },
		{ "a larger one", "0", "16385", "" },
	};
	char	sql[256];

	for (size_t i = 0; i < COUNT(c); i++) {
		snprintf(sql, sizeof(sql), "SELECT missed_frames(%s, %s)",
		    c[i].earlier, c[i].later);
		cr_expect_str_eq(fixture_sql(&fx, sql), c[i].want, "%s",
		    c[i].name);
	}
}

Test(gap, an_unbroken_curve_has_none)
{
	case_store_every_ten(0, 24 * 60);
	case_roll(NOW);
	case_expect_ledger("");
}

Test(gap, lost_frames_and_silences_are_noted)
{
	/* Frames 3 and 4 are lost; then 20 to 39; then it is silent. */
	case_store("0,10,20,50,60,70,80,90,100,110,120,130,140,150,160,170,180,190,"
	    "400,410", 0);
	case_roll(NOW);
	case_expect_ledger("20-50/2 open, 190-400/20 open, 410-/ open");
}

Test(gap, a_sensor_that_sent_nothing_leaves_nothing_to_fetch)
{
	case_store("0,10", 0);
	case_store("60", -4);	/* 60 / 10 - 4 = 2: the next frame */
	case_roll(START + 65 * MINUTE + PERIOD_HOUR_MS);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(frames || status,"
	    " ',') FROM reading_gaps WHERE unit_id = {unit}"
	    " AND to_at IS NOT NULL"), "0unfillable");
}

Test(gap, a_late_reading_makes_it_smaller_and_a_whole_series_closes_it)
{
	case_store_every_ten(0, 180);
	case_store_every_ten(400, 24 * 60);
	case_roll(NOW);
	case_expect_ledger("180-400/21 open");
	fixture_sql(&fx, "UPDATE reading_gaps SET status = 'unfillable',"
	    " attempts = 3 WHERE unit_id = {unit}");
	case_store("300", 0);
	case_mark(300, 300);
	case_roll(NOW);
	case_expect_ledger("180-300/11 open, 300-400/9 open");
	case_store_every_ten(190, 290);
	case_store_every_ten(310, 390);
	case_mark(190, 390);
	case_roll(NOW);
	case_expect_ledger("");
}

Test(gap, one_that_has_not_changed_stays_what_it_was)
{
	case_store_every_ten(0, 180);
	case_store_every_ten(400, 24 * 60);
	case_roll(NOW);
	fixture_sql(&fx, "UPDATE reading_gaps SET status = 'unfillable'"
	    " WHERE unit_id = {unit}");
	case_mark(0, 1440);
	case_roll(NOW);
	case_expect_ledger("180-400/21 unfillable");
}

Test(gap, one_that_went_on_ends_with_the_next_reading)
{
	case_store_every_ten(0, 100);
	case_roll(START + 300 * MINUTE);
	case_expect_ledger("100-/ open");
	case_store_every_ten(500, 600);
	case_roll(START + 605 * MINUTE);
	case_expect_ledger("100-500/39 open");
}

Test(gap, windows_that_begin_within_one_change_nothing)
{
	case_store("0,10,20,200,210,220", 0);
	for (int hour = 1; hour < 6; hour++)
		case_roll(START + hour * PERIOD_HOUR_MS + 6 * MINUTE);
	case_expect_ledger("20-200/17 open, 220-/ open");
}

Test(gap, a_second_sensor_beside_the_first_fills_none)
{
	case_store_every_ten(0, 100);
	fixture_sql(&fx, "INSERT INTO devices (organization_id, unit_id, kind)"
	    " VALUES ({org}, {unit}, 'temperature')");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, device_id, recorded_at, temperature) SELECT {org},"
	    " {unit}, id," T " + interval '2 h', 4 FROM devices"
	    " WHERE unit_id = {unit} AND id <> {device}");
	case_roll(NOW);
	case_expect_ledger("100-/ open");
}

/* Of a sensor beside the first, or of the first itself: "from-to/frames". */
#define BESIDE "SELECT string_agg(concat("				\
	"round(extract(epoch FROM from_at -" T ") / 60), '-',"		\
	" round(extract(epoch FROM to_at -" T ") / 60), '/', frames, ' ',"	\
	" status), ', ' ORDER BY from_at) FROM reading_gaps"		\
	" WHERE unit_id = {unit} AND series_id <> unit_id"
#define CURVE "SELECT count(*) FROM reading_gaps"			\
	" WHERE unit_id = {unit} AND series_id = unit_id"

/* A second sensor, that the network knows, attached at START. */
static void
attach(const char *kind)
{
	char	sql[512];

	snprintf(sql, sizeof(sql), "INSERT INTO devices (organization_id,"
	    " unit_id, kind, ttn_device_id, attached_at) VALUES ({org},"
	    " {unit}, '%s', 'second'," T ")", kind);
	fixture_sql(&fx, sql);
	fx.their = fx.device;
	cr_assert(uuid_parse(fixture_sql(&fx, "SELECT id FROM devices"
	    " WHERE ttn_device_id = 'second' AND organization_id = {org}"), 36,
	    &fx.device));
}

static void
see(int minute)
{
	char	sql[256];

	snprintf(sql, sizeof(sql), "UPDATE device_state SET last_seen_at =" T
	    " + %d * interval '1 min' WHERE device_id = {device}", minute);
	fixture_sql(&fx, sql);
}

Test(gap, each_sensor_that_the_network_knows_is_surveyed_by_its_own_frames)
{
	case_store_every_ten(0, 24 * 60);
	attach("temperature");
	case_store("5,15,45,55,300", 0);
	see(300);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE),
	    "15-45/2 open, 55-300/24 open, 300-/ open");
	cr_expect_str_eq(fixture_sql(&fx, CURVE), "0");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM reading_gaps"
	    " WHERE series_id = {device} AND device_id = {device}"), "3");
	case_store("25,35", 0);
	case_mark(25, 35);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE),
	    "55-300/24 open, 300-/ open");
	fixture_sql(&fx, "INSERT INTO sensor_configurations (organization_id,"
	    " device_id, uplink_interval_seconds) VALUES ({org}, {device},"
	    " 36000)");
	case_mark(0, 1440);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "",
	    "what it was told to do is no gap");
}

Test(gap, a_sensor_never_heard_is_one_gap_from_when_it_was_attached)
{
	case_store_every_ten(0, 24 * 60);
	attach("temperature");
	case_roll(START + 35 * MINUTE + PERIOD_HOUR_MS);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "0-/ open");
	fixture_sql(&fx, "UPDATE reading_gaps SET attempts = 4"
	    " WHERE series_id = {device}");
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT attempts FROM reading_gaps"
	    " WHERE series_id = {device}"), "4", "and stays it");
	case_store("125,135", 0);
	see(135);
	case_mark(125, 135);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "0-125/ open, 135-/ open");
	fixture_sql(&fx, "UPDATE devices SET ttn_device_id = NULL"
	    " WHERE id = {device}");
	case_mark(0, 1440);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "", "nobody to ask");
}

Test(gap, long_ago_a_sensor_beside_was_heard_and_still_is_that_gap)
{
	attach("temperature");
	case_store("5", 0);
	see(5);
	case_roll(START + 45 * 24 * PERIOD_HOUR_MS);
	case_roll(START + 46 * 24 * PERIOD_HOUR_MS);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "5-/ open");
}

Test(gap, a_unit_never_measured_is_one_gap_of_its_sensor)
{
	fixture_sql(&fx, "UPDATE devices SET attached_at =" T
	    " + interval '5 min', ttn_device_id = 'first'"
	    " WHERE id = {device}");
	case_roll(START + 2 * PERIOD_HOUR_MS);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "5-/ open");
	cr_expect_str_eq(fixture_sql(&fx, CURVE), "0");
	case_store_every_ten(100, 24 * 60);
	see(24 * 60);
	case_mark(100, 24 * 60);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "5-100/ open");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) VALUES ({org}, {unit}," T
	    " + interval '30 min', 4)");
	case_mark(30, 30);
	case_roll(NOW);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "",
	    "it is the curve's own, once that has begun");
	cr_expect_str_eq(fixture_sql(&fx, CURVE), "1");
}

#define DAY	(24 * 60)

Test(gap, a_door_is_a_gap_while_it_is_silent_and_that_is_remembered)
{
	case_store_every_ten(0, 24 * 60);
	attach("door");
	see(60);
	case_roll(START + 3 * DAY * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "");
	case_roll(START + (3 * DAY + 120) * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "60-/ open");
	see(4 * DAY);
	case_roll(START + (4 * DAY + 120) * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "60-5760/ open");
	fixture_sql(&fx, "UPDATE reading_gaps SET status = 'unfillable'"
	    " WHERE series_id = {device}");
	see(5 * DAY);
	case_mark(0, 4 * DAY);
	case_roll(START + (5 * DAY + 120) * MINUTE);
	cr_expect_str_eq(fixture_sql(&fx, BESIDE), "60-5760/ unfillable");
}

Test(gap, many_units_are_surveyed_some_at_a_time)
{
	const char	*next;
	char		 sql[256] = "SELECT survey_some_gaps({org}, NULL, 2,"
			     T "," T " + interval '1 day'," T
			     " + interval '1 day')";
	int		 n = 0;

	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type) SELECT {org}, {area}, 'u' || n, 'fridge'"
	    "  FROM generate_series(1, 4) n");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) SELECT {org}, id," T ", 4"
	    "  FROM units WHERE organization_id = {org}");
	while (*(next = fixture_sql(&fx, sql)) != '\0' && n++ < 5)
		snprintf(sql, sizeof(sql), "SELECT survey_some_gaps({org},"
		    " '%s', 2," T "," T " + interval '1 day'," T
		    " + interval '1 day')", next);
	cr_expect_eq(n, 3, "two, two and one");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(DISTINCT unit_id)"
	    " FROM reading_gaps WHERE organization_id = {org}"), "5");
}
