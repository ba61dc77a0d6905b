/*
 * frostguard demo - two organizations to look at, with simulated sensors.
 *
 * Writes what a visitor and the simulator need (addresses, passwords, secrets)
 * into one private file; --logins prints the sign-ins of such a file.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "cmd.h"
#include "domain/enrol.h"
#include "domain/enrol_device.h"
#include "domain/enrol_secret.h"

#define DEMO_DEVICES	12	/* at most, per organization */

/* What has come in at once is not known to the planner until it is told. */
static const struct db_stmt analyze_stmt = { "demo_analyze", 0, -1,
	"ANALYZE frostguard.devices, frostguard.device_state,"
	"	frostguard.unit_state, frostguard.unit_rules" };

/* One unit and the sensor in it. */
struct demo_unit {
	const char		*site, *area;
	struct enrol_unit	 unit;
	const char		*manufacturer, *model;
};

struct demo_person {
	const char	*mailbox, *name;
	enum app_role	 role;
};

struct demo_organization {
	const char	*name, *slug, *timezone, *city, *application;
	bool		 fahrenheit;
	unsigned	 number;	/* in the DevEUIs */
	struct demo_unit units[DEMO_DEVICES + 1];	/* ends with no name */
};

static const struct demo_person people[] = {
	{ "owner", "Olive Owner", ROLE_OWNER },
	{ "manager", "Max Manager", ROLE_MANAGER },
	{ "staff", "Sam Staff", ROLE_STAFF },
	{ "viewer", "Vera Viewer", ROLE_VIEWER },
};

#define LIMITS(low, high)	true, (low), (high), false
#define TYPES_LIMITS		false, 0, 0, false
static const struct demo_organization organizations[] = {
	{ "Harbour Kitchen", "harbour-kitchen", "Europe/Amsterdam",
	  "Amsterdam", "harbour-kitchen-demo", false, 1, {
	    { "Quayside", "Kitchen", { "Fish fridge", UNIT_FRIDGE,
	      LIMITS(0, 400) }, "dragino", "lht65n" },
	    { "Quayside", "Kitchen", { "Prep fridge", UNIT_FRIDGE,
	      TYPES_LIMITS }, "dragino", "lht65n" },
	    { "Quayside", "Kitchen", { "Dessert display", UNIT_DISPLAY_CASE,
	      TYPES_LIMITS }, "milesight-iot", "em300-th" },
	    { "Quayside", "Store", { "Walk-in cooler", UNIT_WALK_IN_COOLER,
	      TYPES_LIMITS }, "dragino", "lht65n" },
	    { "Quayside", "Store", { "Walk-in freezer", UNIT_WALK_IN_FREEZER,
	      TYPES_LIMITS }, "dragino", "lht65n" },
	    { "Quayside", "Store", { "Ice cream freezer", UNIT_FREEZER,
	      TYPES_LIMITS }, "elsys", "elt2" },
	    { "Market hall", "Stall 12", { "Oyster case", UNIT_DISPLAY_CASE,
	      TYPES_LIMITS }, "elsys", "ers" },
	    { "Market hall", "Stall 12", { "Bait freezer", UNIT_FREEZER,
	      TYPES_LIMITS }, "dragino", "lht65n" },
	    { 0 } } },
	{ "Northside Pharmacy", "northside-pharmacy", "America/Chicago",
	  "Chicago", "northside-pharmacy-demo", true, 2, {
	    { "Main street", "Dispensary", { "Insulin fridge", UNIT_FRIDGE,
	      LIMITS(200, 800) }, "dragino", "lht65n" },
	    { "Main street", "Dispensary", { "Vaccine fridge", UNIT_FRIDGE,
	      LIMITS(200, 800) }, "dragino", "lht65n" },
	    { "Main street", "Back office", { "Reserve fridge", UNIT_FRIDGE,
	      LIMITS(200, 800) }, "milesight-iot", "em300-th" },
	    { "Main street", "Back office", { "Plasma freezer", UNIT_FREEZER,
	      TYPES_LIMITS }, "dragino", "lht65n" },
	    { 0 } } },
};

