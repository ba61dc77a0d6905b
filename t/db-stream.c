/* The streamer as browsers, writers and other streamers meet it. */
#include "fixture.h"
#include "domain/token.h"
#include "streamer.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOREIGN	"ffffffff-0000-7000-8000-000000000001"

static struct fixture	fx;
static struct streamer	st;
static char		token[TOKEN_TEXT];

/* A session of the fixture's owner. */
static void
sign_in(char cookie[TOKEN_TEXT], const char *lasts)
{
	char	hash[TOKEN_HASH], sql[512];

	token_make(cookie);
	token_hash(TOKEN_SESSION, cookie, strlen(cookie), hash);
	snprintf(sql, sizeof(sql), "INSERT INTO sessions (token_hash,"
	    " organization_id, profile_id, expires_at)"
	    " VALUES ('%s', {org}, {owner}, now() + '%s')", hash, lasts);
	fixture_sql(&fx, sql);
}

static void
set_up(void)
{
	fixture_make(&fx);
	sign_in(token, "1 hour");
}

/* Every test begins with it. */
static void
start(const char *keys)
{
	streamer_start(&st, keys);
}

static void
tear_down(void)
{
	streamer_stop(&st);
	fixture_free(&fx);
}

/* All streamers of one database are each other's peers: one test at a time. */
static __attribute__((constructor)) void
one_at_a_time(void)
{
	setenv("CRITERION_JOBS", "1", 1);
}

TestSuite(stream, .init = set_up, .fini = tear_down);

/* A reader that has been let in. */
static void
join(struct reader *r, const char *query, const char *last_id)
{
	reader_open(r, &st, &(struct reader_ask){ .query = query,
	    .cookie = token, .last_id = last_id });
	cr_assert(reader_sees(r, ": welcome\n\n"), "%s", buf_str(&r->got));
	if (last_id == NULL)
		cr_assert(reader_sees(r, "\nid: "));
}

/* A room of the fixture's, for a query; static. */
static const char *
room(const char *kind, const struct uuid *id)
{
	static char	text[128];
	char		org[UUID_TEXT], in[UUID_TEXT];

	uuid_format(&fx.org, org);
	if (strcmp(kind, "user") == 0)
		snprintf(text, sizeof(text), "room=user:%s",
		    uuid_format(id, in));
	else
		snprintf(text, sizeof(text), "room=org:%s:%s:%s", org, kind,
		    uuid_format(id, in));
	return text;
}

static void
tell_of(struct streamer *to, const struct uuid *org, const struct uuid *unit,
    const struct uuid *user, const char *data)
{
	static const struct uuid	nil;
	struct live_event	ev = { LIVE_UNIT_STATE, *org, fx.site,
				    unit != NULL ? *unit : nil,
				    user != NULL ? *user : nil, data,
				    strlen(data) };

	live_send(to->writer, &ev, 1);
}

static void
tell(const char *data)
{
	tell_of(&st, &fx.org, &fx.unit, NULL, data);
}

Test(stream, refuses_what_it_cannot_serve)
{
	static char	many[1024];
	const struct {
		const char		*name;
		struct reader_ask	 ask;
		const char		*want;
	} c[] = {
		{ "another path", { .path = "/streams", .cookie = token },
		    "404 Not Found" },
		{ "another method", { .method = "POST", .cookie = token },
		    "405 Method Not Allowed" },
		{ "no session", { .query = "" }, "401 Unauthorized" },
		{ "no session, bad room", { .query = "room=x" },
		    "401 Unauthorized" },
		{ "empty session", { .cookie = "" }, "401 Unauthorized" },
		{ "invented session", { .cookie = "0123456789abcdef" },
		    "401 Unauthorized" },
		{ "no room", { .query = "room=kitchen", .cookie = token },
		    "400 Bad Request" },
		{ "unknown parameter", { .query = "rooms=x", .cookie = token },
		    "400 Bad Request" },
		{ "no unit", { .query = "unit=1", .cookie = token },
		    "400 Bad Request" },
		{ "foreign organization", { .query = "room=org:" FOREIGN,
		    .cookie = token }, "403 Forbidden" },
		{ "foreign unit", { .query = "room=org:" FOREIGN ":unit:"
		    FOREIGN, .cookie = token }, "403 Forbidden" },
		{ "another user", { .query = "room=user:" FOREIGN,
		    .cookie = token }, "403 Forbidden" },
		{ "one of two foreign", { .query = "unit=" FOREIGN
		    "&room=org:" FOREIGN, .cookie = token }, "403 Forbidden" },
		{ "too many rooms", { .query = many, .cookie = token },
		    "400 Bad Request" },
	};

	start("");
	for (int i = 0; i < 17; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many),
		    "&unit=" FOREIGN);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct reader	r;

		reader_open(&r, &st, &c[i].ask);
		cr_expect(reader_sees(&r, c[i].want), "%s: %s", c[i].name,
		    buf_str(&r.got));
		cr_expect(reader_sees(&r, "{\"ok\":false,\"error\":{"),
		    "%s: %s", c[i].name, buf_str(&r.got));
		cr_expect(reader_ends(&r));
		reader_close(&r);
	}
}

