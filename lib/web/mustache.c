/* The compiler: one pass over the text, a stack of what is still open. */
#include "web/mustache.h"
#include "base/mem.h"
#include "web/mustache_impl.h"
#include <stdlib.h>
#include <string.h>

struct body {			/* a section, parent or block not yet closed */
	size_t		 op;
	struct span	 name;
	size_t		 outdent;	/* of the text around it */
	size_t		 at;		/* where it was opened */
};

struct compiler {
	struct mustache	*m;
	struct scan	 sc;
	size_t		 pos;		/* all before it is compiled */
	struct body	 open[MUSTACHE_DEPTH];
	size_t		 nopen;
	/* Blanks taken off each line: an argument of a parent is written at
	 * one depth and appears at another. */
	size_t		 outdent;
	const char	*why;
	size_t		 at;
};

static bool
fail(struct compiler *c, size_t at, const char *why)
{
	c->why = why;
	c->at = at;
	return false;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Where a line begins once the outdent is taken off; not behind end. */
static size_t
line_text(const struct compiler *c, size_t line, size_t end)
{
	end = least(end, scan_skip_blanks(&c->sc, line));
	return least(end, line + c->outdent);
}

static struct span
indentation(const struct compiler *c, size_t line, size_t end)
{
	size_t	from = line_text(c, line, end);

	return (struct span){ c->sc.src + from, end - from };
}

/* Of the first line at or after the position that has text. */
static struct span
indentation_below(const struct compiler *c, size_t line)
{
	size_t	end = scan_skip_blanks(&c->sc, line);

	while (end < c->sc.len && strchr("\r\n", c->sc.src[end]) != NULL) {
		line = scan_skip_line(&c->sc, end);
		end = scan_skip_blanks(&c->sc, line);
	}
	return indentation(c, line, end);
}

static struct op *
add_op(struct compiler *c, enum op_kind kind)
{
	struct mustache	*m = c->m;
	struct op	*op;

	if (m->nops == m->cap) {
		m->cap = m->cap == 0 ? 16 : m->cap * 2;
		m->ops = mem_resize(m->ops,
		    mem_product(m->cap, sizeof(*m->ops)));
	}
	op = &m->ops[m->nops++];
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	op->end = m->nops;
	return op;
}

static bool
inside_parent(const struct compiler *c, size_t depth)
{
	return depth > 0 &&
	    c->m->ops[c->open[depth - 1].op].kind == OP_PARENT;
}

/* Text between the arguments of a parent belongs to no place: dropped. */
static void
add_text(struct compiler *c, size_t to)
{
	size_t	from = c->pos, end = to;

	c->pos = to;
	if (inside_parent(c, c->nopen))
		return;
	for (; from < to; from = end) {
		if (c->outdent > 0) {
			end = least(to, scan_skip_line(&c->sc, from));
			if (scan_line_starts(&c->sc, from))
				from = line_text(c, from, end);
		}
		if (from < end)
			add_op(c, OP_TEXT)->text =
			    (struct span){ c->sc.src + from, end - from };
	}
}

/* Emits what stands before the tag and steps over the tag. */
static bool
place(struct compiler *c, const struct tag *t, bool may_stand_alone)
{
	bool	alone = may_stand_alone && t->blank_before && t->blank_after;

	add_text(c, alone ? t->line : t->start);
	c->pos = alone ? t->next : t->end;
	return alone;
}

static bool
dotted_name(struct compiler *c, const struct tag *t, struct span s,
    struct name *out)
{
	char	*p, *part;

	if (s.len == 1 && s.s[0] == '.') {
		out->first = "";
		return true;
	}
	out->here = s.s[0] == '.';
	if (out->here)
		s = (struct span){ s.s + 1, s.len - 1 };
	p = arena_strndup(&c->m->arena, s.s, s.len);
	out->first = p;
	for (part = p; part <= out->first + s.len; part = p + 1) {
		p = part + strcspn(part, ".");
		if (p == part)
			return fail(c, t->start, "a name has an empty part");
		*p = '\0';
		out->nparts++;
	}
	return true;
}

/* Of a partial or parent: a fixed name, or where to look it up. */
static bool
template_name(struct compiler *c, const struct tag *t, struct name *out)
{
	struct span	s = t->name;

	if (s.s[0] != '*') {
		out->first = arena_strndup(&c->m->arena, s.s, s.len);
		out->nparts = 1;
		return true;
	}
	s = span_trim((struct span){ s.s + 1, s.len - 1 });
	out->dynamic = true;
	return dotted_name(c, t, s, out);
}

static bool
push(struct compiler *c, const struct tag *t, size_t outdent)
{
	if (c->nopen == MUSTACHE_DEPTH)
		return fail(c, t->start, "nested too deeply");
	c->open[c->nopen++] = (struct body){
		c->m->nops - 1, t->name, c->outdent, t->start
	};
	c->outdent = outdent;
	return true;
}

static bool
add_value(struct compiler *c, const struct tag *t)
{
	struct op	*op;

	place(c, t, false);
	op = add_op(c, t->sigil == '\0' ? OP_VAR : OP_RAW);
	return dotted_name(c, t, t->name, &op->name);
}

static bool
open_section(struct compiler *c, const struct tag *t)
{
	struct op	*op;

	place(c, t, true);
	op = add_op(c, t->sigil == '#' ? OP_SECTION : OP_INVERTED);
	return dotted_name(c, t, t->name, &op->name) && push(c, t, c->outdent);
}

static bool
add_partial(struct compiler *c, const struct tag *t)
{
	bool		 alone = place(c, t, true);
	struct op	*op = add_op(c, OP_PARTIAL);

	op->standalone = alone;
	if (alone)
		op->text = indentation(c, t->line, t->start);
	return template_name(c, t, &op->name);
}

/*
 * Whether a parent stands alone is known only at its end, so the blanks before
 * it become an operation of their own, which close_parent() may empty.
 */
static bool
open_parent(struct compiler *c, const struct tag *t)
{
	struct span	 blanks = { "", 0 };
	struct op	*op;

	add_text(c, t->blank_before ? t->line : t->start);
	if (t->blank_before)
		blanks = indentation(c, t->line, t->start);
	add_op(c, OP_TEXT)->text = blanks;
	op = add_op(c, OP_PARENT);
	op->standalone = t->blank_before;
	op->text = blanks;
	c->pos = t->end;
	return template_name(c, t, &op->name) && push(c, t, c->outdent);
}

static void
close_parent(struct compiler *c, const struct tag *t)
{
	size_t		 at = c->open[c->nopen - 1].op;
	struct op	*op = &c->m->ops[at];

	op->standalone = op->standalone && t->blank_after;
	if (op->standalone)
		op[-1].text.len = 0;
	c->pos = op->standalone ? t->next : t->end;
}

/* Directly inside a parent: an argument. It loses its own indentation here
 * and takes on that of the place where it appears. */
static bool
open_argument(struct compiler *c, const struct tag *t, struct op *op)
{
	size_t	saved = c->outdent, outdent = 0;

	op->name.nparts = 1;
	c->pos = t->end;
	if (t->blank_after) {
		c->pos = t->next;
		c->outdent = 0;
		outdent = indentation_below(c, c->pos).len;
		c->outdent = saved;
	}
	return push(c, t, outdent);
}

static bool
open_block(struct compiler *c, const struct tag *t)
{
	bool		 argument = inside_parent(c, c->nopen);
	bool		 alone = !argument && place(c, t, true);
	struct op	*op = add_op(c, OP_BLOCK);

	op->name.first = arena_strndup(&c->m->arena, t->name.s, t->name.len);
	if (argument)
		return open_argument(c, t, op);
	op->name.nparts = 1;
	op->standalone = alone;
	if (alone)
		op->text = indentation_below(c, c->pos);
	else if (t->blank_before)
		op->text = indentation(c, t->line, t->start);
	return push(c, t, c->outdent);
}

static bool
close_body(struct compiler *c, const struct tag *t)
{
	struct body	*b;
	enum op_kind	 kind;

	if (c->nopen == 0)
		return fail(c, t->start, "nothing is open here");
	b = &c->open[c->nopen - 1];
	if (b->name.len != t->name.len ||
	    memcmp(b->name.s, t->name.s, t->name.len) != 0)
		return fail(c, t->start, "another section is open here");
	kind = c->m->ops[b->op].kind;
	if (kind == OP_PARENT) {
		close_parent(c, t);
	} else if (kind == OP_BLOCK && inside_parent(c, c->nopen - 1)) {
		add_text(c, t->blank_before ? t->line : t->start);
		c->pos = t->end;
	} else {
		place(c, t, true);
	}
	c->m->ops[b->op].end = c->m->nops;
	c->outdent = b->outdent;
	c->nopen--;
	return true;
}

static bool
set_delimiters(struct compiler *c, const struct tag *t)
{
	const char	*space = span_space(t->name);
	struct span	 left, right;

	if (memchr(t->name.s, '=', t->name.len) != NULL)
		return fail(c, t->start, "a delimiter has = in it");
	if (space == NULL)
		return fail(c, t->start, "there must be two delimiters");
	left = (struct span){ t->name.s, (size_t)(space - t->name.s) };
	right = span_trim((struct span){ space, t->name.len - left.len });
	if (span_space(right) != NULL)
		return fail(c, t->start, "there must be two delimiters");
	place(c, t, true);
	c->sc.left = left;
	c->sc.right = right;
	return true;
}

static bool
add_tag(struct compiler *c, const struct tag *t)
{
	switch (t->sigil) {
	case '!':
		place(c, t, true);
		return true;
	case '=':
		return set_delimiters(c, t);
	case '#':
	case '^':
		return open_section(c, t);
	case '/':
		return close_body(c, t);
	case '>':
		return add_partial(c, t);
	case '<':
		return open_parent(c, t);
	case '$':
		return open_block(c, t);
	default:
		return add_value(c, t);
	}
}

static bool
compile(struct compiler *c)
{
	struct tag	 t;
	const char	*why;

	if (c->sc.len > MUSTACHE_MAX)
		return fail(c, 0, "the template is too long");
	if (memchr(c->sc.src, '\0', c->sc.len) != NULL)
		return fail(c, 0, "the template has a NUL byte");
	while (scan_tag(&c->sc, c->pos, &t, &why))
		if (!add_tag(c, &t))
			return false;
	if (why != NULL)
		return fail(c, t.start, why);
	add_text(c, c->sc.len);
	if (c->nopen > 0)
		return fail(c, c->open[c->nopen - 1].at,
		    "a section is not closed");
	return true;
}

struct mustache *
mustache_compile(const char *text, size_t len, struct mustache_fault *fault)
{
	struct compiler	c = {
		.sc = { NULL, len, { "{{", 2 }, { "}}", 2 } }
	};

	c.m = mem_alloc(sizeof(*c.m));
	c.sc.src = arena_strndup(&c.m->arena, text, len);
	if (compile(&c))
		return c.m;
	fault->why = c.why;
	fault->line = 1;
	for (size_t i = 0; i < c.at; i++)
		fault->line += text[i] == '\n';
	mustache_free(c.m);
	return NULL;
}

void
mustache_free(struct mustache *m)
{
	if (m == NULL)
		return;
	arena_release(&m->arena);
	free(m->ops);
	free(m);
}

void
mustache_each_partial(const struct mustache *m,
    void (*found)(void *arg, const char *name), void *arg)
{
	for (const struct op *op = m->ops; op < m->ops + m->nops; op++)
		if ((op->kind == OP_PARTIAL || op->kind == OP_PARENT) &&
		    !op->name.dynamic)
			found(arg, op->name.first);
}
