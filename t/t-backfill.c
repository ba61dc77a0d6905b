/* Which gaps are one question, and how long a network is left alone. */
#include "domain/backfill.h"
#include <criterion/criterion.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define HOUR		INT64_C(3600000)
#define NOW		(40 * 24 * HOUR)

Test(backfill_plan, near_gaps_of_a_device_are_one_question)
{
	static const struct {
		const char	*name;
		struct { uint8_t device; int64_t from, to; } gap[3];
		struct { size_t n; int64_t from, to; } want[3];
	} c[] = {
		{ "none", {{ 0 }}, {{ 0 }} },
		{ "one", {{ 1, 800, 802 }}, {{ 1, 800, 802 }} },
		{ "two an hour apart", {{ 1, 800, 802 }, { 1, 803, 804 }},
		  {{ 2, 800, 804 }} },
		{ "two further apart", {{ 1, 800, 802 }, { 1, 804, 805 }},
		  {{ 1, 800, 802 }, { 1, 804, 805 }} },
		{ "two of two devices", {{ 1, 800, 802 }, { 2, 802, 805 }},
		  {{ 1, 800, 802 }, { 1, 802, 805 }} },
		{ "more than a week at once", {{ 1, 600, 700 },
		  { 1, 700, 768 }, { 1, 768, 769 }},
		  {{ 2, 600, 768 }, { 1, 768, 769 }} },
		{ "one that goes on", {{ 1, 950, 0 }}, {{ 1, 950, 960 }} },
		{ "one longer than anybody keeps", {{ 1, 10, 0 }},
		  {{ 1, 264, 960 }} },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct backfill_gap	v[3];
		struct backfill_span	got[3];
		size_t			n = 0, spans;

		for (; n < 3 && c[i].gap[n].device != 0; n++)
			v[n] = (struct backfill_gap){
			    .device = {{ c[i].gap[n].device }},
			    .from_ms = c[i].gap[n].from * HOUR,
			    .to_ms = c[i].gap[n].to * HOUR };
		spans = backfill_merge(v, n, NOW, got);
		for (size_t k = 0; k < spans; k++) {
			cr_expect_eq(got[k].n, c[i].want[k].n, "%s",
			    c[i].name);
			cr_expect_eq(got[k].from_ms, c[i].want[k].from * HOUR,
			    "%s", c[i].name);
			cr_expect_eq(got[k].to_ms, c[i].want[k].to * HOUR,
			    "%s", c[i].name);
		}
		cr_expect(spans == 3 || c[i].want[spans].n == 0, "%s",
		    c[i].name);
	}
}

Test(backfill_plan, waits_as_told_or_longer_and_longer)
{
	static const struct {
		enum backfill_end	end;
		int32_t			failures;
		int64_t			told_s, want_s;
	} c[] = {
		{ BACKFILL_DONE, 0, 0, 0 },
		{ BACKFILL_LATER, 1, 7, 7 },
		{ BACKFILL_LATER, 9, 7, 7 },
		{ BACKFILL_LATER, 1, 0, 60 },
		{ BACKFILL_LATER, 2, 0, 300 },
		{ BACKFILL_FAILED, 1, 7, 60 },
		{ BACKFILL_FAILED, 2, 0, 300 },
		{ BACKFILL_FAILED, 3, 0, 900 },
		{ BACKFILL_FAILED, 4, 0, 3600 },
		{ BACKFILL_FAILED, 1000, 0, 3600 },
		{ BACKFILL_LOCKED_OUT, 1, 1, 6 * 3600 },
	};

	for (size_t i = 0; i < COUNT(c); i++)
		cr_expect_eq(backfill_wait_ms(c[i].end, c[i].failures,
		    c[i].told_s * 1000), c[i].want_s * 1000, "%zu", i);
}
