#include "domain/enrol_act.h"

static const struct {
	const char	*type, *category, *title;
} events[] = {
	[ENROL_DID_ORGANIZATION] = { "organization_created", "settings",
	    "Organization made" },
	/* Whom it is about stands in the data, by id: a person who leaves is
	 * anonymised, and the trail cannot be. */
	[ENROL_DID_PERSON] = { "user_created", "settings", "Person added" },
	[ENROL_DID_PASSWORD] = { "user_password_set", "settings",
	    "Password set by an administrator" },
	[ENROL_DID_SITE] = { "site_created", "settings", "Site added" },
	[ENROL_DID_AREA] = { "area_created", "settings", "Area added" },
	[ENROL_DID_UNIT] = { "unit_created", "settings", "Unit added" },
	[ENROL_DID_DEVICE] = { "device_created", "device", "Sensor added" },
	[ENROL_DID_PAIRED] = { "sensor_paired", "device", "Sensor put on a unit" },
	[ENROL_DID_UNPAIRED] = { "sensor_unpaired", "device",
	    "Sensor taken off its unit" },
	[ENROL_DID_TTN_ID] = { "sensor_network_id_set", "device",
	    "Sensor's device id in its network set" },
	[ENROL_DID_WEBHOOK] = { "ttn.webhook.created", "settings",
	    "Webhook connection made" },
	[ENROL_DID_WEBHOOK_OFF] = { "ttn.settings.disabled", "settings",
	    "Webhook connection disabled" },
	[ENROL_DID_KEY] = { "api_key_created", "settings", "API key made" },
	[ENROL_DID_KEY_OFF] = { "api_key_revoked", "settings", "API key revoked" },
	[ENROL_DID_BACKFILL] = { "ttn.backfill.enabled", "settings",
	    "Key for the network's stored messages set" },
	[ENROL_DID_BACKFILL_OFF] = { "ttn.backfill.disabled", "settings",
	    "Key for the network's stored messages forgotten" },
};

struct trail_line
enrol_line(const struct enrol *e, enum enrol_event what, const struct uuid *id,
    const char *name, const struct uuid *unit)
{
	struct trail_line	line = {
		.type = events[what].type, .category = events[what].category,
		.severity = "info", .title = events[what].title,
		.data = json_object_new_object(), .at_ms = e->now_ms,
	};

	if (unit != NULL)
		line.unit = *unit;
	json_put_uuid(line.data, "id", id);
	if (name != NULL)
		json_put_str(line.data, "name", name);
	if (e->operator != NULL)
		json_put_str(line.data, "operator", e->operator);
	return line;
}

void
enrol_note(struct enrol *e, enum enrol_event what, const struct uuid *id,
    const char *name, const struct uuid *unit)
{
	struct trail_line	line = enrol_line(e, what, id, name, unit);

	trail_write(e->db, &e->organization, &line);
	json_object_put(line.data);
}
