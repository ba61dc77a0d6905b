/*
 * bulk_item.h - one reading as a customer's program sends it.
 *
 * Decides which fields there are, how each is written and within which bounds
 * it lies, and says of a bad one which it is and why. Names count by letters
 * and digits, whatever their case, so that "unitId" and "unit_id" are one.
 * Pure: whose the unit is, and what the reading means, is bulk.h.
 */
#ifndef FG_BULK_ITEM_H
#define FG_BULK_ITEM_H
#include "base/centi.h"
#include "base/uuid.h"
#include "domain/deveui.h"
#include "domain/kinds.h"

#define BULK_AHEAD_MS		(5 * 60 * INT64_C(1000))
#define BULK_BEHIND_MS		(30 * 24 * 3600 * INT64_C(1000))
#define BULK_BACKFILL_MS	(730 * 24 * 3600 * INT64_C(1000))

enum bulk_status {
	BULK_STORED,
	BULK_DUPLICATE,		/* it was there already */
	BULK_LATE,		/* stored as history: late.h */
	BULK_ERROR,
	BULK_STATUS__MAX
};

/* Static phrases, but the name of a field nobody knows is as borrowed as it
 * came. code NULL: none. */
struct bulk_fault {
	const char	*code, *field, *message;
};

struct device;

struct bulk_item {		/* plain value */
	size_t		 index;		/* in what was sent */
	unsigned	 given;		/* fields, for bulk_item_set() */
	struct uuid	 unit;		/* nil: that of the device */
	char		 dev_eui[DEVEUI_TEXT];	/* or "" */
	struct device	*device;	/* that is its sensor, for bulk_find.h
					 * to find; or NULL */
	int64_t		 recorded_at_ms;
	centi_t		 temperature;
	centi_t		 raw;		/* before the sensor's calibration,
					 * which is bulk.h's to add */
	bool		 fahrenheit;	/* until bulk_item_end() */
	bool		 has_humidity;
	int32_t		 humidity_cpct;
	int		 battery;	/* per cent; -1: not told */
	int		 rssi_dbm;	/* 0: not told */
	enum door_state	 door;
	char		 source;	/* as in struct reading */
	struct bulk_fault fault;	/* the first */
	/* What became of it: bulk.h. */
	enum bulk_status status;
	int64_t		 stored;
};
#define BULK_ITEM_INIT	{ .battery = -1, .source = 'a' }

enum bulk_kind { BULK_TEXT, BULK_NUMBER, BULK_BOOL, BULK_ANY };

/* One field: its name and value as written, and what a format that tells
 * texts from numbers says it is; where none does, BULK_ANY. An empty value of
 * BULK_ANY is as good as none. */
void	 bulk_item_set(struct bulk_item *it, const char *name,
	    enum bulk_kind kind, const char *text, size_t len);
/* All fields have been set: what is missing, and whether the time is within
 * what may be sent now. */
void	 bulk_item_end(struct bulk_item *it, int64_t now_ms, bool backfill);
/* Notes a fault, unless there is one. */
void	 bulk_item_fault(struct bulk_item *it, const char *code,
	    const char *field, const char *message);
/* "stored": static. */
const char *bulk_status_name(enum bulk_status s);

#endif
