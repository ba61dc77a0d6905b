#include "domain/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define LOCK_MAX_MS	(15 * 60 * 1000)

#define SESSION_NCOLS	8
#define SESSION_COLUMNS							\
	" organization_id, profile_id, role, full_name, email,"		\
	" organization, timezone, temp_unit"

static const struct db_stmt open_stmt = { "session_open", 2, SESSION_NCOLS,
	"SELECT" SESSION_COLUMNS
	"  FROM session_open($1::bytea, to_timestamp($2::int8 / 1000.0))" };

static const struct db_stmt ask_stmt = { "session_ask", 2, SESSION_NCOLS,
	"SELECT" SESSION_COLUMNS " FROM session_people"
	" WHERE organization_id = current_org() AND token_hash = $1::bytea"
	"   AND expires_at > to_timestamp($2::int8 / 1000.0)" };

static const struct db_stmt login_stmt = { "session_login", 1, 2,
	"SELECT organization_id, profile_id FROM login_directory"
	" WHERE email = lower($1::text)" };

static const struct db_stmt password_stmt = { "session_password", 2, 1,
	"SELECT password_hash FROM profiles"
	" WHERE organization_id = $1::uuid AND id = $2::uuid"
	"   AND deleted_at IS NULL" };

static const struct db_stmt insert_stmt = { "session_insert", 7, -1,
	"INSERT INTO sessions (token_hash, organization_id, profile_id,"
	"	created_at, last_seen_at, expires_at, user_agent, ip)"
	" VALUES ($1::bytea, $2::uuid, $3::uuid,"
	"	to_timestamp($4::int8 / 1000.0), to_timestamp($4::int8 / 1000.0),"
	"	to_timestamp($5::int8 / 1000.0), $6::text, $7::inet)" };

static const struct db_stmt end_stmt = { "session_end", 1, -1,
	"DELETE FROM sessions WHERE token_hash = $1::bytea" };

static const struct db_stmt locked_stmt = { "session_locked", 3, 1,
	"SELECT count(*) FROM login_failures"
	" WHERE subject IN (lower($1::text), $2::text)"
	"   AND locked_until > to_timestamp($3::int8 / 1000.0)" };

/* A failure an hour after the last starts counting anew. */
static const struct db_stmt failed_stmt = { "session_failed", 2, 1,
	"INSERT INTO login_failures AS f (subject, failures, last_failed_at)"
	" VALUES (lower($1::text), 1, to_timestamp($2::int8 / 1000.0))"
	" ON CONFLICT (subject) DO UPDATE SET failures ="
	"	CASE WHEN f.last_failed_at < excluded.last_failed_at"
	"	     - interval '1 hour' THEN 1 ELSE f.failures + 1 END,"
	"	last_failed_at = excluded.last_failed_at"
	" RETURNING failures" };

static const struct db_stmt lock_stmt = { "session_lock", 2, -1,
	"UPDATE login_failures"
	"   SET locked_until = to_timestamp($2::int8 / 1000.0)"
	" WHERE subject = lower($1::text)" };

static const struct db_stmt forgive_stmt = { "session_forgive", 1, -1,
	"DELETE FROM login_failures WHERE subject = lower($1::text)" };

static const struct db_stmt *const stmts[] = {
	&open_stmt, &ask_stmt, &login_stmt, &password_stmt, &insert_stmt,
	&end_stmt, &locked_stmt, &failed_stmt, &lock_stmt, &forgive_stmt,
};
const struct db_stmt_list session_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* The texts are borrowed from res. */
static bool
map_session(const PGresult *res, struct session *s)
{
	const char	*role, *unit;

	if (!db_uuid(res, 0, 0, &s->organization) ||
	    !db_uuid(res, 0, 1, &s->profile) || !db_text(res, 0, 2, &role) ||
	    !app_role_parse(role, &s->role) ||
	    !db_text(res, 0, 3, &s->name) || !db_text(res, 0, 4, &s->email) ||
	    !db_text(res, 0, 5, &s->organization_name) ||
	    !db_text(res, 0, 6, &s->timezone) || !db_text(res, 0, 7, &unit))
		return false;
	s->fahrenheit = strcmp(unit, "F") == 0;
	return true;
}

static void
keep_texts(struct session *s, struct arena *arena)
{
	s->name = arena_strdup(arena, s->name);
	s->email = arena_strdup(arena, s->email);
	s->organization_name = arena_strdup(arena, s->organization_name);
	s->timezone = arena_strdup(arena, s->timezone);
}

