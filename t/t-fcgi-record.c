/* The FastCGI records: what a web server sends, and what nobody should. */
#include "web/fcgi_record.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define BYTES(s)	s, sizeof(s) - 1
#define PARAMS_MAX	256

/* Appends a record with two bytes of padding. */
static void
put(struct buf *b, uint8_t type, uint16_t id, const char *p, size_t len)
{
	uint8_t	h[FCGI_HEADER];

	fcgi_put_header(h, type, id, len);
	h[6] = 2;
	buf_add(b, h, sizeof(h));
	buf_add(b, p, len);
	buf_add(b, "xx", 2);
}

static void
put_begin(struct buf *b, uint16_t id, uint8_t role, uint8_t flags)
{
	char	body[8] = { 0, (char)role, (char)flags };

	put(b, FCGI_T_BEGIN, id, body, sizeof(body));
}

/* What happened, as text: one letter an event, bodies in brackets. */
static void
tell(struct buf *out, const struct fcgi_event *ev)
{
	static const char letter[] = ".BPbEARQSX";

	if (ev->kind == FCGI_BODY) {
		if (out->len > 0 && out->data[out->len - 1] == ')')
			out->data[--out->len] = '\0';
		else
			buf_putc(out, '(');
		buf_add(out, ev->p, ev->len);
		buf_putc(out, ')');
	} else if (ev->kind != FCGI_MORE) {
		buf_putc(out, letter[ev->kind]);
	}
	if (ev->kind == FCGI_REFUSE)
		buf_printf(out, "%d:%d", ev->id, ev->status);
}

/* Feeds the bytes in pieces; the caller frees what is told with free(). */
static char *
feed(struct fcgi_reader *r, const struct buf *in, size_t piece)
{
	struct buf		out = BUF_INIT(4096);
	struct fcgi_event	ev = { .kind = FCGI_MORE };

	for (size_t at = 0; at < in->len && ev.kind != FCGI_BROKEN; ) {
		size_t	n = in->len - at < piece ? in->len - at : piece;

		at += fcgi_read(r, in->data + at, n, &ev);
		tell(&out, &ev);
	}
	if (ev.kind == FCGI_BROKEN)
		buf_puts(&out, ev.why);
	return buf_detach(&out);
}

static void
expect(const char *name, struct buf *in, const char *want)
{
	for (size_t piece = 1; piece <= in->len; piece++) {
		struct fcgi_reader	 r;
		char			*got;

		fcgi_reader_init(&r, PARAMS_MAX);
		got = feed(&r, in, piece);
		cr_expect_str_eq(got, want, "%s, in pieces of %zu: %s", name,
		    piece, got);
		free(got);
		fcgi_reader_release(&r);
	}
	buf_release(in);
}

Test(fcgi_record, reads_a_request_whatever_the_pieces)
{
	struct buf	b = BUF_INIT(4096);

	put_begin(&b, 1, 1, 1);
	put(&b, FCGI_T_PARAMS, 1, BYTES("\1\3Axyz"));
	put(&b, FCGI_T_PARAMS, 1, BYTES(""));
	put(&b, FCGI_T_STDIN, 1, BYTES("hello "));
	put(&b, FCGI_T_STDIN, 1, BYTES("world"));
	put(&b, FCGI_T_STDIN, 1, BYTES(""));
	expect("request", &b, "BP(hello world)E");
}

Test(fcgi_record, knows_parameters_split_over_records)
{
	struct buf		 b = BUF_INIT(4096);
	struct fcgi_reader	 r;
	char			*got;

	put_begin(&b, 7, 1, 0);
	put(&b, FCGI_T_PARAMS, 7, BYTES("\6\3METHO"));
	put(&b, FCGI_T_PARAMS, 7, BYTES("DGET\5\0EMPTY\5\200\0\0\4"));
	put(&b, FCGI_T_PARAMS, 7, BYTES("SHORTlong\6\1METHODx"));
	put(&b, FCGI_T_PARAMS, 7, BYTES(""));
	fcgi_reader_init(&r, PARAMS_MAX);
	got = feed(&r, &b, 3);
	cr_expect_str_eq(got, "BP");
	cr_expect_str_eq(fcgi_param(&r, "METHOD"), "GET", "the first wins");
	cr_expect_str_eq(fcgi_param(&r, "EMPTY"), "");
	cr_expect_str_eq(fcgi_param(&r, "SHORT"), "long");
	cr_expect_null(fcgi_param(&r, "METHO"));
	cr_expect_null(fcgi_param(&r, "long"), "a value is no name");
	fcgi_reader_forget(&r);
	cr_expect_null(fcgi_param(&r, "METHOD"));
	fcgi_reader_release(&r);
	buf_release(&b);
	free(got);
}

