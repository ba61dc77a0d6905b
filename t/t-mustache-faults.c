/* What the compiler refuses, and where rendering stops. */
#include "web/mustache.h"
#include <criterion/criterion.h>

static const struct mustache *
itself(void *arg, const char *name)
{
	(void)name;
	return arg;
}

Test(mustache_faults, a_bad_template_is_refused_with_its_line)
{
	static const struct {
		const char	*text;
		unsigned	 line;
		const char	*why;
	} c[] = {
		{ "{{a", 1, "a tag is not closed" },
		{ "\n\n{{a}", 3, "a tag is not closed" },
		{ "{{{a}}", 1, "a tag is not closed" },
		{ "{{=<% %>}}", 1, "a tag is not closed" },
		{ "{{=| |=}}|a", 1, "a tag is not closed" },
		{ "{{}}", 1, "a tag has no name" },
		{ "{{ # }}", 1, "a tag has no name" },
		{ "{{>*}}", 1, "a tag has no name" },
		{ "{{a b}}", 1, "a name has a space in it" },
		{ "{{#a\nb}}", 1, "a name has a space in it" },
		{ "{{a..b}}", 1, "a name has an empty part" },
		{ "{{a.}}", 1, "a name has an empty part" },
		{ "{{..}}", 1, "a name has an empty part" },
		{ "{{#a}}\n{{#b}}\n", 2, "a section is not closed" },
		{ "{{<a}}", 1, "a section is not closed" },
		{ "{{$a}}", 1, "a section is not closed" },
		{ "a\n{{/a}}", 2, "nothing is open here" },
		{ "{{#a}}\n{{/b}}", 2, "another section is open here" },
		{ "{{#a}}{{#b}}{{/a}}{{/b}}", 1,
		    "another section is open here" },
		{ "{{#a}}{{/aa}}", 1, "another section is open here" },
		{ "{{=<%=}}", 1, "there must be two delimiters" },
		{ "{{=a b c=}}", 1, "there must be two delimiters" },
		{ "{{==a b=}}", 1, "a delimiter has = in it" },
	};
	struct mustache_fault	 fault;
	struct mustache		*m;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		m = mustache_compile(c[i].text, strlen(c[i].text), &fault);
		cr_expect_null(m, "%s", c[i].text);
		mustache_free(m);
		if (m != NULL)
			continue;
		cr_expect_eq(fault.line, c[i].line, "%s: line %u", c[i].text,
		    fault.line);
		cr_expect_str_eq(fault.why, c[i].why, "%s: %s", c[i].text,
		    fault.why);
	}
}

Test(mustache_faults, a_nul_byte_and_too_much_text_are_refused)
{
	struct mustache_fault	 fault;
	struct mustache		*m;
	char			*big = calloc(1, MUSTACHE_MAX + 1);

	cr_expect_null(mustache_compile("a\0b", 3, &fault));
	memset(big, 'x', MUSTACHE_MAX + 1);
	cr_expect_null(mustache_compile(big, MUSTACHE_MAX + 1, &fault));
	m = mustache_compile(big, MUSTACHE_MAX, &fault);
	cr_expect_not_null(m);
	mustache_free(m);
	free(big);
}

static struct mustache *
nested(unsigned depth, struct mustache_fault *fault)
{
	struct buf	 b = BUF_INIT(4096);
	struct mustache	*m;

	for (unsigned i = 0; i < depth; i++)
		buf_puts(&b, "{{#a}}");
	buf_puts(&b, "x");
	for (unsigned i = 0; i < depth; i++)
		buf_puts(&b, "{{/a}}");
	m = mustache_compile(buf_str(&b), b.len, fault);
	buf_release(&b);
	return m;
}

Test(mustache_faults, sections_nest_to_the_limit_and_no_deeper)
{
	struct mustache_fault	 fault;
	struct mustache		*m = nested(MUSTACHE_DEPTH, &fault);
	struct json_object	*model = json_tokener_parse("{\"a\":true}");
	struct buf		 out = BUF_INIT(100);

	cr_assert_not_null(m);
	cr_expect(mustache_render(m, model, itself, NULL, &out));
	cr_expect_str_eq(buf_str(&out), "x");
	cr_expect_null(nested(MUSTACHE_DEPTH + 1, &fault));
	cr_expect_str_eq(fault.why, "nested too deeply");
	mustache_free(m);
	json_object_put(model);
	buf_release(&out);
}

Test(mustache_faults, a_partial_without_end_is_stopped)
{
	static const char *const	text[] = {
		"a{{>p}}", "{{<p}}{{/p}}", "  {{>p}}\n", "{{#a}}{{>p}}{{/a}}",
		"{{<p}}{{$b}}{{$b}}{{/b}}{{/b}}{{/p}}{{$b}}{{/b}}",
		"                                {{>p}}\n",
	};
	struct mustache_fault	 fault;
	struct json_object	*model = json_tokener_parse("{\"a\":[1,2]}");

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct mustache	*m = mustache_compile(text[i],
			    strlen(text[i]), &fault);
		struct buf	 out = BUF_INIT(100000);

		cr_expect(!mustache_render(m, model, itself, m, &out), "%s",
		    text[i]);
		mustache_free(m);
		buf_release(&out);
	}
	json_object_put(model);
}

Test(mustache_faults, output_ends_at_the_limit_of_the_buffer)
{
	struct mustache_fault	 fault;
	struct mustache		*m = mustache_compile("12345{{v}}", 10, &fault);
	struct json_object	*model = json_tokener_parse("{\"v\":\"<\"}");
	struct buf		 exact = BUF_INIT(9), less = BUF_INIT(8);

	cr_expect(mustache_render(m, model, itself, NULL, &exact));
	cr_expect_str_eq(buf_str(&exact), "12345&lt;");
	cr_expect(!mustache_render(m, model, itself, NULL, &less));
	mustache_free(m);
	json_object_put(model);
	buf_release(&exact);
	buf_release(&less);
}

static void
collect(void *arg, const char *name)
{
	buf_printf(arg, "%s;", name);
}

Test(mustache_faults, fixed_partials_can_be_listed)
{
	static const char	 text[] =
	    "{{>a}}{{#s}}{{>b/c}}{{/s}}{{<d}}{{$e}}{{>f}}{{/e}}{{/d}}{{>*g}}";
	struct mustache_fault	 fault;
	struct mustache		*m;
	struct buf		 names = BUF_INIT(100);

	m = mustache_compile(text, sizeof(text) - 1, &fault);
	mustache_each_partial(m, collect, &names);
	cr_expect_str_eq(buf_str(&names), "a;b/c;d;f;");
	mustache_free(m);
	buf_release(&names);
}
