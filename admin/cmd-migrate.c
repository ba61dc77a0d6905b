/* frostguard migrate - the database's schema: compare it, bring it forward. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "cmd.h"
#include "db/migrate.h"

static enum cmd_rc
up(const char *conninfo, const char *dir, char **why)
{
	return migrate_up(conninfo, dir, stdout, why) ? CMD_OK : CMD_FAILED;
}

/* Fails also where something is pending: fit for a script's "if". */
static enum cmd_rc
status(const char *conninfo, const char *dir, char **why)
{
	bool	current;

	return migrate_status(conninfo, dir, stdout, &current, why) &&
	    current ? CMD_OK : CMD_FAILED;
}

static const struct {
	const char	*name;
	enum cmd_rc	(*run)(const char *conninfo, const char *dir,
			    char **why);
} actions[] = {
	{ "status", status },
	{ "up", up },
};

enum cmd_rc
cmd_migrate(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "dir", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	const char	*conninfo = conf_text("database");
	const char	*dir = conf_text("sql_dir");
	char		*why = NULL;
	enum cmd_rc	 rc = CMD_USAGE;
	int		 opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'd')
			conninfo = optarg;
		else if (opt == 's')
			dir = optarg;
		else
			return CMD_USAGE;
	}
	if (argc - optind != 1)
		return CMD_USAGE;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, argv[optind]) == 0)
			rc = actions[i].run(conninfo, dir, &why);
	if (why != NULL)
		fprintf(stderr, "frostguard: %s\n", why);
	free(why);
	return rc;
}
