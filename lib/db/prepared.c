#include "db/prepared.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

static uint64_t
hash(const char *s)			/* FNV-1a */
{
	uint64_t	h = 0xcbf29ce484222325;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3;
	return h;
}

struct prepared_slot *
prepared_find(struct prepared *p, const struct db_stmt *st)
{
	size_t			 at = (uintptr_t)st / sizeof(*st);
	struct prepared_slot	*slot;

	for (size_t n = 0; n < PREPARED_MAX; n++) {
		slot = &p->slot[(at + n) % PREPARED_MAX];
		if (slot->stmt == st)
			return slot;
		if (slot->stmt == NULL) {
			slot->stmt = st;
			snprintf(slot->name, sizeof(slot->name),
			    "%.32s.%016" PRIx64 ".%x", st->name,
			    hash(st->sql), p->generation);
			return slot;
		}
	}
	bug("more than %d statements", PREPARED_MAX);
}

void
prepared_forget(struct prepared *p)
{
	memset(p->slot, 0, sizeof(p->slot));
	p->generation++;
}
