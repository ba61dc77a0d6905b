/* uuid.h - 128-bit identifiers: text form, creation. No storage. */
#ifndef FG_UUID_H
#define FG_UUID_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UUID_TEXT	37	/* 36 characters and the terminating NUL */

struct uuid {			/* plain value: copy freely */
	uint8_t	b[16];
};

/* Version 7 (time-ordered): milliseconds since the epoch, then random bits. */
struct uuid	 uuid_make(int64_t now_ms);
/* Exactly the 36-character form, either case. */
bool		 uuid_parse(const char *s, size_t len, struct uuid *out);
/* Lower case, NUL-terminated. Returns buf. */
const char	*uuid_format(const struct uuid *u, char buf[UUID_TEXT]);
bool		 uuid_eq(const struct uuid *a, const struct uuid *b);
bool		 uuid_is_nil(const struct uuid *u);

#endif
