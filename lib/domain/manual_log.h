/*
 * manual_log.h - a temperature that a person has measured, kept as proof.
 *
 * Decides what such a log must say, whether it was in range by the limits in
 * force when it was measured, and whether it is entered late. A log of the
 * moment is put to the engine; one entered late, or older than the unit's
 * newest log, is history: it is kept, marked for a replay (late.h) and resets
 * nothing.
 *
 * The client makes the id: the same log sent twice is one log.
 */
#ifndef FG_MANUAL_LOG_H
#define FG_MANUAL_LOG_H
#include "domain/page.h"
#include "domain/unit.h"
#include "domain/unit_effects.h"

#define MANUAL_LOG_LATE_MS	(15 * 60 * 1000LL)	/* after measuring */
#define MANUAL_LOG_AHEAD_MS	(5 * 60 * 1000LL)	/* of a client's clock */
#define MANUAL_LOG_BEHIND_MS	(30 * 24 * 3600 * 1000LL)
#define MANUAL_LOG_MIN		(-7333)		/* -100 F */
#define MANUAL_LOG_MAX		9333		/* 200 F */
#define MANUAL_LOG_NOTES	500		/* characters */
#define MANUAL_LOG_ACTION	2000
#define MANUAL_LOG_PHOTO	1000

struct manual_log {		/* plain value; texts borrowed, or NULL */
	struct uuid	 id;
	struct uuid	 unit;
	centi_t		 temp;
	struct opt_centi humidity;	/* hundredths of a percent */
	bool		 judged;	/* else the limits were not known; */
	bool		 in_range;	/* only read */
	const char	*notes;
	const char	*photo;		/* as manual_log_photo_fault() wants */
	const char	*action;	/* corrective, where out of range */
	struct uuid	 profile;	/* who measured: only read; nil: gone */
	const char	*by;		/* by name; only read */
	int64_t		 recorded_at_ms;
	int64_t		 created_at_ms;	/* only read */
};

enum manual_log_rc {
	MANUAL_LOG_DONE,
	MANUAL_LOG_REPEATED,	/* was there: success, no effect */
	MANUAL_LOG_INVALID,	/* fault names the field and says why */
	MANUAL_LOG_OTHER,	/* this id has been given to another log */
	MANUAL_LOG_NONE,	/* no such unit in this organization */
	MANUAL_LOG_DOWN,	/* the database; already logged */
	MANUAL_LOG_FAIL
};

struct manual_log_fault {	/* static; follows the field's name */
	const char	*field;
	const char	*why;
};

struct manual_log_entry {	/* borrowed */
	struct uuid	 organization;
	struct uuid	 profile;
	int64_t		 now_ms;
	bool		 says_when;	/* else log's time is now */
	struct manual_log log;		/* by, created_at_ms: not read */
};

/* One transaction. With MANUAL_LOG_DONE and MANUAL_LOG_REPEATED out is the log
 * as it is kept, its texts in the arena; fills live with what is to be told
 * afterwards. */
enum manual_log_rc manual_log_enter(struct db *db,
		    const struct manual_log_entry *entry, struct arena *arena,
		    struct manual_log *out, struct manual_log_fault *fault,
		    struct live_list *live) must_check;

/* NULL when acceptable: "https://..." or the key of an object of this log's
 * organization, "manual-logs/<organization>/...". Pure. */
const char	*manual_log_photo_fault(const char *photo,
		    const struct uuid *organization);
bool		 manual_log_is_late(const struct manual_log *l);
struct json_object *manual_log_to_json(const struct manual_log *l,
		    const struct unit *u);

/* Within a transaction of the organization: newest first. */
enum db_rc	 manual_log_list(struct db *db, const struct uuid *organization,
		    const struct uuid *unit, struct page *page,
		    struct arena *arena, struct manual_log **v) must_check;

extern const struct db_stmt_list manual_log_stmts;

#endif
