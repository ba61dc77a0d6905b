/* Any life a unit can have: the laws of the engine hold after every step. */
#include "engine-life.h"
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct draw		 d = { .data = data, .len = len };
	struct engine_state	 end;
	struct life		 l;

	life_draw(&l, &d);
	if (life_play(&l, &end, NULL) != NULL) {
		life_shrink(&l);
		fprintf(stderr, "broken: %s\n", life_play(&l, &end, stderr));
		abort();
	}
	return 0;
}
