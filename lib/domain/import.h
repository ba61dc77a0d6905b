/*
 * import.h - history of other loggers into the readings, a batch at a time.
 *
 * A batch is one transaction with the position in the file, so that whatever
 * interrupts it, what is stored is known. What comes in is history: no alert,
 * nobody told, the unit's state as it was; sums of its hours are made anew, and
 * what was out of range is found by a replay.
 *
 * Its readings go straight into the table by COPY, but for those that are there
 * already, which are read beforehand; both are in the order of the table's key,
 * so that one look at each is enough. Nobody waits for that: not the sensors of
 * the same units, whose readings have other keys, and no lock is held but the
 * one against deleting a unit. Whoever stores the same reading in between makes
 * the batch begin again.
 */
#ifndef FG_IMPORT_H
#define FG_IMPORT_H
#include "db/db.h"
#include "domain/reading_copy.h"

#define IMPORT_BATCH	50000	/* readings, in 5 MB */
#define IMPORT_HASH	32

struct import_part;

struct import {
	struct db	*db;		/* as a superuser: COPY */
	struct uuid	 organization;
	int64_t		 now_ms;
	bool		 dry_run;	/* look what is there, store nothing */
	unsigned char	 hash[IMPORT_HASH];	/* which file it is */
	/* How far it is; a file that was interrupted does not begin at 0. */
	int64_t		 line;		/* done with, as all before it */
	int64_t		 stored, known, refused;
	/* The batch. */
	struct reading_copy *v;
	size_t		 n;
	/* Those to be stored, by unit and time; of each unit a part. */
	const struct reading_copy **order;
	size_t		 norder;
	struct import_part *parts;
	size_t		 nparts;
};

/* Looks up how far the file is; one that was finished begins anew. */
enum db_rc	 import_open(struct import *im, const char *file_name)
		    must_check;
void		 import_release(struct import *im);
/* Room for no other: import_flush(). */
bool		 import_is_full(const struct import *im);
void		 import_add(struct import *im, const struct reading_copy *r);
/* Stores the batch; everything up to the line is done with then. DB_CONFLICT:
 * somebody else is storing the same readings, and not for the first time. */
enum db_rc	 import_flush(struct import *im, int64_t line) must_check;
/* The same, for good. */
enum db_rc	 import_finish(struct import *im, int64_t line) must_check;

#endif
