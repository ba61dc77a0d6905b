/*
 * known.h - the sessions that this worker has met lately.
 *
 * Decides nothing about them: they may have ended since. Who takes one from
 * here must have it proved before an answer leaves (guard.h). Kept by the
 * token's keyed hash; the newer of two that want the same place has it.
 */
#ifndef FG_KNOWN_H
#define FG_KNOWN_H
#include "domain/session.h"

#define KNOWN_MAX	64

/* NULL: not met. Borrowed until the next known_keep() or known_forget(). */
const struct session	*known_find(const char hash[TOKEN_HASH]);
void			 known_keep(const char hash[TOKEN_HASH],
			    const struct session *s);	/* copied */
void			 known_forget(const char hash[TOKEN_HASH]);

#endif
