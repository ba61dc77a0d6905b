#include "domain/manual_log.h"
#include "domain/late.h"
#include "domain/trail.h"
#include <string.h>

/* One list of columns, for one log and for many. */
#define LOG_NCOLS	12
#define LOG_SELECT							\
	"SELECT l.id, l.unit_id, l.temperature, l.humidity,"		\
	"	l.is_in_range, l.notes, l.photo_url,"			\
	"	(SELECT c.description FROM corrective_actions c"	\
	"	  WHERE c.organization_id = l.organization_id"		\
	"	    AND c.manual_log_id = l.id"				\
	"	  ORDER BY c.action_at, c.id LIMIT 1),"			\
	"	coalesce(p.full_name, p.email), p.id,"			\
	"	epoch_ms(l.recorded_at), epoch_ms(l.created_at)"	\
	"  FROM manual_temperature_logs l"				\
	"  LEFT JOIN profiles p ON p.organization_id = l.organization_id" \
	"   AND p.id = l.profile_id"

static const struct db_stmt find_stmt = { "manual_log_find", 1, LOG_NCOLS,
	LOG_SELECT
	" WHERE l.organization_id = current_org() AND l.id = $1::uuid" };

static const struct db_stmt list_stmt = { "manual_log_list", 5, LOG_NCOLS,
	LOG_SELECT
	" WHERE l.organization_id = $1::uuid AND l.unit_id = $2::uuid"
	PAGE_END("l.recorded_at", "l.id", "$3", "$4", "$5") };

static const struct db_stmt limits_stmt = { "manual_log_limits", 2, 2,
	"SELECT q.low, q.high"
	"  FROM units u, limits_at(u.organization_id, u.id,"
	"	from_epoch_ms($2::int8)) q"
	" WHERE u.organization_id = current_org() AND u.id = $1::uuid"
	"   AND u.deleted_at IS NULL" };

static const struct db_stmt insert_stmt = { "manual_log_insert", 10, -1,
	"INSERT INTO manual_temperature_logs (organization_id, id, unit_id,"
	"	profile_id, temperature, humidity, is_in_range, notes,"
	"	photo_url, recorded_at, created_at)"
	" VALUES (current_org(), $1::uuid, $2::uuid, $3::uuid,"
	"	$4::numeric(7,2), $5::numeric(5,2), $6::bool, $7::text,"
	"	$8::text, from_epoch_ms($9::int8), from_epoch_ms($10::int8))" };

static const struct db_stmt action_stmt = { "manual_log_action", 6, -1,
	"INSERT INTO corrective_actions (organization_id, id, manual_log_id,"
	"	unit_id, profile_id, description, action_taken, action_at)"
	" VALUES (current_org(), $1::uuid, $2::uuid, $3::uuid, $4::uuid,"
	"	$5::text, $5::text, from_epoch_ms($6::int8))" };

static const struct db_stmt *const stmts[] = {
	&find_stmt, &list_stmt, &limits_stmt, &insert_stmt, &action_stmt,
	&late_mark_stmt,
};
const struct db_stmt_list manual_log_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

#define ALNUM	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* No user and password before the host, and nothing that needs escaping. */
static bool
is_url(const char *s)
{
	size_t	host;

	if (strncmp(s, "https://", 8) != 0)
		return false;
	host = strspn(s + 8, ALNUM ".-:");
	s += 8 + host;
	return host > 0 && (*s == '\0' || *s == '/' || *s == '?') &&
	    s[strspn(s, ALNUM "-._~:/?#[]@!$&'()*+,;=%")] == '\0';
}

static bool
is_key(const char *s, const struct uuid *organization)
{
	char	id[UUID_TEXT];

	if (strncmp(s, "manual-logs/", 12) != 0)
		return false;
	s += 12;
	if (strncmp(s, uuid_format(organization, id), UUID_TEXT - 1) != 0)
		return false;
	s += UUID_TEXT - 1;
	return *s == '/' && s[strspn(s, ALNUM "-._/")] == '\0' &&
	    strstr(s, "..") == NULL && strstr(s, "//") == NULL &&
	    s[strlen(s) - 1] != '/';
}

