/*
 * job.h - what every cron job is made of.
 *
 * Decides how a job starts (configuration, --now, --dry-run), that one of a
 * kind runs on a machine at a time, that each run leaves a row in job_runs,
 * and that nothing is said when all went well: cron mails what is printed.
 */
#ifndef FG_JOB_H
#define FG_JOB_H
#include "db/db.h"
#include <json-c/json.h>

enum job_rc {
	JOB_OK,
	JOB_PARTIAL,		/* some of it is left for the next run */
	JOB_FAILED		/* already logged */
};

struct job_run {
	struct db		*db;
	int64_t			 now_ms;
	bool			 dry_run;	/* look, and change nothing */
	struct json_object	*counts;	/* for the row of this run */
};

struct job {
	const char	*name;		/* also of its lock and its rows */
	const char	*help;		/* one sentence for --help */
	const char	*db_role;
	const struct db_stmt_list *const *stmts;	/* ends with NULL */
	enum job_rc	(*run)(struct job_run *run);
};

/* What main() returns: 0 when all went well or another is at it, 1 when not,
 * 2 for bad options. */
int	 job_main(int argc, char **argv, const struct job *job);

#endif
