#include "web/fcgi_record.h"
#include <stdio.h>
#include <string.h>

#define VERSION		1
#define ROLE_RESPONDER	1
#define FLAG_KEEP	1
#define BEGIN_CONTENT	8

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

void
fcgi_reader_init(struct fcgi_reader *r, size_t params_max)
{
	*r = (struct fcgi_reader){ .state = FCGI_IN_HEADER };
	buf_init(&r->params, params_max);
	buf_init(&r->values, FCGI_VALUES);
}

void
fcgi_reader_release(struct fcgi_reader *r)
{
	buf_release(&r->params);
	buf_release(&r->values);
}

void
fcgi_reader_forget(struct fcgi_reader *r)
{
	buf_release(&r->params);
}

void
fcgi_reader_done(struct fcgi_reader *r)
{
	buf_release(&r->params);
	r->request = 0;
	r->wants = FCGI_NO_REQUEST;
	r->ours = false;	/* the rest of a record that is under way */
}

/*
 * Reads a name-value length at *off: one byte, or four when the first has its
 * high bit set. False if the bytes end before it does.
 */
static bool
pair_length(const uint8_t *p, size_t len, size_t *off, size_t *out)
{
	if (*off >= len)
		return false;
	if (p[*off] < 0x80) {
		*out = p[(*off)++];
		return true;
	}
	if (len - *off < 4)
		return false;
	*out = (size_t)(p[*off] & 0x7f) << 24 | (size_t)p[*off + 1] << 16 |
	    (size_t)p[*off + 2] << 8 | p[*off + 3];
	*off += 4;
	return true;
}

struct pair {
	const uint8_t	*name, *value;
	size_t		 name_len, value_len;
};

static bool
pair_next(const uint8_t *p, size_t len, size_t *off, struct pair *out)
{
	if (!pair_length(p, len, off, &out->name_len) ||
	    !pair_length(p, len, off, &out->value_len) ||
	    out->name_len > len - *off ||
	    out->value_len > len - *off - out->name_len)
		return false;
	out->name = p + *off;
	out->value = out->name + out->name_len;
	*off += out->name_len + out->value_len;
	return true;
}

/* Moves len bytes to *to and ends them with a NUL; false if one is inside. */
static bool
settle(uint8_t **to, const uint8_t *p, size_t len)
{
	if (memchr(p, '\0', len) != NULL)
		return false;
	memmove(*to, p, len);
	(*to)[len] = '\0';
	*to += len + 1;
	return true;
}

/*
 * Turns the raw pairs into name NUL value NUL, in place: the two lengths of a
 * pair take at least the two bytes that the NULs need.
 */
static bool
settle_params(struct buf *b)
{
	uint8_t		*to = (uint8_t *)b->data;
	struct pair	 pair;
	size_t		 off = 0;

	while (off < b->len)
		if (!pair_next((const uint8_t *)b->data, b->len, &off, &pair) ||
		    !settle(&to, pair.name, pair.name_len) ||
		    !settle(&to, pair.value, pair.value_len))
			return false;
	b->len = b->data != NULL ? (size_t)((char *)to - b->data) : 0;
	return true;
}

const char *
fcgi_param(const struct fcgi_reader *r, const char *name)
{
	const char	*p = r->params.data, *end;

	if (r->wants < FCGI_WANT_BODY || p == NULL)
		return NULL;
	end = p + r->params.len;
	while (p < end) {
		const char	*value = p + strlen(p) + 1;

		if (strcmp(p, name) == 0)
			return value;
		p = value + strlen(value) + 1;
	}
	return NULL;
}

/* Why a record with this header is refused, or NULL. */
static const char *
header_fault(const struct fcgi_reader *r)
{
	if (r->small[0] != VERSION)
		return "not FastCGI version 1";
	if (r->type == FCGI_T_BEGIN &&
	    (r->id == 0 || r->content != BEGIN_CONTENT))
		return "bad BEGIN_REQUEST";
	if (r->type == FCGI_T_BEGIN && r->ours)
		return "request begun twice";
	if (r->id == 0 && r->type == FCGI_T_GET_VALUES &&
	    r->content > FCGI_VALUES)
		return "GET_VALUES too long";
	if (!r->ours)
		return NULL;
	if (r->type == FCGI_T_PARAMS && r->wants != FCGI_WANT_PARAMS)
		return "PARAMS after their end";
	if (r->type == FCGI_T_PARAMS &&
	    r->content > r->params.max - r->params.len)
		return "parameters too long";
	if (r->type == FCGI_T_STDIN && r->wants != FCGI_WANT_BODY)
		return "STDIN out of order";
	return NULL;
}

