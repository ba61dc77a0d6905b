#include "domain/unit_rule.h"
#include "base/json.h"
#include "base/when.h"
#include "domain/rules.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEMPERATURE, DIFFERENCE, COUNT, SECONDS, MINUTES, FLAG };

/* The fields of unit_rules that people may set, as they should be read. */
static const struct shown_rule {
	const char	*name;
	const char	*label;
	enum kind	 kind;
} rules[] = {
	{ "temp_limit_high", "High limit", TEMPERATURE },
	{ "temp_limit_low", "Low limit", TEMPERATURE },
	{ "temp_hysteresis", "Recovered when back inside by", DIFFERENCE },
	{ "excursion_confirm_minutes_door_closed",
	    "Alarm after, door closed", MINUTES },
	{ "excursion_confirm_minutes_door_open",
	    "Alarm after, door open", MINUTES },
	{ "max_excursion_minutes", "Alarm at the latest after", MINUTES },
	{ "door_open_grace_minutes", "Open door excuses warmth for", MINUTES },
	{ "door_open_max_mask_minutes_per_day",
	    "Open door excuses a day at most", MINUTES },
	{ "door_open_warning_minutes", "Door open: warning after", MINUTES },
	{ "door_open_critical_minutes", "Door open: critical after", MINUTES },
	{ "checkin_interval_seconds", "Sensor reports every", SECONDS },
	{ "offline_warning_missed_checkins", "Offline after", COUNT },
	{ "offline_critical_missed_checkins",
	    "Monitoring interrupted after", COUNT },
	{ "manual_log_missed_checkins_threshold",
	    "People log by hand after", COUNT },
	{ "manual_interval_minutes", "Manual log every", MINUTES },
	{ "manual_grace_minutes", "Manual log may be late by", MINUTES },
	{ "manual_monitoring_required", "Manual log always required", FLAG },
	{ "manual_logging_enabled", "Manual logging", FLAG },
};
#define NRULES	(sizeof(rules) / sizeof(rules[0]))

static const struct db_stmt list_stmt = { "unit_rule_list", 2,
	3 + RULE_LEVEL__MAX,
	/* The levels as enum rule_level counts them. */
	"SELECT field, value, source, at_unit, at_site, at_organization,"
	"	at_default"
	"  FROM unit_rule_sources"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid" };

static const struct db_stmt *const stmts[] = { &list_stmt };
const struct db_stmt_list unit_rule_stmts = { stmts, 1 };

/* The database's text as the number or truth it stands for; NULL is null. */
static void
put_value(struct json_object *o, const char *key, const struct shown_rule *r,
    const char *text)
{
	centi_t	t;

	json_put(o, key, NULL);
	if (text == NULL)
		return;
	if (r->kind == FLAG)
		json_put_bool(o, key, strcmp(text, "true") == 0);
	else if (r->kind != TEMPERATURE && r->kind != DIFFERENCE)
		json_put_int(o, key, strtoll(text, NULL, 10));
	else if (centi_parse(text, strlen(text), &t))
		json_put_centi(o, key, t);
}

static const char *
plural(const char *count)
{
	return strcmp(count, "1") == 0 ? "" : "s";
}

static void
put_text(struct json_object *o, const struct shown_rule *r, const char *value,
    bool fahrenheit)
{
	char			 text[WHEN_DURATION_TEXT] = "none";
	struct opt_centi	 t = { false, 0 };

	if (value != NULL)
		switch (r->kind) {
		case TEMPERATURE:
			t.has = centi_parse(value, strlen(value), &t.t);
			display_temp(t, fahrenheit, text);
			break;
		case DIFFERENCE:
			t.has = centi_parse(value, strlen(value), &t.t);
			display_difference(t, fahrenheit, text);
			break;
		case COUNT:
			snprintf(text, sizeof(text), "%s missed report%s",
			    value, plural(value));
			break;
		case SECONDS:
			when_duration(strtoll(value, NULL, 10), text);
			break;
		case MINUTES:
			when_duration(60 * strtoll(value, NULL, 10), text);
			break;
		case FLAG:
			snprintf(text, sizeof(text), "%s",
			    strcmp(value, "true") == 0 ? "yes" : "no");
			break;
		}
	json_put_str(o, "valueText", text);
}

static void
put_source(struct json_object *o, const struct unit *u, const char *source)
{
	char	label[300];

	if (strcmp(source, rule_level_name(RULE_OF_UNIT)) == 0)
		snprintf(label, sizeof(label), "This unit");
	else if (strcmp(source, rule_level_name(RULE_OF_SITE)) == 0)
		snprintf(label, sizeof(label), "Site %s", u->site_name);
	else if (strcmp(source, rule_level_name(RULE_OF_ORGANIZATION)) == 0)
		snprintf(label, sizeof(label), "Organization");
	else
		snprintf(label, sizeof(label), "Built in");
	json_put_str(o, "source", source);
	json_put_str(o, "sourceLabel", label);
}

static bool
map_row(const PGresult *res, int row, const struct shown_rule *r,
    const struct unit *u, struct json_object *list)
{
	struct json_object	*o = json_object_new_object();
	struct json_object	*by_level = json_object_new_object();
	const char		*value, *source, *text;
	bool			 ok;

	json_object_array_add(list, o);
	json_put_str(o, "name", r->name);
	json_put_str(o, "label", r->label);
	json_put(o, "levels", by_level);
	ok = db_opt_text(res, row, 1, &value) &&
	    db_text(res, row, 2, &source);
	for (int i = 0; ok && i < RULE_LEVEL__MAX; i++) {
		ok = db_opt_text(res, row, 3 + i, &text);
		if (ok)
			put_value(by_level,
			    rule_level_name((enum rule_level)i), r, text);
	}
	if (!ok)
		return false;
	put_value(o, "value", r, value);
	put_text(o, r, value, u->fahrenheit);
	put_source(o, u, source);
	return true;
}

static int
row_of(const PGresult *res, const char *field)
{
	for (int i = 0; i < PQntuples(res); i++)
		if (strcmp(PQgetvalue(res, i, 0), field) == 0)
			return i;
	return -1;
}

enum db_rc
unit_rule_list(struct db *db, const struct uuid *organization,
    const struct unit *u, struct json_object **out)
{
	PGresult		*res = NULL;
	struct json_object	*list;
	enum db_rc		 rc;
	int			 row;

	rc = db_query(db, &list_stmt, &res, db_arg_uuid(organization),
	    db_arg_uuid(&u->id));
	if (rc != DB_OK)
		return rc;
	list = json_object_new_array();
	for (size_t i = 0; i < NRULES && rc == DB_OK; i++) {
		row = row_of(res, rules[i].name);
		if (row < 0 || !map_row(res, row, &rules[i], u, list))
			rc = db_bad_row(&list_stmt);
	}
	PQclear(res);
	if (rc == DB_OK)
		*out = list;
	else
		json_object_put(list);
	return rc;
}
