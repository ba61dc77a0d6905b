/*
 * unit_watch.h - a unit as the engine sees it, out of the database and back.
 *
 * Decides how a unit's state, its effective rules and its open alerts are read
 * under the lock of its state row, and how the new state becomes a row again.
 * Ingest, the sweep and people's actions all go through here; what the engine
 * wants done beside that is unit_effects.h. Statements are queued, so that a
 * caller's own share the round trip.
 */
#ifndef FG_UNIT_WATCH_H
#define FG_UNIT_WATCH_H
#include "db/rows.h"
#include "domain/engine.h"
#include "domain/trend.h"

#define UNIT_WATCH_ZONE	64

struct unit_watch {		/* plain value */
	struct uuid		organization;
	struct uuid		site;
	struct uuid		area;
	struct uuid		unit;
	struct uuid		primary_device;	/* nil: none */
	enum unit_type		type;
	bool			active;		/* else nobody watches it */
	bool			fahrenheit;	/* how its people read */
	char			timezone[UNIT_WATCH_ZONE];
	struct engine_rules	rules;
	struct engine_state	state;		/* as it is now */
	struct engine_state	loaded;		/* as it was under the lock */
	struct trend		trend;		/* kept by unit_watch_add() */
	bool			recalled;	/* it has something late */
	bool			has_humidity;	/* the caller's, to be shown */
	int32_t			humidity_cpct;
};

/*
 * For a statement that finds its units its own way: it selects these columns
 * from unit_state s, whichever way it is found, joined with the rules, and ends
 * in "FOR NO KEY UPDATE OF s". unit_watch_map() reads them from column col on.
 */
#define UNIT_WATCH_NCOLS	54
#define UNIT_WATCH_COLUMNS						\
	" s.organization_id, s.unit_id, s.status, s.door_state,"	\
	" s.last_temperature, s.confirmed, s.good_readings,"		\
	" s.door_mask_ms, s.withheld, s.window_at,"			\
	" s.window_temperature, s.trend, s.open_alerts,"		\
	" epoch_ms(s.due_at), epoch_ms(s.status_since),"		\
	" epoch_ms(s.last_checkin_at), epoch_ms(s.last_reading_at),"	\
	" epoch_ms(s.last_manual_log_at), epoch_ms(s.temperature_at),"	\
	" epoch_ms(s.in_range_at), epoch_ms(s.left_range_at),"		\
	" epoch_ms(s.excursion_since), epoch_ms(s.door_seen_at),"	\
	" epoch_ms(s.door_changed_at), epoch_ms(s.door_mask_day),"	\
	" epoch_ms(s.decided_at),"					\
	UNIT_WATCH_RULE_COLUMNS
/* The last of them, of rows r of unit_rules; and what they come to at an
 * instant: everything in out but the state. */
#define UNIT_WATCH_RULE_NCOLS	28
#define UNIT_WATCH_RULE_COLUMNS						\
	" r.site_id, r.area_id, r.is_active, r.primary_device_id,"	\
	" r.temp_unit = 'F', r.timezone, r.suppressions,"		\
	" epoch_ms(r.created_at), r.temp_limit_high, r.temp_limit_low,"	\
	" r.temp_hysteresis, r.manual_logging_enabled,"			\
	" r.manual_monitoring_required, r.has_sensor,"			\
	" r.checkin_interval_seconds,"					\
	" r.offline_warning_missed_checkins,"				\
	" r.offline_critical_missed_checkins,"				\
	" r.manual_log_missed_checkins_threshold,"			\
	" r.manual_interval_minutes, r.manual_grace_minutes,"		\
	" r.excursion_confirm_minutes_door_closed * 60,"		\
	" r.excursion_confirm_minutes_door_open * 60,"			\
	" r.max_excursion_minutes, r.door_open_grace_minutes,"		\
	" r.door_open_warning_minutes, r.door_open_critical_minutes,"	\
	" r.door_open_max_mask_minutes_per_day, r.unit_type"
#define UNIT_WATCH_RULES						\
	" JOIN unit_rules r ON r.organization_id = s.organization_id"	\
	"  AND r.unit_id = s.unit_id"
bool		 unit_watch_map_rules(const PGresult *res, int row, int col,
		    int64_t at_ms, struct unit_watch *out);
bool		 unit_watch_map(const PGresult *res, int row, int col,
		    int64_t now_ms, struct unit_watch *out);

/* One unit by its id, in the transaction's organization. DB_NONE: no such
 * unit. */
enum db_rc	 unit_watch_lock(struct db *db, const struct uuid *unit,
		    int64_t now_ms, struct unit_watch *out) must_check;

/* What came too late for the state: seen in the day at a glance. */
void		 unit_watch_recall(struct unit_watch *w,
		    const struct uuid *device, int64_t at_ms, centi_t temp);
/* Adds the new state to the rows that unit_watch_save will write, unless it is
 * as it was loaded: db_rows_send(rows, db, &unit_watch_save, organization). */
void		 unit_watch_add(struct db_rows *rows, struct unit_watch *w);
extern const struct db_stmt unit_watch_save;

extern const struct db_stmt_list unit_watch_stmts;

#endif
