/* What each kind of tag does, case by case of the public specification. */
#include "mustache-case.h"
#include <criterion/criterion.h>

Test(mustache_tags, values_are_written_and_escaped)
{
	static const struct mustache_case	c[] = {
		{ "no tag", "{a} { b } }}\n", "{}", "{a} { b } }}\n" },
		{ "text", "Unit {{u}}.", "{\"u\":\"Milk\"}", "Unit Milk." },
		{ "escaped", "{{u}}", "{\"u\":\"<a b='c'>&\\\"\"}",
		    "&lt;a b=&#39;c&#39;&gt;&amp;&quot;" },
		{ "three braces", "{{{u}}}", "{\"u\":\"<&\\\">\"}", "<&\">" },
		{ "ampersand", "{{&u}}", "{\"u\":\"<&\\\">\"}", "<&\">" },
		{ "whole number", "{{n}}|{{{n}}}|{{&n}}", "{\"n\":85}",
		    "85|85|85" },
		{ "negative", "{{n}}", "{\"n\":-9007199254740993}",
		    "-9007199254740993" },
		{ "decimal without its padding", "{{n}}|{{{n}}}|{{&n}}",
		    "{\"n\":1.210}", "1.21|1.21|1.21" },
		{ "decimal at full length", "{{n}}",
		    "{\"n\":0.30000000000000004}", "0.30000000000000004" },
		{ "boolean", "{{t}}{{f}}", "{\"t\":true,\"f\":false}",
		    "truefalse" },
		{ "null", "({{n}}{{{n}}}{{&n}})", "{\"n\":null}", "()" },
		{ "absent", "({{n}}{{{n}}}{{&n}})", "{}", "()" },
		{ "empty", "({{n}}{{{n}}})", "{\"n\":\"\"}", "()" },
		{ "an object shows what it is", "{{{o}}}",
		    "{\"o\":{\"a\":[1]}}", "{\"a\":[1]}" },
		{ "the model itself", "{{.}}", "\"<x>\"", "&lt;x&gt;" },
		{ "mustaches in a value stay", "{{v}}",
		    "{\"v\":\"{{v}}\"}", "{{v}}" },
		{ "padding", "|{{ v }}|{{{ v }}}|{{& v }}|{{\n v\t}}|",
		    "{\"v\":1}", "|1|1|1|1|" },
		{ "never alone on a line", "  {{v}}\n\t{{{v}}}\n {{&v}}\n",
		    "{\"v\":1}", "  1\n\t1\n 1\n" },
		{ "UTF-8", "{{v}} °C", "{\"v\":\"−18\"}", "−18 °C" },
	};

	mustache_cases(MUSTACHE_CASES(c));
}

Test(mustache_tags, dotted_names_go_down_from_the_first_part)
{
	static const struct mustache_case	c[] = {
		{ "same as a section", "{{a.b}}={{#a}}{{b}}{{/a}}",
		    "{\"a\":{\"b\":1}}", "1=1" },
		{ "raw too", "{{{a.b}}}{{&a.b}}", "{\"a\":{\"b\":\"<\"}}",
		    "<<" },
		{ "deep", "{{a.b.c.d.e}}",
		    "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":5}}}}}", "5" },
		{ "broken chain", "({{a.b.c}})", "{\"a\":{}}", "()" },
		{ "a broken chain does not start again", "({{a.b.n}})",
		    "{\"a\":{\"b\":{}},\"c\":{\"n\":1},\"n\":2}", "()" },
		{ "first part by the stack", "{{#a}}{{b.c}}{{/a}}",
		    "{\"a\":{\"x\":1},\"b\":{\"c\":2}}", "2" },
		{ "nearest first part only", "({{#a}}{{b.c}}{{/a}})",
		    "{\"a\":{\"b\":{}},\"b\":{\"c\":\"wrong\"}}", "()" },
		{ "through a text", "({{a.b}})", "{\"a\":\"b\"}", "()" },
		{ "a key with a dot is not reached", "({{a.b}})",
		    "{\"a.b\":1}", "()" },
		{ "a leading dot stays here",
		    "({{#a}}{{.n}}{{/a}}{{#b}}{{.n}}{{/b}})",
		    "{\"a\":{\"x\":1},\"b\":{\"n\":2},\"n\":3}", "(2)" },
	};

	mustache_cases(MUSTACHE_CASES(c));
}

