/* The renderer: walks a program, with a stack of contexts. */
#include "web/escape.h"
#include "web/mustache_impl.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDENT_MAX	128

/* A parent being rendered, and the blocks its tag overrides. Those of the
 * outermost parent win. */
struct frame {
	const struct frame	*outer;
	const struct mustache	*m;
	size_t			 from, to;
};

struct render {
	struct buf		*out;
	mustache_find		*find;
	void			*arg;
	struct json_object	*context[MUSTACHE_DEPTH + 1];
	size_t			 ncontexts;
	const struct frame	*frames;
	unsigned		 depth;
	bool			 failed;
	/*
	 * A partial alone on its line has that line's indentation before each
	 * line of its text, but not of the values in it. line_starts is set
	 * by text that ends with a newline; the next output is indented then.
	 */
	bool			 line_starts;
	char			 indent[INDENT_MAX];
	size_t			 indent_from, indent_len;
};

static void	render(struct render *r, const struct mustache *m, size_t from,
		    size_t to);

static bool
enter(struct render *r)
{
	if (r->depth >= MUSTACHE_DEPTH)
		r->failed = true;
	if (r->failed || buf_failed(r->out))
		return false;
	r->depth++;
	return true;
}

static void
leave(struct render *r)
{
	r->depth--;
}

static void
begin_output(struct render *r)
{
	if (r->line_starts)
		buf_add(r->out, r->indent + r->indent_from,
		    r->indent_len - r->indent_from);
	r->line_starts = false;
}

static void
put_text(struct render *r, struct span t)
{
	const char	*nl;
	size_t		 len = t.len;

	for (; t.len > 0; t.s += len, t.len -= len) {
		begin_output(r);
		len = t.len;
		if (r->indent_len > r->indent_from) {
			nl = memchr(t.s, '\n', t.len);
			len = nl == NULL ? t.len : (size_t)(nl - t.s) + 1;
		}
		buf_add(r->out, t.s, len);
		r->line_starts = t.s[len - 1] == '\n';
	}
}

static bool
member(struct json_object *o, const char *key, struct json_object **out)
{
	return json_object_is_type(o, json_type_object) &&
	    json_object_object_get_ex(o, key, out);
}

static struct json_object *
look_up(const struct render *r, const struct name *name)
{
	struct json_object	*v = NULL;
	const char		*part = name->first;
	size_t			 i = r->ncontexts;
	size_t			 last = name->here ? i - 1 : 0;

	if (name->nparts == 0)
		return r->context[i - 1];
	while (!member(r->context[i - 1], part, &v))
		if (--i == last)
			return NULL;
	for (unsigned n = 1; n < name->nparts; n++) {
		part += strlen(part) + 1;
		if (!member(v, part, &v))
			return NULL;
	}
	return v;
}

/* The shortest text that reads back as the same number. */
static size_t
format_double(double d, char *s, size_t size)
{
	int	n = 0;

	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(s, size, "%.*g", digits, d);
		if (strtod(s, NULL) == d)
			break;
	}
	return (size_t)n;
}

static void
put_value(struct render *r, struct json_object *v, bool raw)
{
	char		 num[40];
	const char	*s = num;
	size_t		 len;

	switch (json_object_get_type(v)) {
	case json_type_null:
		return;
	case json_type_int:
		len = (size_t)snprintf(num, sizeof(num), "%" PRId64,
		    json_object_get_int64(v));
		break;
	case json_type_double:
		len = format_double(json_object_get_double(v), num,
		    sizeof(num));
		break;
	case json_type_string:
		s = json_object_get_string(v);
		len = (size_t)json_object_get_string_len(v);
		break;
	default:
		s = json_object_to_json_string_length(v,
		    JSON_C_TO_STRING_PLAIN, &len);
	}
	if (len == 0)
		return;
	begin_output(r);
	if (raw)
		buf_add(r->out, s, len);
	else
		escape_html(r->out, s, len);
}

static bool
is_true(struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_null:
		return false;
	case json_type_boolean:
		return json_object_get_boolean(v);
	case json_type_string:
		return json_object_get_string_len(v) > 0;
	case json_type_array:
		return json_object_array_length(v) > 0;
	default:
		return true;
	}
}

