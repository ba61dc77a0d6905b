/*
 * unit_watch.h - a unit as the engine sees it, out of the database and back.
 *
 * Decides how a unit's state, its effective rules and its open alerts are read
 * under the lock of its state row, and how the new state becomes a row again.
 * Ingest, the sweep and people's actions all go through here; what the engine
 * wants done beside that is unit_effects.h. Statements are queued, so that a
 * caller's own share the round trip.
 *
 * Reading takes two statements: the state under the lock, then what it is
 * judged by, so that the second sees what the last holder of the lock wrote.
 */
#ifndef FG_UNIT_WATCH_H
#define FG_UNIT_WATCH_H
#include "db/db.h"
#include "domain/engine.h"
#include "domain/trend.h"

#define UNIT_WATCH_ZONE	64

struct unit_watch {		/* plain value */
	struct uuid		organization;
	struct uuid		site;
	struct uuid		area;
	struct uuid		unit;
	struct uuid		primary_device;	/* nil: none */
	bool			fahrenheit;	/* how its people read */
	char			timezone[UNIT_WATCH_ZONE];
	struct engine_rules	rules;
	struct engine_state	state;		/* as it is now */
	struct engine_state	loaded;		/* as it was under the lock */
	struct trend		trend;		/* kept by unit_watch_save() */
	bool			has_humidity;	/* the caller's, to be shown */
	int32_t			humidity_cpct;
};

/* The columns unit_watch_map_state() reads, of unit_state s. The statement
 * that selects them ends in "FOR NO KEY UPDATE OF s". */
#define UNIT_STATE_NCOLS	25
#define UNIT_STATE_COLUMNS						\
	" s.organization_id, s.unit_id, s.status, s.door_state,"	\
	" s.last_temperature, s.confirmed, s.good_readings,"		\
	" s.door_mask_ms, s.withheld, s.window_at,"			\
	" s.window_temperature, s.trend,"				\
	" epoch_ms(s.due_at), epoch_ms(s.status_since),"		\
	" epoch_ms(s.last_checkin_at), epoch_ms(s.last_reading_at),"	\
	" epoch_ms(s.last_manual_log_at), epoch_ms(s.temperature_at),"	\
	" epoch_ms(s.in_range_at), epoch_ms(s.left_range_at),"		\
	" epoch_ms(s.excursion_since), epoch_ms(s.door_seen_at),"	\
	" epoch_ms(s.door_changed_at), epoch_ms(s.door_mask_day),"	\
	" epoch_ms(s.decided_at)"
bool		 unit_watch_map_state(const PGresult *res, int row, int col,
		    struct unit_watch *out);

/* The columns unit_watch_map_judged() reads, of
 * "unit_judged(from_epoch_ms(now)) j". After unit_watch_map_state(). */
#define UNIT_JUDGED_NCOLS	29
#define UNIT_JUDGED_COLUMNS						\
	" j.unit_id, j.site_id, j.area_id, j.fahrenheit, j.timezone,"	\
	" j.high, j.low, j.hysteresis, j.manual_enabled,"		\
	" j.manual_monitoring, j.has_sensor, j.checkin_interval_s,"	\
	" j.offline_warning_missed, j.offline_critical_missed,"		\
	" j.manual_missed, j.manual_interval_min, j.manual_grace_min,"	\
	" j.confirm_door_closed_s, j.confirm_door_open_s,"		\
	" j.max_excursion_min, j.door_grace_min, j.door_warning_min,"	\
	" j.door_critical_min, j.door_mask_min_per_day, j.created_ms,"	\
	" j.primary_device_id, j.suppressed_bits,"			\
	" j.suppressed_until_ms, j.open_alerts"
bool		 unit_watch_map_judged(const PGresult *res, int row, int col,
		    int64_t now_ms, struct unit_watch *out);

/* One unit by its id, in the transaction's organization: two statements, one
 * round trip. DB_NONE: no such unit, or it is not watched any more. */
enum db_rc	 unit_watch_lock(struct db *db, const struct uuid *unit,
		    int64_t now_ms, struct unit_watch *out) must_check;

/* Queues the new state, unless it is as it was loaded. */
void		 unit_watch_save(struct db *db, struct unit_watch *w);

extern const struct db_stmt_list unit_watch_stmts;

#endif
