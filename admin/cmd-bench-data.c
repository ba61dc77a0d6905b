/*
 * frostguard bench-data - years of plausible readings, to measure with.
 *
 * One organization of its own, whose units the simulator runs. A month is one
 * transaction: what was interrupted goes on with the month it was at, and what
 * was done is left alone.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/mem.h"
#include "base/when.h"
#include "cmd.h"
#include "db/copy_rows.h"
#include "db/plain.h"
#include "domain/enrol.h"
#include "domain/enrol_device.h"
#include "domain/enrol_find.h"
#include "domain/reading_copy.h"
#include "domain/simulator.h"
#include "option.h"

#define SLUG		"bench-data"
#define UNITS_MAX	100000
#define UNITS_A_SITE	50
#define JOBS_MAX	32
#define CHUNK		((size_t)256 * 1024)

static const struct db_stmt units_stmt = { "bench_units", 1, 5,
	"SELECT u.id, d.id, u.unit_type, r.temp_limit_high, r.temp_limit_low"
	"  FROM units u"
	"  JOIN devices d ON d.organization_id = u.organization_id"
	"	AND d.unit_id = u.id"
	"  LEFT JOIN unit_rules r ON r.organization_id = u.organization_id"
	"	AND r.unit_id = u.id"
	" WHERE u.organization_id = $1::uuid ORDER BY d.device_eui" };

static const struct db_stmt months_stmt = { "bench_months", 3, 3,
	"SELECT epoch_ms(low), epoch_ms(month_after(low)), EXISTS (SELECT"
	"	  FROM sensor_readings WHERE organization_id = $1::uuid"
	"	   AND recorded_at >= low AND recorded_at < month_after(low))"
	"  FROM generate_series(month_start(from_epoch_ms($2::int8)"
	"	- make_interval(years => $3::int4)), from_epoch_ms($2::int8),"
	"	'1 month') low" };

static const struct db_stmt begin_stmt = { "bench_begin", 1, 1,
	"SELECT begin_reading_month(from_epoch_ms($1::int8))" };
static const struct db_stmt end_stmt = { "bench_end", 1, 1,
	"SELECT end_reading_month(from_epoch_ms($1::int8))" };

/* For hours that have ended: somebody may have summed them up already. */
static const struct db_stmt mark_stmt = { "bench_mark", 3, -1,
	"INSERT INTO reading_rollup_marks (organization_id, unit_id, from_at,"
	"	to_at)"
	" SELECT organization_id, id, from_epoch_ms($2::int8),"
	"	from_epoch_ms($3::int8)"
	"  FROM units WHERE organization_id = $1::uuid" };

struct bench_unit {
	struct reading_copy	 reading;
	struct sim_unit		 sim;
	bool			 has_high, has_low;
	centi_t			 high, low;
};

struct bench_month {
	int64_t	low_ms, high_ms;
	bool	done;
};

struct bench {
	struct db		*db;
	struct uuid		 organization;
	int64_t			 now_ms, interval_ms;
	int64_t			 units_n;
	int64_t			 years;
	struct bench_unit	*units;
	struct bench_month	*months;
	int			 nmonths;
	const char		*database;
	int64_t			 jobs;
	int64_t			*stored;	/* of each job; all see it */
};

static const enum unit_type types[] = {
	UNIT_FRIDGE, UNIT_WALK_IN_COOLER, UNIT_FRIDGE, UNIT_FREEZER,
	UNIT_DISPLAY_CASE, UNIT_WALK_IN_FREEZER,
};

static void
enrol_one(struct enrol *e, const struct uuid *area, int64_t n)
{
	char			 eui[17], name[40];
	const struct enrol_unit	 u = { .name = name,
		.type = types[n % (int64_t)(sizeof(types) / sizeof(*types))] };
	const struct enrol_device d = { .dev_eui = eui, .name = name,
		.manufacturer = "dragino", .model = "lht65n" };
	struct uuid		 unit;

	snprintf(eui, sizeof(eui), "be7c4da7%08x", (unsigned)n);
	snprintf(name, sizeof(name), "Unit %" PRId64, n + 1);
	unit = enrol_unit(e, area, &u);
	enrol_device(e, &unit, &d);
}

