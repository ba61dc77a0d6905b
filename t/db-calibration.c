/* A calibration is added to what comes in while it holds, and to nothing
 * else. */
#include "domain/enrol_calibration.h"
#include "domain/ingest.h"
#include "fixture.h"
#include "base/clock.h"
#include <criterion/criterion.h>
#include <string.h>

#define MINUTE	(60 * INT64_C(1000))
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

static struct fixture	fx, other;
static struct db	*db, *admin;
static struct ingest	*in;
static int64_t		now_ms;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	db = fixture_db("fg_ingest");
	admin = fixture_db("fg_app");
	in = ingest_new();
	now_ms = clock_now_ms();
}

static void
tear_down(void)
{
	ingest_free(in);
	db_free(db);
	db_free(admin);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(calibration, .init = set_up, .fini = tear_down);

static struct ingest_result	result;

static enum ingest_rc
measure(const struct fixture *f, int64_t at_ms, centi_t temperature)
{
	struct uplink	u = { .kind = UPLINK_READINGS,
		.eui = UPLINK_EUI_VALID, .recorded_at_ms = at_ms,
		.f_cnt = 7, .obs_count = 1 };
	struct ingest_item	item = { .secret_hash = f->secret_hash,
				    .u = &u, .received_at_ms = now_ms };

	memcpy(u.dev_eui, f->dev_eui, sizeof(f->dev_eui));
	u.obs[0].at_ms = at_ms;
	u.obs[0].has = UPLINK_HAS_TEMPERATURE;
	u.obs[0].temperature = temperature;
	if (ingest_uplink(in, db, &item, now_ms) == INGEST_FAIL)
		cr_assert_fail("not stored");
	result = item.result;
	return result.rc;
}

struct deed {
	struct enrol_calibration c;
	struct enrol_sensor	 sensor;
	bool			 withdraw;
};

static enum db_rc
do_it(struct db *conn, void *arg)
{
	const struct deed *d = arg;
	struct enrol	   e = { .db = conn, .organization = fx.org,
			       .now_ms = now_ms, .operator = "tester" };

	if (d->withdraw)
		return enrol_calibration_withdraw(&e, &d->sensor);
	enrol_calibrate(&e, &d->sensor, &d->c);
	return DB_OK;
}

static enum db_rc
calibrate(int64_t from_ms, int64_t until_ms, centi_t offset)
{
	struct deed	d = { { { from_ms, until_ms, offset }, "K-1" },
			    { fx.device, fx.unit }, false };

	return db_tx(admin, &fx.org, NULL, do_it, &d);
}

static enum db_rc
withdraw(void)
{
	struct deed	d = { .sensor = { fx.device, fx.unit }, .withdraw = true };

	return db_tx(admin, &fx.org, NULL, do_it, &d);
}

#define NEWEST "SELECT concat_ws(' ', temperature, raw_temperature)"	\
	"  FROM sensor_readings WHERE organization_id = {org}"		\
	" ORDER BY recorded_at DESC LIMIT 1"
#define ALL "SELECT string_agg(concat_ws('/', temperature,"		\
	"	raw_temperature), ' ' ORDER BY recorded_at)"		\
	"  FROM sensor_readings WHERE organization_id = {org}"

Test(calibration, is_added_to_a_reading_and_the_raw_value_kept)
{
	cr_assert_eq(calibrate(now_ms - DAY, now_ms + DAY, 30), DB_OK);
	cr_expect_eq(measure(&fx, now_ms, 400), INGEST_STORED);
	cr_expect_eq(result.temperature, 430);
	cr_expect_str_eq(fixture_sql(&fx, NEWEST), "4.30 4.00");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_temperature"
	    "  FROM unit_state WHERE unit_id = {unit}"), "4.30");
}

Test(calibration, decides_what_is_out_of_range)
{
	cr_assert_eq(calibrate(now_ms - DAY, INT64_MAX, -50), DB_OK);
	(void)measure(&fx, now_ms, 540);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT status FROM unit_state"
	    " WHERE unit_id = {unit}"), "restoring");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT anomaly::text"
	    "  FROM sensor_readings WHERE organization_id = {org}"), "false");
}

Test(calibration, of_nought_keeps_no_second_value)
{
	cr_assert_eq(calibrate(now_ms - DAY, INT64_MAX, 0), DB_OK);
	(void)measure(&fx, now_ms, 400);
	cr_expect_str_eq(fixture_sql(&fx, NEWEST), "4.00");
}

Test(calibration, holds_only_in_its_time)
{
	cr_assert_eq(calibrate(now_ms - 3 * HOUR, now_ms - 2 * HOUR, 30),
	    DB_OK);
	cr_assert_eq(calibrate(now_ms - 2 * HOUR, now_ms - HOUR, -30),
	    DB_OK, "one may begin where another ends");
	(void)measure(&fx, now_ms - 3 * HOUR - 1, 400);
	(void)measure(&fx, now_ms - 3 * HOUR, 400);
	(void)measure(&fx, now_ms - 2 * HOUR, 400);
	(void)measure(&fx, now_ms - HOUR, 400);
	cr_expect_str_eq(fixture_sql(&fx, ALL),
	    "4.00 4.30/4.00 3.70/4.00 4.00");
}

