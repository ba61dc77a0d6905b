/*
 * cmd.h - the administrator's commands. One file each, admin/cmd-<name>.c; a
 * row in frostguard.c makes it callable.
 */
#ifndef FG_CMD_H
#define FG_CMD_H

enum cmd_rc {			/* the exit code */
	CMD_OK,
	CMD_FAILED,		/* the reason is on stderr */
	CMD_USAGE,		/* of the arguments: main shows the synopsis */
};

/* argv[0] is the command's name, as for main(); getopt_long() begins anew
 * with it. */
typedef enum cmd_rc cmd_fn(int argc, char **argv);
cmd_fn	cmd_bench_data;
cmd_fn	cmd_conf;
cmd_fn	cmd_demo;
cmd_fn	cmd_hold;
cmd_fn	cmd_import;
cmd_fn	cmd_migrate;
cmd_fn	cmd_retention;
cmd_fn	cmd_simulate;
cmd_fn	cmd_uplink;

#endif
