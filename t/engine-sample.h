/* engine-sample.h - what all tests of the engine start from and print. */
#ifndef ENGINE_SAMPLE_H
#define ENGINE_SAMPLE_H
#include "domain/engine.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define EPOCH		INT64_C(1767603600000)	/* when all tests start */

/* Tenths of a degree Fahrenheit, as the published vectors are written. */
#define F(tenths)	((((tenths) - 320) * 100 + \
			((tenths) < 320 ? -9 : 9)) / 18)

/* The defaults of a fridge: at most 41 F, created an hour before EPOCH. */
struct engine_rules	engine_sample_rules(void);
/* "open door_open warning, resolve temp_excursion"; "" for none. Static. */
const char	*engine_sample_ops(const struct engine_effects *out);
/* Field by field, for a struct has padding. */
bool		 engine_sample_same(const struct engine_state *a,
		    const struct engine_state *b);

#endif
