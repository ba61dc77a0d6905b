/* A checkpoint that is taken survives being written and read again. */
#include "domain/replay.h"
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena	arena = ARENA_INIT;
	struct replay	r;
	const char	*text;

	if (replay_parse(arena_strndup(&arena, (const char *)data, len), &r)) {
		text = replay_format(&r, &arena);
		if (!replay_parse(text, &r) ||
		    strcmp(replay_format(&r, &arena), text) != 0)
			abort();
	}
	arena_release(&arena);
	return 0;
}
