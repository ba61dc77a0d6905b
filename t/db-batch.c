/* Messages that wait together are stored together, and none is the worse for
 * the company it is in. */
#include "domain/ingest.h"
#include "fixture.h"
#include "base/clock.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct fixture	fx, other;
static struct db	*db;
static struct ingest	*in;
static int64_t		now_ms;

static struct uplink		 u[INGEST_MAX];
static struct ingest_item	 item[INGEST_MAX];
static size_t			 n;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	db = fixture_db("fg_ingest");
	in = ingest_new();
	now_ms = clock_now_ms();
	n = 0;
}

static void
tear_down(void)
{
	ingest_free(in);
	db_free(db);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(batch, .init = set_up, .fini = tear_down);

/* One more message, of f's sensor; gives it to be changed. */
static struct uplink *
add(const struct fixture *f, int64_t at_ms, centi_t temperature)
{
	struct uplink	*one = &u[n];

	*one = (struct uplink){ .kind = UPLINK_READINGS,
	    .eui = UPLINK_EUI_VALID, .recorded_at_ms = at_ms,
	    .f_cnt = (uint32_t)n, .obs_count = 1 };
	memcpy(one->dev_eui, f->dev_eui, sizeof(f->dev_eui));
	one->obs[0].at_ms = at_ms;
	one->obs[0].has = UPLINK_HAS_TEMPERATURE;
	one->obs[0].temperature = temperature;
	item[n++] = (struct ingest_item){ .secret_hash = f->secret_hash,
	    .u = one, .received_at_ms = now_ms };
	return one;
}

static void
ingest_all(void)
{
	ingest_batch(in, db, item, n, now_ms);
}

#define READINGS "SELECT count(*) FROM sensor_readings"			\
	" WHERE organization_id = {org} AND unit_id = {unit}"
#define STATE "SELECT status || ' ' || last_temperature FROM unit_state" \
	" WHERE unit_id = {unit}"
#define OPEN_ALERTS "SELECT count(*) FROM alerts"			\
	" WHERE organization_id = {org} AND status <> 'resolved'"

Test(batch, of_no_messages_nothing_becomes)
{
	ingest_all();
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "0");
}

Test(batch, messages_of_one_sensor_are_judged_in_their_order)
{
	for (int i = 0; i < 10; i++)
		add(&fx, now_ms - 50000 + i * 5000, i < 9 ? 400 : 1200);
	ingest_all();
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(item[i].result.rc, INGEST_STORED, "%zu", i);
		cr_expect_eq(item[i].result.stored, 1);
	}
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "10");
	cr_expect_str_eq(fixture_sql(&fx, STATE), "excursion 12.00");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "1");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_f_cnt FROM device_state"
	    " WHERE device_id = {device}"), "9");
}

Test(batch, an_alert_that_opens_and_ends_in_one_batch_has_both_in_its_story)
{
	add(&fx, now_ms - 20000, 1200);
	add(&fx, now_ms - 10000, 400);
	ingest_all();
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "0");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT string_agg(event_type, ','"
	    " ORDER BY at) FROM alert_events WHERE organization_id = {org}"),
	    "created,resolved_auto");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
}

Test(batch, the_same_message_twice_in_it_is_one_reading)
{
	add(&fx, now_ms, 400);
	add(&fx, now_ms, 400)->f_cnt = 0;
	ingest_all();
	cr_expect_eq(item[0].result.rc, INGEST_STORED);
	cr_expect_eq(item[1].result.rc, INGEST_DUPLICATE);
	cr_expect_eq(item[1].result.live.n, 0);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "1");
}

Test(batch, both_kinds_of_one_frame_in_it_are_one_reading)
{
	add(&fx, now_ms, 400);
	add(&fx, now_ms + 1, -1800)->normalized = true;
	u[1].f_cnt = u[0].f_cnt;
	ingest_all();
	cr_expect_eq(item[0].result.rc, INGEST_STORED);
	cr_expect_eq(item[1].result.rc, INGEST_DUPLICATE);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "1");
}

