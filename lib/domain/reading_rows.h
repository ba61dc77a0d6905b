/*
 * reading_rows.h - measured values on their way into sensor_readings.
 *
 * Decides how a reading becomes a row, and which of many were new: the same
 * sensor at the same instant on the same unit is one reading, however often it
 * is sent. What it means is the engine's to say.
 */
#ifndef FG_READING_ROWS_H
#define FG_READING_ROWS_H
#include "db/rows.h"
#include "domain/kinds.h"

struct reading {		/* plain value */
	struct uuid	 unit;
	struct uuid	 device;	/* nil: of no sensor of ours */
	int64_t		 recorded_at_ms;
	int64_t		 received_at_ms;
	int64_t		 f_cnt;		/* -1: none; its low 31 bits count */
	int		 rssi_dbm;	/* 0: not told */
	int		 battery;	/* per cent; -1: not told */
	char		 source;	/* as the column's comment has them */
	bool		 anomaly;	/* outside the limits in force */
	centi_t		 temperature;
	bool		 calibrated;
	centi_t		 raw;		/* if so: as the sensor said it */
	unsigned	 doubts;	/* PLAUSIBLE_* */
	bool		 has_humidity;
	int32_t		 humidity_cpct;	/* hundredths of a per cent */
	enum door_state	 door;
};

struct reading_sent;
struct reading_rows {		/* zeroed at first */
	struct db_rows		 rows;
	struct reading_sent	*sent;	/* in the order of the rows */
	size_t			 n, cap;
};

/* Once it is durable *stored is one more, unless it was there before. */
void	 reading_rows_add(struct reading_rows *l, const struct reading *r,
	    int64_t *stored);
/* Queues all of them, which are of this organization. l stays as it is until
 * the transaction has ended; then it is cleared by the caller. */
void	 reading_rows_send(struct reading_rows *l, struct db *db,
	    const struct uuid *organization);
/* What was not new, and has another temperature (before any calibration) than
 * what is stored: *stored is -1. Once they were sent, in their transaction. */
enum db_rc	 reading_rows_differ(struct reading_rows *l, struct db *db,
		    const struct uuid *organization) must_check;
void	 reading_rows_clear(struct reading_rows *l);
void	 reading_rows_release(struct reading_rows *l);

extern const struct db_stmt_list reading_rows_stmts;

#endif
