/*
 * blob.h - immutable bytes that many hold and the last one frees.
 *
 * One event sent to a thousand readers is one blob in a thousand queues. The
 * count is not atomic: a blob stays on the thread that made it.
 */
#ifndef FG_BLOB_H
#define FG_BLOB_H
#include <stddef.h>

struct blob {
	size_t		refs;
	size_t		len;
	unsigned char	data[];
};

struct blob	*blob_new(size_t len);	/* one reference; data is zeroed */
struct blob	*blob_ref(struct blob *b);	/* returns b */
void		 blob_unref(struct blob *b);	/* NULL works */

#endif
