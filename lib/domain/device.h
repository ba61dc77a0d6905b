/*
 * device.h - a sensor: what its messages change, and what they mean.
 *
 * Decides which message is news and which came before, what a battery's voltage
 * means, which temperature is meant, and what of a device each message changes.
 * Whose it is, and how it is found, is devices.h.
 */
#ifndef FG_DEVICE_H
#define FG_DEVICE_H
#include "db/rows.h"
#include "domain/battery.h"
#include "domain/calibration.h"
#include "domain/plausible.h"
#include "domain/uplink.h"

struct unit_watch;

struct device_signal {		/* as its newest message was heard */
	unsigned	 gateways;	/* 0: not told */
	const char	*gateway_id;	/* borrowed from the message; or "" */
	bool		 has_rssi;
	int32_t		 rssi_dbm;
	bool		 has_snr;
	int32_t		 snr_cdb;
};

struct device {			/* plain value */
	struct uuid	 organization;
	struct uuid	 id;		/* nil: not of this organization, or
					 * deleted; then nothing else counts */
	struct uuid	 unit;		/* nil: attached to none */
	struct unit_watch *watch;	/* under its lock; NULL: nobody watches
					 * such a unit */
	bool		 active;
	bool		 nameless;	/* its network's id for it is unknown */
	enum battery_chemistry chemistry;
	int32_t		 low_battery_mv;
	struct calibrations calibrations;
	/* As it was left by the message before, or by one at the same time: it
	 * is read without a lock of its own. */
	struct plausible_value value;
	struct plausible_clock clock;
	/* Of its newest message, as far as it was asked for or is in hand. */
	int64_t		 seen_at_ms;	/* 0: none */
	int64_t		 f_cnt;		/* of a frame that came whole; or -1 */
	char		 session[UPLINK_SESSION_MAX + 1];	/* or "" */
	/* What is to be saved: of the newest message in hand. */
	bool		 heard;		/* if there is one */
	struct device_signal signal;
	int		 battery;	/* per cent; -1: not told */
	int32_t		 battery_mv;	/* 0: not told */
	int		 doubts;	/* about its reading; -1: none came */
	bool		 measured, told; /* value and clock are news */
	const char	*learnt;	/* its network's id for it, borrowed
					 * from the message; or NULL */
};
#define DEVICE_INIT	{ .f_cnt = -1, .battery = -1, .doubts = -1 }

/* What a query for devices, d, selects of them: each in a row, from a column on.
 * What a message leaves for the next is in h; asked for device by device, for
 * the planner cannot know how few they are. */
#define DEVICE_NCOLS	14
#define DEVICE_COLUMNS							\
	" d.id, d.unit_id, d.chemistry, d.low_battery_mv, d.status,"	\
	" d.calibrations, h.clock_wrong, h.clock_ahead_ms,"		\
	" epoch_ms(h.clock_since), h.value, epoch_ms(h.value_at),"	\
	" epoch_ms(h.value_since), h.value_count,"			\
	" d.ttn_device_id IS NULL"
#define DEVICE_STATE							\
	" CROSS JOIN LATERAL (SELECT * FROM device_state"		\
	"	 WHERE organization_id = current_org()"			\
	"	   AND device_id = d.id OFFSET 0) h"
bool	 device_map(const PGresult *res, int row, int col, struct device *d);

struct device_temp {		/* a temperature, as it is to be stored */
	centi_t		 raw;		/* as the sensor said it */
	centi_t		 value;		/* as it is meant */
	unsigned	 doubts;	/* PLAUSIBLE_* */
};

/* Whether this frame was here before in another message: as uplink_message,
 * which says more than uplink_normalized, or with a time not believed. */
bool	 device_knows_frame(const struct device *d, const struct uplink *u);
/* What the device says of its battery, else what the voltage means by its
 * chemistry; -1: neither. */
int	 device_battery(const struct device *d, const struct uplink_obs *obs);
/* What a temperature of it means; d->watch is not NULL. In the order in which
 * they were measured. */
struct device_temp device_measure(struct device *d, centi_t raw,
	    int64_t at_ms);
/* It told the time of its newest value by its own clock: by how much too late,
 * as plausible_clock_take(). */
int64_t	 device_told(struct device *d, int64_t told_ms, int64_t network_ms);
/* It was heard: an older message than one before changes nothing. */
void	 device_hear(struct device *d, const struct uplink *u,
	    const struct uplink_obs *obs, int64_t at_ms);
/* A list has a reading of it, which came by no message of its own: with its
 * battery (or -1), its signal (or 0) and what speaks against it. */
void	 device_mentioned(struct device *d, int battery, int rssi_dbm,
	    unsigned doubts, int64_t at_ms);
/* Adds what was heard of it, if anything, to the rows that device_heard will
 * write; queues that it is active now, and
 * what its network calls it, once that is learnt. */
void	 device_save(struct device *d, struct db *db, struct db_rows *news);
extern const struct db_stmt device_heard;	/* organization, news */
/* Queues that it joined the network. */
void	 device_joined(struct db *db, const struct device *d, int64_t at_ms);
/* Queues that it answered the network, and what of its battery. */
void	 device_status(struct db *db, const struct device *d,
	    const struct uplink *u, int64_t at_ms);

extern const struct db_stmt_list device_stmts;

#endif
