#include "web/mustache_scan.h"
#include <string.h>

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

static bool
is_space(char ch)
{
	return is_blank(ch) || ch == '\n' || ch == '\r';
}

struct span
span_trim(struct span s)
{
	while (s.len > 0 && is_space(s.s[0])) {
		s.s++;
		s.len--;
	}
	while (s.len > 0 && is_space(s.s[s.len - 1]))
		s.len--;
	return s;
}

const char *
span_space(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_space(s.s[i]))
			return s.s + i;
	return NULL;
}

bool
scan_line_starts(const struct scan *sc, size_t at)
{
	return at == 0 || sc->src[at - 1] == '\n';
}

size_t
scan_skip_blanks(const struct scan *sc, size_t at)
{
	while (at < sc->len && is_blank(sc->src[at]))
		at++;
	return at;
}

size_t
scan_skip_line(const struct scan *sc, size_t at)
{
	while (at < sc->len && sc->src[at] != '\n')
		at++;
	return at < sc->len ? at + 1 : at;
}

static size_t
find(const struct scan *sc, size_t from, struct span what)
{
	const char	*p;

	p = memmem(sc->src + from, sc->len - from, what.s, what.len);
	return p == NULL ? sc->len : (size_t)(p - sc->src);
}

/* {{{name}}} and {{=a b=}} close with one character more. */
static size_t
find_close(const struct scan *sc, size_t from, char extra)
{
	size_t	at;

	for (at = find(sc, from, sc->right); at < sc->len;
	    at = find(sc, at + 1, sc->right))
		if (extra == '\0' || (at > from && sc->src[at - 1] == extra))
			break;
	return at;
}

static void
look_around(const struct scan *sc, struct tag *t)
{
	size_t	at = t->start;

	while (at > 0 && is_blank(sc->src[at - 1]))
		at--;
	t->line = at;
	t->blank_before = scan_line_starts(sc, at);
	at = scan_skip_blanks(sc, t->end);
	if (at + 1 < sc->len && sc->src[at] == '\r' && sc->src[at + 1] == '\n')
		at++;
	t->blank_after = at == sc->len || sc->src[at] == '\n';
	t->next = at < sc->len ? at + 1 : at;
}

static const char *
name_fault(const struct tag *t)
{
	struct span	word = t->name;

	if (t->sigil == '!' || t->sigil == '=')
		return NULL;
	if (word.len > 0 && word.s[0] == '*')
		word = span_trim((struct span){ word.s + 1, word.len - 1 });
	if (word.len == 0)
		return "a tag has no name";
	if (span_space(word) != NULL)
		return "a name has a space in it";
	return NULL;
}

bool
scan_tag(const struct scan *sc, size_t from, struct tag *t, const char **why)
{
	size_t	close;
	char	extra;

	*why = NULL;
	t->start = find(sc, from, sc->left);
	if (t->start == sc->len)
		return false;
	from = t->start + sc->left.len;
	while (from < sc->len && is_space(sc->src[from]))
		from++;
	t->sigil = '\0';
	if (from < sc->len && memchr("#^/>=!<$&{", sc->src[from], 10) != NULL)
		t->sigil = sc->src[from++];
	extra = t->sigil == '{' ? '}' : t->sigil == '=' ? '=' : '\0';
	close = find_close(sc, from, extra);
	if (close == sc->len) {
		*why = "a tag is not closed";
		return false;
	}
	t->end = close + sc->right.len;
	t->name.s = sc->src + from;
	t->name.len = close - from - (extra != '\0');
	t->name = span_trim(t->name);
	look_around(sc, t);
	*why = name_fault(t);
	return *why == NULL;
}
