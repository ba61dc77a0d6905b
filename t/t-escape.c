#include "web/escape.h"
#include <criterion/criterion.h>

Test(escape, html_has_no_tag_and_no_quote_left)
{
	static const struct {
		const char	*text, *want;
	} c[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "<script>", "&lt;script&gt;" },
		{ "\" onload='x'", "&quot; onload=&#39;x&#39;" },
		{ "a&b&amp;", "a&amp;b&amp;amp;" },
		{ "<<", "&lt;&lt;" },
		{ "\xc2\xb0" "C", "\xc2\xb0" "C" },
	};
	struct buf	b = BUF_INIT(100);

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		buf_clear(&b);
		escape_html(&b, c[i].text, strlen(c[i].text));
		cr_expect_str_eq(buf_str(&b), c[i].want);
	}
	buf_release(&b);
}

Test(escape, a_url_keeps_only_unreserved_characters)
{
	static const struct {
		const char	*text, *want;
	} c[] = {
		{ "aZ09-._~", "aZ09-._~" },
		{ "/units?a=b&c#d", "%2Funits%3Fa%3Db%26c%23d" },
		{ "a b+c%", "a%20b%2Bc%25" },
		{ "\xc3\xa9\n", "%C3%A9%0A" },
	};
	struct buf	b = BUF_INIT(100);

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		buf_clear(&b);
		escape_url(&b, c[i].text, strlen(c[i].text));
		cr_expect_str_eq(buf_str(&b), c[i].want);
	}
	buf_clear(&b);
	escape_url(&b, "a\0b", 3);
	cr_expect_str_eq(buf_str(&b), "a%00b");
	buf_release(&b);
}
