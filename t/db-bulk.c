/* Many readings at once: each counts once, is judged in the order it was
 * measured, and none is the worse for the company it is in. */
#include "domain/bulk.h"
#include "domain/bulk_format.h"
#include "fixture.h"
#include "base/clock.h"
#include "base/when.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct fixture	fx, other;
static struct db	*db;
static struct bulk	*bulk;
static struct bulk_list	list;
static struct buf	answer = BUF_INIT(BULK_ANSWER_MAX);
static struct once	once = { .scope = "readings/bulk" };
static int64_t		now_ms;
static size_t		live_n;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	db = fixture_db("fg_ingest");
	bulk = bulk_new();
	now_ms = clock_now_ms();
}

static void
tear_down(void)
{
	bulk_list_release(&list);
	bulk_free(bulk);
	buf_release(&answer);
	db_free(db);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(bulk, .init = set_up, .fini = tear_down);

/* Sends the lines, as NDJSON. */
static enum db_rc
send_lines(const char *text)
{
	const struct api_key	 key = { .organization = fx.org };
	const struct live_list	*live;
	const char		*why;
	enum db_rc		 rc;

	bulk_list_release(&list);
	cr_assert(bulk_format_read(bulk_format_find("application/x-ndjson"),
	    &list, text, strlen(text), now_ms, false, &why), "%s", why);
	rc = bulk_store(bulk, db, &key, &list, &once, now_ms, &answer, &live);
	live_n = live->n;
	return rc;
}

/* A line for f's unit. */
static void
add(struct buf *b, const struct fixture *f, int64_t at_ms, const char *t)
{
	char	unit[UUID_TEXT], at[WHEN_TEXT];

	buf_printf(b, "{\"unitId\":\"%s\",\"temperature\":%s,"
	    "\"recordedAt\":\"%s\"}\n", uuid_format(&f->unit, unit), t,
	    when_format(at_ms, at));
}

/* A line for the sensor with this DevEUI. */
static void
add_of(struct buf *b, const char *eui, int64_t at_ms, const char *t)
{
	char	at[WHEN_TEXT];

	buf_printf(b, "{\"deviceEui\":\"%s\",\"temperature\":%s,"
	    "\"battery\":81,\"signalStrength\":-77,\"recordedAt\":\"%s\"}\n",
	    eui, t, when_format(at_ms, at));
}

/* What became of the items, a letter each. */
static const char *
became(void)
{
	static char	text[64];
	size_t		i;

	for (i = 0; i < list.n && i < sizeof(text) - 1; i++)
		text[i] = "SDLE"[list.v[i].status];
	text[i] = '\0';
	return text;
}

#define READINGS "SELECT count(*) FROM sensor_readings"			\
	" WHERE organization_id = {org} AND unit_id = {unit}"
#define STATE "SELECT status || ' ' || last_temperature FROM unit_state" \
	" WHERE unit_id = {unit}"

Test(bulk, readings_are_stored_and_judged_in_the_order_they_were_measured)
{
	struct buf	b = BUF_INIT(4096);

	add(&b, &fx, now_ms, "4.5");
	add(&b, &fx, now_ms - 600000, "4");
	add(&b, &fx, now_ms - 300000, "4.1");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "SSS");
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "3");
	cr_expect_str_eq(fixture_sql(&fx, STATE), "ok 4.50");
	cr_expect_gt(live_n, 0);
	buf_release(&b);
}

Test(bulk, what_comes_twice_is_one_reading)
{
	struct buf	b = BUF_INIT(4096);

	add(&b, &fx, now_ms, "4");
	add(&b, &fx, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "SD");
	add(&b, &fx, now_ms - 1000, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "DDL");
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
	buf_release(&b);
}

/* Two probes of which neither has a DevEUI are not to be told apart. */
Test(bulk, another_temperature_of_the_same_instant_is_refused_and_not_lost)
{
	struct buf	b = BUF_INIT(4096);

	add(&b, &fx, now_ms, "4");
	add(&b, &fx, now_ms, "9");
	add(&b, &fx, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "SED");
	cr_expect_str_eq(list.v[1].fault.code, "CONFLICT");
	cr_expect_not_null(strstr(buf_str(&answer), "\"code\":\"CONFLICT\","
	    "\"field\":\"temperature\""));
	cr_expect_str_eq(fixture_sql(&fx, STATE), "restoring 4.00");
	buf_clear(&b);
	add(&b, &fx, now_ms, "5");
	add(&b, &fx, now_ms - 1000, "5");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "EL");
	cr_expect_eq(live_n, 0, "nor told");
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
	buf_release(&b);
}

