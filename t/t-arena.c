/* What arena promises: zeroed, aligned, whole until cleared. */
#include "base/arena.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>

Test(arena, gives_zeroed_and_aligned_memory_also_after_a_clear)
{
	struct arena	a = ARENA_INIT;

	for (int round = 0; round < 2; round++) {
		for (size_t size = 0; size < 200; size++) {
			unsigned char *p = arena_alloc(&a, size);

			cr_assert_eq((uintptr_t)p % 16, 0, "size %zu", size);
			for (size_t i = 0; i < size; i++)
				cr_assert_eq(p[i], 0, "size %zu", size);
			memset(p, 0xa5, size);
		}
		arena_clear(&a);
	}
	arena_release(&a);
}

Test(arena, keeps_small_objects_intact_around_a_large_one)
{
	struct arena	 a = ARENA_INIT;
	char		*before = arena_strdup(&a, "before");
	char		*large = arena_alloc(&a, 1000000);
	char		*after = arena_strdup(&a, "after");

	memset(large, 'x', 1000000);
	cr_expect_str_eq(before, "before");
	cr_expect_str_eq(after, "after");
	cr_expect_lt((uintptr_t)(after - before), 64,
	    "the open block stays open");
	arena_release(&a);
}

Test(arena, works_when_the_first_object_is_a_large_one)
{
	struct arena	 a = ARENA_INIT;
	char		*large = arena_alloc(&a, 1000000);
	char		*small = arena_strdup(&a, "small");

	memset(large, 'x', 1000000);
	cr_expect_str_eq(small, "small");
	arena_clear(&a);
	cr_expect_str_eq(arena_strdup(&a, "again"), "again");
	arena_release(&a);
	arena_release(&a);
}

Test(arena, copies_only_as_much_of_a_string_as_it_is_told)
{
	struct arena	a = ARENA_INIT;

	cr_expect_str_eq(arena_strndup(&a, "abcdef", 3), "abc");
	cr_expect_str_eq(arena_strndup(&a, "", 0), "");
	arena_release(&a);
}

Test(arena, formats_strings_longer_than_a_block)
{
	struct arena	 a = ARENA_INIT;
	char		*s = arena_printf(&a, "%0100000d|%s", 7, "end");

	cr_expect_eq(strlen(s), 100004);
	cr_expect_str_eq(s + 99999, "7|end");
	cr_expect_str_eq(arena_printf(&a, "%s", ""), "");
	arena_release(&a);
}
