#include "app/job.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/when.h"
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

enum { OPT_NOW, OPT_DRY_RUN, OPT_CHECK, OPT_CONFIG, OPT_VERSION, OPT_HELP };
static const struct option options[] = {
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "now", required_argument, NULL, OPT_NOW },
	{ "print-config", no_argument, NULL, OPT_CONFIG },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 }
};

static const struct db_stmt begin_stmt = { "job_begin", 2, 1,
	"INSERT INTO job_runs (job, started_at)"
	" VALUES ($1::text, from_epoch_ms($2::int8)) RETURNING id" };
static const struct db_stmt end_stmt = { "job_end", 4, -1,
	"UPDATE job_runs SET finished_at = from_epoch_ms($2::int8),"
	"	outcome = $3::text, counts = $4::jsonb"
	" WHERE id = $1::int8" };
static const struct db_stmt *const stmts[] = { &begin_stmt, &end_stmt };
static const struct db_stmt_list job_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static void
print_usage(FILE *f, const struct job *job)
{
	fprintf(f, "Usage: %s [--now TIME] [--dry-run]\n"
	    "       %s --check | --help | --print-config | --version\n%s\n\n"
	    "  --now TIME      work as if it were then (2026-03-02T06:15:00Z)\n"
	    "  --dry-run       print what would be done, change nothing\n"
	    "  --check         load the configuration, prepare all statements\n"
	    "  --print-config  print the configuration in effect\n"
	    "FROSTGUARD_CONF names another configuration file.\n",
	    job->name, job->name, job->help);
}

static void
start(const struct job *job)
{
	enum log_level	 level = LOG_INFO;
	char		*why;

	log_open(job->name, level);
	if (!conf_load(NULL, &why))
		fatal("%s", why);
	/* Cron mails what is printed: only what somebody should read. */
	if (log_level_parse(conf_text("log_level"), &level))
		log_open(job->name, level < LOG_WARN ? LOG_WARN : level);
	if (*conf_text("metrics_file") != '\0')
		metrics_open(conf_text("metrics_file"));
}

static int
check(struct db *db, const struct job *job)
{
	bool	good = db_schema_check(db) == DB_OK &&
		    db_prepare_all(db, job_stmts) == DB_OK;

	for (size_t i = 0; job->stmts != NULL && job->stmts[i] != NULL; i++)
		good = db_prepare_all(db, *job->stmts[i]) == DB_OK && good;
	printf("%s: %s\n", job->name, good ? "good" : "bad");
	return good ? 0 : 1;
}

/* False: another one is at it. The lock goes with the process. */
static bool
lock(const struct job *job)
{
	char	path[4096];
	int	fd;

	snprintf(path, sizeof(path), "%s/%s.lock", conf_text("run_dir"),
	    job->name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fatal("%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno != EWOULDBLOCK)
		fatal("%s: %s", path, strerror(errno));
	return false;
}

static enum db_rc
begin(const struct job *job, const struct job_run *run, int64_t *id)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(run->db, &begin_stmt, &res, db_arg_text(job->name),
	    db_arg_i64(run->now_ms));
	if (rc == DB_OK && !db_i64(res, 0, 0, id))
		rc = db_bad_row(&begin_stmt);
	PQclear(res);
	return rc;
}

static enum job_rc
run_recorded(const struct job *job, struct job_run *run)
{
	static const char *const outcomes[] = { "ok", "partial", "failed" };
	int64_t		 began_us = clock_mono_us(), id;
	enum job_rc	 rc;

	if (begin(job, run, &id) != DB_OK)
		return JOB_FAILED;
	rc = job->run(run);
	json_put_int(run->counts, "milliseconds",
	    (clock_mono_us() - began_us) / 1000);
	if (db_query(run->db, &end_stmt, NULL, db_arg_i64(id),
	    db_arg_i64(run->now_ms + (clock_mono_us() - began_us) / 1000),
	    db_arg_text(outcomes[rc]), db_arg_text(
	    json_object_to_json_string_ext(run->counts,
	    JSON_C_TO_STRING_PLAIN))) != DB_OK)
		return JOB_FAILED;
	return rc;
}

static int
work(const struct job *job, struct job_run *run)
{
	enum job_rc	rc;

	if (!lock(job))
		return 0;
	if (db_schema_check(run->db) != DB_OK)
		return 1;
	run->counts = json_object_new_object();
	rc = run->dry_run ? job->run(run) : run_recorded(job, run);
	if (run->dry_run)
		printf("%s\n", json_object_to_json_string_ext(run->counts,
		    JSON_C_TO_STRING_PLAIN));
	json_object_put(run->counts);
	return rc == JOB_FAILED ? 1 : 0;
}

int
job_main(int argc, char **argv, const struct job *job)
{
	struct job_run	run = { .now_ms = 0 };
	int64_t		now_ms = 0;
	int		c, mode = OPT_NOW, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == OPT_DRY_RUN)
			run.dry_run = true;
		else if (c != OPT_NOW)
			mode = c;
		else if (!when_parse(optarg, strlen(optarg), &now_ms)) {
			fprintf(stderr, "%s: --now: not a time: %s\n",
			    job->name, optarg);
			return 2;
		}
	}
	if (optind != argc) {
		print_usage(stderr, job);
		return 2;
	}
	if (mode == OPT_HELP) {
		print_usage(stdout, job);
		return 0;
	}
	if (mode == OPT_VERSION) {
		printf("%s %s\n", job->name, PACKAGE_VERSION);
		return 0;
	}
	start(job);
	if (mode == OPT_CONFIG) {
		conf_print(stdout);
		return 0;
	}
	if (now_ms != 0)
		clock_freeze(now_ms);
	run.now_ms = clock_now_ms();
	run.db = db_open(job->db_role, job->name);
	status = mode == OPT_CHECK ? check(run.db, job) : work(job, &run);
	db_free(run.db);
	return status;
}