Test(batch, a_frame_that_came_in_an_earlier_one_is_known)
{
	add(&fx, now_ms, 400);
	ingest_all();
	n = 0;
	add(&fx, now_ms + 1, -1800)->normalized = true;
	add(&other, now_ms, 400);
	ingest_all();
	cr_expect_eq(item[0].result.rc, INGEST_DUPLICATE);
	cr_expect_eq(item[1].result.rc, INGEST_STORED);
}

Test(batch, one_sensor_by_two_names_is_one)
{
	struct uplink	*by_id;

	add(&fx, now_ms - 30000, 400);
	by_id = add(&fx, now_ms, 450);
	by_id->eui = UPLINK_EUI_ABSENT;
	by_id->dev_eui[0] = '\0';
	snprintf(by_id->device_id, sizeof(by_id->device_id), "%s", fx.ttn_id);
	ingest_all();
	cr_expect_eq(item[0].result.rc, INGEST_STORED);
	cr_expect_eq(item[1].result.rc, INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, STATE), "restoring 4.50");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_f_cnt FROM device_state"
	    " WHERE device_id = {device}"), "1");
}

Test(batch, two_sensors_of_one_unit_share_its_state)
{
	fixture_sql(&fx, "INSERT INTO devices (organization_id, unit_id,"
	    " device_eui, name, status, kind) SELECT organization_id, unit_id,"
	    " 'feed' || substr(device_eui, 5), 'second', 'active', kind"
	    " FROM devices WHERE id = {device}");
	add(&fx, now_ms - 60000, 1200);
	memcpy(add(&fx, now_ms, 1300)->dev_eui, "feed", 4);
	ingest_all();
	cr_expect_eq(item[0].result.rc, INGEST_STORED);
	cr_expect_eq(item[1].result.rc, INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "1");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT state_version FROM unit_state"
	    " WHERE unit_id = {unit}"), "1", "written once");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
}

Test(batch, two_organizations_in_it_do_not_meet)
{
	for (int i = 0; i < 6; i++)
		add(i % 2 == 0 ? &fx : &other, now_ms - 60000 + i * 1000,
		    i % 2 == 0 ? 400 : 1200);
	memcpy(add(&fx, now_ms, 400)->dev_eui, other.dev_eui,
	    sizeof(other.dev_eui));
	ingest_all();
	for (size_t i = 0; i < 6; i++) {
		cr_expect_eq(item[i].result.rc, INGEST_STORED, "%zu", i);
		cr_expect(uuid_eq(&item[i].result.organization,
		    i % 2 == 0 ? &fx.org : &other.org));
	}
	cr_expect_eq(item[6].result.rc, INGEST_UNKNOWN_DEVICE);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "3");
	cr_expect_str_eq(fixture_sql(&fx, STATE), "ok 4.00");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "0");
	cr_expect_str_eq(fixture_sql(&other, READINGS), "3");
	cr_expect_str_eq(fixture_sql(&other, STATE), "excursion 12.00");
	cr_expect_str_eq(fixture_sql(&other, OPEN_ALERTS), "1");
}

/* Whichever comes first: the tenant of the one is not the other's. */
Test(batch, a_wrong_secret_beside_a_right_one_stores_nothing)
{
	static char	wrong[67];

	memcpy(wrong, fx.secret_hash, sizeof(wrong));
	wrong[10] = wrong[10] == 'a' ? 'b' : 'a';
	add(&fx, now_ms, 400);
	add(&fx, now_ms + 1, 1200);
	item[1].secret_hash = wrong;
	add(&fx, now_ms + 2, 410);
	ingest_all();
	cr_expect_eq(item[0].result.rc, INGEST_STORED);
	cr_expect_eq(item[1].result.rc, INGEST_UNAUTHORIZED);
	cr_expect(uuid_is_nil(&item[1].result.organization));
	cr_expect_eq(item[2].result.rc, INGEST_STORED);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "2");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "0");
}

