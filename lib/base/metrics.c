#include "base/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* Look, discard another layout, look, create, look; and once more for those
 * who do the same at the same time. */
#define OPEN_TRIES	6

enum kind { COUNTER, GAUGE, HISTOGRAM };

static const char *const kind_names[] = {
	[COUNTER] = "counter",
	[GAUGE] = "gauge",
	[HISTOGRAM] = "histogram",
};

/* Upper bounds, fit for web requests. */
static const struct bucket {
	int64_t		 us;
	const char	*le;
} buckets[] = {
	{ 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" },
	{ 10000, "0.01" }, { 25000, "0.025" }, { 50000, "0.05" },
	{ 100000, "0.1" }, { 250000, "0.25" }, { 500000, "0.5" },
	{ 1000000, "1" }, { 2500000, "2.5" }, { 5000000, "5" },
};
#define NBUCKETS	(sizeof(buckets) / sizeof(buckets[0]))

static const struct row {
	const char	*name;		/* behind "frostguard_" */
	enum kind	 kind;
	const char	*help;
} rows[METRIC__MAX] = {
	[M_HTTP_REQUESTS] = { "http_requests_total", COUNTER,
	    "HTTP requests answered." },
	[M_HTTP_ERRORS] = { "http_errors_total", COUNTER,
	    "HTTP requests answered with a status of 500 or above." },
	[M_HTTP_SECONDS] = { "http_request_duration_seconds", HISTOGRAM,
	    "Time from a request's last byte to its answer." },
	[M_UPLINKS_STORED] = { "uplinks_stored_total", COUNTER,
	    "Uplinks whose readings are on disk." },
	[M_UPLINKS_DUPLICATE] = { "uplinks_duplicate_total", COUNTER,
	    "Uplinks that were stored before." },
	[M_UPLINKS_LATE] = { "uplinks_late_total", COUNTER,
	    "Uplinks older than the unit's newest reading." },
	[M_UPLINKS_SPOOLED] = { "uplinks_spooled_total", COUNTER,
	    "Uplinks spooled while PostgreSQL was away." },
	[M_UPLINKS_REPLAYED] = { "uplinks_replayed_total", COUNTER,
	    "Spooled uplinks stored later." },
	[M_UPLINKS_UNAUTHORIZED] = { "uplinks_unauthorized_total", COUNTER,
	    "Uplinks refused for their secret." },
	[M_UPLINKS_MALFORMED] = { "uplinks_malformed_total", COUNTER,
	    "Uplinks that were no valid JSON message." },
	[M_UPLINKS_UNKNOWN_DEVICE] = { "uplinks_unknown_device_total",
	    COUNTER, "Uplinks of devices the organization does not have." },
	[M_UPLINKS_NOT_A_READING] = { "uplinks_not_a_reading_total", COUNTER,
	    "Messages without a measurement: joins, downlink events." },
	[M_UPLINKS_TROUBLE] = { "uplinks_trouble_total", COUNTER,
	    "Reports of a network that it cannot deliver a device's frames." },
	[M_UPLINKS_IMPLAUSIBLE_TIME] = { "uplinks_implausible_time_total",
	    COUNTER, "Uplinks recorded in the future or too long ago." },
	[M_BULK_STORED] = { "bulk_readings_stored_total", COUNTER,
	    "Readings of lists that are on disk." },
	[M_BULK_DUPLICATE] = { "bulk_readings_duplicate_total", COUNTER,
	    "Readings of lists that were stored before." },
	[M_BULK_LATE] = { "bulk_readings_late_total", COUNTER,
	    "Readings of lists older than what their unit is judged by." },
	[M_BULK_REFUSED] = { "bulk_readings_refused_total", COUNTER,
	    "Readings of lists that were refused." },
	[M_BULK_UNAUTHORIZED] = { "bulk_unauthorized_total", COUNTER,
	    "Lists of readings refused for their key." },
	[M_BULK_MALFORMED] = { "bulk_malformed_total", COUNTER,
	    "Lists of readings that could not be read." },
	[M_SENSOR_FAULTS] = { "sensor_faults_total", COUNTER,
	    "Readings that were a probe's error code." },
	[M_READINGS_DOUBTED] = { "readings_doubted_total", COUNTER,
	    "Readings stored though something speaks against them." },
	[M_ALERTS_OPENED] = { "alerts_opened_total", COUNTER,
	    "Alerts opened." },
	[M_ALERTS_RESOLVED] = { "alerts_resolved_total", COUNTER,
	    "Alerts resolved." },
	[M_SWEEP_RUNS] = { "sweep_runs_total", COUNTER,
	    "Runs of the sweep." },
	[M_SWEEP_UNITS] = { "sweep_units_total", COUNTER,
	    "Units the sweep looked at." },
	[M_LIVE_SENT] = { "live_sent_total", COUNTER,
	    "Live events handed to the streamer." },
	[M_LIVE_DROPPED] = { "live_dropped_total", COUNTER,
	    "Live events the streamer could not take." },
	[M_MONTHS_DEFAULT_ROWS] = { "readings_default_rows", GAUGE,
	    "Readings that no month has a partition for." },
	[M_MONTHS_AHEAD] = { "readings_months_ahead", GAUGE,
	    "Partitions without a gap after the current month's." },
	[M_MONTHS_OLDEST] = { "readings_oldest_month_timestamp_seconds", GAUGE,
	    "Beginning of the oldest month of readings." },
	[M_MONTHS_BYTES] = { "readings_bytes", GAUGE,
	    "Bytes of all readings with their indexes." },
	[M_MONTHS_LEFT] = { "readings_months_left", GAUGE,
	    "Months that the last run could not deal with." },
	[M_MONTHS_CHECKED] = { "readings_months_checked_timestamp_seconds",
	    GAUGE, "When the partitions were last looked after." },
	[M_MONTHS_RETIRED_ROWS] = { "readings_retired_total", COUNTER,
	    "Readings deleted because their time was over." },
	[M_STREAM_CLIENTS] = { "stream_clients", GAUGE,
	    "Open event streams." },
	[M_STREAM_EVENTS] = { "stream_events_total", COUNTER,
	    "Events sent to subscribers." },
	[M_STREAM_DROPPED] = { "stream_dropped_total", COUNTER,
	    "Event streams closed because their reader was too slow." },
	[M_STREAM_RESETS] = { "stream_resets_total", COUNTER,
	    "Event streams told to reload: their last event was too old." },
};

struct metric_cells {		/* what a metric's file entry holds */
	_Atomic int64_t	value;	/* counter, gauge; a histogram's sum in us */
	_Atomic int64_t	in_bucket[NBUCKETS + 1];	/* not cumulative */
};

struct metric_file {
	uint64_t		layout;
	struct metric_cells	cells[METRIC__MAX];
};

static struct metric_file	 private_file;
static struct metric_file	*file = &private_file;

/* FNV-1a over everything that gives a cell its meaning. */
static uint64_t
layout_hash(void)
{
	uint64_t	h = 0xcbf29ce484222325;

	for (size_t i = 0; i < METRIC__MAX; i++)
		for (const char *p = rows[i].name; *p != '\0'; p++)
			h = (h ^ (unsigned char)*p) * 0x100000001b3;
	for (size_t i = 0; i < NBUCKETS; i++)
		h = (h ^ (uint64_t)buckets[i].us) * 0x100000001b3;
	return h;
}

/* The mapping, or MAP_FAILED when the file is not of our layout. */
static void *
map_file(int fd)
{
	struct stat		 st;
	struct metric_file	*m;

	if (fstat(fd, &st) < 0 || st.st_size != (off_t)sizeof(*m))
		return MAP_FAILED;
	m = mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m != MAP_FAILED && m->layout != layout_hash()) {
		munmap(m, sizeof(*m));
		return MAP_FAILED;
	}
	return m;
}

