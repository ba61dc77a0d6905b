/*
 * json_scan.h - what json-c would let pass: one look at the bytes before it.
 *
 * Refuses bad UTF-8, control bytes, NUL in any spelling, NaN, Infinity,
 * comments, and numbers such as -01 or "1."; counts the members, so that keys
 * which json-c silently merged are noticed, and refuses more values than any
 * of us sends: what json-c makes of "{}" takes 200 times its space. Pure. Does
 * not decide whether the text is JSON otherwise; json-c does.
 */
#ifndef FG_JSON_SCAN_H
#define FG_JSON_SCAN_H
#include <stddef.h>

#define JSON_NESTS_MAX	100000		/* objects and arrays */
#define JSON_VALUES_MAX	400000		/* in them */

/* NULL when there is no fault, else a static phrase. *members is the number
 * of "key": in the text, at any depth. */
const char *json_scan(const char *s, size_t len, size_t *members);
/* The same, but a string that is not a key may hold an escaped NUL. */
const char *json_scan_device(const char *s, size_t len, size_t *members);

#endif