Test(bulk, a_calibration_entered_meanwhile_makes_no_other_reading)
{
	struct buf	b = BUF_INIT(4096);

	add_of(&b, fx.dev_eui, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	fixture_sql(&fx, "INSERT INTO calibration_records (organization_id,"
	    "	device_id, temperature_offset, calibrated_at)"
	    " VALUES ({org}, {device}, 0.25, now() - interval '1 h')");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "D");
	add_of(&b, fx.dev_eui, now_ms + 1000, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "DS");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "DD");
	buf_release(&b);
}

Test(bulk, a_calibration_is_its_sensors_and_of_the_time_of_measuring)
{
	static const char line[] = "{\"%s\":\"%s\",\"temperature\":4,"
	    "\"recordedAt\":\"%s\"}\n";
	struct buf	b = BUF_INIT(4096);
	char		unit[UUID_TEXT], at[WHEN_TEXT];

	fixture_sql(&fx, "INSERT INTO calibration_records (organization_id,"
	    "	device_id, temperature_offset, calibrated_at)"
	    " VALUES ({org}, {device}, 0.25, now() - interval '1 h')");
	buf_printf(&b, line, "deviceEui", fx.dev_eui,
	    when_format(now_ms - 7200000, at));
	buf_printf(&b, line, "deviceEui", fx.dev_eui,
	    when_format(now_ms - 1000, at));
	buf_printf(&b, line, "unitId", uuid_format(&fx.unit, unit),
	    when_format(now_ms, at));
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(concat_ws('/',"
	    "	temperature, raw_temperature), ' ' ORDER BY recorded_at)"
	    "  FROM sensor_readings WHERE organization_id = {org}"),
	    "4.00 4.25/4.00 4.00");
	buf_release(&b);
}

Test(bulk, one_that_jumps_is_marked_and_alarms)
{
	struct buf	b = BUF_INIT(4096);

	add(&b, &fx, now_ms - 900000, "4");
	add(&b, &fx, now_ms - 600000, "4.1");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	buf_clear(&b);
	add(&b, &fx, now_ms - 300000, "85");
	add(&b, &fx, now_ms, "4.2");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(concat("
	    "	doubts, anomaly), ' ' ORDER BY recorded_at)"
	    "  FROM sensor_readings WHERE organization_id = {org}"),
	    "f f 1t f");
	cr_expect_str_eq(fixture_sql(&fx, STATE), "restoring 4.20");
	buf_release(&b);
}

#define DOUBTS "SELECT string_agg(coalesce(doubts, 0)::text, ''"	\
	" ORDER BY recorded_at) FROM sensor_readings"			\
	" WHERE organization_id = {org}"
#define SENSOR(columns) "SELECT concat_ws(' ', " columns ")"		\
	" FROM device_state WHERE device_id = {device}"

Test(bulk, a_value_that_stands_still_is_flagged_from_list_to_list)
{
	struct buf	b = BUF_INIT(8192);

	for (int hour = 20; hour >= 0; hour--) {
		buf_clear(&b);
		add_of(&b, fx.dev_eui, now_ms - hour * 3600000 - 900000,
		    "4.17");
		add_of(&b, fx.dev_eui, now_ms - hour * 3600000, "4.17");
		cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	}
	cr_expect_str_eq(fixture_sql(&fx, DOUBTS), "000000000000000000000000"
	    "222222222222222222");
	cr_expect_str_eq(fixture_sql(&fx, SENSOR("value_count, doubts")),
	    "42 2");
	buf_clear(&b);
	add_of(&b, fx.dev_eui, now_ms + 1000, "4.18");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, SENSOR("value_count, doubts")),
	    "1 0");
	buf_release(&b);
}

Test(bulk, without_a_sensor_a_value_stands_still_within_a_list)
{
	struct buf	b = BUF_INIT(8192);

	for (int i = 25; i >= 0; i--)
		add(&b, &fx, now_ms - i * 1800000, "4.17");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, DOUBTS),
	    "00000000000000000000000022");
	buf_release(&b);
}

