/* Partials, dynamic names and inheritance, after the public specification. */
#include "mustache-case.h"
#include <criterion/criterion.h>

Test(mustache_partials, a_partial_is_put_in)
{
	static const struct mustache_partial_case	c[] = {
		{ "there", "({{>p}})", "{}", "(x)", { "p", "x" } },
		{ "not there", "({{>p}})", "{}", "()", { NULL } },
		{ "in context", "{{#a}}{{>p}}{{/a}}",
		    "{\"n\":1,\"a\":{\"m\":2}}", "12", { "p", "{{n}}{{m}}" } },
		{ "recursion", "{{>p}}", "{\"v\":\"X\",\"l\":[{\"v\":\"Y\","
		    "\"l\":[]}]}", "X<Y<>>",
		    { "p", "{{v}}<{{#l}}{{>p}}{{/l}}>" } },
		{ "nested", "{{>p}}", "{\"v\":1}", "1!",
		    { "p", "{{v}}{{>q}}", "q", "!" } },
		{ "a name with a slash and a dot", "{{>a/b.c}}", "{}", "x",
		    { "a/b.c", "x" } },
		{ "padding", "|{{> p }}|", "{}", "|x|", { "p", "x" } },
		{ "delimiters do not reach it", "{{=| |=}}.|>p|.",
		    "{\"v\":1}", ".(1).", { "p", "({{v}})" } },
		{ "nor leave it", "{{>p}}{{v}}|v|", "{\"v\":1}", "11|v|",
		    { "p", "{{=| |=}}|v|" } },
	};

	mustache_partial_cases(MUSTACHE_CASES(c));
}

Test(mustache_partials, indentation_of_a_lone_partial_is_its_lines)
{
	static const struct mustache_partial_case	c[] = {
		{ "inline keeps blanks", "| {{>p}} |", "{}", "| \t|\t |",
		    { "p", "\t|\t" } },
		{ "inline does not indent", "  {{v}}  {{>p}}\n", "{\"v\":1}",
		    "  1  >\n>\n", { "p", ">\n>" } },
		{ "carriage returns", "|\r\n{{>p}}\r\n|", "{}", "|\r\n>|",
		    { "p", ">" } },
		{ "first line", "  {{>p}}\n>", "{}", "  >\n  >>",
		    { "p", ">\n>" } },
		{ "last line", ">\n  {{>p}}", "{}", ">\n  >\n  >",
		    { "p", ">\n>" } },
		{ "not the lines of values", "\\\n {{>p}}\n/\n",
		    "{\"v\":\"<\\n->\"}",
		    "\\\n |\n <\n->a b<\n->c\n |\n/\n",
		    { "p", "|\n{{{v}}}a b{{{v}}}c\n|\n" } },
		{ "adds up", " {{>p}}\n", "{}", " a\n   b\n   b\n c\n",
		    { "p", "a\n  {{>q}}\nc\n", "q", "b\nb\n" } },
		{ "inline below a lone one", " {{>p}}\n", "{}", " a b\nb\n c\n",
		    { "p", "a {{>q}}\nc\n", "q", "b\nb" } },
		{ "inline first below a lone one", " {{>p}}\n", "{}",
		    " b\nb a\n", { "p", "{{>q}} a\n", "q", "b\nb" } },
		{ "sections in it", " {{>p}}\n", "{\"l\":[1,2]}",
		    " a\n 1\n 2\n b\n",
		    { "p", "a\n{{#l}}\n{{.}}\n{{/l}}\nb\n" } },
		{ "an empty one leaves nothing", "a\n  {{>p}}\nb\n", "{}",
		    "a\nb\n", { "p", "" } },
		{ "empty lines too", " {{>p}}\n", "{}", " a\n \n b\n",
		    { "p", "a\n\nb\n" } },
	};

	mustache_partial_cases(MUSTACHE_CASES(c));
}

