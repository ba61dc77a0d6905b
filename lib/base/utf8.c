#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Unicode 15, table 3-7: a lead byte fixes the length and narrows the range
 * of the second byte; all later ones are 80..BF. */
static const struct {
	uint8_t	from, to;
	uint8_t	len;
	uint8_t	low, high;
} leads[] = {
	{ 0x00, 0x7f, 1, 0x00, 0x00 },
	{ 0xc2, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

size_t
utf8_step(const char *s, size_t len)
{
	const uint8_t	*p = (const uint8_t *)s;
	size_t		 i, row = 0;

	if (len == 0)
		return 0;
	while (row < sizeof(leads) / sizeof(leads[0]) && p[0] > leads[row].to)
		row++;
	if (row == sizeof(leads) / sizeof(leads[0]) || p[0] < leads[row].from)
		return 0;
	if (leads[row].len > len)
		return 0;
	for (i = 1; i < leads[row].len; i++) {
		uint8_t low = i == 1 ? leads[row].low : 0x80;
		uint8_t high = i == 1 ? leads[row].high : 0xbf;

		if (p[i] < low || p[i] > high)
			return 0;
	}
	return leads[row].len;
}

/* Characters of one byte at the beginning: most of most texts. */
static size_t
ascii_span(const char *s, size_t len)
{
	uint64_t	eight;
	size_t		n = 0;

	for (; len - n >= sizeof(eight); n += sizeof(eight)) {
		memcpy(&eight, s + n, sizeof(eight));
		if ((eight & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (n < len && (uint8_t)s[n] < 0x80)
		n++;
	return n;
}

bool
utf8_valid(const char *s, size_t len)
{
	size_t	step;

	for (size_t i = ascii_span(s, len); i < len; i += step) {
		step = utf8_step(s + i, len - i);
		if (step == 0)
			return false;
	}
	return true;
}
