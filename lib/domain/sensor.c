#include "domain/sensor.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/when.h"
#include "domain/display.h"
#include "domain/plausible.h"
#include "domain/sensor_status.h"
#include <stdio.h>
#include <stdlib.h>

#define DOUBT_TEXT		(WHEN_TEXT + 40)
#define CALIBRATION_TEXT	1024

static const struct db_stmt list_stmt = { "sensor_list", 2, 23,
	"SELECT device_id, name, device_eui, manufacturer || '/' || model,"
	"	kind, is_primary, lora_status, registered,"
	"	uplink_interval_seconds, default_interval_seconds,"
	"	epoch_ms(last_seen_at), battery_percent, rssi, snr,"
	"	doubts, epoch_ms(value_since), clock_wrong, clock_ahead_ms,"
	"	temperature_offset, certificate, epoch_ms(calibrated_at),"
	"	epoch_ms(expires_at), temp_unit = 'F'"
	"  FROM unit_sensors"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	" ORDER BY is_primary DESC NULLS LAST, lower(name), device_id"
	" LIMIT 100" };

static const struct db_stmt *const stmts[] = { &list_stmt };
const struct db_stmt_list sensor_stmts = { stmts, 1 };

static bool
put_name(const PGresult *res, int row, struct json_object *o)
{
	struct uuid	 id;
	const char	*name, *eui, *model;
	bool		 has, primary;

	if (!db_uuid(res, row, 0, &id) || !db_opt_text(res, row, 1, &name) ||
	    !db_opt_text(res, row, 2, &eui) ||
	    !db_opt_text(res, row, 3, &model) ||
	    !db_opt_bool(res, row, 5, &has, &primary))
		return false;
	json_put_uuid(o, "id", &id);
	json_put_str(o, "name", name);
	json_put_str(o, "devEui", eui);
	json_put_str(o, "model", model);
	json_put_bool(o, "isPrimary", has && primary);
	return true;
}

static bool
put_status(const PGresult *res, int row, int64_t now_ms,
    struct json_object *o)
{
	struct sensor_signs	 s = { .seen_at_ms = 0 };
	enum sensor_status	 status;
	int32_t			 told_s = 0, model_s = 0;
	const char		*lora, *kind;
	char			 age[WHEN_TEXT];
	bool			 has;

	if (!db_opt_text(res, row, 4, &kind) || !db_text(res, row, 6, &lora) ||
	    !lora_status_parse(lora, &s.lora) ||
	    !db_bool(res, row, 7, &s.registered) ||
	    !db_opt_i32(res, row, 8, &has, &told_s) ||
	    !db_opt_i32(res, row, 9, &has, &model_s) ||
	    !db_opt_i64(res, row, 10, &has, &s.seen_at_ms))
		return false;
	s.interval_s = sensor_interval_s(told_s, model_s, kind);
	status = sensor_status_of(&s, now_ms);
	json_put_str(o, "kind", kind);
	json_put_str(o, "status", sensor_status_name(status));
	json_put_str(o, "statusLabel", sensor_status_label(status));
	json_put_int(o, "intervalSeconds", s.interval_s);
	json_put_when(o, "lastSeenAt", s.seen_at_ms);
	json_put_str(o, "ageText", s.seen_at_ms == 0 ? NULL :
	    when_age(now_ms - s.seen_at_ms, age));
	return true;
}

static bool
put_radio(const PGresult *res, int row, struct json_object *o)
{
	bool	has_battery, has_rssi, has_snr;
	int32_t	battery, rssi;
	centi_t	snr;
	char	text[DISPLAY_TEXT];

	if (!db_opt_i32(res, row, 11, &has_battery, &battery) ||
	    !db_opt_i32(res, row, 12, &has_rssi, &rssi) ||
	    !db_opt_centi(res, row, 13, &has_snr, &snr))
		return false;
	json_put(o, "batteryPercent", NULL);
	json_put(o, "rssi", NULL);
	json_put(o, "snr", NULL);
	if (has_battery)
		json_put_int(o, "batteryPercent", battery);
	if (has_rssi)
		json_put_int(o, "rssi", rssi);
	if (has_snr)
		json_put_centi(o, "snr", snr);
	json_put_str(o, "signalText", !has_rssi ? NULL :
	    display_signal(rssi, text));
	return true;
}

struct doubts {			/* what speaks against a sensor */
	unsigned	bits;
	int64_t		still_ms;	/* that its value has not moved */
	int64_t		ahead_ms;	/* of its clock */
};

static bool
map_doubts(const PGresult *res, int row, int64_t now_ms, struct doubts *out)
{
	int32_t	bits = 0;
	int64_t	since_ms = now_ms;
	bool	has, wrong = false;

	*out = (struct doubts){ 0 };
	if (!db_opt_i32(res, row, 14, &has, &bits) ||
	    !db_opt_i64(res, row, 15, &has, &since_ms) ||
	    !db_opt_bool(res, row, 16, &has, &wrong) ||
	    !db_opt_i64(res, row, 17, &has, &out->ahead_ms))
		return false;
	out->bits = (unsigned)bits & ~(unsigned)PLAUSIBLE_CLOCK;
	if (wrong)
		out->bits |= PLAUSIBLE_CLOCK;
	out->still_ms = now_ms - since_ms;
	return true;
}

