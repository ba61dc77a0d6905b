#include "base/uuid.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/hex.h"
#include "base/log.h"

#define POOL_SIZE	1024	/* one system call for 102 identifiers */
#define RANDOM_BYTES	10

static struct {
	uint8_t	bytes[POOL_SIZE];
	size_t	left;
	bool	watched;	/* a child must not repeat its parent's ids */
} pool;

static void
forget(void)
{
	pool.left = 0;
}

static const uint8_t *
random_bytes(void)
{
	if (!pool.watched) {
		if (sodium_init() < 0)
			bug("libsodium does not start");
		pthread_atfork(NULL, NULL, forget);
		pool.watched = true;
	}
	if (pool.left < RANDOM_BYTES) {
		randombytes_buf(pool.bytes, sizeof(pool.bytes));
		pool.left = sizeof(pool.bytes);
	}
	pool.left -= RANDOM_BYTES;
	return pool.bytes + pool.left;
}

struct uuid
uuid_make(int64_t now_ms)
{
	struct uuid	u;

	for (int i = 0; i < 6; i++)
		u.b[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
	memcpy(u.b + 6, random_bytes(), RANDOM_BYTES);
	u.b[6] = (u.b[6] & 0x0f) | 0x70;
	u.b[8] = (u.b[8] & 0x3f) | 0x80;
	return u;
}

static bool
dash_at(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

bool
uuid_parse(const char *s, size_t len, struct uuid *out)
{
	struct uuid	u;
	size_t		i, n = 0;

	if (len != UUID_TEXT - 1)
		return false;
	for (i = 0; i < len; ) {
		int hi, lo;

		if (dash_at(i)) {
			if (s[i++] != '-')
				return false;
			continue;
		}
		hi = hex_digit(s[i++]);
		lo = hex_digit(s[i++]);
		if (hi < 0 || lo < 0)
			return false;
		u.b[n++] = (uint8_t)(hi << 4 | lo);
	}
	*out = u;
	return true;
}

const char *
uuid_format(const struct uuid *u, char buf[UUID_TEXT])
{
	static const char	 hex[] = "0123456789abcdef";
	char			*p = buf;

	for (size_t i = 0; i < sizeof(u->b); i++) {
		if (dash_at((size_t)(p - buf)))
			*p++ = '-';
		*p++ = hex[u->b[i] >> 4];
		*p++ = hex[u->b[i] & 0x0f];
	}
	*p = '\0';
	return buf;
}

bool
uuid_eq(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool
uuid_is_nil(const struct uuid *u)
{
	static const struct uuid	nil;

	return uuid_eq(u, &nil);
}