static void
take_header(struct fcgi_reader *r)
{
	r->type = r->small[1];
	r->id = get16(r->small + 2);
	r->content = get16(r->small + 4);
	r->padding = r->small[6];
	r->filled = 0;
	r->empty = r->content == 0;
	buf_clear(&r->values);
	r->ours = r->id != 0 && r->id == r->request;
	r->why = header_fault(r);
	r->state = r->why != NULL ? FCGI_IN_VAIN : FCGI_IN_CONTENT;
}

static void
begin(struct fcgi_reader *r, struct fcgi_event *ev)
{
	ev->id = r->id;
	r->filled = 0;
	if (r->request != 0) {
		ev->kind = FCGI_REFUSE;
		ev->status = FCGI_NO_MULTIPLEX;
	} else if (get16(r->small) != ROLE_RESPONDER) {
		ev->kind = FCGI_REFUSE;
		ev->status = FCGI_ROLE_UNKNOWN;
	} else {
		ev->kind = FCGI_BEGIN;
		ev->keep = (r->small[2] & FLAG_KEEP) != 0;
		r->request = r->id;
		r->wants = FCGI_WANT_PARAMS;
	}
}

/* A record of the request in hand has come to its end. */
static void
end_own(struct fcgi_reader *r, struct fcgi_event *ev)
{
	if (r->type == FCGI_T_ABORT) {
		ev->kind = FCGI_ABORT;
	} else if (r->type == FCGI_T_PARAMS && r->empty) {
		if (settle_params(&r->params)) {
			r->wants = FCGI_WANT_BODY;
			ev->kind = FCGI_PARAMETERS;
		} else {
			r->why = "malformed parameters";
			r->state = FCGI_IN_VAIN;
		}
	} else if (r->type == FCGI_T_STDIN && r->empty) {
		r->wants = FCGI_WANT_NOTHING;
		ev->kind = FCGI_BODY_END;
	}
}

/* A record without a request. */
static void
end_management(struct fcgi_reader *r, struct fcgi_event *ev)
{
	ev->type = r->type;
	if (r->type == FCGI_T_GET_VALUES) {
		ev->kind = FCGI_ASK;
		ev->p = buf_str(&r->values);
		ev->len = r->values.len;
	} else {
		ev->kind = FCGI_STRANGE;
	}
}

static void
end_content(struct fcgi_reader *r, struct fcgi_event *ev)
{
	r->state = r->padding > 0 ? FCGI_IN_PADDING : FCGI_IN_HEADER;
	if (r->type == FCGI_T_BEGIN)
		begin(r, ev);
	else if (r->id == 0)
		end_management(r, ev);
	else if (r->ours)
		end_own(r, ev);
}

/* Puts n bytes of content where they belong. */
static void
take_content(struct fcgi_reader *r, const uint8_t *p, size_t n,
    struct fcgi_event *ev)
{
	if (r->type == FCGI_T_BEGIN) {
		memcpy(r->small + r->filled, p, n);
		r->filled = (uint8_t)(r->filled + n);
	} else if (r->id == 0 && r->type == FCGI_T_GET_VALUES) {
		buf_add(&r->values, p, n);
	} else if (r->ours && r->type == FCGI_T_PARAMS) {
		buf_add(&r->params, p, n);
	} else if (r->ours && r->type == FCGI_T_STDIN) {
		ev->kind = FCGI_BODY;
		ev->p = (const char *)p;
		ev->len = n;
	}
}

/* Uses some of len > 0 bytes, and at most one record's content. */
static size_t
step(struct fcgi_reader *r, const uint8_t *p, size_t len,
    struct fcgi_event *ev)
{
	size_t	want = r->state == FCGI_IN_HEADER ?
	    sizeof(r->small) - r->filled :
	    r->state == FCGI_IN_CONTENT ? r->content : r->padding;
	size_t	n = want < len ? want : len;