Test(bulk, each_sensor_of_a_unit_is_doubted_by_what_it_said_itself)
{
	struct buf	b = BUF_INIT(8192);
	char		eui[17];

	snprintf(eui, sizeof(eui), "%s", fixture_sql(&fx, "INSERT INTO devices"
	    "	(organization_id, device_eui, unit_id, kind)"
	    " SELECT {org}, 'feed' || substr(device_eui, 5), {unit}, kind"
	    "  FROM devices WHERE id = {device}"
	    " RETURNING device_eui"));
	for (int min = 20; min >= 0; min -= 10) {
		add_of(&b, fx.dev_eui, now_ms - min * 60000, "4");
		add_of(&b, eui, now_ms - min * 60000, min == 0 ? "80" : "21");
	}
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "SSSSSS");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(temperature ||"
	    " ' ' || doubts, ',') FROM sensor_readings"
	    " WHERE organization_id = {org} AND doubts <> 0"), "80.00 1");
	cr_expect_str_eq(fixture_sql(&fx, SENSOR("doubts")), "0");
	buf_release(&b);
}

Test(bulk, what_a_list_says_of_a_sensor_is_known_of_it)
{
	struct buf	b = BUF_INIT(4096);

	fixture_sql(&fx, "UPDATE devices SET status = 'inactive'"
	    " WHERE id = {device}");
	add_of(&b, fx.dev_eui, now_ms, "4");
	add_of(&b, fx.dev_eui, now_ms - 1000, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, SENSOR("battery_percent, rssi,"
	    " last_seen_at > now() - interval '1 minute'")), "81 -77 t");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT status FROM devices"
	    " WHERE id = {device}"), "active");
	buf_clear(&b);
	add_of(&b, fx.dev_eui, now_ms - 3600000, "40");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, SENSOR("value, doubts,"
	    " last_seen_at > now() - interval '1 minute'")), "4.00 0 t",
	    "an hour ago is no news of it");
	buf_release(&b);
}

Test(bulk, what_is_older_than_the_state_is_history)
{
	struct buf	b = BUF_INIT(4096);

	add(&b, &fx, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	buf_clear(&b);
	add(&b, &fx, now_ms - 7200000, "30");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "L");
	cr_expect_eq(live_n, 0);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_temperature FROM"
	    " unit_state WHERE unit_id = {unit}"), "4.00");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM alerts"
	    " WHERE organization_id = {org}"), "0");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM"
	    " reading_rollup_marks WHERE unit_id = {unit}"
	    " AND from_at = to_at"), "1", "and its hour is summed anew");
	buf_release(&b);
}

Test(bulk, a_unit_out_of_range_is_not_made_ok_by_being_written_to)
{
	struct buf	b = BUF_INIT(4096);

	add(&b, &fx, now_ms - 3600000, "12");
	add(&b, &fx, now_ms - 1800000, "12");
	add(&b, &fx, now_ms, "12");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "SSS");
	cr_expect_str_eq(fixture_sql(&fx, STATE), "alarm_active 12.00");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(alert_type || ' '"
	    " || status, ',') FROM alerts WHERE organization_id = {org}"),
	    "temp_excursion active");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM"
	    " sensor_readings WHERE unit_id = {unit} AND anomaly"), "3");
	buf_release(&b);
}

#define WHOLE_STATE "SELECT s::text FROM unit_state s WHERE unit_id = {unit}"
#define TOLD "SELECT (SELECT count(*) FROM alerts"			\
	" WHERE organization_id = {org}) || ' '"			\
	" || (SELECT count(*) FROM notification_deliveries"		\
	" WHERE organization_id = {org})"
#define MARKS "SELECT string_agg(round(extract(epoch FROM now()"	\
	"	- from_at) / 60) || '..' || round(extract(epoch FROM"	\
	"	now() - to_at) / 60), ' ' ORDER BY id)"			\
	"  FROM replay_marks WHERE unit_id = {unit}"

Test(bulk, a_list_of_what_is_long_past_alarms_nobody_and_is_to_be_replayed)
{
	struct buf	b = BUF_INIT(4096);
	char		before[2048];

	snprintf(before, sizeof(before), "%s", fixture_sql(&fx, WHOLE_STATE));
	for (int min = 120; min >= 20; min -= 5)
		add(&b, &fx, now_ms - min * 60000, "12");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	for (int again = 0; again < 2; again++) {
		cr_expect_str_eq(fixture_sql(&fx, READINGS), "21");
		cr_expect_str_eq(fixture_sql(&fx, WHOLE_STATE), before,
		    "newer than it, but not fresh");
		cr_expect_str_eq(fixture_sql(&fx, TOLD), "0 0");
		cr_expect_eq(live_n, 0);
		cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	}
	cr_expect_str_eq(fixture_sql(&fx, MARKS), "120..20 120..20 120..20");
	buf_release(&b);
}