Test(mustache_tags, a_section_is_for_what_is_there)
{
	static const struct mustache_case	c[] = {
		{ "true", "({{#v}}x{{/v}})", "{\"v\":true}", "(x)" },
		{ "false", "({{#v}}x{{/v}})", "{\"v\":false}", "()" },
		{ "null", "({{#v}}x{{/v}})", "{\"v\":null}", "()" },
		{ "absent", "({{#v}}x{{/v}})", "{}", "()" },
		{ "empty list", "({{#v}}x{{/v}})", "{\"v\":[]}", "()" },
		{ "empty text", "({{#v}}x{{/v}})", "{\"v\":\"\"}", "()" },
		{ "zero degrees", "({{#v}}{{.}}{{/v}})", "{\"v\":0}", "(0)" },
		{ "empty object", "({{#v}}x{{/v}})", "{\"v\":{}}", "(x)" },
		{ "text is no list", "({{#v}}x{{/v}})", "{\"v\":\"abc\"}",
		    "(x)" },
		{ "its value is the item", "{{#v}}{{.}} is {{v}}{{/v}}",
		    "{\"v\":\"A\"}", "A is A" },
		{ "null hides an outer value", "({{#a}}{{v}}{{/a}})",
		    "{\"a\":{\"v\":null},\"v\":1}", "()" },
		{ "outer names", "{{#s}}{{a}}, {{b}}, {{c.d}}{{/s}}",
		    "{\"a\":1,\"b\":2,\"s\":{\"b\":3},\"c\":{\"d\":4}}",
		    "1, 3, 4" },
		{ "inside itself", "a{{#v}}b{{#v}}c{{/v}}d{{/v}}e",
		    "{\"v\":true}", "abcde" },
		{ "inside itself, not there", "a{{#v}}b{{#v}}c{{/v}}d{{/v}}e",
		    "{}", "ae" },
		{ "twice", "{{#v}}a{{/v}}-{{#v}}b{{/v}}", "{\"v\":true}",
		    "a-b" },
		{ "dotted", "{{#a.b}}x{{/a.b}}{{#a.c}}y{{/a.c}}{{#d.e}}z"
		    "{{/d.e}}", "{\"a\":{\"b\":true,\"c\":false}}", "x" },
		{ "padding", "|{{# v }}={{/ v }}|", "{\"v\":true}", "|=|" },
	};

	mustache_cases(MUSTACHE_CASES(c));
}

Test(mustache_tags, a_section_goes_through_lists)
{
	static const struct mustache_case	c[] = {
		{ "objects", "{{#l}}{{n}}{{/l}}",
		    "{\"l\":[{\"n\":1},{\"n\":2},{\"n\":3}]}", "123" },
		{ "texts", "{{#l}}({{.}}){{/l}}", "{\"l\":[\"a\",\"<\"]}",
		    "(a)(&lt;)" },
		{ "raw texts", "{{#l}}({{{.}}}{{&.}}){{/l}}",
		    "{\"l\":[\"<\"]}", "(<<)" },
		{ "decimals", "{{#l}}({{.}}){{/l}}", "{\"l\":[1.10,2.5]}",
		    "(1.1)(2.5)" },
		{ "nulls are items", "{{#l}}({{.}}){{/l}}", "{\"l\":[null,1]}",
		    "()(1)" },
		{ "lists of lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}",
		    "{\"l\":[[1,2],[\"a\"]]}", "(12)(a)" },
		{ "the model is a list", "{{#.}}({{n}}){{/.}}",
		    "[{\"n\":1},{\"n\":2}]", "(1)(2)" },
		{ "all outer items are seen",
		    "{{#a}}{{#b}}{{n}}{{m}}.{{#c}}{{n}}{{m}}{{o}}.{{/c}}"
		    "{{/b}}{{/a}}",
		    "{\"a\":[{\"n\":\"A\",\"b\":[{\"m\":1,\"c\":"
		    "[{\"o\":\"x\"},{\"o\":\"y\"}]}]}]}", "A1.A1x.A1y." },
	};

	mustache_cases(MUSTACHE_CASES(c));
}

Test(mustache_tags, an_inverted_section_is_for_what_is_not_there)
{
	static const struct mustache_case	c[] = {
		{ "true", "({{^v}}x{{/v}})", "{\"v\":true}", "()" },
		{ "false", "({{^v}}x{{/v}})", "{\"v\":false}", "(x)" },
		{ "null", "({{^v}}x{{/v}})", "{\"v\":null}", "(x)" },
		{ "absent", "({{^v}}x{{/v}})", "{}", "(x)" },
		{ "empty list", "({{^v}}x{{/v}})", "{\"v\":[]}", "(x)" },
		{ "list", "({{^v}}x{{/v}})", "{\"v\":[null]}", "()" },
		{ "object", "({{^v}}x{{/v}})", "{\"v\":{}}", "()" },
		{ "zero", "({{^v}}x{{/v}})", "{\"v\":0}", "()" },
		{ "inside itself", "a{{^v}}b{{^v}}c{{/v}}d{{/v}}e", "{}",
		    "abcde" },
		{ "dotted", "{{^a.b}}x{{/a.b}}{{^a.c}}y{{/a.c}}{{^d.e}}z"
		    "{{/d.e}}", "{\"a\":{\"b\":true,\"c\":false}}", "yz" },
		{ "adds no context", "{{^v}}{{n}}{{/v}}", "{\"n\":1}", "1" },
	};

	mustache_cases(MUSTACHE_CASES(c));
}

