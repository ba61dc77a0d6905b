/* frostguard sensor - which device measures which refrigerator, and how well. */
#include <stdio.h>
#include <string.h>

#include "arg_value.h"
#include "base/when.h"
#include "domain/deveui.h"
#include "domain/display.h"
#include "domain/enrol_calibration.h"
#include "domain/enrol_device.h"
#include "noun.h"
#include "sensor_import.h"

#define MAKER_MAX	64

static const struct db_stmt list_stmt = { "sensor_list", 1, 11,
	"SELECT o.slug AS organization, d.device_eui AS \"devEui\", d.name,"
	"	d.manufacturer || '/' || d.model AS model, s.name AS site,"
	"	a.name AS area, u.name AS unit,"
	"	t.battery_percent AS \"batteryPercent\","
	"	to_char(t.last_seen_at AT TIME ZONE 'UTC',"
	"	    'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS \"lastSeenAt\","
	"	d.ttn_device_id AS \"ttnDeviceId\","
	"	nullif(concat_ws(', ',"
	"	    CASE WHEN t.doubts & 1 <> 0 THEN 'jump' END,"
	"	    CASE WHEN t.doubts & 2 <> 0 THEN 'stuck' END,"
	"	    CASE WHEN t.clock_wrong THEN 'clock' END), '') AS doubts"
	"  FROM devices d"
	"  JOIN organizations o ON o.id = d.organization_id"
	"  LEFT JOIN device_state t ON t.organization_id = d.organization_id"
	"	AND t.device_id = d.id"
	"  LEFT JOIN units u ON u.organization_id = d.organization_id"
	"	AND u.id = d.unit_id"
	"  LEFT JOIN areas a ON a.organization_id = u.organization_id"
	"	AND a.id = u.area_id"
	"  LEFT JOIN sites s ON s.organization_id = a.organization_id"
	"	AND s.id = a.site_id"
	" WHERE d.deleted_at IS NULL"
	"   AND ($1::uuid IS NULL OR d.organization_id = $1::uuid)"
	" ORDER BY o.slug, d.device_eui, d.id" };

static const struct db_stmt model_stmt = { "sensor_model", 2, 1,
	"SELECT name FROM sensor_catalog"
	" WHERE manufacturer = $1::text AND model = $2::text" };

static const struct db_stmt calibrations_stmt = { "sensor_calibrations", 2, 9,
	"SELECT o.slug AS organization, d.device_eui AS \"devEui\", d.name,"
	"	c.temperature_offset AS offset, c.certificate,"
	"	to_char(c.calibrated_at AT TIME ZONE 'UTC',"
	"	    'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS from,"
	"	to_char(c.expires_at AT TIME ZONE 'UTC',"
	"	    'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS until,"
	"	CASE WHEN c.withdrawn_at IS NOT NULL THEN 'withdrawn'"
	"	    WHEN c.expires_at <= now() THEN 'expired'"
	"	    WHEN c.calibrated_at > now() THEN 'to come'"
	"	    ELSE 'in force' END AS state,"
	"	c.entered_by AS \"enteredBy\""
	"  FROM calibration_records c"
	"  JOIN devices d ON d.organization_id = c.organization_id"
	"	AND d.id = c.device_id"
	"  JOIN organizations o ON o.id = c.organization_id"
	" WHERE ($1::uuid IS NULL OR c.organization_id = $1::uuid)"
	"   AND ($2::text IS NULL OR d.device_eui ="
	"	translate(lower($2::text), e':- \\t', ''))"
	" ORDER BY o.slug, d.device_eui, c.calibrated_at, c.id" };

/* A model that nobody knows is taken, for there are more than we know. */
static enum db_rc
say_model(struct act *a, const char *maker, const char *model)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(a->e.db, &model_stmt, &res, db_arg_text(maker),
	    db_arg_text(model));
	PQclear(res);
	if (rc == DB_NONE)
		buf_printf(&a->say, "note: %s/%s is not in the catalogue; its "
		    "battery is judged as most are\n", maker, model);
	return rc == DB_NONE ? DB_OK : rc;
}

static void
read_eui(const struct act *a, enum arg which, char out[DEVEUI_TEXT])
{
	const char	*said = a->args->v[which];

	if (said == NULL || !deveui_parse(said, strlen(said), out))
		out[0] = '\0';
}

