#include "web/credential.h"
#include <sodium.h>
#include <string.h>
#include <strings.h>

const char *
credential_header(struct web_req *req, const char *const *names)
{
	const char	*value;

	for (; *names != NULL; names++)
		if ((value = web_header(req, *names)) != NULL &&
		    *value != '\0')
			return value;
	return NULL;
}

/* What follows "scheme "; NULL where that is not what it begins with. */
static const char *
behind(const char *scheme, const char *authorization)
{
	size_t	len = strlen(scheme);

	return authorization != NULL &&
	    strncasecmp(authorization, scheme, len) == 0 &&
	    authorization[len] == ' ' ? authorization + len + 1 : NULL;
}

const char *
credential_bearer(const char *authorization)
{
	return behind("Bearer", authorization);
}

const char *
credential_basic(const char *authorization, struct arena *arena)
{
	const char	*coded = behind("Basic", authorization);
	char		*text, *colon;
	size_t		 max, len;

	if (coded == NULL)
		return NULL;
	max = strlen(coded);
	text = arena_alloc(arena, max + 1);
	if (sodium_base642bin((unsigned char *)text, max, coded, max, NULL,
	    &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    memchr(text, '\0', len) != NULL)
		return NULL;
	text[len] = '\0';
	colon = strchr(text, ':');
	return colon != NULL ? colon + 1 : NULL;
}
