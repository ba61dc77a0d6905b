/* frostguard hold - what must not be deleted: placed, listed, lifted. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/json.h"
#include "cmd.h"
#include "domain/hold.h"
#include "option.h"

struct arguments {
	struct hold	 hold;
	const char	*database;
	const char	*id;		/* of the hold to lift */
	bool		 all, as_json;
};

static const char *const why_not[] = {
	[HOLD_OK] = "",
	[HOLD_NOTHING] = "there is no such thing",
	[HOLD_MANY] = "several have that name: give the id",
	[HOLD_ALREADY] = "that month is held already: see frostguard hold list",
	[HOLD_FAIL] = "the database refused, or does not answer",
};

static enum cmd_rc
outcome(enum hold_rc rc)
{
	if (rc == HOLD_OK)
		return CMD_OK;
	fprintf(stderr, "frostguard: %s\n", why_not[rc]);
	return CMD_FAILED;
}

/* What is held is told in one way. */
static bool
check_add(const struct arguments *a)
{
	const struct hold *h = &a->hold;

	if (!option_given("reason", h->reason) || !option_given("by", h->by))
		return false;
	if ((h->month != NULL) == (h->organization != NULL))
		return option_fault("organization", "must be given, or --month"
		    " instead");
	if (h->site != NULL && h->unit != NULL)
		return option_fault("unit", "does not go with --site");
	if (h->month != NULL && (h->site != NULL || h->unit != NULL ||
	    h->from_ms != 0 || h->until_ms != 0))
		return option_fault("month", "is held as a whole: what else "
		    "narrows it goes with --organization");
	return a->id == NULL;
}

static enum cmd_rc
add(struct db *db, const struct arguments *a)
{
	struct uuid	id;
	char		text[UUID_TEXT];
	enum cmd_rc	rc = outcome(hold_place(db, &a->hold, &id));

	if (rc == CMD_OK)
		puts(uuid_format(&id, text));
	return rc;
}

static bool
check_release(const struct arguments *a)
{
	return a->id != NULL && option_given("reason", a->hold.reason) &&
	    option_given("by", a->hold.by);
}

static enum cmd_rc
release(struct db *db, const struct arguments *a)
{
	struct uuid	id;

	if (!uuid_parse(a->id, strlen(a->id), &id))
		return outcome(HOLD_NOTHING);
	return outcome(hold_lift(db, &id, a->hold.reason, a->hold.by));
}

static bool
map_hold(const PGresult *res, int row, struct json_object *o)
{
	static const struct { const char *key; int col; } texts[] = {
		{ "id", 0 }, { "scope", 1 }, { "name", 2 },
		{ "organization", 3 }, { "reason", 6 }, { "placedBy", 7 },
		{ "liftedBy", 11 }, { "liftReason", 12 },
	}, times[] = {
		{ "from", 4 }, { "until", 5 }, { "placedAt", 8 },
		{ "expiresAt", 9 }, { "liftedAt", 10 },
	};
	const char	*text;
	int64_t		 at_ms;
	bool		 has;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!db_opt_text(res, row, texts[i].col, &text))
			return false;
		json_put_str(o, texts[i].key, text);
	}
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		if (!db_opt_i64(res, row, times[i].col, &has, &at_ms))
			return false;
		json_put_when(o, times[i].key, has ? at_ms : 0);
	}
	return true;
}

/* "from 2024-03-01", or nothing where it is not said. */
static void
print_part(struct json_object *o, const char *before, const char *key,
    int len)
{
	const char	*s = json_str(o, key, NULL);

	if (s != NULL)
		printf("%s%.*s", before, len, s);
}

#define DAY	10		/* characters of a time */
#define ALL	100000

