/* frostguard conf - the configuration as all programs see it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "cmd.h"

/* key, kind, least, most, default: a line each, separated by tabs. */
static void
list_rows(void)
{
	size_t			 n;
	const struct conf_row	*row = conf_rows(&n);

	for (size_t i = 0; i < n; i++)
		printf("%s\t%s\t%" PRId64 "\t%" PRId64 "\t%s\n", row[i].key,
		    conf_kind_name(row[i].kind), row[i].min, row[i].max,
		    row[i].def);
}

enum cmd_rc
cmd_conf(int argc, char **argv)
{
	if (argc == 1)
		conf_print(stdout);
	else if (argc == 2 && strcmp(argv[1], "--list") == 0)
		list_rows();
	else
		return CMD_USAGE;
	return CMD_OK;
}
