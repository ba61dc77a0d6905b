/* What came compressed is what was sent, or is refused. */
#include "base/gunzip.h"
#include <criterion/criterion.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

static char		packed[4096];
static size_t		packed_len;
static struct buf	out;

/* As a sender would. */
static void
pack(const char *text, size_t len)
{
	z_stream	z = { .next_in = (const unsigned char *)text,
			    .avail_in = (uInt)len,
			    .next_out = (unsigned char *)packed,
			    .avail_out = sizeof(packed) };

	cr_assert_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed_len = z.total_out;
	deflateEnd(&z);
}

static void
tear_down(void)
{
	buf_release(&out);
}

TestSuite(gunzip, .fini = tear_down);

Test(gunzip, what_was_sent_comes_out)
{
	buf_init(&out, 1024);
	pack("{\"readings\":[]}", 15);
	cr_expect_eq(gunzip(packed, packed_len, &out), GUNZIP_OK);
	cr_expect_str_eq(buf_str(&out), "{\"readings\":[]}");
}

Test(gunzip, what_is_cut_off_damaged_or_followed_is_refused)
{
	buf_init(&out, 1024);
	pack("{\"readings\":[]}", 15);
	for (size_t len = 0; len < packed_len; len++) {
		buf_clear(&out);
		cr_expect_eq(gunzip(packed, len, &out), GUNZIP_BAD, "%zu",
		    len);
	}
	buf_clear(&out);
	cr_expect_eq(gunzip(packed, packed_len + 1, &out), GUNZIP_BAD);
	packed[packed_len - 6] ^= 1;
	buf_clear(&out);
	cr_expect_eq(gunzip(packed, packed_len, &out), GUNZIP_BAD);
	buf_clear(&out);
	cr_expect_eq(gunzip("[{}]", 4, &out), GUNZIP_BAD);
}

Test(gunzip, a_bomb_is_stopped_at_the_limit)
{
	static char	zeros[1024 * 1024];

	buf_init(&out, sizeof(zeros) - 1);
	pack(zeros, sizeof(zeros));
	cr_expect_lt(packed_len, 2048);
	cr_expect_eq(gunzip(packed, packed_len, &out), GUNZIP_TOO_LARGE);
	cr_expect_lt(out.len, sizeof(zeros));
	buf_release(&out);
	buf_init(&out, sizeof(zeros));
	cr_expect_eq(gunzip(packed, packed_len, &out), GUNZIP_OK);
	cr_expect_eq(out.len, sizeof(zeros));
}
