/*
 * token.h - secrets that people or devices carry, and what we store of them.
 *
 * A webhook secret, an API key, a session token: the database only ever holds
 * BLAKE2b-256 of it, keyed with the installation's key file, so a stolen dump
 * opens nothing and a lookup by hash tells an attacker nothing by its timing.
 * The purpose keeps one kind of token from being accepted as another.
 */
#ifndef FG_TOKEN_H
#define FG_TOKEN_H
#include <stdbool.h>
#include <stddef.h>

#define TOKEN_TEXT	49	/* 24 random bytes in hex, and a NUL */
#define TOKEN_HASH	67	/* bytea text form: \x, 64 digits, NUL */
#define TOKEN_KEY_BYTES	32

/* Reads the key file (TOKEN_KEY_BYTES raw bytes, kept in locked memory).
 * False: errno is set, or EINVAL for a wrong size. */
bool		 token_key_load(const char *path) __attribute__((warn_unused_result));
/* A new key file, mode 0600; fails if the file exists. */
bool		 token_key_create(const char *path) __attribute__((warn_unused_result));
/* The hash of a token as bytea text. Returns out. Without a key: bug(). */
const char	*token_hash(const char *purpose, const char *text, size_t len,
		    char out[TOKEN_HASH]);
void		 token_make(char out[TOKEN_TEXT]);
/* A key of its own for another purpose, TOKEN_KEY_BYTES; the caller clears it.
 * Without a key: bug(). */
void		 token_subkey(const char *purpose,
		    unsigned char out[TOKEN_KEY_BYTES]);
/* The purposes in use. */
#define TOKEN_WEBHOOK	"webhook-secret"
#define TOKEN_SESSION	"session"
#define TOKEN_API_KEY	"api-key"
#define TOKEN_CSRF	"csrf"
#define TOKEN_SEAL	"seal"		/* seal.h */
#define TOKEN_REQUEST	"request"	/* what an Idempotency-Key came with */

#endif
