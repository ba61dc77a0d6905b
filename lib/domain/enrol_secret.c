#include "domain/enrol_secret.h"
#include "domain/seal.h"
#include <string.h>

static const struct db_stmt connection_stmt = { "enrol_connection", 5, -1,
	"INSERT INTO ttn_connections (organization_id, id,"
	"	ttn_application_id, ttn_webhook_secret_last4, is_enabled,"
	"	provisioning_status, network)"
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, true, 'complete',"
	"	$5::text)" };

static const struct db_stmt secret_stmt = { "enrol_secret", 3, -1,
	"INSERT INTO webhook_secrets (secret_hash, organization_id,"
	"	ttn_connection_id)"
	" VALUES ($3::bytea, $1::uuid, $2::uuid)" };

static const struct db_stmt key_stmt = { "enrol_api_key", 6, -1,
	"INSERT INTO api_keys (organization_id, id, name, last4, scopes,"
	"	expires_at)"
	" VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text[],"
	"	from_epoch_ms($6::int8))" };

static const struct db_stmt key_hash_stmt = { "enrol_api_key_hash", 3, -1,
	"INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)"
	" VALUES ($3::bytea, $1::uuid, $2::uuid)" };

static const struct db_stmt revoke_stmt = { "enrol_api_key_revoke", 3, -1,
	"UPDATE api_keys SET revoked_at = from_epoch_ms($3::int8)"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt no_key_stmt = { "enrol_api_key_disable", 2, -1,
	"UPDATE api_key_directory SET enabled = false"
	" WHERE organization_id = $1::uuid AND api_key_id = $2::uuid" };

static const struct db_stmt disable_stmt = { "enrol_webhook_disable", 2, -1,
	"UPDATE ttn_connections SET is_enabled = false,"
	"	ttn_api_key_encrypted = NULL, ttn_api_key_last4 = NULL,"
	"	server_url = NULL, backfill_next_at = NULL,"
	"	backfill_error = NULL"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt backfill_stmt = { "enrol_backfill", 6, -1,
	"UPDATE ttn_connections SET server_url = $3::text,"
	"	ttn_api_key_encrypted = $4::bytea,"
	"	ttn_api_key_last4 = $5::text,"
	"	credentials_last_rotated_at = from_epoch_ms($6::int8),"
	"	backfill_next_at = CASE WHEN $4::bytea IS NOT NULL"
	"	    THEN from_epoch_ms($6::int8) END,"
	"	backfill_failures = 0, backfill_error = NULL"
	" WHERE organization_id = $1::uuid AND id = $2::uuid" };

static const struct db_stmt no_secret_stmt = { "enrol_secret_disable", 2, -1,
	"UPDATE webhook_secrets SET enabled = false"
	" WHERE organization_id = $1::uuid AND ttn_connection_id = $2::uuid" };

static const char *
last4(const char *secret)
{
	return secret + strlen(secret) - 4;
}

void
enrol_webhook(struct enrol *e, const char *network, const char *application,
    char secret[TOKEN_TEXT])
{
	struct uuid	id = uuid_make(e->now_ms);
	char		hash[TOKEN_HASH];

	token_make(secret);
	token_hash(TOKEN_WEBHOOK, secret, strlen(secret), hash);
	db_send(e->db, &connection_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(application),
	    db_arg_text(last4(secret)), db_arg_text(network));
	db_send(e->db, &secret_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(hash));
	enrol_note(e, ENROL_DID_WEBHOOK, &id, application, NULL);
}

void
enrol_api_key(struct enrol *e, const char *name, const char *scopes,
    int64_t expires_at_ms, char key[TOKEN_TEXT])
{
	struct uuid	id = uuid_make(e->now_ms);
	char		hash[TOKEN_HASH];

	token_make(key);
	token_hash(TOKEN_API_KEY, key, strlen(key), hash);
	db_send(e->db, &key_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(name), db_arg_text(last4(key)),
	    db_arg_text(scopes), db_arg_i64_if(expires_at_ms != 0,
	    expires_at_ms));
	db_send(e->db, &key_hash_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(&id), db_arg_text(hash));
	enrol_note(e, ENROL_DID_KEY, &id, name, NULL);
}

void
enrol_api_key_revoke(struct enrol *e, const struct uuid *key)
{
	db_send(e->db, &revoke_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(key), db_arg_i64(e->now_ms));
	db_send(e->db, &no_key_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(key));
	enrol_note(e, ENROL_DID_KEY_OFF, key, NULL, NULL);
}

void
enrol_webhook_disable(struct enrol *e, const struct uuid *connection)
{
	db_send(e->db, &disable_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(connection));
	db_send(e->db, &no_secret_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(connection));
	enrol_note(e, ENROL_DID_WEBHOOK_OFF, connection, NULL, NULL);
}

void
enrol_backfill(struct enrol *e, const struct uuid *connection,
    const char *server, const char *key)
{
	char	sealed[SEAL_TEXT];

	if (key != NULL)
		seal_close(connection, ENROL_BACKFILL_KEY, key, sealed);
	db_send(e->db, &backfill_stmt, db_arg_uuid(&e->organization),
	    db_arg_uuid(connection), db_arg_text(server),
	    db_arg_text(key != NULL ? sealed : NULL),
	    db_arg_text(key != NULL ? last4(key) : NULL),
	    db_arg_i64(e->now_ms));
	enrol_note(e, key != NULL ? ENROL_DID_BACKFILL : ENROL_DID_BACKFILL_OFF, connection, NULL,
	    NULL);
}
