/*
 * excursion_keep.h - what a replay found, made records.
 *
 * Decides what is new beside the records there are, what is to be corrected
 * and what is disproved. Nothing is rewritten silently: each of the three is a
 * line of the trail, and a record that is withdrawn stays. Finding the same
 * again changes nothing.
 */
#ifndef FG_EXCURSION_KEEP_H
#define FG_EXCURSION_KEEP_H
#include "db/rows.h"
#include "domain/replay.h"

struct excursion_keep {
	struct uuid	organization, unit, site, area;
	int64_t		now_ms;
	/* What was replayed, and in it the beginning of the excursion that was
	 * not seen to its end: its record is left alone; 0: none. */
	int64_t		since_ms, until_ms, going_on_ms;
	/* What began before it was made of readings that are dropped, and is
	 * left alone too. */
	int64_t		whole_ms;
	/* Found, in the order they began. */
	const struct replay_excursion *v;
	size_t		n;
	/* What it came to. */
	int64_t		added, corrected, withdrawn;
};

/* In a transaction that holds the unit's lock. */
enum db_rc	 excursion_keep(struct db *db, struct excursion_keep *k,
		    struct arena *arena) must_check;

extern const struct db_stmt_list excursion_keep_stmts;

#endif