static enum db_rc
add(struct act *a)
{
	const char *const	*v = a->args->v;
	char			 eui[DEVEUI_TEXT], join[DEVEUI_TEXT];
	char			 maker[MAKER_MAX + 1];
	size_t			 slash = strcspn(v[ARG_MODEL], "/");
	struct enrol_device	 d = { .dev_eui = eui, .name = v[ARG_CALLED],
				    .manufacturer = maker,
				    .model = v[ARG_MODEL] + slash + 1 };
	struct uuid		 unit = { 0 };
	enum db_rc		 rc;

	read_eui(a, ARG_DEVEUI, eui);
	read_eui(a, ARG_JOIN_EUI, join);
	d.join_eui = join[0] != '\0' ? join : NULL;
	d.ttn_id = v[ARG_TTN_ID];
	d.interval_s = arg_interval(v[ARG_INTERVAL]);
	if (d.name == NULL)
		d.name = eui;
	snprintf(maker, sizeof(maker), "%.*s", (int)slash, v[ARG_MODEL]);
	if (v[ARG_UNIT] != NULL && (rc = act_find_unit(a, &unit)) != DB_OK)
		return rc;
	if ((rc = say_model(a, maker, d.model)) != DB_OK)
		return rc;
	enrol_device(&a->e, &unit, &d);
	enrol_pace(&a->e, &d, 1);
	buf_printf(&a->say, "sensor %s added%s%s\n", eui,
	    v[ARG_UNIT] != NULL ? " to " : ", on no unit yet",
	    v[ARG_UNIT] != NULL ? v[ARG_UNIT] : "");
	return DB_OK;
}

/* The sensor named, and the unit it is on. */
static enum db_rc
find_sensor(struct act *a, char eui[DEVEUI_TEXT], struct uuid *out,
    struct uuid *unit)
{
	read_eui(a, ARG_DEVEUI, eui);
	return act_found(a, enrol_find_device(&a->e, eui, out, unit),
	    ARG_DEVEUI, "sensor");
}

static enum db_rc
attach(struct act *a)
{
	char			  eui[DEVEUI_TEXT];
	const struct enrol_device d = { .dev_eui = eui };
	struct uuid		  id, was, unit;
	enum db_rc		  rc;

	if ((rc = find_sensor(a, eui, &id, &was)) != DB_OK ||
	    (rc = act_find_unit(a, &unit)) != DB_OK)
		return rc;
	if (!uuid_is_nil(&was))
		return act_refuse(a, ARG_DEVEUI, "is on %s; detach it first",
		    uuid_eq(&was, &unit) ? "this unit already" :
		    "another unit");
	enrol_device_move(&a->e, &id, &unit);
	enrol_pace(&a->e, &d, 1);
	buf_printf(&a->say, "sensor attached to %s\n", a->args->v[ARG_UNIT]);
	return DB_OK;
}

static enum db_rc
detach(struct act *a)
{
	char		eui[DEVEUI_TEXT];
	struct uuid	id, was;
	enum db_rc	rc;

	if ((rc = find_sensor(a, eui, &id, &was)) != DB_OK)
		return rc;
	if (uuid_is_nil(&was))
		return act_refuse(a, ARG_DEVEUI, "is on no unit");
	enrol_device_move(&a->e, &id, NULL);
	buf_puts(&a->say, "sensor detached\n");
	return DB_OK;
}

static enum db_rc
edit(struct act *a)
{
	const char	*ttn_id = a->args->v[ARG_TTN_ID];
	char		 eui[DEVEUI_TEXT];
	struct uuid	 id, unit;
	enum db_rc	 rc;

	if ((rc = find_sensor(a, eui, &id, &unit)) != DB_OK)
		return rc;
	enrol_device_ttn_id(&a->e, &id, ttn_id);
	buf_printf(&a->say, "sensor %s is %s in its network\n", eui, ttn_id);
	return DB_OK;
}

/* "2026-01-31T00:00:00Z" is a day; anything else is written out. */
static void
say_when(struct act *a, const char *before, int64_t at_ms)
{
	char	text[WHEN_TEXT];

	buf_printf(&a->say, " %s %.*s", before,
	    at_ms % (INT64_C(24) * 3600 * 1000) == 0 ? 10 : WHEN_TEXT,
	    when_format(at_ms, text));
}

static enum db_rc
calibrate(struct act *a)
{
	const char *const		*v = a->args->v;
	const struct enrol_calibration	 c = {
		.holds.from_ms = arg_when(v[ARG_FROM], a->e.now_ms),
		.holds.until_ms = arg_when(v[ARG_UNTIL], INT64_MAX),
		.holds.offset = arg_offset(v[ARG_OFFSET]),
		.certificate = v[ARG_CERTIFICATE],
	};
	struct enrol_sensor		 sensor;
	char				 eui[DEVEUI_TEXT], text[DISPLAY_TEXT];
	enum db_rc			 rc;

	if (c.holds.until_ms <= c.holds.from_ms)
		return act_refuse(a, ARG_UNTIL, "must be later than --from");
	if ((rc = find_sensor(a, eui, &sensor.id, &sensor.unit)) != DB_OK)
		return rc;
	enrol_calibrate(&a->e, &sensor, &c);
	buf_printf(&a->say, "sensor %s calibrated: %s", eui,
	    display_offset(c.holds.offset, false, text));
	say_when(a, "from", c.holds.from_ms);
	if (c.holds.until_ms != INT64_MAX)
		say_when(a, "until", c.holds.until_ms);
	buf_puts(&a->say, "\nReadings that are stored already stay as they "
	    "are.\n");
	return DB_OK;
}