	switch (r->state) {
	case FCGI_IN_HEADER:
		memcpy(r->small + r->filled, p, n);
		r->filled = (uint8_t)(r->filled + n);
		if (n == want)
			take_header(r);
		break;
	case FCGI_IN_CONTENT:
		r->content -= n;
		take_content(r, p, n, ev);
		break;
	case FCGI_IN_PADDING:
		r->padding = (uint8_t)(r->padding - n);
		if (n == want)
			r->state = FCGI_IN_HEADER;
		return n;
	case FCGI_IN_VAIN:
		return len;
	}
	if (r->state == FCGI_IN_CONTENT && r->content == 0)
		end_content(r, ev);
	return n;
}

size_t
fcgi_read(struct fcgi_reader *r, const void *p, size_t len,
    struct fcgi_event *ev)
{
	size_t	used = 0;

	*ev = (struct fcgi_event){ .kind = FCGI_MORE, .id = r->request };
	while (used < len && ev->kind == FCGI_MORE &&
	    r->state != FCGI_IN_VAIN)
		used += step(r, (const uint8_t *)p + used, len - used, ev);
	if (r->state == FCGI_IN_VAIN) {
		ev->kind = FCGI_BROKEN;
		ev->why = r->why;
	}
	return used;
}

void
fcgi_put_header(uint8_t out[FCGI_HEADER], uint8_t type, uint16_t id,
    size_t content)
{
	out[0] = VERSION;
	out[1] = type;
	out[2] = (uint8_t)(id >> 8);
	out[3] = (uint8_t)id;
	out[4] = (uint8_t)(content >> 8);
	out[5] = (uint8_t)content;
	out[6] = 0;
	out[7] = 0;
}

void
fcgi_put_end(uint8_t out[FCGI_END], uint16_t id, enum fcgi_status status)
{
	memset(out, 0, FCGI_END);
	fcgi_put_header(out, FCGI_T_END, id, FCGI_END - FCGI_HEADER);
	out[FCGI_HEADER + 4] = (uint8_t)status;
}

void
fcgi_put_unknown(uint8_t out[FCGI_END], uint8_t type)
{
	memset(out, 0, FCGI_END);
	fcgi_put_header(out, FCGI_T_UNKNOWN, 0, FCGI_END - FCGI_HEADER);
	out[FCGI_HEADER] = type;
}

static void
put_value(struct buf *out, const struct pair *asked, size_t max_conns)
{
	const struct { const char *name; size_t value; } known[] = {
		{ "FCGI_MAX_CONNS", max_conns },
		{ "FCGI_MAX_REQS", max_conns },
		{ "FCGI_MPXS_CONNS", 0 },
	};
	char	digits[24];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].name) != asked->name_len ||
		    memcmp(known[i].name, asked->name, asked->name_len) != 0)
			continue;
		snprintf(digits, sizeof(digits), "%zu", known[i].value);
		buf_putc(out, (char)asked->name_len);
		buf_putc(out, (char)strlen(digits));
		buf_puts(out, known[i].name);
		buf_puts(out, digits);
	}
}

void
fcgi_put_values(struct buf *out, const char *asked, size_t len,
    size_t max_conns)
{
	struct pair	pair;
	size_t		off = 0, start = out->len;
	uint8_t		header[FCGI_HEADER] = { 0 };

	buf_add(out, header, sizeof(header));
	while (off < len && pair_next((const uint8_t *)asked, len, &off, &pair))
		put_value(out, &pair, max_conns);
	if (buf_failed(out))
		return;
	fcgi_put_header((uint8_t *)out->data + start, FCGI_T_VALUES, 0,
	    out->len - start - FCGI_HEADER);
}

size_t
fcgi_stdout_size(size_t len)
{
	return len + (len + FCGI_CONTENT - 1) / FCGI_CONTENT * FCGI_HEADER;
}

void
fcgi_put_stdout(uint8_t *out, uint16_t id, const void *p, size_t len)
{
	const uint8_t	*in = p;

	while (len > 0) {
		size_t	n = len < FCGI_CONTENT ? len : FCGI_CONTENT;

		fcgi_put_header(out, FCGI_T_STDOUT, id, n);
		memcpy(out + FCGI_HEADER, in, n);
		out += FCGI_HEADER + n;
		in += n;
		len -= n;
	}
}

void
fcgi_set_id(uint8_t *records, size_t len, uint16_t id)
{
	for (size_t at = 0; at < len;
	    at += FCGI_HEADER + get16(records + at + 4)) {
		records[at + 2] = (uint8_t)(id >> 8);
		records[at + 3] = (uint8_t)id;
	}
}
