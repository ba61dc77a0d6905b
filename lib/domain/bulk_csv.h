/*
 * bulk_csv.h - readings out of CSV, whose first line names the fields.
 *
 * Decides how lines become items: one of more or fewer fields than the first is
 * at fault alone, what is no CSV (csv.h) spoils the rest. Pure.
 */
#ifndef FG_BULK_CSV_H
#define FG_BULK_CSV_H
#include "domain/bulk_list.h"

bulk_read_fn	 bulk_csv_read;

#endif
