/* Lists of alerts, one alert, and its story. */
#include "base/buf.h"
#include "base/json.h"
#include "domain/alert.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static struct fixture		fx, other;
static struct db		*app;
static struct arena		arena;
static struct alert_filter	all;

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	app = fixture_db("fg_app");
	db_begin(app, &fx.org, &fx.owner);
	all = (struct alert_filter){ .organization = fx.org };
}

static void
tear_down(void)
{
	db_rollback(app);
	db_free(app);
	arena_release(&arena);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(alert, .init = set_up, .fini = tear_down);

/* An alert of a type nobody else has, so many minutes ago. */
static void
add(struct fixture *f, const char *title, const char *type,
    const char *severity, const char *status, int minutes)
{
	struct buf	sql = BUF_INIT(2048);

	buf_printf(&sql, "INSERT INTO alerts (organization_id, unit_id,"
	    " site_id, area_id, alert_type, severity, status, title,"
	    " triggered_at, resolved_at, resolution_type, acknowledged_at,"
	    " acknowledged_by) SELECT {org}, {unit}, {site}, {area}, '%s',"
	    " '%s', s, '%s', now() - %d * interval '1 min',"
	    " CASE WHEN s = 'resolved' THEN now() END,"
	    " CASE WHEN s = 'resolved' THEN 'auto' END::resolution_type,"
	    " CASE WHEN s = 'acknowledged' THEN now() END,"
	    " CASE WHEN s = 'acknowledged' THEN {owner}::uuid END"
	    " FROM (SELECT '%s'::alert_status) x(s)", type, severity, title,
	    minutes, status);
	fixture_sql(f, buf_str(&sql));
	buf_release(&sql);
}

static void
add_four(struct fixture *f)
{
	add(f, "old", "temp_excursion", "warning", "resolved", 500);
	add(f, "battery", "low_battery", "info", "active", 400);
	add(f, "alarm", "alarm_active", "critical", "acknowledged", 30);
	add(f, "door", "door_open", "critical", "active", 20);
}

static const char *
titles(const struct alert *v, size_t n)
{
	static struct buf	text = BUF_INIT(1024);

	buf_clear(&text);
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%s ", v[i].title);
	return buf_str(&text);
}

static const char *
list(const struct alert_filter *f)
{
	struct page	 page = page_first(100);
	struct alert	*v;

	cr_assert_eq(alert_list(app, f, &page, &arena, &v), DB_OK);
	return titles(v, page.n);
}

Test(alert, lists_are_newest_first_and_can_be_filtered)
{
	static const struct {
		const char	*status, *severity, *want;
	} c[] = {
		{ NULL, NULL, "door alarm battery old " },
		{ "open", NULL, "door alarm battery " },
		{ "active", NULL, "door battery " },
		{ "acknowledged", NULL, "alarm " },
		{ "resolved", NULL, "old " },
		{ "escalated", NULL, "" },
		{ NULL, "critical", "door alarm " },
		{ "open", "info", "battery " },
		{ "resolved", "critical", "" },
	};

	add_four(&fx);
	for (size_t i = 0; i < COUNT(c); i++) {
		struct alert_filter	f = all;

		f.status = c[i].status;
		f.severity = c[i].severity;
		cr_expect_str_eq(list(&f), c[i].want, "%s %s", c[i].status,
		    c[i].severity);
	}
	all.unit = other.unit;
	cr_expect_str_eq(list(&all), "");
	all.unit = fx.unit;
	all.site = other.site;
	cr_expect_str_eq(list(&all), "");
	all.site = fx.site;
	cr_expect_str_eq(list(&all), "door alarm battery old ");
}

Test(alert, pages_go_on_exactly_behind_the_last_one)
{
	struct page	 page = page_first(3);
	struct alert	*v;
	size_t		 total = 0;

	add_four(&fx);
	fixture_sql(&fx, "UPDATE alerts SET triggered_at = now()"
	    " WHERE organization_id = {org}");
	do {
		cr_assert_eq(alert_list(app, &all, &page, &arena, &v), DB_OK);
		total += page.n;
		page.after = page.next;
	} while (page.more);
	cr_expect_eq(page.n, 1);
	cr_expect_eq(total, 4);
}

Test(alert, a_page_that_holds_just_all_is_the_last)
{
	struct page	 page = page_first(4);
	struct alert	*v;

	add_four(&fx);
	cr_assert_eq(alert_list(app, &all, &page, &arena, &v), DB_OK);
	cr_expect_eq(page.n, 4);
	cr_expect_not(page.more);
}

Test(alert, the_worst_open_one_that_nobody_took_is_on_top)
{
	struct alert	*v;
	size_t		 n;
	int64_t		 total;

	add_four(&fx);
	cr_assert_eq(alert_worst(app, &all, 2, &arena, &v, &n, &total), DB_OK);
	cr_expect_str_eq(titles(v, n), "door alarm ");
	cr_expect_eq(total, 3);
	all.unit = other.unit;
	cr_assert_eq(alert_worst(app, &all, 2, &arena, &v, &n, &total), DB_OK);
	cr_expect_eq(n, 0);
	cr_expect_eq(total, 0);
}

static struct uuid
id_of(struct fixture *f)
{
	struct uuid	id;
	const char	*s = fixture_sql(f, "SELECT id FROM alerts"
			    " WHERE organization_id = {org} LIMIT 1");

	cr_assert(uuid_parse(s, strlen(s), &id));
	return id;
}

Test(alert, another_organizations_alerts_are_not_there)
{
	struct alert_filter	f = { .organization = other.org };
	struct uuid		id;
	struct alert		a;

	add_four(&other);
	id = id_of(&other);
	cr_expect_str_eq(list(&all), "");
	cr_expect_str_eq(list(&f), "");
	cr_expect_eq(alert_find(app, &fx.org, &id, &arena, &a), DB_NONE);
	cr_expect_eq(alert_find(app, &other.org, &id, &arena, &a), DB_NONE);
}

Test(alert, one_says_what_where_and_who_took_it)
{
	struct json_object	*o;
	struct uuid		 id;
	struct alert		 a;

	add(&fx, "<b>hot</b>", "alarm_active", "critical", "acknowledged", 30);
	fixture_sql(&fx, "UPDATE alerts SET trigger_temperature = 12.34,"
	    " temp_limit = 5, threshold_violated = 'max'"
	    " WHERE organization_id = {org}");
	id = id_of(&fx);
	cr_assert_eq(alert_find(app, &fx.org, &id, &arena, &a), DB_OK);
	o = alert_to_json(&a, a.triggered_at_ms + 90000);
	cr_expect_str_eq(json_str(o, "title", NULL), "<b>hot</b>");
	cr_expect_str_eq(json_str(o, "unitName", NULL), "Fridge");
	cr_expect_str_eq(json_str(o, "place", NULL), "Kitchen \u00b7 Back room");
	cr_expect_str_eq(json_str(o, "temperatureText", NULL), "12.34 °C");
	cr_expect_str_eq(json_str(o, "limitText", NULL), "at most 5.00 °C");
	cr_expect_str_eq(json_str(o, "acknowledgedBy", NULL), "Olive Owner");
	cr_expect_str_eq(json_str(o, "ageText", NULL), "1 min");
	cr_expect_null(json_str(o, "resolvedAt", NULL));
	json_object_put(o);
}

Test(alert, an_alert_without_a_title_is_called_by_its_type)
{
	struct uuid	id;
	struct alert	a;

	add(&fx, "x", "door_open", "warning", "active", 1);
	fixture_sql(&fx, "UPDATE alerts SET title = NULL"
	    " WHERE organization_id = {org}");
	id = id_of(&fx);
	cr_assert_eq(alert_find(app, &fx.org, &id, &arena, &a), DB_OK);
	cr_expect_str_eq(a.title, "Door left open");
}

Test(alert, its_story_is_told_in_order_with_names)
{
	struct json_object	*story, *deeds, *o;
	struct uuid		 id;
	struct alert		 a;

	add(&fx, "hot", "alarm_active", "critical", "active", 30);
	fixture_sql(&fx, "INSERT INTO alert_events (organization_id, alert_id,"
	    " event_type, actor_type, actor_id, note, at) SELECT"
	    " organization_id, id, e, t, p::uuid, n, now() - m * interval"
	    " '1 min' FROM alerts, (VALUES ('acknowledged', 'user', {owner},"
	    " 'on my way', 5), ('created', 'system', NULL, NULL, 30))"
	    " v(e, t, p, n, m) WHERE organization_id = {org}");
	fixture_sql(&fx, "INSERT INTO corrective_actions (organization_id,"
	    " alert_id, unit_id, profile_id, description, root_cause) SELECT"
	    " organization_id, id, unit_id, {owner}, 'moved it', 'door seal'"
	    " FROM alerts WHERE organization_id = {org}");
	id = id_of(&fx);
	cr_assert_eq(alert_find(app, &fx.org, &id, &arena, &a), DB_OK);
	cr_assert_eq(alert_timeline(app, &fx.org, &a, &story), DB_OK);
	cr_assert_eq(json_object_array_length(story), 2);
	o = json_object_array_get_idx(story, 0);
	cr_expect_str_eq(json_str(o, "label", NULL), "Triggered");
	cr_expect_null(json_str(o, "actor", NULL));
	o = json_object_array_get_idx(story, 1);
	cr_expect_str_eq(json_str(o, "label", NULL), "Acknowledged");
	cr_expect_str_eq(json_str(o, "actor", NULL), "Olive Owner");
	cr_expect_str_eq(json_str(o, "note", NULL), "on my way");
	cr_assert_eq(alert_actions(app, &fx.org, &a, &deeds), DB_OK);
	o = json_object_array_get_idx(deeds, 0);
	cr_expect_str_eq(json_str(o, "description", NULL), "moved it");
	cr_expect_str_eq(json_str(o, "rootCause", NULL), "door seal");
	json_object_put(story);
	json_object_put(deeds);
}
