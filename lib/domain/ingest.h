/*
 * ingest.h - messages become stored readings and decisions.
 *
 * Decides which device of which organization a message belongs to, what of it
 * is stored, what the engine is asked, and when "stored" may be said: after
 * the commit. Messages that wait together share one transaction of two round
 * trips: find and lock, then write and commit; one that spoils it fails alone.
 * Says nothing of HTTP; the words of the answers are the program's.
 *
 * A time the message gives is believed within INGEST_AHEAD_MS of the future
 * and INGEST_BEHIND_MS of the past; outside, or without one, the message is
 * taken to be of the moment it arrived, and that is counted.
 */
#ifndef FG_INGEST_H
#define FG_INGEST_H
#include "db/db.h"
#include "domain/devices.h"
#include "domain/unit_effects.h"
#include "domain/uplink.h"

#define INGEST_MAX		DEVICES_MAX	/* messages in a batch */
#define INGEST_AHEAD_MS		(5 * 60 * 1000LL)
#define INGEST_BEHIND_MS	(30 * 24 * 3600 * 1000LL)

enum ingest_rc {
	INGEST_STORED,		/* at least one new reading is durable */
	INGEST_SEEN,		/* nothing to store; the sensor is alive */
	INGEST_DUPLICATE,	/* all of it was there already */
	INGEST_LATE,		/* stored as history: late.h */
	INGEST_NO_UNIT,		/* the sensor is attached to no unit */
	INGEST_NOTED,		/* a join or a downlink event of a known device */
	INGEST_UNAUTHORIZED,	/* no enabled connection has this secret */
	INGEST_UNKNOWN_DEVICE,	/* not of this organization */
	INGEST_DOWN,		/* the database is away: nothing is known */
	INGEST_FAIL,		/* our mistake, already logged */
	INGEST__MAX
};

struct ingest_result {
	enum ingest_rc	 rc;
	struct uuid	 organization;	/* nil unless authorized */
	struct uuid	 device;	/* nil unless known */
	struct uuid	 unit;		/* nil unless attached */
	bool		 has_temperature;
	centi_t		 temperature;	/* of the newest observation */
	int64_t		 recorded_at_ms;
	bool		 time_replaced;	/* the message's was not believable */
	int64_t		 stored;	/* readings that are new */
	struct live_list live;		/* to be told now */
};

struct ingest_item {		/* a message, and what became of it */
	const char		*secret_hash;	/* of token_hash(TOKEN_WEBHOOK) */
	const struct uplink	*u;
	/* When it arrived: for a spooled one before now_ms. */
	int64_t			 received_at_ms;
	bool			 fetched;	/* we asked for it: that its
						 * secret is used does not
						 * follow */
	struct ingest_result	 result;
};

struct ingest;				/* opaque: room for a batch */

struct ingest	*ingest_new(void);
void		 ingest_free(struct ingest *in);	/* NULL works */
/* In the order in which they came, at most INGEST_MAX. What their results
 * have to tell lives until the next call. */
void		 ingest_batch(struct ingest *in, struct db *db,
		    struct ingest_item *items, size_t n, int64_t now_ms);
/* A batch of one. */
enum ingest_rc	 ingest_uplink(struct ingest *in, struct db *db,
		    struct ingest_item *item, int64_t now_ms) must_check;

#endif
