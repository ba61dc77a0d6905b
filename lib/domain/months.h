/*
 * months.h - the partitions of readings: made ahead, made compact, retired.
 *
 * Decides which months there must be, which are closed and made compact, which
 * others have grown loose and get full pages, and which are past their time. What a hold keeps, and how a month goes
 * without it, is decided in the database (sql/functions/8*), where nobody can
 * go round it. Works beside ingest: no lock that excludes readings is waited
 * for longer than a moment.
 */
#ifndef FG_MONTHS_H
#define FG_MONTHS_H
#include "db/db.h"

/* Months rewritten by one run, at most. */
#define MONTHS_COMPACT_MAX	6
/* Months of strays that one run makes room for. */
#define MONTHS_STRAY_MAX	120

struct months_health {
	int64_t	in_default;		/* rows that have no month */
	int64_t	ahead;			/* months without a gap after this */
	int64_t	count;
	int64_t	oldest_at_ms;
	int64_t	rows;			/* as the planner knows them */
	int64_t	bytes;
};

struct months {
	struct db	*db;		/* as the owner of the tables */
	int64_t		 now_ms;
	bool		 dry_run;
	int64_t		 ahead;		/* months beyond this one */
	int64_t		 keep;		/* months a reading lives; 0: for ever */
	/* What it came to. */
	int64_t		 made, moved;	/* months; rows out of the default */
	int64_t		 retired, reduced;	/* months gone; held in part */
	int64_t		 gone, kept;	/* their rows */
	int64_t		 compacted, filled;	/* closed, and open ones */
	int64_t		 left;		/* months that wait for the next run */
	struct months_health health;
};

/* DB_OK also when months are left. In this order: make, move, retire, make
 * compact, fill, look. */
enum db_rc	 months_keep(struct months *m) must_check;

extern const struct db_stmt_list months_stmts;

#endif
