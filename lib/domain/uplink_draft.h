/*
 * uplink_draft.h - what was found in a payload so far, and the choice from it.
 *
 * The walk hands in every temperature, level and state it comes across, with
 * its rank; draft_finish() then decides which temperature is the main one,
 * which Fahrenheit is only the Celsius again, which sensor is not to be
 * believed because the device says so, and puts the instants in order.
 * Internal to uplink.
 */
#ifndef FG_UPLINK_DRAFT_H
#define FG_UPLINK_DRAFT_H
#include "domain/uplink.h"
#include "domain/uplink_field.h"

#define DRAFT_UNWELL_MAX	8
#define DRAFT_SAME_INSTANT_MS	1000	/* a clock runs on while decoding */

/* A place in the payload, as a chain up to its root. */
struct draft_path {
	const struct draft_path	*up;	/* NULL at the root */
	const char		*key;	/* NULL: an element of a list */
	size_t			 index;
};

struct draft_temp {
	unsigned	 obs;
	struct field	 field;		/* a temperature or a fault of one */
	uint64_t	 places;
	int		 channel;
	char		 path[UPLINK_PATH_MAX + 1];
};

struct draft_unwell {
	uint64_t	 places;
	int		 channel;
	const char	*what;
};

struct draft_ranks {		/* of what an observation holds already */
	int	humidity;
	int	mv;
	int	percent;
	int	door;
};

struct draft {
	struct uplink		*u;
	struct uplink_why	*why;		/* may be NULL */
	unsigned		 temp_count;
	struct draft_temp	 temps[UPLINK_TEMPS_MAX];
	struct draft_ranks	 ranks[UPLINK_OBS_MAX];
	unsigned		 unwell_count;
	struct draft_unwell	 unwell[DRAFT_UNWELL_MAX];
	bool		pins;	/* it shows the levels of bare wires */
	bool		battery_code;	/* it has a battery's status */
	uint64_t	seen;	/* quantities that were found */
	uint64_t	skip;	/* quantities not to be taken any more */
};

/* Observation 0 is the message's own instant. */
void		 draft_init(struct draft *d, struct uplink *u,
		    struct uplink_why *why);
/* The observation of an instant, new or not; the oldest makes room. Returns
 * UPLINK_OBS_MAX if this one is older than all that there is room for. */
unsigned	 draft_instant(struct draft *d, int64_t at_ms, bool history);
void		 draft_add(struct draft *d, unsigned obs,
		    const struct draft_path *path,
		    const struct field_name *name, const struct field *f);
/* What is not a field that can be judged; nothing if nobody asks why. */
void		 draft_note(struct draft *d, const struct draft_path *path,
		    bool used, const char *what);
void		 draft_finish(struct draft *d);

#endif
