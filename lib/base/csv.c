#include "base/csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum state {
	S_MARK,			/* before anything: a byte-order mark? */
	S_RECORD,		/* before a record */
	S_FIELD,		/* before a further field of it */
	S_PLAIN,		/* in a field without quotes */
	S_QUOTED,		/* between quotes */
	S_QUOTE,		/* behind a quote: the closing one, or of two */
	S_RETURN,		/* behind CR, outside of quotes */
	S_DONE			/* behind a record: the caller has it */
};

struct csv {
	struct csv_limits	 limits;
	struct buf		 text;		/* of the record, with NULs */
	struct csv_field	*field;		/* text: set when complete */
	size_t			 n;
	size_t			 begin;		/* of this field in text */
	size_t			 line, first_line;
	size_t			 quote_line;
	size_t			 marked;	/* bytes of the mark seen */
	char			 separator;	/* NUL: not met yet */
	bool			 ends[256];	/* bytes that end plain text */
	enum state		 state;
	const char		*fault;
};

static const char	mark[] = "\xef\xbb\xbf";
static const char	separators[] = ",;\t";

static void
set_ends(struct csv *c, const char *bytes, bool ends)
{
	for (; *bytes != '\0'; bytes++)
		c->ends[(unsigned char)*bytes] = ends;
}

struct csv *
csv_new(const struct csv_limits *limits)
{
	struct csv	*c = mem_alloc(sizeof(*c));

	c->limits = *limits;
	c->field = mem_alloc(mem_product(limits->fields, sizeof(*c->field)));
	buf_init(&c->text, limits->bytes);
	c->line = c->first_line = 1;
	set_ends(c, "\"\r\n", true);
	set_ends(c, separators, true);
	c->ends['\0'] = true;
	return c;
}

void
csv_free(struct csv *c)
{
	if (c == NULL)
		return;
	buf_release(&c->text);
	free(c->field);
	free(c);
}

static void
fail(struct csv *c, const char *fault)
{
	if (c->fault == NULL)
		c->fault = fault;
}

static bool
is_separator(struct csv *c, char b)
{
	if (b == '\0')
		return false;
	if (c->separator == '\0' && strchr(separators, b) != NULL) {
		c->separator = b;
		set_ends(c, separators, false);
		c->ends[(unsigned char)b] = true;
	}
	return b == c->separator;
}

static void
add(struct csv *c, const char *s, size_t len)
{
	if (len > c->limits.field_bytes - (c->text.len - c->begin))
		fail(c, "field too long");
	else
		buf_add(&c->text, s, len);
	if (buf_failed(&c->text))
		fail(c, "record too long");
}

static void
end_field(struct csv *c)
{
	size_t	len = c->text.len - c->begin;

	buf_putc(&c->text, '\0');
	if (!utf8_valid(buf_str(&c->text) + c->begin, len))
		fail(c, "not UTF-8");
	else if (c->n == c->limits.fields)
		fail(c, "too many fields");
	else if (buf_failed(&c->text))
		fail(c, "record too long");
	if (c->fault != NULL)
		return;
	c->field[c->n++].len = len;
	c->begin = c->text.len;
}

/* The buffer no longer moves: fields can point into it. */
static enum csv_rc
end_record(struct csv *c, struct csv_record *out)
{
	const char	*text;

	end_field(c);
	if (c->fault != NULL)
		return CSV_FAULT;
	text = buf_str(&c->text);
	for (size_t i = 0; i < c->n; i++) {
		c->field[i].text = text;
		text += c->field[i].len + 1;
	}
	out->field = c->field;
	out->n = c->n;
	out->line = c->first_line;
	c->state = S_DONE;
	return CSV_RECORD;
}

static void
begin_record(struct csv *c)
{
	buf_clear(&c->text);
	c->n = c->begin = 0;
	c->first_line = c->line;
	c->state = S_RECORD;
}

/* Where a field may end: at a separator, or before a line's end. */
static void
at_edge(struct csv *c, char b, const char *fault)
{
	if (is_separator(c, b)) {
		end_field(c);
		c->state = S_FIELD;
	} else if (b == '\r')
		c->state = S_RETURN;
	else
		fail(c, fault);
}

