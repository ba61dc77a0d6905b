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
		    "M0 8h8" },
		{ "noise is flat", 4, { T(400), T(430), T(400), T(430) },
		    "M0 9h12" },
		{ "a change shows", 5,
		    { T(0), T(0), T(200), T(200), T(100) },
		    "M0 12h4l4-7h4l4 3" },
		{ "the full height", 2, { T(0), T(1400) }, "M0 15l4-14" },
		{ "a gap starts anew", 5,
		    { T(0), T(0), GAP, T(1400), T(1400) },
		    "M0 15h4M12 1h4" },
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
	for (s += used; *s != '\0'; s += used) {
		cr_expect(y >= 1 && y < SPARK_HEIGHT, "%d", y);
		dy = 0;
		cr_assert(sscanf(s, "l4%d%n", &dy, &used) == 1 ||
		    sscanf(s, "h%d%n", &dx, &used) == 1, "%s", s);
		y += dy;
	}
	cr_expect(y >= 1 && y < SPARK_HEIGHT, "%d", y);
}
