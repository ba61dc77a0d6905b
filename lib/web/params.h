/*
 * params.h - the values of a request by the table of its route.
 *
 * Every value is known, given once, of its type and within its limits, or the
 * request is refused with all of its faults named.
 */
#ifndef FG_PARAMS_H
#define FG_PARAMS_H
#include "web/request.h"

/* Reads the body as its Content-Type says and finds the CSRF token in it or
 * in the header. Raw programs: only the header. WEB_INVALID if malformed. */
enum web_rc	params_parse(struct web_req *req) must_check;
/* Fills req->arg. */
enum web_rc	params_check(struct web_req *req) must_check;

#endif