Test(fcgi_record, shows_no_parameter_before_the_last_has_come)
{
	struct buf		 b = BUF_INIT(4096);
	struct fcgi_reader	 r;

	put_begin(&b, 1, 1, 0);
	put(&b, FCGI_T_PARAMS, 1, BYTES("\1\1ab"));
	fcgi_reader_init(&r, PARAMS_MAX);
	free(feed(&r, &b, 99));
	cr_expect_null(fcgi_param(&r, "a"));
	fcgi_reader_release(&r);
	buf_release(&b);
}

Test(fcgi_record, refuses_what_it_does_not_do_and_goes_on)
{
	struct buf	b = BUF_INIT(4096);

	put_begin(&b, 1, 2, 0);			/* an authorizer */
	put(&b, FCGI_T_PARAMS, 1, BYTES("\1\1ab"));
	put_begin(&b, 2, 1, 0);
	put_begin(&b, 3, 1, 0);			/* a second one at once */
	put(&b, FCGI_T_PARAMS, 3, BYTES("\377\377"));
	put(&b, FCGI_T_PARAMS, 3, BYTES(""));
	put(&b, FCGI_T_DATA, 2, BYTES("filter data"));
	put(&b, FCGI_T_PARAMS, 2, BYTES(""));
	put(&b, 99, 0, BYTES("?"));
	put(&b, FCGI_T_GET_VALUES, 0, BYTES("\16\0FCGI_MAX_CONNS"));
	put(&b, FCGI_T_ABORT, 9, BYTES(""));	/* nobody's */
	put(&b, FCGI_T_ABORT, 2, BYTES(""));
	expect("refusals", &b, "R1:3BR3:1PSQA");
}

Test(fcgi_record, takes_the_next_request_when_one_is_done)
{
	struct buf		 b = BUF_INIT(4096), next = BUF_INIT(4096);
	struct fcgi_reader	 r;
	char			*got;

	put_begin(&b, 1, 1, 1);
	put(&b, FCGI_T_PARAMS, 1, BYTES(""));
	put(&b, FCGI_T_STDIN, 1, BYTES("too long to read"));
	put(&next, FCGI_T_STDIN, 1, BYTES("late body"));
	put(&next, FCGI_T_STDIN, 1, BYTES(""));
	put_begin(&next, 1, 1, 1);
	put(&next, FCGI_T_PARAMS, 1, BYTES(""));
	fcgi_reader_init(&r, PARAMS_MAX);
	b.len -= 9;				/* answered in mid record */
	got = feed(&r, &b, 99);
	cr_expect_str_eq(got, "BP(too long )");
	free(got);
	fcgi_reader_done(&r);
	b.len += 9;
	buf_add(&next, "", 0);
	memmove(b.data, b.data + b.len - 9, 9);
	b.len = 9;
	buf_add(&b, next.data, next.len);
	got = feed(&r, &b, 99);
	cr_expect_str_eq(got, "BP", "%s", got);
	free(got);
	fcgi_reader_release(&r);
	buf_release(&b);
	buf_release(&next);
}

