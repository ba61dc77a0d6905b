#include "engine-case.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct engine_rules
engine_case_rules(void)
{
	return (struct engine_rules){
		.has_high = true, .high = F(410), .hysteresis = 56,
		.checkin_interval_s = 300,
		.offline_warning_missed = 1, .offline_critical_missed = 5,
		.manual_missed = 5, .manual_interval_min = 240,
		.manual_enabled = true, .has_sensor = true,
		.confirm_door_closed_s = 600, .confirm_door_open_s = 1200,
		.max_excursion_min = 60, .door_grace_min = 20,
		.door_warning_min = 3, .door_critical_min = 10,
		.door_mask_min_per_day = 60,
		.created_at_ms = EPOCH - 3600 * 1000,
		.day_start_at_ms = EPOCH - 9 * 3600 * 1000,
	};
}

struct engine_case
engine_case_fresh(void)
{
	struct engine_case	c = { .r = engine_case_rules() };

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
		ops = engine_case_ops(&c->out);
		cr_expect_eq(rc, ENGINE_OK, "%s: rc %d", row->name, rc);
		cr_expect_eq(c->s.status, row->want, "%s: %s", row->name,
		    unit_status_name(c->s.status));
		cr_expect_str_eq(ops, row->want_ops, "%s: did \"%s\"",
		    row->name, ops);
	}
}

const char *
engine_case_ops(const struct engine_effects *out)
{
	static const char *const verbs[] = {
		[ENGINE_OP_OPEN] = "open", [ENGINE_OP_CHANGE] = "change",
		[ENGINE_OP_ACKNOWLEDGE] = "acknowledge",
		[ENGINE_OP_RESOLVE] = "resolve",
		[ENGINE_OP_WITHHOLD] = "withhold",
	};
	static char	 text[1024];
	size_t		 len = 0;

	text[0] = '\0';
	for (int i = 0; i < out->ops_n; i++) {
		const struct engine_op	*op = &out->ops[i];
		bool	 weighs = op->kind == ENGINE_OP_OPEN ||
		    op->kind == ENGINE_OP_CHANGE;

		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s %s%s%s", i > 0 ? ", " : "", verbs[op->kind],
		    alert_type_name(op->type), weighs ? " " : "",
		    weighs ? alert_severity_name(op->severity) : "");
	}
	return text;
}

const struct engine_op *
engine_case_op(const struct engine_case *c, enum engine_op_kind kind,
    enum alert_type type)
{
	for (int i = 0; i < c->out.ops_n; i++)
		if (c->out.ops[i].kind == kind && c->out.ops[i].type == type)
			return &c->out.ops[i];
	cr_assert_fail("no such operation in \"%s\"", engine_case_ops(&c->out));
	return NULL;
}

bool
engine_case_open(struct engine_case *c, enum alert_type type)
{
	static const struct uuid	nil;

	return engine_alert_find(&c->s, type, &nil) != NULL;
}
