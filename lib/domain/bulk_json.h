/*
 * bulk_json.h - readings out of JSON: a list of objects, or one on each line.
 *
 * Decides what such a list looks like; an object's members are the fields of a
 * reading (bulk_item.h). Where a line ends is clear, so one that is not JSON is
 * at fault alone. Pure.
 */
#ifndef FG_BULK_JSON_H
#define FG_BULK_JSON_H
#include "domain/bulk_list.h"

/* "[...]" or {"readings":[...]}; and an object on each line. */
bulk_read_fn	 bulk_json_read, bulk_json_read_lines;
/* Only parses: l->json, any value. */
bulk_read_fn	 bulk_json_parse;

#endif
