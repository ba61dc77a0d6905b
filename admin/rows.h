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

/* st has one argument, the organization; nil is null. */
enum db_rc	rows_print(struct db *db, const struct db_stmt *st,
		    const struct uuid *organization, bool json, FILE *f)
		    must_check;

#endif
