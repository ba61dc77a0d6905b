#include "base/json_scan.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

enum kind {
	K_BAD,		/* may stand in strings and numbers only */
	K_SKIP,		/* nothing to decide here: json-c will */
	K_OPEN,		/* the same, and a text may begin with it */
	K_COMMA,
	K_QUOTE,
	K_COLON,
	K_NUMBER,
};

/* The letters are those of true, false and null: neither NaN nor Infinity can
 * be written with them. */
static const unsigned char kinds[256] = {
	[' '] = K_SKIP, ['\t'] = K_SKIP, ['\n'] = K_SKIP, ['\r'] = K_SKIP,
	['{'] = K_OPEN, ['['] = K_OPEN, ['}'] = K_SKIP, [']'] = K_SKIP,
	[','] = K_COMMA, [':'] = K_COLON, ['"'] = K_QUOTE, ['-'] = K_NUMBER,
	['0'] = K_NUMBER, ['1'] = K_NUMBER, ['2'] = K_NUMBER, ['3'] = K_NUMBER,
	['4'] = K_NUMBER, ['5'] = K_NUMBER, ['6'] = K_NUMBER, ['7'] = K_NUMBER,
	['8'] = K_NUMBER, ['9'] = K_NUMBER,
	['a'] = K_SKIP, ['e'] = K_SKIP, ['f'] = K_SKIP, ['l'] = K_SKIP,
	['n'] = K_SKIP, ['r'] = K_SKIP, ['s'] = K_SKIP, ['t'] = K_SKIP,
	['u'] = K_SKIP,
};

/* *i moves over one or more digits. */
static bool
skip_digits(const char *s, size_t len, size_t *i)
{
	size_t	first = *i;

	while (*i < len && s[*i] >= '0' && s[*i] <= '9')
		(*i)++;
	return *i > first;
}

/* *i stands on the first character and is left behind the last one. */
static const char *
scan_number(const char *s, size_t len, size_t *i)
{
	size_t	first;

	*i += s[*i] == '-';
	first = *i;
	if (!skip_digits(s, len, i))
		return "number without digits";
	if (s[first] == '0' && *i - first > 1)
		return "number with a leading zero";
	if (*i < len && s[*i] == '.') {
		(*i)++;
		if (!skip_digits(s, len, i))
			return "number without decimals";
	}
	if (*i < len && (s[*i] == 'e' || s[*i] == 'E')) {
		(*i)++;
		*i += *i < len && (s[*i] == '+' || s[*i] == '-');
		if (!skip_digits(s, len, i))
			return "number without an exponent";
	}
	return NULL;
}

/* Most of a string is ASCII that needs no second look. */
static size_t
skip_plain(const char *s, size_t len, size_t i)
{
	while (i < len && (unsigned char)(s[i] - 0x20) < 0x60 &&
	    s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

/* *i stands on the opening quote and is left behind the closing one. *nul is
 * set if there is one in between. */
static const char *
scan_string(const char *s, size_t len, size_t *i, bool *nul)
{
	size_t	step;

	*i = skip_plain(s, len, *i + 1);
	for (; *i < len && s[*i] != '"'; *i = skip_plain(s, len, *i + step)) {
		if ((unsigned char)s[*i] < 0x20)
			return "control character in a string";
		if (s[*i] != '\\') {
			step = utf8_step(s + *i, len - *i);
			if (step == 0)
				return "not UTF-8";
			continue;
		}
		if (len - *i >= 6 && memcmp(s + *i, "\\u0000", 6) == 0)
			*nul = true;
		/* What is escaped is ASCII, or json-c refuses it. */
		step = 2;
		if (len - *i < step || (unsigned char)s[*i + 1] >= 0x80)
			return "bad escape in a string";
	}
	if (*i >= len)
		return "unfinished string";
	(*i)++;
	return NULL;
}

/* Whether what comes at i, behind white space, is of that kind. */
static bool
next_is(const char *s, size_t len, size_t i, enum kind kind)
{
	while (i < len && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' ||
	    s[i] == '\r'))
		i++;
	return i < len && kinds[(unsigned char)s[i]] == kind;
}

static const char *
scan(const char *s, size_t len, bool nul_passes, size_t *members)
{
	const char	*fault = NULL;
	bool		 nul;
	size_t		 i = 0, nests = 0, commas = 0;

	*members = 0;
	if (!next_is(s, len, 0, K_OPEN))
		return "neither an object nor an array";
	while (i < len && fault == NULL) {
		switch (kinds[(unsigned char)s[i]]) {
		case K_BAD:
			fault = "unexpected character";
			break;
		case K_QUOTE:
			nul = false;
			fault = scan_string(s, len, &i, &nul);
			/* What a colon follows is a key. */
			if (nul && fault == NULL && (!nul_passes ||
			    next_is(s, len, i, K_COLON)))
				fault = "NUL in a string";
			break;
		case K_NUMBER:
			fault = scan_number(s, len, &i);
			break;
		case K_OPEN:
			if (++nests > JSON_NESTS_MAX)
				fault = "too many objects and arrays";
			i++;
			break;
		case K_COMMA:
			if (++commas >= JSON_VALUES_MAX)
				fault = "too many values";
			i++;
			break;
		case K_COLON:
			(*members)++;
			i++;
			break;
		default:
			i++;
		}
	}
	return fault;
}

const char *
json_scan(const char *s, size_t len, size_t *members)
{
	return scan(s, len, false, members);
}

const char *
json_scan_device(const char *s, size_t len, size_t *members)
{
	return scan(s, len, true, members);
}
