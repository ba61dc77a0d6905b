/* engine-case.h - scripts for the engine: rows of events and what they do. */
#ifndef ENGINE_CASE_H
#define ENGINE_CASE_H
#include "engine-sample.h"

#define MINUTES(n)	((n) * 60)
#define QUIET_BATTERY	.battery_percent = -1, .battery_mv = -1
#define UPLINK		.kind = ENGINE_UPLINK, .is_primary = true, \
			QUIET_BATTERY
#define TEMP_C(t)	{ UPLINK, .has_temp = ENGINE_TEMP_VALID, .temp = (t) }
#define TEMP_F(tenths)	TEMP_C(F(tenths))
#define FAULT		{ UPLINK, .has_temp = ENGINE_TEMP_FAULT }
#define CHECKIN		{ UPLINK }
#define DOOR(state)	{ .kind = ENGINE_UPLINK, .door = (state), \
			QUIET_BATTERY }
#define LOG_F(tenths)	{ .kind = ENGINE_MANUAL_LOG, .temp = F(tenths) }
#define TICK		{ .kind = ENGINE_TICK }
#define ACK(type)	{ .kind = ENGINE_ACKNOWLEDGE, .alert = (type) }
#define RESOLVE(type)	{ .kind = ENGINE_RESOLVE, .alert = (type) }

struct engine_row {
	const char		*name;
	int			 at_s;		/* since EPOCH */
	struct engine_event	 ev;
	enum unit_status	 want;
	const char		*want_ops;	/* see engine_sample_ops() */
};

struct engine_case {
	struct engine_state	s;
	struct engine_rules	r;
	struct engine_effects	out;		/* of the last step */
};

/* A unit that has never been seen. */
struct engine_case	engine_case_fresh(void);
/* A unit that is ok, its last reading (38 F) taken at EPOCH. */
struct engine_case	engine_case_ok(void);
/* One event now. */
enum engine_rc	engine_case_step(struct engine_case *c, int at_s,
		    struct engine_event ev);
/* Every row of a script, with an expectation after each. */
void		engine_case_play(struct engine_case *c,
		    const struct engine_row *rows, size_t n);
/* The first operation of that kind on that type, or a failed test. */
const struct engine_op *engine_case_op(const struct engine_case *c,
		    enum engine_op_kind kind, enum alert_type type);
bool		engine_case_open(struct engine_case *c, enum alert_type type);

#endif
