/* A unit's door: its changes as ingest stores them, and what a day comes to. */
#include "domain/door.h"
#include "domain/ingest.h"
#include "domain/replay_run.h"
#include "fixture.h"
#include "base/when.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MINUTE	INT64_C(60000)

static struct fixture	 fx;
static struct db	*app;
static struct arena	 arena;
static struct unit	 u;
static int64_t		 noon_ms;

static void
set_up(void)
{
	fixture_make(&fx);
	app = fixture_db("fg_app");
	cr_assert(when_parse("2026-03-02T12:00:00Z", 20, &noon_ms));
	db_begin(app, &fx.org, &fx.owner);
	cr_assert_eq(unit_find(app, &fx.org, &fx.unit, &arena, &u), DB_OK);
	cr_assert_eq(db_commit(app), DB_OK);
	u.timezone = "UTC";
}

static void
tear_down(void)
{
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
}

TestSuite(door, .init = set_up, .fini = tear_down);

static void
report_at(int minute, enum door_state state, int now_minute)
{
	struct db		*db = fixture_db("fg_ingest");
	struct ingest		*in = ingest_new();
	struct uplink		 up = { .kind = UPLINK_READINGS,
		.eui = UPLINK_EUI_VALID, .obs_count = 1,
		.recorded_at_ms = noon_ms + minute * MINUTE };
	struct ingest_item	 item = { .secret_hash = fx.secret_hash,
		.u = &up,
		.received_at_ms = noon_ms + now_minute * MINUTE };

	memcpy(up.dev_eui, fx.dev_eui, sizeof(fx.dev_eui));
	up.obs[0].at_ms = up.recorded_at_ms;
	up.obs[0].door = state;
	cr_assert_eq(ingest_uplink(in, db, &item, item.received_at_ms),
	    INGEST_SEEN);
	ingest_free(in);
	db_free(db);
}

static void
report(int minute, enum door_state state)
{
	report_at(minute, state, minute);
}

static void
report_late(int minute, enum door_state state)
{
	report_at(minute, state, 60);
}

/* What the job does every few minutes. */
static void
replay(void)
{
	struct replay_run	r = { .db = fixture_db("fg_jobs"),
		.now_ms = noon_ms + 65 * MINUTE };

	cr_assert_eq(replay_run(&r), DB_OK);
	cr_expect_eq(r.failed, 0);
	db_free(r.db);
}

/* "+10:600 -12:120": opened ten minutes past noon after 600 s, ... */
static const char *
changes(void)
{
	static char		 text[256];
	struct page		 page = page_first(20);
	struct door_event	*v;
	size_t			 n, len = 0;

	db_begin(app, &fx.org, &fx.owner);
	cr_assert_eq(door_events(app, &fx.org, &fx.unit, &page, &arena, &v),
	    DB_OK);
	cr_assert_eq(db_commit(app), DB_OK);
	text[0] = '\0';
	for (n = page.n; n-- > 0; )
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%c%d:%d", len > 0 ? " " : "",
		    v[n].state == DOOR_OPEN ? '+' : '-',
		    (int)((v[n].at_ms - noon_ms) / MINUTE), (int)v[n].before_s);
	return text;
}

static struct door_day
today(const struct uuid *organization, int minute)
{
	struct door_day	day;

	db_begin(app, organization, &fx.owner);
	cr_assert_eq(door_today(app, organization, &u,
	    noon_ms + minute * MINUTE, &arena, &day), DB_OK);
	cr_assert_eq(db_commit(app), DB_OK);
	return day;
}

Test(door, a_change_says_how_long_it_was_as_before)
{
	struct page		 page = page_first(2);
	struct door_event	*v;

	report(0, DOOR_CLOSED);
	report(5, DOOR_CLOSED);
	report(10, DOOR_OPEN);
	report(13, DOOR_CLOSED);
	db_begin(app, &fx.org, &fx.owner);
	cr_assert_eq(door_events(app, &fx.org, &fx.unit, &page, &arena, &v),
	    DB_OK);
	cr_assert_eq(page.n, 2);
	cr_expect(page.more);
	cr_expect_eq(v[0].state, DOOR_CLOSED);
	cr_expect_eq(v[0].before_s, 180);
	cr_expect_eq(v[1].state, DOOR_OPEN);
	cr_expect_eq(v[1].before_s, 600);
	cr_expect(uuid_eq(&v[1].device, &fx.device));
	page.after = page.next;
	cr_assert_eq(door_events(app, &fx.org, &fx.unit, &page, &arena, &v),
	    DB_OK);
	cr_assert_eq(page.n, 1);
	cr_expect_not(page.more);
	cr_expect_eq(v[0].before_s, -1);
	cr_assert_eq(db_commit(app), DB_OK);
}

