/* sweep - cron job, each minute: what time alone does to units. */
#include "app/job.h"
#include "base/conf.h"
#include "base/json.h"
#include "domain/live_send.h"
#include "domain/sweep.h"
#include "domain/trail.h"

static void
tell(const struct live_list *live, void *arg)
{
	live_send(arg, live->v, live->n);
}

static enum job_rc
run(struct job_run *run)
{
	struct live_sender *sender = live_sender_new(
			       conf_text("stream_socket"));
	struct sweep	    sweep = { .db = run->db, .now_ms = run->now_ms,
				.dry_run = run->dry_run, .tell = tell,
				.arg = sender };
	enum db_rc	    rc = sweep_run(&sweep);

	live_sender_free(sender);
	json_put_int(run->counts, "units", sweep.units);
	json_put_int(run->counts, "moved", sweep.moved);
	json_put_int(run->counts, "alertsOpened", sweep.opened);
	json_put_int(run->counts, "organizationsFailed", sweep.failed);
	if (rc != DB_OK)
		return JOB_FAILED;
	return sweep.failed > 0 ? JOB_PARTIAL : JOB_OK;
}

int
main(int argc, char **argv)
{
	static const struct db_stmt_list *const stmts[] = { &sweep_stmts,
	    &unit_watch_stmts, &unit_effects_stmts, &trail_stmts, NULL };
	static const struct job job = {
		.name = "sweep",
		.help = "Lets time pass for the units whose time has come.",
		.db_role = "fg_jobs",
		.stmts = stmts,
		.run = run,
	};

	return job_main(argc, argv, &job);
}
