/* tidy - cron job, each hour: forgets what nobody will ask for again. */
#include "app/job.h"
#include "base/json.h"
#include "domain/once.h"

static enum job_rc
run(struct job_run *run)
{
	int64_t		keys;
	enum db_rc	rc = once_forget(run->db, run->now_ms, run->dry_run,
			    &keys);

	json_put_int(run->counts, "idempotencyKeys", keys);
	return rc == DB_OK ? JOB_OK : JOB_FAILED;
}

int
main(int argc, char **argv)
{
	static const struct db_stmt_list *const stmts[] = {
	    &once_forget_stmts, NULL };
	static const struct job job = {
		.name = "tidy",
		.help = "Forgets answers that were kept long enough.",
		.db_role = "fg_jobs",
		.stmts = stmts,
		.run = run,
	};

	return job_main(argc, argv, &job);
}