Test(door, what_comes_late_finds_its_place_among_the_changes)
{
	report(0, DOOR_CLOSED);
	report(30, DOOR_OPEN);
	report(40, DOOR_CLOSED);
	report_late(12, DOOR_CLOSED);
	report_late(10, DOOR_OPEN);
	replay();
	cr_expect_str_eq(changes(), "-0:-1 +10:600 -12:120 +30:1080 -40:600");
}

Test(door, a_change_that_had_happened_before_is_none)
{
	report(0, DOOR_CLOSED);
	report(30, DOOR_OPEN);
	report(40, DOOR_CLOSED);
	report_late(35, DOOR_CLOSED);
	report_late(20, DOOR_CLOSED);
	replay();
	cr_expect_str_eq(changes(), "-0:-1 +30:1800 -35:300");
}

Test(door, a_door_is_shut_again_when_that_is_what_is_known_now)
{
	report(0, DOOR_CLOSED);
	report_late(30, DOOR_OPEN);
	replay();
	cr_expect_str_eq(changes(), "-0:-1 +30:1800");
	report(62, DOOR_CLOSED);
	report_late(31, DOOR_OPEN);
	replay();
	cr_expect_str_eq(changes(), "-0:-1 +30:1800 -62:1920");
}

Test(door, what_comes_late_twice_is_one_change)
{
	report(0, DOOR_CLOSED);
	report(50, DOOR_CLOSED);
	for (int i = 0; i < 2; i++) {
		report_late(10, DOOR_OPEN);
		report_late(12, DOOR_CLOSED);
		report_late(14, DOOR_CLOSED);
		replay();
		cr_expect_str_eq(changes(), "-0:-1 +10:600 -12:120");
	}
}

Test(door, a_day_begins_at_the_places_midnight)
{
	struct door_day	day;

	report(-13 * 60, DOOR_OPEN);		/* 23:00 the day before */
	report(-11 * 60, DOOR_CLOSED);
	report(10, DOOR_OPEN);
	report(13, DOOR_CLOSED);
	report(20, DOOR_OPEN);
	day = today(&fx.org, 25);
	cr_expect_eq(day.openings, 2);
	cr_expect_eq(day.open_ms, (60 + 3 + 5) * MINUTE);
	cr_expect_eq(day.start_ms, noon_ms - 12 * 60 * MINUTE);
	cr_expect_eq(day.mask_ms, 0);
	cr_expect_eq(day.mask_min, 60);
}

Test(door, what_it_has_excused_is_of_today)
{
	fixture_sql(&fx, "UPDATE unit_state SET door_mask_ms = 420000,"
	    " door_mask_day = '2026-03-02T00:00Z' WHERE unit_id = {unit}");
	cr_expect_eq(today(&fx.org, 0).mask_ms, 7 * MINUTE);
	cr_expect_eq(today(&fx.org, 24 * 60).mask_ms, 0);
}

Test(door, another_organizations_door_does_not_exist)
{
	struct page		 page = page_first(2);
	struct fixture		 other;
	struct door_event	*v;
	struct door_day		 day;

	report(0, DOOR_OPEN);
	fixture_make(&other);
	db_begin(app, &other.org, &other.owner);
	cr_expect_eq(door_events(app, &fx.org, &fx.unit, &page, &arena, &v),
	    DB_OK);
	cr_expect_eq(page.n, 0);
	cr_expect_eq(door_today(app, &fx.org, &u, noon_ms, &arena, &day),
	    DB_NONE);
	db_rollback(app);
	fixture_free(&other);
}
