/* valid.h - what a validator is called, and the JSON type it wants. */
#ifndef FG_VALID_H
#define FG_VALID_H
#include "web/web.h"

/* "integer"; a program's own validator is of the kind "text". Static. */
const char	*valid_name(web_valid *valid);
/* NULL when a JSON value has the type the validator wants, else a phrase. */
const char	*valid_json_fault(web_valid *valid, struct json_object *v);

#endif
