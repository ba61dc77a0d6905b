#include "web/form.h"
#include "base/hex.h"
#include <string.h>

/* One byte, or -1: a bad escape, or a NUL that would hide what follows. */
static int
decode_byte(const char **s, const char *end)
{
	int	hi, lo;
	char	c = *(*s)++;

	if (c == '+')
		return ' ';
	if (c != '%')
		return c == '\0' ? -1 : (unsigned char)c;
	if (end - *s < 2)
		return -1;
	hi = hex_digit((*s)[0]);
	lo = hex_digit((*s)[1]);
	*s += 2;
	return hi < 0 || lo < 0 || hi + lo == 0 ? -1 : hi * 16 + lo;
}

static const char *
decode(struct arena *a, const char *s, const char *end, size_t *len)
{
	char	*out = arena_alloc(a, (size_t)(end - s) + 1);
	size_t	 n = 0;
	int	 c, last = 0;

	for (; s < end; last = c) {
		if ((c = decode_byte(&s, end)) < 0)
			return NULL;
		if (c != '\n' || last != '\r')
			out[n++] = c == '\r' ? '\n' : (char)c;
	}
	out[n] = '\0';
	*len = n;
	return out;
}

const char *
form_parse(struct arena *a, const char *text, size_t len, struct form *out)
{
	const char		*s = text, *end = text + len, *amp, *eq;
	struct form_pair	*p;

	out->n = 0;
	for (; s < end; s = amp < end ? amp + 1 : end) {
		amp = memchr(s, '&', (size_t)(end - s));
		if (amp == NULL)
			amp = end;
		if (amp == s)
			continue;
		if (out->n == FORM_PAIRS)
			return "there are too many fields";
		p = &out->pair[out->n++];
		eq = memchr(s, '=', (size_t)(amp - s));
		p->name = decode(a, s, eq == NULL ? amp : eq, &p->name_len);
		p->value = decode(a, eq == NULL ? amp : eq + 1, amp,
		    &p->value_len);
		if (p->name == NULL || p->value == NULL)
			return "an escape is not %XX";
	}
	return NULL;
}