Test(batch, two_secrets_of_one_organization_share_its_units)
{
	static char	second[67];

	snprintf(second, sizeof(second), "%s", fixture_sql(&fx,
	    "INSERT INTO webhook_secrets SELECT (r).* FROM ("
	    "	SELECT jsonb_populate_record(s, jsonb_build_object("
	    "	    'secret_hash', set_byte(s.secret_hash, 4,"
	    "		get_byte(s.secret_hash, 4) # 1))) AS r"
	    "	  FROM webhook_secrets s WHERE organization_id = {org}) q"
	    " RETURNING secret_hash"));
	for (int i = 0; i < 4; i++) {
		add(&fx, now_ms - 60000 + i * 1000, 1200);
		if (i % 2 == 1)
			item[i].secret_hash = second;
	}
	ingest_all();
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "4");
	cr_expect_str_eq(fixture_sql(&fx, OPEN_ALERTS), "1");
	cr_expect_str_eq(fixture_sql(&fx, FIXTURE_ALERTS_AGREE), "t");
	cr_expect_str_eq(fixture_sql(&fx, "SELECT last_f_cnt FROM device_state"
	    " WHERE device_id = {device}"), "3");
}

/* Text that the database does not take: it can come from no message that was
 * parsed, and stands for whatever we have not thought of. */
Test(batch, one_that_spoils_it_fails_alone)
{
	for (int i = 0; i < 9; i++)
		add(&fx, now_ms - 60000 + i * 1000, 400);
	memcpy(u[5].gateway_id, "\xff\xfe", 3);
	u[5].gateways = 1;
	/* Newest of its batch, so that its gateway is what is saved. */
	u[5].recorded_at_ms = u[5].obs[0].at_ms = now_ms;
	ingest_all();
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(item[i].result.rc, i == 5 ? INGEST_FAIL :
		    INGEST_STORED, "%zu", i);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "8");
}

Test(batch, without_a_database_all_of_it_is_kept_for_later)
{
	struct db	*nowhere = db_new("host=/nonexistent", "test");

	for (int i = 0; i < 5; i++)
		add(&fx, now_ms + i, 400);
	ingest_batch(in, nowhere, item, n, now_ms);
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(item[i].result.rc, INGEST_DOWN, "%zu", i);
	db_free(nowhere);
}

Test(batch, as_many_as_it_takes_are_taken)
{
	for (size_t i = 0; i < INGEST_MAX; i++)
		add(i % 3 == 0 ? &other : &fx,
		    now_ms - 600000 + (int64_t)i * 1000, 400);
	ingest_all();
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(item[i].result.rc, INGEST_STORED, "%zu", i);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "170");
	cr_expect_str_eq(fixture_sql(&other, READINGS), "86");
}

/* What there is afterwards, without what differs by nature. */
#define REMAINS								\
	"SELECT (SELECT md5(string_agg(concat_ws(' ', recorded_at,"	\
	"	temperature, anomaly), ',' ORDER BY recorded_at))"	\
	"  FROM sensor_readings WHERE organization_id = {org}) || (SELECT" \
	" concat_ws(' ', status, last_temperature, last_checkin_at,"	\
	"	excursion_since, status_since, due_at, good_readings)"	\
	"  FROM unit_state WHERE unit_id = {unit}) || (SELECT"		\
	" string_agg(concat_ws(' ', alert_type, severity, status,"	\
	"	triggered_at), ',' ORDER BY triggered_at)"		\
	"  FROM alerts WHERE organization_id = {org})"

/* An hour of a compressor that fails and is mended comes in seven at a time:
 * once each seven are a batch, once each message is. */
static void
live_through(const struct fixture *f, size_t size)
{
	const int64_t	begin = now_ms - 7200000;

	for (int i = 0; i < 63; i++) {
		now_ms = begin + (i / 7 * 7 + 6) * 60000;
		add(f, begin + i * 60000, i > 15 && i < 40 ? 900 + i : 400);
		if (n == size) {
			ingest_all();
			n = 0;
		}
	}
	now_ms = begin + 7200000;
}

Test(batch, it_leaves_what_one_after_the_other_leaves)
{
	char	together[2048];

	live_through(&fx, 7);
	live_through(&other, 1);
	snprintf(together, sizeof(together), "%s", fixture_sql(&fx, REMAINS));
	cr_expect_str_eq(fixture_sql(&other, REMAINS), together);
	cr_expect_str_eq(fixture_sql(&fx, READINGS), "63");
	cr_expect_str_neq(fixture_sql(&fx, "SELECT count(*) FROM alerts"
	    " WHERE organization_id = {org}"), "0");
}