static void
render_within(struct render *r, const struct mustache *m, const struct op *op,
    struct json_object *context)
{
	if (!enter(r))
		return;
	r->context[r->ncontexts++] = context;
	render(r, m, (size_t)(op - m->ops) + 1, op->end);
	r->ncontexts--;
	leave(r);
}

static void
render_section(struct render *r, const struct mustache *m, const struct op *op)
{
	struct json_object	*v = look_up(r, &op->name);

	if (!is_true(v))
		return;
	if (!json_object_is_type(v, json_type_array)) {
		render_within(r, m, op, v);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(v); i++)
		render_within(r, m, op, json_object_array_get_idx(v, i));
}

static void
render_body(struct render *r, const struct mustache *m, const struct op *op)
{
	if (!enter(r))
		return;
	render(r, m, (size_t)(op - m->ops) + 1, op->end);
	leave(r);
}

static void
push_indent(struct render *r, struct span indent)
{
	if (r->indent_len + indent.len > sizeof(r->indent)) {
		r->failed = true;
		return;
	}
	if (indent.len > 0)
		memcpy(r->indent + r->indent_len, indent.s, indent.len);
	r->indent_len += indent.len;
}

static void
render_template(struct render *r, const struct op *op)
{
	size_t			 from = r->indent_from, len = r->indent_len;
	const struct mustache	*m = NULL;
	struct json_object	*v;
	const char		*name = op->name.first;

	if (op->name.dynamic) {
		v = look_up(r, &op->name);
		name = json_object_is_type(v, json_type_string) ?
		    json_object_get_string(v) : NULL;
	}
	if (name != NULL)
		m = r->find(r->arg, name);
	if (m == NULL || !enter(r))
		return;
	if (op->standalone) {
		push_indent(r, op->text);
	} else {
		begin_output(r);
		r->indent_from = r->indent_len;
	}
	render(r, m, 0, m->nops);
	r->indent_from = from;
	r->indent_len = len;
	leave(r);
}

static void
render_parent(struct render *r, const struct mustache *m, const struct op *op)
{
	struct frame	f = {
		r->frames, m, (size_t)(op - m->ops) + 1, op->end
	};

	r->frames = &f;
	render_template(r, op);
	r->frames = f.outer;
}

static const struct op *
argument(const struct frame *f, const char *name)
{
	const struct op	*op;

	for (size_t i = f->from; i < f->to; i = op->end) {
		op = &f->m->ops[i];
		if (op->kind == OP_BLOCK && strcmp(op->name.first, name) == 0)
			return op;
	}
	return NULL;
}

static void
render_block(struct render *r, const struct mustache *m, const struct op *op)
{
	const struct frame	*inner = r->frames, *given = NULL;
	const struct op		*with = NULL, *found;
	size_t			 len = r->indent_len;

	for (const struct frame *f = inner; f != NULL; f = f->outer) {
		found = argument(f, op->name.first);
		if (found != NULL) {
			with = found;
			given = f;
		}
	}
	if (with == NULL) {
		render_body(r, m, op);
		return;
	}
	/* The argument belongs to the text around the parent's tag. */
	r->frames = given->outer;
	push_indent(r, op->text);
	render_body(r, given->m, with);
	r->indent_len = len;
	r->frames = inner;
}

static void
render(struct render *r, const struct mustache *m, size_t from, size_t to)
{
	const struct op	*op;

	for (; from < to && !r->failed; from = op->end) {
		op = &m->ops[from];
		switch (op->kind) {
		case OP_TEXT:
			put_text(r, op->text);
			break;
		case OP_VAR:
		case OP_RAW:
			put_value(r, look_up(r, &op->name),
			    op->kind == OP_RAW);
			break;
		case OP_SECTION:
			render_section(r, m, op);
			break;
		case OP_INVERTED:
			if (!is_true(look_up(r, &op->name)))
				render_body(r, m, op);
			break;
		case OP_PARTIAL:
			render_template(r, op);
			break;
		case OP_PARENT:
			render_parent(r, m, op);
			break;
		case OP_BLOCK:
			render_block(r, m, op);
			break;
		}
	}
}

bool
mustache_render(const struct mustache *m, struct json_object *model,
    mustache_find *find, void *arg, struct buf *out)
{
	struct render	r = {
		.out = out, .find = find, .arg = arg,
		.context = { model }, .ncontexts = 1, .line_starts = true
	};

	render(&r, m, 0, m->nops);
	return !r.failed && !buf_failed(out);
}
