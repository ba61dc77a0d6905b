/* An Authorization header: a secret is part of it, and no longer than it. */
#include "web/credential.h"
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena	 a = ARENA_INIT;
	char		*text = arena_strndup(&a, (const char *)data, len);
	const char	*bearer = credential_bearer(text);
	const char	*basic = credential_basic(text, &a);

	if (bearer != NULL && (basic != NULL || bearer <= text ||
	    bearer > text + strlen(text)))
		abort();
	if (basic != NULL && strlen(basic) >= strlen(text))
		abort();
	arena_release(&a);
	return 0;
}
