/* partitions - cron job, each night: the months of readings come and go. */
#include "app/job.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/metrics.h"
#include "domain/months.h"

static void
tell(const struct months *m, struct json_object *counts)
{
	const struct months_health *h = &m->health;

	json_put_int(counts, "monthsMade", m->made);
	json_put_int(counts, "rowsMoved", m->moved);
	json_put_int(counts, "monthsRetired", m->retired);
	json_put_int(counts, "monthsReduced", m->reduced);
	json_put_int(counts, "rowsDeleted", m->gone);
	json_put_int(counts, "rowsHeld", m->kept);
	json_put_int(counts, "monthsCompacted", m->compacted);
	json_put_int(counts, "monthsFilled", m->filled);
	json_put_int(counts, "monthsLeft", m->left);
	json_put_int(counts, "rowsInDefault", h->in_default);
	json_put_int(counts, "monthsAhead", h->ahead);
	json_put_int(counts, "months", h->count);
	json_put_when(counts, "oldestMonth", h->oldest_at_ms);
	json_put_int(counts, "rows", h->rows);
	json_put_int(counts, "bytes", h->bytes);
}

static void
measure(const struct months *m)
{
	const struct months_health *h = &m->health;

	metric_set(M_MONTHS_DEFAULT_ROWS, h->in_default);
	metric_set(M_MONTHS_AHEAD, h->ahead);
	metric_set(M_MONTHS_OLDEST, h->oldest_at_ms / 1000);
	metric_set(M_MONTHS_BYTES, h->bytes);
	metric_set(M_MONTHS_LEFT, m->left);
	metric_set(M_MONTHS_CHECKED, m->now_ms / 1000);
	metric_add(M_MONTHS_RETIRED_ROWS, m->gone);
}

static enum job_rc
run(struct job_run *run)
{
	struct months	m = { .db = run->db, .now_ms = run->now_ms,
			    .dry_run = run->dry_run,
			    .ahead = conf_int("partition_months_ahead"),
			    .keep = conf_int("retention_months") };
	enum db_rc	rc = months_keep(&m);

	tell(&m, run->counts);
	if (rc != DB_OK)
		return JOB_FAILED;
	if (!m.dry_run)
		measure(&m);
	return m.left > 0 ? JOB_PARTIAL : JOB_OK;
}

int
main(int argc, char **argv)
{
	static const struct db_stmt_list *const stmts[] = { &months_stmts,
	    NULL };
	static const struct job job = {
		.name = "partitions",
		.help = "Makes the coming months of readings, retires old ones.",
		.db_role = "fg_owner",
		.stmts = stmts,
		.run = run,
	};

	return job_main(argc, argv, &job);
}
