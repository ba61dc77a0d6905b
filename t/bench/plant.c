/*
 * plant - an organization of so many refrigerators, for a load.
 *
 * Ten sites, a fridge (0 to 5 degrees C) with one sensor for each number from
 * FIRST on, one manager, and no confirm time: out of range is an alert at
 * once. Prints what a shell can read: secret, key, email, password.
 */
#include "base/clock.h"
#include "base/conf.h"
#include "domain/enrol.h"
#include "domain/enrol_device.h"
#include "domain/enrol_secret.h"
#include "message.h"
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SITES	10

struct plant {
	const char	*slug;
	unsigned	 first, units;
	struct enrol	 e;
	char		 email[128], password[TOKEN_TEXT], secret[TOKEN_TEXT],
			 key[TOKEN_TEXT];
};

static const struct db_stmt rule_stmt = { "plant_rule", 1, -1,
	"INSERT INTO alert_rules (organization_id, name,"
	"	excursion_confirm_minutes_door_closed)"
	" VALUES ($1::uuid, 'at once', 0)" };

static void
plant_unit(struct plant *p, const struct uuid *area, unsigned n)
{
	char			  name[64], eui[MESSAGE_EUI];
	const struct enrol_unit	  u = { name, UNIT_FRIDGE, true, 0, 500, false };
	const struct enrol_device d = { .dev_eui = message_eui(n, eui),
				      .name = name, .manufacturer = "dragino",
				      .model = "lht65n" };
	struct uuid		  unit;

	snprintf(name, sizeof(name), "Fridge %u", n);
	unit = enrol_unit(&p->e, area, &u);
	enrol_device(&p->e, &unit, &d);
}

static enum db_rc
plant(struct db *db, void *arg)
{
	struct plant	*p = arg;
	struct uuid	 area[SITES], site;
	char		 name[64];

	p->e.db = db;
	enrol_organization(&p->e, p->slug, p->slug, "Europe/Amsterdam", false);
	enrol_webhook(&p->e, "ttn", p->slug, p->secret);
	enrol_api_key(&p->e, "load", "{readings:write}", 0, p->key);
	enrol_person(&p->e, p->email, "Load", ROLE_MANAGER, p->password);
	db_send(db, &rule_stmt, db_arg_uuid(&p->e.organization));
	for (unsigned i = 0; i < SITES; i++) {
		snprintf(name, sizeof(name), "Site %u", i + 1);
		site = enrol_site(&p->e, name, "Amsterdam",
		    "Europe/Amsterdam");
		area[i] = enrol_area(&p->e, &site, "Kitchen");
	}
	for (unsigned i = 0; i < p->units; i++)
		plant_unit(p, &area[i % SITES], p->first + i);
	return DB_OK;
}

int
main(int argc, char **argv)
{
	struct plant	 p = { .e.now_ms = clock_now_ms() };
	struct db	*db;
	char		*why;

	if (argc != 5)
		errx(2, "usage: plant CONNINFO SLUG FIRST UNITS");
	if (!conf_load(NULL, &why))
		errx(1, "%s", why);
	if (!token_key_load(conf_text("key_file")))
		err(1, "%s", conf_text("key_file"));
	p.slug = argv[2];
	p.first = (unsigned)strtoul(argv[3], NULL, 10);
	p.units = (unsigned)strtoul(argv[4], NULL, 10);
	p.e.organization = uuid_make(p.e.now_ms);
	snprintf(p.email, sizeof(p.email), "load@%s.example", p.slug);
	token_make(p.password);
	db = db_new(argv[1], "plant");
	if (db_tx(db, &p.e.organization, NULL, plant, &p) != DB_OK)
		errx(1, "%s: not made", p.slug);
	db_free(db);
	printf("secret=%s\nkey=%s\nemail=%s\npassword=%s\n", p.secret, p.key,
	    p.email, p.password);
	return 0;
}