/* A file of another layout goes, once, whoever else wants it gone too. It is
 * not cut: somebody may still count in it. */
static bool
discard_file(const char *path, int fd)
{
	struct stat	open_one, named;

	if (flock(fd, LOCK_EX) < 0 || fstat(fd, &open_one) < 0)
		return false;
	if (stat(path, &named) < 0)
		return errno == ENOENT;
	return named.st_ino != open_one.st_ino ||
	    named.st_dev != open_one.st_dev || unlink(path) == 0;
}

/* Appears under its name complete, or not at all. */
static bool
create_file(const char *path)
{
	uint64_t	layout = layout_hash();
	char		temporary[4096];
	int		fd;
	bool		ok;

	snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid());
	fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd < 0)
		return false;
	ok = fchmod(fd, 0660) == 0 &&
	    ftruncate(fd, sizeof(struct metric_file)) == 0 &&
	    pwrite(fd, &layout, sizeof(layout), 0) == sizeof(layout) &&
	    (link(temporary, path) == 0 || errno == EEXIST);
	unlink(temporary);
	close(fd);
	return ok;
}

/* The mapping; MAP_FAILED with *again when another look may find one. */
static void *
try_open(const char *path, bool *again)
{
	void	*m;
	int	 fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		*again = errno == ENOENT && create_file(path);
		return MAP_FAILED;
	}
	m = map_file(fd);
	if (m == MAP_FAILED)
		*again = discard_file(path, fd);
	close(fd);
	return m;
}

