/*
 * simulator.h - refrigerators that do not exist, and what their sensors send.
 *
 * Decides how a simulated unit's temperature runs, what befalls it and when,
 * and the message a sensor of its model would cause. Pure and repeatable: the
 * same seed gives the same day. For the demo and for tests; nothing of the
 * real path knows that it exists.
 */
#ifndef FG_SIMULATOR_H
#define FG_SIMULATOR_H
#include "base/buf.h"
#include "base/centi.h"
#include "domain/kinds.h"

enum sim_scenario {
	SIM_CALM,		/* a good day */
	SIM_DOORS,		/* a kitchen at noon: the door opens often */
	SIM_DEFROST,		/* warm for a while every few hours, by design */
	SIM_COMPRESSOR,		/* cooling fails soon after the start */
	SIM_PROBE_FAULT,	/* the probe is pulled now and then */
	SIM_SILENCE,		/* out of radio reach now and then */
	SIM_REDELIVERY,		/* every message arrives twice */
	SIM_BACKLOG,		/* silent, then all of it at once */
	SIM_SCENARIO__MAX
};

struct sim_unit {		/* plain value */
	enum unit_type		 type;
	enum sim_scenario	 scenario;
	const char		*model;		/* of the sensor; borrowed */
	const char		*dev_eui;	/* borrowed */
	const char		*application;	/* borrowed */
	int64_t			 start_ms;	/* what befalls it counts from here */
	/* What runs. */
	int64_t			 at_ms;		/* 0: not begun */
	int32_t			 milli_c;	/* thousandths: slow drifts count */
	uint32_t		 f_cnt;
	uint64_t		 noise;		/* state of the generator */
};

struct sim_sample {
	centi_t		 temperature;
	int32_t		 humidity_cpct;
	int32_t		 battery_mv;
	enum door_state	 door;		/* DOOR_UNKNOWN: it has no contact */
	bool		 fault;		/* the probe is not connected */
	bool		 silent;	/* nothing reaches the network */
};

const char	*sim_scenario_name(enum sim_scenario s);
bool		 sim_scenario_parse(const char *s, enum sim_scenario *out);
/* What the n-th unit of a demo goes through. */
enum sim_scenario sim_scenario_of(unsigned n);

void		 sim_begin(struct sim_unit *u, uint64_t seed);
/* Runs the unit up to at_ms and reads its sensor. */
struct sim_sample sim_run(struct sim_unit *u, int64_t at_ms);
/* The webhook body of a message recorded at at_ms; appends to out. */
void		 sim_message(struct sim_unit *u, const struct sim_sample *s,
		    int64_t at_ms, struct buf *out);

#endif
