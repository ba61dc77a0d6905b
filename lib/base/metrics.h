/*
 * metrics.h - counters and histograms that all workers of a machine share.
 *
 * One file mapped MAP_SHARED by every process; cells are added to atomically,
 * so a killed worker loses nothing. metrics_text() is the Prometheus text
 * exposition of all of it, read by any process. Names and labels are fixed at
 * compile time by the table in metrics.c: no user data ever becomes a label.
 */
#ifndef FG_METRICS_H
#define FG_METRICS_H
#include "base/buf.h"
#include <stdint.h>

enum metric {
	M_HTTP_REQUESTS,		/* counter */
	M_HTTP_ERRORS,			/* counter: answers of 500 and above */
	M_HTTP_SECONDS,			/* histogram, microseconds in */
	M_UPLINKS_STORED,
	M_UPLINKS_DUPLICATE,
	M_UPLINKS_LATE,
	M_UPLINKS_SPOOLED,
	M_UPLINKS_REPLAYED,
	M_UPLINKS_UNAUTHORIZED,
	M_UPLINKS_MALFORMED,
	M_UPLINKS_UNKNOWN_DEVICE,
	M_UPLINKS_NOT_A_READING,	/* joins, downlink events, MAC only */
	M_UPLINKS_TROUBLE,		/* the network says so */
	M_UPLINKS_IMPLAUSIBLE_TIME,
	M_BULK_STORED,			/* counters, of readings */
	M_BULK_DUPLICATE,
	M_BULK_LATE,
	M_BULK_REFUSED,
	M_BULK_UNAUTHORIZED,		/* of lists */
	M_BULK_MALFORMED,
	M_SENSOR_FAULTS,
	M_READINGS_DOUBTED,
	M_ALERTS_OPENED,
	M_ALERTS_RESOLVED,
	M_SWEEP_RUNS,
	M_SWEEP_UNITS,
	M_LIVE_SENT,			/* counter */
	M_LIVE_DROPPED,
	M_MONTHS_DEFAULT_ROWS,		/* gauges, of cron/partitions */
	M_MONTHS_AHEAD,
	M_MONTHS_OLDEST,
	M_MONTHS_BYTES,
	M_MONTHS_LEFT,
	M_MONTHS_CHECKED,
	M_MONTHS_RETIRED_ROWS,		/* counter */
	M_STREAM_CLIENTS,		/* gauge */
	M_STREAM_EVENTS,
	M_STREAM_DROPPED,		/* slow readers closed */
	M_STREAM_RESETS,
	METRIC__MAX
};

/* Creates the file if need be; without one the cells are private memory. */
void	metrics_open(const char *path);
void	metric_add(enum metric m, int64_t n);
void	metric_set(enum metric m, int64_t n);	/* gauges */
void	metric_time(enum metric m, int64_t us);	/* histograms */
int64_t	metric_get(enum metric m);
void	metrics_text(struct buf *out);

#endif
