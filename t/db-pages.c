/* The programs units and alerts as a browser and an API client meet them. */
#include "base/buf.h"
#include "domain/token.h"
#include "fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define WALL_MAX	30000		/* bytes, compressed, of 500 units */
#define ANSWER_MAX	(2 * 1024 * 1024)

static struct fixture	fx, other;
static char		conf[64], key[64];
static char		token[TOKEN_TEXT], csrf_hash[TOKEN_HASH];
static const char	*const csrf = csrf_hash + 2;		/* its digits */
static char		alert[UUID_TEXT], foreign_alert[UUID_TEXT];

static void
write_file(char *path, const char *text)
{
	int	fd = mkstemp(path);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void
configure(void)
{
	struct buf	text = BUF_INIT(4096);
	char		cookie[TOKEN_TEXT + 16];
	char		*src = realpath(getenv("srcdir"), NULL);

	snprintf(key, sizeof(key), "/tmp/fg-pages-key-XXXXXX");
	write_file(key, "0123456789abcdef0123456789abcdef");
	snprintf(conf, sizeof(conf), "/tmp/fg-pages-conf-XXXXXX");
	buf_printf(&text, "database = host=%s dbname=%s\nkey_file = %s\n"
	    "templates_dir = %s/templates\nmetrics_file =\n",
	    getenv("PGHOST"), getenv("PGDATABASE"), key, src);
	write_file(conf, buf_str(&text));
	free(src);
	buf_release(&text);
	setenv("FROSTGUARD_CONF", conf, 1);
	snprintf(cookie, sizeof(cookie), "fg_session=%s", token);
	setenv("HTTP_COOKIE", cookie, 1);
	setenv("REMOTE_ADDR", "127.0.0.1", 1);
}

static void
sign_in(const char *role)
{
	struct buf	sql = BUF_INIT(4096);
	char		hash[TOKEN_HASH];

	token_hash(TOKEN_SESSION, token, strlen(token), hash);
	token_hash(TOKEN_CSRF, token, strlen(token), csrf_hash);
	buf_printf(&sql, "INSERT INTO sessions (token_hash, organization_id,"
	    " profile_id, expires_at) VALUES ('%s', {org}, {owner},"
	    " now() + interval '1 hour') ON CONFLICT DO NOTHING", hash);
	fixture_sql(&fx, buf_str(&sql));
	buf_clear(&sql);
	buf_printf(&sql, "UPDATE user_roles SET role = '%s'"
	    " WHERE organization_id = {org}", role);
	fixture_sql(&fx, buf_str(&sql));
	buf_release(&sql);
}

/* A low battery that is not low any more: nobody's condition holds. */
/* As the engine opens one: in the table and in what it knows. */
static void
add_alert(struct fixture *f, char id[UUID_TEXT])
{
	snprintf(id, UUID_TEXT, "%s", fixture_sql(f, "INSERT INTO alerts"
	    " (organization_id, unit_id, site_id, area_id, device_id,"
	    " alert_type, severity, title) VALUES ({org}, {unit}, {site},"
	    " {area}, {device}, 'low_battery', 'warning',"
	    " '<script>alert(1)</script>') RETURNING id"));
	fixture_sql(f, "UPDATE unit_state SET open_alerts = (SELECT"
	    " json_agg(json_build_array(id, alert_type, severity, device_id,"
	    " false, 1)) FROM alerts WHERE unit_id = {unit})"
	    " WHERE unit_id = {unit}");
}

static void
set_up(void)
{
	fixture_make(&fx);
	fixture_make(&other);
	token_make(token);
	configure();
	sign_in("manager");
	add_alert(&fx, alert);
	add_alert(&other, foreign_alert);
}

static void
tear_down(void)
{
	unlink(conf);
	unlink(key);
	fixture_free(&fx);
	fixture_free(&other);
}

TestSuite(pages, .init = set_up, .fini = tear_down);

/* {unit}, {alert}, {other-unit}, {other-alert} in a path. */
static void
expand(const char *path, struct buf *out)
{
	char		unit[UUID_TEXT], other_unit[UUID_TEXT];
	const struct { const char *name, *text; } names[] = {
		{ "{unit}", uuid_format(&fx.unit, unit) },
		{ "{other-unit}", uuid_format(&other.unit, other_unit) },
		{ "{alert}", alert }, { "{other-alert}", foreign_alert },
	};

	while (*path != '\0') {
		size_t	i = 0;

		while (i < COUNT(names) && strncmp(path, names[i].name,
		    strlen(names[i].name)) != 0)
			i++;
		if (i == COUNT(names)) {
			buf_putc(out, *path++);
			continue;
		}
		buf_puts(out, names[i].text);
		path += strlen(names[i].name);
	}
}

/* What a program answers, head and body; static until the next call. */
static const char *
ask(const char *method, const char *url, const char *type, const char *body)
{
	static char	 answer[ANSWER_MAX];
	struct buf	 path = BUF_INIT(4096), command = BUF_INIT(4096);
	char		*query;
	FILE		*f;
	size_t		 len;

	expand(url, &path);
	query = strchr(path.data, '?');
	if (query != NULL)
		*query++ = '\0';
	setenv("REQUEST_METHOD", method, 1);
	setenv("PATH_INFO", path.data, 1);
	setenv("QUERY_STRING", query != NULL ? query : "", 1);
	setenv("CONTENT_TYPE", type, 1);
	buf_printf(&command, "%zu", strlen(body));
	setenv("CONTENT_LENGTH", buf_str(&command), 1);
	setenv("BODY", body, 1);
	buf_clear(&command);
	buf_printf(&command, "printf %%s \"$BODY\" | ./cgi-bin/%s 2>&1",
	    strstr(url, "/alerts") == NULL || strstr(url, "/units/") != NULL ?
	    "units" : "alerts");
	f = popen(buf_str(&command), "r");
	cr_assert_not_null(f);
	len = fread(answer, 1, sizeof(answer) - 1, f);
	answer[len] = '\0';
	pclose(f);
	buf_release(&path);
	buf_release(&command);
	return answer;
}

static const char *
get(const char *url)
{
	return ask("GET", url, "", "");
}

static int
status_of(const char *answer)
{
	int	status = 0;

	return sscanf(answer, "Status: %d", &status) == 1 ? status : -1;
}

Test(pages, every_address_answers_as_a_page_and_as_json)
{
	static const struct {
		const char	*url, *want;
	} c[] = {
		{ "/", "<a href=\"/units/" },
		{ "/?status=offline&site=&q=", "aria-current=\"true\"" },
		{ "/?q=nothing", "No unit matches this filter" },
		{ "/units/{unit}", "<svg class=\"chart\"" },
		{ "/units/{unit}?period=7d", "<svg class=\"chart\"" },
		{ "/units/{unit}?period=30d", "<svg class=\"chart\"" },
		{ "/units/{unit}/readings", "No readings in this period" },
		{ "/units/{unit}/effective-rules", "This unit" },
		{ "/units/{unit}/alerts", "data-alert-id" },
		{ "/alerts", "data-alert-id" },
		{ "/alerts/{alert}", "<form" },
		{ "/api/units", "\"statusLabel\":\"Offline\"" },
		{ "/api/units/{unit}", "\"name\":\"Fridge\"" },
		{ "/api/units/{unit}/readings", "\"readings\":[]" },
		{ "/api/units/{unit}/readings?bucket=1h", "\"buckets\":[]" },
		{ "/api/units/{unit}/readings?from=2024-01-01T00:00:00Z",
		    "\"bucket\":\"raw\"" },
		{ "/api/units/{unit}/summary", "\"meanKinetic\":null" },
		{ "/api/units/{unit}/coverage", "\"coveragePercent\":0.00" },
		{ "/api/readings/latest", "\"readings\":[" },
		{ "/api/units/{unit}/effective-rules",
		    "\"temp_limit_high\"" },
		{ "/api/units/{unit}/alerts", "\"low_battery\"" },
		{ "/api/alerts?status=open&limit=1", "\"nextCursor\":null" },
		{ "/api/alerts/{alert}", "\"canResolve\":true" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		const char	*answer = get(c[i].url);

		cr_expect_eq(status_of(answer), 200, "%s: %.300s", c[i].url,
		    answer);
		cr_expect_not_null(strstr(answer, c[i].want), "%s", c[i].url);
	}
}

Test(pages, a_strangers_things_are_not_found_and_nonsense_is_refused)
{
	static const struct {
		const char	*method, *url;
		int		 want;
	} c[] = {
		{ "GET", "/units/{other-unit}", 404 },
		{ "GET", "/api/units/{other-unit}", 404 },
		{ "GET", "/api/units/{other-unit}/readings", 404 },
		{ "GET", "/api/units/{other-unit}/readings?bucket=1d", 404 },
		{ "GET", "/api/units/{other-unit}/summary", 404 },
		{ "GET", "/api/units/{other-unit}/coverage", 404 },
		{ "GET", "/api/units/{other-unit}/effective-rules", 404 },
		{ "GET", "/api/units/{other-unit}/alerts", 404 },
		{ "GET", "/alerts/{other-alert}", 404 },
		{ "GET", "/api/alerts/{other-alert}", 404 },
		{ "POST", "/api/alerts/{other-alert}/acknowledge", 404 },
		{ "GET", "/units/{unit}/nothing", 404 },
		{ "DELETE", "/units/{unit}", 405 },
		{ "GET", "/alerts/{alert}/acknowledge", 405 },
		{ "GET", "/units/1", 400 },
		{ "GET", "/?status=warm", 400 },
		{ "GET", "/?site=1", 400 },
		{ "GET", "/?nonsense=1", 400 },
		{ "GET", "/units/{unit}?period=1y", 400 },
		{ "GET", "/units/{unit}/readings?limit=5001", 400 },
		{ "GET", "/units/{unit}/readings?limit=0", 400 },
		{ "GET", "/units/{unit}/readings?cursor=1", 400 },
		{ "GET", "/units/{unit}/readings?bucket=1s", 400 },
		{ "GET", "/api/units/{unit}/readings?bucket=raw"
		    "&from=2023-01-01T00:00:00Z", 400 },
		{ "GET", "/api/units/{unit}/readings?bucket=5m"
		    "&from=2025-01-01T00:00:00Z", 400 },
		{ "GET", "/api/units/{unit}/readings?bucket=1h&limit=5", 400 },
		{ "GET", "/api/units/{unit}/readings?bucket=1h&cursor="
		    "1.0197f3a2-7000-7000-8000-0000000000ff", 400 },
		{ "GET", "/api/units/{unit}/summary?from=2024-01-01T00:00:00Z",
		    400 },
		{ "GET", "/api/units/{unit}/summary?to=1970-01-01T00:00:00Z"
		    "&from=1970-01-02T00:00:00Z", 400 },
		{ "GET", "/api/units/{unit}/coverage?from=2023-01-01T00:00:00Z",
		    400 },
		{ "GET", "/api/units/{unit}/coverage?to=1970-01-01T00:00:00Z"
		    "&from=1970-01-02T00:00:00Z", 400 },
		{ "GET", "/api/readings/latest?limit=5001", 400 },
		{ "GET", "/api/readings/latest?cursor=1", 400 },
		{ "GET", "/units/{unit}/readings?from=2026-01-02T00:00:00Z"
		    "&to=2026-01-01T00:00:00Z", 400 },
		{ "GET", "/alerts?status=loud", 400 },
		{ "GET", "/alerts?severity=3", 400 },
	};

	setenv("HTTP_X_CSRF_TOKEN", csrf, 1);
	for (size_t i = 0; i < COUNT(c); i++) {
		const char	*answer = ask(c[i].method, c[i].url, "", "");

		cr_expect_eq(status_of(answer), c[i].want, "%s: %.300s",
		    c[i].url, answer);
	}
}

Test(pages, who_is_not_signed_in_is_sent_to_sign_in)
{
	setenv("HTTP_COOKIE", "fg_session=another", 1);
	cr_expect_eq(status_of(get("/")), 303);
	cr_expect_not_null(strstr(get("/units/{unit}"),
	    "Location: /sign-in?next=%2Funits%2F"));
	cr_expect_eq(status_of(get("/api/units")), 401);
	unsetenv("HTTP_COOKIE");
	cr_expect_eq(status_of(get("/api/alerts/{alert}")), 401);
}

Test(pages, hostile_names_stay_text)
{
	fixture_sql(&fx, "UPDATE units SET name = '<script>x</script>\"'''"
	    " WHERE id = {unit}");
	static const char *const urls[] = {
		"/", "/?q=%3Cscript%3E", "/units/{unit}", "/alerts",
		"/units/{unit}/readings", "/alerts/{alert}",
	};

	for (size_t i = 0; i < COUNT(urls); i++) {
		const char	*answer = get(urls[i]);

		cr_expect_eq(status_of(answer), 200);
		cr_expect_null(strstr(answer, "<script>"), "%s", urls[i]);
		cr_expect_not_null(strstr(answer, "&lt;script&gt;"), "%s",
		    urls[i]);
	}
}

#define FORM	"application/x-www-form-urlencoded"
#define JSON	"application/json"

Test(pages, acknowledging_needs_the_forms_token_and_happens_once)
{
	struct buf	form = BUF_INIT(1024);
	const char	*answer;

	buf_printf(&form, "notes=on+my+way&csrf=%s", csrf);
	cr_expect_eq(status_of(ask("POST", "/alerts/{alert}/acknowledge", FORM,
	    "notes=x")), 403);
	cr_expect_eq(status_of(ask("POST", "/alerts/{alert}/acknowledge", FORM,
	    buf_str(&form))), 303);
	cr_expect_str_eq(fixture_sql(&fx, "SELECT status || acknowledgment_notes"
	    " FROM alerts WHERE organization_id = {org}"),
	    "acknowledgedon my way");
	setenv("HTTP_X_CSRF_TOKEN", csrf, 1);
	answer = ask("PUT", "/api/alerts/{alert}/acknowledge", JSON, "{}");
	cr_expect_eq(status_of(answer), 200);
	cr_expect_not_null(strstr(answer, "\"already acknowledged\""));
	cr_expect_null(strstr(get("/alerts/{alert}"), "/acknowledge\""));
	buf_release(&form);
}

Test(pages, resolving_needs_a_corrective_action)
{
	static const struct {
		const char	*body;
		int		 want;
	} c[] = {
		{ "{}", 400 },
		{ "{\"correctiveAction\":\"\"}", 400 },
		{ "{\"correctiveAction\":7}", 400 },
		{ "{\"correctiveAction\":\"x\",\"nonsense\":1}", 400 },
		{ "{\"correctiveAction\":\"x\"", 400 },
		{ "{\"correctiveAction\":\"new cell\",\"rootCause\":\"old\"}",
		    200 },
		{ "{\"correctiveAction\":\"again\"}", 409 },
	};

	setenv("HTTP_X_CSRF_TOKEN", csrf, 1);
	for (size_t i = 0; i < COUNT(c); i++) {
		const char	*answer = ask("POST",
				    "/api/alerts/{alert}/resolve", JSON,
				    c[i].body);

		cr_expect_eq(status_of(answer), c[i].want, "%s: %.400s",
		    c[i].body, answer);
	}
	cr_expect_str_eq(fixture_sql(&fx, "SELECT status || description ||"
	    " root_cause FROM alerts a JOIN corrective_actions c ON"
	    " c.alert_id = a.id WHERE a.organization_id = {org}"),
	    "resolvednew cellold");
	cr_expect_not_null(strstr(get("/alerts/{alert}"), "new cell"));
}

Test(pages, a_viewer_looks_but_does_not_touch)
{
	sign_in("viewer");
	setenv("HTTP_X_CSRF_TOKEN", csrf, 1);
	cr_expect_eq(status_of(get("/alerts/{alert}")), 200);
	cr_expect_null(strstr(get("/alerts/{alert}"), "<textarea"));
	cr_expect_eq(status_of(ask("POST", "/api/alerts/{alert}/acknowledge",
	    JSON, "{}")), 403);
	cr_expect_eq(status_of(ask("POST", "/api/alerts/{alert}/resolve", JSON,
	    "{\"correctiveAction\":\"x\"}")), 403);
}

Test(pages, the_table_of_readings_goes_on_page_by_page)
{
	const char	*answer, *next;
	char		 url[512];
	int		 pages = 1;

	fixture_sql(&fx, "INSERT INTO sensor_readings (organization_id,"
	    " unit_id, device_id, recorded_at, temperature, source) SELECT"
	    " {org}, {unit}, {device}, now() - n * interval '1 min', 3, 't'"
	    " FROM generate_series(1, 250) n");
	answer = get("/units/{unit}/readings");
	while ((next = strstr(answer, "rel=\"next\" href=\"")) != NULL) {
		cr_assert_eq(sscanf(next, "rel=\"next\" href=\"%511[^\"]", url),
		    1);
		for (char *s; (s = strstr(url, "&amp;")) != NULL;)
			memmove(s + 1, s + 5, strlen(s + 5) + 1);
		answer = get(url);
		cr_assert_eq(status_of(answer), 200, "%s", url);
		cr_assert(++pages < 5);
	}
	cr_expect_eq(pages, 3);
}

/* Random ids and trends that wander: nothing in it compresses for free. */
Test(pages, five_hundred_units_fit_into_thirty_kilobytes)
{
	struct buf	command = BUF_INIT(1024);
	int		size = 0;
	FILE		*f;

	fixture_sql(&fx, "INSERT INTO units (organization_id, area_id, name,"
	    " unit_type, temp_limit_high, temp_limit_low) SELECT {org},"
	    " {area}, (ARRAY['Freezer', 'Walk-in cooler', 'Display case'])"
	    "[1 + n % 3] || ' ' || n, 'freezer', -15, -25"
	    " FROM generate_series(2, 500) n");
	fixture_sql(&fx, "UPDATE unit_state SET status = 'ok',"
	    " last_temperature = -18 + random() * 2, temperature_at = now() -"
	    " random() * interval '10 min', trend = floor(extract(epoch FROM"
	    " now()) / 3600) || ':' || (SELECT string_agg((-1800 + (random()"
	    " + random() + random() - 1.5) * 60 + n * 0)::int::text, ',')"
	    " FROM generate_series(1, 24) n)"
	    " WHERE organization_id = {org}");
	cr_assert_not_null(strstr(get("/"), "<b>500</b> All"));
	buf_puts(&command, "REQUEST_METHOD=GET PATH_INFO=/ ./cgi-bin/units |"
	    " sed '1,/^\r$/d' | gzip -6c | wc -c");
	f = popen(buf_str(&command), "r");
	cr_assert_not_null(f);
	cr_assert_eq(fscanf(f, "%d", &size), 1);
	pclose(f);
	cr_expect_leq(size, WALL_MAX, "%d", size);
	cr_expect_geq(size, WALL_MAX / 3, "%d", size);
	buf_release(&command);
}