static enum db_rc
enrol_all(struct db *db, void *arg)
{
	const struct bench *b = arg;
	struct enrol	    e = { .db = db, .organization = b->organization,
				.now_ms = b->now_ms };
	struct uuid	    site, area;
	char		    name[40];

	enrol_organization(&e, "Bench data", SLUG, "Europe/Amsterdam", false);
	for (int64_t i = 0; i < b->units_n; i++) {
		if (i % UNITS_A_SITE == 0) {
			snprintf(name, sizeof(name), "Site %" PRId64,
			    i / UNITS_A_SITE + 1);
			site = enrol_site(&e, name, "Amsterdam", NULL);
			area = enrol_area(&e, &site, "Kitchen");
		}
		enrol_one(&e, &area, i);
	}
	return DB_OK;
}

static enum db_rc
find_or_enrol(struct bench *b)
{
	switch (enrol_find_organization(b->db, SLUG, &b->organization)) {
	case ENROL_FOUND:
		return DB_OK;
	case ENROL_NOBODY:
		b->organization = uuid_make(b->now_ms);
		return db_tx(b->db, &b->organization, NULL, enrol_all, b);
	default:
		return DB_FAIL;
	}
}

static bool
map_unit(const PGresult *res, int row, const struct bench *b,
    struct bench_unit *u)
{
	const char	*type;

	u->reading = (struct reading_copy){ .organization = b->organization,
	    .rssi = (int16_t)(-70 - row % 45), .source = 's',
	    .has_humidity = row % 2 == 0, .battery = 97 };
	if (!db_uuid(res, row, 0, &u->reading.unit) ||
	    !db_uuid(res, row, 1, &u->reading.device) ||
	    !db_text(res, row, 2, &type) ||
	    !unit_type_parse(type, &u->sim.type) ||
	    !db_opt_centi(res, row, 3, &u->has_high, &u->high) ||
	    !db_opt_centi(res, row, 4, &u->has_low, &u->low))
		return false;
	u->sim.scenario = row % 8 == 3 ? SIM_DEFROST : row % 8 == 5 ? SIM_DOORS
	    : SIM_CALM;
	return true;
}

static enum db_rc
load_units(struct bench *b)
{
	PGresult	*res = NULL;
	enum db_rc	 rc = db_query(b->db, &units_stmt, &res,
			    db_arg_uuid(&b->organization));

	if (rc == DB_OK && PQntuples(res) != b->units_n) {
		fprintf(stderr, "frostguard: organization %s has %d units, "
		    "not %" PRId64 "\n", SLUG, PQntuples(res), b->units_n);
		rc = DB_REFUSED;
	}
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++)
		if (!map_unit(res, i, b, &b->units[i]))
			rc = db_bad_row(&units_stmt);
	PQclear(res);
	return rc;
}

/* A month does not depend on who did the one before, nor when. */
static void
begin_month(struct bench *b, int64_t low_ms)
{
	for (int64_t i = 0; i < b->units_n; i++) {
		sim_begin(&b->units[i].sim, (uint64_t)(low_ms + i));
		b->units[i].reading.f_cnt = (int32_t)(low_ms /
		    b->interval_ms & 0xffff);
	}
}

static void
measure(struct bench_unit *u, int64_t at_ms, struct buf *out)
{
	struct reading_copy	*r = &u->reading;
	struct sim_sample	 s = sim_run(&u->sim, at_ms);

	r->at_ms = at_ms;
	r->received_ms = at_ms + 180;
	r->f_cnt = (r->f_cnt + 1) & 0xffff;
	r->temperature = s.temperature;
	r->humidity_cpct = s.humidity_cpct;
	r->anomaly = (u->has_high && s.temperature > u->high) ||
	    (u->has_low && s.temperature < u->low);
	reading_copy(out, r);
}

/* In the order in which they would have come, every unit at its own moment of
 * the interval. */
static void
measure_all(struct bench *b, int64_t low_ms, int64_t high_ms,
    struct plain_copy *copy)
{
	struct buf	out = BUF_INIT(2 * CHUNK);

