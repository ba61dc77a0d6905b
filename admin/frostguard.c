/* frostguard - the administrator's program: a table of commands. */
#include "config.h"

#include <ctype.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/log.h"
#include "cmd.h"
#include "noun.h"

static const struct command {
	const char	*name;
	bool		 needs_conf;	/* conf_load() before it */
	const char	*synopsis;
	const char	*help;
	const char	*example;
	cmd_fn		*run;		/* or, with verbs of its own, */
	const struct noun *noun;	/* what takes the place of the rest */
} commands[] = {
	{ "bench-data", true, "--units N --years Y [--interval SECONDS]"
	  " [--jobs N]\n\t[--database CONNINFO]",
	  "fill a database with years of readings, to measure with",
	  "--units 100 --years 2",
	  cmd_bench_data, NULL },
	{ "conf", true, "[--list]",
	  "show the configuration, or every key with kind and default",
	  "--list",
	  cmd_conf, NULL },
	{ "connection", false, NULL,
	  "let an application's webhook bring readings, or no longer",
	  NULL, NULL, &noun_connection },
	{ "demo", true, "--output FILE [--base-url URL] [--database CONNINFO] |"
	  " --logins FILE",
	  "make two organizations to look at, or print how to sign in there",
	  "--output demo.json",
	  cmd_demo, NULL },
	{ "hold", true, "add --organization SLUG [--site SITE | --unit UNIT]"
	  " [--from TIME]\n\t[--until TIME] [--expires TIME] --reason TEXT --by"
	  " WHO |\n\tadd --month YYYY-MM [--expires TIME] --reason TEXT --by WHO"
	  " |\n\tlist [--all] [--json] | release ID --reason TEXT --by WHO"
	  " [--database CONNINFO]",
	  "keep readings from being deleted, tell which are, or let them go",
	  "add --organization harbour-kitchen --from 2026-03-01"
	  " --until 2026-03-31 --reason \"case 7\" --by \"Ann Roe\"",
	  cmd_hold, NULL },
	{ "import", true, "FILE.csv [--organization SLUG] [--unit UNIT |"
	  " --unit-column HEADING]\n\t[--site SITE] [--area AREA]"
	  " [--time HEADING] [--date HEADING]\n\t[--temperature HEADING]"
	  " [--humidity HEADING] [--degrees C|F]\n\t[--dates dmy|mdy]"
	  " [--timezone ZONE] [--dry-run] [--database CONNINFO]",
	  "take in what other loggers have recorded",
	  "logger.csv --unit \"Walk-in cooler\" --degrees F"
	  " --timezone Europe/Amsterdam --dry-run",
	  cmd_import, NULL },
	{ "key", false, NULL,
	  "make keys with which programs send readings, and revoke them",
	  NULL, NULL, &noun_key },
	{ "migrate", true, "status|up [--dir DIR] [--database CONNINFO]",
	  "compare the database with the schema, or bring it there",
	  "status",
	  cmd_migrate, NULL },
	{ "organization", false, NULL,
	  "make organizations and list them", NULL, NULL, &noun_organization },
	{ "retention", true, "[--now TIME] [--json] [--database CONNINFO]",
	  "tell which readings will be deleted, and what is kept for whom",
	  "--now 2027-01-01",
	  cmd_retention, NULL },
	{ "sensor", false, NULL,
	  "add sensors, list them, put them onto units", NULL, NULL, &noun_sensor },
	{ "simulate", false, "DEMO-FILE [--base-url URL] [--history HOURS]"
	  " [--speed N]\n\t[--interval SECONDS] [--seed N] [--once]",
	  "send what the demo's sensors would: the past, then in real time",
	  "demo.json --history 24 --speed 60",
	  cmd_simulate, NULL },
	{ "site", false, NULL,
	  "add sites and list them", NULL, NULL, &noun_site },
	{ "unit", false, NULL,
	  "add refrigerators and list them", NULL, NULL, &noun_unit },
	{ "uplink", false, "<MESSAGES",
	  "show how messages of devices are understood, and why",
	  "<messages.jsonl",
	  cmd_uplink, NULL },
	{ "user", false, NULL,
	  "add people, list them, give them passwords", NULL, NULL, &noun_user },
};
#define NCOMMANDS	(sizeof(commands) / sizeof(commands[0]))

static void
usage(FILE *f)
{
	fprintf(f, "usage: frostguard [--conf FILE] COMMAND [ARGUMENT...]\n");
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(f, "    %-14s%s\n", commands[i].name, commands[i].help);
	fprintf(f, "frostguard COMMAND --help tells its arguments, "
	    "frostguard(1) the rest.\n");
}

static void
usage_of(const struct command *c, FILE *f)
{
	if (c->noun != NULL)
		noun_usage(c->noun, f);
	else
		fprintf(f, "usage: frostguard %s %s\n", c->name,
		    c->synopsis);
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void
help_of(const struct command *c)
{
	usage_of(c, stdout);
	if (c->noun == NULL)
		printf("\n%c%s.\n\nexample: frostguard %s %s\n",
		    toupper((unsigned char)c->help[0]), c->help + 1, c->name,
		    c->example);
}

/* A verb has help of its own. */
static bool
wants_help(const struct command *c, int argc, char **argv)
{
	if (c->noun != NULL)
		return argc == 2 && strcmp(argv[1], "--help") == 0;
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

static int
run(const struct command *c, const char *conf, int argc, char **argv)
{
	enum cmd_rc	 rc;
	char		*why;

	if (wants_help(c, argc, argv)) {
		help_of(c);
		return CMD_OK;
	}
	if (c->needs_conf && !conf_load(conf, &why)) {
		fprintf(stderr, "frostguard: %s\n", why);
		free(why);
		return CMD_FAILED;
	}
	optind = 0;	/* glibc: begin anew, and let options follow words */
	rc = c->noun != NULL ? noun_run(c->noun, conf, argc, argv) :
	    c->run(argc, argv);
	if (rc == CMD_USAGE && c->noun == NULL)
		usage_of(c, stderr);
	if (fflush(stdout) != 0 && rc == CMD_OK) {
		perror("frostguard: standard output");
		return CMD_FAILED;
	}
	return (int)rc;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "conf", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const struct command	*c;
	const char		*conf = NULL;
	int			 opt;

	log_open("frostguard", LOG_INFO);
	/* "+": what follows the command's name is the command's. */
	while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (opt) {
		case 'c':
			conf = optarg;
			break;
		case 'h':
			usage(stdout);
			return CMD_OK;
		case 'V':
			puts(PACKAGE_STRING);
			return CMD_OK;
		default:
			return CMD_USAGE;
		}
	}
	c = optind < argc ? find(argv[optind]) : NULL;
	if (c == NULL) {
		if (optind < argc)
			fprintf(stderr, "frostguard: no command %s\n",
			    argv[optind]);
		usage(stderr);
		return CMD_USAGE;
	}
	return run(c, conf, argc - optind, argv + optind);
}
