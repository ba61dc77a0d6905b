/*
 * device.h - a sensor as its message finds it: whose, on which unit, how it is.
 *
 * Decides how a message is traced to a device of the organization its secret
 * belongs to, and never to another's; and what of the device each message
 * changes. What is measured is ingest's to store. All of it is queued in, or
 * part of, the caller's transaction, which it gives its tenant.
 */
#ifndef FG_DEVICE_H
#define FG_DEVICE_H
#include "domain/battery.h"
#include "domain/unit_watch.h"
#include "domain/uplink.h"

enum device_rc {
	DEVICE_FOUND,
	DEVICE_UNKNOWN,		/* not of this organization, or deleted */
	DEVICE_UNAUTHORIZED	/* no enabled connection has this secret */
};

struct device {			/* plain value */
	enum device_rc	 rc;
	struct uuid	 organization;	/* nil unless authorized */
	struct uuid	 id;		/* nil unless found, and what follows */
	struct uuid	 unit;		/* nil: on none that is watched */
	bool		 active;
	enum battery_chemistry chemistry;
	int32_t		 low_battery_mv;
};

/* Who sent u, and, if it is on a unit, that unit under its lock. One round
 * trip for a sensor that tells its DevEUI and is on a unit. */
enum db_rc	 device_find(struct db *db, const char *secret_hash,
		    const struct uplink *u, int64_t now_ms, struct device *out,
		    struct unit_watch *watch) must_check;
/* Whether a secret is anybody's: DB_OK or DB_NONE. */
enum db_rc	 device_secret(struct db *db, const char *secret_hash)
		    must_check;
/* Whether this frame was here before in another message: as uplink_message,
 * which says more than uplink_normalized, or with a time not believed. */
enum db_rc	 device_knows_frame(struct db *db, const struct device *d,
		    const struct uplink *u, bool *known) must_check;

/* What the device says of its battery, else what the voltage means by its
 * chemistry; -1: neither. */
int		 device_battery(const struct device *d,
		    const struct uplink_obs *obs);
/* Queue: it was heard; it joined the network. */
void		 device_seen(struct db *db, const struct device *d,
		    const struct uplink *u, const struct uplink_obs *obs,
		    int64_t at_ms);
void		 device_joined(struct db *db, const struct device *d,
		    int64_t at_ms);

extern const struct db_stmt_list device_stmts;

#endif