static void
print_hold(struct json_object *o)
{
	print_part(o, "", "id", ALL);
	print_part(o, "  ", "scope", ALL);
	print_part(o, " ", "name", ALL);
	print_part(o, " of ", "organization", ALL);
	print_part(o, " from ", "from", DAY);
	print_part(o, " until ", "until", DAY);
	print_part(o, "\n    placed by ", "placedBy", ALL);
	print_part(o, " on ", "placedAt", DAY);
	print_part(o, ", expires ", "expiresAt", DAY);
	print_part(o, ": ", "reason", ALL);
	print_part(o, "\n    lifted by ", "liftedBy", ALL);
	print_part(o, " on ", "liftedAt", DAY);
	print_part(o, ": ", "liftReason", ALL);
	putchar('\n');
}

static bool
check_list(const struct arguments *a)
{
	return a->id == NULL;
}

static enum cmd_rc
list(struct db *db, const struct arguments *a)
{
	struct json_object *holds = json_object_new_array();
	PGresult	   *res = NULL;
	bool		    good = hold_list(db, a->all, &res) == DB_OK;

	for (int i = 0; i < PQntuples(res) && good; i++) {
		struct json_object *o = json_object_new_object();

		json_object_array_add(holds, o);
		good = map_hold(res, i, o);
	}
	PQclear(res);
	if (good && a->as_json)
		puts(json_object_to_json_string_ext(holds,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	else if (good)
		for (size_t i = 0; i < json_object_array_length(holds); i++)
			print_hold(json_object_array_get_idx(holds, i));
	json_object_put(holds);
	return good ? CMD_OK : outcome(HOLD_FAIL);
}

static const struct action {
	const char	*name;
	bool		(*check)(const struct arguments *a);
	enum cmd_rc	(*run)(struct db *db, const struct arguments *a);
} actions[] = {
	{ "add", check_add, add },
	{ "list", check_list, list },
	{ "release", check_release, release },
};

static const struct action *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

static bool
take_option(struct arguments *a, const struct option *opt, const char *value)
{
	struct hold	*h = &a->hold;

	switch (opt->val) {
	case 'a':	a->all = true;			return true;
	case 'b':	h->by = value;			return true;
	case 'd':	a->database = value;		return true;
	case 'e':	return option_time(opt->name, value, &h->expires_ms);
	case 'f':	return option_time(opt->name, value, &h->from_ms);
	case 'j':	a->as_json = true;		return true;
	case 'm':	h->month = value;		return true;
	case 'o':	h->organization = value;	return true;
	case 'r':	h->reason = value;		return true;
	case 's':	h->site = value;		return true;
	case 't':	return option_time(opt->name, value, &h->until_ms);
	case 'u':	h->unit = value;		return true;
	default:	return false;
	}
}

enum cmd_rc
cmd_hold(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "by", required_argument, NULL, 'b' },
		{ "database", required_argument, NULL, 'd' },
		{ "expires", required_argument, NULL, 'e' },
		{ "from", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "month", required_argument, NULL, 'm' },
		{ "organization", required_argument, NULL, 'o' },
		{ "reason", required_argument, NULL, 'r' },
		{ "site", required_argument, NULL, 's' },
		{ "unit", required_argument, NULL, 'u' },
		{ "until", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	struct arguments a = { .database = conf_text("database") };
	const struct action *action;
	struct db	*db;
	enum cmd_rc	 rc;
	int		 opt, which;

	while ((opt = getopt_long(argc, argv, "", options, &which)) != -1)
		if (opt == '?' || !take_option(&a, &options[which], optarg))
			return CMD_USAGE;
	if (argc - optind < 1 || argc - optind > 2 ||
	    (action = find(argv[optind])) == NULL)
		return CMD_USAGE;
	a.id = argc - optind == 2 ? argv[optind + 1] : NULL;
	if (!action->check(&a))
		return CMD_USAGE;
	db = db_new(a.database, "frostguard");
	rc = db_schema_check(db) == DB_OK ? action->run(db, &a) :
	    outcome(HOLD_FAIL);
	db_free(db);
	return rc;
}
