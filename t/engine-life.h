/*
 * engine-life.h - the life of a unit, drawn at random or from a fuzzer's
 * bytes, and played against the engine's laws.
 */
#ifndef ENGINE_LIFE_H
#define ENGINE_LIFE_H
#include "domain/engine.h"
#include <stddef.h>
#include <stdio.h>

#define LIFE_MAX	32

/* Where numbers come from: bytes while they last, else the generator. */
struct draw {
	const uint8_t	*data;
	size_t		 len;
	uint64_t	 seed;
};

struct life_step {
	int64_t			now;
	struct engine_rules	r;
	struct engine_event	ev;
};

struct life {
	int			n;
	struct life_step	steps[LIFE_MAX];
};

/* 0 <= result < n. */
unsigned	 draw_below(struct draw *d, unsigned n);
void		 life_draw(struct life *l, struct draw *d);
/* The broken law, or NULL; the final state. trace may be NULL. */
const char	*life_play(const struct life *l, struct engine_state *end,
		    FILE *trace);
/* Leave out every step without which a law still breaks. */
void		 life_shrink(struct life *l);

#endif