static const char *
doubt_text(const struct doubts *d, unsigned which, char text[DOUBT_TEXT])
{
	char	age[WHEN_TEXT];

	switch (which) {
	case PLAUSIBLE_STUCK:
		snprintf(text, DOUBT_TEXT, "has not moved for %s",
		    when_age(d->still_ms, age));
		break;
	case PLAUSIBLE_CLOCK:
		snprintf(text, DOUBT_TEXT, "its clock is %s %s",
		    when_age(llabs(d->ahead_ms), age),
		    d->ahead_ms > 0 ? "ahead" : "behind");
		break;
	default:
		snprintf(text, DOUBT_TEXT, "%s", plausible_label(which));
		break;
	}
	return text;
}

static bool
put_doubts(const PGresult *res, int row, int64_t now_ms, struct json_object *o)
{
	struct json_object	*names = json_object_new_array();
	struct buf		 all = BUF_INIT(DOUBT_TEXT * 3);
	struct doubts		 d;
	char			 text[DOUBT_TEXT];
	const bool		 ok = map_doubts(res, row, now_ms, &d);

	for (unsigned bit = 1; bit < PLAUSIBLE__ALL; bit <<= 1) {
		if ((d.bits & bit) == 0)
			continue;
		json_object_array_add(names,
		    json_object_new_string(plausible_name(bit)));
		buf_printf(&all, "%s%s", all.len > 0 ? "; " : "",
		    doubt_text(&d, bit, text));
	}
	json_put(o, "doubts", names);
	json_put_str(o, "doubtText", all.len > 0 ? buf_str(&all) : NULL);
	json_put(o, "clockAheadSeconds", NULL);
	if ((d.bits & PLAUSIBLE_CLOCK) != 0)
		json_put_int(o, "clockAheadSeconds", d.ahead_ms / 1000);
	buf_release(&all);
	return ok;
}

struct calibrated {		/* the newest that has begun */
	bool		 has, fahrenheit;
	centi_t		 offset;
	const char	*certificate;	/* or NULL */
	int64_t		 from_ms, until_ms;	/* until 0: for ever */
};

static bool
map_calibrated(const PGresult *res, int row, struct calibrated *out)
{
	bool	has;

	*out = (struct calibrated){ 0 };
	return db_opt_centi(res, row, 18, &has, &out->offset) &&
	    db_opt_text(res, row, 19, &out->certificate) &&
	    db_opt_i64(res, row, 20, &out->has, &out->from_ms) &&
	    db_opt_i64(res, row, 21, &has, &out->until_ms) &&
	    db_bool(res, row, 22, &out->fahrenheit);
}

/* "calibrated +0.30 °C, certificate K-1, until 2027-01-31". */
static void
put_calibration_text(struct json_object *o, const struct calibrated *k,
    bool expired)
{
	struct buf	text = BUF_INIT(CALIBRATION_TEXT);
	char		offset[DISPLAY_TEXT], until[WHEN_TEXT];

	buf_printf(&text, "%s %s", expired ? "calibration expired:"
	    : "calibrated", display_offset(k->offset, k->fahrenheit, offset));
	if (k->certificate != NULL)
		buf_printf(&text, ", certificate %s", k->certificate);
	if (k->until_ms != 0)
		buf_printf(&text, ", until %.10s",
		    when_format(k->until_ms, until));
	json_put_str(o, "calibrationText", buf_str(&text));
	buf_release(&text);
}

static bool
put_calibration(const PGresult *res, int row, int64_t now_ms,
    struct json_object *o)
{
	struct json_object	*c;
	struct calibrated	 k;
	bool			 expired;

	json_put(o, "calibration", NULL);
	if (!map_calibrated(res, row, &k))
		return false;
	if (!k.has)
		return true;
	expired = k.until_ms != 0 && k.until_ms <= now_ms;
	c = json_object_new_object();
	json_put_centi(c, "offset", k.offset);
	json_put_str(c, "certificate", k.certificate);
	json_put_when(c, "from", k.from_ms);
	json_put_when(c, "until", k.until_ms);
	json_put_bool(c, "expired", expired);
	json_put(o, "calibration", c);
	put_calibration_text(o, &k, expired);
	return true;
}

enum db_rc
sensor_list(struct db *db, const struct uuid *organization,
    const struct uuid *unit, int64_t now_ms, struct json_object **out)
{
	PGresult		*res = NULL;
	struct json_object	*list, *o;
	enum db_rc		 rc;

	rc = db_query(db, &list_stmt, &res, db_arg_uuid(organization),
	    db_arg_uuid(unit));
	if (rc != DB_OK)
		return rc;
	list = json_object_new_array();
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++) {
		o = json_object_new_object();
		json_object_array_add(list, o);
		if (!put_name(res, i, o) || !put_status(res, i, now_ms, o) ||
		    !put_radio(res, i, o) ||
		    !put_doubts(res, i, now_ms, o) ||
		    !put_calibration(res, i, now_ms, o))
			rc = db_bad_row(&list_stmt);
	}
	PQclear(res);
	if (rc == DB_OK)
		*out = list;
	else
		json_object_put(list);
	return rc;
}
