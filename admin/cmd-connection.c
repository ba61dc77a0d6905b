/* frostguard connection - whose webhooks may bring readings. */
#include "base/conf.h"
#include "base/ttn_id.h"
#include "domain/enrol_secret.h"
#include "noun.h"
#include "outside/ttn_storage.h"

static const struct db_stmt list_stmt = { "connection_list", 1, 10,
	"SELECT o.slug AS organization, c.network,"
	"	c.ttn_application_id AS application,"
	"	c.is_enabled AS enabled,"
	"	c.ttn_webhook_secret_last4 AS \"secretEndsIn\","
	"	(SELECT to_char(max(w.last_used_at) AT TIME ZONE 'UTC',"
	"		'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
	"	  FROM webhook_secrets w"
	"	 WHERE w.organization_id = c.organization_id"
	"	   AND w.ttn_connection_id = c.id) AS \"lastUsedAt\","
	"	c.server_url AS \"backfillFrom\","
	"	c.ttn_api_key_last4 AS \"keyEndsIn\","
	"	c.backfill_error AS \"backfillTrouble\","
	"	to_char(c.created_at AT TIME ZONE 'UTC',"
	"	    'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS \"createdAt\""
	"  FROM ttn_connections c"
	"  JOIN organizations o ON o.id = c.organization_id"
	" WHERE c.deleted_at IS NULL"
	"   AND ($1::uuid IS NULL OR c.organization_id = $1::uuid)"
	" ORDER BY o.slug, c.ttn_application_id, c.created_at" };

static enum db_rc
add(struct act *a)
{
	const char	*application = a->args->v[ARG_APPLICATION];
	const char	*network = a->args->v[ARG_KIND];
	char		 secret[TOKEN_TEXT];

	if (network == NULL)
		network = "ttn";
	enrol_webhook(&a->e, network, application, secret);
	buf_printf(&a->say, "connection of %s added; its webhook has the base "
	    "URL\n%s/api/webhooks/%s\nand must send this header, shown only "
	    "now:\nX-Webhook-Secret: %s\n", application,
	    conf_text("base_url"), network, secret);
	return DB_OK;
}

static enum db_rc
disable(struct act *a)
{
	const char	*application = a->args->v[ARG_APPLICATION];
	struct uuid	 id;
	enum db_rc	 rc;

	rc = act_found(a, enrol_find_webhook(&a->e, NULL, application, &id),
	    ARG_APPLICATION, "enabled connection");
	if (rc != DB_OK)
		return rc;
	enrol_webhook_disable(&a->e, &id);
	buf_printf(&a->say, "connection of %s disabled\n", application);
	return DB_OK;
}

static enum db_rc
backfill(struct act *a)
{
	const char	*application = a->args->v[ARG_APPLICATION];
	char		 server[TTN_STORAGE_SERVER_MAX + 1];
	struct uuid	 id;
	enum db_rc	 rc;

	if (!ttn_id_valid(application))
		return act_refuse(a, ARG_APPLICATION, "is no application id of "
		    "The Things Stack");
	if (!ttn_storage_key(a->secret)) {
		buf_puts(&a->fault, "the API key: must be as The Things Stack "
		    "shows it once, NNSXS., 39 characters, a dot, and 52");
		return DB_REFUSED;
	}
	if (!ttn_storage_server(a->args->v[ARG_SERVER], server))
		return act_refuse(a, ARG_SERVER, "is no server");
	rc = act_found(a, enrol_find_webhook(&a->e, "ttn", application, &id),
	    ARG_APPLICATION, "enabled connection to The Things Stack");
	if (rc != DB_OK)
		return rc;
	enrol_backfill(&a->e, &id, server, a->secret);
	buf_printf(&a->say, "messages of %s that did not arrive are asked of "
	    "%s\n", application, server);
	return DB_OK;
}

static enum db_rc
forget(struct act *a)
{
	const char	*application = a->args->v[ARG_APPLICATION];
	struct uuid	 id;
	enum db_rc	 rc;

	rc = act_found(a, enrol_find_webhook(&a->e, "ttn", application, &id),
	    ARG_APPLICATION, "enabled connection to The Things Stack");
	if (rc != DB_OK)
		return rc;
	enrol_backfill(&a->e, &id, NULL, NULL);
	buf_printf(&a->say, "the API key of %s is forgotten\n", application);
	return DB_OK;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "Let an application's webhook bring readings",
	  .example = "harbour-sensors",
	  .args = { ARG_APPLICATION, ARG_BIT(ARG_ORGANIZATION) |
	  ARG_BIT(ARG_KIND), 0 },
	  .act = add, .keyed = true,
	  .exists = "it is connected already; disable that connection to "
	  "have a new secret" },
	{ .name = "backfill", .help = "Ask for messages that did not arrive; "
	  "reads an API key from standard input",
	  .example = "harbour-sensors --server eu1 <api-key.txt",
	  .args = { ARG_APPLICATION, ARG_BIT(ARG_ORGANIZATION),
	  ARG_BIT(ARG_SERVER) },
	  .act = backfill, .keyed = true, .asks = "API key" },
	{ .name = "forget", .help = "Ask for messages no more, and forget the "
	  "API key",
	  .example = "harbour-sensors",
	  .args = { ARG_APPLICATION, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .act = forget },
	{ .name = "list", .help = "List the connections", .example = "",
	  .args = { ARG_NONE, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .list = &list_stmt },
	{ .name = "disable", .help = "Refuse an application's webhook",
	  .example = "harbour-sensors",
	  .args = { ARG_APPLICATION, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .act = disable },
};

const struct noun	noun_connection = { "connection", NOUN_VERBS(verbs) };
