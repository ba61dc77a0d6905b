/*
 * link.h - a link to a place of ours, with the arguments it takes.
 *
 * Escapes every value; leaves out what is NULL or empty.
 */
#ifndef FG_LINK_H
#define FG_LINK_H
#include "base/arena.h"
#include "base/buf.h"

#define LINK_MAX	2048

struct link {
	struct buf	text;
	char		next;		/* '?', then '&' */
};

void		 link_begin(struct link *l, const char *path);
void		 link_add(struct link *l, const char *name, const char *value);
/* In the arena; "/" if it grew beyond LINK_MAX. */
const char	*link_end(struct link *l, struct arena *arena);

#endif
