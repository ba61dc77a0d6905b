/*
 * credential.h - the secret that a program sends with its request.
 *
 * Decides how one is found in a header. Which headers a program looks at is its
 * own to say, and so is what the secret opens.
 */
#ifndef FG_CREDENTIAL_H
#define FG_CREDENTIAL_H
#include "web/web.h"

/* The first of these headers, a list that ends with NULL, that says something;
 * NULL: none does. */
const char	*credential_header(struct web_req *req,
		    const char *const *names);
/* Of "Bearer SECRET"; borrowed. NULL: it is no such text, or NULL itself. */
const char	*credential_bearer(const char *authorization);
/* The password of "Basic BASE64", in the arena. NULL as above. */
const char	*credential_basic(const char *authorization,
		    struct arena *arena);

#endif