Test(stream, opens_with_all_that_proxies_and_browsers_need)
{
	struct reader	r;

	start("");
	join(&r, NULL, NULL);
	cr_expect(reader_has(&r, "Status: 200 OK\r\n"));
	cr_expect(reader_has(&r, "Content-Type: text/event-stream\r\n"));
	cr_expect(reader_has(&r, "X-Accel-Buffering: no\r\n"));
	cr_expect(reader_has(&r, "Cache-Control: no-store\r\n"));
	cr_expect(reader_has(&r, "\r\n\r\nretry: "));
	reader_close(&r);
	reader_open(&r, &st, &(struct reader_ask){ .method = "HEAD",
	    .cookie = token });
	cr_expect(reader_ends(&r));
	cr_expect(reader_has(&r, "Status: 200 OK\r\n"));
	cr_expect_not(reader_has(&r, "retry"), "a head has no body");
	reader_close(&r);
}

Test(stream, brings_an_event_with_id_name_and_data)
{
	struct reader	r;

	start("");
	join(&r, NULL, NULL);
	tell("{\"status\":\"ok\"}");
	cr_expect(reader_sees(&r,
	    "\nevent: unit:state\ndata: {\"status\":\"ok\"}\n\n"));
	cr_expect(reader_has(&r, "-1\nevent"));
	reader_close(&r);
}

Test(stream, never_brings_what_is_somebody_elses)
{
	struct uuid	foreign;
	struct reader	r;

	start("");
	uuid_parse(FOREIGN, 36, &foreign);
	join(&r, NULL, NULL);
	tell_of(&st, &foreign, &fx.unit, NULL, "{\"foreign\":1}");
	tell_of(&st, &fx.org, NULL, &foreign, "{\"colleague\":1}");
	tell_of(&st, &fx.org, NULL, &fx.owner, "{\"mine\":1}");
	cr_expect(reader_sees(&r, "mine"));
	cr_expect_not(reader_has(&r, "foreign"));
	cr_expect_not(reader_has(&r, "colleague"));
	reader_close(&r);
}

Test(stream, brings_to_each_room_its_own_and_nothing_twice)
{
	struct reader	unit, other, both, user;
	char		query[256];

	start("");
	join(&unit, room("unit", &fx.unit), NULL);
	join(&other, room("unit", &fx.device), NULL);
	join(&user, room("user", &fx.owner), NULL);
	snprintf(query, sizeof(query), "%s", room("site", &fx.site));
	snprintf(query + strlen(query), sizeof(query) - strlen(query), "&%s",
	    room("unit", &fx.unit));
	join(&both, query, NULL);
	tell("{\"n\":1}");
	tell_of(&st, &fx.org, &fx.device, NULL, "{\"n\":2}");
	tell_of(&st, &fx.org, NULL, &fx.owner, "{\"n\":3}");
	cr_expect(reader_sees(&unit, "\"n\":1"));
	cr_expect(reader_sees(&other, "\"n\":2"));
	cr_expect(reader_sees(&both, "\"n\":2"));
	cr_expect(reader_sees(&user, "\"n\":3"));
	cr_expect_not(reader_has(&other, "\"n\":1"));
	cr_expect_not(reader_has(&user, "\"n\":1"));
	cr_expect_null(strstr(strstr(buf_str(&both.got), "\"n\":1") + 1,
	    "\"n\":1"));
	reader_close(&unit);
	reader_close(&other);
	reader_close(&both);
	reader_close(&user);
}

Test(stream, takes_a_unit_without_its_organization)
{
	struct reader	r;
	char		query[64], text[UUID_TEXT];

	start("");
	snprintf(query, sizeof(query), "unit=%s",
	    uuid_format(&fx.unit, text));
	join(&r, query, NULL);
	tell_of(&st, &fx.org, &fx.device, NULL, "{\"n\":1}");
	tell("{\"n\":2}");
	cr_expect(reader_sees(&r, "\"n\":2"));
	cr_expect_not(reader_has(&r, "\"n\":1"));
	reader_close(&r);
}

