/*
 * seal.h - secrets of tenants that we must be able to use, as they are stored.
 *
 * An API key for a customer's network has to be sent, so a hash of it would not
 * do. It is sealed (XChaCha20-Poly1305) under the installation's key file, and
 * bound to its place: the id of its row and the name of its column. Moved to
 * another row, or changed by a bit, it does not open.
 */
#ifndef FG_SEAL_H
#define FG_SEAL_H
#include "base/uuid.h"

#define SEAL_MAX	128		/* characters of a secret */
#define SEAL_TEXT	(3 + 2 * (1 + 24 + SEAL_MAX + 16))

/* out: bytea text. Each time another, for the same secret too. */
const char	*seal_close(const struct uuid *row, const char *column,
		    const char *secret, char out[SEAL_TEXT]);
/* False: it was not closed here, or has been changed. */
bool		 seal_open(const struct uuid *row, const char *column,
		    const char *sealed, char out[SEAL_MAX + 1])
		    __attribute__((warn_unused_result));

#endif
