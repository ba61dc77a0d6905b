/* rollup - cron job, every quarter of an hour: sums of readings. */
#include "app/job.h"
#include "base/json.h"
#include "domain/gap.h"
#include "domain/rollup.h"
#include "domain/rollup_sum.h"

static enum job_rc
run(struct job_run *run)
{
	struct rollup	rollup = { .db = run->db, .now_ms = run->now_ms,
			    .dry_run = run->dry_run };
	enum db_rc	rc = rollup_run(&rollup);

	json_put_int(run->counts, "windows", rollup.windows);
	json_put_int(run->counts, "lateUnits", rollup.late_units);
	json_put_int(run->counts, "rows", rollup.rows);
	json_put_int(run->counts, "organizationsFailed", rollup.failed);
	if (rc != DB_OK)
		return JOB_FAILED;
	return rollup.failed > 0 ? JOB_PARTIAL : JOB_OK;
}

int
main(int argc, char **argv)
{
	static const struct db_stmt_list *const stmts[] = { &rollup_stmts,
	    &rollup_sum_stmts, &gap_stmts, NULL };
	static const struct job job = {
		.name = "rollup",
		.help = "Sums up readings by hour, day, week and month.",
		.db_role = "fg_jobs",
		.stmts = stmts,
		.run = run,
	};

	return job_main(argc, argv, &job);
}
