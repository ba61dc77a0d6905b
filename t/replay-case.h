/*
 * replay-case.h - what is stored of a unit, in memory, and what late readings
 * make of it: the store that lib/domain/replay_run.h has in the database.
 */
#ifndef REPLAY_CASE_H
#define REPLAY_CASE_H
#include "domain/replay.h"

#define CASE_ITEMS	512
#define CASE_RULES	16

struct replay_case {			/* zeroed at first, and arena */
	struct replay_item	 items[CASE_ITEMS];	/* in their order */
	size_t			 nitems;
	struct replay_rules	 rules[CASE_RULES];
	size_t			 nrules;
	struct replay_checkpoint checkpoints[128];
	size_t			 ncheckpoints;
	struct replay_excursion	 found[128];	/* in the order they began */
	size_t			 nfound;
	struct replay		 end;
	size_t			 fed;		/* items taken by the last one */
	struct arena		 arena;
};

/* Stores them, in any order, and replays what they change, up to until_ms. */
void	 replay_case_add(struct replay_case *c, const struct replay_item *v,
	    size_t n, int64_t until_ms);
/* The excursions, a line each: "+5m..+20m high 8.00 mean 7.00 of 3". Static. */
const char *replay_case_found(const struct replay_case *c);
void	 replay_case_release(struct replay_case *c);

#endif
