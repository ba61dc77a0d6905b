/*
 * alert_act.h - what a person does to an alert: acknowledge, resolve.
 *
 * Decides nothing itself: it asks the engine under the lock of the unit's
 * state, and stores what that says together with the person's words. An alert
 * whose condition still holds cannot be resolved, by anybody.
 */
#ifndef FG_ALERT_ACT_H
#define FG_ALERT_ACT_H
#include "domain/unit_effects.h"

enum alert_act_rc {
	ALERT_ACT_DONE,
	ALERT_ACT_ALREADY,	/* acknowledged before: success, no effect */
	ALERT_ACT_OVER,		/* it is resolved: these words would be lost */
	ALERT_ACT_NONE,		/* no such alert in this organization */
	ALERT_ACT_HOLDS,	/* not resolved: its condition still holds */
	ALERT_ACT_DOWN,		/* the database; already logged */
	ALERT_ACT_FAIL
};

struct alert_act {		/* borrowed */
	enum { ALERT_ACKNOWLEDGE, ALERT_RESOLVE } what;
	struct uuid	 organization;
	struct uuid	 profile;
	struct uuid	 alert;
	const char	*note;		/* acknowledge; may be NULL */
	const char	*action;	/* resolve: the corrective action */
	const char	*root_cause;	/* resolve; may be NULL */
	int64_t		 now_ms;
};

/* One transaction. Fills live with what is to be told after it. */
enum alert_act_rc alert_act(struct db *db, const struct alert_act *act,
		    struct live_list *live) must_check;

extern const struct db_stmt_list alert_act_stmts;

#endif