const char *
manual_log_photo_fault(const char *photo, const struct uuid *organization)
{
	if (strlen(photo) > MANUAL_LOG_PHOTO)
		return "is too long";
	return is_url(photo) || is_key(photo, organization) ? NULL :
	    "must be an address that begins with https://, or the key of a "
	    "photo of this organization";
}

bool
manual_log_is_late(const struct manual_log *l)
{
	return l->created_at_ms - l->recorded_at_ms > MANUAL_LOG_LATE_MS;
}

/* What can be said of it without the unit; false: at fault. */
static bool
check(const struct manual_log_entry *e, struct manual_log_fault *fault)
{
	const struct manual_log	*l = &e->log;
	const char		*why;

	if (l->temp < MANUAL_LOG_MIN || l->temp > MANUAL_LOG_MAX)
		*fault = (struct manual_log_fault){ "temperature",
		    "must lie between -73.33 and 93.33 \302\260C (-100 and "
		    "200 \302\260F)" };
	else if (l->recorded_at_ms > e->now_ms + MANUAL_LOG_AHEAD_MS)
		*fault = (struct manual_log_fault){ "recordedAt",
		    "lies in the future" };
	else if (l->recorded_at_ms < e->now_ms - MANUAL_LOG_BEHIND_MS)
		*fault = (struct manual_log_fault){ "recordedAt",
		    "is more than 30 days ago" };
	else if (l->photo != NULL && (why = manual_log_photo_fault(l->photo,
	    &e->organization)) != NULL)
		*fault = (struct manual_log_fault){ "photoUrl", why };
	else
		return true;
	return false;
}

/* *out stays NULL for a null. */
static bool
map_text(const PGresult *res, int row, int col, struct arena *arena,
    const char **out)
{
	const char	*s;

	if (!db_opt_text(res, row, col, &s))
		return false;
	*out = s == NULL ? NULL : arena_strdup(arena, s);
	return true;
}

static bool
map_row(const PGresult *res, int row, struct arena *arena, void *v)
{
	struct manual_log	*out = v;
	bool	has;

	memset(out, 0, sizeof(*out));
	return db_uuid(res, row, 0, &out->id) &&
	    db_uuid(res, row, 1, &out->unit) &&
	    db_centi(res, row, 2, &out->temp) &&
	    db_opt_centi(res, row, 3, &out->humidity.has, &out->humidity.t) &&
	    db_opt_bool(res, row, 4, &out->judged, &out->in_range) &&
	    map_text(res, row, 5, arena, &out->notes) &&
	    map_text(res, row, 6, arena, &out->photo) &&
	    map_text(res, row, 7, arena, &out->action) &&
	    map_text(res, row, 8, arena, &out->by) &&
	    db_opt_uuid(res, row, 9, &has, &out->profile) &&
	    db_i64(res, row, 10, &out->recorded_at_ms) &&
	    db_i64(res, row, 11, &out->created_at_ms);
}

struct entering {
	const struct manual_log_entry	*e;
	struct arena			*arena;
	struct manual_log		*out;
	struct manual_log_fault		*fault;
	struct live_list		*live;
	enum manual_log_rc		 rc;
};

static enum db_rc
find(struct db *db, struct entering *in)
{
	static const struct db_list	one = { &find_stmt,
	    sizeof(struct manual_log), map_row };

	return db_list_one(db, &one, in->arena, in->out,
	    db_arg_uuid(&in->e->log.id));
}

