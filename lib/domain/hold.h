/*
 * hold.h - what must not be deleted: placed and lifted, by whom and why.
 *
 * A hold is on an organization, a site, a unit, or on a month as a whole, with
 * bounds in time where somebody knows them. What it keeps is decided in the
 * database (sql/functions/82-holds.sql), which also writes the trail.
 */
#ifndef FG_HOLD_H
#define FG_HOLD_H
#include "db/db.h"

struct hold {				/* strings are borrowed */
	const char	*organization;	/* its slug, or NULL with a month */
	const char	*site, *unit;	/* id or name; at most one, or NULL */
	const char	*month;		/* 2024-03, or NULL */
	int64_t		 from_ms, until_ms;	/* 0: no bound */
	int64_t		 expires_ms;	/* 0: until somebody lifts it */
	const char	*reason, *by;
};

enum hold_rc {
	HOLD_OK,
	HOLD_NOTHING,		/* no such thing to hold, or to lift */
	HOLD_MANY,		/* several have that name */
	HOLD_ALREADY,		/* the month is held: a month has one hold */
	HOLD_FAIL		/* already logged */
};

enum hold_rc	 hold_place(struct db *db, const struct hold *h,
		    struct uuid *id) must_check;
enum hold_rc	 hold_lift(struct db *db, const struct uuid *id,
		    const char *reason, const char *by) must_check;
/* Rows of hold_list, the lifted and expired ones too if all. */
#define HOLD_LIST_NCOLS	13
enum db_rc	 hold_list(struct db *db, bool all, PGresult **res) must_check;

#endif
