/* frostguard key - whose programs may send readings. */
#include "arg_value.h"
#include "base/conf.h"
#include "domain/api_key.h"
#include "domain/enrol_secret.h"
#include "noun.h"

#define MS_PER_DAY	(24 * 3600 * INT64_C(1000))

static const struct db_stmt list_stmt = { "key_list", 1, 7,
	"SELECT o.slug AS organization, k.name, k.last4 AS \"endsIn\","
	"	array_to_string(k.scopes, ',') AS scopes,"
	"	CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'"
	"	     WHEN k.expires_at <= now() THEN 'expired'"
	"	     ELSE 'good' END AS status,"
	"	to_char(k.expires_at AT TIME ZONE 'UTC',"
	"	    'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS \"expiresAt\","
	"	to_char(k.last_used_at AT TIME ZONE 'UTC',"
	"	    'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS \"lastUsedAt\""
	"  FROM api_keys k"
	"  JOIN organizations o ON o.id = k.organization_id"
	" WHERE $1::uuid IS NULL OR k.organization_id = $1::uuid"
	" ORDER BY o.slug, k.name, k.created_at" };

static enum db_rc
add(struct act *a)
{
	const char	*name = a->args->v[ARG_NAME];
	const char	*said = a->args->v[ARG_SCOPES];
	int32_t		 days = arg_days(a->args->v[ARG_EXPIRES]);
	char		 scopes[API_SCOPES_TEXT], key[TOKEN_TEXT];

	if (!api_scopes_format(said != NULL ? said : "readings:write", scopes))
		return act_refuse(a, ARG_SCOPES, "is not known");
	enrol_api_key(&a->e, name, scopes, days == 0 ? 0 :
	    a->e.now_ms + days * MS_PER_DAY, key);
	buf_printf(&a->say, "key %s added; readings go to\n"
	    "%s/api/readings/bulk\nwith this header, shown only now:\n"
	    "X-API-Key: %s\n", name, conf_text("base_url"), key);
	return DB_OK;
}

static enum db_rc
revoke(struct act *a)
{
	const char	*name = a->args->v[ARG_NAME];
	struct uuid	 id;
	enum db_rc	 rc;

	rc = act_found(a, enrol_find_api_key(&a->e, name, &id), ARG_NAME,
	    "key in use");
	if (rc != DB_OK)
		return rc;
	enrol_api_key_revoke(&a->e, &id);
	buf_printf(&a->say, "key %s revoked\n", name);
	return DB_OK;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "Let a program of the customer send readings",
	  .example = "till-system --scopes readings:write,backfill",
	  .args = { ARG_NAME, ARG_BIT(ARG_ORGANIZATION) | ARG_BIT(ARG_SCOPES) |
	  ARG_BIT(ARG_EXPIRES), 0 },
	  .act = add, .keyed = true,
	  .exists = "there is such a key already; revoke it to have a new one" },
	{ .name = "list", .help = "List the keys", .example = "",
	  .args = { ARG_NONE, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .list = &list_stmt },
	{ .name = "revoke", .help = "Refuse a key from now on",
	  .example = "till-system",
	  .args = { ARG_NAME, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .act = revoke },
};

const struct noun	noun_key = { "key", NOUN_VERBS(verbs) };