void
metrics_open(const char *path)
{
	void	*m = MAP_FAILED;
	bool	 again = true;

	for (int i = 0; i < OPEN_TRIES && again && m == MAP_FAILED; i++)
		m = try_open(path, &again);
	if (m == MAP_FAILED)
		log_warn("metrics.private", LOG_STR("file", path),
		    LOG_STR("why", strerror(errno)));
	else
		file = m;
}

void
metric_add(enum metric m, int64_t n)
{
	atomic_fetch_add_explicit(&file->cells[m].value, n,
	    memory_order_relaxed);
}

void
metric_set(enum metric m, int64_t n)
{
	atomic_store_explicit(&file->cells[m].value, n, memory_order_relaxed);
}

void
metric_time(enum metric m, int64_t us)
{
	size_t	i = 0;

	while (i < NBUCKETS && us > buckets[i].us)
		i++;
	atomic_fetch_add_explicit(&file->cells[m].in_bucket[i], 1,
	    memory_order_relaxed);
	metric_add(m, us);
}

int64_t
metric_get(enum metric m)
{
	return atomic_load_explicit(&file->cells[m].value,
	    memory_order_relaxed);
}

/* Count is the last bucket, so that the two always agree. */
static void
histogram_text(struct buf *out, enum metric m)
{
	const char	*name = rows[m].name;
	int64_t		 count = 0, sum = metric_get(m);

	for (size_t i = 0; i <= NBUCKETS; i++) {
		count += atomic_load_explicit(&file->cells[m].in_bucket[i],
		    memory_order_relaxed);
		buf_printf(out, "frostguard_%s_bucket{le=\"%s\"} %" PRId64
		    "\n", name, i < NBUCKETS ? buckets[i].le : "+Inf", count);
	}
	buf_printf(out, "frostguard_%s_sum %" PRId64 ".%06" PRId64 "\n"
	    "frostguard_%s_count %" PRId64 "\n", name, sum / 1000000,
	    sum % 1000000, name, count);
}

void
metrics_text(struct buf *out)
{
	for (enum metric m = 0; m < METRIC__MAX; m++) {
		buf_printf(out, "# HELP frostguard_%s %s\n"
		    "# TYPE frostguard_%s %s\n", rows[m].name, rows[m].help,
		    rows[m].name, kind_names[rows[m].kind]);
		if (rows[m].kind == HISTOGRAM)
			histogram_text(out, m);
		else
			buf_printf(out, "frostguard_%s %" PRId64 "\n",
			    rows[m].name, metric_get(m));
	}
}
