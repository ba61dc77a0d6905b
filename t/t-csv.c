/* What csv promises: RFC 4180, what spreadsheets make of it, and limits. */
#include "base/csv.h"
#include "base/buf.h"
#include "base/csv_head.h"
#include <criterion/criterion.h>
#include <string.h>

static const struct csv_limits limits = { 4, 16, 40 };

/* Records as "1:a|b" and a line's end each, then what stopped it. */
static void
tell(struct buf *b, struct csv *c, enum csv_rc rc, const struct csv_record *r)
{
	switch (rc) {
	case CSV_RECORD:
		buf_printf(b, "%zu:", r->line);
		for (size_t i = 0; i < r->n; i++) {
			buf_puts(b, i > 0 ? "|" : "");
			buf_add(b, r->field[i].text, r->field[i].len);
			cr_expect_eq(strlen(r->field[i].text),
			    r->field[i].len);
		}
		buf_putc(b, '\n');
		break;
	case CSV_FAULT:
		buf_printf(b, "line %zu, field %zu: %s\n", csv_fault_line(c),
		    csv_fault_field(c), csv_fault(c));
		break;
	case CSV_MORE:
		break;
	}
}

/* Reads text in pieces of n bytes. */
static void
read_text(struct buf *b, const char *text, size_t len, size_t n)
{
	struct csv		*c = csv_new(&limits);
	struct csv_record	 r;
	enum csv_rc		 rc = CSV_MORE;

	for (size_t i = 0; i < len && rc != CSV_FAULT; i += n) {
		const char	*at = text + i;
		const char	*end = at + (len - i < n ? len - i : n);

		while ((rc = csv_read(c, &at, end, &r)) == CSV_RECORD)
			tell(b, c, rc, &r);
		cr_expect(rc == CSV_FAULT || at == end);
	}
	rc = csv_end(c, &r);
	tell(b, c, rc, &r);
	if (rc == CSV_RECORD)
		cr_expect_eq(csv_end(c, &r), CSV_MORE);
	csv_free(c);
}

struct csv_case {
	const char	*name, *text, *want;
};

static void
run(const struct csv_case *c, size_t n)
{
	static const size_t pieces[] = { 1, 2, 3, 1000 };

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 4; k++) {
			struct buf	b = BUF_INIT(1000);

			read_text(&b, c[i].text, strlen(c[i].text), pieces[k]);
			cr_expect_str_eq(buf_str(&b), c[i].want,
			    "%s, %zu bytes at a time: %s", c[i].name,
			    pieces[k], buf_str(&b));
			buf_release(&b);
		}
}
#define RUN(cases)	run(cases, sizeof(cases) / sizeof((cases)[0]))

Test(csv, reads_records_and_quotes)
{
	static const struct csv_case cases[] = {
		{ "nothing", "", "" },
		{ "one field", "a", "1:a\n" },
		{ "two records", "a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n" },
		{ "no end of the last", "a,b\r\nc,d", "1:a|b\n2:c|d\n" },
		{ "line feeds alone", "a,b\nc,d\n", "1:a|b\n2:c|d\n" },
		{ "empty fields", ",\n,,\n", "1:|\n2:||\n" },
		{ "empty at the end", "a,", "1:a|\n" },
		{ "blanks are text", " a , b \n", "1: a | b \n" },
		{ "quoted", "\"a\",\"b\"\r\n", "1:a|b\n" },
		{ "quoted and empty", "\"\"\n", "1:\n" },
		{ "quoted at the end", "a,\"\"", "1:a|\n" },
		{ "quotes in quotes", "\"a\"\"b\"\n\"\"\"\"\n",
		    "1:a\"b\n2:\"\n" },
		{ "separator in quotes", "\"a,b\",c\n", "1:a,b|c\n" },
		{ "lines in quotes", "\"a\r\nb\",c\nd\n",
		    "1:a\r\nb|c\n3:d\n" },
		{ "UTF-8", "Kühlschrank,冷蔵庫\n", "1:Kühlschrank|冷蔵庫\n" },
	};

	RUN(cases);
}

Test(csv, takes_what_spreadsheets_write)
{
	static const struct csv_case cases[] = {
		{ "mark", "\xef\xbb\xbf" "a,b\n", "1:a|b\n" },
		{ "mark and quote", "\xef\xbb\xbf\"a\",b\n", "1:a|b\n" },
		{ "mark alone", "\xef\xbb\xbf", "" },
		{ "mark, then a line's end", "\xef\xbb\xbf\r\na", "2:a\n" },
		{ "mark only at the start", "a\n\xef\xbb\xbf" "b\n",
		    "1:a\n2:\xef\xbb\xbf" "b\n" },
		{ "begins like a mark", "\xef\xbc\x81,b\n",
		    "1:\xef\xbc\x81|b\n" },
		{ "empty lines", "\n\r\na\n\n\nb\n\n", "3:a\n6:b\n" },
		{ "semicolons", "a;b,c\nd,e;f\n", "1:a|b,c\n2:d,e|f\n" },
		{ "tabs", "a\tb\nc;d\te\n", "1:a|b\n2:c;d|e\n" },
		{ "not chosen by what is quoted", "\"a;b\",c;d\n",
		    "1:a;b|c;d\n" },
	};

	RUN(cases);
}