/* One organization on its way into database and file. */
struct seeding {
	const struct demo_organization *from;
	struct json_object	*organization;	/* its object in the file */
	struct json_object	*users;		/* the file's list */
	struct enrol		 e;
};

static void
seed_people(struct seeding *s)
{
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		struct json_object *o = json_object_new_object();
		char		    email[128], password[TOKEN_TEXT];

		snprintf(email, sizeof(email), "%s@%s.example",
		    people[i].mailbox, s->from->slug);
		token_make(password);
		password[16] = '\0';
		enrol_person(&s->e, email, people[i].name, people[i].role,
		    password);
		json_put_str(o, "email", email);
		json_put_str(o, "password", password);
		json_put_str(o, "role", app_role_name(people[i].role));
		json_put_uuid(o, "organization_id", &s->e.organization);
		json_object_array_add(s->users, o);
	}
}

static bool
same(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static void
seed_device(struct seeding *s, const struct demo_unit *u, unsigned n,
    const struct uuid *unit, struct json_object *devices)
{
	struct json_object	*o = json_object_new_object();
	char			 eui[17], name[160];
	const struct enrol_device d = { .dev_eui = eui, .name = name,
		.manufacturer = u->manufacturer, .model = u->model };

	snprintf(eui, sizeof(eui), "a84041d3%04x%04x", s->from->number, n);
	snprintf(name, sizeof(name), "Sensor in %s", u->unit.name);
	enrol_device(&s->e, unit, &d);
	json_put_str(o, "dev_eui", eui);
	json_put_uuid(o, "unit_id", unit);
	json_put_str(o, "unit_name", u->unit.name);
	json_put_str(o, "unit_type", unit_type_name(u->unit.type));
	json_put_str(o, "model", u->model);
	json_object_array_add(devices, o);
}

/* The table is in the order of places: a new name is a new place. */
static void
seed_units(struct seeding *s)
{
	const struct demo_organization *from = s->from;
	struct json_object *devices = json_object_new_array();
	const char	   *site_name = NULL, *area_name = NULL;
	struct uuid	    site, area, unit;

	for (unsigned i = 0; from->units[i].site != NULL; i++) {
		const struct demo_unit *u = &from->units[i];
		bool		 new_site = !same(site_name, u->site);

		if (new_site)
			site = enrol_site(&s->e, u->site, from->city,
			    from->timezone);
		if (new_site || !same(area_name, u->area))
			area = enrol_area(&s->e, &site, u->area);
		unit = enrol_unit(&s->e, &area, &u->unit);
		seed_device(s, u, i + 1, &unit, devices);
		site_name = u->site;
		area_name = u->area;
	}
	json_put(s->organization, "devices", devices);
}

static enum db_rc
seed(struct db *db, void *arg)
{
	struct seeding	*s = arg;
	char		 secret[TOKEN_TEXT];

	s->e.db = db;
	enrol_organization(&s->e, s->from->name, s->from->slug,
	    s->from->timezone, s->from->fahrenheit);
	json_put_uuid(s->organization, "id", &s->e.organization);
	json_put_str(s->organization, "slug", s->from->slug);
	json_put_str(s->organization, "name", s->from->name);
	json_put_str(s->organization, "application_id", s->from->application);
	enrol_webhook(&s->e, "ttn", s->from->application, secret);
	json_put_str(s->organization, "webhook_header", "X-Webhook-Secret");
	json_put_str(s->organization, "webhook_secret", secret);
	enrol_api_key(&s->e, "Demo", "{readings:write}", 0, secret);
	json_put_str(s->organization, "api_key", secret);
	seed_people(s);
	seed_units(s);
	return DB_OK;
}

/* Where the database is, as whoever connects with psql must say it. */
static struct json_object *
describe_database(struct db *db)
{
	PGconn		   *conn = db_conn(db);
	struct json_object *o = json_object_new_object();

	json_put_str(o, "socket_directory", PQhost(conn));
	json_put_int(o, "port", strtol(PQport(conn), NULL, 10));
	json_put_str(o, "name", PQdb(conn));
	json_put_str(o, "superuser", PQuser(conn));
	return o;
}

static enum db_rc
seed_all(struct db *db, struct json_object *file)
{
	struct json_object *list = json_object_new_array();
	struct json_object *users = json_object_new_array();
	enum db_rc	    rc = DB_OK;
	const size_t	    n = sizeof(organizations) / sizeof(organizations[0]);

	for (size_t i = 0; i < n && rc == DB_OK; i++) {
		struct seeding	s = { .from = &organizations[i],
				    .organization = json_object_new_object(),
				    .users = users };

		s.e.now_ms = clock_now_ms();
		s.e.organization = uuid_make(s.e.now_ms);
		json_object_array_add(list, s.organization);
		rc = db_tx(db, &s.e.organization, NULL, seed, &s);
	}
	json_put(file, "organizations", list);
	json_put(file, "users", users);
	return rc == DB_OK ? db_query(db, &analyze_stmt, NULL) : rc;
}

/* Private, and whole or not at all. */
static bool
write_file(const char *path, struct json_object *file)
{
	const char	*text = json_object_to_json_string_ext(file,
			    JSON_C_TO_STRING_PRETTY |
			    JSON_C_TO_STRING_NOSLASHESCAPE);
	char		 fresh[4096];
	size_t		 len = strlen(text);
	bool		 ok;
	int		 fd;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = write(fd, text, len) == (ssize_t)len && write(fd, "\n", 1) == 1 &&
	    fsync(fd) == 0;
	if (close(fd) != 0)
		ok = false;
	return ok && rename(fresh, path) == 0;
}

struct arguments {
	const char	*base_url, *database, *output;
};

static enum cmd_rc
make_demo(const struct arguments *a)
{
	struct db	   *db = db_new(a->database, "frostguard");
	struct json_object *file = json_object_new_object();
	enum cmd_rc	    rc = CMD_FAILED;

	json_put_str(file, "base_url", a->base_url);
	if (!token_key_load(conf_text("key_file")))
		fprintf(stderr, "frostguard: %s: %s\n", conf_text("key_file"),
		    strerror(errno));
	else if (db_schema_check(db) != DB_OK)
		fprintf(stderr, "frostguard: the database does not answer\n");
	else if (seed_all(db, file) != DB_OK)
		fprintf(stderr, "frostguard: the demo is not made; is there "
		    "one already?\n");
	else {
		json_put(file, "database", describe_database(db));
		rc = write_file(a->output, file) ? CMD_OK : CMD_FAILED;
		if (rc != CMD_OK)
			fprintf(stderr, "frostguard: %s: %s\n", a->output,
			    strerror(errno));
	}
	json_object_put(file);
	db_free(db);
	return rc;
}

static enum cmd_rc
print_logins(const char *path)
{
	struct json_object *file = json_object_from_file(path), *users;

	if (file == NULL || (users = json_arr(file, "users")) == NULL) {
		fprintf(stderr, "frostguard: %s: not a demo's file\n", path);
		json_object_put(file);
		return CMD_FAILED;
	}
	for (size_t i = 0; i < json_object_array_length(users); i++) {
		struct json_object *u = json_object_array_get_idx(users, i);
		const char	   *email = json_str(u, "email", NULL);
		const char	   *password = json_str(u, "password", NULL);
		const char	   *role = json_str(u, "role", NULL);

		if (email != NULL && password != NULL && role != NULL)
			printf("  %-38s %s  %s\n", email, password, role);
	}
	json_object_put(file);
	return CMD_OK;
}

enum cmd_rc
cmd_demo(int argc, char **argv)
{
	static const struct option options[] = {
		{ "base-url", required_argument, NULL, 'b' },
		{ "database", required_argument, NULL, 'd' },
		{ "logins", required_argument, NULL, 'l' },
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	struct arguments a = { .base_url = "http://127.0.0.1:8080",
		.database = conf_text("database") };
	int		 opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'b':
			a.base_url = optarg;
			break;
		case 'd':
			a.database = optarg;
			break;
		case 'l':
			return print_logins(optarg);
		case 'o':
			a.output = optarg;
			break;
		default:
			return CMD_USAGE;
		}
	}
	if (a.output == NULL || optind != argc)
		return CMD_USAGE;
	return make_demo(&a);
}
