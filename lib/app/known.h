/*
 * known.h - the sessions that this worker has found within the last minute.
 *
 * Decides nothing about them: they may have ended since. Who takes one from
 * here must have it proved before an answer leaves (guard.h); the minute is for
 * the visit that finding one notes. The newer of two that want the same place
 * has it.
 */
#ifndef FG_KNOWN_H
#define FG_KNOWN_H
#include "domain/session.h"

#define KNOWN_MAX	64
#define KNOWN_MS	60000

/* NULL: not found lately. Borrowed until the next known_keep(). */
const struct session	*known_find(const char hash[TOKEN_HASH],
			    int64_t now_ms);
void			 known_keep(const struct session *s,
			    int64_t now_ms);	/* copied */

#endif