Test(mustache_partials, a_starred_name_is_looked_up_first)
{
	static const struct mustache_partial_case	c[] = {
		{ "plain", "({{>*k}})", "{\"k\":\"p\"}", "(x)",
		    { "p", "x" } },
		{ "the star is no part of the name", "({{>*k}})",
		    "{\"k\":\"p\",\"*k\":\"q\"}", "(x)",
		    { "p", "x", "q", "wrong" } },
		{ "absent", "({{>*k}})", "{}", "()", { "k", "wrong" } },
		{ "no such partial", "({{>*k}})", "{\"k\":\"p\"}", "()",
		    { NULL } },
		{ "a number is no name", "({{>*k}})", "{\"k\":1}", "()",
		    { "1", "wrong" } },
		{ "dotted, adding no context",
		    "{{#a}}{{>*b.k}}{{/a}}",
		    "{\"a\":{\"v\":1},\"b\":{\"k\":\"p\",\"v\":2}}", "1",
		    { "p", "{{v}}" } },
		{ "only once", "({{>**k}}{{>*k.*l}})",
		    "{\"k\":\"l\",\"l\":\"p\"}", "()", { "p", "wrong" } },
		{ "in a list", "{{#l}}\n{{>*k}}\n{{/l}}\n",
		    "{\"l\":[{\"k\":\"p\"},{\"k\":\"q\"}]}", "1\n2\n",
		    { "p", "1\n", "q", "2\n" } },
		{ "padding", "|{{> * k }}|", "{\"k\":\"p\"}", "|x|",
		    { "p", "x" } },
		{ "indentation", " {{>*k}}\n", "{\"k\":\"p\"}", " a\n b\n",
		    { "p", "a\nb\n" } },
		{ "of a parent", "{{<*k}}{{$b}}1{{/b}}{{/*k}}",
		    "{\"k\":\"p\"}", "(1)", { "p", "({{$b}}0{{/b}})" } },
	};

	mustache_partial_cases(MUSTACHE_CASES(c));
}

Test(mustache_partials, a_block_has_its_default)
{
	static const struct mustache_partial_case	c[] = {
		{ "text", "{{$t}}a{{/t}}\n", "{}", "a\n", { NULL } },
		{ "tags", "{{$t}}{{v}}{{{v}}}{{#o}}{{w}}{{/o}}{{^n}}!{{/n}}"
		    "{{/t}}", "{\"v\":\"<\",\"o\":{\"w\":2}}", "&lt;<2!",
		    { NULL } },
		{ "not from the model", "{{$t}}a{{/t}}", "{\"t\":1}", "a",
		    { NULL } },
		{ "in a parent", "{{<p}}{{/p}}", "{}", "a",
		    { "p", "{{$t}}a{{/t}}" } },
		{ "a parent without arguments is a partial",
		    "{{>p}}|{{<p}}{{/p}}", "{}", "a|a",
		    { "p", "{{$t}}a{{/t}}" } },
		{ "no such parent", "({{<p}}{{$t}}a{{/t}}{{/p}})", "{}",
		    "()", { NULL } },
	};

	mustache_partial_cases(MUSTACHE_CASES(c));
}

Test(mustache_partials, an_argument_takes_the_place_of_a_block)
{
	static const struct mustache_partial_case	c[] = {
		{ "one", "{{<p}}{{$t}}b{{/t}}{{/p}}", "{}", ".b.",
		    { "p", ".{{$t}}a{{/t}}." } },
		{ "of two", "{{<p}}{{$u}}c{{/u}}{{/p}}", "{}", "a,c",
		    { "p", "{{$t}}a{{/t}},{{$u}}b{{/u}}" } },
		{ "in two places", "{{<p}}{{$t}}b{{/t}}{{/p}}", "{}", "b,b",
		    { "p", "{{$t}}a{{/t}},{{$t}}a{{/t}}" } },
		{ "each parent its own",
		    "{{<p}}{{$t}}1{{/t}}{{/p}} {{<p}}{{$t}}2{{/t}}{{/p}}",
		    "{}", "|1 d| |2 d|",
		    { "p", "|{{$t}}..{{/t}}{{$d}} d{{/d}}|" } },
		{ "the model cannot", "{{<p}}{{$t}}b{{/t}}{{/p}}",
		    "{\"t\":\"c\"}", "b", { "p", "{{$t}}a{{/t}}" } },
		{ "text between arguments is dropped",
		    "{{<p}} a {{$t}}b{{/t}} c {{v}}{{/p}}", "{\"v\":1}", "b",
		    { "p", "{{$t}}x{{/t}}" } },
		{ "context of the place, not of the tag",
		    "{{<p}}{{$t}}{{v}}{{/t}}{{/p}}",
		    "{\"v\":1,\"o\":{\"v\":2}}", "2",
		    { "p", "{{#o}}{{$t}}{{/t}}{{/o}}" } },
		{ "reaches partials of the parent",
		    "{{<p}}{{$t}}b{{/t}}{{/p}}", "{}", "(b)",
		    { "p", "({{>q}})", "q", "{{$t}}a{{/t}}" } },
		{ "the outermost of several wins",
		    "{{<p}}{{$t}}c{{/t}}{{/p}}", "{}", "c",
		    { "p", "{{<q}}{{$t}}p{{/t}}{{/q}}",
		    "q", "{{<r}}{{$t}}q{{/t}}{{/r}}", "r", "{{$t}}r{{/t}}" } },
		{ "then the next", "{{<p}}{{/p}}", "{}", "p",
		    { "p", "{{<q}}{{$t}}p{{/t}}{{/q}}",
		    "q", "{{<r}}{{$t}}q{{/t}}{{/r}}", "r", "{{$t}}r{{/t}}" } },
		{ "recursion", "{{<p}}{{$a}}o{{/a}}{{/p}}", "{}",
		    "o o o stop",
		    { "p", "{{$a}}d{{/a}} {{$b}}{{<q}}{{/q}}{{/b}}",
		    "q", "{{$a}}e{{/a}} {{<p}}{{$b}}stop{{/b}}{{/p}}" } },
		{ "a block inside an argument is of the text around",
		    "{{<p}}{{$t}}1{{$u}}2{{/u}}{{/t}}{{/p}}", "{}", "(12)3",
		    { "p", "({{$t}}{{/t}}){{$u}}3{{/u}}" } },
		{ "a parent inside an argument",
		    "{{<p}}{{$t}}{{<p}}{{$t}}x{{/t}}{{/p}}{{/t}}{{/p}}",
		    "{}", "((x))", { "p", "({{$t}}{{/t}})" } },
	};

	mustache_partial_cases(MUSTACHE_CASES(c));
}

