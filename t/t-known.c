/* What a worker remembers of the sessions it has found. */
#include "app/known.h"
#include <criterion/criterion.h>
#include <stdio.h>

#define NOW	INT64_C(1795204800000)

static struct session
session(unsigned number, const char *name)
{
	struct session	s = { .name = name, .email = "a@b.example",
			    .organization_name = "Shop", .timezone = "UTC" };

	snprintf(s.hash, sizeof(s.hash), "\\x%064x", number);
	return s;
}

static void
expect_name(const struct session *of, int64_t now_ms, const char *name)
{
	const struct session	*s = known_find(of->hash, now_ms);

	cr_assert_not_null(s, "%s", name);
	cr_expect_str_eq(s->name, name);
}

Test(known, a_session_is_found_for_a_minute_and_no_longer)
{
	struct session	s = session(1, "Olive");

	cr_expect_null(known_find(s.hash, NOW), "nobody was met");
	known_keep(&s, NOW);
	expect_name(&s, NOW, "Olive");
	expect_name(&s, NOW + KNOWN_MS - 1, "Olive");
	cr_expect_null(known_find(s.hash, NOW + KNOWN_MS));
	cr_expect_null(known_find(s.hash, NOW - 1), "the clock was set back");
}

Test(known, texts_are_its_own)
{
	char		name[] = "Olive";
	struct session	s = session(1, name);

	known_keep(&s, NOW);
	name[0] = 'X';
	expect_name(&s, NOW, "Olive");
}

/* Those whose hashes begin alike want the same place. */
Test(known, another_is_never_taken_for_it)
{
	struct session	a = session(1, "Ann"), b = session(2, "Bob");

	known_keep(&a, NOW);
	cr_expect_null(known_find(b.hash, NOW));
	known_keep(&b, NOW);
	expect_name(&b, NOW, "Bob");
	cr_expect_null(known_find(a.hash, NOW), "the newer has the place");
	known_keep(&a, NOW);
	expect_name(&a, NOW, "Ann");
}
