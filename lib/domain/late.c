#include "domain/late.h"
#include "domain/rollup.h"

const struct db_stmt late_mark_stmt = { "late_mark", 4, -1,
	"INSERT INTO replay_marks (organization_id, unit_id, from_at, to_at)"
	" VALUES ($1::uuid, $2::uuid, from_epoch_ms($3::int8),"
	"	from_epoch_ms($4::int8))" };

static const struct db_stmt marks_stmt = { "late_marks", 2, -1,
	"WITH q AS (SELECT * FROM unnest($2::new_late_mark[])),"
	" sums AS (INSERT INTO reading_rollup_marks (organization_id, unit_id,"
	"		from_at, to_at)"
	"	SELECT $1::uuid, unit_id, from_epoch_ms(sums_from),"
	"		from_epoch_ms(sums_to)"
	"	  FROM q WHERE sums_to IS NOT NULL)"
	" INSERT INTO replay_marks (organization_id, unit_id, from_at, to_at)"
	" SELECT $1::uuid, unit_id, from_epoch_ms(judging_from),"
	"	from_epoch_ms(judging_to)"
	"  FROM q WHERE judging_to IS NOT NULL" };

static const struct db_stmt *const stmts[] = { &late_mark_stmt, &marks_stmt };
const struct db_stmt_list late_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

bool
late_is(int64_t recorded_at_ms, int64_t now_ms, int interval_s)
{
	const int64_t	age_ms = now_ms - recorded_at_ms;

	return age_ms > LATE_MS && age_ms > interval_s * INT64_C(1000);
}

static void
widen(struct late_span *s, int64_t at_ms)
{
	if (s->to_ms == 0)
		s->from_ms = s->to_ms = at_ms;
	else if (at_ms < s->from_ms)
		s->from_ms = at_ms;
	else if (at_ms > s->to_ms)
		s->to_ms = at_ms;
}

/* The unit's marks become a row. */
static void
end_unit(struct late_marks *l)
{
	const struct late_span *s = &l->sums, *j = &l->judging;

	if (s->to_ms != 0 || j->to_ms != 0)
		db_rows_add(&l->rows, db_arg_uuid(&l->unit),
		    db_arg_i64_if(s->to_ms != 0, s->from_ms),
		    db_arg_i64_if(s->to_ms != 0, s->to_ms),
		    db_arg_i64_if(j->to_ms != 0, j->from_ms),
		    db_arg_i64_if(j->to_ms != 0, j->to_ms));
	l->sums = l->judging = (struct late_span){ .to_ms = 0 };
}

static void
begin_unit(struct late_marks *l, const struct uuid *unit)
{
	if (uuid_eq(&l->unit, unit))
		return;
	end_unit(l);
	l->unit = *unit;
}

void
late_add(struct late_marks *l, const struct uuid *unit,
    int64_t recorded_at_ms, int64_t now_ms, bool judged)
{
	begin_unit(l, unit);
	if (rollup_is_late(recorded_at_ms, now_ms))
		widen(&l->sums, recorded_at_ms);
	if (!judged)
		widen(&l->judging, recorded_at_ms);
}

void
late_add_history(struct late_marks *l, const struct uuid *unit,
    int64_t recorded_at_ms)
{
	begin_unit(l, unit);
	widen(&l->sums, recorded_at_ms);
	widen(&l->judging, recorded_at_ms);
}

void
late_send(struct late_marks *l, struct db *db, const struct uuid *organization)
{
	end_unit(l);
	db_rows_send(&l->rows, db, &marks_stmt, db_arg_uuid(organization));
}

void
late_clear(struct late_marks *l)
{
	end_unit(l);
	db_rows_clear(&l->rows);
}

void
late_release(struct late_marks *l)
{
	db_rows_release(&l->rows);
	*l = (struct late_marks){ .sums.to_ms = 0 };
}