static void
at_start(struct csv *c, char b)
{
	if (b == '"') {
		c->quote_line = c->line;
		c->state = S_QUOTED;
	} else
		c->state = S_PLAIN;
}

/* Bytes from s that mean only themselves in this state. */
static size_t
plain_span(const struct csv *c, const char *s, const char *end)
{
	const char	*p = s;

	if (c->state == S_QUOTED)
		while (p < end && *p != '"' && *p != '\0' && *p != '\n')
			p++;
	else
		while (p < end && !c->ends[(unsigned char)*p])
			p++;
	return (size_t)(p - s);
}

/* A byte of the mark is held back until it is one. */
static void
at_mark(struct csv *c, const char **at)
{
	if (**at == mark[c->marked]) {
		(*at)++;
		c->marked++;
		if (mark[c->marked] == '\0')
			c->state = S_RECORD;
		return;
	}
	if (c->marked > 0) {
		add(c, mark, c->marked);
		c->state = S_PLAIN;
	} else
		c->state = S_RECORD;
}

/* Between quotes everything is text, but a quote needs another one. */
static void
in_quotes(struct csv *c, char b)
{
	if (b == '\0')
		fail(c, "NUL");
	else if (b == '"')
		c->state = S_QUOTE;
	else {
		add(c, &b, 1);
		c->line += b == '\n';
	}
}

/* One byte where it may mean something; a record's end is csv_read()'s. */
static void
step(struct csv *c, char b)
{
	switch (c->state) {
	case S_QUOTED:
		in_quotes(c, b);
		break;
	case S_QUOTE:
		if (b == '"') {
			add(c, &b, 1);
			c->state = S_QUOTED;
		} else
			at_edge(c, b, "text after a closing quote");
		break;
	case S_RETURN:
		fail(c, "carriage return without a line feed");
		break;
	default:
		at_edge(c, b, b == '"' ? "quote inside a field" : "NUL");
	}
}

/* LF outside of quotes; an empty line is no record. */
static enum csv_rc
at_line_feed(struct csv *c, struct csv_record *out)
{
	bool	empty = c->n == 0 && c->text.len == 0 &&
		    c->quote_line < c->first_line;

	if (!empty && end_record(c, out) == CSV_FAULT)
		return CSV_FAULT;
	c->line++;
	if (!empty)
		return CSV_RECORD;
	begin_record(c);
	return CSV_MORE;
}

enum csv_rc
csv_read(struct csv *c, const char **at, const char *end,
    struct csv_record *out)
{
	enum csv_rc	rc = CSV_MORE;

	if (c->state == S_DONE)
		begin_record(c);
	while (*at < end && rc == CSV_MORE && c->fault == NULL) {
		size_t	n;

		if (c->state == S_MARK) {
			at_mark(c, at);
			continue;
		}
		if (c->state == S_RECORD || c->state == S_FIELD) {
			at_start(c, **at);
			*at += c->state == S_QUOTED;
			continue;
		}
		if (c->state == S_PLAIN || c->state == S_QUOTED) {
			n = plain_span(c, *at, end);
			add(c, *at, n);
			*at += n;
			if (n > 0)
				continue;
		}
		if (**at == '\n' && c->state != S_QUOTED)
			rc = at_line_feed(c, out);
		else
			step(c, **at);
		(*at)++;
	}
	return c->fault != NULL ? CSV_FAULT : rc;
}

enum csv_rc
csv_end(struct csv *c, struct csv_record *out)
{
	if (c->fault != NULL)
		return CSV_FAULT;
	if (c->state == S_MARK && c->marked > 0)
		fail(c, "not UTF-8");
	if (c->state == S_RETURN)
		fail(c, "carriage return without a line feed");
	if (c->state == S_QUOTED) {
		c->line = c->quote_line;
		fail(c, "no closing quote");
	}
	if (c->fault != NULL)
		return CSV_FAULT;
	if (c->state == S_MARK || c->state == S_RECORD || c->state == S_DONE)
		return CSV_MORE;
	return end_record(c, out);
}

const char *
csv_fault(const struct csv *c)
{
	return c->fault;
}

size_t
csv_fault_line(const struct csv *c)
{
	return c->line;
}

size_t
csv_fault_field(const struct csv *c)
{
	return c->n + 1;
}