Test(bulk, what_ended_before_a_fresh_reading_is_no_alert)
{
	struct buf	b = BUF_INIT(4096);

	add(&b, &fx, now_ms - 7200000, "12");
	add(&b, &fx, now_ms - 5400000, "12");
	add(&b, &fx, now_ms - 3600000, "4");
	add(&b, &fx, now_ms - 300000, "4");
	add(&b, &fx, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "SSSSS");
	cr_expect_str_eq(fixture_sql(&fx, STATE), "ok 4.00");
	cr_expect_str_eq(fixture_sql(&fx, TOLD), "0 0");
	cr_expect_str_eq(fixture_sql(&fx, MARKS), "120..60");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM event_logs"
	    " WHERE unit_id = {unit} AND category = 'alert'"
	    "   AND event_type LIKE 'alert%'"), "0");
	buf_release(&b);
}

Test(bulk, what_lasts_at_a_fresh_reading_is_an_alert)
{
	struct buf	b = BUF_INIT(4096);

	for (int min = 120; min >= 0; min -= 10)
		add(&b, &fx, now_ms - min * 60000, "12");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(alert_type || ' '"
	    " || severity || ' ' || status, ',') FROM alerts"
	    " WHERE organization_id = {org} AND alert_type = 'temp_excursion'"),
	    "temp_excursion critical active");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) > 0 FROM"
	    " notification_deliveries WHERE organization_id = {org}"), "t");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
	cr_expect_str_eq(fixture_sql(&fx, MARKS), "120..20");
	buf_release(&b);
}

Test(bulk, another_organizations_unit_is_as_unknown_as_none)
{
	struct bulk_fault	foreign, none;
	struct buf		b = BUF_INIT(4096);
	struct fixture		nobody = { .unit = uuid_make(now_ms) };

	add(&b, &other, now_ms, "4");
	add(&b, &fx, now_ms, "4");
	add(&b, &nobody, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "ESE");
	foreign = list.v[0].fault;
	none = list.v[2].fault;
	cr_expect_str_eq(foreign.code, "UNIT_NOT_FOUND");
	cr_expect_str_eq(foreign.code, none.code);
	cr_expect_str_eq(foreign.message, none.message);
	cr_expect_str_eq(fixture_sql(&other, READINGS), "0");
	buf_release(&b);
}

Test(bulk, a_deleted_units_reading_is_refused_alone)
{
	struct buf	b = BUF_INIT(4096);

	fixture_sql(&fx, "UPDATE units SET deleted_at = now()"
	    " WHERE id = {unit}");
	add(&b, &fx, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "E");
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "0");
	buf_release(&b);
}

Test(bulk, a_sensor_names_its_unit)
{
	char	text[512];

	snprintf(text, sizeof(text), "{\"deviceEui\":\"%s\",\"temperature\":4}"
	    "\n{\"deviceEui\":\"%s\",\"temperature\":4}\n", fx.dev_eui,
	    other.dev_eui);
	cr_expect_eq(send_lines(text), DB_OK);
	cr_expect_str_eq(became(), "SE");
	cr_expect_str_eq(list.v[1].fault.code, "DEVICE_NOT_FOUND");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT count(*) FROM"
	    " sensor_readings WHERE device_id = {device}"), "1");
}

Test(bulk, the_same_request_gets_the_same_answer)
{
	struct buf	 b = BUF_INIT(4096);
	char		 first[1024];
	const char	*hashes[] = { "\\x01", "\\x02" };

	once.key = "key-1";
	once.hash = hashes[0];
	add(&b, &fx, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	snprintf(first, sizeof(first), "%s", buf_str(&answer));
	cr_expect(strstr(first, "stored") != NULL);
	cr_expect_eq(live_n, 0, "and is told once");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(buf_str(&answer), first);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "1");
	once.hash = hashes[1];
	cr_expect_eq(send_lines(buf_str(&b)), DB_CONFLICT);
	buf_release(&b);
}

Test(bulk, two_units_at_one_instant_are_told_apart)
{
	struct buf	b = BUF_INIT(4096);
	struct fixture	second = fx;

	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type) SELECT organization_id, area_id, 'second', unit_type"
	    " FROM units WHERE id = {unit}");
	cr_assert(uuid_parse(fixture_sql(&fx, "SELECT id FROM units WHERE"
	    " organization_id = {org} AND name = 'second'"), 36,
	    &second.unit));
	add(&b, &fx, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	add(&b, &second, now_ms, "4");
	cr_expect_eq(send_lines(buf_str(&b)), DB_OK);
	cr_expect_str_eq(became(), "DS");
	buf_release(&b);
}
