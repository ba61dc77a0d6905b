/* backfill - cron job, every five minutes: asks networks for lost messages. */
#include "app/fetch.h"
#include "app/job.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"
#include "domain/gap.h"
#include "domain/late.h"
#include "domain/reading_rows.h"
#include "domain/token.h"
#include "domain/trail.h"
#include "domain/unit_step.h"
#include <errno.h>
#include <string.h>

static void
tell(const struct fetch *f, struct json_object *counts)
{
	json_put_int(counts, "connections", f->connections);
	json_put_int(counts, "connectionsFailed", f->failed);
	json_put_int(counts, "gaps", f->gaps);
	json_put_int(counts, "requests", f->requests);
	json_put_int(counts, "messages", f->messages);
	json_put_int(counts, "readings", f->stored);
}

static enum job_rc
run(struct job_run *run)
{
	struct fetch	f = { .jobs = run->db, .now_ms = run->now_ms,
			    .dry_run = run->dry_run };
	enum db_rc	rc;

	if (!token_key_load(conf_text("key_file")))
		fatal("%s: %s", conf_text("key_file"), strerror(errno));
	f.ingest = db_open("fg_ingest", "backfill");
	f.sender = live_sender_new(conf_text("stream_socket"));
	rc = fetch_run(&f);
	live_sender_free(f.sender);
	db_free(f.ingest);
	tell(&f, run->counts);
	if (rc != DB_OK)
		return JOB_FAILED;
	return f.failed > 0 ? JOB_PARTIAL : JOB_OK;
}

int
main(int argc, char **argv)
{
	static const struct db_stmt_list *const stmts[] = { &backfill_stmts,
	    &gap_stmts, &fetch_stmts, &device_stmts, &devices_stmts,
	    &late_stmts, &reading_rows_stmts, &unit_watch_stmts,
	    &unit_step_stmts, &unit_effects_stmts, &trail_stmts, NULL };
	static const struct job job = {
		.name = "backfill",
		.help = "Asks networks for messages that did not arrive.",
		.db_role = "fg_jobs",
		.stmts = stmts,
		.run = run,
	};

	return job_main(argc, argv, &job);
}
