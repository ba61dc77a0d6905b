#include "base/json_scan.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

enum kind {
	K_BAD,		/* may stand in strings only */
	K_SKIP,		/* nothing to decide here: json-c will */
	K_QUOTE,
	K_COLON,
	K_OPEN,
	K_MINUS,
	K_POINT,
};

/* The letters are those of true, false, null and of exponents: neither NaN
 * nor Infinity can be written with them. */
static const unsigned char kinds[256] = {
	[' '] = K_SKIP, ['\t'] = K_SKIP, ['\n'] = K_SKIP, ['\r'] = K_SKIP,
	['{'] = K_OPEN, ['['] = K_OPEN, ['}'] = K_SKIP, [']'] = K_SKIP,
	[','] = K_SKIP, ['+'] = K_SKIP, ['0'] = K_SKIP, ['1'] = K_SKIP,
	['2'] = K_SKIP, ['3'] = K_SKIP, ['4'] = K_SKIP, ['5'] = K_SKIP,
	['6'] = K_SKIP, ['7'] = K_SKIP, ['8'] = K_SKIP, ['9'] = K_SKIP,
	['E'] = K_SKIP, ['a'] = K_SKIP, ['e'] = K_SKIP, ['f'] = K_SKIP,
	['l'] = K_SKIP, ['n'] = K_SKIP, ['r'] = K_SKIP, ['s'] = K_SKIP,
	['t'] = K_SKIP, ['u'] = K_SKIP,
	['"'] = K_QUOTE, [':'] = K_COLON, ['-'] = K_MINUS, ['.'] = K_POINT,
};

static bool
digit_at(const char *s, size_t len, size_t i)
{
	return i < len && s[i] >= '0' && s[i] <= '9';
}

/* *i stands behind the opening quote and is left behind the closing one. */
static const char *
scan_string(const char *s, size_t len, size_t *i)
{
	size_t	step;

	for (; *i < len && s[*i] != '"'; *i += step) {
		if ((unsigned char)s[*i] < 0x20)
			return "control character in a string";
		if (s[*i] == '\\') {
			if (len - *i >= 6 && memcmp(s + *i, "\\u0000", 6) == 0)
				return "NUL in a string";
			step = len - *i >= 2 ? 2 : 1;
			if (step == 2 && (unsigned char)s[*i + 1] >= 0x80)
				return "bad escape in a string";
		} else if ((unsigned char)s[*i] < 0x80) {
			step = 1;
		} else {
			step = utf8_step(s + *i, len - *i);
			if (step == 0)
				return "not UTF-8";
		}
	}
	if (*i >= len)
		return "unfinished string";
	(*i)++;
	return NULL;
}

static bool
opens(const char *s, size_t len)
{
	size_t	i = 0;

	while (i < len && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' ||
	    s[i] == '\r'))
		i++;
	return i < len && kinds[(unsigned char)s[i]] == K_OPEN;
}

const char *
json_scan(const char *s, size_t len, size_t *members)
{
	const char	*fault;
	size_t		 i = 0;

	*members = 0;
	if (!opens(s, len))
		return "neither an object nor an array";
	while (i < len) {
		switch (kinds[(unsigned char)s[i++]]) {
		case K_BAD:
			return "unexpected character";
		case K_QUOTE:
			fault = scan_string(s, len, &i);
			if (fault != NULL)
				return fault;
			break;
		case K_COLON:
			(*members)++;
			break;
		case K_MINUS:
			if (digit_at(s, len, i + 1) && s[i] == '0')
				return "number with a leading zero";
			break;
		case K_POINT:
			if (!digit_at(s, len, i))
				return "number without decimals";
			break;
		}
	}
	return NULL;
}
