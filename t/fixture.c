#include "fixture.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/token.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
load_key(void)
{
	char	path[] = "/tmp/fixture-key-XXXXXX";
	int	fd = mkstemp(path);

	cr_assert_eq(write(fd, "0123456789abcdef0123456789abcdef", 32), 32);
	close(fd);
	cr_assert(token_key_load(path));
	unlink(path);
}

static void
add_id(struct fixture *f, const char *name, size_t len, struct buf *out)
{
	const struct { const char *name; struct uuid *id; } ids[] = {
		{ "org", &f->org }, { "site", &f->site }, { "area", &f->area },
		{ "unit", &f->unit }, { "device", &f->device },
		{ "connection", &f->connection }, { "owner", &f->owner },
		{ "their", &f->their },
	};
	char	text[UUID_TEXT];

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strlen(ids[i].name) == len &&
		    strncmp(ids[i].name, name, len) == 0) {
			buf_printf(out, "'%s'", uuid_format(ids[i].id, text));
			return;
		}
	cr_assert_fail("no fixture named %.*s", (int)len, name);
}

/* Runs sql with the names filled in; gives the last result. */
static PGresult *
run(struct fixture *f, const char *sql)
{
	struct buf	 text = BUF_INIT(65536);
	PGresult	*res;

	for (const char *s = sql; *s != '\0'; s++) {
		const char	*end = *s == '{' ? strchr(s, '}') : NULL;

		if (end == NULL || end == s + 1) {
			buf_putc(&text, *s);
			continue;
		}
		add_id(f, s + 1, (size_t)(end - s - 1), &text);
		s = end;
	}
	res = PQexec(f->super, buf_str(&text));
	buf_release(&text);
	return res;
}

static bool
succeeded(const PGresult *res)
{
	return PQresultStatus(res) == PGRES_COMMAND_OK ||
	    PQresultStatus(res) == PGRES_TUPLES_OK;
}

/* Takes res; the value is static. */
static const char *
first_value(PGresult *res)
{
	static char	 value[4096];

	snprintf(value, sizeof(value), "%s",
	    PQntuples(res) > 0 ? PQgetvalue(res, 0, 0) : "");
	PQclear(res);
	return value;
}

const char *
fixture_sql(struct fixture *f, const char *sql)
{
	PGresult	*res = run(f, sql);

	cr_assert(succeeded(res), "%s: %s", sql, PQerrorMessage(f->super));
	return first_value(res);
}

const char *
fixture_as(struct fixture *f, const char *role, const char *sql)
{
	static char	 value[4096];
	char		 become[160], org[UUID_TEXT];
	PGresult	*res;

	snprintf(become, sizeof(become), "BEGIN; SET LOCAL ROLE %s;"
	    " SET LOCAL frostguard.org_id = '%s'", role,
	    uuid_format(&f->org, org));
	fixture_sql(f, become);
	res = run(f, sql);
	if (succeeded(res))
		snprintf(value, sizeof(value), "%s", first_value(res));
	else {
		snprintf(value, sizeof(value), "%s",
		    PQresultErrorField(res, PG_DIAG_SQLSTATE));
		PQclear(res);
	}
	fixture_sql(f, "ROLLBACK");
	return value;
}

void
fixture_make(struct fixture *f)
{
	struct uuid	*ids[] = { &f->org, &f->site, &f->area, &f->unit,
			    &f->device, &f->connection, &f->owner };
	struct buf	 sql = BUF_INIT(4096);
	char		 text[UUID_TEXT], secret[TOKEN_TEXT];

	memset(f, 0, sizeof(*f));
	load_key();
	f->super = PQconnectdb("user=postgres options='-c search_path=frostguard"
	    " -c client_min_messages=warning'");
	cr_assert_eq(PQstatus(f->super), CONNECTION_OK, "%s",
	    PQerrorMessage(f->super));
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		*ids[i] = uuid_make(clock_now_ms());
	uuid_format(&f->device, text);
	snprintf(f->dev_eui, sizeof(f->dev_eui), "%.8s%.8s", text + 28,
	    text + 24 - 5);
	for (char *c = f->dev_eui; *c != '\0'; c++)
		if (*c == '-')
			*c = '0';
	snprintf(f->ttn_id, sizeof(f->ttn_id), "eui-%s", f->dev_eui);
	token_make(secret);
	token_hash(TOKEN_WEBHOOK, secret, strlen(secret), f->secret_hash);
	fixture_sql(f, "INSERT INTO organizations (id, name, slug, temp_unit)"
	    " VALUES ({org}, 'Fixture', 'f-' || {org}, 'C')");
	fixture_sql(f, "INSERT INTO sites (organization_id, id, name, timezone)"
	    " VALUES ({org}, {site}, 'Kitchen', 'Europe/Berlin')");
	fixture_sql(f, "INSERT INTO areas (organization_id, id, site_id, name)"
	    " VALUES ({org}, {area}, {site}, 'Back room')");
	fixture_sql(f, "INSERT INTO units (organization_id, id, area_id, name,"
	    " unit_type, temp_limit_high, temp_limit_low)"
	    " VALUES ({org}, {unit}, {area}, 'Fridge', 'fridge', 5, 2)");
	buf_printf(&sql, "INSERT INTO devices (organization_id, id, unit_id,"
	    " device_eui, ttn_device_id, kind) VALUES ({org}, {device}, {unit},"
	    " '%s', '%s', 'temperature')", f->dev_eui, f->ttn_id);
	fixture_sql(f, buf_str(&sql));
	fixture_sql(f, "INSERT INTO ttn_connections (organization_id, id,"
	    " is_enabled) VALUES ({org}, {connection}, true)");
	buf_clear(&sql);
	buf_printf(&sql, "INSERT INTO webhook_secrets (secret_hash,"
	    " organization_id, ttn_connection_id) VALUES ('%s', {org},"
	    " {connection})", f->secret_hash);
	fixture_sql(f, buf_str(&sql));
	fixture_sql(f, "INSERT INTO profiles (organization_id, id, email,"
	    " full_name) VALUES ({org}, {owner}, 'o' || {owner} ||"
	    " '@example.com', 'Olive Owner')");
	fixture_sql(f, "INSERT INTO user_roles (organization_id, user_id, role)"
	    " SELECT organization_id, user_id, 'owner' FROM profiles"
	    " WHERE organization_id = {org} AND id = {owner}");
	buf_release(&sql);
}

void
fixture_free(struct fixture *f)
{
	PQfinish(f->super);
}

struct db *
fixture_db(const char *role)
{
	char	conninfo[64];

	snprintf(conninfo, sizeof(conninfo), "user=%s", role);
	return db_new(conninfo, "test");
}