	begin_month(b, low_ms);
	copy_head(&out);
	for (int64_t at = low_ms; at < high_ms; at += b->interval_ms)
		for (int64_t i = 0; i < b->units_n; i++) {
			int64_t	at_ms = at + i * b->interval_ms / b->units_n;

			if (at_ms < high_ms)
				measure(&b->units[i], at_ms, &out);
			if (out.len >= CHUNK) {
				plain_copy_put(copy, out.data, out.len);
				buf_clear(&out);
			}
		}
	copy_tail(&out);
	plain_copy_put(copy, out.data, out.len);
	buf_release(&out);
}

/* A month of its own is filled before it has indexes, and its rows need no
 * vacuum; one that is there takes them as it takes any. */
static enum db_rc
fill(struct bench *b, int64_t low_ms, int64_t high_ms, int64_t *rows)
{
	struct plain_copy copy;
	PGresult	*res = NULL;
	char		 at[WHEN_TEXT], sql[300];
	bool		 made = false;
	enum db_rc	 rc;

	rc = db_one(b->db, &begin_stmt, &res, db_arg_i64(low_ms));
	if (rc == DB_OK && !db_bool(res, 0, 0, &made))
		rc = db_bad_row(&begin_stmt);
	PQclear(res);
	if (rc != DB_OK)
		return rc;
	when_format(low_ms, at);
	if (made)
		snprintf(sql, sizeof(sql), "COPY frostguard.sensor_readings_y"
		    "%.4sm%.2s (" READING_COPY_COLUMNS ") FROM STDIN"
		    " WITH (FORMAT binary, FREEZE)", at, at + 5);
	else
		snprintf(sql, sizeof(sql), "COPY frostguard.sensor_readings ("
		    READING_COPY_COLUMNS ") FROM STDIN WITH (FORMAT binary)");
	rc = plain_copy_begin(&copy, b->db, sql);
	if (rc != DB_OK)
		return rc;
	measure_all(b, low_ms, high_ms < b->now_ms ? high_ms : b->now_ms,
	    &copy);
	rc = plain_copy_end(&copy, rows);
	if (rc == DB_OK && made)
		rc = db_query(b->db, &end_stmt, NULL, db_arg_i64(low_ms));
	return rc == DB_OK ? db_query(b->db, &mark_stmt, NULL,
	    db_arg_uuid(&b->organization), db_arg_i64(low_ms),
	    db_arg_i64(high_ms)) : rc;
}

static enum db_rc
fill_month(struct bench *b, const struct bench_month *m, int64_t *stored)
{
	int64_t		began_us = clock_mono_us(), rows = 0, took_us;
	char		at[WHEN_TEXT];
	enum db_rc	rc = plain_run(b->db, "BEGIN", NULL);

	if (rc == DB_OK)
		rc = fill(b, m->low_ms, m->high_ms, &rows);
	if (rc == DB_OK)
		rc = plain_run(b->db, "COMMIT", NULL);
	else if (plain_run(b->db, "ROLLBACK", NULL) != DB_OK)
		rc = DB_DOWN;
	if (rc != DB_OK)
		return rc;
	took_us = clock_mono_us() - began_us + 1;
	printf("%.7s %12" PRId64 " readings %9" PRId64 "/s\n",
	    when_format(m->low_ms, at), rows, rows * 1000000 / took_us);
	fflush(stdout);
	*stored += rows;
	return rc;
}

static enum db_rc
load_months(struct bench *b)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_query(b->db, &months_stmt, &res, db_arg_uuid(&b->organization),
	    db_arg_i64(b->now_ms), db_arg_i64(b->years));
	b->nmonths = PQntuples(res);
	b->months = mem_alloc(mem_product((size_t)b->nmonths + 1,
	    sizeof(*b->months)));
	for (int i = 0; i < b->nmonths && rc == DB_OK; i++)
		if (!db_i64(res, i, 0, &b->months[i].low_ms) ||
		    !db_i64(res, i, 1, &b->months[i].high_ms) ||
		    !db_bool(res, i, 2, &b->months[i].done))
			rc = db_bad_row(&months_stmt);
	PQclear(res);
	return rc;
}

