/*
 * excursion.h - excursions that were found afterwards, as people see them.
 *
 * Reading only: what came late is judged by replay.h, and becomes a record in
 * excursion_keep.h. Decides how such a record is listed and worded: with the
 * time at which it was and the time at which it became known.
 *
 * All of it runs within a transaction of the organization. Strings live in
 * the arena.
 */
#ifndef FG_EXCURSION_H
#define FG_EXCURSION_H
#include "domain/history.h"
#include "domain/page.h"

struct excursion_found {		/* plain value */
	struct uuid	 id, unit;
	const char	*unit_name, *place, *timezone;
	bool		 fahrenheit;	/* how its people read */
	int64_t		 from_ms, last_ms;	/* readings out of range */
	int64_t		 to_ms;		/* 0: it lasted at the last of them */
	bool		 high;		/* else below the low limit */
	bool		 confirmed;
	centi_t		 limit, worst, mean;
	int64_t		 n;		/* readings out of range */
	int64_t		 found_at_ms;
	int64_t		 corrected_at_ms;	/* 0: not */
};

/* Newest found first; unit nil: of all. Without those that were withdrawn. */
enum db_rc	 excursion_list(struct db *db, const struct uuid *organization,
		    const struct uuid *unit, struct page *page,
		    struct arena *arena, struct excursion_found **v)
		    must_check;
struct json_object *excursion_to_json(const struct excursion_found *e);
/* For a chart, in time order. */
enum db_rc	 excursion_spans(struct db *db, const struct history_of *of,
		    struct arena *arena, struct history_span **v, size_t *n)
		    must_check;

extern const struct db_stmt_list excursion_stmts;

#endif
