/*
 * gunzip.h - bytes that came compressed (RFC 1952), up to a limit.
 *
 * The limit is the buffer's: a small request that would become a huge one is
 * found out when it passes it, not when memory has run out.
 */
#ifndef FG_GUNZIP_H
#define FG_GUNZIP_H
#include "base/buf.h"

enum gunzip_rc {
	GUNZIP_OK,
	GUNZIP_BAD,		/* no gzip, damaged, cut off, or more behind */
	GUNZIP_TOO_LARGE	/* beyond out->max */
};

/* Appends to out. */
enum gunzip_rc	 gunzip(const char *in, size_t len, struct buf *out)
		    __attribute__((warn_unused_result));

#endif