Test(fcgi_record, breaks_off_what_is_no_fastcgi)
{
	static const struct {
		const char	*name;
		const char	*in;
		size_t		 len;
		const char	*want;
	} c[] = {
		{ "HTTP", BYTES("GET / HTTP/1.1\r\n"),
		    "Xnot FastCGI version 1" },
		{ "request 0", BYTES("\1\1\0\0\0\10\0\0" "\0\1\0\0\0\0\0\0"),
		    "Xbad BEGIN_REQUEST" },
		{ "short BEGIN", BYTES("\1\1\0\1\0\7\0\0" "\0\1\0\0\0\0\0"),
		    "Xbad BEGIN_REQUEST" },
		{ "long GET_VALUES", BYTES("\1\11\0\0\4\1\0\0"),
		    "XGET_VALUES too long" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct buf	b = BUF_INIT(4096);

		buf_add(&b, c[i].in, c[i].len);
		expect(c[i].name, &b, c[i].want);
	}
}

Test(fcgi_record, breaks_off_a_request_that_breaks_the_rules)
{
	static const struct {
		const char	*name;
		uint8_t		 type[3];
		const char	*content;
		size_t		 len;
		const char	*want;
	} c[] = {
		{ "begun twice", { FCGI_T_BEGIN }, BYTES("\0\1\0\0\0\0\0\0"),
		    "BXrequest begun twice" },
		{ "body first", { FCGI_T_STDIN }, BYTES("x"),
		    "BXSTDIN out of order" },
		{ "parameters after their end", { FCGI_T_PARAMS, FCGI_T_PARAMS },
		    BYTES(""), "BPXPARAMS after their end" },
		{ "body after its end",
		    { FCGI_T_PARAMS, FCGI_T_STDIN, FCGI_T_STDIN }, BYTES(""),
		    "BPEXSTDIN out of order" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct buf	b = BUF_INIT(4096);

		put_begin(&b, 1, 1, 0);
		for (size_t k = 0; k < 3 && c[i].type[k] != 0; k++)
			put(&b, c[i].type[k], 1, c[i].content, c[i].len);
		expect(c[i].name, &b, c[i].want);
	}
}

Test(fcgi_record, refuses_malformed_parameters)
{
	static const struct {
		const char	*name;
		const char	*in;
		size_t		 len;
	} c[] = {
		{ "no second length", BYTES("\1") },
		{ "half of a long length", BYTES("\1\200\0\0") },
		{ "name past the end", BYTES("\2\0a") },
		{ "value past the end", BYTES("\1\2ab") },
		{ "lengths whose sum wraps",
		    BYTES("\377\377\377\377\377\377\377\377ab") },
		{ "NUL in a name", BYTES("\2\1a\0b") },
		{ "NUL in a value", BYTES("\1\2ab\0") },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct buf	b = BUF_INIT(4096);

		put_begin(&b, 1, 1, 0);
		put(&b, FCGI_T_PARAMS, 1, c[i].in, c[i].len);
		put(&b, FCGI_T_PARAMS, 1, BYTES(""));
		expect(c[i].name, &b, "BXmalformed parameters");
	}
}

Test(fcgi_record, keeps_no_more_parameters_than_the_limit)
{
	struct buf	b = BUF_INIT(4096);
	char		half[PARAMS_MAX / 2] = { 1, 125, 'n' };

	memset(half + 3, 'v', sizeof(half) - 3);
	put_begin(&b, 1, 1, 0);
	put(&b, FCGI_T_PARAMS, 1, half, sizeof(half));
	put(&b, FCGI_T_PARAMS, 1, half, sizeof(half));
	put(&b, FCGI_T_PARAMS, 1, BYTES(""));
	expect("at the limit", &b, "BP");
	put_begin(&b, 1, 1, 0);
	put(&b, FCGI_T_PARAMS, 1, half, sizeof(half));
	put(&b, FCGI_T_PARAMS, 1, half, sizeof(half));
	put(&b, FCGI_T_PARAMS, 1, BYTES("x"));
	expect("one more", &b, "BXparameters too long");
}

Test(fcgi_record, writes_the_records_of_an_answer)
{
	uint8_t		end[FCGI_END];
	struct buf	b = BUF_INIT(256);

	fcgi_put_end(end, 0x1234, FCGI_OVERLOADED);
	cr_expect_arr_eq(end, "\1\3\x12\x34\0\10\0\0" "\0\0\0\0\2\0\0\0", 16);
	fcgi_put_unknown(end, 77);
	cr_expect_arr_eq(end, "\1\13\0\0\0\10\0\0" "\115\0\0\0\0\0\0\0", 16);
	fcgi_put_values(&b, BYTES("\16\0FCGI_MAX_CONNS\3\0ODD"
	    "\17\0FCGI_MPXS_CONNS\7\0short"), 250);
	cr_expect_eq(b.len, 8 + 19 + 18);
	cr_expect_arr_eq(b.data, "\1\12\0\0\0\45\0\0" "\16\3FCGI_MAX_CONNS250"
	    "\17\1FCGI_MPXS_CONNS0", b.len);
	buf_release(&b);
}

Test(fcgi_record, splits_long_output_into_records)
{
	size_t	 len = (size_t)FCGI_CONTENT * 2 + 5;
	size_t	 size = fcgi_stdout_size(len);
	uint8_t	*out = malloc(size), *in = malloc(len);
	uint8_t	*at = out;

	memset(in, 'x', len);
	fcgi_put_stdout(out, 1, in, len);
	cr_expect_eq(size, len + 3 * FCGI_HEADER);
	cr_expect_arr_eq(at, "\1\6\0\1\xff\xf8\0\0x", 9);
	at += FCGI_HEADER + FCGI_CONTENT;
	cr_expect_arr_eq(at, "\1\6\0\1\xff\xf8\0\0x", 9);
	at += FCGI_HEADER + FCGI_CONTENT;
	cr_expect_arr_eq(at, "\1\6\0\1\0\5\0\0xxxxx", 13);
	cr_expect_eq(fcgi_stdout_size(0), 0);
	free(out);
	free(in);
}