static enum db_rc
connect_to(struct bench *b)
{
	b->db = db_new(b->database, "frostguard");
	return plain_run(b->db, "SET statement_timeout = 0;"
	    " SET maintenance_work_mem = '256MB'", NULL);
}

/* Every so many-th month, in a process and a connection of its own. */
static bool
work(struct bench *b, int64_t job)
{
	enum db_rc	rc = connect_to(b);

	for (int64_t i = job; i < b->nmonths && rc == DB_OK; i += b->jobs)
		if (!b->months[i].done)
			rc = fill_month(b, &b->months[i], &b->stored[job]);
	db_free(b->db);
	return rc == DB_OK;
}

static bool
work_all(struct bench *b)
{
	bool	good = true;
	int	status;

	for (int64_t job = 0; job < b->jobs; job++)
		switch (fork()) {
		case -1:
			perror("frostguard: fork");
			good = false;
			break;
		case 0:
			_exit(work(b, job) ? 0 : 1);
		default:
			break;
		}
	while (wait(&status) > 0)
		good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return good;
}

/* The connection ends before others begin: it is not theirs. */
static bool
prepare(struct bench *b)
{
	enum db_rc	rc = connect_to(b);

	if (rc == DB_OK)
		rc = db_schema_check(b->db);
	if (rc == DB_OK)
		rc = find_or_enrol(b);
	if (rc == DB_OK)
		rc = load_units(b);
	if (rc == DB_OK)
		rc = load_months(b);
	db_free(b->db);
	return rc == DB_OK;
}

static bool
analyze(struct bench *b)
{
	enum db_rc	rc = connect_to(b);

	if (rc == DB_OK)
		rc = plain_run(b->db, "ANALYZE", NULL);
	db_free(b->db);
	return rc == DB_OK;
}

static enum cmd_rc
run(struct bench *b)
{
	const size_t	size = (size_t)b->jobs * sizeof(*b->stored);
	int64_t		began_us = clock_mono_us(), stored = 0;
	bool		good;

	b->units = mem_alloc(mem_product((size_t)b->units_n,
	    sizeof(*b->units)));
	b->stored = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b->stored == MAP_FAILED) {
		perror("frostguard: mmap");
		return CMD_FAILED;
	}
	good = prepare(b) && work_all(b) && analyze(b);
	for (int64_t job = 0; job < b->jobs; job++)
		stored += b->stored[job];
	munmap(b->stored, size);
	free(b->units);
	free(b->months);
	if (good)
		printf("%" PRId64 " readings of %" PRId64 " units in %" PRId64
		    " s\n", stored, b->units_n,
		    (clock_mono_us() - began_us) / 1000000);
	else
		fprintf(stderr, "frostguard: not finished; the same command "
		    "goes on\n");
	return good ? CMD_OK : CMD_FAILED;
}

enum cmd_rc
cmd_bench_data(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "interval", required_argument, NULL, 'i' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "units", required_argument, NULL, 'u' },
		{ "years", required_argument, NULL, 'y' },
		{ NULL, 0, NULL, 0 },
	};
	struct bench	b = { .now_ms = clock_now_ms(),
			    .database = conf_text("database"),
			    .jobs = sysconf(_SC_NPROCESSORS_ONLN) };
	int64_t		interval_s = 300;
	bool		good = true;
	int		opt, i = 0;

	while ((opt = getopt_long(argc, argv, "", options, &i)) != -1) {
		if (opt == 'd')
			b.database = optarg;
		else if (opt == 'i')
			good &= option_number(options[i].name, optarg, 1,
			    86400, &interval_s);
		else if (opt == 'j')
			good &= option_number(options[i].name, optarg, 1,
			    JOBS_MAX, &b.jobs);
		else if (opt == 'u')
			good &= option_number(options[i].name, optarg, 1,
			    UNITS_MAX, &b.units_n);
		else if (opt == 'y')
			good &= option_number(options[i].name, optarg, 1, 20,
			    &b.years);
		else
			return CMD_USAGE;
	}
	if (!good || optind != argc || b.units_n == 0 || b.years == 0)
		return CMD_USAGE;
	b.interval_ms = interval_s * 1000;
	if (b.jobs > JOBS_MAX)
		b.jobs = JOBS_MAX;
	return run(&b);
}