/* By the limits that were in force when it was measured. */
static enum db_rc
judge(struct db *db, const struct manual_log *l, bool *in_range)
{
	struct opt_centi	 low, high;
	PGresult		*res = NULL;
	enum db_rc		 rc;

	rc = db_one(db, &limits_stmt, &res, db_arg_uuid(&l->unit),
	    db_arg_i64(l->recorded_at_ms));
	if (rc == DB_OK && (!db_opt_centi(res, 0, 0, &low.has, &low.t) ||
	    !db_opt_centi(res, 0, 1, &high.has, &high.t)))
		rc = db_bad_row(&limits_stmt);
	PQclear(res);
	if (rc == DB_OK)
		*in_range = !(low.has && l->temp < low.t) &&
		    !(high.has && l->temp > high.t);
	return rc;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Is what was found what is sent again? A time that was not given is not
 * compared: it was the moment of the first try. */
static bool
is_same(const struct manual_log_entry *e, const struct manual_log *kept)
{
	const struct manual_log	*l = &e->log;

	return uuid_eq(&l->unit, &kept->unit) && l->temp == kept->temp &&
	    uuid_eq(&e->profile, &kept->profile) &&
	    l->humidity.has == kept->humidity.has &&
	    l->humidity.t == kept->humidity.t &&
	    same_text(l->notes, kept->notes) &&
	    same_text(l->photo, kept->photo) &&
	    same_text(l->action, kept->action) &&
	    (!e->says_when || l->recorded_at_ms == kept->recorded_at_ms);
}

static void
save_audit(struct db *db, const struct entering *in,
    const struct unit_watch *w, bool in_range, bool late)
{
	const struct manual_log_entry	*e = in->e;
	struct json_object		*data = json_object_new_object();
	char				 text[DISPLAY_TEXT];

	json_put_uuid(data, "logId", &e->log.id);
	json_put_centi(data, "temperature", e->log.temp);
	json_put_bool(data, "inRange", in_range);
	json_put_bool(data, "late", late);
	json_put_when(data, "recordedAt", e->log.recorded_at_ms);
	display_temp((struct opt_centi){ true, e->log.temp }, w->fahrenheit,
	    text);
	trail_write(db, &w->organization, &(struct trail_line){
	    .unit = w->unit, .site = w->site, .area = w->area,
	    .actor = e->profile, .type = "manual_temp_logged",
	    .category = "unit", .severity = in_range ? "info" : "warning",
	    .title = arena_printf(in->arena, "%s logged by hand", text),
	    .data = data, .at_ms = e->now_ms });
	json_object_put(data);
}

static void
save_log(struct db *db, const struct manual_log_entry *e, bool in_range)
{
	const struct manual_log	*l = &e->log;
	struct uuid		 id;

	db_send(db, &insert_stmt, db_arg_uuid(&l->id), db_arg_uuid(&l->unit),
	    db_arg_uuid(&e->profile), db_arg_centi(l->temp),
	    l->humidity.has ? db_arg_centi(l->humidity.t) : db_arg_null(),
	    db_arg_bool(in_range), db_arg_text(l->notes),
	    db_arg_text(l->photo), db_arg_i64(l->recorded_at_ms),
	    db_arg_i64(e->now_ms));
	if (l->action == NULL)
		return;
	id = uuid_make(e->now_ms);
	db_send(db, &action_stmt, db_arg_uuid(&id), db_arg_uuid(&l->id),
	    db_arg_uuid(&l->unit), db_arg_uuid(&e->profile),
	    db_arg_text(l->action), db_arg_i64(e->now_ms));
}

/* What the log means for the unit; false: it is history. */
static bool
step(struct db *db, const struct entering *in, struct unit_watch *w)
{
	const struct engine_event event = { .kind = ENGINE_MANUAL_LOG,
		.at_ms = in->e->log.recorded_at_ms,
		.has_temp = ENGINE_TEMP_VALID, .temp = in->e->log.temp };
	const struct unit_actor	 actor = { .profile = in->e->profile };
	struct engine_effects	 effects;

	if (engine_step(&w->state, &w->rules, &event, in->e->now_ms,
	    &effects) != ENGINE_OK)
		return false;
	unit_effects_save_unit(db, w, &effects, &actor, in->e->now_ms,
	    in->live);
	return true;
}

static void
mark(struct db *db, const struct unit_watch *w, int64_t at_ms)
{
	db_send(db, &late_mark_stmt, db_arg_uuid(&w->organization),
	    db_arg_uuid(&w->unit), db_arg_i64(at_ms), db_arg_i64(at_ms));
}

/* Nobody has sent it before; the unit is locked. */
static enum db_rc
enter(struct db *db, struct entering *in, struct unit_watch *w, bool in_range)
{
	const struct manual_log_entry	*e = in->e;
	bool	late = e->now_ms - e->log.recorded_at_ms > MANUAL_LOG_LATE_MS;

	if (!in_range && e->log.action == NULL) {
		*in->fault = (struct manual_log_fault){ "correctiveAction",
		    "is required where the temperature is out of range" };
		in->rc = MANUAL_LOG_INVALID;
		return DB_OK;
	}
	save_log(db, e, in_range);
	save_audit(db, in, w, in_range, late);
	if (late || !w->active || !step(db, in, w))
		mark(db, w, e->log.recorded_at_ms);
	if (in->live->n == 0)		/* others see it in their lists */
		unit_live_tell_state(w, in->live);
	in->rc = MANUAL_LOG_DONE;
	return find(db, in);
}

static enum db_rc
pass(struct db *db, void *arg)
{
	struct entering		*in = arg;
	struct unit_watch	 watch;
	enum db_rc		 rc;
	bool			 in_range;

	in->live->n = 0;
	rc = unit_watch_lock(db, &in->e->log.unit, in->e->now_ms, &watch);
	if (rc == DB_OK)
		rc = judge(db, &in->e->log, &in_range);
	if (rc != DB_OK)
		return rc;
	rc = find(db, in);
	if (rc == DB_NONE)
		return enter(db, in, &watch, in_range);
	in->rc = is_same(in->e, in->out) ? MANUAL_LOG_REPEATED :
	    MANUAL_LOG_OTHER;
	return rc;
}

enum manual_log_rc
manual_log_enter(struct db *db, const struct manual_log_entry *entry,
    struct arena *arena, struct manual_log *out,
    struct manual_log_fault *fault, struct live_list *live)
{
	struct entering	in = { entry, arena, out, fault, live,
			    MANUAL_LOG_FAIL };

	live->n = 0;
	if (!check(entry, fault))
		return MANUAL_LOG_INVALID;
	switch (db_tx(db, &entry->organization, &entry->profile, pass, &in)) {
	case DB_OK:
		return in.rc;
	case DB_NONE:
		return MANUAL_LOG_NONE;
	case DB_CONFLICT:	/* at the same time, for another unit */
		return MANUAL_LOG_OTHER;
	case DB_DOWN:
	case DB_RETRY:
		return MANUAL_LOG_DOWN;
	default:
		return MANUAL_LOG_FAIL;
	}
}

static struct cursor
place_of(const void *log)
{
	const struct manual_log	*l = log;

	return (struct cursor){ l->recorded_at_ms, l->id };
}

static const struct page_list logs = {
	{ &list_stmt, sizeof(struct manual_log), map_row }, place_of
};

enum db_rc
manual_log_list(struct db *db, const struct uuid *organization,
    const struct uuid *unit, struct page *page, struct arena *arena,
    struct manual_log **v)
{
	return page_read(db, &logs, page, arena, v, db_arg_uuid(organization),
	    db_arg_uuid(unit));
}

struct json_object *
manual_log_to_json(const struct manual_log *l, const struct unit *u)
{
	struct json_object	*o = json_object_new_object();
	char			 text[DISPLAY_TEXT];

	json_put_uuid(o, "id", &l->id);
	json_put_uuid(o, "unitId", &l->unit);
	json_put_centi(o, "temperature", l->temp);
	json_put_str(o, "temperatureText", display_temp(
	    (struct opt_centi){ true, l->temp }, u->fahrenheit, text));
	json_put(o, "humidity", NULL);
	if (l->humidity.has)
		json_put_int(o, "humidity", (l->humidity.t + 50) / 100);
	json_put(o, "inRange", l->judged ?
	    json_object_new_boolean(l->in_range) : NULL);
	json_put_str(o, "rangeLabel", !l->judged ? "not known" :
	    l->in_range ? "yes" : "no");
	json_put_bool(o, "outside", l->judged && !l->in_range);
	json_put_bool(o, "late", manual_log_is_late(l));
	json_put_str(o, "notes", l->notes);
	json_put_str(o, "photoUrl", l->photo);
	json_put_str(o, "correctiveAction", l->action);
	json_put_str(o, "by", l->by);
	json_put_when(o, "recordedAt", l->recorded_at_ms);
	json_put_str(o, "localText",
	    display_time(l->recorded_at_ms, u->timezone, text));
	json_put_when(o, "createdAt", l->created_at_ms);
	return o;
}
