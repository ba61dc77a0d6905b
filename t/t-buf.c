/* What buf promises: never past its maximum, and one look at the end. */
#include "base/buf.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(buf, is_an_empty_string_before_anything_was_appended)
{
	struct buf	 b = BUF_INIT(8);
	char		*s;

	cr_expect_str_eq(buf_str(&b), "");
	cr_expect_not(buf_failed(&b));
	s = buf_detach(&b);
	cr_expect_str_eq(s, "");
	free(s);
}

Test(buf, takes_exactly_its_maximum)
{
	struct buf	b = BUF_INIT(4);

	buf_puts(&b, "1234");
	cr_expect_not(buf_failed(&b));
	buf_add(&b, "", 0);
	cr_expect_not(buf_failed(&b));
	buf_putc(&b, '5');
	cr_expect(buf_failed(&b));
	cr_expect_str_eq(buf_str(&b), "1234");
	buf_release(&b);
}

Test(buf, leaves_its_contents_when_an_append_does_not_fit)
{
	struct buf	b = BUF_INIT(6);

	buf_puts(&b, "abc");
	buf_printf(&b, "%s-%d", "long", 12345);
	cr_expect(buf_failed(&b));
	cr_expect_str_eq(buf_str(&b), "abc");
	cr_expect_eq(b.len, 3);
	buf_release(&b);
}

Test(buf, ignores_what_comes_after_a_failure_even_if_it_would_fit)
{
	struct buf	b = BUF_INIT(4);

	buf_puts(&b, "12345");
	buf_puts(&b, "1");
	buf_printf(&b, "2");
	cr_expect(buf_failed(&b));
	cr_expect_str_eq(buf_str(&b), "");
	buf_clear(&b);
	buf_puts(&b, "1");
	cr_expect_not(buf_failed(&b));
	cr_expect_str_eq(buf_str(&b), "1");
	buf_release(&b);
}

Test(buf, grows_over_many_appends_without_losing_a_byte)
{
	struct buf	b = BUF_INIT(100000);

	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%04d", i);
	cr_assert_eq(b.len, 40000);
	for (int i = 0; i < 10000; i++) {
		char want[5];

		snprintf(want, sizeof(want), "%04d", i);
		cr_assert_arr_eq(b.data + 4 * i, want, 4);
	}
	cr_expect_eq(b.data[b.len], '\0');
	buf_release(&b);
}

Test(buf, keeps_bytes_that_are_no_text)
{
	struct buf	b = BUF_INIT(16);

	buf_add(&b, "a\0b", 3);
	buf_putc(&b, '\xff');
	cr_expect_eq(b.len, 4);
	cr_expect_arr_eq(b.data, "a\0b\xff", 5);
	buf_release(&b);
}

Test(buf, refuses_lengths_that_would_wrap)
{
	struct buf	b = BUF_INIT((size_t)-1);

	buf_puts(&b, "x");
	buf_add(&b, "y", (size_t)-1);
	cr_expect(buf_failed(&b));
	cr_expect_str_eq(buf_str(&b), "x");
	buf_release(&b);
}

Test(buf, is_usable_again_after_detach_and_release)
{
	struct buf	 b = BUF_INIT(4);
	char		*s;

	buf_puts(&b, "one");
	s = buf_detach(&b);
	cr_expect_str_eq(s, "one");
	free(s);
	buf_puts(&b, "two");
	cr_expect_str_eq(buf_str(&b), "two");
	buf_release(&b);
	buf_puts(&b, "three");
	cr_expect(buf_failed(&b), "the maximum is kept");
	buf_release(&b);
	buf_release(&b);
}
