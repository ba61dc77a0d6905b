/*
 * enrol_secret.h - what lets a network or a program in, and us into a network.
 *
 * Decides which secrets are made and how they are kept: those we make are
 * returned once and stored as hashes, those we are given are sealed. As
 * enrol.h: queued, each act with its line in the audit trail.
 */
#ifndef FG_ENROL_SECRET_H
#define FG_ENROL_SECRET_H
#include "domain/enrol_act.h"
#include "domain/token.h"

/* A connection to a network, "ttn" or "chirpstack"; secret is what its webhook
 * must send. */
void		 enrol_webhook(struct enrol *e, const char *network,
		    const char *application, char secret[TOKEN_TEXT]);
/* scopes is an SQL array: "{readings:write}"; expires_at_ms 0: never. */
void		 enrol_api_key(struct enrol *e, const char *name,
		    const char *scopes, int64_t expires_at_ms,
		    char key[TOKEN_TEXT]);
/* It opens nothing from now on. */
void		 enrol_api_key_revoke(struct enrol *e, const struct uuid *key);

/* Its secret opens nothing from now on. */
void		 enrol_webhook_disable(struct enrol *e,
		    const struct uuid *connection);

/* What its network has kept is asked of server with this key from now on; with
 * NULL for both, no more. */
void		 enrol_backfill(struct enrol *e, const struct uuid *connection,
		    const char *server, const char *key);
/* The column that seal.h binds that key to. */
#define ENROL_BACKFILL_KEY	"ttn_api_key_encrypted"

#endif
