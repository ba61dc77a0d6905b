/* Links say what they were given, and nothing that was put into it. */
#include "web/link.h"
#include <criterion/criterion.h>

static const char *
link_to(struct arena *a, const char *q, const char *site)
{
	struct link	l;

	link_begin(&l, "/");
	link_add(&l, "q", q);
	link_add(&l, "site", site);
	return link_end(&l, a);
}

Test(link, escapes_values_and_leaves_out_empty_ones)
{
	static const struct {
		const char	*q, *site, *want;
	} c[] = {
		{ NULL, NULL, "/" },
		{ "", "", "/" },
		{ "freezer 3", NULL, "/?q=freezer%203" },
		{ NULL, "s1", "/?site=s1" },
		{ "a&b=c", "s1", "/?q=a%26b%3Dc&site=s1" },
		{ "\"><script>", NULL, "/?q=%22%3E%3Cscript%3E" },
		{ "?#/%", NULL, "/?q=%3F%23%2F%25" },
		{ "Kühl", NULL, "/?q=K%C3%BChl" },
	};
	struct arena	a = ARENA_INIT;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_str_eq(link_to(&a, c[i].q, c[i].site), c[i].want);
	arena_release(&a);
}

Test(link, leads_home_when_it_grows_too_long)
{
	static char	q[LINK_MAX];
	struct arena	a = ARENA_INIT;

	for (size_t i = 0; i < sizeof(q) - 1; i++)
		q[i] = 'x';
	cr_expect_str_eq(link_to(&a, q, NULL), "/");
	arena_release(&a);
}
