/* The event stream format: what a browser would make of our bytes. */
#include "web/sse.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define BYTES(s)	s, sizeof(s) - 1

Test(sse, gives_every_line_of_data_its_own_field)
{
	static const struct {
		const char	*name;
		const char	*data;
		size_t		 len;
		const char	*want;
	} c[] = {
		{ "one line", BYTES("{\"a\":1}"), "data: {\"a\":1}\n" },
		{ "empty", BYTES(""), "data: \n" },
		{ "two lines", BYTES("a\nb"), "data: a\ndata: b\n" },
		{ "ends with a line feed", BYTES("a\n"), "data: a\ndata: \n" },
		{ "carriage return", BYTES("a\rb"), "data: a\ndata: b\n" },
		{ "both", BYTES("a\r\nb"), "data: a\ndata: b\n" },
		{ "an attempt to end the event", BYTES("a\n\nevent: evil"),
		    "data: a\ndata: \ndata: event: evil\n" },
		{ "an attempt to forge an id", BYTES("a\r\rid: 7"),
		    "data: a\ndata: \ndata: id: 7\n" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct buf	b = BUF_INIT(512);
		char		want[512];

		snprintf(want, sizeof(want), "id: 00000000000000ab-7\n"
		    "event: unit:state\n%s\n", c[i].want);
		sse_event(&b, (struct sse_id){ 0xab, 7 }, "unit:state",
		    c[i].data, c[i].len);
		cr_expect_str_eq(buf_str(&b), want, "%s", c[i].name);
		buf_release(&b);
	}
}

Test(sse, moves_the_position_without_an_event)
{
	struct buf	b = BUF_INIT(512);

	sse_retry(&b, 2500);
	sse_comment(&b, "hi");
	sse_position(&b, (struct sse_id){ UINT64_MAX, UINT64_MAX });
	cr_expect_str_eq(buf_str(&b), "retry: 2500\n: hi\n\n"
	    "id: ffffffffffffffff-18446744073709551615\n\n");
	buf_release(&b);
}

Test(sse, reads_its_own_ids_back)
{
	static const struct sse_id c[] = {
		{ 0, 0 }, { 1, 1 }, { 0xfedcba9876543210, 42 },
		{ UINT64_MAX, UINT64_MAX },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct sse_id	got = { 9, 9 };
		char		text[SSE_ID_TEXT];

		sse_id_format(c[i], text);
		cr_expect(sse_id_parse(text, strlen(text), &got), "%s", text);
		cr_expect_eq(got.epoch, c[i].epoch);
		cr_expect_eq(got.seq, c[i].seq);
	}
}

Test(sse, refuses_every_other_id)
{
	static const char *const c[] = {
		"", "-", "17", "00000000000000ab", "00000000000000ab-",
		"0000000000000ab-7", "00000000000000AB-7",
		"00000000000000ag-7", "00000000000000ab-07",
		"00000000000000ab-7 ", " 00000000000000ab-7",
		"00000000000000ab--7", "00000000000000ab-+7",
		"00000000000000ab_7", "00000000000000ab-18446744073709551616",
		"00000000000000ab-99999999999999999999",
		"00000000000000ab-100000000000000000000",
	};
	struct sse_id	got;

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_not(sse_id_parse(c[i], strlen(c[i]), &got), "%s",
		    c[i]);
	cr_expect_not(sse_id_parse("00000000000000ab-7\0", 19, &got),
	    "a NUL at its end");
}
