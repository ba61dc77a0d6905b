#include "base/blob.h"
#include "base/mem.h"
#include <stdlib.h>

struct blob *
blob_new(size_t len)
{
	struct blob	*b = mem_alloc(mem_sum(sizeof(*b), len));

	b->refs = 1;
	b->len = len;
	return b;
}

struct blob *
blob_ref(struct blob *b)
{
	b->refs++;
	return b;
}

void
blob_unref(struct blob *b)
{
	if (b != NULL && --b->refs == 0)
		free(b);
}