static void
hash_token(struct session *s, const char *token)
{
	char	csrf[TOKEN_HASH];

	token_hash(TOKEN_SESSION, token, strlen(token), s->hash);
	token_hash(TOKEN_CSRF, token, strlen(token), csrf);
	snprintf(s->csrf, sizeof(s->csrf), "%s",
	    csrf + strlen("\\x"));	/* people see its digits */
}

enum db_rc
session_find(struct db *db, struct arena *arena, const char *token,
    int64_t now_ms, struct session **out)
{
	struct session	*s = arena_alloc(arena, sizeof(*s));
	PGresult	*res = NULL;
	enum db_rc	 rc;

	hash_token(s, token);
	rc = db_one(db, &open_stmt, &res, db_arg_text(s->hash),
	    db_arg_i64(now_ms));
	if (rc == DB_OK && map_session(res, s)) {
		keep_texts(s, arena);
		*out = s;
	} else if (rc == DB_OK)
		rc = db_bad_row(&open_stmt);
	PQclear(res);
	return rc;
}

void
session_ask(struct db *db, const struct session *s, int64_t now_ms,
    db_hear_fn *hear, void *ctx)
{
	db_send_heard(db, &ask_stmt, hear, ctx, db_arg_text(s->hash),
	    db_arg_i64(now_ms));
}

bool
session_is(const struct session *s, const PGresult *answer)
{
	struct session	now;

	return PQntuples(answer) == 1 && map_session(answer, &now) &&
	    uuid_eq(&s->organization, &now.organization) &&
	    uuid_eq(&s->profile, &now.profile) && s->role == now.role &&
	    s->fahrenheit == now.fahrenheit &&
	    strcmp(s->name, now.name) == 0 &&
	    strcmp(s->email, now.email) == 0 &&
	    strcmp(s->organization_name, now.organization_name) == 0 &&
	    strcmp(s->timezone, now.timezone) == 0;
}

const char *
session_password_fault(const char *password)
{
	size_t	len = strlen(password);

	if (len < SESSION_PASSWORD_MIN)
		return "must have at least 8 characters";
	if (len > SESSION_PASSWORD_MAX)
		return "must have at most 128 characters";
	return NULL;
}

