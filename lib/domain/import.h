/*
 * import.h - history of other loggers into the readings, a batch at a time.
 *
 * A batch is one transaction with the position in the file, so that whatever
 * interrupts it, what is stored is known. What comes in is history: no alert,
 * nobody told, the unit's state as it was; sums of its hours are made anew, and
 * what was out of range is found by a replay.
 *
 * Where a batch meets nothing that was imported for its units and its span of
 * time it goes straight into the table by COPY; otherwise by way of a temporary
 * one, and what is there already stays and is counted.
 */
#ifndef FG_IMPORT_H
#define FG_IMPORT_H
#include "db/db.h"
#include "domain/reading_copy.h"

#define IMPORT_BATCH	50000	/* readings */
#define IMPORT_UNITS	64	/* a batch of more goes the longer way */
#define IMPORT_HASH	32

struct import_span;

struct import {
	struct db	*db;		/* as a superuser: COPY */
	struct uuid	 organization;
	int64_t		 now_ms;
	bool		 dry_run;	/* roll each batch back */
	unsigned char	 hash[IMPORT_HASH];	/* which file it is */
	/* How far it is; a file that was interrupted does not begin at 0. */
	int64_t		 line;		/* done with, as all before it */
	int64_t		 stored, known, refused;
	int64_t		 straight;	/* of those stored now */
	/* The batch. */
	struct reading_copy *v;
	size_t		 n;
	struct import_span *spans;
	size_t		 nspans;
};

/* Looks up how far the file is; one that was finished begins anew. */
enum db_rc	 import_open(struct import *im, const char *file_name)
		    must_check;
void		 import_release(struct import *im);
/* Room for no other: import_flush(). */
bool		 import_is_full(const struct import *im);
void		 import_add(struct import *im, const struct reading_copy *r);
/* Stores the batch; everything up to the line is done with then. */
enum db_rc	 import_flush(struct import *im, int64_t line) must_check;
/* The same, for good. */
enum db_rc	 import_finish(struct import *im, int64_t line) must_check;

extern const struct db_stmt_list import_stmts;

#endif
