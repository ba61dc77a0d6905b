#include "base/gunzip.h"
#include "base/log.h"
#include <limits.h>
#define ZLIB_CONST
#include <zlib.h>

#define CHUNK		65536
#define GZIP_ONLY	(15 + 16)	/* windowBits, as zlib.h has it */

enum gunzip_rc
gunzip(const char *in, size_t len, struct buf *out)
{
	unsigned char	chunk[CHUNK];
	z_stream	z = { .next_in = (const unsigned char *)in,
			    .avail_in = (uInt)len };
	int		rc = Z_OK;

	if (len > UINT_MAX)
		return GUNZIP_TOO_LARGE;
	if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
		fatal("zlib: out of memory");
	while (rc == Z_OK && !buf_failed(out)) {
		z.next_out = chunk;
		z.avail_out = sizeof(chunk);
		rc = inflate(&z, Z_NO_FLUSH);
		buf_add(out, chunk, sizeof(chunk) - z.avail_out);
	}
	inflateEnd(&z);
	if (buf_failed(out))
		return GUNZIP_TOO_LARGE;
	return rc == Z_STREAM_END && z.avail_in == 0 ? GUNZIP_OK : GUNZIP_BAD;
}
