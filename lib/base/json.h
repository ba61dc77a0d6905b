/*
 * json.h - strict parsing of untrusted JSON, and checked access to it.
 *
 * Nesting is limited to JSON_DEPTH; a duplicated key, trailing bytes, NaN or a
 * comment is an error. Values are json-c objects; what json_parse() returns is
 * the caller's to json_object_put().
 */
#ifndef FG_JSON_H
#define FG_JSON_H
#include "base/centi.h"
#include "base/uuid.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH	16

/* NULL on error; *why (may be NULL) is then a static phrase. */
struct json_object *json_parse(const char *text, size_t len, const char **why);
/* The same for what devices' decoders wrote: they put raw bytes in text, so a
 * value (not a key) may hold NUL; read it with its length. */
struct json_object *json_parse_device(const char *text, size_t len,
    const char **why);
/* Borrowed; NULL if absent, null, or of another type. */
const char *json_str(struct json_object *o, const char *key, size_t *len);
struct json_object *json_obj(struct json_object *o, const char *key);
struct json_object *json_arr(struct json_object *o, const char *key);
/* False if absent, null, not a number of that kind, or outside min..max. */
bool	 json_int(struct json_object *o, const char *key, int64_t min,
	    int64_t max, int64_t *out);
bool	 json_num(struct json_object *o, const char *key, double *out);
/* Builders: add to o, taking nothing over; a NULL string becomes null. key is
 * not copied: it is a literal, or lives as long as o. */
void	 json_put_str(struct json_object *o, const char *key, const char *v);
void	 json_put_int(struct json_object *o, const char *key, int64_t v);
void	 json_put_bool(struct json_object *o, const char *key, bool v);
/* A number with two decimals, -18.00. */
void	 json_put_centi(struct json_object *o, const char *key, centi_t v);
/* The nil uuid and the instant 0 are written as null. */
void	 json_put_uuid(struct json_object *o, const char *key,
	    const struct uuid *v);
void	 json_put_when(struct json_object *o, const char *key, int64_t at_ms);
/* v is owned by o from here on. */
void	 json_put(struct json_object *o, const char *key,
	    struct json_object *v);

#endif
