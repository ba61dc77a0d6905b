#include <criterion/criterion.h>
#include "web/spark.h"
#include <stdio.h>

#define GAP		{ false, 0 }
#define T(t)		{ true, (t) }
#define MANY		8

static const char *
path(const struct spark_value *v, size_t n)
{
	static struct buf	b = BUF_INIT(4096);

	buf_clear(&b);
	spark_path(&b, v, n);
	cr_assert(!buf_failed(&b));
	return buf_str(&b);
}

Test(spark, draws_values_as_relative_steps_and_silence_as_a_gap)
{
	static const struct {
		const char		*name;
		size_t			 n;
		struct spark_value	 v[MANY];
		const char		*want;
	} c[] = {
		{ "nothing at all", 0, { GAP }, "" },
		{ "only silence", 3, { GAP, GAP, GAP }, "" },
		{ "one value is a dot", 1, { T(500) }, "M0 8h0" },
		{ "a dot amid silence", 3, { GAP, T(500), GAP }, "M4 8h0" },
		{ "steady is flat", 3, { T(-1800), T(-1800), T(-1800) },
		    "M0 8l4 0 4 0" },
		{ "noise stays small", 3, { T(400), T(430), T(400) },
		    "M0 9l4-1 4 1" },
		{ "the full height", 2, { T(0), T(1400) }, "M0 15l4-14" },
		{ "a gap starts anew", 5,
		    { T(0), T(0), GAP, T(1400), T(1400) },
		    "M0 15l4 0M12 1l4 0" },
		{ "dots on both sides", 3, { T(0), GAP, T(1400) },
		    "M0 15h0M8 1h0" },
		{ "the ends of the scale", 2, { T(CENTI_MIN), T(CENTI_MAX) },
		    "M0 15l4-14" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_str_eq(path(c[i].v, c[i].n), c[i].want, "%s",
		    c[i].name);
}

Test(spark, stays_within_its_box)
{
	struct spark_value	v[MANY];
	int			y = 0, dx, dy, used;
	const char		*s;

	for (size_t i = 0; i < MANY; i++)
		v[i] = (struct spark_value)T((centi_t)(i * i * 731 % 5000));
	s = path(v, MANY);
	cr_assert_eq(sscanf(s, "M0 %d%n", &y, &used), 1);
	for (s += used + 1; *s != '\0'; s += used) {
		cr_expect(y >= 1 && y < SPARK_HEIGHT, "%d", y);
		cr_assert_eq(sscanf(s, "%d%d%n", &dx, &dy, &used), 2, "%s", s);
		cr_expect_eq(dx, SPARK_STEP);
		y += dy;
	}
	cr_expect(y >= 1 && y < SPARK_HEIGHT, "%d", y);
}
