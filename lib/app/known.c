#include "app/known.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

struct known {
	char		 hash[TOKEN_HASH];	/* "": nobody */
	struct session	 session;
	char		*texts[4];		/* the session's */
};

static struct known	known[KNOWN_MAX];

/* By its first digits: those of a hash are random. */
static struct known *
place_of(const char hash[TOKEN_HASH])
{
	const char	digits[] = { hash[2], hash[3], '\0' };

	return &known[strtoul(digits, NULL, 16) % KNOWN_MAX];
}

const struct session *
known_find(const char hash[TOKEN_HASH])
{
	const struct known	*k = place_of(hash);

	return strcmp(k->hash, hash) == 0 ? &k->session : NULL;
}

static void
clear(struct known *k)
{
	for (size_t i = 0; i < sizeof(k->texts) / sizeof(k->texts[0]); i++)
		free(k->texts[i]);
	*k = (struct known){ .hash = "" };
}

static const char *
keep_text(struct known *k, size_t i, const char *text)
{
	return k->texts[i] = mem_strdup(text);
}

void
known_keep(const char hash[TOKEN_HASH], const struct session *s)
{
	struct known	*k = place_of(hash);

	clear(k);
	memcpy(k->hash, hash, sizeof(k->hash));
	k->session = *s;
	k->session.name = keep_text(k, 0, s->name);
	k->session.email = keep_text(k, 1, s->email);
	k->session.organization_name = keep_text(k, 2, s->organization_name);
	k->session.timezone = keep_text(k, 3, s->timezone);
}

void
known_forget(const char hash[TOKEN_HASH])
{
	struct known	*k = place_of(hash);

	if (strcmp(k->hash, hash) == 0)
		clear(k);
}
