/*
 * session.h - who is signed in, and how one gets there.
 *
 * Decides what a password and a session cookie are worth. A password is
 * argon2id; a session is 24 random bytes in a cookie, of which the database
 * keeps a keyed hash. The CSRF token is a keyed hash of the cookie, so it needs
 * no storage. Repeated failures lock the address, and with more patience the
 * network address they come from, for a time that doubles.
 */
#ifndef FG_SESSION_H
#define FG_SESSION_H
#include "base/arena.h"
#include "base/uuid.h"
#include "db/db.h"
#include "domain/role.h"
#include "domain/token.h"

#define SESSION_COOKIE		"fg_session"
#define SESSION_EMAIL_MAX	256	/* characters */
#define SESSION_PASSWORD_MIN	8
#define SESSION_PASSWORD_MAX	128
#define SESSION_TRIES_ADDRESS	5	/* failures before the first lock */
#define SESSION_TRIES_IP	50	/* a whole shop may share one */

struct session {		/* its texts live as long as it does */
	struct uuid	 organization;
	struct uuid	 profile;
	enum app_role	 role;
	bool		 fahrenheit;	/* how this organization reads */
	const char	*name;
	const char	*email;
	const char	*organization_name;
	const char	*timezone;
	char		 hash[TOKEN_HASH];	/* of the cookie */
	char		 csrf[TOKEN_HASH];
};

/* DB_NONE: unknown, expired, or the person has left. */
enum db_rc	 session_find(struct db *db, struct arena *arena,
		    const char *token, int64_t now_ms, struct session **out)
		    must_check;
/* For who has found the session before: asks again within a transaction of its
 * organization; hear gets an answer for session_is(). Notes no visit. */
void		 session_ask(struct db *db, const struct session *s,
		    int64_t now_ms, db_hear_fn *hear, void *ctx);
/* Whether it is still there, and in all as it was. */
bool		 session_is(const struct session *s, const PGresult *answer);

enum session_rc {
	SESSION_OPENED,
	SESSION_WRONG,		/* unknown address or wrong password */
	SESSION_LOCKED,		/* too many failures; try later */
	SESSION_DOWN		/* the database; already logged */
};

struct session_request {	/* borrowed */
	const char	*email;
	const char	*password;
	const char	*ip;
	const char	*user_agent;	/* any bytes, or NULL */
	int64_t		 now_ms;
	int64_t		 lasts_ms;
};
/* An unknown address takes as long as a wrong password. */
enum session_rc	 session_start(struct db *db, const struct session_request *r,
		    char token[TOKEN_TEXT]) must_check;
/* Ending a session that does not exist is DB_OK. */
enum db_rc	 session_end(struct db *db, const struct session *s,
		    const char *token) must_check;

/* NULL when acceptable, else a static phrase. */
const char	*session_password_fault(const char *password);
/* argon2id text for profiles.password_hash; caller frees with free(). */
char		*session_password_hash(const char *password);
/* How long the n-th failure in a row locks: not at all up to free_tries, then
 * 1 s, doubling up to 15 min. */
int64_t		 session_lock_ms(int failures, int free_tries);

extern const struct db_stmt_list session_stmts;

#endif
