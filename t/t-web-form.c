#include "web/form.h"
#include <criterion/criterion.h>
#include "base/buf.h"

Test(web_form, pairs_are_split_and_decoded)
{
	static const struct {
		const char	*text;
		const char	*want;	/* name=value; in order */
	} c[] = {
		{ "", "" },
		{ "a=1", "a=1;" },
		{ "a=1&b=2", "a=1;b=2;" },
		{ "&&a=1&&", "a=1;" },
		{ "a", "a=;" },
		{ "a=", "a=;" },
		{ "=1", "=1;" },
		{ "a=b=c", "a=b=c;" },
		{ "a=1&a=2", "a=1;a=2;" },
		{ "a+b=c+d", "a b=c d;" },
		{ "%61=%2B%26%3d", "a=+&=;" },
		{ "a=%c3%A9", "a=\xc3\xa9;" },
		{ "a=1%0D%0A2%0d3%0A4", "a=1\n2\n3\n4;" },
		{ "a=%0D%0D%0A%0A", "a=\n\n\n;" },
		{ "a=%25%32%35", "a=%25;" },
		{ "a;b=1", "a;b=1;" },
	};
	struct arena	a = ARENA_INIT;
	struct form	f;
	struct buf	b = BUF_INIT(1000);

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		buf_clear(&b);
		cr_expect_null(form_parse(&a, c[i].text, strlen(c[i].text),
		    &f), "%s", c[i].text);
		for (size_t k = 0; k < f.n; k++) {
			buf_printf(&b, "%s=%s;", f.pair[k].name,
			    f.pair[k].value);
			cr_expect_eq(f.pair[k].name_len,
			    strlen(f.pair[k].name));
			cr_expect_eq(f.pair[k].value_len,
			    strlen(f.pair[k].value));
		}
		cr_expect_str_eq(buf_str(&b), c[i].want, "%s: %s", c[i].text,
		    buf_str(&b));
	}
	buf_release(&b);
	arena_release(&a);
}

Test(web_form, bad_escapes_and_nul_bytes_are_refused)
{
	static const struct {
		const char	*text;
		size_t		 len;
	} c[] = {
		{ "a=%", 3 }, { "a=%2", 4 }, { "a=%2g", 5 }, { "a=%g2", 5 },
		{ "a=%%20", 6 }, { "a=%+1", 5 }, { "a=% 1", 5 },
		{ "%zz=1", 5 }, { "a=%&b=20", 8 }, { "a=%00", 5 },
		{ "a%00=1", 6 }, { "a=\0", 3 }, { "b=1&a=%u0020", 12 },
	};
	struct arena	a = ARENA_INIT;
	struct form	f;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_str_eq(form_parse(&a, c[i].text, c[i].len, &f),
		    "an escape is not %XX", "%s", c[i].text);
	arena_release(&a);
}

Test(web_form, as_many_pairs_as_fit_and_no_more)
{
	struct arena	a = ARENA_INIT;
	struct form	f;
	struct buf	b = BUF_INIT(10000);

	for (int i = 0; i < FORM_PAIRS; i++)
		buf_puts(&b, "a=1&");
	cr_expect_null(form_parse(&a, buf_str(&b), b.len, &f));
	cr_expect_eq(f.n, FORM_PAIRS);
	buf_puts(&b, "a=1");
	cr_expect_str_eq(form_parse(&a, buf_str(&b), b.len, &f),
	    "there are too many fields");
	buf_release(&b);
	arena_release(&a);
}
