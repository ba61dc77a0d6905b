/*
 * prepared.h - which statements the server of one connection has prepared.
 *
 * Keyed by the statement's address: statements are static. The name on the
 * server contains a hash of the text: equal names have equal text, whoever
 * prepared them, should a pooler lend one server to many; and a generation, so
 * that after prepared_forget() none is taken. Says nothing to the server;
 * pipeline.c does.
 */
#ifndef FG_PREPARED_H
#define FG_PREPARED_H
#include "db/db.h"

#define PREPARED_MAX	256	/* a program has far fewer statements */
#define PREPARED_NAME	64	/* NAMEDATALEN */

struct prepared {
	struct prepared_slot {
		const struct db_stmt	*stmt;
		bool			 ready;		/* on the server */
		char			 name[PREPARED_NAME];
	} slot[PREPARED_MAX];
	unsigned	 generation;
};

/* Borrowed; found or made, then not yet ready. */
struct prepared_slot *prepared_find(struct prepared *p,
	    const struct db_stmt *st);
void	prepared_forget(struct prepared *p);	/* the server knows none */

#endif