char *
session_password_hash(const char *password)
{
	char	*text = mem_alloc(crypto_pwhash_STRBYTES);

	if (sodium_init() < 0 || crypto_pwhash_str(text, password,
	    strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		fatal("no memory for hashing a password");
	return text;
}

int64_t
session_lock_ms(int failures, int free_tries)
{
	int	doublings = failures - free_tries - 1;

	if (doublings < 0)
		return 0;
	if (doublings > 20)
		return LOCK_MAX_MS;
	return 1000LL << doublings < LOCK_MAX_MS ? 1000LL << doublings
	    : LOCK_MAX_MS;
}

/* Whose failures are counted: the address tried, and the place it came from. */
struct subjects {
	char	email[8 + 4 * SESSION_EMAIL_MAX], ip[64];
};

static void
name_subjects(const struct session_request *r, struct subjects *s)
{
	snprintf(s->email, sizeof(s->email), "email:%s", r->email);
	snprintf(s->ip, sizeof(s->ip), "ip:%s", r->ip);
}

static enum db_rc
count_failure(struct db *db, const char *subject, int free_tries,
    int64_t now_ms)
{
	PGresult	*res = NULL;
	int32_t		 failures;
	int64_t		 lock_ms;
	enum db_rc	 rc;

	rc = db_one(db, &failed_stmt, &res, db_arg_text(subject),
	    db_arg_i64(now_ms));
	if (rc == DB_OK && !db_i32(res, 0, 0, &failures))
		rc = db_bad_row(&failed_stmt);
	PQclear(res);
	if (rc != DB_OK)
		return rc;
	if ((lock_ms = session_lock_ms(failures, free_tries)) == 0)
		return DB_OK;
	return db_query(db, &lock_stmt, NULL, db_arg_text(subject),
	    db_arg_i64(now_ms + lock_ms));
}

static enum db_rc
is_locked(struct db *db, const struct subjects *s, int64_t now_ms, bool *locked)
{
	PGresult	*res = NULL;
	int64_t		 n = 0;
	enum db_rc	 rc;

	rc = db_one(db, &locked_stmt, &res, db_arg_text(s->email),
	    db_arg_text(s->ip), db_arg_i64(now_ms));
	if (rc == DB_OK && !db_i64(res, 0, 0, &n))
		rc = db_bad_row(&locked_stmt);
	PQclear(res);
	*locked = n > 0;
	return rc;
}

struct login {
	struct uuid	organization, profile;
	char		password_hash[crypto_pwhash_STRBYTES];
};

/* DB_NONE: no such address, or nobody who signs in with a password. */
static enum db_rc
find_login(struct db *db, const char *email, struct login *out)
{
	const char	*hash = NULL;
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &login_stmt, &res, db_arg_text(email));
	if (rc == DB_OK && !(db_uuid(res, 0, 0, &out->organization) &&
	    db_uuid(res, 0, 1, &out->profile)))
		rc = db_bad_row(&login_stmt);
	PQclear(res);
	if (rc != DB_OK)
		return rc;
	db_begin(db, &out->organization, &out->profile);
	db_send(db, &password_stmt, db_arg_uuid(&out->organization),
	    db_arg_uuid(&out->profile));
	res = NULL;
	rc = db_recv(db, &res);
	if (rc == DB_OK && (PQntuples(res) != 1 ||
	    !db_opt_text(res, 0, 0, &hash) || hash == NULL ||
	    strlen(hash) >= sizeof(out->password_hash)))
		rc = DB_NONE;
	if (rc == DB_OK)
		memcpy(out->password_hash, hash, strlen(hash) + 1);
	PQclear(res);
	db_rollback(db);
	return rc;
}

/* The hash of a password nobody has: an unknown address costs the same. */
static const char *
nobodys_hash(void)
{
	static char	*hash;

	if (hash == NULL)
		hash = session_password_hash("correct horse battery staple");
	return hash;
}

static enum db_rc
open_session(struct db *db, const struct session_request *r,
    const struct login *login, const struct subjects *who,
    char token[TOKEN_TEXT])
{
	const char	*agent = r->user_agent;
	char		 hash[TOKEN_HASH];

	if (agent != NULL && !utf8_valid(agent, strlen(agent)))
		agent = NULL;
	token_make(token);
	token_hash(TOKEN_SESSION, token, strlen(token), hash);
	db_begin(db, &login->organization, &login->profile);
	db_send(db, &insert_stmt, db_arg_text(hash),
	    db_arg_uuid(&login->organization), db_arg_uuid(&login->profile),
	    db_arg_i64(r->now_ms), db_arg_i64(r->now_ms + r->lasts_ms),
	    db_arg_text(agent), db_arg_text(r->ip));
	db_send(db, &forgive_stmt, db_arg_text(who->email));
	return db_commit(db);
}

enum session_rc
session_start(struct db *db, const struct session_request *r,
    char token[TOKEN_TEXT])
{
	struct subjects	 who;
	struct login	 login;
	bool		 locked, right;
	enum db_rc	 rc;

	name_subjects(r, &who);
	if (is_locked(db, &who, r->now_ms, &locked) != DB_OK)
		return SESSION_DOWN;
	if (locked)
		return SESSION_LOCKED;
	rc = find_login(db, r->email, &login);
	if (rc != DB_OK && rc != DB_NONE)
		return SESSION_DOWN;
	right = crypto_pwhash_str_verify(
	    rc == DB_OK ? login.password_hash : nobodys_hash(), r->password,
	    strlen(r->password)) == 0 && rc == DB_OK;
	sodium_memzero(login.password_hash, sizeof(login.password_hash));
	if (!right) {
		if (count_failure(db, who.email, SESSION_TRIES_ADDRESS,
		    r->now_ms) != DB_OK || count_failure(db, who.ip,
		    SESSION_TRIES_IP, r->now_ms) != DB_OK)
			return SESSION_DOWN;
		return SESSION_WRONG;
	}
	rc = open_session(db, r, &login, &who, token);
	return rc == DB_OK ? SESSION_OPENED : SESSION_DOWN;
}

enum db_rc
session_end(struct db *db, const struct session *s, const char *token)
{
	char	hash[TOKEN_HASH];

	token_hash(TOKEN_SESSION, token, strlen(token), hash);
	db_begin(db, &s->organization, &s->profile);
	db_send(db, &end_stmt, db_arg_text(hash));
	return db_commit(db);
}