Test(stream, replays_what_a_reader_missed)
{
	struct reader	r;
	char		id[64];

	start("");
	join(&r, NULL, NULL);
	tell("{\"n\":1}");
	cr_assert(reader_sees(&r, "\"n\":1"));
	snprintf(id, sizeof(id), "%s", reader_last_id(&r));
	reader_close(&r);
	tell("{\"n\":2}");
	tell("{\"n\":3}");
	join(&r, NULL, id);
	tell("{\"n\":4}");
	cr_expect(reader_sees(&r, "\"n\":4"));
	cr_expect_not(reader_has(&r, "\"n\":1"));
	cr_expect(reader_has(&r, "\"n\":2"));
	cr_expect(reader_has(&r, "\"n\":3"));
	cr_expect_not(reader_has(&r, "event: reset"));
	reader_close(&r);
}

Test(stream, tells_to_reload_what_it_cannot_replay)
{
	static const char *const ids[] = {
		"0123456789abcdef-1", "nonsense", "17",
	};
	struct reader	r;
	char		id[64], query[96];

	start("stream_ring = 2");
	join(&r, NULL, NULL);
	snprintf(id, sizeof(id), "%s", reader_last_id(&r));
	for (int i = 0; i < 3; i++)
		tell("{\"n\":1}");
	cr_assert(reader_sees(&r, "-3\nevent"));
	reader_close(&r);
	join(&r, NULL, id);
	cr_expect(reader_sees(&r, "-3\nevent: reset\ndata: {}\n\n"),
	    "three were missed, two are kept");
	reader_close(&r);
	for (size_t i = 0; i < 3; i++) {
		join(&r, NULL, ids[i]);
		cr_expect(reader_sees(&r, "event: reset\n"), "%s", ids[i]);
		reader_close(&r);
	}
	snprintf(query, sizeof(query), "lastEventId=%s", ids[0]);
	reader_open(&r, &st, &(struct reader_ask){ .query = query,
	    .cookie = token, .last_id = "" });
	cr_expect(reader_sees(&r, "event: reset\n"), "asked for by query");
	reader_close(&r);
}

Test(stream, tells_to_reload_after_it_was_killed)
{
	struct reader	r;
	char		id[64];

	start("");
	join(&r, NULL, NULL);
	tell("{\"n\":1}");
	cr_assert(reader_sees(&r, "\"n\":1"));
	snprintf(id, sizeof(id), "%s", reader_last_id(&r));
	streamer_kill(&st);
	cr_expect(reader_ends(&r));
	reader_close(&r);
	streamer_again(&st);
	join(&r, NULL, id);
	cr_expect(reader_sees(&r, "event: reset\n"));
	tell("{\"n\":2}");
	cr_expect(reader_sees(&r, "\"n\":2"), "the writer finds the new one");
	reader_close(&r);
}

Test(stream, ends_when_the_session_is_revoked)
{
	struct reader	r, other;
	char		second[TOKEN_TEXT];

	start("stream_recheck = 100ms");
	join(&r, NULL, NULL);
	sign_in(second, "1 hour");
	fixture_sql(&fx, "DELETE FROM sessions WHERE organization_id = {org}"
	    " AND created_at < (SELECT max(created_at) FROM sessions"
	    " WHERE organization_id = {org})");
	cr_expect(reader_ends(&r));
	cr_expect_not(reader_has(&r, "event: reset"));
	reader_open(&other, &st, &(struct reader_ask){ .cookie = token });
	cr_expect(reader_sees(&other, "401 Unauthorized"));
	reader_close(&r);
	reader_close(&other);
}

Test(stream, ends_when_the_session_expires)
{
	struct reader	r;

	start("");
	sign_in(token, "1 second");
	join(&r, NULL, NULL);
	cr_expect(reader_ends(&r));
	reader_close(&r);
}

Test(stream, ends_when_the_person_loses_the_role)
{
	struct reader	r;

	start("stream_recheck = 100ms");
	join(&r, NULL, NULL);
	fixture_sql(&fx, "DELETE FROM user_roles WHERE organization_id ="
	    " {org}");
	cr_expect(reader_ends(&r));
	reader_close(&r);
}

Test(stream, lets_in_no_more_than_the_limits)
{
	struct reader	r[3], more;
	char		second[TOKEN_TEXT];

	start("stream_clients = 3\nstream_clients_per_session = 2");
	sign_in(second, "1 hour");
	join(&r[0], NULL, NULL);
	join(&r[1], NULL, NULL);
	reader_open(&more, &st, &(struct reader_ask){ .cookie = token });
	cr_expect(reader_sees(&more, "429 Too Many Requests"));
	reader_close(&more);
	reader_open(&r[2], &st, &(struct reader_ask){ .cookie = second });
	cr_expect(reader_sees(&r[2], ": welcome"));
	reader_open(&more, &st, &(struct reader_ask){ .cookie = second });
	cr_expect(reader_sees(&more, "503 Service Unavailable"));
	reader_close(&more);
	for (int i = 0; i < 3; i++)
		reader_close(&r[i]);
}

