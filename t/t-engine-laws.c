/*
 * The engine's laws over random lives of units. ENGINE_LIVES says how many
 * (make check-laws: a million), ENGINE_SEED which; a failure prints both the
 * seed and the shortest life that still breaks the law.
 */
#include "engine-life.h"
#include "engine-sample.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

static uint64_t
setting(const char *name, uint64_t otherwise)
{
	const char	*s = getenv(name);

	return s != NULL ? strtoull(s, NULL, 0) : otherwise;
}

static void
draw_life(struct life *l, uint64_t seed)
{
	struct draw	 d = { .seed = seed };

	life_draw(l, &d);
}

static void
report(uint64_t seed, struct life *l, const char *law)
{
	struct engine_state	 end;

	life_shrink(l);
	fprintf(stderr, "ENGINE_SEED=%#llx ENGINE_LIVES=1 breaks %s:\n",
	    (unsigned long long)seed, law);
	life_play(l, &end, stderr);
}

Test(engine_laws, hold_after_every_step_of_every_life, .timeout = 600)
{
	uint64_t	 seed = setting("ENGINE_SEED",
			    (uint64_t)time(NULL) << 32);
	uint64_t	 lives = setting("ENGINE_LIVES", 100000), steps = 0;

	for (uint64_t i = 0; i < lives; i++) {
		struct life		 l;
		struct engine_state	 end, again;
		const char		*law;

		draw_life(&l, seed + i);
		steps += (uint64_t)l.n;
		if ((law = life_play(&l, &end, NULL)) != NULL) {
			report(seed + i, &l, law);
			cr_assert_fail("%s", law);
		}
		if (i % 16 != 0)
			continue;
		life_play(&l, &again, NULL);
		cr_assert(engine_sample_same(&end, &again),
		    "not a function of its events: seed %#llx",
		    (unsigned long long)(seed + i));
	}
	fprintf(stderr, "%llu lives, %llu events, seed %#llx\n",
	    (unsigned long long)lives, (unsigned long long)steps,
	    (unsigned long long)seed);
}
