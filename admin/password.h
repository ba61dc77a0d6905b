/*
 * password.h - a new password: asked for, or made.
 *
 * Never an argument, which others could see and shells remember: from the
 * terminal, twice and unseen; else the first line of standard input. What is
 * good enough is session_password_fault()'s to decide. Likewise, but once, for
 * other secrets, which are always asked for.
 */
#ifndef FG_PASSWORD_H
#define FG_PASSWORD_H
#include <stdbool.h>

#include "base/buf.h"
#include "domain/session.h"

/* False: fault has a phrase. */
bool	password_get(bool ask, char out[SESSION_PASSWORD_MAX + 1],
	    struct buf *fault) __attribute__((warn_unused_result));

/* what names it: "API key". False: fault has a phrase. */
bool	secret_get(const char *what, char *out, size_t size, struct buf *fault)
	    __attribute__((warn_unused_result));

#endif
