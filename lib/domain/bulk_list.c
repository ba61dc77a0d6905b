#include "domain/bulk_list.h"
#include "base/mem.h"
#include <stdlib.h>

const char bulk_too_many[] = "has more than 10,000 readings";

struct bulk_item *
bulk_list_add(struct bulk_list *l)
{
	struct bulk_item	*it;

	if (l->n == BULK_MAX)
		return NULL;
	if (l->v == NULL)
		l->v = mem_alloc(mem_product(BULK_MAX, sizeof(*l->v)));
	it = &l->v[l->n];
	*it = (struct bulk_item)BULK_ITEM_INIT;
	it->index = l->n++;
	return it;
}

void
bulk_list_release(struct bulk_list *l)
{
	free(l->v);
	arena_release(&l->arena);
	json_object_put(l->json);
	*l = (struct bulk_list){ 0 };
}
