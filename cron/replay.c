/* replay - cron job, every five minutes: excursions in what came late. */
#include "app/job.h"
#include "base/conf.h"
#include "base/json.h"
#include "domain/excursion_keep.h"
#include "domain/live_send.h"
#include "domain/replay_load.h"
#include "domain/replay_run.h"
#include "domain/trail.h"

static void
tell(void *sender, const struct live_event *ev)
{
	live_send(sender, ev, 1);
}

static enum job_rc
run(struct job_run *run)
{
	struct live_sender	*sender = live_sender_new(
				    conf_text("stream_socket"));
	struct replay_run	 r = { .db = run->db, .now_ms = run->now_ms,
				    .dry_run = run->dry_run, .tell = tell,
				    .arg = sender };
	enum db_rc		 rc = replay_run(&r);

	live_sender_free(sender);
	json_put_int(run->counts, "units", r.units);
	json_put_int(run->counts, "transactions", r.transactions);
	json_put_int(run->counts, "readings", r.readings);
	json_put_int(run->counts, "found", r.found);
	json_put_int(run->counts, "corrected", r.corrected);
	json_put_int(run->counts, "withdrawn", r.withdrawn);
	json_put_int(run->counts, "unitsFailed", r.failed);
	if (rc != DB_OK)
		return JOB_FAILED;
	return r.failed > 0 || r.more ? JOB_PARTIAL : JOB_OK;
}

int
main(int argc, char **argv)
{
	static const struct db_stmt_list *const stmts[] = { &replay_run_stmts,
	    &replay_load_stmts, &excursion_keep_stmts, &trail_stmts, NULL };
	static const struct job job = {
		.name = "replay",
		.help = "Finds excursions in readings that came late.",
		.db_role = "fg_jobs",
		.stmts = stmts,
		.run = run,
	};

	return job_main(argc, argv, &job);
}
