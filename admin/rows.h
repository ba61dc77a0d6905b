/*
 * rows.h - the rows of a list, for people or for programs.
 *
 * Decides the form alone: a table whose headings are the columns' names in
 * words ("devEui" is DEV EUI), or a JSON array of objects with these names.
 */
#ifndef FG_ROWS_H
#define FG_ROWS_H
#include <stdbool.h>
#include <stdio.h>

#include "db/db.h"

/* args: as many as st has. */
enum db_rc	rows_print(struct db *db, const struct db_stmt *st,
		    const struct db_arg *args, bool json, FILE *f) must_check;

#endif