static enum db_rc
uncalibrate(struct act *a)
{
	struct enrol_sensor	sensor;
	char			eui[DEVEUI_TEXT];
	enum db_rc		rc;

	if ((rc = find_sensor(a, eui, &sensor.id, &sensor.unit)) != DB_OK)
		return rc;
	rc = enrol_calibration_withdraw(&a->e, &sensor);
	if (rc == DB_NONE)
		return act_refuse(a, ARG_DEVEUI, "has no calibration that is "
		    "not over");
	buf_puts(&a->say, "calibration withdrawn\n");
	return rc;
}

#define WHERE	(ARG_BIT(ARG_ORGANIZATION) | ARG_BIT(ARG_SITE) |	\
		    ARG_BIT(ARG_AREA))

static const struct verb verbs[] = {
	{ .name = "add", .help = "Add a sensor, and say what it measures",
	  .example = "A84041D300010001 --unit \"Walk-in cooler\""
	  " --model dragino/lht65n",
	  .args = { ARG_DEVEUI, WHERE | ARG_BIT(ARG_UNIT) |
	      ARG_BIT(ARG_CALLED) | ARG_BIT(ARG_INTERVAL) |
	      ARG_BIT(ARG_JOIN_EUI) | ARG_BIT(ARG_TTN_ID),
	      ARG_BIT(ARG_MODEL) },
	  .act = add,
	  .exists = "there is a sensor with this DevEUI already, or with "
	      "this --ttn-device-id" },
	{ .name = "import", .help = "Add all sensors of a CSV file, or none",
	  .example = "sensors.csv --dry-run",
	  .args = { ARG_FILE, ARG_BIT(ARG_ORGANIZATION) |
	      ARG_BIT(ARG_DRY_RUN), 0 },
	  .act = sensor_import,
	  .exists = "somebody else has just added one of them" },
	{ .name = "list", .help = "List the sensors", .example = "--json",
	  .args = { ARG_NONE, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .list = &list_stmt },
	{ .name = "edit", .help = "Say what a sensor's network calls it",
	  .example = "A84041D300010001 --ttn-device-id walk-in-cooler",
	  .args = { ARG_DEVEUI, ARG_BIT(ARG_ORGANIZATION),
	      ARG_BIT(ARG_TTN_ID) },
	  .act = edit,
	  .exists = "another sensor has this --ttn-device-id" },
	{ .name = "attach", .help = "Put a sensor onto a unit",
	  .example = "A84041D300010001 --unit \"Walk-in cooler\"",
	  .args = { ARG_DEVEUI, WHERE, ARG_BIT(ARG_UNIT) },
	  .act = attach },
	{ .name = "calibrate", .help = "Say what is to be added to what a "
	  "sensor measures",
	  .example = "A84041D300010001 --offset -0.3 --from 2026-01-31"
	  " --until 2027-01-31 --certificate K-1234",
	  .args = { ARG_DEVEUI, ARG_BIT(ARG_ORGANIZATION) |
	      ARG_BIT(ARG_FROM) | ARG_BIT(ARG_UNTIL) |
	      ARG_BIT(ARG_CERTIFICATE), ARG_BIT(ARG_OFFSET) },
	  .act = calibrate,
	  .exists = "another calibration of this sensor holds in that time; "
	      "see sensor calibrations DEVEUI" },
	{ .name = "uncalibrate", .help = "Withdraw a sensor's calibration",
	  .example = "A84041D300010001",
	  .args = { ARG_DEVEUI, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .act = uncalibrate },
	{ .name = "calibrations", .help = "List the calibrations, "
	  "of all sensors or of one",
	  .example = "A84041D300010001 --json",
	  .args = { ARG_DEVEUI, ARG_BIT(ARG_DEVEUI) |
	      ARG_BIT(ARG_ORGANIZATION), 0 },
	  .list = &calibrations_stmt },
	{ .name = "detach", .help = "Take a sensor off its unit",
	  .example = "A84041D300010001",
	  .args = { ARG_DEVEUI, ARG_BIT(ARG_ORGANIZATION), 0 },
	  .act = detach },
};

const struct noun	noun_sensor = { "sensor", NOUN_VERBS(verbs) };