Test(calibration, is_of_the_time_of_measuring_when_data_comes_late)
{
	cr_assert_eq(calibrate(now_ms - 3 * HOUR, now_ms - 2 * HOUR, 30),
	    DB_OK);
	(void)measure(&fx, now_ms, 400);
	(void)measure(&fx, now_ms - 2 * HOUR - MINUTE, 400);
	cr_expect_str_eq(fixture_sql(&fx, ALL), "4.30/4.00 4.00");
}

Test(calibration, entered_later_rewrites_nothing)
{
	(void)measure(&fx, now_ms - HOUR, 400);
	cr_assert_eq(calibrate(now_ms - DAY, INT64_MAX, 30), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, ALL), "4.00");
	cr_expect_eq(measure(&fx, now_ms - HOUR, 400), INGEST_DUPLICATE);
	cr_expect_str_eq(fixture_sql(&fx, ALL), "4.00", "nor when sent again");
	(void)measure(&fx, now_ms, 400);
	cr_expect_str_eq(fixture_sql(&fx, ALL), "4.00 4.30/4.00");
}

Test(calibration, withdrawn_is_added_no_more_and_rewrites_nothing)
{
	cr_assert_eq(calibrate(now_ms - DAY, INT64_MAX, 30), DB_OK);
	(void)measure(&fx, now_ms - HOUR, 400);
	cr_assert_eq(withdraw(), DB_OK);
	(void)measure(&fx, now_ms, 400);
	cr_expect_str_eq(fixture_sql(&fx, ALL), "4.30/4.00 4.00");
	cr_expect_eq(withdraw(), DB_NONE, "once is enough");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*)"
	    "  FROM calibration_records WHERE organization_id = {org}"), "1",
	    "it is still on record");
	cr_expect_eq(calibrate(now_ms - DAY, INT64_MAX, 20), DB_OK,
	    "and another may take its place");
}

Test(calibration, that_overlaps_another_is_refused)
{
	static const struct { const char *name; int64_t from_h, until_h;
	    enum db_rc want; } c[] = {
		{ "the same", 10, 20, DB_CONFLICT },
		{ "within", 12, 13, DB_CONFLICT },
		{ "around", 1, 30, DB_CONFLICT },
		{ "its beginning", 1, 11, DB_CONFLICT },
		{ "its end", 19, 30, DB_CONFLICT },
		{ "one of no time", 5, 5, DB_REFUSED },
		{ "one that ends before it begins", 6, 5, DB_REFUSED },
		{ "before", 1, 10, DB_OK },
		{ "behind", 20, 30, DB_OK },
	};

	cr_assert_eq(calibrate(now_ms + 10 * HOUR, now_ms + 20 * HOUR, 30),
	    DB_OK);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(calibrate(now_ms + c[i].from_h * HOUR,
		    now_ms + c[i].until_h * HOUR, 10), c[i].want, "%s",
		    c[i].name);
	cr_expect_eq(calibrate(now_ms + 29 * HOUR, INT64_MAX, 10),
	    DB_CONFLICT, "nor may one without an end");
}

Test(calibration, of_more_than_ten_kelvin_is_none)
{
	cr_expect_eq(calibrate(now_ms, INT64_MAX, 1001), DB_REFUSED);
	cr_expect_eq(calibrate(now_ms, INT64_MAX, -1001), DB_REFUSED);
	cr_expect_eq(calibrate(now_ms, INT64_MAX, -1000), DB_OK);
}

Test(calibration, is_nothing_to_another_sensor_or_tenant)
{
	struct deed	d = { { { now_ms - DAY, INT64_MAX, 30 }, NULL },
			    { other.device, other.unit }, false };

	cr_assert_eq(calibrate(now_ms - DAY, INT64_MAX, 30), DB_OK);
	(void)measure(&other, now_ms, 400);
	cr_expect_str_eq(fixture_sql(&other, NEWEST), "4.00");
	cr_expect_eq(db_tx(admin, &fx.org, NULL, do_it, &d), DB_REFUSED,
	    "nor can it be given to theirs");
	cr_expect_str_eq(fixture_sql(&other, "SELECT count(*) FROM devices"
	    " WHERE organization_id = {org} AND calibrations IS NOT NULL"),
	    "0");
}

Test(calibration, is_never_changed_or_deleted_by_a_program)
{
	cr_assert_eq(calibrate(now_ms - DAY, INT64_MAX, 30), DB_OK);
	cr_expect_str_eq(fixture_as(&fx, "fg_app", "UPDATE calibration_records"
	    " SET temperature_offset = 0"), "42501");
	cr_expect_str_eq(fixture_as(&fx, "fg_app", "UPDATE calibration_records"
	    " SET expires_at = now()"), "42501");
	cr_expect_str_eq(fixture_as(&fx, "fg_app",
	    "DELETE FROM calibration_records"), "42501");
	cr_expect_str_eq(fixture_as(&fx, "fg_ingest",
	    "SELECT count(*) FROM calibration_records"), "42501");
}

Test(calibration, each_change_stands_in_the_trail)
{
	cr_assert_eq(calibrate(now_ms - DAY, INT64_MAX, 30), DB_OK);
	cr_assert_eq(withdraw(), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(concat_ws(' ',"
	    "	event_type, event_data->>'offset', event_data->>'certificate',"
	    "	event_data->>'operator'), ', ' ORDER BY event_type)"
	    "  FROM event_logs WHERE organization_id = {org}"
	    "	AND event_type LIKE 'sensor_calibrat%'"
	    "	AND unit_id = {unit}"),
	    "sensor_calibrated 0.30 K-1 tester, "
	    "sensor_calibration_withdrawn tester");
}