Test(mustache_tags, a_tag_alone_on_its_line_takes_the_line_along)
{
	static const struct mustache_case	c[] = {
		{ "section", "a\n{{#v}}\nb\n{{/v}}\nc\n", "{\"v\":true}",
		    "a\nb\nc\n" },
		{ "section, indented", "a\n  {{#v}}\nb\n\t{{/v}} \nc\n",
		    "{\"v\":true}", "a\nb\nc\n" },
		{ "inverted", "a\n {{^v}}\nb\n {{/v}}\nc\n", "{}",
		    "a\nb\nc\n" },
		{ "comment", "a\n  {{! b }}\nc\n", "{}", "a\nc\n" },
		{ "comment of several lines", "a\n  {{!\nb\n  }}\nc\n", "{}",
		    "a\nc\n" },
		{ "delimiters", "a\n  {{=@ @=}}\nc\n", "{}", "a\nc\n" },
		{ "carriage returns", "|\r\n{{#v}}\r\n{{/v}}\r\n{{!c}}\r\n|",
		    "{\"v\":true}", "|\r\n|" },
		{ "first line", "  {{#v}}\n#{{/v}}\n/", "{\"v\":true}",
		    "#\n/" },
		{ "last line", "#{{#v}}\n/\n  {{/v}}", "{\"v\":true}",
		    "#\n/\n" },
		{ "comment last", "!\n  {{!c}}", "{}", "!\n" },
		{ "delimiters last", "=\n  {{=@ @=}}", "{}", "=\n" },
		{ "text before", " a {{!c}}\n", "{}", " a \n" },
		{ "text after", "{{!c}} a\n", "{}", " a\n" },
		{ "two tags on a line", " {{#v}}{{/v}} \n|", "{\"v\":true}",
		    "  \n|" },
		{ "blanks around", " | {{#v}}\t|\t{{/v}} | \n",
		    "{\"v\":true}", " | \t|\t | \n" },
		{ "blanks inside", " | {{#v}} {{! c }}\n {{/v}} | \n",
		    "{\"v\":true}", " |  \n  | \n" },
		{ "one line each", " {{#v}}A{{/v}}\n {{^w}}B{{/w}}\n",
		    "{\"v\":true}", " A\n B\n" },
	};

	mustache_cases(MUSTACHE_CASES(c));
}

Test(mustache_tags, delimiters_change_from_the_tag_on)
{
	static const struct mustache_case	c[] = {
		{ "pair", "{{=<% %>=}}(<%v%>)", "{\"v\":1}", "(1)" },
		{ "single characters", "({{=[ ]=}}[v])", "{\"v\":1}", "(1)" },
		{ "raw", "{{=<% %>=}}<%{v}%><%&v%>", "{\"v\":\"<\"}", "<<" },
		{ "the old ones are text", "{{=| |=}}{{v}}|v|", "{\"v\":1}",
		    "{{v}}1" },
		{ "padding", "|{{= @   @ =}}|", "{}", "||" },
		{ "inside a section",
		    "{{#s}}\n{{v}}|v|\n{{/s}}\n{{= | | =}}\n"
		    "|#s|\n{{v}}|v|\n|/s|\n", "{\"s\":true,\"v\":1}",
		    "1|v|\n{{v}}1\n" },
		{ "and back", "{{=| |=}}|v||={{ }}=|{{v}}", "{\"v\":1}",
		    "11" },
		{ "comments with them", "{{=| |=}}a|! {{v}} |b", "{}", "ab" },
	};

	mustache_cases(MUSTACHE_CASES(c));
}

Test(mustache_tags, comments_are_gone)
{
	static const struct mustache_case	c[] = {
		{ "inline", "1{{! c! }}2", "{}", "12" },
		{ "several lines", "1{{!\n c\n}}2\n", "{}", "12\n" },
		{ "blanks stay", "1 {{! c }} 2", "{}", "1  2" },
		{ "a tag in it", "1{{! {{v}}2", "{\"v\":3}", "12" },
		{ "a name like it", "({{!v}})", "{\"!v\":1,\"v\":2}", "()" },
	};

	mustache_cases(MUSTACHE_CASES(c));
}
