#include "app/known.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

struct known {
	struct session	 session;	/* its hash "": nobody's */
	char		*texts[4];	/* the session's */
	int64_t		 found_ms;
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
known_find(const char hash[TOKEN_HASH], int64_t now_ms)
{
	const struct known	*k = place_of(hash);

	return strcmp(k->session.hash, hash) == 0 && now_ms >= k->found_ms &&
	    now_ms - k->found_ms < KNOWN_MS ? &k->session : NULL;
}

static const char *
keep_text(struct known *k, size_t i, const char *text)
{
	return k->texts[i] = mem_strdup(text);
}

void
known_keep(const struct session *s, int64_t now_ms)
{
	struct known	*k = place_of(s->hash);

	for (size_t i = 0; i < sizeof(k->texts) / sizeof(k->texts[0]); i++)
		free(k->texts[i]);
	*k = (struct known){ .session = *s, .found_ms = now_ms };
	k->session.name = keep_text(k, 0, s->name);
	k->session.email = keep_text(k, 1, s->email);
	k->session.organization_name = keep_text(k, 2, s->organization_name);
	k->session.timezone = keep_text(k, 3, s->timezone);
}