Test(stream, closes_a_reader_that_does_not_read)
{
	static char	data[4000];
	struct reader	lazy, quick;
	char		last[32];

	start("stream_queue = 4096\nstream_ring = 4");
	join(&lazy, NULL, NULL);
	join(&quick, NULL, NULL);
	memset(data, 'x', sizeof(data) - 1);
	for (int i = 1; i <= 200; i++) {
		snprintf(last, sizeof(last), "-%d\nevent", i);
		tell(data);
		cr_assert(reader_sees(&quick, last));
	}
	cr_expect(reader_ends(&lazy));
	cr_expect_not(reader_has(&lazy, "-200\nevent"));
	reader_close(&lazy);
	reader_close(&quick);
}

Test(stream, pings_and_moves_the_position_on)
{
	struct reader	r;

	start("stream_ping = 1s");
	join(&r, room("unit", &fx.device), NULL);
	tell("{\"n\":1}");
	cr_expect(reader_sees(&r, ": ping\n\nid: "));
	cr_expect(reader_sees(&r, "-1\n\n"));
	cr_expect_not(reader_has(&r, "\"n\":1"));
	reader_close(&r);
}

Test(stream, survives_what_is_no_event)
{
	struct reader	r;
	struct buf	b = BUF_INIT(LIVE_DATAGRAM);

	start("");
	join(&r, NULL, NULL);
	reader_close(&r);
	reader_open(&r, &st, &(struct reader_ask){ .cookie = token });
	reader_close(&r);		/* gone before it is answered */
	tell("line\nfeed");		/* refused at the other end */
	tell("{\"n\":1}");
	join(&r, NULL, NULL);
	tell("{\"n\":2}");
	cr_expect(reader_sees(&r, "\"n\":2"));
	cr_expect_not(reader_has(&r, "feed"));
	reader_close(&r);
	buf_release(&b);
}

Test(stream, tells_other_streamers_and_hears_them)
{
	struct streamer	here, there;
	struct reader	a, b;

	start("");
	here = st;
	join(&a, NULL, NULL);
	streamer_start(&there, "");
	st = there;
	join(&b, NULL, NULL);
	/* Once the two know each other nothing is missed, and until then they
	 * are told to reload. */
	tell_of(&there, &fx.org, &fx.unit, NULL, "{\"n\":1}");
	cr_expect(reader_sees(&b, "\"n\":1"));
	while (!reader_has(&a, "\"n\":1") && !reader_has(&a, "reset"))
		cr_assert(reader_sees(&a, "event: "), "a");
	tell_of(&here, &fx.org, &fx.unit, NULL, "{\"n\":2}");
	cr_expect(reader_sees(&a, "\"n\":2"));
	cr_expect(reader_sees(&b, "\"n\":2"));
	tell_of(&there, &fx.org, &fx.unit, NULL, "{\"n\":3}");
	tell_of(&there, &fx.org, &fx.unit, NULL, "{\"n\":4}");
	cr_expect(reader_sees(&a, "\"n\":4"));
	cr_expect(reader_has(&a, "\"n\":3"));
	cr_assert(reader_sees(&b, "\"n\":4"), "%s", buf_str(&b.got));
	cr_expect_null(strstr(strstr(buf_str(&b.got), "\"n\":4") + 1,
	    "\"n\":4"), "its own are not repeated");
	reader_close(&a);
	reader_close(&b);
	streamer_stop(&there);
	st = here;
}

Test(stream, goes_on_without_its_connection_and_makes_a_new_one)
{
	struct reader	r, again;
	const char	*cut = "SELECT count(pg_terminate_backend(pid))"
			    " FROM pg_stat_activity WHERE usename = 'fg_stream'"
			    " AND pid <> pg_backend_pid()";

	start("");
	join(&r, NULL, NULL);
	fixture_sql(&fx, cut);
	tell("{\"n\":1}");
	cr_expect(reader_sees(&r, "\"n\":1"));
	join(&again, NULL, NULL);	/* its session is known to be good */
	tell("{\"n\":2}");
	cr_expect(reader_sees(&r, "\"n\":2"));
	cr_expect(reader_sees(&again, "\"n\":2"));
	reader_close(&r);
	reader_close(&again);
}
