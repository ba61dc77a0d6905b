/*
 * devices.h - who sent each message: organization, sensor, unit.
 *
 * Decides how messages are traced to devices of the organization that their
 * secret belongs to, and never to another's. Works on many messages at once:
 * those of one secret are a party and share their statements; two messages of
 * one device, or of one unit, share what is known of it. Units are locked, and
 * saved with their devices. All of it is part of the caller's transaction,
 * which it gives its tenant.
 */
#ifndef FG_DEVICES_H
#define FG_DEVICES_H
#include "domain/device.h"
#include "domain/unit_watch.h"

#define DEVICES_MAX	256	/* messages at once */

struct devices;

/* Those who came with the same secret. */
struct device_party {
	struct devices	*all;
	const char	*secret_hash;	/* borrowed from the first of them */
	struct uuid	 organization;	/* nil: no enabled connection has it */
	bool		 used;		/* by somebody who sent a message */
	bool		 unnoted;	/* that it was, for a minute */
};

/* One name of a device, in one party. */
struct device_slot {
	const struct device_party *party;
	const struct uplink	*u;	/* the first message that names it so */
	bool			 recall;
	struct device		 d;
};

/* One message, and who sent it. */
struct device_ask {
	const char		*secret_hash;
	const struct uplink	*u;
	bool			 recall;	/* device_knows_frame() will be
						 * asked */
	bool			 fetched;	/* by ourselves */
	struct device_party	*party;		/* found, and so is */
	struct device		*device;	/* never NULL */
	struct device_slot	*slot;		/* devices' own */
};

struct devices {			/* large, for reuse: zeroed at first */
	size_t			 nparties, n, nwatches;
	int64_t			 now_ms;
	enum db_rc		 rc;		/* of our reading the answers */
	struct device_party	 party[DEVICES_MAX];
	struct device_slot	 v[DEVICES_MAX];
	struct device_slot	*order[DEVICES_MAX];	/* by name */
	struct unit_watch	 watch[DEVICES_MAX];
	struct db_rows		 rows;
};

/* Who sent what. One round trip for sensors that tell their DevEUI and are on
 * a unit. n is at most DEVICES_MAX. */
enum db_rc	 devices_find(struct devices *all, struct db *db,
		    struct device_ask *ask, size_t n, int64_t now_ms)
		    must_check;
/* Queues what follows for this party: the transaction's tenant is theirs. */
void		 devices_turn(const struct devices *all, struct db *db,
		    const struct device_party *party);
/* Queues what has become of the devices and units of a party's organization. */
void		 devices_save(struct devices *all, struct db *db,
		    const struct device_party *party);
void		 devices_release(struct devices *all);

/* Whether a secret is anybody's: DB_OK or DB_NONE. */
enum db_rc	 device_secret(struct db *db, const char *secret_hash)
		    must_check;

extern const struct db_stmt_list devices_stmts;

#endif
