/* What was observed of a unit, by the ledger of gaps and by what it has not
 * come to yet. */
#include "domain/coverage.h"
#include "gap-case.h"
#include <criterion/criterion.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

TestSuite(coverage, .init = case_set_up, .fini = case_tear_down);

/* What the fixture's unit was observed of these minutes. */
static struct coverage
cover(int from, int to, int64_t now_ms)
{
	struct history_of	of = { fx.org, fx.unit, START + from * MINUTE,
				    START + to * MINUTE };
	const struct unit	u = { .interval_s = 600 };
	struct coverage		c;

	db_begin(app, &fx.org, &fx.owner);
	cr_assert_eq(coverage_read(app, &of, &u, now_ms, &arena, &c), DB_OK);
	cr_assert_eq(db_commit(app), DB_OK);
	return c;
}

/* Before the ledger is made, half of it, all of it, and while some of it is to
 * be made again. */
Test(coverage, is_the_same_however_far_the_ledger_is)
{
	static const int64_t	until[] = { 0, 130, 430, 1440 };

	fixture_sql(&fx, "UPDATE units SET created_at =" T
	    " WHERE id = {unit}");
	case_store_every_ten(0, 60);
	case_store_every_ten(200, 380);
	case_store_every_ten(500, 700);
	for (size_t i = 0; i < COUNT(until); i++) {
		struct coverage	c;

		if (until[i] > 0)
			case_roll(START + (until[i] + 6) * MINUTE);
		c = cover(0, 1000, START + 1000 * MINUTE);
		cr_expect_eq(c.gaps, 3, "%zu: %d", i, (int)c.gaps);
		cr_expect_eq(c.observed_ms, (70 + 190 + 210) * MINUTE, "%zu",
		    i);
		cr_expect_eq(c.longest.from_ms, START + 710 * MINUTE);
		c = cover(100, 150, START + 1000 * MINUTE);
		cr_expect_eq(c.observed_ms, 0, "%zu", i);
		c = cover(210, 390, START + 1000 * MINUTE);
		cr_expect_eq(coverage_percent(&c), 10000, "%zu", i);
	}
	case_mark(200, 200);
	cr_expect_eq(cover(0, 1000, START + 1000 * MINUTE).gaps, 3);
	case_store_every_ten(70, 190);
	case_mark(70, 190);
	cr_expect_eq(cover(0, 1000, START + 1000 * MINUTE).gaps, 2,
	    "what came late counts at once");
}

Test(coverage, before_its_first_reading_a_unit_is_blind_once)
{
	struct coverage	c;

	fixture_sql(&fx, "UPDATE devices SET attached_at =" T ","
	    " ttn_device_id = 'first' WHERE id = {device}");
	case_roll(START + 2 * PERIOD_HOUR_MS);
	case_roll(NOW);
	c = cover(0, 1000, NOW);
	cr_expect_eq(c.gaps, 1);
	cr_expect_eq(c.observed_ms, 0);
	cr_expect_eq(c.open, 0, "of the curve");
}

Test(coverage, begins_where_the_unit_does)
{
	fixture_sql(&fx, "UPDATE units SET created_at =" T
	    " + interval '100 min' WHERE id = {unit}");
	case_store_every_ten(120, 300);
	cr_expect_eq(cover(0, 300, NOW).of.from_ms, START + 100 * MINUTE);
	case_store("50", 0);
	cr_expect_eq(cover(0, 300, NOW).of.from_ms, START + 50 * MINUTE,
	    "or its history");
}

Test(coverage, each_unit_has_its_own)
{
	case_store_every_ten(0, 100);
	case_store_every_ten(300, 400);
	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type, checkin_interval_seconds) SELECT {org}, {area}, 'u' ||"
	    " n, 'fridge', 600 FROM generate_series(1, 3) n");
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) SELECT {org}, id," T
	    " + m * interval '10 min', 4 FROM units, generate_series(0, 40) m"
	    " WHERE organization_id = {org} AND name = 'u1'"
	    "    OR organization_id = {org} AND name = 'u2' AND m <> 20"
	    "	AND m NOT BETWEEN 5 AND 10");
	case_roll(START + 405 * MINUTE);
	case_expect_ledger("100-300/19 open");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(u.name || ' ' ||"
	    " g.status, ',') FROM reading_gaps g JOIN units u ON u.id ="
	    " g.unit_id WHERE g.organization_id = {org} AND u.id <> {unit}"),
	    "u2 unfillable", "nobody knows of a program's frames");
}

Test(coverage, a_unit_without_a_sensor_is_measured_by_hand)
{
	fixture_sql(&fx, "UPDATE units SET primary_device_id = NULL"
	    " WHERE id = {unit}");
	fixture_sql(&fx, "UPDATE devices SET unit_id = NULL"
	    " WHERE id = {device}");
	cr_expect(cover(0, 100, NOW).by_hand);
	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, recorded_at, temperature) VALUES ({org}, {unit}," T
	    ", 4)");
	cr_expect_not(cover(0, 100, NOW).by_hand, "a program measures it");
}