Test(mustache_partials, an_argument_is_indented_as_its_place)
{
	static const struct mustache_partial_case	c[] = {
		{ "newlines", "{{<p}}{{$t}}\na\n\nb\n{{/t}}{{/p}}", "{}",
		    "a\n\nb\n", { "p", "{{$t}}x{{/t}}" } },
		{ "inherited", "{{<p}}{{$t}}b{{/t}}{{/p}}", "{}",
		    "stop:\n  b\n", { "p", "stop:\n  {{$t}}a{{/t}}\n" } },
		{ "lone parent", "Hi,\n  {{<p}}{{/p}}\n", "{}",
		    "Hi,\n  1\n  2\n", { "p", "1\n2\n" } },
		{ "lone parent of several lines",
		    "Hi,\n  {{<p}}\n  {{$t}}\n  3\n  {{/t}}\n  {{/p}}\nBye\n",
		    "{}", "Hi,\n  1\n    3\n  2\nBye\n",
		    { "p", "1\n  {{$t}}\n  {{/t}}\n2\n" } },
		{ "inline parent", "a {{<p}}{{/p}}\n", "{}", "a 1\n2\n",
		    { "p", "1\n2" } },
		{ "block in one line",
		    "{{<p}}{{$t}}\n1\n2{{/t}}\n{{/p}}\n", "{}",
		    "Hi,\n  1\n  2\n", { "p", "Hi,\n  {{$t}}{{/t}}\n" } },
		{ "taken off and put on",
		    "{{<p}}{{$t}}\n    1\n      2\n{{/t}}{{/p}}\n", "{}",
		    "Hi,\n  1\n    2\n",
		    { "p", "Hi,\n  {{$t}}\n  {{/t}}\n" } },
		{ "by the first line with text",
		    "{{<p}}{{$t}}\n\n    1\n    2\n{{/t}}{{/p}}\n", "{}",
		    "Hi,\n  \n  1\n  2\n",
		    { "p", "Hi,\n  {{$t}}\n  {{/t}}\n" } },
		{ "that of the default",
		    "{{<p}}{{$t}}\n1\n2\n{{/t}}{{/p}}\n", "{}",
		    "Hi,\n  1\n  2\n",
		    { "p", "Hi,\n{{$t}}\n  default\n{{/t}}\n" } },
		{ "a default stays as it is", "{{<p}}{{/p}}\n", "{}",
		    "Hi,\n  default\n",
		    { "p", "Hi,\n{{$t}}\n  default\n{{/t}}\n" } },
		{ "a lone partial in an argument",
		    "{{<p}}{{$t}}\n    1\n    {{>q}}\n{{/t}}{{/p}}\n", "{}",
		    "  1\n  2\n  2\n",
		    { "p", "  {{$t}}\n  {{/t}}\n", "q", "2\n2\n" } },
	};

	mustache_partial_cases(MUSTACHE_CASES(c));
}
