#include "web/template.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char	dir[] = "/tmp/fg-template-XXXXXX";

static void
put(const char *name, const char *text)
{
	char	 path[200];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
}

static void
setup(void)
{
	char	sub[200];

	cr_assert_not_null(mkdtemp(dir));
	snprintf(sub, sizeof(sub), "%s/unit", dir);
	mkdir(sub, 0700);
	put("unit/show.html",
	    "{{<layout}}{{$main}}{{name}}{{/main}}{{/layout}}");
	put("layout.html", "<p>{{$main}}{{/main}}</p>");
	put("secret.txt", "secret");
	template_open(dir);
}

static void
teardown(void)
{
	static const char *const	files[] = { "unit/show.html",
		"layout.html", "secret.txt", "bad.html", "lost.html", "unit",
		"" };
	char				path[200];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		remove(path);
	}
	template_close();
}

TestSuite(template, .init = setup, .fini = teardown);

Test(template, a_page_is_rendered_with_its_layout)
{
	struct json_object	*model = json_object_new_object();
	struct buf		 out = BUF_INIT(100);

	json_object_object_add(model, "name", json_object_new_string("<A>"));
	cr_expect(template_render("unit/show", model, &out));
	cr_expect_str_eq(buf_str(&out), "<p>&lt;A&gt;</p>");
	json_object_put(model);
	buf_release(&out);
}

Test(template, it_is_read_once)
{
	struct buf	out = BUF_INIT(100);

	cr_expect(template_render("layout", NULL, &out));
	put("layout.html", "changed");
	cr_expect(template_render("layout", NULL, &out));
	cr_expect_str_eq(buf_str(&out), "<p></p><p></p>");
	buf_release(&out);
}

Test(template, names_do_not_lead_elsewhere)
{
	static const char *const	name[] = {
		"", "/etc/passwd", "../secret", "unit/../layout", "layout.html",
		"secret.txt", "./layout", "unit/", "Layout", "lay out", "nope",
	};
	struct buf			out = BUF_INIT(100);

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		cr_expect(!template_render(name[i], NULL, &out), "%s",
		    name[i]);
		cr_expect_eq(out.len, 0, "%s", name[i]);
	}
	buf_release(&out);
}

Test(template, a_page_that_is_too_long_fails)
{
	struct buf	out = BUF_INIT(3);

	cr_expect(!template_render("layout", NULL, &out));
	buf_release(&out);
}

Test(template, the_check_finds_bad_templates_and_lost_partials)
{
	cr_expect_eq(template_check_all(), 0);
	template_close();
	put("bad.html", "{{#a}}");
	put("lost.html", "{{>unit/gone}}");
	cr_expect_eq(template_check_all(), 2);
}

Test(template, a_directory_without_templates_is_a_fault)
{
	template_open("/nonexistent");
	cr_expect_eq(template_check_all(), 1);
}
