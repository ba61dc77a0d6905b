#include "engine-case.h"
#include <criterion/criterion.h>

struct engine_case
engine_case_fresh(void)
{
	struct engine_case	c = { .r = engine_sample_rules() };

	engine_state_init(&c.s);
	return c;
}

struct engine_case
engine_case_ok(void)
{
	static const struct engine_event good = TEMP_F(380);
	struct engine_case	c = engine_case_fresh();

	cr_assert_eq(engine_case_step(&c, -300, good), ENGINE_OK);
	cr_assert_eq(engine_case_step(&c, 0, good), ENGINE_OK);
	cr_assert_eq(c.s.status, UNIT_OK);
	return c;
}

enum engine_rc
engine_case_step(struct engine_case *c, int at_s, struct engine_event ev)
{
	int64_t	 now = EPOCH + INT64_C(1000) * at_s;

	ev.at_ms = now;
	return engine_step(&c->s, &c->r, &ev, now, &c->out);
}

void
engine_case_play(struct engine_case *c, const struct engine_row *rows,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct engine_row	*row = &rows[i];
		enum engine_rc		 rc;
		const char		*ops;

		rc = engine_case_step(c, row->at_s, row->ev);
		ops = engine_sample_ops(&c->out);
		cr_expect_eq(rc, ENGINE_OK, "%s: rc %d", row->name, rc);
		cr_expect_eq(c->s.status, row->want, "%s: %s", row->name,
		    unit_status_name(c->s.status));
		cr_expect_str_eq(ops, row->want_ops, "%s: did \"%s\"",
		    row->name, ops);
	}
}

const struct engine_op *
engine_case_op(const struct engine_case *c, enum engine_op_kind kind,
    enum alert_type type)
{
	for (int i = 0; i < c->out.ops_n; i++)
		if (c->out.ops[i].kind == kind && c->out.ops[i].type == type)
			return &c->out.ops[i];
	cr_assert_fail("no such operation in \"%s\"",
	    engine_sample_ops(&c->out));
	return NULL;
}

bool
engine_case_open(struct engine_case *c, enum alert_type type)
{
	static const struct uuid	nil;

	return engine_alert_find(&c->s, type, &nil) != NULL;
}