Test(csv, refuses_what_is_not_well_formed)
{
	static const struct csv_case cases[] = {
		{ "quote in a field", "a\nb,c\"d\n",
		    "1:a\nline 2, field 2: quote inside a field\n" },
		{ "quote behind a blank", "a, \"b\"\n",
		    "line 1, field 2: quote inside a field\n" },
		{ "text behind a quote", "\"a\"b\n",
		    "line 1, field 1: text after a closing quote\n" },
		{ "blank behind a quote", "\"a\" ,b\n",
		    "line 1, field 1: text after a closing quote\n" },
		{ "no closing quote, told where it opens", "a\nb,\"c\nd\ne\n",
		    "1:a\nline 2, field 2: no closing quote\n" },
		{ "return alone", "a\rb\n",
		    "line 1, field 1: carriage return without a line feed\n" },
		{ "return at the end", "a\r",
		    "line 1, field 1: carriage return without a line feed\n" },
		{ "Latin-1", "a\nK\xfchlschrank\n",
		    "1:a\nline 2, field 1: not UTF-8\n" },
		{ "half a mark", "\xef\xbb", "line 1, field 1: not UTF-8\n" },
		{ "cut in a character", "a,\xc3",
		    "line 1, field 2: not UTF-8\n" },
		{ "UTF-16", "\xff\xfe" "a", "line 1, field 1: not UTF-8\n" },
	};

	RUN(cases);
}

Test(csv, keeps_its_limits)
{
	static const struct csv_case cases[] = {
		{ "most fields", "1,2,3,4\n", "1:1|2|3|4\n" },
		{ "a field more", "1,2,3,4,5\n",
		    "line 1, field 5: too many fields\n" },
		{ "longest field", "0123456789abcdef\n",
		    "1:0123456789abcdef\n" },
		{ "a byte more", "0123456789abcdefg\n",
		    "line 1, field 1: field too long\n" },
		{ "the same in quotes", "\"0123456789abcde\"\"g\"\n",
		    "line 1, field 1: field too long\n" },
		{ "longest record", "0123456789abcdef,0123456789abcdef,abcde\n",
		    "1:0123456789abcdef|0123456789abcdef|abcde\n" },
		{ "a byte more", "0123456789abcdef,0123456789abcdef,abcdef\n",
		    "line 1, field 3: record too long\n" },
		{ "limits are each record's",
		    "0123456789abcdef,0123456789abcdef,abcde\n"
		    "0123456789abcdef,0123456789abcdef,abcde\n",
		    "1:0123456789abcdef|0123456789abcdef|abcde\n"
		    "2:0123456789abcdef|0123456789abcdef|abcde\n" },
	};

	RUN(cases);
}

Test(csv, refuses_NUL_everywhere)
{
	static const struct { const char *text; size_t len; } cases[] = {
		{ "\0", 1 }, { "a\0b", 3 }, { "\"a\0\"", 4 }, { "a\n\0", 3 },
		{ "a,\0", 3 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf	b = BUF_INIT(1000);

		read_text(&b, cases[i].text, cases[i].len, 1000);
		cr_expect_neq(strstr(buf_str(&b), ": NUL\n"), NULL, "%zu: %s",
		    i, buf_str(&b));
		buf_release(&b);
	}
}

Test(csv, says_nothing_more_after_a_fault)
{
	struct csv		*c = csv_new(&limits);
	struct csv_record	 r;
	const char		*text = "a\"\nb\n", *at = text;

	cr_expect_eq(csv_read(c, &at, text + 5, &r), CSV_FAULT);
	cr_expect_eq(csv_read(c, &at, text + 5, &r), CSV_FAULT);
	cr_expect_eq(csv_end(c, &r), CSV_FAULT);
	cr_expect_str_eq(csv_fault(c), "quote inside a field");
	cr_expect_eq(csv_fault_line(c), 1);
	csv_free(c);
	csv_free(NULL);
}

/* Reads one line as a head, and says what is wrong with it. */
static const char *
head_of(const char *line, struct csv_head *h, char fault[80])
{
	static const struct csv_column columns[] = {
		{ "dev_eui", true }, { "name", false }, { "unit", true },
	};
	struct csv		*c = csv_new(&limits);
	struct csv_record	 r;

	cr_assert_eq(csv_read(c, &line, line + strlen(line), &r), CSV_RECORD);
	if (csv_head_read(&r, columns, 3, h, fault, 80))
		fault[0] = '\0';
	csv_free(c);
	return fault;
}

Test(csv, finds_columns_by_name_in_any_order)
{
	const struct csv_field	 field[] = { { "cooler", 6 }, { "a84", 3 } };
	const struct csv_record	 r = { field, 2, 1 };
	struct csv_head		 h;
	char			 fault[80];

	cr_expect_str_eq(head_of("Unit,Dev EUI\n", &h, fault), "");
	cr_expect_eq(h.fields, 2);
	cr_expect_str_eq(csv_head_field(&h, &r, 0), "a84");
	cr_expect_str_eq(csv_head_field(&h, &r, 1), "", "no such column");
	cr_expect_str_eq(csv_head_field(&h, &r, 2), "cooler");
	cr_expect_str_eq(head_of("name,DEV-EUI,unit\n", &h, fault), "");
	cr_expect_str_eq(csv_head_field(&h, &r, 2), "", "the record ends");
}

Test(csv, refuses_a_head_that_leaves_doubt)
{
	struct csv_head	 h;
	char		 fault[80];

	cr_expect_str_eq(head_of("dev_eui,colour,unit\n", &h, fault),
	    "no column is called \"colour\"");
	cr_expect_str_eq(head_of("dev_eui,unit,\n", &h, fault),
	    "no column is called \"\"");
	cr_expect_str_eq(head_of("dev_eui,unit,DevEUI\n", &h, fault),
	    "two columns are called dev_eui");
	cr_expect_str_eq(head_of("unit,name\n", &h, fault),
	    "there is no column dev_eui");
	cr_expect_str_eq(head_of("dev_euis,unit\n", &h, fault),
	    "no column is called \"dev_euis\"");
}
