/* What is measured comes to the same in any pieces as in one. */
#include "domain/replay.h"
#include <stdlib.h>
#include <string.h>

#define START	INT64_C(1767603600000)
#define ITEMS	64

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Stops at each of the items with a number that step divides. */
static const char *
feed(struct arena *arena, struct replay_feed f, size_t step, size_t *found)
{
	struct replay_list	out = { .arena = arena };
	struct replay		r;

	replay_init(&r, START);
	for (size_t i = step; i < f.nitems; i += step)
		replay_to(&r, &f, f.items[i].at_ms, &out);
	replay_to(&r, &f, START + INT64_C(86400000), &out);
	*found = out.n;
	return replay_format(&r, arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct engine_rules limits = { .has_high = true,
		.high = 500, .hysteresis = 56, .checkin_interval_s = 300,
		.offline_critical_missed = 5, .manual_missed = 5,
		.confirm_door_closed_s = 600, .max_excursion_min = 60,
		.door_grace_min = 20, .door_mask_min_per_day = 60 };
	struct replay_item	v[ITEMS] = { { .at_ms = 0 } };
	struct replay_rules	rules[] = { { .rules = limits },
		{ .from_ms = START + 3600000, .rules = limits } };
	struct replay_feed	f = { .items = v, .rules = rules, .nrules = 2 };
	struct arena		arena = ARENA_INIT;
	size_t			whole, pieces;
	int64_t			at_ms = START;

	rules[1].rules.high = 700;
	for (; f.nitems < ITEMS && len >= 3; f.nitems++, data += 3, len -= 3)
		v[f.nitems] = (struct replay_item){
		    .at_ms = at_ms += 1 + data[0] * 5000,
		    .kind = data[1] % 3, .temp = data[2] * 4,
		    .door = data[1] / 3 % DOOR_STATE__MAX };
	if (strcmp(feed(&arena, f, ITEMS, &whole),
	    feed(&arena, f, 1 + len, &pieces)) != 0 || whole != pieces)
		abort();
	arena_release(&arena);
	return 0;
}
